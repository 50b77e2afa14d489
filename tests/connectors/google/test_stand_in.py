"""The stand-in itself: it refuses what Google's documents do not allow, and the test that did it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from icalendar import Calendar as IcalCalendar
from jsonschema import ValidationError

from connectors.google.account import GoogleAccount
from connectors.google.scopes import LEAST_SCOPES
from syncd.core.model import OccurrenceRef
from syncd.standin.google.answers import ApiError
from syncd.standin.google.post import message_of
from tests.connectors.google.samples import (
    ADA,
    CLIENT,
    THERAPIST,
    TODAY,
    WINDOW,
    Json,
    all_day,
    hold,
    timed,
    weekly,
)
from tests.scenario import ics
from tests.servers.google import GoogleServer, Person
from tests.servers.google.document import understood

EVENTS = f"calendars/{THERAPIST}/events"


# What the document's prose calls read-only, immutable, or not to be modified.
UNCHANGEABLE: tuple[Json, ...] = (
    {"eventType": "default"},
    {"recurringEventId": "abc12"},
    {"originalStartTime": {"dateTime": "2026-07-06T07:00:00Z"}},
    {"locked": True},
    {"organizer": {"email": THERAPIST}},
    {"creator": {"email": THERAPIST}},
    {"privateCopy": True},
    {"birthdayProperties": {"type": "birthday"}},
    {"id": "abc13"},
    {"attendees": [{"email": CLIENT, "self": True}]},
)
# What the API's guides forbid.
FORBIDDEN: tuple[Json, ...] = (
    timed("2026-07-06T09:00", organizer={"email": THERAPIST}),
    timed("2026-07-06T09:00", locked=True),
    timed("2026-07-06T09:00", eventType="fromGmail"),
    timed("2026-07-06T09:00", eventType="birthday"),
    all_day("2026-07-06", "2026-07-07", eventType="birthday"),
    all_day("2026-07-06", "2026-07-07", eventType="workingLocation"),
    timed("2026-07-06T09:00", eventType="outOfOffice", attendees=[{"email": CLIENT}]),
    timed("2026-07-06T09:00", eventType="focusTime", attendees=[{"email": CLIENT}]),
    timed("2026-07-06T09:00", extendedProperties={"private": {"a": "x" * 1025}}),
    timed("2026-07-06T09:00", extendedProperties={"private": {"a" * 45: "x"}}),
    timed("2026-07-06T09:00", description="x" * 8193),
    timed("2026-07-06T09:00", attendees=[{"email": "ada"}]),
    timed("2026-07-06T09:00", attendees=[{"email": "ada@example"}]),
    timed("2026-07-06T09:00", attendees=[{"email": "Ada <ada@example.com>"}]),
    timed("2026-07-06T09:00", attendees=[{"displayName": "Ada"}]),
    timed(
        "2026-07-06T09:00",
        reminders={"useDefault": True, "overrides": [{"method": "popup", "minutes": 5}]},
    ),
)


class Raw:
    """Requests as any program could make them."""

    def __init__(self, google: GoogleServer) -> None:
        self._google = google
        refresh = google.oauth.grant(THERAPIST, LEAST_SCOPES)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh,
            "client_id": google.oauth.client_id,
            "client_secret": google.oauth.client_secret,
        }
        token = requests.post(google.token_uri, data=form, timeout=120).json()["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def __call__(self, verb: str, path: str, body: Json | None = None, **query: str) -> requests.Response:
        return requests.request(
            verb,
            self._google.api_endpoint + path,
            params=query,
            json=body,
            headers=self._headers,
            timeout=120,
        )

    def insert(self, body: Json) -> requests.Response:
        return self("POST", EVENTS, body, sendUpdates="none")


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    """A server whose list of violations is the subject here."""
    with GoogleServer() as server:
        yield server
        server.violations.clear()


@pytest.fixture
def raw(google: GoogleServer, dana: Person) -> Raw:
    """A program with Dana's consent."""
    return Raw(google)


