"""What the calendar's own past says of a client: cadence, first and last session, earlier disruptions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from statistics import median, median_high
from zoneinfo import ZoneInfo

from syncd.core.model import ClientFacts, Conflict, ConflictState, Session
from syncd.core.time.spans import aware, local_date

_RECENT = 12  # gaps that make up today's cadence; older ones may belong to another phase
_BREAK = 60  # days; a longer pause is a break, not a cadence
_ENOUGH = 2  # gaps below which the booked future is read as well
_DISRUPTED = frozenset({ConflictState.OPEN, ConflictState.CLOSED})


def facts_of(
    therapist: str,
    sessions: Iterable[Session],
    now: datetime,
    zone: ZoneInfo,
    conflicts: Iterable[Conflict] = (),
) -> tuple[ClientFacts, ...]:
    """The facts of every client of `therapist`, ordered by client id.

    `sessions` are those that took place and, for clients who have hardly begun, those that are booked;
    `conflicts` are all that is remembered, of which those count that passed without a make-up.
    Days are days in `zone`. Interval None: too few sessions to tell.
    """
    instant = aware(now)
    dates: dict[str, list[tuple[date, bool]]] = defaultdict(list)
    for session in sessions:
        if session.therapist == therapist:
            day = local_date(session.span.start, zone)
            dates[session.client].append((day, session.span.end <= instant))
    lost: dict[str, set[date]] = defaultdict(set)
    for conflict in conflicts:
        if conflict.therapist == therapist and _disrupted(conflict, instant):
            lost[conflict.client].add(local_date(conflict.span.start, zone))
    clients = sorted({*dates, *lost})
    return tuple(_of_client(therapist, client, dates[client], lost[client]) for client in clients)


def _disrupted(conflict: Conflict, now: datetime) -> bool:
    return conflict.span.start < now and conflict.state in _DISRUPTED


def _of_client(
    therapist: str, client: str, dates: Sequence[tuple[date, bool]], lost: Iterable[date]
) -> ClientFacts:
    past = sorted({day for day, over in dates if over})
    known = sorted({day for day, _ in dates})
    return ClientFacts(
        therapist=therapist,
        client=client,
        first=known[0] if known else None,
        interval=interval_of(past, known),
        disruptions=tuple(sorted(lost)),
        last=past[-1] if past else None,
    )


def interval_of(past: Sequence[date], known: Sequence[date]) -> float | None:
    """The usual days between sessions: the median of the latest gaps, breaks left out.

    The median shrugs off single cancellations; `known` (past and booked) is read where `past` says little.
    """
    gaps = _gaps(past)
    if len(gaps) < _ENOUGH:
        gaps = _gaps(known)[:_RECENT]
    recent = gaps[-_RECENT:]
    if len(recent) > _ENOUGH and len(recent) % 2:
        recent = recent[1:]  # of two gaps that take turns, as many of each
    return float(median(recent)) if recent else None


def _gaps(days: Sequence[date]) -> list[int]:
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return [gap for gap in gaps if 0 < gap <= _BREAK]


@dataclass(frozen=True, slots=True)
class UsualLoad:
    """How much a therapist usually works, in sessions: on a working day, on their fullest weekday, in a week."""

    day: int
    fullest: int
    week: int


def usual_load(sessions: Iterable[Session], zone: ZoneInfo) -> UsualLoad | None:
    """The medians over the days and weeks on which there are sessions, make-ups left out; None without any."""
    days = Counter(local_date(one.span.start, zone) for one in sessions if not one.offer)
    if not days:
        return None
    weekdays: dict[int, list[int]] = defaultdict(list)
    weeks: Counter[tuple[int, int]] = Counter()
    for day, count in days.items():
        weekdays[day.weekday()].append(count)
        weeks[day.isocalendar()[:2]] += count
    return UsualLoad(
        day=median_high(days.values()),
        fullest=max(median_high(counts) for counts in weekdays.values()),
        week=median_high(weeks.values()),
    )
