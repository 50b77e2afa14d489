"""The dumb interpreter of actions: does one thing to the outside world and says what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import (
    CalendarObject,
    Event,
    EventDraft,
    EventStatus,
    MarkerRole,
    address_mark,
    undelivered,
)
from syncd.core.model.actions import Action, CancelOriginal, DeleteEvent, PutEvent, RestoreOriginal, SendMail
from syncd.core.model.effects import EffectState
from syncd.core.model.errors import AuthExpired, ConnectorError, NotFound, Transient, Unclear, VersionConflict
from syncd.core.offers import EffectResult
from syncd.outcome import NOTHING, EffectPorts, Outcome, read_back
from syncd.ports import Rework
from syncd.traces import versioned

RETRY_FIRST = timedelta(minutes=1)
RETRY_MOST = timedelta(hours=1)
PARTLY_AFTER = (
    4  # attempts, a quarter of an hour: longer than a server that has never heard of us is usually shy
)
RETRY_AUTH = timedelta(minutes=15)
UNCLEAR_PATIENCE = timedelta(minutes=15)  # how long evidence of an unclear mail may take to arrive


Occurrence = CancelOriginal | RestoreOriginal


def perform(action: Action, hands: EffectPorts, now: datetime, attempts: int) -> Outcome:
    """Do it, once. Never raises a ConnectorError: each becomes a state (docs/architecture.md#how-an-effect-lives).

    What is new, and tells nobody, is left to be read back with others (`read_together`).
    """
    try:
        return _do(action, hands, attempts)
    except ConnectorError as error:
        return _failed(action, hands, now, attempts, error)


def perform_together(
    actions: Sequence[Occurrence], hands: EffectPorts, now: datetime, attempts: int
) -> tuple[Outcome, ...]:
    """Several occurrences of one object, in one write; an outcome for each, as `perform` gives it."""
    ref = actions[0].ref
    changes = [Rework(one.ref, *_asked(one)) for one in actions]
    try:
        done = hands.calendars[ref.calendar].rework(ref.uid, changes)
    except ConnectorError as error:
        return tuple(_failed(one, hands, now, attempts, error) for one in actions)
    read = _seen(actions[0], read_back(ref.calendar, ref.uid, EffectResult(etag=done.etag), hands))

    def outcome(one: Occurrence) -> Outcome:
        if one.ref in done.refused:
            return _failed(one, hands, now, attempts, done.refused[one.ref])
        return replace(read, evidence=replace(read.evidence, pre_image=done.pre_images.get(one.ref, "")))

    return tuple(map(outcome, actions))


def _asked(action: Occurrence) -> tuple[str, str | None]:
    return (action.etag, None) if isinstance(action, CancelOriginal) else ("", action.pre_image)


def _failed(
    action: Action, hands: EffectPorts, now: datetime, attempts: int, error: ConnectorError
) -> Outcome:
    match error:
        case Transient(retry_after=retry_after):
            return _later(now, retry_after or _backoff(attempts), error)
        case AuthExpired():
            return _later(now, RETRY_AUTH, error)
        case Unclear():
            return Outcome(EffectState.UNKNOWN, detail=_kind(error))
        case VersionConflict() | NotFound():
            return _overtaken(action, hands, error)
        case _:
            return Outcome(EffectState.ESCALATED, detail=_kind(error))


def _kind(error: ConnectorError) -> str:
    """The error's class: its text may name hosts or addresses, which audit rows and logs never hold."""
    return type(error).__name__


def _backoff(attempts: int) -> timedelta:
    return min(RETRY_FIRST * int(2 ** min(attempts, 10)), RETRY_MOST)


def _later(now: datetime, delay: timedelta, error: ConnectorError) -> Outcome:
    return Outcome(EffectState.READY, detail=_kind(error), not_before=now + delay)


def _do(action: Action, hands: EffectPorts, attempts: int) -> Outcome:
    match action:
        case PutEvent():
            return _put(action, hands)
        case DeleteEvent(calendar=calendar, uid=uid, etag=etag, quiet=quiet, words=words):
            hands.calendars[calendar].delete(uid, etag, quiet=quiet, words=words)
            return Outcome(EffectState.DONE, gone=(calendar, uid))
        case CancelOriginal(ref=ref, etag=etag):
            cancelled = hands.calendars[ref.calendar].cancel(ref, etag)
            evidence = EffectResult(etag=cancelled.etag, pre_image=cancelled.pre_image)
            return _seen(action, read_back(ref.calendar, ref.uid, evidence, hands))
        case RestoreOriginal(ref=ref, pre_image=pre_image):
            written = hands.calendars[ref.calendar].restore(ref, pre_image)
            return _seen(
                action, read_back(ref.calendar, ref.uid, EffectResult(written.href, written.etag), hands)
            )
        case SendMail(mail=mail):
            if hands.mailer is None:
                raise Transient("no mail server is configured")
            refused = hands.mailer.send(mail, partly=attempts >= PARTLY_AFTER)
            if not refused:
                return Outcome(EffectState.DONE)
            return Outcome(
                EffectState.DONE, EffectResult(unreached=address_mark(refused[0])), "one of two refused"
            )


def _put(action: PutEvent, hands: EffectPorts) -> Outcome:
    calendar = hands.calendars[action.calendar]
    draft, etag = action.draft, action.etag
    written = calendar.replace(draft, etag) if etag else calendar.create(draft)
    evidence = EffectResult(written.href, written.etag)
    if not etag and action.hearing is None:
        return Outcome(EffectState.DONE, evidence, unread=(action.calendar, draft.uid))
    done = read_back(action.calendar, action.draft.uid, evidence, hands)
    if etag and done.seen is not None and done.seen[1].etag == etag:
        done = _lagging(done.seen[1], action.calendar, evidence)
    return _unless_undelivered(action, written.schedule_status, done)


def _lagging(before: CalendarObject, calendar: str, evidence: EffectResult) -> Outcome:
    """What was read back is what stood there before, as some servers read from copies: only the new version's name is
    known.
    """
    named = versioned(before, evidence.etag) if evidence.etag else before
    return Outcome(EffectState.DONE, evidence, seen=(calendar, named), unseen=True)


def _unless_undelivered(action: Action, status: str, done: Outcome) -> Outcome:
    """The object is written, but the server may say that it could not tell the client."""
    invites = isinstance(action, PutEvent) and action.hearing is not None
    if not invites or not undelivered(status):
        return done
    evidence = replace(done.evidence, undelivered=True)
    return replace(done, evidence=evidence, detail=f"not delivered ({status})")


def _schedule_status(action: Action, stored: CalendarObject) -> str:
    """What the server noted of the client whom a write was to invite; "" where it says nothing."""
    if not isinstance(action, PutEvent) or action.draft.attendee is None:
        return ""
    client = action.draft.attendee.email
    guests = (one for event in stored.events for one in event.attendees)
    return next((one.schedule_status for one in guests if one.email == client), "")


def _seen(action: Occurrence, read: Outcome) -> Outcome:
    """The same, unless what was read back is what stood there before: some servers read from copies that lag."""
    return read if read.seen is None or _done(action, read.seen[1]) else replace(read, seen=None)


def _overtaken(action: Action, hands: EffectPorts, error: ConnectorError) -> Outcome:
    """Somebody was faster, or it is there or gone already: compare, and else let the next pass decide anew."""
    if isinstance(action, DeleteEvent) and isinstance(error, NotFound):
        return Outcome(EffectState.DONE, gone=(action.calendar, action.uid))
    if isinstance(action, PutEvent) and not action.etag and isinstance(error, VersionConflict):
        found = _ours_already(action, hands)
        if found is not None:
            return found
    if isinstance(action, RestoreOriginal) and isinstance(error, NotFound) and not action.ref.recurrence_id:
        return Outcome(
            EffectState.ESCALATED, detail=_kind(error)
        )  # nothing is left to bring back: a human has to
    dropped = Outcome(EffectState.DROPPED, detail=_kind(error))
    return replace(dropped, seen=_standing(action, hands)) if isinstance(error, VersionConflict) else dropped


def _standing(action: Action, hands: EffectPorts) -> tuple[str, CalendarObject] | None:
    """What stands where a write was refused: no list may ever say that only its etag is another."""
    if isinstance(action, SendMail):
        return None
    calendar, uid = _object_of(action)
    return read_back(calendar, uid, NOTHING, hands).seen


def _ours_already(action: PutEvent, hands: EffectPorts) -> Outcome | None:
    """A create that was refused because our own earlier attempt stands there."""
    try:
        stored = hands.calendars[action.calendar].read(action.draft.uid, hands.window)
    except ConnectorError as error:
        return Outcome(EffectState.UNKNOWN, detail=_kind(error))
    if stored is None or not any(event.ours for event in stored.events):
        return None
    return Outcome(EffectState.DONE, EffectResult(stored.href, stored.etag), seen=(action.calendar, stored))


def resolve(action: Action, hands: EffectPorts, now: datetime, since: datetime) -> Outcome:
    """Find out what became of an action whose outcome is unknown, by reading; nothing is written.

    `since` is when it was tried. A mail without evidence goes to a human, never out again.
    """
    try:
        if isinstance(action, SendMail):
            return _resolve_mail(action, hands, now, since)
        return _resolve_calendar(action, hands)
    except ConnectorError as error:
        return Outcome(EffectState.UNKNOWN, detail=_kind(error))


def _resolve_mail(action: SendMail, hands: EffectPorts, now: datetime, since: datetime) -> Outcome:
    if hands.mailbox is not None and hands.mailbox.holds(action.mail.message_id):
        return Outcome(EffectState.DONE, detail="evidence copy found")
    if now - since < UNCLEAR_PATIENCE and hands.mailbox is not None:
        return Outcome(EffectState.UNKNOWN, detail="no evidence yet")
    return Outcome(EffectState.ESCALATED, detail="unclear whether it was delivered", presumed=True)


def _resolve_calendar(
    action: PutEvent | DeleteEvent | CancelOriginal | RestoreOriginal, hands: EffectPorts
) -> Outcome:
    calendar, uid = _object_of(action)
    stored = hands.calendars[calendar].read(uid, hands.window)
    if not _done(action, stored):
        return Outcome(EffectState.READY, detail="read back: not applied")
    if stored is None:
        return Outcome(EffectState.DONE, gone=(calendar, uid))
    evidence = EffectResult(stored.href, stored.etag)
    read = Outcome(EffectState.DONE, evidence, detail="read back: applied", seen=(calendar, stored))
    return _unless_undelivered(action, _schedule_status(action, stored), read)


def _object_of(action: PutEvent | DeleteEvent | CancelOriginal | RestoreOriginal) -> tuple[str, str]:
    match action:
        case PutEvent(calendar=calendar, draft=draft):
            return calendar, draft.uid
        case DeleteEvent(calendar=calendar, uid=uid):
            return calendar, uid
        case CancelOriginal(ref=ref) | RestoreOriginal(ref=ref):
            return ref.calendar, ref.uid


def _done(action: Action, stored: CalendarObject | None) -> bool:
    """True when the calendar shows that the action was applied: a projection is compared, never bytes."""
    match action:
        case PutEvent(draft=draft):
            return stored is not None and any(
                (event.title, event.when, event.status) == (draft.title, draft.when, draft.status)
                and (draft.marker.role is MarkerRole.OFFER or _same_text(event, draft))
                and (draft.attendee is None or draft.attendee.email in {one.email for one in event.attendees})
                for event in stored.events
            )
        case DeleteEvent():
            return stored is None
        case CancelOriginal(ref=ref):
            return stored is not None and _status(stored, ref.recurrence_id) is EventStatus.CANCELLED
        case RestoreOriginal(ref=ref):
            return stored is not None and _status(stored, ref.recurrence_id) is not EventStatus.CANCELLED
        case _:
            return False


def _same_text(event: Event, draft: EventDraft) -> bool:
    """What an overview says stands in its text alone."""
    return event.description.split() == draft.description.split()


def _status(stored: CalendarObject, recurrence_id: str) -> EventStatus | None:
    return next((event.status for event in stored.events if event.recurrence_id == recurrence_id), None)
