"""Every way a request can fail: what is promised of it, and that no write is ever repeated."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httplib2
import pytest
from googleapiclient.errors import HttpError

from connectors.google.account import GoogleAccount
from connectors.google.circuit import Circuit
from connectors.google.faults import translate
from syncd.core.model.errors import (
    AuthExpired,
    ConnectorError,
    Forbidden,
    Malformed,
    Rejected,
    Transient,
    Unclear,
    VersionConflict,
)
from syncd.ports import Calendar
from tests.connectors.google.samples import ADA, CLIENT, TODAY, UID, WINDOW, Clock, hold, timed
from tests.servers.google import Fault, GoogleServer, Person, Phase

OFF = "This appointment does not take place."
NOT_DONE = [Phase.HANG_BEFORE, Phase.DROP_BEFORE]
DONE = [Phase.HANG_AFTER, Phase.DROP_AFTER, Phase.ERROR_AFTER, Phase.TRUNCATED, Phase.HTML]


def _writes(google: GoogleServer) -> int:
    return sum(call.method in {"events.insert", "events.patch", "events.delete"} for call in google.calls)


@pytest.mark.parametrize("phase", [*NOT_DONE, *DONE])
def test_an_unclear_create_is_sent_once_and_found_by_reading(
    google: GoogleServer, calendar: Calendar, phase: Phase
) -> None:
    """Unclear, one request; what stands then says whether it was done, and a second create does not double it."""
    google.fail(Fault(phase, "events.insert"))
    with pytest.raises(Unclear):
        calendar.create(hold())
    assert _writes(google) == 1
    assert (calendar.read(UID, WINDOW) is not None) == (phase in DONE)
    if phase in DONE:
        with pytest.raises(VersionConflict):
            calendar.create(hold())
    else:
        calendar.create(hold())


@pytest.mark.parametrize("phase", [*NOT_DONE, *DONE])
def test_an_unclear_invitation_is_one_mail_at_most(
    google: GoogleServer, calendar: Calendar, phase: Phase
) -> None:
    """The patch is sent once; tried again on what was read back, the client has one mail."""
    written = calendar.create(hold())
    invited = replace(hold(), attendee=ADA, notify=True)
    google.fail(Fault(phase, "events.patch"))
    with pytest.raises(Unclear):
        calendar.replace(invited, written.etag)
    assert len(google.mails(CLIENT)) == (1 if phase in DONE else 0)
    read = calendar.read(UID, WINDOW)
    assert read is not None
    if not read.events[0].attendees:
        calendar.replace(invited, read.etag)
    assert len(google.mails(CLIENT)) == 1


@pytest.mark.parametrize("phase", [*NOT_DONE, Phase.HANG_AFTER, Phase.DROP_AFTER, Phase.ERROR_AFTER])
def test_an_unclear_withdrawal_is_one_mail(google: GoogleServer, calendar: Calendar, phase: Phase) -> None:
    """Deleted or not, a second try after reading back makes it one CANCEL."""
    written = calendar.create(replace(hold(), attendee=ADA))
    google.fail(Fault(phase, "events.delete"))
    with pytest.raises(Unclear):
        calendar.delete(UID, written.etag)
    if calendar.read(UID, WINDOW) is not None:
        calendar.delete(UID, written.etag)
    assert [mail.method for mail in google.mails(CLIENT)] == ["CANCEL"]


@pytest.mark.parametrize("method", ["events.patch", "events.delete"])
@pytest.mark.parametrize("phase", [*NOT_DONE, Phase.HANG_AFTER, Phase.DROP_AFTER, Phase.ERROR_AFTER])
def test_a_withdrawal_broken_off_halfway_goes_on(
    google: GoogleServer, calendar: Calendar, phase: Phase, method: str
) -> None:
    """Tried again as it was recorded, with the etag of before: the last words once, one CANCEL, which says them."""
    written = calendar.create(replace(hold(), attendee=ADA))
    google.fail(Fault(phase, method))
    with pytest.raises(Unclear):
        calendar.delete(UID, written.etag, words=OFF)
    if calendar.read(UID, WINDOW) is not None:
        calendar.delete(UID, written.etag, words=OFF)
    assert [(mail.method, mail.description) for mail in google.mails(CLIENT)] == [("CANCEL", OFF)]


def test_nobody_listening_is_transient_for_writes_too(google: GoogleServer, calendar: Calendar) -> None:
    """A refused connection promises that nothing was done."""
    google.__exit__(None, None, None)
    with pytest.raises(Transient):
        calendar.create(hold())


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (403, "quotaExceeded", Transient),
        (403, "rateLimitExceeded", Transient),
        (403, "userRateLimitExceeded", Transient),
        (403, "dailyLimitExceeded", Transient),
        (403, "calendarUsageLimitsExceeded", Transient),
        (403, "concurrentLimitExceeded", Transient),
        (403, "dailyLimitExceededUnreg", Transient),
        (403, "userRateLimitExceededUnreg", Transient),
        (403, "variableTermLimitExceeded", Transient),
        (429, "rateLimitExceeded", Transient),
        (403, "requiredAccessLevel", Forbidden),
        (403, "forbidden", Forbidden),
        (403, "insufficientPermissions", AuthExpired),
        (403, "accessNotConfigured", AuthExpired),
        (403, "domainPolicy", AuthExpired),
        (403, "forbiddenForServiceAccounts", AuthExpired),
        (400, "invalid", Rejected),
        (412, "conditionNotMet", VersionConflict),
        (503, "backendError", Unclear),
        (500, "internalError", Unclear),
    ],
)
def test_a_refused_write_is_named_for_what_it_is(
    google: GoogleServer, calendar: Calendar, status: int, reason: str, error: type[ConnectorError]
) -> None:
    """Quota, rights, scopes and a bad body are told apart by Google's own reason."""
    calendar.create(hold())
    google.fail(Fault(Phase.REFUSED, "events.patch", status=status, reason=reason))
    with pytest.raises(error) as caught:
        calendar.replace(replace(hold(), title="New"), "")
    assert type(caught.value) is error
    assert reason in str(caught.value)


