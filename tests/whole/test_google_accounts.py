"""Other ways in than a therapist's own consent and calendar: a Workspace's key, calendars that somebody else owns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

import pytest

from connectors.google.scopes import LEAST_SCOPES, Shared, scopes_for
from syncd.core.model import OfferState, OriginalState
from syncd.core.time.spans import Span
from tests.connectors.google.samples import all_day, timed, weekly
from tests.core.people import BERLIN, NOW
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS
from tests.servers.google import GoogleServer
from tests.servers.smtp import SmtpServer
from tests.whole.conftest import rests
from tests.whole.google import DANA, Desk, GoogleHouse, google_desk

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)
KIM = "kim@example.org"
Make = Callable[[Desk], GoogleHouse]


@pytest.fixture
def make(tmp_path: Path, post: SmtpServer) -> Iterator[Make]:
    """Dana with Google, in the way that the argument sets up. In the end further passes must change nothing."""
    with ExitStack() as opened:
        houses: list[GoogleHouse] = []

        def made(desk: Desk) -> GoogleHouse:
            houses.append(GoogleHouse(tmp_path, post, SetClock(NOW), opened, desk))
            sessions(houses[-1], MONDAYS)
            houses[-1].run()
            return houses[-1]

        yield made
        for house in houses:
            rests(house)


def by_key(server: GoogleServer, folder: Path) -> str:
    """A service account that acts for Dana; the Workspace's admin has delegated the three scopes."""
    config = server.service_config("robot", folder, subject=DANA)
    server.oauth.delegated = frozenset(LEAST_SCOPES)
    way_in = f'service_account = {{ file = "{config.service_account}" }}\nsubject = "{DANA}"'
    desk = google_desk(server, folder)
    return desk.replace(f'token = {{ file = "{folder / "work.json"}" }}', way_in)


def shared(how: Shared) -> Desk:
    """Dana's consent covers what settings say of calendars that others own."""

    def desk(server: GoogleServer, folder: Path) -> str:
        server.person(KIM, "Kim Laurent")
        return google_desk(server, folder, scopes_for(how)) + f'shared = "{how}"\n'

    return desk


def through_a_yes(house: GoogleHouse) -> None:
    """Leave, invitation, acceptance: what every way in has to carry."""
    house.at(INVITED_BY)
    assert house.kinds("c1") == ["REQUEST"]
    house.answer("c1", "ACCEPTED")
    house.later(minutes=2)
    offer = house.offers("c1")[-1]
    assert offer.state is OfferState.ACCEPTED
    assert house.entry(offer.uid).status == "CONFIRMED"
    row = next(one for one in house.conflicts() if one.client == "c1")
    assert row.original is OriginalState.CANCELLED


def test_a_key_of_the_workspace_acts_as_the_therapist(make: Make) -> None:
    """Every request is Dana's, the invitation too, and nobody had to sign in."""
    house = make(by_key)
    house.block(MONDAY)
    house.run()
    through_a_yes(house)
    assert {call.user for call in house.server.calls} == {DANA}


def test_scopes_taken_from_the_key_pause_the_account_and_come_back(make: Make) -> None:
    """The admin removes the delegation: a line says where it goes; given again, all goes on."""
    house = make(by_key)
    house.block(MONDAY)
    house.run()
    server = house.server
    server.oauth.delegated = frozenset()
    server.oauth.expire_access()
    (line,) = [one.reason for one in house.later(minutes=2)[-1].problems]
    assert "unauthorized_client" in line
    assert "domain-wide delegation" in line
    server.oauth.delegated = frozenset(LEAST_SCOPES)
    through_a_yes(house)


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Iterator[ExitStack]:
    """systemd's credentials: files that are read by name, and beside which nothing can be put."""
    with ExitStack() as held:
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/dev/fd")
        yield held


def test_a_token_that_systemd_hands_over_is_renewed_in_memory(
    handed: ExitStack, make: Make, tmp_path: Path
) -> None:
    """`LoadCredential=`: the file stays as it was handed over, and each renewal lasts until the next."""

    def desk(server: GoogleServer, folder: Path) -> str:
        settings = google_desk(server, folder)
        token = handed.enter_context((folder / "work.json").open())
        return settings.replace(
            f'{{ file = "{folder / "work.json"}" }}', f'{{ credential = "{token.fileno()}" }}'
        )

    house = make(desk)
    before = (tmp_path / "work.json").read_text()
    house.block(MONDAY)
    for _ in range(3):
        house.server.oauth.expire_access()
        assert house.later(minutes=2)[-1].problems == ()
    through_a_yes(house)
    assert (tmp_path / "work.json").read_text() == before


