"""Reading the world: the calendars of all accounts, and replies from the mailbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from syncd.account_reading import account_read
from syncd.carriage import turned
from syncd.core.model import MAILBOX, Event, Ground, Offer, ReadProblem, Trace
from syncd.ports import Incoming, Memory
from syncd.reading import Gathered, Reading, Sources, View, reason_of
from syncd.traces import APART

__all__ = ["Gathered", "Sources", "doubted", "events_before", "gather"]

_Row = TypeVar("_Row", Offer, Trace)
SLOW = timedelta(minutes=1)  # an account that takes longer than this is told of


def gather(sources: Sources, memory: Memory, now: datetime, *, dry: bool = False) -> Gathered:
    """Read everything that changed. One bad event never stops a calendar, one bad calendar never the rest.

    What an account has not answered yet is as it was known, and not fresh; a later pass takes it.
    `dry`: nothing at all is written, not even to find out what a server can do.
    """
    view = _view(sources, memory, now, dry)
    for account, wanted in _by_account(sources).items():
        sources.readers.begin(account, now, partial(account_read, view, account, wanted))
    incoming, mail = _fetch(view)
    read = {one.calendar: one for one in sources.readers.taken()}
    readings = [read.get(one) or _awaited(view, one) for one in sorted(sources.calendars)]
    return _gathered(view, readings, incoming, mail)


def _view(sources: Sources, memory: Memory, now: datetime, dry: bool) -> View:
    states = {state.calendar: state for state in memory.calendars}
    known = {one.place: one for one in memory.grounds}
    places = [*sources.calendars, *([MAILBOX] if sources.mailbox is not None else [])]
    return View(
        memory,
        sources,
        now,
        roster=sources.roster,
        lens=sources.lens,
        dry=dry,
        carriage=sources.paths.known(sources.calendars, states),
        states=states,
        grounds={place: known.get(place, Ground(place)) for place in places},
        offers=_by_calendar(memory.offers),
        traces=_by_calendar(memory.traces),
    )


def _by_calendar(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    """Once for all calendars: each asks for its own."""
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.calendar, []).append(row)
    return found


def _by_account(sources: Sources) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for calendar in sorted(sources.calendars):
        found.setdefault(_account_of(calendar), []).append(calendar)
    return found


def _account_of(calendar: str) -> str:
    return calendar.partition("/")[0]


def _awaited(view: View, calendar: str) -> Reading:
    """A calendar of which nothing came in: nothing of it is believed to have changed."""
    reading = Reading.of(view, calendar)
    since = view.sources.readers.under_way.get(_account_of(calendar))
    if since is not None and since + SLOW <= view.now:
        reading.late(since)
    if reading.ground.silent_since is not None:
        reading.problems.append(ReadProblem(calendar, "", reading.ground.reason))
    return reading


def _fetch(view: View) -> tuple[tuple[Incoming, ...], tuple[Ground, ...]]:
    """Messages about our offers that were not taken in yet; a mailbox that cannot be read changes nothing."""
    mailbox = view.sources.mailbox
    if mailbox is None:
        return (), ()
    ground, now = view.grounds[MAILBOX], view.now
    since = min((state.first_read for state in view.states.values()), default=now) - timedelta(days=1)
    try:
        incoming = tuple(mailbox.fetch(view.memory.replies, since))
    except Exception as error:
        return (), (ground.silent(now, reason_of(error)),)
    return incoming, (ground.read(now),)


def _gathered(
    view: View, readings: Sequence[Reading], incoming: tuple[Incoming, ...], mail: tuple[Ground, ...]
) -> Gathered:
    states = {state.calendar: state for state in view.states.values()}
    known = {calendar: state.carriage for calendar, state in states.items()}
    carriage = known | dict(view.carriage) | {one.calendar: one.carriage for one in readings if one.carriage}
    changes = tuple(change for one in readings for change in one.changes)
    sources, grounds = view.sources, (*(one.ground for one in readings), *mail)
    silent = [ReadProblem(one.place, "", one.reason) for one in mail if one.silent_since is not None]
    return Gathered(
        mirror=dict(view.memory.mirror) | {one.calendar: tuple(one.objects.values()) for one in readings},
        changes=(*changes, *turned(states.values(), carriage, changes)),
        fresh=frozenset(one.calendar for one in readings if one.fresh),
        initial=frozenset(one.calendar for one in readings if one.initial),
        carriage=carriage,
        facts=tuple(fact for one in readings for fact in one.facts),
        incoming=incoming,
        problems=(*(problem for one in readings for problem in one.problems), *silent),
        copies=tuple(sources.mailbox.copies()) if sources.mailbox is not None else (),
        ahead=tuple(_ahead_of_servers(sources, readings)),
        traces=tuple(trace for one in readings for trace in one.traces),
        grounds=tuple(sorted(grounds, key=lambda one: one.place)),
        refused=frozenset(one.calendar for one in readings if one.refused),
    )


def _ahead_of_servers(sources: Sources, readings: Iterable[Reading]) -> Iterator[timedelta]:
    """What each account that was read says of our clock."""
    read = {_account_of(one.calendar) for one in readings if one.fresh} - set(sources.readers.under_way)
    for account in sorted(read):
        if account in sources.accounts and (ahead := sources.accounts[account].ahead()) is not None:
            yield ahead


def events_before(memory: Memory, gathered: Gathered) -> Iterator[Event]:
    """The events of the objects that this pass found changed or gone, as they were."""
    for change in gathered.changes:
        touched = {*change.gone, *(one.href for one in change.put)}
        for one in memory.mirror.get(change.state.calendar, ()) if touched else ():
            if one.href in touched:
                yield from one.events


def doubted(memory: Memory, gathered: Gathered) -> dict[tuple[str, str], datetime]:
    """Objects of which it is not clear whose hand it was, and when they can be looked at once more."""
    newest = {(one.calendar, one.uid): one for one in (*memory.traces, *gathered.traces)}
    return {place: one.doubted_at + APART for place, one in newest.items() if one.doubted_at is not None}