@pytest.mark.parametrize("phase", [Phase.REFUSED, Phase.DROP_BEFORE, Phase.HANG_BEFORE, Phase.DROP_AFTER])
def test_a_read_is_tried_again(google: GoogleServer, dana: Person, calendar: Calendar, phase: Phase) -> None:
    """What changes nothing may be asked twice."""
    dana.enter(timed("2026-07-06T09:00"), "Practice")
    google.fail(Fault(phase, "events.list"))
    assert len(calendar.changes("", WINDOW).objects) == 1


def test_a_read_waits_as_long_as_the_server_says(
    google: GoogleServer, calendar: Calendar, clock: Clock
) -> None:
    """Retry-After counts."""
    google.fail(Fault(Phase.REFUSED, "events.list", status=503, retry_after=7))
    assert calendar.changes("", WINDOW).complete
    (slept,) = clock.slept
    assert 7.0 <= slept <= 8.0


def test_a_long_wait_is_left_to_the_caller(google: GoogleServer, calendar: Calendar, clock: Clock) -> None:
    """The pass goes on without this account, and knows when to come back."""
    google.fail(Fault(Phase.REFUSED, "events.list", status=429, reason="rateLimitExceeded", retry_after=300))
    with pytest.raises(Transient) as caught:
        calendar.changes("", WINDOW)
    assert caught.value.retry_after is not None
    assert timedelta(seconds=300) <= caught.value.retry_after <= timedelta(seconds=330)
    assert clock.slept == []


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded"])
def test_a_read_refused_for_its_rate_is_tried_again(
    google: GoogleServer, calendar: Calendar, clock: Clock, reason: str
) -> None:
    """Google rarely names a time: a second or two of patience, not a pass without the account."""
    google.fail(Fault(Phase.REFUSED, "events.list", status=403, reason=reason))
    assert calendar.changes("", WINDOW).complete
    assert [call.method for call in google.calls] == ["events.list"] * 2
    assert len(clock.slept) == 1


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("accessNotConfigured", "enable the Google Calendar API in the console"),
        ("SERVICE_DISABLED", "enable the Google Calendar API in the console"),
        ("domainPolicy", "a Workspace admin has to allow the app"),
        ("forbiddenForServiceAccounts", "set `subject`"),
    ],
)
def test_what_only_a_setting_at_google_mends_pauses_the_account_and_names_it(reason: str, said: str) -> None:
    """In the form with `errors` and in that with `details`, as the API gives both: one line; no sharing is blamed."""
    plain = {"code": 403, "status": "PERMISSION_DENIED", "message": "No."}
    for form in ("errors", "details"):
        told = {"error": plain | {form: [{"reason": reason}]}}
        refused = HttpError(httplib2.Response({"status": 403}), json.dumps(told).encode())
        error = translate(refused, "events.insert home/x", writing=True, renewal="")
        assert type(error) is AuthExpired
        assert said in str(error)
        assert "\n" not in str(error)


@pytest.mark.parametrize("writing", [False, True])
def test_a_403_of_somebody_else_is_no_right_missing(writing: bool) -> None:
    """A proxy's page, or Google's own for machines that ask too much: nothing was done, and later it may go."""
    refused = HttpError(httplib2.Response({"status": 403}), b"<!DOCTYPE html><title>Blocked</title>")
    error = translate(refused, "events.insert home/x", writing=writing, renewal="")
    assert type(error) is Transient
    assert "proxy" in str(error)


def test_refusals_are_logged_by_us_alone(
    google: GoogleServer, calendar: Calendar, caplog: pytest.LogCaptureFixture
) -> None:
    """The library would quote an answer that it cannot read, whatever that holds."""
    caplog.set_level(logging.INFO)
    google.fail(Fault(Phase.REFUSED, "events.list", status=403, reason="rateLimitExceeded"))
    assert calendar.changes("", WINDOW).complete
    assert caplog.text == ""


