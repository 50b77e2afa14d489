"""A client's own Thunderbird answers one of our invitations, and the offer settles."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

import pytest

from syncd.core.model import Offer, OfferState
from tests.core.people import BERLIN, NOW
from tests.scenario.household import OFFICE, SetClock, sessions
from tests.scenario.people import MONDAYS
from tests.servers.imap import ImapServer
from tests.servers.radicale import radicale
from tests.servers.smtp import SmtpServer
from tests.servers.thunderbird import Mailboxes, Thunderbird, thunderbird
from tests.whole.office import Desk, Office
from tests.whole.served import ServedHouse

pytestmark = pytest.mark.wider

ADA = "ada@example.net"
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked
PATIENCE = 300.0  # seconds until a mail that was sent has arrived


@pytest.fixture
def outgoing(tmp_path: Path) -> Iterator[SmtpServer]:
    """The mail server of Ada's provider."""
    with SmtpServer(tmp_path / "outgoing") as server:
        yield server


@pytest.fixture
def incoming(tmp_path: Path) -> Iterator[ImapServer]:
    """Ada's mailbox at her provider."""
    with ImapServer(tmp_path / "incoming", {"ada": "secret"}) as server:
        yield server


@pytest.fixture
def program(tmp_path: Path, incoming: ImapServer, outgoing: SmtpServer) -> Iterator[Thunderbird]:
    """Ada's mail program."""
    boxes = Mailboxes(ADA, "ada", "secret", incoming.port, outgoing.port)
    with thunderbird(tmp_path / "thunderbird", boxes) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, program: Thunderbird) -> Iterator[ServedHouse]:
    """Dana's practice, whose clients have just been invited; after the program, which may be missing."""
    with ExitStack() as opened:
        (tmp_path / "radicale").mkdir()
        calendars = opened.enter_context(radicale(tmp_path / "radicale"))
        post = opened.enter_context(SmtpServer(tmp_path / "post"))
        desk = Desk("dana", "Dana Okafor", calendars.make_calendar("practice", "Practice"))
        house = ServedHouse(Office(tmp_path / "office", [desk], post), SetClock(NOW), opened)
        sessions(house, MONDAYS)
        house.run()
        house.block(date(2026, 7, 6))
        house.run()
        house.at(INVITED_BY)
        yield house


def answered(
    house: ServedHouse, program: Thunderbird, incoming: ImapServer, outgoing: SmtpServer, button: str
) -> Offer:
    """The invitation is delivered, Ada presses the button, her answer is delivered; her first offer by then."""
    (offer,) = house.offers("c1")
    assert offer.state is OfferState.INVITED
    (invitation,) = house.mails("c1")
    incoming.deliver("ada", invitation.as_bytes(), house.clock.now())
    program.answer(button)
    house.arrive(sent(outgoing))
    house.later(minutes=5)
    return next(one for one in house.offers("c1") if one.uid == offer.uid)


def sent(outgoing: SmtpServer) -> bytes:
    """The one mail to the practice, once the program has sent it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := outgoing.messages(OFFICE)):
        assert time.monotonic() < deadline, "no answer was sent"
        time.sleep(0.05)  # the program sends in its own time, and nothing announces it
    (answer,) = found
    return answer


def test_accepting(
    house: ServedHouse, program: Thunderbird, incoming: ImapServer, outgoing: SmtpServer
) -> None:
    """The offer is accepted, the entry confirmed; the program's own sentence does not count as human words."""
    offer = answered(house, program, incoming, outgoing, "imipAcceptButton")
    assert (offer.state, offer.frozen) == (OfferState.ACCEPTED, False)
    assert house.entry(offer.uid).status == "CONFIRMED"


def test_declining(
    house: ServedHouse, program: Thunderbird, incoming: ImapServer, outgoing: SmtpServer
) -> None:
    """The offer is declined, and the client's next one is another time."""
    offer = answered(house, program, incoming, outgoing, "imipDeclineButton")
    assert (offer.state, offer.frozen) == (OfferState.DECLINED, False)
    again = house.offers("c1")[-1]
    assert (again.number, again.span == offer.span) == (2, False)
