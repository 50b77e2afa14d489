"""What keeps one displaced session out of time that is otherwise free: its own rules, as walls per rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model import Phase, Tier
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.apart import kept_apart
from syncd.core.planning.limits.occupancy import Load, Occupancy, full_rooms
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.request import (
    OTHER_ZONE_WINDOWS,
    Ask,
    PlanRequest,
    counts_as_contact,
    in_room,
    own_distance,
    place_of,
)
from syncd.core.policy.deadlines import ANSWER_MARGIN, ANSWER_ROOM, minimum_notice
from syncd.core.time.minutes import (
    Minutes,
    day_number,
    first_hits,
    hits,
    length_of,
    merged,
    minute_of,
    minutes_of,
    without,
)
from syncd.core.time.spans import Span, days_of, local, local_date, shifted

_EVER = 1 << 62
LONG_BREAK = timedelta(days=18)  # from the Monday of the first week to the Friday of the third
Walls = list[tuple[Rule, list[Minutes]]]


@dataclass(frozen=True, slots=True)
class Case:
    """One displaced session in its request: whose, under which policy, what stands around it.

    `distance` is what the client's wait asks for between a make-up and their own sessions (`Continuity.distance`).
    `call` is how long a call in its place would be; None: another session.
    """

    request: PlanRequest
    occupancy: Occupancy
    ranked: Ranked
    ask: Ask
    distance: timedelta
    call: timedelta | None = None

    @property
    def conflict(self) -> str:
        """The conflict's id."""
        return self.ranked.conflict.id

    @property
    def therapist(self) -> str:
        """Whose session is displaced."""
        return self.ranked.conflict.therapist

    @property
    def alone(self) -> bool:
        """True for a session of no series: a make-up may stand for one that was in another week."""
        return not self.ranked.conflict.ref.recurrence_id

    @property
    def day(self) -> int:
        """The day on which the session would have been."""
        return day_number(minute_of(self.ranked.conflict.span.start), self.ranked.candidate.zone)

    @property
    def duration(self) -> timedelta:
        """How long what is looked for takes."""
        return self.call or self.ranked.conflict.span.duration

    @property
    def length(self) -> int:
        """The same in minutes."""
        return length_of(self.duration)

    @property
    def room(self) -> bool:
        """Whether it needs a room."""
        return self.call is None and in_room(self.ranked.client, self.ranked.conflict)

    def no_makeup(self) -> Rule | None:
        """The rule by which the session itself is of a kind that is not made up for, whoever would do so."""
        known = self.ranked.candidate.facts
        interval = known.interval if known else None
        least = self.ask.policy.eligibility.min_interval / timedelta(days=1)
        if interval is not None and interval < least and self.ranked.tier is not Tier.CRISIS:
            return Rule.OFTEN
        time = self.request.therapist.get(self.therapist)
        day = local_date(self.ranked.conflict.span.start, self.ranked.candidate.zone)
        return Rule.HOLIDAY_SESSION if time is not None and day in time.holidays else None

    @property
    def place(self) -> str | None:
        """Where a make-up would take place; None where it is online or a call."""
        return None if self.call else place_of(self.ranked.client, self.ranked.conflict)

    def windows(self, *, cover: bool = False) -> tuple[Span, ...]:
        """Where in time a make-up may stand: before and after the absence, for a colleague who covers during it."""
        rules, allowed, away = self.ask.policy.slots, self.ask.policy.eligibility, self.ask.absence.span
        around = [
            (away.start - rules.horizon_before, away.start) if allowed.before else None,
            (away.end, away.end + rules.horizon_after) if allowed.after else None,
        ]
        parts = [(away.start, away.end)] if cover else around
        bounds = self.ask.within.get(self.conflict)
        first = max(self.request.now, bounds.start) if bounds else self.request.now
        cut = [
            (max(start, first), min(end, bounds.end) if bounds else end) for start, end in filter(None, parts)
        ]
        return tuple(Span(start, end) for start, end in cut if start < end)

    def walls(self, zone: ZoneInfo, window: Span, own: Walls) -> Walls:
        """All walls of this session inside `window`, in the order in which the rules are asked.

        `own` are those that `own_walls` gives: the same in every window.
        """
        found = [
            *self._near(window),
            *own,
            (Rule.FIXED_HOUR, self._other_hours(zone, window)),
            (Rule.WINDOWS, self._outside_windows(zone, window)),
        ]
        return [(rule, wall) for rule, wall in found if wall]

    def own_walls(self, giver: str, *, distance: bool = True) -> Walls:
        """What keeps the client from `giver` whatever the window; no `distance` for a piece next to their session."""
        client = self.request.client[self.ranked.client.id]
        return [
            (Rule.VETOED, _merged((*self._vetoed(giver), *client.taken_back))),
            (Rule.REFUSED, _merged(client.refused)),
            (Rule.AWAY, _merged(client.away)),
            (Rule.DISTANCE, self._own_sessions() if distance else []),
            (Rule.APART, kept_apart(self.occupancy, self.ranked.client.apart_from, giver, self.place)),
            (Rule.LONG_BREAK, self._last_week()),
            (Rule.SERIES_END, self._after_the_end()),
        ]

    def _after_the_end(self) -> list[Minutes]:
        """Time after the last session that was agreed on; that one itself, displaced, may be made up for later."""
        candidate = self.ranked.candidate
        if candidate.ends is None or candidate.last:
            return []
        return [(minute_of(candidate.ends), _EVER)]

    def _last_week(self) -> list[Minutes]:
        """Before a long break nothing is opened up that could not be followed: by then the work is rounded off."""
        away = self.ask.absence.span
        if self.ranked.client.phase not in {Phase.EXPOSURE, Phase.CRUCIAL} or away.duration < LONG_BREAK:
            return []
        return [minutes_of(Span(away.start - timedelta(days=7), away.start))]

    def _other_hours(self, zone: ZoneInfo, window: Span) -> list[Minutes]:
        """All time but the hour of day of the displaced session, for a client who has no other."""
        if not self.ranked.client.fixed_hour:
            return []
        span = self.ranked.conflict.span
        clock = span.start.astimezone(zone).time()
        starts = (minute_of(local(day, clock, zone)) for day in days_of(window, zone))
        return without([minutes_of(window)], [(start, start + self.length) for start in starts])

    def _vetoed(self, giver: str) -> Iterator[Span]:
        return (one.span for one in self.ask.vetoed if one.therapist == giver)

    def _near(self, window: Span) -> Walls:
        """Time under minimum notice when the invitation leaves, and time that leaves too little to answer; what is held
        already has its entry, so that its invitation may leave earlier than that to another time.
        """
        now, held = self.request.now, self._held()
        lead = {
            Rule.NOTICE: minimum_notice(self.ask.policy.slots, self.ranked.tier),
            Rule.ANSWER: ANSWER_MARGIN + ANSWER_ROOM,
        }
        sent, kept = (
            max(now, self.ask.sends_at.get(self.conflict, now)),
            self.ask.held_from.get(self.conflict),
        )
        found = []
        for rule, length in lead.items():
            stands = [one for one in held if kept is not None and max(now, kept) + length <= one.start]
            walled = _until(window, sent + length)
            found.append((rule, without(walled, map(minutes_of, stands)) if stands else walled))
        return found

    def _held(self) -> tuple[Span, ...]:
        if self.conflict not in self.ask.held_from:
            return ()
        return tuple(one.span for one in self.request.preferred if one.conflict == self.conflict)

    def _own_sessions(self) -> list[Minutes]:
        """The client's own other sessions, with the distance to be kept from them."""
        who = self.ranked.client.id
        far = own_distance(self.ask.policy.slots)
        displaced = {one.conflict.span for one in self.request.ranked_by_client[who]}
        made = (one for one in self.request.fixed_by_client.get(who, ()) if counts_as_contact(one.kind))
        every = (*self.request.client[who].sessions, *(one.span for one in made))
        own = [span for span in every if span not in displaced]  # nor a make-up that later leave takes
        reach = max(self.distance, far or self.distance) + timedelta(days=1)
        near = self._reached(reach)  # no start is looked for beyond
        own = [span for span in own if span.overlaps(near)]
        if far is not None:
            return _merged(span.padded(far) for span in own)
        return merged(
            (*(minutes_of(span) for span in own), *(wall for span in own for wall in self._from(span)))
        )

    def _reached(self, by: timedelta) -> Span:
        """All time that is looked through for this session, and so much around it."""
        rules, away = self.ask.policy.slots, self.ask.absence.span
        first = max(self.request.now, away.start - rules.horizon_before)
        return Span(first - by, max(first, away.end + rules.horizon_after) + by)

    def _from(self, own: Span) -> Iterator[Minutes]:
        """Where nothing may lie that begins nearer to the start of `own` than `distance`, on the wall clock."""
        zone = self.ranked.candidate.zone
        first = minute_of(shifted(own.start, -self.distance, zone)) + self.length
        last = minute_of(shifted(own.start, self.distance, zone))
        if first < last:
            yield first, last

    def _outside_windows(self, zone: ZoneInfo, window: Span) -> list[Minutes]:
        """Time outside the client's windows; in another zone than the therapist's, their night."""
        client = self.ranked.client
        theirs = client.zone or zone
        windows = client.windows or (OTHER_ZONE_WINDOWS if theirs.key != zone.key else None)
        if windows is None:
            return []
        inside = (minutes_of(span) for span in windows.spans(window, theirs))
        return without([minutes_of(window)], inside)


