"""Accounts: reachable, signed in, their calendars found, and what the servers can do with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from syncd.core.model import Delivery
from syncd.core.model.errors import ConnectorError
from syncd.core.model.practice import Therapist
from syncd.doctor.doors import door_findings
from syncd.doctor.findings import Check, Finding, attempt, fail, failed, guarded, ok, skipped, warn
from syncd.doctor.organizer import organizer, second_addresses
from syncd.doctor.sessions import session_findings
from syncd.ports import Account, Calendar, CalendarInfo, Capabilities
from syncd.ports.trial import trial
from syncd.settings import CalDavAccount, Settings
from syncd.wiring.checking import AccountDoor, Consent
from syncd.wiring.planner import tokens

_TESTING = timedelta(days=8)
_ADVERTISED = (
    "the server says that it sends invitations; that proves neither that they reach people outside it nor where "
    'answers go: invite an address of yours elsewhere first, or let them go by mail: [mail] and delivery = "imip"'
)
_OWN = 'name one that it owns, or have it shared with more rights and set `shared` to "read" or "write"'


@dataclass(frozen=True, slots=True)
class Named:
    """One calendar as settings name it: under which key, whose it is, and whether syncd writes there."""

    key: str
    calendar: str  # `account/name`
    therapist: Therapist
    written: bool
    busy: bool = False  # only busy time is looked for there
    sessions: bool = False  # the practice calendar


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account that took the credentials, with what it lists.

    `lazy`: a calendar is looked up at its first use only, and by a probe, which writes nothing (Google).
    """

    account: Account
    listed: Sequence[CalendarInfo]
    lazy: bool