@pytest.mark.parametrize(
    ("verb", "path", "body", "query"),
    [
        ("GET", "calendars/primary/meetings", None, {}),
        ("POST", "calendars/primary/events/abc12/instances", {}, {}),
        ("GET", EVENTS, None, {"maxresults": "10"}),
        ("GET", EVENTS, None, {"maxResults": "many"}),
        ("GET", EVENTS, None, {"singleEvents": "True"}),
        ("GET", EVENTS, None, {"orderBy": "summary"}),
        ("GET", EVENTS, None, {"timeMin": "2026-07-01T00:00:00"}),
        ("POST", EVENTS, timed("2026-07-06T09:00"), {"sendUpdates": "everyone"}),
        ("POST", EVENTS, timed("2026-07-06T09:00"), {}),
        ("POST", EVENTS, None, {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", title="x"), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", sequence="1"), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", status="maybe"), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", created="2026-07-06T09:00:00Z"), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", location=None), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", attendees=[{"mail": "a@b.c"}]), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", attendees="a@b.c"), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", id="abc12", iCalUID="x"), {"sendUpdates": "none"}),
        ("POST", EVENTS, all_day("6 July", "7 July"), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", conferenceData={}), {"sendUpdates": "none"}),
        ("POST", EVENTS, timed("2026-07-06T09:00", attachments=[]), {"sendUpdates": "none"}),
        ("POST", f"{EVENTS}/quickAdd", None, {"text": "x"}),
        *(("PATCH", f"{EVENTS}/abc12", body, {"sendUpdates": "none"}) for body in UNCHANGEABLE),
        *(("POST", EVENTS, body, {"sendUpdates": "none"}) for body in FORBIDDEN),
    ],
)
def test_what_the_documents_do_not_know_is_refused_and_recorded(
    google: GoogleServer,
    dana: Person,
    raw: Raw,
    verb: str,
    path: str,
    body: Json | None,
    query: dict[str, str],
) -> None:
    """Unknown methods, parameters, values, fields and types; what prose forbids; a write that says not whom to tell."""
    dana.enter(timed("2026-07-06T09:00", id="abc12"))
    assert raw(verb, path, body, **query).status_code in {400, 501}
    assert len(google.violations) == 1


@pytest.mark.parametrize("body", UNCHANGEABLE)
def test_the_second_reading_refuses_the_same_patches(body: Json) -> None:
    """What is said once and for all, or by the server alone, is in no patch."""
    with pytest.raises((AssertionError, ValidationError)):
        understood("PATCH", f"{EVENTS}/abc12", "sendUpdates=none", json.dumps(body))


def test_the_list_of_calendars_has_pages(
    google: GoogleServer, dana: Person, raw: Raw, tmp_path: Path
) -> None:
    """As `maxResults` says, or the server; the connector follows them to the end."""
    google.world.add_calendar(THERAPIST, "Leave")
    first = raw("GET", "users/me/calendarList", maxResults="2").json()
    assert len(first["items"]) == 2
    assert "nextSyncToken" not in first
    last = raw("GET", "users/me/calendarList", maxResults="2", pageToken=first["nextPageToken"]).json()
    assert [one["summary"] for one in last["items"]] == ["Leave"]
    assert "nextPageToken" not in last
    google.world.page_size = 1
    found = GoogleAccount(google.config("work", THERAPIST, tmp_path), TODAY).discover()
    assert len(found) == 3


def test_a_violation_fails_the_test_that_made_it() -> None:
    """Also where the program under test swallowed the 400."""

    def make() -> None:
        with GoogleServer() as google:
            google.person(THERAPIST)
            Raw(google)("GET", EVENTS, maxresults="10")

    with pytest.raises(AssertionError, match="maxresults"):
        make()


@pytest.mark.parametrize(
    "clash",
    [
        {"timeMin": "2026-07-01T00:00:00Z"},
        {"timeMax": "2026-07-01T00:00:00Z"},
        {"q": "AB"},
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"updatedMin": "2026-07-01T00:00:00Z"},
        {"privateExtendedProperty": "a=b"},
        {"sharedExtendedProperty": "a=b"},
        {"showDeleted": "false"},
        {"singleEvents": "true"},
    ],
)
def test_a_sync_token_stands_with_the_first_calls_parameters_only(
    google: GoogleServer, raw: Raw, clash: dict[str, str]
) -> None:
    """Those it excludes, and any that differ, are refused."""
    token = raw("GET", EVENTS).json()["nextSyncToken"]
    assert raw("GET", EVENTS, syncToken=token).status_code == 200
    assert raw("GET", EVENTS, None, syncToken=token, **clash).status_code == 400
    assert google.violations


