"""Reading one account, a calendar after the other, through cursors; absence is never taken for deletion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from syncd.core.model import CalendarObject, Changes, Offer, ReadProblem
from syncd.core.model.errors import ConnectorError, CursorInvalid, Forbidden
from syncd.core.model.practice import Therapist
from syncd.core.offers.gestures import WATCHED
from syncd.core.time.spans import Span
from syncd.mirror import moved_hrefs, projected, refuse_many, refuse_partial, surely_gone, understood
from syncd.past import names_somebody_new, past_read
from syncd.ports import MAILED, CalendarState, MirrorChange
from syncd.reading import KEPT_PAST, Reading, View, in_sight
from syncd.traces import Sifting

NEEDED_AHEAD = timedelta(days=300)
FULL_EVERY = timedelta(days=7)  # a token that never changes is caught by a full read


def account_read(view: View, account: str, wanted: Sequence[str]) -> Iterator[Reading]:
    """Each of these calendars as it was read, or as it was known where it could not be; never raises."""
    port = view.sources.accounts[account]
    port.ahead()  # what the server said of the time before this pass is no comparison
    cursors = {
        one: view.states[one].cursor for one in wanted if one in view.states and not _full_due(view, one)
    }
    try:
        stale = port.stale(cursors) if cursors else frozenset()
    except Exception as error:
        for one in wanted:
            reading = Reading.of(view, one)
            reading.silent(error)
            yield reading
        return
    for one in wanted:
        changed = one not in cursors or one in stale
        yield _calendar_read(view, one, cursors.get(one), changed=changed)


def _full_due(view: View, calendar: str) -> bool:
    """A new lens, a window that runs out or was opened by a clock far ahead, or a full audit that is due."""
    state = view.states[calendar]
    return (
        state.lens != view.lens
        or state.covered.end < view.now + NEEDED_AHEAD
        or state.covered.start > view.now - KEPT_PAST
        or audit_due(state, view.now)
    )


def audit_due(state: CalendarState, now: datetime) -> bool:
    """Once a week, each calendar at a moment of its own: those first read together are not all read in one look."""
    turns = state.first_read + FULL_EVERY * _share(state.calendar)
    return (now - turns) // FULL_EVERY > (state.full_read - turns) // FULL_EVERY


def _share(calendar: str) -> float:
    """From 0 to 1, by its name."""
    return int.from_bytes(sha256(calendar.encode()).digest()[:4], "big") / 2**32


def _calendar_read(view: View, calendar: str, cursor: str | None, *, changed: bool) -> Reading:
    reading = Reading.of(view, calendar)
    known = reading.state
    if cursor is not None and reading.carriage is None:
        _ask_carriage(reading)
    try:
        if changed:
            _read_calendar(reading, known, cursor or "")
        if known is not None:
            _look_again(reading, (reading.state or known).covered)
    except Exception as error:  # whatever it is: the other calendars are read
        reading.silent(error)
        return reading
    if _all_confirmed(reading):
        reading.read()
    return reading


def _read_calendar(reading: Reading, state: CalendarState | None, cursor: str) -> None:
    if not cursor and not _known_lately(reading):
        _ask_carriage(reading)
    whole = in_sight(reading.view.now)
    kept = state.covered if state and cursor else whole
    continued = state is not None and bool(cursor)
    try:
        changes = reading.port.changes(cursor, kept if cursor else _wide(reading, kept))
    except CursorInvalid:
        continued, kept = False, whole
        _ask_carriage(reading)
        changes = reading.port.changes("", _wide(reading, kept))
    if changes.nameless and any(_looks_for_events(one, reading) for one in reading.readers):
        raise Forbidden(
            f"calendar {reading.calendar} shows this account only when it is busy: neither leave nor sessions are "
            "seen; name a calendar that belongs to the account, or set `shared` for it"
        )
    reading.problems.extend(changes.problems)
    _take(reading, state, changes, kept, continued)


def _known_lately(reading: Reading) -> bool:
    """True where the server was asked with a full read that is not old: a new roster shows nothing of its own."""
    state, view = reading.state, reading.view
    return state is not None and reading.carriage is not None and not audit_due(state, view.now)


def _wide(reading: Reading, kept: Span) -> Span:
    """With the whole past, of which a full read tells."""
    return Span(reading.view.now - reading.view.sources.history, kept.end)


def _looks_for_events(therapist: Therapist, reading: Reading) -> bool:
    return reading.calendar in {therapist.calendar, *therapist.leave_calendars}


def _take(
    reading: Reading, state: CalendarState | None, changes: Changes, kept: Span, continued: bool
) -> None:
    """Bring the mirror up to date, unless too much vanished to be believed.

    What names a client of whose past nothing is known, such as a series that is called otherwise now, has all read.
    Read on from a known cursor, a new cursor alone is no news: the old one tells the same.
    """
    view, known = reading.view, reading.objects
    changes, put = understood(reading.calendar, changes, kept, reading.readers, view.roster)
    if continued and names_somebody_new(reading, put.values()):
        _read_calendar(reading, state, "")
        return
    gone = _gone(reading, changes, put, kept)
    if not continued:  # a list that answers a cursor shows the window that is kept, and of the past no more
        changes = past_read(reading, changes)
    reading.ground = reading.ground.took(changes, view.now)
    put = _sifted(reading, put, kept)
    new = tuple(one for one in put.values() if known.get(one.href) != one)
    named = not changes.nameless and (changes.objects or changes.gone)
    if continued and not (new or gone or named):
        return
    reading.initial = state is None
    fresh = _state(reading, state, changes.cursor, kept, full=not continued)
    reading.changes.append(MirrorChange(fresh, put=new, gone=tuple(gone)))
    reading.objects = {href: one for href, one in known.items() if href not in gone} | put


def _gone(reading: Reading, changes: Changes, put: Mapping[str, CalendarObject], kept: Span) -> list[str]:
    """What is believed to be gone of what is known, or stands elsewhere now. Raises SafetyStop where the list cannot be
    believed.
    """
    known, calendar = reading.objects, reading.calendar
    moved = moved_hrefs(changes, known)
    missing = [href for href in known if href not in put] if changes.complete else list(changes.gone)
    missing = [href for href in missing if href not in moved]
    unread = {(one.calendar, one.uid) for one in changes.problems}
    gone = [href for href in missing if href in known and (calendar, known[href].uid) not in unread]
    if not changes.nameless:
        refuse_many(calendar, gone, known, reading.view.sources.believe)
    believed = [href for href in gone if surely_gone(known[href], reading.port, kept)]
    if changes.complete:
        told = {*believed, *changes.gone}
        refuse_partial(calendar, changes, [known[href].uid for href in gone if href not in told])
    return [*sorted(moved), *believed]


def _sifted(reading: Reading, put: Mapping[str, CalendarObject], kept: Span) -> dict[str, CalendarObject]:
    """What was read, without what may be our own hand seen late: that stays as it was known, or as it is now."""
    sifting = _sifting(reading, kept)
    taken = {href: sifting.taken(one, reading.objects.get(href)) for href, one in put.items()}
    reading.traces.extend(sifting.traces)
    return {one.href: one for one in taken.values() if one is not None}


def _sifting(reading: Reading, kept: Span) -> Sifting:
    view = reading.view

    def look(uid: str) -> CalendarObject | None:
        return _looked(reading, uid, kept)

    traces = {one.uid: one for one in view.traces.get(reading.calendar, ())}
    return Sifting(reading.calendar, view.now, traces, look, view.memory.number)


def _looked(reading: Reading, uid: str, kept: Span) -> CalendarObject | None:
    stored = reading.port.read(uid, kept)
    return stored and projected(stored, kept, reading.readers, reading.view.roster)


def _look_again(reading: Reading, kept: Span) -> None:
    """What was doubted is looked at once more, whether or not a list names it again."""
    traces = reading.view.traces.get(reading.calendar, ())
    if not any(one.doubted_at is not None for one in traces):
        return
    sifting = _sifting(reading, kept)
    looked = {one.uid for one in reading.traces}
    mirrored = {one.uid: one for one in reading.objects.values()}
    found = tuple(sifting.again(mirrored, looked))
    reading.traces.extend(sifting.traces)
    _put(reading, found)


def _put(reading: Reading, found: Sequence[CalendarObject]) -> None:
    """Objects that were read by name, into the mirror of a calendar that is known."""
    if found and reading.state is not None:
        reading.objects.update((one.href, one) for one in found)
        reading.changes.append(MirrorChange(reading.state, tuple(found), ()))


def _state(
    reading: Reading, state: CalendarState | None, cursor: str, kept: Span, *, full: bool
) -> CalendarState:
    now = reading.view.now
    return CalendarState(
        calendar=reading.calendar,
        cursor=cursor,
        first_read=state.first_read if state else now,
        full_read=now if full or state is None else state.full_read,
        covered=kept,
        lens=reading.view.lens,
        carriage=reading.carriage or (state.carriage if state else MAILED),
    )


def _ask_carriage(reading: Reading) -> None:
    """Before each full read, which then sees what asking left behind; what was known stays where nobody answers."""
    paths = reading.view.sources.paths
    if reading.view.dry or not paths.asks(reading.calendar):
        return
    try:
        reading.carriage = paths.ask(reading.calendar)
    except ConnectorError as error:
        reading.problems.append(ReadProblem(reading.calendar, "", str(error)))


def _all_confirmed(reading: Reading) -> bool:
    """An entry of ours that a calendar's list no longer names is asked for by name before that is believed.

    False where somebody could not be asked.
    """
    mine = reading.view.offers.get(reading.calendar, ())
    watched = [one for one in mine if one.state in WATCHED and not one.unwritten]
    there = {one.uid for one in reading.objects.values()} if watched else frozenset()
    missing = (one for one in watched if one.uid not in there)
    return all(_confirmed(reading, offer) for offer in missing)


def _confirmed(reading: Reading, offer: Offer) -> bool:
    try:
        found = _looked(reading, offer.uid, in_sight(reading.view.now))
    except Exception as error:
        reading.silent(error, offer.uid)
        return False
    _put(reading, (found,) if found is not None else ())
    return True
