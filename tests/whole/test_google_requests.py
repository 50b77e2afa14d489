"""Each request that the daemon makes in a long life, held against the discovery document by a second reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from jsonschema import ValidationError

from syncd.core.model import OfferState
from syncd.standin.google.ledger import Sent
from tests.core.people import BERLIN, NOW
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS
from tests.servers.google import Fault, GoogleServer, Phase
from tests.servers.google.day import POLL, RECORDED, fill, happen
from tests.servers.google.document import Understood, understood
from tests.servers.smtp import SmtpServer
from tests.whole.google import DANA, GoogleHouse, google_desk

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)
KIM = "kim@example.org"
LEE = "lee@example.org"
BASE = "/calendar/v3/"
WRITES = {f"calendar.events.{one}" for one in ("insert", "patch", "delete")}
READS = {f"calendar.{one}" for one in ("events.list", "events.get", "events.instances", "calendarList.list")}


def desk(server: GoogleServer, folder: Path) -> str:
    """Dana's settings, with a calendar of Kim's of which she sees busy time."""
    settings = google_desk(server, folder)
    server.person(KIM)
    server.share(KIM, DANA, "freeBusyReader")
    return settings.replace("hours =", f'busy_calendars = ["{KIM}"]\nhours =', 1)


@pytest.fixture
def house(tmp_path: Path, post: SmtpServer) -> Iterator[GoogleHouse]:
    """Dana with Google; her clients are guests of their own sessions."""
    with ExitStack() as opened:
        found = GoogleHouse(tmp_path, post, SetClock(NOW), opened, desk)
        sessions(found, MONDAYS)
        found.dana.change("c1-series", {"attendees": [{"email": "ada@example.net"}]}, "Practice")
        yield found


def live(house: GoogleHouse) -> None:
    """Everything that makes the daemon ask or write, one after the other."""
    house.run()
    house.block(MONDAY)
    house.run()
    house.server.oauth.expire_access()
    house.at(INVITED_BY)
    first = house.offers("c2")[-1]
    house.answer("c1", "ACCEPTED")
    house.answer("c2", "DECLINED")
    house.later(minutes=2)
    house.later(hours=1)
    second = house.offers("c2")[-1]
    assert second.uid != first.uid
    later = second.span.start + timedelta(days=1)
    ends = later + timedelta(minutes=50)
    house.dana.drag(second.uid, later.isoformat(), ends.isoformat(), "Practice", send="none")
    house.later(minutes=2)
    house.dana.change(second.uid, {"summary": "Appointment with Dana Okafor #send"}, "Practice")
    house.server.fail(Fault(Phase.DROP_AFTER, "events.patch"))
    house.later(minutes=2)
    house.later(minutes=2)
    house.server.world.token_era += 1  # 410: everything is read anew
    house.later(minutes=2)
    house.at(datetime(2026, 6, 30, 12, 0, tzinfo=BERLIN))
    house.dana.delete("leave", "Practice")
    house.stays_away()
    house.later(days=1)
    states = [one.state for one in house.offers("c2")]
    assert states == [OfferState.DECLINED, OfferState.WITHDRAWN]


def read_again(sent: Sent) -> Understood:
    """The request in the document's words."""
    return understood(sent.verb, sent.path.removeprefix(BASE), sent.query, sent.body)


def test_every_request_of_a_life_is_in_the_document(house: GoogleHouse) -> None:
    """Methods, parameters, bodies; and on each write what the document leaves open and syncd must not."""
    live(house)
    sent = house.server.sent
    api = [(one, read_again(one)) for one in sent if one.path.startswith(BASE)]
    assert {told.method for _, told in api} == {*READS, *WRITES, "calendar.freebusy.query"}
    for one, told in api:
        if told.method in WRITES:
            _check_write(one, told)
        else:
            assert "if-match" not in one.headers
    tokens = [parse_qs(one.body) for one in sent if one.path == "/token"]
    assert len(tokens) >= 2
    for form in tokens:
        assert form.keys() == {"grant_type", "refresh_token", "client_id", "client_secret", "scope"}
        assert form["grant_type"] == ["refresh_token"]
    assert len(api) + len(tokens) == len(sent)


def _check_write(one: Sent, told: Understood) -> None:
    body = told.body or {}
    assert told.parameters["sendUpdates"] in {"all", "externalOnly", "none"}
    if told.method == "calendar.events.insert":
        assert "if-match" not in one.headers
        assert body["visibility"] == "private"
        for flag in ("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests"):
            assert body[flag] is False
        assert body["extendedProperties"]["private"]["syncdUid"] == body["id"]
        assert "attendees" not in body
    else:
        assert one.headers["if-match"].startswith('"')
    if "attendees" in body:
        assert len(body["attendees"]) == 1
        assert told.parameters["sendUpdates"] == "all"
    if body.get("status") in {"confirmed", "cancelled"}:
        assert "attendees" not in body
        original = "_" in told.parameters.get(
            "eventId", ""
        )  # one of a series: its guests outside Google hear of it
        assert told.parameters["sendUpdates"] in ({"none", "externalOnly"} if original else {"none"})