def test_the_sync_token_comes_with_the_last_page(google: GoogleServer, dana: Person, raw: Raw) -> None:
    """And with no other."""
    for hour in range(8, 13):
        dana.enter(timed(f"2026-07-06T{hour:02}:00"))
    pages = [raw("GET", EVENTS, maxResults="2").json()]
    while "nextPageToken" in pages[-1]:
        pages.append(raw("GET", EVENTS, maxResults="2", pageToken=pages[-1]["nextPageToken"]).json())
    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert ["nextSyncToken" in page for page in pages] == [False, False, True]


def test_a_page_token_stands_with_the_first_pages_parameters_only(
    google: GoogleServer, dana: Person, raw: Raw
) -> None:
    """Any that differ are refused, and a token that nobody gave is none."""
    for hour in range(8, 11):
        dana.enter(timed(f"2026-07-06T{hour:02}:00"))
    token = raw("GET", EVENTS, maxResults="2").json()["nextPageToken"]
    assert raw("GET", EVENTS, maxResults="2", pageToken=token, showDeleted="true").status_code == 400
    assert google.violations
    assert raw("GET", EVENTS, maxResults="2", pageToken=token).status_code == 200
    assert raw("GET", EVENTS, maxResults="2", pageToken="guessed").status_code == 410


def test_a_used_id_answers_409_403_and_410(google: GoogleServer, raw: Raw) -> None:
    """Insert, update and delete of what was deleted."""
    body = timed("2026-07-06T09:00", id="abc12")
    assert raw.insert(body).status_code == 200
    assert raw.insert(body).status_code == 409
    assert raw("DELETE", f"{EVENTS}/abc12", sendUpdates="none").status_code == 204
    assert raw.insert(body).status_code == 409
    assert raw("PATCH", f"{EVENTS}/abc12", {"summary": "x"}, sendUpdates="none").status_code == 403
    assert raw("DELETE", f"{EVENTS}/abc12", sendUpdates="none").status_code == 410


@pytest.mark.parametrize("key", ["abcw", "ABC12345", "abc-1234", "wxyz1234"])
def test_ids_outside_base32hex_are_refused(raw: Raw, key: str) -> None:
    """[a-v0-9]{5,1024}."""
    assert raw.insert(timed("2026-07-06T09:00", id=key)).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {"summary": "no time"},
        timed("2026-07-06T09:00", end={"date": "2026-07-07"}),
        timed("2026-07-06T09:00", end={"dateTime": "2026-07-05T09:00:00Z"}),
        timed("2026-07-06T09:00", start={"dateTime": "2026-07-06T09:00:00Z", "timeZone": "Mars/Base"}),
        timed(
            "2026-07-06T09:00", start={"dateTime": "2026-07-06T09:00:00Z"}, recurrence=["RRULE:FREQ=WEEKLY"]
        ),
        timed("2026-07-06T09:00", recurrence=["RRULE:FREQ=SOMETIMES"]),
        all_day("2026-07-06", "2026-07-07", eventType="outOfOffice"),
    ],
)
def test_events_that_make_no_sense_are_refused(raw: Raw, body: Json) -> None:
    """No time, mixed times, a negative length, unknown zones, a series without zone, broken rules."""
    assert raw.insert(body).status_code == 400


