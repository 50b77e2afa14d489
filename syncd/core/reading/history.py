"""What the calendar's own past says of a client: cadence, first and last session, earlier disruptions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median, median_high
from zoneinfo import ZoneInfo

from syncd.core.model import ClientFacts, Conflict, ConflictState, Session
from syncd.core.reading.sessions import Sessions
from syncd.core.time.spans import aware, local_date

_RECENT = 12  # gaps that make up today's cadence; older ones may belong to another phase
_BREAK = 60  # days; a longer pause is a break, not a cadence
_REACH = 28  # days after the beginning of history in which whoever comes may have come before
_MADE_UP = 3  # days within which another session is in the place of one that was cut out
_FAR = timedelta(days=300)  # what ends later than that may end anywhere
_ENOUGH = 2  # gaps below which the booked future is read as well
_USUAL_WITHIN = timedelta(days=60)  # what is booked later says nothing of a usual week
_Met = tuple[date, date, bool]  # the day of a session, the one on which it was to be, whether it is over
_DISRUPTED = frozenset({ConflictState.OPEN, ConflictState.CLOSED})


def facts_of(
    therapist: str,
    sessions: Iterable[Session],
    now: datetime,
    zone: ZoneInfo,
    conflicts: Iterable[Conflict] = (),
    since: datetime | None = None,
) -> tuple[ClientFacts, ...]:
    """The facts of every client of `therapist`, ordered by client id.

    `sessions` are those that took place and, for clients who have hardly begun, those that are booked;
    `conflicts` are all that is remembered, of which those count that passed without a make-up.
    Days are days in `zone`. Interval None: too few sessions to tell. History begins at `since`, or with the first
    session of anybody; None: it reaches as far back as anything.
    """
    instant, sessions, conflicts = aware(now), tuple(sessions), tuple(conflicts)
    dates: dict[str, list[_Met]] = defaultdict(list)
    came: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for session in sessions:
        if session.therapist == therapist:
            shown, over = session.span.start.astimezone(zone), session.span.end <= instant
            dates[session.client].append((shown.date(), _original(session, zone) or shown.date(), over))
            if over:
                came[session.client].add((shown.weekday(), shown.hour * 60 + shown.minute))
    lost: dict[str, set[date]] = defaultdict(set)
    for conflict in conflicts:
        if conflict.therapist == therapist and _disrupted(conflict, instant):
            lost[conflict.client].add(local_date(conflict.span.start, zone))
    mine = [one for one in sessions if one.therapist == therapist]
    known = {
        (row.client, local_date(row.span.start, zone)) for row in conflicts if row.therapist == therapist
    }
    for client, day in cut_out(mine, instant, zone):
        if (client, day) not in known:
            lost[client].add(day)
    begins = _begins(mine, since, zone)
    clients = sorted({*dates, *lost})
    found = (_of_client(therapist, client, dates[client], lost[client], begins) for client in clients)
    return tuple(replace(one, came=tuple(sorted(came[one.client]))) for one in found)


def called_otherwise(found: Sessions, therapist: str) -> Iterator[Session]:
    """Occurrences of series whose title named one client and said more, before anything named that client alone.

    A series that is called otherwise from some day on has a past under its old title; a series beside the client's own
    sessions is something else.
    """
    first: dict[str, datetime] = {}
    for one in found.sessions:
        first.setdefault(one.client, one.span.start)
    for other in found.unsettled:
        if other.reason == "unclear" and other.ref.recurrence_id:
            (client,) = other.clients
            if client in first and other.span.end <= first[client]:
                yield Session(therapist, client, other.ref, other.span)


def _begins(sessions: Sequence[Session], since: datetime | None, zone: ZoneInfo) -> date | None:
    """The day from which on the calendar can say who came."""
    if since is None or not sessions:
        return None
    return max(local_date(since, zone), min(local_date(one.span.start, zone) for one in sessions))


def cut_out(sessions: Iterable[Session], now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, date]]:
    """(client, day) of past occurrences that are missing in the middle of a series: cut out or cancelled.

    What was moved is still there, under its own recurrence id. A day near another session of the client is no loss.
    """
    series: dict[tuple[str, str, int], set[date]] = defaultdict(set)
    met: dict[str, set[date]] = defaultdict(set)
    for one in sessions:
        met[one.client].add(local_date(one.span.start, zone))
        day = _original(one, zone)
        if day is not None and one.span.start < now:
            series[one.client, one.ref.uid, day.weekday()].add(day)
    for (client, _, _), days in sorted(series.items()):
        yield from ((client, day) for day in _missing(sorted(days)) if not _near(day, met[client]))


def _missing(days: Sequence[date]) -> Iterator[date]:
    steps = Counter((later - earlier).days for earlier, later in pairwise(days))
    if not steps:
        return
    step = min(steps, key=lambda gap: (-steps[gap], gap))
    for earlier, later in pairwise(days):
        gap = (later - earlier).days
        if gap % step == 0 and gap <= _BREAK:
            yield from (earlier + timedelta(days=step * number) for number in range(1, gap // step))


def _near(day: date, met: Iterable[date]) -> bool:
    return any(abs((other - day).days) <= _MADE_UP for other in met)


def _original(session: Session, zone: ZoneInfo) -> date | None:
    """The day on which an occurrence of a series was to be; None for a single event."""
    said = session.ref.recurrence_id
    try:
        if len(said) == len("20260706"):
            return date(int(said[:4]), int(said[4:6]), int(said[6:]))
        return local_date(datetime.strptime(said, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), zone)
    except ValueError:
        return None


def _disrupted(conflict: Conflict, now: datetime) -> bool:
    return conflict.span.start < now and conflict.state in _DISRUPTED


def _of_client(
    therapist: str,
    client: str,
    dates: Sequence[_Met],
    lost: Iterable[date],
    begins: date | None,
) -> ClientFacts:
    past = sorted({day for day, _, over in dates if over})
    known = sorted({day for day, _, _ in dates})
    # What was moved for once keeps the rhythm of its series: 8 and 7 days are no interval of 7.5.
    interval = interval_of(
        sorted({day for _, day, over in dates if over}), sorted({day for _, day, _ in dates})
    )
    reach = timedelta(days=max(_REACH, 2 * (interval or 0)))
    return ClientFacts(
        therapist=therapist,
        client=client,
        first=known[0] if known else None,
        interval=interval,
        disruptions=tuple(sorted(lost)),
        last=past[-1] if past else None,
        at_least=begins is not None and bool(past) and past[0] <= begins + reach,
        sessions=sum(1 for _, _, over in dates if over),
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


def agreed_end(sessions: Iterable[Session], displaced: Iterable[Conflict], now: datetime) -> datetime | None:
    """When the last session ends that one client and their therapist have agreed on; None where nobody knows of one.

    It is the last of a series that ends (UNTIL, COUNT), where nothing is booked after it. `displaced` are the client's
    displaced sessions, whatever became of their events.
    """
    booked = [one for one in sessions if not one.offer]
    ends = [(one.span.end, one.ref.uid) for one in booked]
    ends += [(row.span.end, row.ref.uid) for row in displaced]
    last, uid = max(ends, default=(now, ""))
    bounded = any(one.bounded and one.ref.uid == uid for one in booked)
    return last if bounded and last < now + _FAR else None


@dataclass(frozen=True, slots=True)
class UsualLoad:
    """How much a therapist usually works, in sessions: on a working day, on their fullest weekday, in a week."""

    day: int
    fullest: int
    week: int


def usual_load(sessions: Iterable[Session], zone: ZoneInfo, now: datetime) -> UsualLoad | None:
    """The medians over the days and weeks on which there are sessions, make-ups left out; None without any.

    Of two months either way: later on series have ended, and nobody has booked yet. Where full and thin weeks take
    turns, as with fortnightly clients, the full ones are usual.
    """
    near = (one for one in sessions if abs(one.span.start - now) <= _USUAL_WITHIN)
    days = Counter(local_date(one.span.start, zone) for one in near if not one.offer)
    if not days:
        return None
    weekdays: dict[int, list[int]] = defaultdict(list)
    weeks: Counter[int] = Counter()
    for day, count in days.items():
        weekdays[day.weekday()].append(count)
        weeks[(day.toordinal() - 1) // 7] += count
    turns = [[count for week, count in weeks.items() if week % 2 == turn] for turn in (0, 1)]
    return UsualLoad(
        day=median_high(days.values()),
        fullest=max(median_high(counts) for counts in weekdays.values()),
        week=max(median_high(counts) for counts in turns if counts),
    )
