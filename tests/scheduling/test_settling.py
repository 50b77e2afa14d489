"""The whole daemon on a server that schedules: the server invites, the answer comes back through the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from syncd.core.model import Delivery, OfferState
from syncd.core.model.offer_facts import Ending
from tests.core.people import BERLIN, NOW
from tests.scenario import ics
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS
from tests.scheduling.practice import account_of, reply, said
from tests.servers.cyrus import cyrus
from tests.servers.dav import DavCalendar
from tests.servers.proxy import Message, Proxy, proxied
from tests.servers.scheduling import SchedulingServer
from tests.servers.smtp import Fault, Phase, SmtpServer
from tests.servers.xandikos import scheduling_xandikos
from tests.whole.office import Desk, Office
from tests.whole.served import ServedHouse

INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked
ADA = "ada@example.net"


@dataclass
class Town:
    """Dana's practice, the server that her calendar lies on, and the line to it."""

    house: ServedHouse
    server: SchedulingServer
    line: Proxy

    def methods(self) -> list[str]:
        """What Ada got, all of it."""
        return [said(one).method if ics.part(one) else "words" for one in self.house.received(ADA)]


@pytest.fixture(params=["xandikos", pytest.param("cyrus", marks=pytest.mark.wider)])
def blocked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A server of its own; leave is blocked, and the holds wait."""
    with ExitStack() as opened:
        post = opened.enter_context(SmtpServer(tmp_path / "mail"))
        starting = scheduling_xandikos(tmp_path, post) if request.param == "xandikos" else cyrus(post)
        server = opened.enter_context(starting)
        dana = server.users["dana"]
        first = account_of(dana, server.address("dana")).discover()[0]
        calendar = DavCalendar(dana, first.url.removeprefix(dana.url), first.name)
        line = opened.enter_context(proxied(dana.url))
        desk = Desk("dana", "Dana Okafor", calendar, url=line.url, delivery="server")
        office = Office(tmp_path / "office", [desk], post)
        house = ServedHouse(office, SetClock(NOW), opened)
        sessions(house, MONDAYS)
        house.run()
        house.block(date(2026, 7, 6))
        house.run()
        assert house.received(ADA) == []
        yield Town(house, server, line)


@pytest.fixture
def town(blocked: Town) -> Town:
    """A day later the clients are invited."""
    blocked.house.at(INVITED_BY)
    return blocked


def test_an_invitation_that_was_not_delivered_and_whose_answer_was_lost_goes_by_mail(blocked: Town) -> None:
    """Read back, the server's own note says that nobody was told: no second write, and one mail of ours instead."""
    house, asked = blocked.house, set[str]()

    def note(request: Message) -> None:
        if request.method == "PUT" and ADA.encode() in request.body:
            asked.add(request.path)

    blocked.line.before = note
    blocked.line.cut = lambda answer: answer.method == "PUT" and answer.path in asked
    blocked.server.post.fail(Fault(Phase.RCPT, "550 5.1.1 no such user", times=2, recipient=ADA))
    house.at(INVITED_BY)
    for _ in range(3):
        house.later(minutes=5)
    first, second = house.offers("c1")
    assert (first.state, first.invited_at, first.reason) == (OfferState.WITHDRAWN, None, Ending.UNDELIVERED)
    assert (second.state, second.delivery, second.span) == (OfferState.INVITED, Delivery.IMIP, first.span)
    assert len(asked) == 1
    assert first.uid not in {entry.uid for entry in house.entries()}
    assert [(said(one).method, ics.value(ics.part(one), "UID")) for one in house.received(ADA)] == [
        ("REQUEST", second.uid)
    ]
    letters = [str(one["Subject"]) for one in house.received("dana@example.org")]
    assert [one for one in letters if "attention" in one] == []


def test_an_accepted_invitation_is_one_message(town: Town) -> None:
    """The server sends one REQUEST; the answer it takes in settles the offer; nothing further is sent."""
    (offer,) = town.house.offers("c1")
    assert (offer.state, offer.delivery, offer.asked) == (OfferState.INVITED, Delivery.SERVER, True)
    (invitation,) = town.house.received(ADA)
    town.server.take_in("dana", reply(invitation, ADA, "ACCEPTED"))
    town.house.later(minutes=5)
    (offer,) = town.house.offers("c1")
    assert offer.state is OfferState.ACCEPTED
    for _ in range(3):
        town.house.later(minutes=5)
    assert town.methods() == ["REQUEST"]


def test_leave_that_goes_takes_the_invitation_back_once(town: Town) -> None:
    """One CANCEL by the server, and one mail of ours that says what holds now; the object is gone."""
    (offer,) = town.house.offers("c1")
    town.house.remove("leave")
    town.house.stays_away()
    for _ in range(3):
        town.house.later(minutes=5)
    assert town.methods() == ["REQUEST", "CANCEL", "words"]
    assert offer.uid not in {entry.uid for entry in town.house.entries()}
