"""What stands already: sessions and fixed offers, the counts they fill, the rooms they take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from itertools import accumulate

from syncd.core.model import Client, OccurrenceRef, Offer, OfferKind, Session
from syncd.core.model.practice import Approach
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.in_a_row import Met, row_length
from syncd.core.planning.limits.workload import beside_leave, opened_sessions, sessions_per_week
from syncd.core.planning.request import (
    Ask,
    PlanRequest,
    TherapistTime,
    counts_as_session,
    in_room,
    place_of,
    spends_budget,
)
from syncd.core.planning.slots import Survey
from syncd.core.time.minutes import Minutes, day_minutes, day_number, merged, minutes_of, week_number
from syncd.core.time.spans import Span

_BESIDE = timedelta(
    days=14
)  # beyond the horizons: whole weeks are counted, and pauses and walls lie around sessions


@dataclass(frozen=True, slots=True, order=True)
class TakenTime:
    """A session or fixed offer of one therapist: when, of whom, and what it counts as.

    Of the times that are suggested for one `conflict` one is taken: limits of days and weeks count them once.
    """

    when: Minutes
    client: str
    session: bool
    makeup: bool
    room: bool
    place: str | None = ""  # "" where nobody says; None: no place, it is online
    ref: OccurrenceRef | None = None  # of a session; None for a fixed offer
    call: bool = False
    conflict: str = ""  # that a fixed offer is for


@dataclass(frozen=True)
class Load:
    """One therapist's taken time and what is left of the caps, by local day and week number."""

    time: TherapistTime
    taken: tuple[TakenTime, ...]
    sessions: Mapping[int, int]
    makeups: Mapping[int, int]
    weekly: Mapping[int, int]
    week_sessions: Mapping[int, int]
    own: Mapping[int, int]  # sessions that are no make-ups
    met: Mapping[int, tuple[Met, ...]]  # when sessions and calls of a day are, sorted
    beside: Mapping[int, int]  # what a day right beside leave may hold at most

    @property
    def buffer(self) -> int:
        """The minutes that stay free between two sessions."""
        return self.time.rules.buffer // timedelta(minutes=1)

    def sessions_left(self, day: int) -> int:
        """How many more sessions the day holds."""
        return max(0, self.time.rules.max_sessions_per_day - self.sessions.get(day, 0))

    def makeups_left(self, day: int) -> int:
        """How many more make-ups the day holds."""
        rules = self.time.rules
        cap = rules.max_makeups_per_day
        if not self.own.get(day):
            cap = max(cap, rules.makeups_on_empty_day)
        return max(0, cap - self.makeups.get(day, 0))

    def beside_left(self, day: int) -> int | None:
        """How many more sessions a day right beside leave holds; None for any other day."""
        cap = self.beside.get(day)
        return None if cap is None else max(0, cap - self.sessions.get(day, 0))

    def week_left(self, week: int) -> int:
        """How many more sessions the week holds; hours opened by hand hold what goes into them, beside its limit."""
        holds = sessions_per_week(self.time) + self._opened.get(week, 0)
        return max(0, holds - self.week_sessions.get(week, 0))

    @cached_property
    def _opened(self) -> Mapping[int, int]:
        return opened_sessions(self.time)

    def weekly_left(self, week: int) -> int:
        """How many more make-ups the week holds."""
        return max(0, self.time.rules.max_makeups_per_week - self.weekly.get(week, 0))

    @cached_property
    def session_walls(self) -> list[Minutes]:
        """Sessions and fixed offers with their buffer."""
        pad = self.buffer
        return merged((one.when[0] - pad, one.when[1] + pad) for one in self.taken)

    def session_walls_beside(self, anchor: OccurrenceRef, window: Minutes) -> list[Minutes]:
        """Those that reach into `window`, without the session that is to be lengthened."""
        pad = self.buffer
        first, last = window[0] - pad, window[1] + pad
        near = (one for one in self.taken if one.when[0] < last and first < one.when[1])
        return merged((one.when[0] - pad, one.when[1] + pad) for one in near if one.ref != anchor)

    def in_a_row(self, new: Met) -> bool:
        """True where a session or call at that time would make too many in a row."""
        taken = self.met.get(day_number(new.start, self.time.therapist.zone), ())
        most = self.time.rules.max_in_a_row
        return len(taken) >= most and row_length(taken, new) > most

    def rested(self, found: Survey, length: int, *, call: bool) -> Survey:
        """What is left of the starts when those go that make too many sessions in a row with what stands."""
        counts = int(not call)
        kept = tuple(one for one in found.starts if not self.in_a_row(Met(one, one + length, counts)))
        struck = len(found.starts) - len(kept)
        return replace(found, starts=kept, killed=Counter(found.killed) + Counter({Rule.IN_A_ROW: struck}))

    @cached_property
    def busy_walls(self) -> list[Minutes]:
        """Foreign busy time with its padding."""
        default = self.time.rules.buffer
        padded = (one.span.padded(default if one.pad is None else one.pad) for one in self.time.busy)
        return merged(minutes_of(span) for span in padded)

    def full_days(self, days: Iterable[int]) -> dict[Rule, list[Minutes]]:
        """The days among `days` on which a cap is reached, as walls per rule."""
        zone = self.time.therapist.zone
        wanted = list(days)
        left = {
            Rule.SESSIONS_PER_DAY: [day for day in wanted if not self.sessions_left(day)],
            Rule.BESIDE_LEAVE: [day for day in wanted if self.beside_left(day) == 0],
            Rule.SESSIONS_PER_WEEK: [day for day in wanted if not self.week_left(week_number(day))],
            Rule.MAKEUPS_PER_DAY: [day for day in wanted if not self.makeups_left(day)],
            Rule.MAKEUPS_PER_WEEK: [day for day in wanted if not self.weekly_left(week_number(day))],
        }
        return {rule: merged(day_minutes(day, zone) for day in full) for rule, full in left.items()}


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Everybody's load, the rooms in use as steps over time, and what each budget has left."""

    loads: Mapping[str, Load]
    room_steps: tuple[tuple[int, int], ...]  # (from this minute on, rooms in use)
    budget_left: Mapping[str, int]  # by absence; only where the approach is limited
    client_left: Mapping[tuple[str, str], int]  # by client and absence

    def under(self, request: PlanRequest) -> Occupancy:
        """The same time taken, for a request that `takes_as` the first one does."""
        return replace(self, budget_left=budget_left(request), client_left=_client_left(request))


