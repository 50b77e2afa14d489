"""Reading the world: calendars through their cursors, replies from the mailbox; absence is never taken for deletion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from syncd.carriage import turned
from syncd.core.model import (
    MAILBOX,
    CalendarObject,
    Changes,
    Ground,
    Offer,
    ReadProblem,
)
from syncd.core.model.errors import ConnectorError, CursorInvalid, Forbidden
from syncd.core.model.practice import Therapist
from syncd.core.offers.gestures import WATCHED
from syncd.core.reading import lens
from syncd.core.reading.roster import Roster
from syncd.core.time.spans import Span
from syncd.mirror import projected, refuse_many, refuse_partial, surely_gone, understood
from syncd.past import names_somebody_new, past_read
from syncd.ports import (
    MAILED,
    Calendar,
    CalendarState,
    Incoming,
    Memory,
    MirrorChange,
)
from syncd.reading import Gathered, Reading, Sources, ahead_of_servers, forget_dates
from syncd.traces import Sifting

__all__ = ["AHEAD", "KEPT_PAST", "Gathered", "Sources", "gather"]

KEPT_PAST = timedelta(days=60)
AHEAD = timedelta(days=400)
NEEDED_AHEAD = timedelta(days=300)
FULL_EVERY = timedelta(days=7)  # a token that never changes is caught by a full read


def gather(sources: Sources, memory: Memory, now: datetime, *, dry: bool = False) -> Gathered:
    """Read everything that changed. One bad event never stops a calendar, one bad calendar never the rest.

    `dry`: nothing at all is written, not even to find out what a server can do.
    """
    reading = Reading(
        memory,
        sources,
        now,
        roster=Roster.of(sources.clients),
        lens=lens(sources.clients, sources.therapists),
        dry=dry,
        mirror={one: {o.href: o for o in objects} for one, objects in memory.mirror.items()},
        grounds=_places(sources, memory),
    )
    states = {state.calendar: state for state in memory.calendars}
    reading.carriage |= sources.paths.known(sources.calendars, states)
    forget_dates(sources)
    for account, wanted in _by_account(sources).items():
        _read_account(reading, account, wanted, states)
    _look_again(reading, states)
    _confirm_missing(reading, states)
    for calendar in reading.fresh:
        reading.read(calendar)
    incoming = _fetch(reading, states)
    carriage = {one: state.carriage for one, state in states.items()} | reading.carriage
    return Gathered(
        mirror={one: tuple(objects.values()) for one, objects in reading.mirror.items()},
        changes=(*reading.changes, *turned(states.values(), carriage, reading.changes)),
        fresh=frozenset(reading.fresh),
        initial=frozenset(reading.initial),
        carriage=carriage,
        facts=tuple(reading.facts),
        incoming=incoming,
        problems=tuple(reading.problems),
        copies=tuple(sources.mailbox.copies()) if sources.mailbox is not None else (),
        ahead=tuple(ahead_of_servers(reading)),
        traces=tuple(reading.traces),
        grounds=tuple(reading.grounds[place] for place in sorted(reading.grounds)),
    )


def _places(sources: Sources, memory: Memory) -> dict[str, Ground]:
    """Every calendar, and the mailbox where there is one, as the store knows them."""
    known = {one.place: one for one in memory.grounds}
    places = [*sources.calendars, *([MAILBOX] if sources.mailbox is not None else [])]
    return {place: known.get(place, Ground(place)) for place in places}


def _by_account(sources: Sources) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for calendar in sorted(sources.calendars):
        found.setdefault(calendar.partition("/")[0], []).append(calendar)
    return found


def _read_account(
    reading: Reading, account: str, wanted: list[str], states: Mapping[str, CalendarState]
) -> None:
    cursors = {
        one: states[one].cursor for one in wanted if one in states and not _full_due(reading, states[one])
    }
    try:
        stale = reading.sources.accounts[account].stale(cursors) if cursors else frozenset()
    except Exception as error:
        for one in wanted:
            reading.silent(one, error)
        return
    for one in wanted:
        if one in cursors and one not in reading.carriage:
            _ask_carriage(reading, one)
        try:
            if one not in cursors or one in stale:
                _read_calendar(reading, one, states.get(one), cursors.get(one, ""))
        except Exception as error:  # whatever it is: the other calendars are read
            reading.silent(one, error)
        else:
            reading.fresh.add(one)


def _full_due(reading: Reading, state: CalendarState) -> bool:
    """A new lens, a window that runs out, or a full audit that is due."""
    return (
        state.lens != reading.lens
        or state.covered.end < reading.now + NEEDED_AHEAD
        or state.full_read + FULL_EVERY <= reading.now
    )


def _read_calendar(reading: Reading, calendar: str, state: CalendarState | None, cursor: str) -> None:
    port = reading.sources.calendars[calendar]
    if not cursor:
        _ask_carriage(reading, calendar)
    kept = state.covered if state and cursor else Span(reading.now - KEPT_PAST, reading.now + AHEAD)
    wide = kept if cursor else Span(reading.now - reading.sources.history, kept.end)
    continued = state is not None and bool(cursor)
    try:
        changes = port.changes(cursor, wide)
    except CursorInvalid:
        continued = False
        kept = Span(reading.now - KEPT_PAST, reading.now + AHEAD)
        wide = Span(reading.now - reading.sources.history, kept.end)
        _ask_carriage(reading, calendar)
        changes = port.changes("", wide)
    if changes.nameless and any(_looks_for_events(one, calendar) for one in reading.sources.therapists):
        raise Forbidden(
            f"calendar {calendar} shows this account only when it is busy: neither leave nor sessions are seen; "
            "name a calendar that belongs to the account, or set `shared` for it"
        )
    reading.problems.extend(changes.problems)
    _take(reading, port, state, changes, kept, continued)


def _looks_for_events(therapist: Therapist, calendar: str) -> bool:
    return calendar in {therapist.calendar, *therapist.leave_calendars}


def _take(
    reading: Reading,
    port: Calendar,
    state: CalendarState | None,
    changes: Changes,
    kept: Span,
    continued: bool,
) -> None:
    """Bring the mirror up to date, unless too much vanished to be believed.

    What names a client of whose past nothing is known, such as a series that is called otherwise now, has all read.
    Read on from a known cursor, a new cursor alone is no news: the old one tells the same.
    """
    known = reading.mirror.get(port.id, {})
    changes, put = understood(port.id, changes, kept, reading.sources.therapists, reading.roster)
    if continued and names_somebody_new(reading, port.id, put.values()):
        _read_calendar(reading, port.id, state, "")
        return
    missing = [href for href in known if href not in put] if changes.complete else list(changes.gone)
    unread = {(one.calendar, one.uid) for one in changes.problems}
    gone = [href for href in missing if href in known and (port.id, known[href].uid) not in unread]
    if not changes.nameless:
        refuse_many(port.id, gone, known, reading.sources.believe)
    believed = [href for href in gone if surely_gone(known[href], port, kept)]
    if changes.complete:
        told = {*believed, *changes.gone}
        refuse_partial(port.id, changes, [known[href].uid for href in gone if href not in told])
    gone = believed
    if not continued:  # a list that answers a cursor shows the window that is kept, and of the past no more
        changes = past_read(reading, port.id, changes)
    reading.grounds[port.id] = reading.grounds[port.id].took(changes, reading.now)
    put = _sifted(reading, port, put, known, kept)
    new = tuple(one for one in put.values() if known.get(one.href) != one)
    named = not changes.nameless and (changes.objects or changes.gone)
    if continued and not (new or gone or named):
        return
    if state is None:
        reading.initial.add(port.id)
    reading.changes.append(
        MirrorChange(
            state=_state(reading, port.id, state, changes.cursor, kept, full=not continued),
            put=new,
            gone=tuple(gone),
        )
    )
    left = {href: one for href, one in known.items() if href not in gone}
    reading.mirror[port.id] = {**left, **put}


def _sifted(
    reading: Reading,
    port: Calendar,
    put: Mapping[str, CalendarObject],
    known: Mapping[str, CalendarObject],
    kept: Span,
) -> dict[str, CalendarObject]:
    """What was read, without what may be our own hand seen late: that stays as it was known, or as it is now."""
    sifting = _sifting(reading, port, kept)
    taken = {href: sifting.taken(one, known.get(href)) for href, one in put.items()}
    reading.traces.extend(sifting.traces)
    return {one.href: one for one in taken.values() if one is not None}


def _sifting(reading: Reading, port: Calendar, kept: Span) -> Sifting:
    def look(uid: str) -> CalendarObject | None:
        stored = port.read(uid, kept)
        return stored and projected(stored, kept, reading.sources.therapists, reading.roster)

    traces = {one.uid: one for one in reading.memory.traces if one.calendar == port.id}
    return Sifting(port.id, reading.now, traces, look)


def _look_again(reading: Reading, states: Mapping[str, CalendarState]) -> None:
    """What was doubted is looked at once more, whether or not a list names it again."""
    for calendar in sorted({one.calendar for one in reading.memory.traces if one.doubted_at is not None}):
        port, state = reading.sources.calendars.get(calendar), states.get(calendar)
        if port is None or state is None or calendar not in reading.fresh:
            continue
        sifting = _sifting(reading, port, state.covered)
        looked = {one.uid for one in reading.traces if one.calendar == calendar}
        mirrored = {one.uid: one for one in reading.mirror.get(calendar, {}).values()}
        found = tuple(sifting.again(mirrored, looked))
        reading.traces.extend(sifting.traces)
        if found:
            reading.mirror[calendar].update((one.href, one) for one in found)
            newest = {change.state.calendar: change.state for change in reading.changes}
            reading.changes.append(MirrorChange(newest.get(calendar, state), found, ()))


def _state(
    reading: Reading, calendar: str, state: CalendarState | None, cursor: str, kept: Span, *, full: bool
) -> CalendarState:
    return CalendarState(
        calendar=calendar,
        cursor=cursor,
        first_read=state.first_read if state else reading.now,
        full_read=reading.now if full or state is None else state.full_read,
        covered=kept,
        lens=reading.lens,
        carriage=reading.carriage.get(calendar) or (state.carriage if state else MAILED),
    )


def _ask_carriage(reading: Reading, calendar: str) -> None:
    """Before each full read, which then sees what asking left behind; what was known stays where nobody answers."""
    if reading.dry or not reading.sources.paths.asks(calendar):
        return
    try:
        reading.carriage[calendar] = reading.sources.paths.ask(calendar)
    except ConnectorError as error:
        reading.problems.append(ReadProblem(calendar, "", str(error)))


def _confirm_missing(reading: Reading, states: Mapping[str, CalendarState]) -> None:
    """An entry of ours that a calendar's list no longer names is asked for by name before that is believed."""
    for offer in reading.memory.offers:
        port = reading.sources.calendars.get(offer.calendar)
        watched = offer.state in WATCHED and not offer.unwritten
        if not watched or port is None or offer.calendar not in reading.fresh:
            continue
        objects = reading.mirror.get(offer.calendar, {})
        if any(one.uid == offer.uid for one in objects.values()):
            continue
        _ask_by_name(reading, port, offer, states)


