"""Leave: the blocks by which a therapist says "away", the absences they make up, and who else is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from syncd.core.model import Absence, Conflict, Event, EventKind, EventStatus, LeaveBlock, OccurrenceRef
from syncd.core.model.practice import Therapist
from syncd.core.reading.notes import is_note
from syncd.core.reading.roster import Roster
from syncd.core.reading.speaker import guests, own_calendars, says, span, speaks, stands
from syncd.core.reading.titles.leave import LeaveReading
from syncd.core.reading.titles.listening import HERE, Said, listen, long_enough
from syncd.core.reading.titles.refused import Refused
from syncd.core.reading.titles.words import Words
from syncd.core.time.spans import AllDay, Span, local_date

LONGEST = timedelta(days=397)  # thirteen months: what lasts longer is a slip as a rule, and asked about
NOTHING = Refused()
TWO_DAYS = timedelta(days=2)
_CHAINED = timedelta(days=14)  # no working day lies between blocks this close, at most


def find_leave(
    events: Iterable[Event],
    therapist: Therapist,
    roster: Roster,
    now: datetime,
    unmade: Iterable[Span] = (),
    by_mail: Refused = NOTHING,
) -> tuple[LeaveBlock, ...]:
    """The therapist's leave blocks, one per occurrence, in order of time; blocks that are over are left out.

    A block that is over is kept while later ones may continue it, so that an absence keeps its first block
    and with it its id; and while it displaced one of the `unmade`, in whose place a time is still looked for.
    `waits` is "" or why the block needs `#ok`: "unbounded", "recurring" (approval always), "tag" (`#none` names
    no client, or several), "here" (`#here` beside what is leave for sure), "long" (more than thirteen months),
    "title" (a leave word among others, or the name of therapist and client alike), "tentative". The last three are
    answered by `#ok` itself, as is "guests" (somebody is invited to it).
    `#here` says of what is doubted that it is none, and of others of that title that are no longer; so does a no
    `by_mail`.
    No more than thirteen months of a block are looked at, those that it is in. What a question mark ends is among
    them, `asked_at` now: see `vanished_leave.set_apart`.
    """
    words = therapist.policy.leave_words
    mine = [one for one in events if _may_tell(one, therapist, roster)]
    heard = [(one, listen(one, therapist, roster, words)) for one in mine]
    refused = _refused(heard, therapist)
    found = (
        _block(
            event, said, therapist, now, by_mail.covers(said.named, span(event, therapist).duration), refused
        )
        for event, said in heard
    )
    return _recent(sorted((block for block in found if block), key=_order), now, tuple(unmade))


def tells_of_leave(event: Event, therapist: Therapist, roster: Roster) -> bool:
    """True for what `find_leave` is read off: leave, sure or not, and `#here`, which says that some is none."""
    if not _may_tell(event, therapist, roster):
        return False
    said = listen(event, therapist, roster, therapist.policy.leave_words)
    return said.refused or is_leave(event, said)


def _may_tell(event: Event, therapist: Therapist, roster: Roster) -> bool:
    return says(event, therapist) or shares(event, therapist, roster)


def refused_leave(
    events: Sequence[Event], therapist: Therapist, roster: Roster, now: datetime, by_mail: Refused
) -> tuple[LeaveBlock, ...]:
    """What is not over and would be asked about, if no no `by_mail` were remembered."""
    if not by_mail.longest:
        return ()
    left = {one.ref for one in find_leave(events, therapist, roster, now, by_mail=by_mail)}
    asked = find_leave(events, therapist, roster, now)
    return tuple(one for one in asked if one.ref not in left and one.span.end > now)


def shares(event: Event, therapist: Therapist, roster: Roster) -> bool:
    """True for the therapist's own event that says leave and nothing else, and to which a colleague is invited: whose
    leave it is nobody can tell. Clients who are invited make it a session or theirs to settle.
    """
    others = guests(event, therapist)
    here = (
        event.calendar in own_calendars(therapist) and speaks(event, therapist) and stands(event, therapist)
    )
    if not others or not here or not long_enough(event) or any(roster.at(one) for one in others):
        return False
    said = listen(event, therapist, roster, therapist.policy.leave_words)
    return said.reading is LeaveReading.SAYS and not said.clients


def _refused(heard: Iterable[tuple[Event, Said]], therapist: Therapist) -> Mapping[Words, timedelta]:
    """What `#here` says to be no leave, by title, and how long the longest of that title is."""
    found: dict[Words, timedelta] = {}
    for event, said in heard:
        if said.refused and said.named:
            length = span(event, therapist).duration
            found[said.named] = max(length, found.get(said.named, length))
    return found


def _block(
    event: Event,
    said: Said,
    therapist: Therapist,
    now: datetime,
    denied: bool,
    refused: Mapping[Words, timedelta],
) -> LeaveBlock | None:
    if not is_leave(event, said):
        return None
    tags = tuple(tag for tag in said.tags if tag not in ("leave", "keep", "told", "makeup", HERE))
    whole = span(event, therapist)
    doubt = _doubt(event, said, whole) or ("guests" if guests(event, therapist) else "")
    known = denied or whole.duration <= refused.get(said.named, timedelta())
    if doubt and "ok" not in said.tags and (said.refused or known):
        return None
    waits = _waits(event, said, doubt)
    asked = now if said.asks else None
    return LeaveBlock(
        therapist.id,
        event.ref,
        event.when,
        _bounded(whole, now),
        tags,
        waits,
        mentions=bool(doubt),
        asked_at=asked,
        ill=said.ill,
        sayings=said.sayings,
    )


def _bounded(whole: Span, now: datetime) -> Span:
    """At most thirteen months: the first ones, or those of a long one that now lies in."""
    if whole.duration <= LONGEST:
        return whole
    past = max(0, (now - whole.start) // LONGEST)
    start = whole.start + past * LONGEST
    return Span(start, min(whole.end, start + LONGEST)) if start < whole.end else whole


def is_leave(event: Event, said: Said) -> bool:
    """True when the event is leave of the therapist, or may be and waits."""
    if said.clients and said.reading is not LeaveReading.SAYS:
        return False
    spoken = long_enough(event) and said.reading is not LeaveReading.SILENT
    return said.marked or spoken or (_lasts_for_days(event) and not said.asks and not said.of_client)


def _lasts_for_days(event: Event) -> bool:
    """True for what is there once and for two days or more: in whatever language, it may be leave: ask.

    Not without a title: of what is of no leave the mirror keeps none, and there is nothing to ask about.
    """
    if (
        not event.title.strip()
        or event.recurring
        or event.kind not in {EventKind.DEFAULT, EventKind.AWAY}
        or is_note(event.title)
    ):
        return False
    if isinstance(event.when, AllDay):
        return event.when.until - event.when.first >= TWO_DAYS
    return event.when.duration >= TWO_DAYS


def _waits(event: Event, said: Said, doubt: str) -> str:
    if event.unbounded:
        return "unbounded"
    if event.recurring:
        return "recurring"
    if said.unclear:
        return "tag"
    if said.refused:
        return HERE
    return "" if "ok" in said.tags else doubt


def _doubt(event: Event, said: Said, whole: Span) -> str:
    """Why it may be no leave, or not this one; "" where it says so for sure."""
    if whole.duration > LONGEST:
        return "long"
    if not _in_words(said):
        return "title"
    return "tentative" if event.status is EventStatus.TENTATIVE else ""


def _in_words(said: Said) -> bool:
    """True where what it says is: away."""
    return not said.clients and (said.marked or said.reading is LeaveReading.SAYS)


def _recent(blocks: Sequence[LeaveBlock], now: datetime, unmade: Sequence[Span]) -> tuple[LeaveBlock, ...]:
    """Drop blocks that ended before `now`, unless one that stays may continue them, or they are still made up for."""
    kept: list[LeaveBlock] = []
    earliest = now + _CHAINED
    for block in sorted(blocks, key=lambda one: (one.span.end, one.ref), reverse=True):
        lasts = block.span.end > now or any(block.span.overlaps(one) for one in unmade)
        if lasts or (kept and block.span.end + _CHAINED >= earliest):
            kept.append(block)
            earliest = min(earliest, block.span.start)
    return tuple(sorted(kept, key=_order))


def _order(block: LeaveBlock) -> tuple[datetime, str, str, str]:
    """By start; of those that begin together none comes first because it is shorter: that may change."""
    return (block.span.start, block.origin.uid, block.origin.recurrence_id, block.ref.calendar)


def find_client_absences(
    events: Iterable[Event], therapist: Therapist, roster: Roster
) -> tuple[tuple[str, Span], ...]:
    """(client id, span) for each event whose title holds a client and speaks of leave: that client is away.

    Where initials are ambiguous every client they may mean counts as away.
    """
    return tuple(sorted({(client, when) for client, when, _ in clients_away(events, therapist, roster)}))


def clients_away(
    events: Iterable[Event], therapist: Therapist, roster: Roster
) -> Iterator[tuple[str, Span, OccurrenceRef]]:
    """The same with the event that says so, which takes no time of the therapist's however it is written."""
    for event in events:
        if says(event, therapist):
            said = listen(event, therapist, roster, therapist.policy.leave_words)
            yield from ((client, span(event, therapist), event.ref) for client in said.clients)


