"""The whole daemon on a server that schedules: the server invites, the answer comes back through the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from syncd.core.model import Delivery, OfferState
from tests.core.people import BERLIN, NOW
from tests.scenario import ics
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS
from tests.scheduling.practice import account_of, reply, said
from tests.servers.cyrus import cyrus
from tests.servers.dav import DavCalendar
from tests.servers.scheduling import SchedulingServer
from tests.servers.smtp import SmtpServer
from tests.servers.xandikos import scheduling_xandikos
from tests.whole.office import Desk, Office
from tests.whole.served import ServedHouse

INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked
ADA = "ada@example.net"


@dataclass
class Town:
    """Dana's practice, and the server that her calendar lies on."""

    house: ServedHouse
    server: SchedulingServer

    def methods(self) -> list[str]:
        """What Ada got, all of it."""
        return [said(one).method if ics.part(one) else "words" for one in self.house.received(ADA)]


@pytest.fixture(params=["xandikos", pytest.param("cyrus", marks=pytest.mark.wider)])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A server of its own; leave is blocked, and a day later the clients are invited."""
    with ExitStack() as opened:
        post = opened.enter_context(SmtpServer(tmp_path / "mail"))
        starting = scheduling_xandikos(tmp_path, post) if request.param == "xandikos" else cyrus(post)
        server = opened.enter_context(starting)
        dana = server.users["dana"]
        first = account_of(dana, server.address("dana")).discover()[0]
        calendar = DavCalendar(dana, first.url.removeprefix(dana.url), first.name)
        office = Office(tmp_path / "office", [Desk("dana", "Dana Okafor", calendar)], post)
        house = ServedHouse(office, SetClock(NOW), opened)
        sessions(house, MONDAYS)
        house.run()
        house.block(date(2026, 7, 6))
        house.run()
        assert house.received(ADA) == []
        house.at(INVITED_BY)
        yield Town(house, server)


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
    for _ in range(3):
        town.house.later(minutes=5)
    assert town.methods() == ["REQUEST", "CANCEL", "words"]
    assert offer.uid not in {entry.uid for entry in town.house.entries()}