def _ask_by_name(reading: Reading, port: Calendar, offer: Offer, states: Mapping[str, CalendarState]) -> None:
    window = Span(reading.now - KEPT_PAST, reading.now + AHEAD)
    try:
        stored = port.read(offer.uid, window)
        found = stored and projected(stored, window, reading.sources.therapists, reading.roster)
    except Exception as error:
        reading.fresh.discard(offer.calendar)
        reading.silent(offer.calendar, error, offer.uid)
        return
    if found is not None:
        reading.mirror.setdefault(offer.calendar, {})[found.href] = found
        newest = {change.state.calendar: change.state for change in reading.changes}
        state = newest.get(offer.calendar) or states[offer.calendar]
        reading.changes.append(MirrorChange(state, (found,), ()))


def _fetch(reading: Reading, states: Mapping[str, CalendarState]) -> tuple[Incoming, ...]:
    """Messages about our offers that were not taken in yet; a mailbox that cannot be read changes nothing."""
    mailbox = reading.sources.mailbox
    if mailbox is None:
        return ()
    since = min((state.first_read for state in states.values()), default=reading.now) - timedelta(days=1)
    try:
        incoming = tuple(mailbox.fetch(reading.memory.replies, since))
    except Exception as error:
        reading.silent(MAILBOX, error)
        return ()
    reading.read(MAILBOX)
    return incoming
