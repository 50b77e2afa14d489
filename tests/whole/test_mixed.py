"""One practice, one settings file: Dana with Google, Lee with CalDAV. Trouble with one account stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.google.scopes import LEAST_SCOPES
from syncd.core.model import Offer, OfferState, OriginalState
from syncd.cycle import PassReport
from tests.core.people import BERLIN, NOW
from tests.scenario import ics
from tests.scenario.household import SetClock
from tests.servers.dav import DavCalendar
from tests.servers.google import GoogleServer, Person
from tests.servers.google.owner import IcalOwner
from tests.servers.smtp import SmtpServer
from tests.whole.conftest import rests
from tests.whole.google import DANA, google_desk
from tests.whole.office import Desk, Office
from tests.whole.served import ServedHouse

MONDAY = date(2026, 7, 6)
TEN = datetime(2026, 6, 1, 10, tzinfo=BERLIN)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)
ADA, BEN, OWNER = "ada@example.net", "ben@example.net", "kim@example.org"
ROSTER = f"""\
id,name,email,initials,therapist
c1,Ada Brandt,{ADA},AB,dana
c2,Ben Castillo,{BEN},BC,lee
"""


class Practice(ServedHouse):
    """Dana's and Lee's practice; the household's own verbs are Lee's."""

    def __init__(self, office: Office, clock: SetClock, opened: ExitStack, server: GoogleServer) -> None:
        """Ada comes to Dana, Ben to Lee, both on Mondays at ten."""
        super().__init__(office, clock, opened)
        self.server = server
        self.dana.put_text(ics.weekly("c1-series", "AB", TEN, 50), "c1-series")
        self.put(ics.weekly("c2-series", "BC", TEN, 50), "c2-series")
        self.run()

    @property
    def dana(self) -> IcalOwner:
        """Dana at her calendar."""
        return IcalOwner(self.server)

    @property
    def ada(self) -> Person:
        """Ada at Google's own screens."""
        return self.server.person(ADA)

    def both_away(self) -> None:
        """Dana and Lee block the same week; a day later it is time to invite."""
        self.block(MONDAY)
        self.dana.put_text(ics.all_day("leave", "Vacation", MONDAY, 5), "leave")
        self.run()
        self.at(INVITED_BY)

    def offer(self, client: str) -> Offer:
        """The newest offer to a client."""
        return self.offers(client)[-1]

    def told_by_google(self, address: str) -> list[str]:
        """METHOD of what Google mailed to somebody."""
        return [mail.method for mail in self.server.mails(address)]


def problems(reports: tuple[PassReport, ...]) -> list[str]:
    """What the last pass could not read, a line for each calendar."""
    return [one.reason for one in reports[-1].problems]


@pytest.fixture
def google() -> Iterator[tuple[GoogleServer, SetClock]]:
    """Google, and the clock that the practice goes by."""
    clock = SetClock(NOW)
    with GoogleServer(clock.now) as server:
        server.person(ADA, "Ada Brandt")
        server.person(OWNER, "Kim Laurent")
        yield server, clock


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is closed in the end."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def make(
    google: tuple[GoogleServer, SetClock],
    calendar: DavCalendar,
    tmp_path: Path,
    post: SmtpServer,
    opened: ExitStack,
) -> Callable[[str], Practice]:
    """The practice; its argument is more of what Dana's settings say."""
    server, clock = google

    def made(more: str = "") -> Practice:
        desk = google_desk(server, tmp_path).replace("hours =", f"{more}\nhours =", 1)
        lee = Desk("lee", "Lee Park", calendar, delivery="imip")
        office = Office(tmp_path, [lee], post, roster=ROSTER, therapists=desk)
        return Practice(office, clock, opened, server)

    return made


@pytest.fixture
def practice(make: Callable[[str], Practice]) -> Practice:
    """The practice, looked at once."""
    return make("")


def test_each_on_their_own_path(practice: Practice) -> None:
    """Ada hears from Google and answers there, Ben by our mail; both make-ups stand, both originals go."""
    practice.both_away()
    assert practice.told_by_google(ADA) == ["REQUEST"]
    assert [ics.method(mail) for mail in practice.received(BEN)] == ["REQUEST"]
    assert (practice.received(ADA), practice.told_by_google(BEN)) == ([], [])
    practice.ada.answer(practice.offer("c1").uid, "accepted")
    practice.answer("c2", "ACCEPTED")
    practice.later(minutes=2)
    assert [practice.offer(one).state for one in ("c1", "c2")] == [OfferState.ACCEPTED] * 2
    assert [row.original for row in practice.conflicts()] == [OriginalState.CANCELLED] * 2
    rests(practice)


def test_withdrawn_access_pauses_that_account_alone(practice: Practice) -> None:
    """One line says what to run; Lee's side goes on; after a new consent Dana's does, as if nothing had been."""
    practice.both_away()
    practice.server.oauth.revoke(DANA)
    practice.ada.answer(practice.offer("c1").uid, "accepted")
    practice.answer("c2", "ACCEPTED")
    (line,) = problems(practice.later(minutes=2))
    assert "syncd auth google work" in line
    assert "\n" not in line
    assert [practice.offer(one).state for one in ("c1", "c2")] == [OfferState.INVITED, OfferState.ACCEPTED]
    practice.server.config("work", DANA, practice.office.folder, LEAST_SCOPES)
    assert problems(practice.later(minutes=2)) == []
    assert practice.offer("c1").state is OfferState.ACCEPTED
    rests(practice)