@pytest.mark.parametrize("address", [DANA, "okafor@example.org"])
def test_a_therapist_who_invites_herself_to_a_hold_hinders_nobody(make: Make, address: str) -> None:
    """On a calendar beside the main one Google does not call her entry her own; settings know her addresses."""

    def desk(server: GoogleServer, folder: Path) -> str:
        settings = google_desk(server, folder)
        return settings.replace("hours =", 'addresses = ["okafor@example.org"]\nhours =', 1)

    house = make(desk)
    house.block(MONDAY)
    house.run()
    held = house.offers("c1")[-1]
    house.dana.change(held.uid, {"attendees": [{"email": address, "responseStatus": "accepted"}]}, "Practice")
    house.at(INVITED_BY)
    assert house.offers("c1")[-1].uid == held.uid
    assert house.kinds("c1") == ["REQUEST"]


def test_leave_in_a_calendar_of_the_practice(make: Make) -> None:
    """`shared = "read"`: Kim owns the calendar in which everybody's leave stands; Dana's displaces Dana's sessions."""

    def desk(server: GoogleServer, folder: Path) -> str:
        settings = shared(Shared.READ)(server, folder)
        server.world.add_calendar(KIM, "Away")
        server.share("Away", DANA, "reader")
        return settings.replace("hours =", 'leave_calendars = ["Away"]\nhours =', 1)

    house = make(desk)
    body = {"summary": "Vacation Dana", "start": {"date": "2026-07-06"}, "end": {"date": "2026-07-11"}}
    house.server.person(KIM).enter(body, "Away")
    house.run()
    through_a_yes(house)


def test_sessions_in_a_calendar_that_the_practice_owns(make: Make) -> None:
    """`shared = "write"`: Kim owns Dana's calendar and lets her make changes; syncd works in it as in an own one."""

    def desk(server: GoogleServer, folder: Path) -> str:
        settings = shared(Shared.WRITE)(server, folder)
        server.share("Practice", KIM, "owner")
        server.share("Practice", DANA, "writer")
        return settings

    house = make(desk)
    house.block(MONDAY)
    house.run()
    through_a_yes(house)


def test_sessions_in_the_main_calendar(make: Make) -> None:
    """Where Google lists her among her own guests, and keeps birthdays, places and what others invite her to."""

    def desk(server: GoogleServer, folder: Path) -> str:
        return google_desk(server, folder).replace('calendar = "Practice"', 'calendar = "primary"')

    house = make(desk)
    dana, ada = house.dana, house.person("c1")
    guests = [
        {"email": DANA, "responseStatus": "accepted"},
        {"email": ada.email, "responseStatus": "accepted"},
    ]
    series = dana.enter(weekly("2026-06-01T10:00", attendees=guests))
    yearly = {"eventType": "birthday", "recurrence": ["RRULE:FREQ=YEARLY"]}
    dana.enter(all_day("2026-06-20", "2026-06-21", summary="Kim", **yearly))
    home = {"eventType": "workingLocation", "workingLocationProperties": {"type": "homeOffice"}}
    dana.enter(all_day("2026-07-06", "2026-07-11", summary="Home", **home))
    invitation = house.server.person(KIM).enter(
        timed("2026-07-03T10:00", summary="Board", attendees=[{"email": DANA}]), send="all"
    )
    dana.enter(all_day("2026-07-06", "2026-07-11"))
    assert house.run()[-1].problems == ()
    house.at(INVITED_BY)
    offer = house.offers("c1")[-1]
    assert [mail.event for mail in house.server.mails(ada.email)] == [offer.uid]
    board = dana.event(invitation)
    assert board is not None
    assert not offer.span.overlaps(
        Span(*(datetime.fromisoformat(board[at]["dateTime"]) for at in ("start", "end")))
    )
    ada.answer(offer.uid, "accepted")
    house.later(minutes=2)
    assert house.offers("c1")[-1].state is OfferState.ACCEPTED
    made = dana.event(offer.uid)
    assert made is not None
    assert made["status"] == "confirmed"
    assert dana.event(f"{series}_20260706T080000Z") is None
    assert len(house.server.mails(ada.email)) == 1
    assert dana.event(invitation) == board