def absences(
    blocks: Iterable[LeaveBlock],
    therapist: Therapist,
    holidays: frozenset[date],
    rows: Iterable[Conflict] = (),
) -> tuple[Absence, ...]:
    """The therapist's blocks joined into absences: no working day lies between blocks of one absence.

    A working day has hours and is no holiday. The id is opaque. It stays while the absence grows or shrinks, as the
    `rows` that it displaced remember it, and when the block that it came from is edited or moved. What only mentions
    leave lengthens no absence: such blocks make up absences of their own, which come last.
    """
    mine = sorted((one for one in blocks if one.therapist == therapist.id), key=_order)
    sure, doubted = ([one for one in mine if one.doubted is doubt] for doubt in (False, True))
    groups = (*_joined(sure, therapist, holidays), *_joined(doubted, therapist, holidays))
    names = _names(groups, tuple(row for row in rows if row.therapist == therapist.id and row.displaced))
    return tuple(_absence(name, blocks) for name, blocks in zip(names, groups, strict=True))


def _joined(
    blocks: Iterable[LeaveBlock], therapist: Therapist, holidays: frozenset[date]
) -> tuple[tuple[LeaveBlock, ...], ...]:
    groups: list[list[LeaveBlock]] = []
    end: datetime | None = None
    for block in blocks:
        if end is not None and not _works_between(end, block.span.start, therapist, holidays):
            groups[-1].append(block)
            end = max(end, block.span.end)
        else:
            groups.append([block])
            end = block.span.end
    return tuple(map(tuple, groups))