def test_one_account_without_access_stops_nobody_at_the_start(make: Callable[[str], Practice]) -> None:
    """The daemon starts with Dana's access gone: Lee's leave is planned and held."""
    practice = make("busy_calendars = []")
    practice.server.oauth.revoke(DANA)
    practice.block(MONDAY)
    with ExitStack() as restarted:
        practice.world.store.release(practice.fence)
        again = ServedHouse(practice.office, practice.clock, restarted)
        (line,) = problems(again.later(minutes=2))
        assert "syncd auth google work" in line
        assert [offer.state for offer in again.offers()] == [OfferState.HELD]


def test_a_calendar_that_is_gone_withdraws_nothing(practice: Practice) -> None:
    """Dana's calendar disappears: a line names it, nothing is believed deleted, nobody is written to."""
    practice.both_away()
    world = practice.server.world
    box = next(box for box in world.calendars.values() if box.summary == "Practice")
    del world.calendars[box.id]
    (line,) = problems(practice.later(minutes=2))
    assert "no such calendar" in line
    assert [practice.offer(one).state for one in ("c1", "c2")] == [OfferState.INVITED] * 2
    world.calendars[box.id] = box
    assert problems(practice.later(minutes=2)) == []
    assert practice.told_by_google(ADA) == ["REQUEST"]
    rests(practice)


@pytest.mark.parametrize("role", ["freeBusyReader", "reader", "writer"])
def test_a_calendar_that_is_only_shared_is_said_so(practice: Practice, role: str) -> None:
    """Dana's calendar comes to belong to somebody else: a line at every look, and nothing is taken for deleted."""
    practice.both_away()
    practice.server.share("Practice", OWNER, "owner")
    practice.server.share("Practice", DANA, role)
    assert len(problems(practice.later(minutes=2))) == 1
    for _ in range(2):
        (line,) = problems(practice.later(minutes=2))
        assert "belongs to the account" in line
    assert [practice.offer(one).state for one in ("c1", "c2")] == [OfferState.INVITED] * 2
    assert practice.told_by_google(ADA) == ["REQUEST"]


def test_busy_time_of_others_may_change_altogether(make: Callable[[str], Practice]) -> None:
    """A shared calendar is read as busy time: when all of it moves, that is believed, without a word to anybody."""
    practice = make('busy_calendars = ["Team"]')
    server = practice.server
    server.world.add_calendar(OWNER, "Team")
    server.share("Team", DANA, "freeBusyReader")
    kim = server.person(OWNER)
    start = NOW + timedelta(days=3)
    ids = [
        kim.enter(
            {
                "summary": "Meeting",
                "start": {"dateTime": (start + timedelta(days=day)).isoformat()},
                "end": {"dateTime": (start + timedelta(days=day, hours=1)).isoformat()},
            },
            "Team",
        )
        for day in range(12)
    ]
    assert problems(practice.later(minutes=2)) == []
    for key in ids:
        kim.delete(key, "Team", send="none")
    assert problems(practice.later(minutes=2)) == []
    assert practice.world.store.load().mirror["work/Team"] == ()
    rests(practice)


def test_a_therapist_with_live_offers_who_is_dropped(practice: Practice) -> None:
    """Lee's table is taken out, then Ben's line, while Ben is invited: his time freezes, and Ada's yes counts."""
    practice.both_away()
    office = practice.office
    practice.world.store.release(practice.fence)
    office.desks = []
    office.roster = "".join(ROSTER.splitlines(keepends=True)[:2])
    with ExitStack() as restarted:
        again = ServedHouse(office, practice.clock, restarted)
        assert problems(again.run()) == [
            "nothing is decided for lee while times stand: the settings name this therapist, or who was to see this "
            "client, no more",
        ]
        practice.ada.answer(practice.offer("c1").uid, "accepted")
        again.run()
        assert practice.offer("c1").state is OfferState.ACCEPTED
        assert practice.offer("c2").state is OfferState.INVITED
    assert [ics.method(mail) for mail in practice.received(BEN)] == ["REQUEST"]


def test_a_therapist_may_go_when_nothing_stands(practice: Practice) -> None:
    """Lee's leave is deleted, what was offered is taken back: then settings without Lee load."""
    practice.both_away()
    practice.remove("leave")
    practice.later(minutes=2)
    practice.later(hours=21)
    assert [ics.method(mail) for mail in practice.received(BEN)] == ["REQUEST", "CANCEL"]
    practice.world.store.release(practice.fence)
    practice.office.desks = []
    practice.office.roster = "".join(ROSTER.splitlines(keepends=True)[:2])
    with ExitStack() as restarted:
        again = ServedHouse(practice.office, practice.clock, restarted)
        again.run()
        assert practice.offer("c1").state is OfferState.INVITED
