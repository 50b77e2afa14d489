"""Which calendars there are, whose they are, and what may be done with them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.google.account import GoogleAccount
from connectors.google.config import GoogleConfig
from connectors.google.scopes import LEAST_SCOPES, SCOPE
from syncd.core.model import Delivery, EventKind, OccurrenceRef, PartStat, Transparency
from syncd.core.model.errors import AuthExpired, ConfigError, Forbidden, NotFound, Transient
from syncd.core.time.spans import Span
from tests.connectors.google.samples import (
    ADA,
    BERLIN,
    CLIENT,
    THERAPIST,
    TODAY,
    UID,
    WINDOW,
    all_day,
    hold,
    timed,
    weekly,
)
from tests.servers.google import Fault, GoogleServer, Person, Phase


def test_calendars_are_listed_by_name(google: GoogleServer, ada: Person, account: GoogleAccount) -> None:
    """Names are for people; ids go to logs, so an address never stands in one."""
    google.share(CLIENT, THERAPIST, "reader")
    found = {one.name: one for one in account.discover()}
    assert {name: one.writable for name, one in found.items()} == {
        "primary": True,
        "Practice": True,
        CLIENT: False,
    }
    assert found["primary"].id == "work/primary"
    assert not any("@" in one.id for one in found.values())


@pytest.mark.parametrize("name", ["primary", THERAPIST, "Dana@Example.org"])
def test_the_main_calendar_opens_by_keyword_and_address(account: GoogleAccount, name: str) -> None:
    """Both are what people know it by; its id is what settings call it, and the probe knows it by that."""
    assert account.open(name).id == f"work/{name}"
    assert account.probe(f"work/{name}").delivery is Delivery.GOOGLE


def test_an_unknown_name_lists_what_there_is(account: GoogleAccount) -> None:
    """The admin sees the right spelling."""
    with pytest.raises(NotFound, match="Practice, primary"):
        account.open("Praxis").changes("", WINDOW)


def test_a_colleague_who_is_not_on_the_list_has_to_be_added(
    google: GoogleServer, account: GoogleAccount
) -> None:
    """An address is not in the line, so that it may stand in a log; what to do is."""
    with pytest.raises(NotFound, match="added in Google Calendar first") as caught:
        account.open("kim@example.org").changes("", WINDOW)
    assert "@" not in str(caught.value)


def test_two_calendars_of_one_name_need_the_id(google: GoogleServer, account: GoogleAccount) -> None:
    """The error gives the ids, and one of them opens."""
    second = google.world.add_calendar(THERAPIST, "Practice")
    with pytest.raises(NotFound, match=second.id):
        account.open("Practice").changes("", WINDOW)
    assert account.open(second.id).changes("", WINDOW).complete


def test_google_carries_invitations_of_an_owner(account: GoogleAccount) -> None:
    """The probe writes nothing and names the account's address."""
    capabilities = account.probe("work/Practice")
    assert capabilities.delivery is Delivery.GOOGLE
    assert capabilities.addresses == (THERAPIST,)
    assert capabilities.conditional_writes


@pytest.mark.parametrize(("zone", "told"), [("UTC", "Europe/Berlin"), ("Europe/Lisbon", "Europe/Lisbon")])
def test_times_are_told_in_the_calendars_zone(
    google: GoogleServer, dana: Person, tmp_path: Path, zone: str, told: str
) -> None:
    """Where programs have left a calendar in UTC, in the therapist's: guests read these times in Google's mails."""
    google.world.add_calendar(THERAPIST, "Made").zone = zone
    config = replace(google.config("work", THERAPIST, tmp_path), zone=BERLIN)
    made = GoogleAccount(config, TODAY).open("Made")
    made.create(hold())
    event = dana.event(UID, "Made")
    assert event is not None
    assert event["start"]["timeZone"] == event["end"]["timeZone"] == told
    assert datetime.fromisoformat(event["start"]["dateTime"]) == datetime(2026, 7, 8, 9, tzinfo=UTC)
    google.calls.clear()
    made.replace(hold(), "")
    assert [call.method for call in google.calls] == ["events.get"]


def test_a_second_address_of_the_therapist_is_no_guest(
    google: GoogleServer, dana: Person, tmp_path: Path
) -> None:
    """Settings know addresses that Google does not call the account's."""
    google.person("office@example.org")
    config = replace(google.config("work", THERAPIST, tmp_path), addresses=("office@example.org",))
    calendar = GoogleAccount(config, TODAY).open("Practice")
    calendar.create(hold())
    dana.change(UID, {"attendees": [{"email": "office@example.org"}]}, "Practice")
    calendar.replace(replace(hold(), attendee=ADA, notify=True), "")
    assert [mail.recipient for mail in google.mails(CLIENT)] == [CLIENT]


def test_any_calendar_may_have_changed(account: GoogleAccount) -> None:
    """Google has no way to ask for all at once."""
    assert account.stale({"work/Practice": "a", "work/primary": "b"}) == {"work/Practice", "work/primary"}