def takes_as(one: PlanRequest, other: PlanRequest) -> bool:
    """True where two requests find the same time taken, open and looked at; policies may differ otherwise."""
    return (
        one.therapists is other.therapists
        and one.now == other.now
        and one.rooms == other.rooms
        and one.fixed == other.fixed
        and one.preferred == other.preferred
        and _near(one) == _near(other)
        and [row.conflict.ref for row in one.ranked] == [row.conflict.ref for row in other.ranked]
        and all(theirs.client.mode is other.client[key].client.mode for key, theirs in one.client.items())
    )


def occupancy(request: PlanRequest) -> Occupancy:
    """Count what stands; displaced sessions do not, an accepted offer that is a session counts once."""
    displaced = {one.conflict.ref for one in request.ranked}
    near = _near(request)
    loads = {key: _load(request, time, displaced, near) for key, time in request.therapist.items()}
    return Occupancy(
        loads=loads,
        room_steps=_room_steps(one.when for load in loads.values() for one in load.taken if one.room),
        budget_left=budget_left(request),
        client_left=_client_left(request),
    )


def _near(request: PlanRequest) -> Span | None:
    """The time in which something may be placed, and what is counted beside it: of a year of sessions a few months."""
    around = [
        (
            ask.absence.span.start - ask.policy.slots.horizon_before - _BESIDE,
            ask.absence.span.end + ask.policy.slots.horizon_after + _BESIDE,
        )
        for ask in request.asks
    ]
    away = (one.absence.span for one in request.handovers)
    around += [(span.start - _BESIDE, span.end + _BESIDE) for span in away]
    if not around:
        return None
    return Span(min(first for first, _ in around), max(last for _, last in around))