def test_tombstones_are_bare(dana: Person, raw: Raw) -> None:
    """A deleted event tells its id, a cancelled occurrence its series and original start, nothing more."""
    key, series = dana.enter(timed("2026-07-06T09:00")), dana.enter(weekly("2026-07-07T09:00"))
    token = raw("GET", EVENTS).json()["nextSyncToken"]
    dana.delete(key)
    dana.delete(f"{series}_20260714T070000Z")
    items = {one["id"]: one for one in raw("GET", EVENTS, syncToken=token).json()["items"]}
    assert items[key].keys() == {"kind", "etag", "id", "status"}
    assert items[f"{series}_20260714T070000Z"].keys() == {
        "kind",
        "etag",
        "id",
        "status",
        "recurringEventId",
        "originalStartTime",
    }


def test_an_answer_sent_back_without_its_status_is_reset(dana: Person, ada: Person) -> None:
    """The trap that patches with `attendees` fall into."""
    key = dana.enter(timed("2026-07-06T09:00", attendees=[{"email": CLIENT}]), send="all")
    ada.answer(key, "accepted")
    dana.change(key, {"attendees": [{"email": CLIENT}]})
    event = dana.event(key)
    assert event is not None
    assert event["attendees"][0]["responseStatus"] == "needsAction"


@pytest.mark.parametrize("resets", [True, False])
def test_a_new_start_takes_answers_back_or_not(
    google: GoogleServer, dana: Person, ada: Person, resets: bool
) -> None:
    """Google's documents are silent, so both can be had: what a yes was for has to be remembered elsewhere.

    The guest gets one mail for the drag either way.
    """
    google.world.resets_answers = resets
    key = dana.enter(timed("2026-07-06T09:00", attendees=[{"email": CLIENT}]), send="all")
    ada.answer(key, "accepted")
    dana.drag(key, "2026-07-07T09:00:00Z", "2026-07-07T10:00:00Z")
    assert _answer(ada, key) == ("needsAction" if resets else "accepted")
    assert [mail.method for mail in google.mails(CLIENT)] == ["REQUEST", "REQUEST"]


@pytest.mark.parametrize(
    "change",
    [
        {"end": {"dateTime": "2026-07-06T12:00:00Z"}},
        {"start": {"dateTime": "2026-07-06T07:00:00Z", "timeZone": None}},
        {"location": "Room 3", "summary": "Another title", "description": "x", "colorId": "3"},
        {"status": "tentative", "transparency": "transparent", "visibility": "private"},
    ],
)
def test_what_is_no_new_start_leaves_answers(dana: Person, ada: Person, change: Json) -> None:
    """Longer, elsewhere, called otherwise, or the same instant written otherwise: the yes still stands."""
    key = dana.enter(timed("2026-07-06T09:00", attendees=[{"email": CLIENT}]), send="all")
    ada.answer(key, "accepted")
    dana.change(key, change)
    assert _answer(ada, key) == "accepted"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, False),
        ({"extendedProperties": {"private": {"a": "b"}}}, False),
        ({"colorId": "3", "transparency": "transparent", "visibility": "private"}, False),
        ({"start": {"dateTime": "2026-07-06T07:00:00Z", "timeZone": None}}, False),
        ({"summary": "AB"}, False),
        ({"summary": "Another title"}, True),
        ({"description": "Words"}, True),
        ({"location": "Room 3"}, True),
        ({"status": "tentative"}, True),
        ({"end": {"dateTime": "2026-07-06T12:00:00Z"}}, True),
        ({"attendees": [{"email": CLIENT}, {"email": "eve@example.com"}]}, True),
    ],
)
def test_guests_hear_of_what_they_see_only(
    google: GoogleServer, dana: Person, change: Json, told: bool
) -> None:
    """`sendUpdates=all` makes no mail of a change that shows nowhere."""
    key = dana.enter(timed("2026-07-06T09:00", attendees=[{"email": CLIENT}]), send="all")
    dana.change(key, change, send="all")
    assert len(google.mails(CLIENT)) == 1 + told