def test_the_daemons_share_of_a_recorded_day(tmp_path: Path, post: SmtpServer) -> None:
    """A calendar of 2,000 events: one request for a quiet poll, and what each change of the day needs, no more.

    The 720 polls of the whole day are the connector's test; here the poll before each change and the one after it.
    """
    with ExitStack() as opened:
        house = GoogleHouse(tmp_path, post, SetClock(datetime(2026, 6, 1, 7, tzinfo=BERLIN)), opened)
        fill(house.dana, house.clock.now())
        house.run()
        spent = []
        for moment in RECORDED:
            house.clock.moment = datetime.combine(date(2026, 6, 1), moment.at, BERLIN) - POLL
            spent.append(_requests(house))
            house.clock.moment += POLL
            happen(moment, house.server)
            spent.append(_requests(house))
        assert spent == [one for moment in RECORDED for one in (1, 1 + moment.extra)]


def test_a_quiet_look_with_busy_calendars_is_two_requests(tmp_path: Path, post: SmtpServer) -> None:
    """One for Dana's own calendar, one for all that others share; what is months away is asked for once an hour."""

    def two(server: GoogleServer, folder: Path) -> str:
        server.person(LEE)
        server.share(LEE, DANA, "freeBusyReader")
        return desk(server, folder).replace(f'["{KIM}"]', f'["{KIM}", "{LEE}"]')

    with ExitStack() as opened:
        house = GoogleHouse(tmp_path, post, SetClock(NOW), opened, two)
        house.run()
        spent = []
        for _ in range(35):
            house.clock.moment += POLL
            spent.append(_requests(house))
        assert sorted(spent) == [2] * 34 + [7]


def _requests(house: GoogleHouse) -> int:
    before = len(house.server.calls)
    assert house.run()[-1].problems == ()
    return len(house.server.calls) - before


EVENT = "calendars/dana%40example.org/events"
TIMES = '"start": {"date": "2026-07-06"}, "end": {"date": "2026-07-07"}'


@pytest.mark.parametrize(
    ("verb", "path", "query", "body"),
    [
        ("GET", "calendars/primary/meetings", "", ""),
        ("GET", EVENT, "maxresults=10", ""),
        ("GET", EVENT, "maxResults=ten", ""),
        ("GET", EVENT, "singleEvents=True", ""),
        ("GET", EVENT, "orderBy=summary", ""),
        ("GET", EVENT, "timeMin=yesterday", ""),
        ("GET", f"{EVENT}/abc12/instances", "calendarId=primary", ""),
        ("POST", EVENT, "sendUpdates=everyone", f"{{{TIMES}}}"),
        ("POST", EVENT, "sendUpdates=none", ""),
        ("POST", EVENT, "sendUpdates=none", f'{{"title": "x", {TIMES}}}'),
        ("POST", EVENT, "sendUpdates=none", f'{{"summary": null, {TIMES}}}'),
        ("POST", EVENT, "sendUpdates=none", f'{{"status": "maybe", {TIMES}}}'),
        ("POST", EVENT, "sendUpdates=none", f'{{"created": "2026-07-06T09:00:00Z", {TIMES}}}'),
        ("PATCH", f"{EVENT}/abc12", "sendUpdates=none", '{"start": {"date": "6 July"}}'),
        ("PATCH", f"{EVENT}/abc12", "sendUpdates=none", '{"attendees": [{"mail": "a@b.c"}]}'),
        ("DELETE", f"{EVENT}/abc12", "sendUpdates=none", "{}"),
    ],
)
def test_the_second_reading_refuses_what_is_not_there(verb: str, path: str, query: str, body: str) -> None:
    """It would have noticed: methods, parameters, values, fields, types, nulls."""
    with pytest.raises((AssertionError, ValidationError)):
        understood(verb, path, query, body)


def test_the_second_reading_takes_what_is_there() -> None:
    """A patch may take away by null; a body of dates is one."""
    assert understood("POST", EVENT, "sendUpdates=all", f"{{{TIMES}}}").method == "calendar.events.insert"
    told = understood("PATCH", f"{EVENT}/abc12", "sendUpdates=none", '{"start": {"date": null}}')
    assert told.parameters == {"calendarId": "dana@example.org", "eventId": "abc12", "sendUpdates": "none"}