def _load(
    request: PlanRequest, time: TherapistTime, displaced: set[OccurrenceRef], near: Span | None
) -> Load:
    zone = time.therapist.zone
    fixed = [one.offer for one in request.fixed if one.offer.therapist == time.therapist.id]
    uids = {offer.uid for offer in fixed}
    taken = [
        TakenTime(
            minutes_of(one.span),
            one.client,
            session=True,
            makeup=bool(one.offer),
            room=_room(request, one),
            place=_place(request, one),
            ref=one.ref,
        )
        for one in time.sessions
        if near is not None
        and near.overlaps(one.span)
        and one.ref not in displaced
        and not (one.offer and one.offer in uids)
    ]
    taken += [
        TakenTime(
            minutes_of(offer.span),
            offer.client,
            session=counts_as_session(offer.kind),
            makeup=True,
            room=_room(request, offer),
            place=_place(request, offer),
            call=offer.kind is OfferKind.CALL,
            conflict=offer.conflict,
        )
        for offer in fixed
    ]
    days = [(day_number(one.when[0], zone), one) for one in taken]
    weeks = [(week_number(day), one) for day, one in days]
    return Load(
        time=time,
        taken=tuple(sorted(taken, key=lambda one: (one.when, one.client, str(one.ref)))),
        sessions=_counted((day, one) for day, one in days if one.session),
        makeups=_counted((day, one) for day, one in days if one.makeup),
        weekly=_counted((week, one) for week, one in weeks if one.makeup),
        week_sessions=_counted((week, one) for week, one in weeks if one.session),
        own=_counted((day, one) for day, one in days if not one.makeup),
        met=_met((day, one) for day, one in days if one.session or one.call),
        beside=beside_leave(time),
    )


def _counted(taken: Iterable[tuple[int, TakenTime]]) -> Counter[int]:
    """How many there are by day or week; what is suggested for one session counts once in each."""
    return Counter(at for at, _ in {(at, one.conflict or one) for at, one in taken})


def _met(taken: Iterable[tuple[int, TakenTime]]) -> dict[int, tuple[Met, ...]]:
    found: dict[int, list[Met]] = defaultdict(list)
    for day, one in taken:
        found[day].append(Met(*one.when, counts=int(one.session)))
    return {day: tuple(sorted(each)) for day, each in found.items()}


def _room(request: PlanRequest, session: Session | Offer) -> bool:
    if request.rooms is None:
        return False
    return in_room(_client(request, session), session)


def _place(request: PlanRequest, session: Session | Offer) -> str | None:
    return place_of(_client(request, session), session)


def _client(request: PlanRequest, session: Session | Offer) -> Client:
    known = request.client.get(session.client)
    return known.client if known else Client(session.client)


def _room_steps(spans: Iterable[Minutes]) -> tuple[tuple[int, int], ...]:
    change: Counter[int] = Counter()
    for start, end in spans:
        change[start] += 1
        change[end] -= 1
    times = sorted(change)
    return tuple(zip(times, accumulate(change[at] for at in times), strict=True))


def full_rooms(steps: tuple[tuple[int, int], ...], rooms: int) -> list[Minutes]:
    """The times at which every room is taken."""
    ends = [at for at, _ in steps[1:]]
    return merged(
        (at, until) for (at, used), until in zip(steps, ends, strict=False) if used >= rooms and at < until
    )


def budget_left(request: PlanRequest) -> dict[str, int]:
    """The make-ups that each absence with a budget may still have, by absence id."""
    limited = (ask for ask in request.asks if ask.policy.eligibility.approach is Approach.LIMITED)
    return {ask.absence.id: max(0, ask.budget - budget_spent(request, ask)) for ask in limited}


def budget_spent(request: PlanRequest, ask: Ask) -> int:
    """The make-ups of the therapist's own time that stand for an absence; those nobody answered count no more."""
    mine = (one.offer for one in request.fixed if one.absence == ask.absence.id and not one.silent)
    return sum(1 for offer in mine if spends_budget(offer.kind) and not offer.beside)


def _client_left(request: PlanRequest) -> dict[tuple[str, str], int]:
    given = Counter((one.offer.client, one.absence) for one in request.fixed if not one.offer.beside)
    left = {}
    for ask in request.asks:
        for one in ask.ranked:
            own = one.client.max_makeups
            cap = ask.policy.eligibility.max_makeups_per_client
            allowed = cap if own is None else min(cap, own)
            key = (one.client.id, ask.absence.id)
            left[key] = max(0, allowed - given[key])
    return left