def _works_between(end: datetime, start: datetime, therapist: Therapist, holidays: frozenset[date]) -> bool:
    """True when a working day lies wholly between two moments (a day that either touches does not)."""
    day = local_date(end - timedelta(microseconds=1), therapist.zone) + timedelta(days=1)
    last = local_date(start, therapist.zone)
    while day < last:
        if therapist.hours.on(day) and day not in holidays:
            return True
        day += timedelta(days=1)
    return False


def _names(groups: Sequence[tuple[LeaveBlock, ...]], rows: Iterable[Conflict]) -> tuple[str, ...]:
    """The leave that stands has the name; what is left of it where it stood before is known by another."""
    names = _remembered(groups, rows)
    for at in sorted(range(len(groups)), key=lambda at: _lifted(groups[at])):
        if at in names:
            continue
        first = next((block for block in groups[at] if block.lifted_at is None), groups[at][0])
        name = _absence_id(first)
        while name in names.values():
            name = _absence_id(first, name)
        names[at] = name
    return tuple(names[at] for at in range(len(groups)))


def _remembered(groups: Sequence[tuple[LeaveBlock, ...]], rows: Iterable[Conflict]) -> dict[int, str]:
    """By place, the names of leave that nobody doubts: what most of the sessions in it were displaced by before.

    The name of what may be no leave is left to that.
    """
    taken = {_absence_id(block) for blocks in groups for block in blocks if block.doubted}
    found: Counter[tuple[int, str]] = Counter()
    for row in rows:
        for at, blocks in enumerate(groups):
            here = not _lifted(blocks) and not any(block.doubted for block in blocks)
            if here and row.absence not in taken and any(one.span.overlaps(row.span) for one in blocks):
                found[at, row.absence] += 1
    names: dict[int, str] = {}
    for (at, name), _ in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        if at not in names and name not in names.values():
            names[at] = name
    return names


def _lifted(blocks: Iterable[LeaveBlock]) -> bool:
    return all(block.lifted_at is not None for block in blocks)


def _absence(name: str, blocks: tuple[LeaveBlock, ...]) -> Absence:
    whole = Span(blocks[0].span.start, max(block.span.end for block in blocks))
    return Absence(name, blocks[0].therapist, blocks, whole)


def _absence_id(first: LeaveBlock, *taken: str) -> str:
    parts = ("absence", first.therapist, first.origin.uid, first.origin.recurrence_id, *taken)
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]