def test_quota_on_writes_holds_writes_back_and_lets_reads_go(
    google: GoogleServer, calendar: Calendar, clock: Clock
) -> None:
    """The circuit: no further write reaches Google until the time is over; answers are still read."""
    google.world.quota.invitations = 0
    with pytest.raises(Transient, match="quotaExceeded"):
        calendar.create(replace(hold(), attendee=ADA, notify=True))
    google.calls.clear()
    with pytest.raises(Transient) as caught:
        calendar.create(hold())
    assert google.calls == []
    assert caught.value.retry_after is not None
    assert calendar.changes("", WINDOW).complete
    clock.sleep(caught.value.retry_after.total_seconds())
    calendar.create(hold())


@pytest.mark.parametrize("status", [403, 429])
def test_the_limit_per_minute_is_patience_and_no_right_missing(
    google: GoogleServer, dana: Person, calendar: Calendar, status: int
) -> None:
    """403 and 429 alike."""
    google.world.quota.per_minute = 0
    google.world.quota.status = status
    google.world.quota.retry_after = 60
    with pytest.raises(Transient) as caught:
        calendar.changes("", WINDOW)
    assert caught.value.retry_after is not None
    assert timedelta(seconds=60) <= caught.value.retry_after <= timedelta(seconds=66)


@pytest.mark.parametrize("retry_after", [None, 0, 30])
def test_two_that_are_refused_at_once_come_back_apart(
    google: GoogleServer, dana: Person, tmp_path: Path, retry_after: int | None
) -> None:
    """Whether a time was named or not: no two waits are the same, be it for another try or in the next pass."""
    google.world.quota.per_minute, google.world.quota.retry_after = 0, retry_after
    slept: list[list[float]] = []
    named = set()
    for number in range(3):
        clock = Clock()
        config = google.config(f"work{number}", dana.email, tmp_path)
        account = GoogleAccount(config, TODAY, sleep=clock.sleep, monotonic=clock)
        with pytest.raises(Transient) as caught:
            account.open("primary").changes("", WINDOW)
        slept.append(clock.slept)
        named.add(caught.value.retry_after)
    for waits in zip(*slept, strict=True):
        assert len(set(waits)) == len(waits)
    assert len(named) == 3


def test_a_redirect_is_followed_by_nobody(google: GoogleServer, calendar: Calendar) -> None:
    """It would carry the access token elsewhere: the admin looks at `api_endpoint`."""
    google.fail(Fault(Phase.REFUSED, "events.list", status=302, reason="moved"))
    with pytest.raises(Malformed, match="api_endpoint"):
        calendar.changes("", WINDOW)


def test_a_calendar_shared_read_only_says_what_to_do(
    google: GoogleServer, calendar: Calendar, dana: Person
) -> None:
    """The owner took write access away: Forbidden, with the remedy."""
    calendar.create(hold())
    google.fail(Fault(Phase.REFUSED, "events.patch", status=403, reason="requiredAccessLevel"))
    with pytest.raises(Forbidden, match="write access"):
        calendar.replace(replace(hold(), title="New"), "")


def test_threads_do_not_share_connections(google: GoogleServer, dana: Person, account: GoogleAccount) -> None:
    """Eight threads read and write at once, and nothing is lost or mixed up."""
    calendar = account.open("Practice")
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                uid = f"thread{number}turn{turn}"
                calendar.create(hold(uid=uid))
                read = calendar.read(uid, WINDOW)
                assert read is not None
                assert read.uid == uid
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(dana.events("Practice")) == 40


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Mon, 01 Jun 2026 08:01:30 GMT", 90),
        ("Mon, 01 Jun 2026 07:00:00 GMT", 0),
        ("soon", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int | None) -> None:
    """RFC 9110 §10.2.3; a date counts from the answer's own, whatever this machine's clock says."""
    headers = {"status": 503, "retry-after": value, "date": "Mon, 01 Jun 2026 08:00:00 GMT"}
    refused = HttpError(httplib2.Response(headers), b"not json")
    error = translate(refused, "events.list home/x", writing=False, renewal="")
    assert isinstance(error, Transient)
    assert error.retry_after == (None if seconds is None else timedelta(seconds=seconds))


def test_a_circuit_opens_after_three_failures_and_closes_by_itself(clock: Clock) -> None:
    """A server that only drops connections gets a rest too; the first success forgets the failures."""
    circuit = Circuit(clock)
    for _ in range(2):
        circuit.failed("read", Transient("x"), quota=False)
    circuit.check("read")
    circuit.succeeded("read")
    for _ in range(3):
        circuit.failed("read", Transient("x"), quota=False)
    with pytest.raises(Transient) as caught:
        circuit.check("write")
    assert caught.value.retry_after is not None
    clock.sleep(caught.value.retry_after.total_seconds())
    circuit.check("read")
    circuit.check("write")