def test_a_shared_calendar_is_busy_time_and_nothing_else(
    google: GoogleServer, ada: Person, account: GoogleAccount
) -> None:
    """With the least scopes: spans over months, no titles, no way to write."""
    ada.enter(timed("2026-07-06T09:00", summary="Secret"))
    ada.enter(timed("2026-07-06T09:30", summary="Overlapping"))
    ada.enter(timed("2026-07-07T09:00", transparency="transparent"))
    ada.enter(weekly("2026-08-03T14:00"))
    google.share(CLIENT, THERAPIST, "freeBusyReader")
    busy = account.open(CLIENT)
    changes = busy.changes("", WINDOW)
    events = [event for one in changes.objects for event in one.events]
    assert [event.when for event in events][:2] == [
        Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, 20, tzinfo=UTC)),
        Span(datetime(2026, 8, 3, 12, tzinfo=UTC), datetime(2026, 8, 3, 12, 50, tzinfo=UTC)),
    ]
    assert len(events) == 6
    assert all(not event.title and event.transparency is Transparency.OPAQUE for event in events)
    assert busy.changes(changes.cursor, WINDOW).complete
    assert busy.read(changes.objects[0].uid, WINDOW) == changes.objects[0]
    for refused in (
        lambda: busy.create(hold()),
        lambda: busy.replace(hold(), ""),
        lambda: busy.delete(UID, ""),
        lambda: busy.cancel(OccurrenceRef(busy.id, UID), ""),
        lambda: busy.restore(OccurrenceRef(busy.id, UID), "{}"),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_a_shared_calendar_that_vanishes_is_not_free(
    google: GoogleServer, ada: Person, account: GoogleAccount
) -> None:
    """No longer shared: NotFound, never an empty week."""
    google.share(CLIENT, THERAPIST, "reader")
    busy = account.open(CLIENT)
    google.share(CLIENT, THERAPIST, "")
    with pytest.raises(NotFound) as caught:
        busy.changes("", WINDOW)
    assert "@" not in str(caught.value)


@pytest.mark.parametrize(("reason", "error"), [("notFound", NotFound), ("internalError", Transient)])
def test_an_error_beside_the_answer_is_not_free_time(
    google: GoogleServer, ada: Person, account: GoogleAccount, reason: str, error: type[Exception]
) -> None:
    """freebusy.query says 200 and names the calendar's trouble inside: never an empty week."""
    google.share(CLIENT, THERAPIST, "freeBusyReader")
    busy = account.open(CLIENT)
    assert busy.changes("", WINDOW).complete
    google.world.busy_errors[CLIENT] = reason
    with pytest.raises(error):
        busy.changes("", WINDOW)


def test_a_wider_scope_reads_shared_leave_with_its_titles(
    google: GoogleServer, dana: Person, ada: Person, tmp_path: Path
) -> None:
    """A leave calendar that somebody else owns: read as events, and read-only all the same."""
    ada.enter(all_day("2026-07-06", "2026-07-11"))
    google.share(CLIENT, THERAPIST, "reader")
    scopes = (*LEAST_SCOPES, SCOPE + "calendar.events.readonly")
    shared = GoogleAccount(google.config("wide", THERAPIST, tmp_path, scopes), TODAY).open(CLIENT)
    (found,) = shared.changes("", WINDOW).objects
    assert found.events[0].title == "Vacation"
    with pytest.raises(Forbidden):
        shared.create(hold())


def test_out_of_office_is_read_from_the_main_calendar(dana: Person, account: GoogleAccount) -> None:
    """Google keeps it there only; it is a kind of its own."""
    dana.enter(timed("2026-07-06T09:00", eventType="outOfOffice"))
    at_home = {"workingLocationProperties": {"type": "homeOffice", "homeOffice": {}}}
    dana.enter(all_day("2026-07-07", "2026-07-08", eventType="workingLocation", **at_home))
    events = [one.events[0] for one in account.open("primary").changes("", WINDOW).objects]
    assert [event.kind for event in events] == [EventKind.OUT_OF_OFFICE, EventKind.WORKING_LOCATION]
    assert events[1].transparency is Transparency.TRANSPARENT


def test_a_list_of_calendars_cut_short_is_not_believed(google: GoogleServer, account: GoogleAccount) -> None:
    """An error, not "no such calendar"."""
    google.fail(Fault(Phase.REFUSED, "calendarList.list", times=9))
    with pytest.raises(Transient):
        account.open("Practice").changes("", WINDOW)


class TestServiceAccount:
    def test_it_acts_for_a_therapist_once_the_admin_delegated(
        self, google: GoogleServer, dana: Person, tmp_path: Path
    ) -> None:
        """Domain-wide delegation: reads and invites as Dana."""
        google.oauth.delegated = frozenset(LEAST_SCOPES)
        account = GoogleAccount(google.service_config("practice", tmp_path, subject=THERAPIST), TODAY)
        calendar = account.open("Practice")
        assert account.probe(calendar.id).delivery is Delivery.GOOGLE
        calendar.create(replace(hold(), attendee=ADA, notify=True))
        assert len(google.mails(CLIENT)) == 1

    def test_without_the_admins_scopes_it_says_where_they_go(
        self, google: GoogleServer, dana: Person, tmp_path: Path
    ) -> None:
        """One line with the remedy."""
        google.oauth.delegated = frozenset(LEAST_SCOPES[:1])
        account = GoogleAccount(google.service_config("practice", tmp_path, subject=THERAPIST), TODAY)
        with pytest.raises(AuthExpired, match="domain-wide delegation"):
            account.discover()

    def test_without_delegation_invitations_go_by_mail(
        self, google: GoogleServer, dana: Person, tmp_path: Path
    ) -> None:
        """Google refuses attendees of a bare service account, so the probe says imip."""
        config = google.service_config("robot", tmp_path)
        google.world.add_calendar("robot@project.example.org", "Shared")
        account = GoogleAccount(config, TODAY)
        assert account.probe("robot/Shared").delivery is Delivery.IMIP
        with pytest.raises(AuthExpired, match="set `subject`"):
            account.open("Shared").create(replace(hold(), attendee=ADA, notify=True))

    @pytest.mark.parametrize("content", ["", "{}", "[]", '{"type": "authorized_user"}'])
    def test_a_file_that_is_no_key_is_named(self, google: GoogleServer, tmp_path: Path, content: str) -> None:
        """With what to do about it."""
        path = tmp_path / "wrong.json"
        path.write_text(content)
        with pytest.raises(AuthExpired, match=r"wrong\.json"):
            GoogleAccount(GoogleConfig("practice", service_account=path), TODAY).discover()


@pytest.mark.parametrize(
    "changes",
    [
        {"api_endpoint": "http://calendar.example.org/"},
        {"token_uri": "http://192.0.2.1/token"},
        {"auth_uri": "ftp://example.org"},
        {"token": None},
        {"service_account": Path("key.json")},
    ],
)
def test_settings_that_would_leak_or_cannot_work_are_refused(changes: dict[str, object]) -> None:
    """Tokens travel over https; plain http is for this machine only; there is one way to sign in."""
    config = GoogleConfig("work", token=Path("token.json"))
    with pytest.raises(ConfigError, match=r"accounts\.work"):
        replace(config, **changes)  # type: ignore[arg-type]  # one field or the other, by name


def test_its_libraries_keep_python_s_age_to_themselves() -> None:
    """A journal would hold their notice, in their words, with every command from a year before Python's end on."""
    later = "import time_machine; time_machine.travel('2027-09-13').start(); import connectors.google.client"
    around = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", later], env=around, capture_output=True, text=True, timeout=600, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("role", ["reader", "writerWithoutPrivateAccess"])
def test_a_role_that_hides_private_events_reads_and_does_not_write(
    google: GoogleServer, ada: Person, tmp_path: Path, role: str
) -> None:
    """What we write is private: with such a role it could never be read again. What is hidden takes its time."""
    google.person(THERAPIST)
    ada.enter(all_day("2026-07-06", "2026-07-11"))
    ada.enter(timed("2026-07-13T09:00", visibility="private"))
    google.share(CLIENT, THERAPIST, role)
    account = GoogleAccount(
        google.config("wide", THERAPIST, tmp_path, (*LEAST_SCOPES, SCOPE + "calendar.events")), TODAY
    )
    shared = account.open(CLIENT)
    events = [one.events[0] for one in shared.changes("", WINDOW).objects]
    assert [(event.title, event.transparency) for event in events] == [
        ("Vacation", Transparency.OPAQUE),
        ("", Transparency.OPAQUE),
    ]
    (info,) = (one for one in account.discover() if one.url == CLIENT)
    assert (info.readable, info.writable) == (True, False)
    with pytest.raises(Forbidden):
        shared.create(hold())


def test_the_therapist_s_no_counts_at_an_alias_that_settings_do_not_know(
    google: GoogleServer, dana: Person, ada: Person, tmp_path: Path
) -> None:
    """Google says which guest the calendar's owner is, by whatever address they were invited; nobody else changes."""
    alias = "d.okafor@example.org"
    google.world.users[THERAPIST].aliases = frozenset({alias})
    key = ada.enter(timed("2026-07-06T09:00", attendees=[{"email": alias}, {"email": CLIENT}]), send="all")
    google.person(THERAPIST).answer(key, "declined")
    config = replace(google.config("work", THERAPIST, tmp_path), addresses=("dana@praxis.example", THERAPIST))
    calendar = GoogleAccount(config, TODAY).open("primary")
    (found,) = calendar.changes("", WINDOW).objects
    answers = {one.email: one.partstat for one in found.events[0].attendees}
    assert answers == {THERAPIST: PartStat.DECLINED, CLIENT: PartStat.NEEDS_ACTION}
    assert calendar.read(key, WINDOW) == found