def therapist_walls(
    request: PlanRequest, occupancy: Occupancy, load: Load, window: Span, room: bool
) -> Walls:
    """What takes a therapist's time inside `window`, apart from their sessions: busy, full days, full rooms."""
    zone = load.time.therapist.zone
    first, last = minutes_of(window)
    full = load.full_days(range(day_number(first, zone), day_number(last, zone) + 1))
    walls = [(Rule.BUSY, load.busy_walls), *full.items()]
    if room and request.rooms is not None:
        none = [minutes_of(window)]
        walls.append(
            (Rule.ROOMS, full_rooms(occupancy.room_steps, request.rooms) if request.rooms > 0 else none)
        )
    return walls


def struck_by(walls: Iterable[tuple[Rule, Sequence[Minutes]]], start: int, end: int) -> Rule | None:
    """The first rule whose wall stands in the way of [start, end)."""
    return next((rule for rule, wall in walls if hits(wall, start, end)), None)


def struck_of(walls: Walls, starts: Sequence[int], length: int) -> list[Rule | None]:
    """The same for each start of a session of this length; starts are sorted."""
    rules = [rule for rule, _ in walls]
    found = first_hits([wall for _, wall in walls], starts, length)
    return [None if number is None else rules[number] for number in found]


def _merged(spans: Iterable[Span]) -> list[Minutes]:
    return merged(minutes_of(span) for span in spans)


def _until(window: Span, moment: datetime) -> list[Minutes]:
    start, end = minute_of(window.start), minute_of(moment + timedelta(minutes=1, microseconds=-1))
    return [(start, end)] if start < end else []