def account_findings(one: AccountDoor, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Everything about one account; what a failure makes pointless is skipped and says so."""
    named = [calendar for calendar in named_calendars(settings) if calendar.calendar.startswith(f"{one.id}/")]
    knocked = guarded(Check.CONNECTION, one.door.key, lambda: door_findings(one.door, now))
    yield from knocked
    consent = guarded(Check.CONSENT, f"accounts.{one.id}", lambda: _consent(one, now))
    yield from consent
    if failed(knocked):
        yield from _pointless(one, named, "the server was not reached")
        return
    signed = attempt(Check.CREDENTIALS, f"accounts.{one.id}", lambda: _sign_in(one))
    if isinstance(signed, Finding):
        yield signed
        yield from _unseen(named, "the account could not be read")
        return
    yield ok(Check.CREDENTIALS, f"accounts.{one.id}", f"accepted; calendars listed: {len(signed.listed)}")
    delivery = _delivery(one, settings)
    for calendar in named:
        yield from guarded(
            Check.CALENDAR, calendar.key, partial(_calendar, signed, calendar, delivery, settings, now)
        )


def named_calendars(settings: Settings) -> Iterator[Named]:
    """Every calendar that a therapist's table names, in its order."""
    for at, one in enumerate(settings.therapists):
        key = f"therapists[{at}]"
        yield Named(f"{key}.calendar", one.calendar, one, written=True, sessions=True)
        for number, name in enumerate(one.leave_calendars):
            yield Named(f"{key}.leave_calendars[{number}]", name, one, written=False)
        for number, name in enumerate(one.busy_calendars):
            yield Named(f"{key}.busy_calendars[{number}]", name, one, written=False, busy=True)
        if one.plan_calendar:
            yield Named(f"{key}.plan_calendar", one.plan_calendar, one, written=True)


def _consent(one: AccountDoor, now: datetime) -> Iterator[Finding]:
    if one.consent is not None:
        yield _consented(f"accounts.{one.id}", one.id, one.consent(), now)


def _consented(key: str, account: str, consent: Consent, now: datetime) -> Finding:
    """Google's scopes, and the seven days of a consent screen in "Testing"."""
    if consent.missing:
        missing = ", ".join(consent.missing)
        return fail(
            Check.CONSENT,
            key,
            f"permissions are missing: {missing}; run `syncd auth google {account}`, tick all",
        )
    if consent.delegated:
        return ok(Check.CONSENT, key, "a service account; its scopes stand in the Workspace's admin console")
    if consent.ends is None:
        return ok(
            Check.CONSENT,
            key,
            'all permissions; if the consent screen is in "Testing", Google ends them after 7 days: publish it',
        )
    said = f"Google ends access on {consent.ends:%Y-%m-%d}"
    if consent.ends <= now:
        return fail(
            Check.CONSENT, key, f"{said}: publish the consent screen, run `syncd auth google {account}`"
        )
    why = 'the consent screen is in "Testing" (7 days): publish it' if consent.ends - now < _TESTING else ""
    return warn(
        Check.CONSENT, key, f"{said}; {why or f'run `syncd auth google {account}` again before then'}"
    )


def _sign_in(one: AccountDoor) -> SignedIn:
    account = one.connect()
    return SignedIn(account, account.discover(), lazy=one.consent is not None)


def _pointless(one: AccountDoor, named: Iterable[Named], why: str) -> Iterator[Finding]:
    yield skipped(Check.CREDENTIALS, f"accounts.{one.id}", why)
    yield from _unseen(named, why)


def _unseen(named: Iterable[Named], why: str) -> Iterator[Finding]:
    yield from (skipped(Check.CALENDAR, one.key, why) for one in named)


def _delivery(one: AccountDoor, settings: Settings) -> Delivery | None:
    chosen = next(account for account in settings.accounts if account.id == one.id)
    return chosen.delivery if isinstance(chosen, CalDavAccount) else None


def _calendar(
    signed: SignedIn, one: Named, delivery: Delivery | None, settings: Settings, now: datetime
) -> Iterator[Finding]:
    name = one.calendar.partition("/")[2]
    calendar = signed.account.open(name)
    if signed.lazy:
        signed.account.probe(calendar.id)
    info = _info(signed.listed, calendar.id, name)
    if info is not None and not info.readable and not one.busy:
        yield fail(Check.CALENDAR, one.key, f"this account sees only when it is busy: {_OWN}")
        return
    yield ok(Check.CALENDAR, one.key, "found")
    if one.sessions:
        yield from guarded(
            Check.SESSIONS, one.key, lambda: session_findings(one.key, calendar, one.therapist, settings, now)
        )
    if not one.written:
        return
    probed = attempt(Check.CHANGES, one.key, lambda: signed.account.probe(calendar.id))
    if isinstance(probed, Finding):
        yield probed
        return
    written = guarded(Check.WRITABLE, one.key, lambda: _writable(signed, one, info, calendar, probed, now))
    yield from written
    yield _changes(one.key, probed)
    yield _conditional(one.key, probed, readonly=failed(written))
    yield _scheduling(one.key, probed, delivery, mail=settings.mail is not None)
    yield organizer(one.key, one.therapist, probed, delivery, info)
    yield from second_addresses(one.key, one.therapist, settings.clients, probed, delivery)


def _info(listed: Iterable[CalendarInfo], calendar: str, name: str) -> CalendarInfo | None:
    """What the account's list says of a calendar that settings name by id, name or URL."""
    path = urlsplit(name).path.rstrip("/")
    for one in listed:
        if (
            one.id == calendar
            or name in {one.name, one.url}
            or ("/" in name and urlsplit(one.url).path.rstrip("/") == path)
        ):
            return one
    return None


def _writable(
    signed: SignedIn,
    one: Named,
    info: CalendarInfo | None,
    calendar: Calendar,
    probed: Capabilities,
    now: datetime,
) -> Iterator[Finding]:
    """The probe has written, where writes are conditional; else an entry ten years back is, and removed."""
    if info is not None and not info.writable:
        remedy = _OWN if signed.lazy else "share the calendar with write access"
        yield fail(Check.WRITABLE, one.key, f"read-only for this account: {remedy}")
        return
    if not probed.conditional_writes:
        _write(calendar, now)
    yield ok(Check.WRITABLE, one.key, "can be written")


def _write(calendar: Calendar, now: datetime) -> None:
    uid = next(tokens())
    try:
        calendar.create(trial(uid, now))
    finally:
        with suppress(ConnectorError):
            calendar.delete(uid, "")


def _changes(key: str, probed: Capabilities) -> Finding:
    if probed.sync_tokens:
        return ok(Check.CHANGES, key, "sync tokens: only what changed is fetched")
    if probed.ctags:
        return ok(Check.CHANGES, key, "no sync tokens; change tags say when to compare the whole list")
    return warn(Check.CHANGES, key, "neither sync tokens nor change tags: each look lists the whole calendar")


def _conditional(key: str, probed: Capabilities, *, readonly: bool) -> Finding:
    if not probed.strong_etags:
        return fail(
            Check.CONDITIONAL_WRITES,
            key,
            "the server names weak ETags only: what syncd writes could never be changed or taken back, so it writes "
            "nothing; switch off what rewrites them (compression in a proxy), or use another server",
        )
    if readonly:
        return skipped(Check.CONDITIONAL_WRITES, key, "the calendar cannot be written")
    if probed.conditional_writes:
        return ok(Check.CONDITIONAL_WRITES, key, "the server refuses what rests on an old version")
    return warn(
        Check.CONDITIONAL_WRITES,
        key,
        "the server overwrites newer versions: an edit at the very moment of a write can be lost",
    )


def _scheduling(key: str, probed: Capabilities, delivery: Delivery | None, *, mail: bool) -> Finding:
    if delivery is Delivery.SERVER and not probed.scheduling:
        return fail(
            Check.SCHEDULING,
            key,
            'the server sends no invitations for this account: set delivery to "auto" and add [mail]',
        )
    if probed.delivery is Delivery.GOOGLE:
        return ok(Check.SCHEDULING, key, "Google sends invitations itself")
    if delivery is Delivery.IMIP or (mail and not probed.scheduling):
        return ok(Check.SCHEDULING, key, "invitations go by mail (imip)")
    if probed.scheduling:
        return warn(Check.SCHEDULING, key, _ADVERTISED)
    return fail(Check.SCHEDULING, key, "the server sends no invitations and there is no [mail]: add it")