def test_guests_can_read_what_it_mails_them(google: GoogleServer, dana: Person) -> None:
    """What, when, where and the words, in the text as in the calendar part; the subject says which kind it is."""
    told = {"summary": "Appointment", "location": "Room 3", "description": "Grüße, Dana\nA; B"}
    key = dana.enter(timed("2026-07-06T09:00", **told, attendees=[{"email": CLIENT}]), send="all")
    dana.drag(key, "2026-07-07T09:00:00Z", "2026-07-07T10:00:00Z")
    dana.delete(key)
    mails = [message_of(mail) for mail in google.mails(CLIENT)]
    assert [mail["Subject"] for mail in mails] == [
        "Invitation: Appointment @ Mon 6 Jul 2026 09:00 - 09:50 (CEST)",
        "Updated invitation: Appointment @ Tue 7 Jul 2026 11:00 - 12:00 (CEST)",
        "Canceled event: Appointment @ Tue 7 Jul 2026 11:00 - 12:00 (CEST)",
    ]
    text = mails[0].get_body(("plain",))
    assert text is not None
    assert str(text.get_content()).splitlines()[2:] == [
        "Appointment",
        "When: Mon 6 Jul 2026 09:00 - 09:50 (CEST)",
        "Where: Room 3",
        "",
        "Grüße, Dana",
        "A; B",
    ]
    shown = [IcalCalendar.from_ical(ics.part(mail)).events[0] for mail in mails]
    assert [one.end for one in shown] == [
        datetime(2026, 7, day, hour, minute, tzinfo=UTC)
        for day, hour, minute in ((6, 7, 50), (7, 10, 0), (7, 10, 0))
    ]
    assert shown[0]["DESCRIPTION"] == told["description"]
    assert shown[2]["STATUS"] == "CANCELLED"


def test_a_new_rule_takes_answers_back(dana: Person, ada: Person) -> None:
    """From weekly to every second week: another promise."""
    key = dana.enter(weekly("2026-07-06T09:00", attendees=[{"email": CLIENT}]), send="all")
    ada.answer(key, "accepted")
    dana.change(key, {"recurrence": ["RRULE:FREQ=WEEKLY;INTERVAL=2"]})
    assert _answer(ada, key) == "needsAction"


def _answer(guest: Person, key: str) -> str:
    event = guest.event(key)
    assert event is not None
    return str(event["attendees"][0]["responseStatus"])


def test_guests_cannot_change_what_is_the_organizers(dana: Person, ada: Person) -> None:
    """They answer, and no more."""
    key = dana.enter(timed("2026-07-06T09:00", attendees=[{"email": CLIENT}]), send="all")
    with pytest.raises(ApiError, match="forbiddenForNonOrganizer"):
        ada.change(key, {"summary": "Mine"})


def test_scopes_and_roles_count(google: GoogleServer, dana: Person, ada: Person, raw: Raw) -> None:
    """events.owned reads no calendar that somebody else owns; one that is not shared does not exist."""
    assert raw("GET", f"calendars/{CLIENT}/events").status_code in {403, 404}
    google.share(CLIENT, THERAPIST, "reader")
    assert raw("GET", f"calendars/{CLIENT}/events").status_code == 403
    assert raw("GET", "calendars/primary/acl").status_code in {403, 501}
    google.violations.clear()


def test_all_that_the_connector_ever_asks_is_documented(
    google: GoogleServer, dana: Person, ada: Person, tmp_path: Path
) -> None:
    """A life with every method of the connector: the document knows each request, and nothing is recorded."""
    account = GoogleAccount(google.config("work", THERAPIST, tmp_path), TODAY)
    google.share(CLIENT, THERAPIST, "reader")
    calendar, busy = account.open("primary"), account.open(CLIENT)
    series = dana.enter(weekly("2026-06-01T09:00"))
    cursor = calendar.changes("", WINDOW).cursor
    written = calendar.create(hold())
    calendar.replace(replace(hold(), attendee=ADA, notify=True), written.etag)
    ref = OccurrenceRef(calendar.id, series, "20260608T070000Z")
    calendar.restore(ref, calendar.cancel(ref, "").pre_image)
    calendar.changes(cursor, WINDOW)
    calendar.delete(hold().uid, "")
    busy.changes("", WINDOW)
    account.probe(calendar.id)
    assert {call.method for call in google.calls} == {
        "calendarList.list",
        "events.list",
        "events.get",
        "events.instances",
        "events.insert",
        "events.patch",
        "events.delete",
        "freebusy.query",
    }
    assert google.violations == []
