"""The options of each displaced session: every time that no rule of its own forbids, and what forbade the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from syncd.core.model import OccurrenceRef, OfferKind
from syncd.core.model.practice import Aim
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.eligibility import FOR_COVER_TOO, anchors, colleagues, ruled_out_by
from syncd.core.planning.limits.in_a_row import Met
from syncd.core.planning.limits.occupancy import Load, Occupancy
from syncd.core.planning.limits.walls import Case, Walls, struck_by, therapist_walls
from syncd.core.planning.relief.chance import SHARES
from syncd.core.planning.relief.continuity import Continuity, continuity_of
from syncd.core.planning.relief.quality import Surroundings, comfort_points, nearness
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.slots import Survey, survey
from syncd.core.time.minutes import (
    Minutes,
    day_number,
    inner_minutes,
    length_of,
    local_minute,
    minute_of,
    minutes_of,
    span_of_minutes,
)
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class Option:
    """One way to make up for one conflict: kind, therapist, minutes.

    `day`: its day for the client. `stretch`: the number of the torn stretch that it lies in, -1 for none. `relief`:
    hundredths of that stretch's burden that it would take off by itself if it came about; `chance` that it does.
    """

    conflict: str
    kind: OfferKind
    therapist: str
    start: int
    end: int
    day: int
    stretch: int
    relief: int
    chance: int
    comfort: int
    points: tuple[int, int]  # of comfort: tidiness, reserved hours
    room: bool
    anchor: OccurrenceRef | None = None  # the session that an extension lengthens

    @property
    def span(self) -> Span:
        """Its time."""
        return span_of_minutes(self.start, self.end)

    @property
    def good(self) -> tuple[int, int]:
        """How good it is for its client alone: the greater the better."""
        return (self.relief * self.chance, self.comfort)

    @property
    def order(self) -> tuple[str, str, str, int, int]:
        """Its place in canonical order."""
        return (self.conflict, self.kind.value, self.therapist, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Found:
    """The options of one conflict, how many each rule struck, and the rule that leaves none from the outset."""

    options: tuple[Option, ...]
    killed: Mapping[Rule, int] = field(default_factory=dict)
    ruled_out: Rule | None = None


@dataclass(slots=True)
class Finder:
    """Finds the options of a request's conflicts; surveys a therapist's time once for all clients."""

    request: PlanRequest
    occupancy: Occupancy
    surveys: dict[tuple[str, int, Span, bool, bool], Survey] = field(default_factory=dict)
    known: dict[str, Continuity] = field(default_factory=dict)
    good: dict[tuple[str, int, int], tuple[bool, int, int]] = field(default_factory=dict)
    hours: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)

    def of(self, conflict: str) -> Found:
        """The options of one conflict in canonical order."""
        case = self._case(conflict)
        killed: Counter[Rule] = Counter()
        ordered = tuple(sorted(self._every(case, killed), key=lambda option: option.order))
        return Found(ordered, dict(sorted(killed.items())), ruled_out_by(case))

    def any_of(self, kind: OfferKind, conflict: str) -> bool:
        """True where a conflict has an option of this kind; no other kind is looked for."""
        return any(self._every(self._case(conflict), Counter(), frozenset({kind})))

    def _case(self, conflict: str) -> Case:
        ranked = self.request.ranked_of[conflict]
        distance = self.continuity(ranked.client.id).distance
        return Case(self.request, self.occupancy, ranked, self.request.ask_of[conflict], distance)

    def _every(
        self, case: Case, killed: Counter[Rule], kinds: frozenset[OfferKind] = frozenset(OfferKind)
    ) -> Iterator[Option]:
        """The options of these kinds, each kind after the other."""
        ruled_out = ruled_out_by(case)
        if ruled_out is None and case.conflict not in case.ask.calls:
            if OfferKind.MOVE in kinds:
                own = case.own_walls(case.therapist)
                for window in case.windows():
                    yield from self._slots(OfferKind.MOVE, case, own, case.therapist, window, killed)
            if OfferKind.EXTEND in kinds:
                yield from self._extensions(case, killed)
        if ruled_out not in FOR_COVER_TOO:
            for colleague in colleagues(case) if OfferKind.COVER in kinds else ():
                own = case.own_walls(colleague)
                for window in case.windows(cover=True):
                    yield from self._slots(OfferKind.COVER, case, own, colleague, window, killed)
            if OfferKind.CALL in kinds:
                yield from self._calls(case, killed)

    def _slots(
        self, kind: OfferKind, case: Case, own: Walls, therapist: str, window: Span, killed: Counter[Rule]
    ) -> Iterator[Option]:
        load = self.occupancy.loads[therapist]
        zone, length = load.time.therapist.zone, case.length
        base = self._survey(case, load, window)
        killed.update(base.killed)
        walls = case.walls(zone, window, own)
        reserved = [minutes_of(span) for span in load.time.openings.preferred(window)]
        around = Surroundings(base.stretches, reserved, length + load.buffer)
        for start in base.starts:
            struck = struck_by(walls, start, start + length)
            near = struck is Rule.DISTANCE
            option = None if near else self._option(case, kind, therapist, (start, start + length), around)
            if option is not None and struck is None:
                yield option
            else:  # further rules are asked of times that would help
                killed[struck if struck is not None and (near or option) else Rule.GAIN] += 1

    def continuity(self, client: str) -> Continuity:
        """A client's stretches, worked out once."""
        if client not in self.known:
            self.known[client] = continuity_of(self.request, client)
        return self.known[client]

    def _option(
        self, case: Case, kind: OfferKind, therapist: str, span: Minutes, around: Surroundings
    ) -> Option | None:
        """The option with what it is good for; None where it takes too little off the wait."""
        known = self.continuity(case.ranked.client.id)
        shown = local_minute(span[0], known.habits.zone)
        chance, near = self._hour(case.ranked.client.id, shown % _WEEK, span[0])
        day, chance = shown // _DAY, chance * SHARES.get(kind, 100) // 100
        place = known.place(day)
        useful, relief, spare = self._good(case.ranked.client.id, day, chance)
        if known.aim is Aim.CONTINUITY and not useful:
            return None
        points = comfort_points(around, span)
        return Option(
            conflict=case.conflict,
            kind=kind,
            therapist=therapist,
            start=span[0],
            end=span[1],
            day=day,
            stretch=-1 if place is None else place,
            relief=relief,
            chance=chance,
            comfort=sum(points) + spare + near,
            points=points,
            room=case.room,
        )

    def _hour(self, client: str, hour: int, start: int) -> tuple[int, int]:
        """The chance of a start and its nearness to what its client is used to: the same each week at that hour."""
        key = (client, hour)
        if key not in self.hours:
            known = self.continuity(client)
            self.hours[key] = known.habits.chance(start), _nearness(known, start)
        return self.hours[key]

    def _good(self, client: str, day: int, chance: int) -> tuple[bool, int, int]:
        """Whether a day is of use with that chance, what it would take off, and what its step leaves over."""
        key = (client, day, chance)
        if key not in self.good:
            stretches = self.continuity(client).stretches
            stretch = next((one for one in stretches if one.holds(day)), None)
            found = (False, 0, 0)
            if stretch is not None:
                contact = (day, chance)
                found = stretch.useful(contact), stretch.relief(((day, 100),)), stretch.leftover(contact)
            self.good[key] = found
        return self.good[key]

    def _survey(self, case: Case, load: Load, window: Span) -> Survey:
        therapist = load.time.therapist.id
        call = case.call is not None
        key = (therapist, case.length, window, case.room, call)
        if key not in self.surveys:
            walls = therapist_walls(self.request, self.occupancy, load, window, case.room)
            walls = [one for one in walls if not (call and one[0] in _OF_SESSIONS)]
            found = survey(
                load.time.openings,
                dict([(Rule.SESSION, load.session_walls), *walls]),
                window,
                duration=case.duration,
                grid=load.time.rules.grid,
                clocks=self.request.clocks.get(case.therapist, ()),
            )
            self.surveys[key] = _rested(load, found, case.length, call=call)
        return self.surveys[key]

    def _calls(self, case: Case, killed: Counter[Rule]) -> Iterator[Option]:
        """Short calls of the client's own therapist: none that is as long as the session, unless that was one."""
        lost, length = case.ranked.conflict.span.duration, case.ask.policy.eligibility.call
        instead = case.conflict in case.ask.calls
        if case.therapist not in self.occupancy.loads or not (instead or timedelta(0) < length < lost):
            return
        # Reasons speak of the times of sessions, where there is one to be made up for.
        struck = killed if instead else Counter[Rule]()
        phone = replace(case, call=lost if instead else length)
        own = phone.own_walls(case.therapist)
        for window in phone.windows():
            yield from self._slots(OfferKind.CALL, phone, own, case.therapist, window, struck)

    def _extensions(self, case: Case, killed: Counter[Rule]) -> Iterator[Option]:
        """Pieces right before and right after the client's own nearest sessions around the absence."""
        if not case.ask.policy.eligibility.extension or not case.ranked.client.extend_ok:
            return
        load = self.occupancy.loads[case.therapist]
        length = length_of(case.ask.policy.eligibility.extension)
        for anchor in anchors(case, load):
            start, end = minutes_of(anchor.span)
            window = span_of_minutes(start - length, end + length)
            walls = self._piece_walls(case, load, anchor.ref, window)
            free = [inner for span in load.time.openings.spans(window) if (inner := inner_minutes(span))]
            around = Surroundings(free, (), 0)
            for piece in ((start - length, start), (end, end + length)):
                struck = struck_by(walls, *piece) if _inside(free, piece) else Rule.HOURS
                if struck is not None:
                    killed[struck] += 1
                    continue
                option = self._piece(case, piece, around)
                if option is None:
                    killed[Rule.GAIN] += 1
                else:
                    yield replace(option, anchor=anchor.ref)

    def _piece(self, case: Case, piece: Minutes, around: Surroundings) -> Option | None:
        """A longer session is no contact of its own: it belongs to the stretch that its displaced session leaves."""
        known = self.continuity(case.ranked.client.id)
        zone = known.habits.zone
        place = known.place(day_number(minute_of(case.ranked.conflict.span.start), zone))
        if known.aim is Aim.CONTINUITY and (place is None or not known.stretches[place].burden):
            return None
        points, near = comfort_points(around, piece), _nearness(known, piece[0])
        return Option(
            conflict=case.conflict,
            kind=OfferKind.EXTEND,
            therapist=case.therapist,
            start=piece[0],
            end=piece[1],
            day=day_number(piece[0], zone),
            stretch=-1 if place is None else place,
            relief=0,
            chance=known.habits.chance(piece[0]),
            comfort=sum(points) + near,
            points=points,
            room=case.room,
        )

    def _piece_walls(
        self, case: Case, load: Load, anchor: OccurrenceRef, window: Span
    ) -> list[tuple[Rule, list[Minutes]]]:
        """A piece is no session of its own and touches one on purpose: no session cap, no distance."""
        walls = therapist_walls(self.request, self.occupancy, load, window, case.room)
        return [
            (Rule.SESSION, load.session_walls_beside(anchor, minutes_of(window))),
            *(wall for wall in walls if wall[0] not in _OF_SESSIONS),
            *case.walls(load.time.therapist.zone, window, case.own_walls(case.therapist, distance=False)),
        ]


def _rested(load: Load, found: Survey, length: int, *, call: bool) -> Survey:
    """What is left of the starts when those go that make too many sessions in a row with what stands."""
    kept = tuple(one for one in found.starts if not load.in_a_row(Met(one, one + length, int(not call))))
    struck = len(found.starts) - len(kept)
    return replace(found, starts=kept, killed=Counter(found.killed) + Counter({Rule.IN_A_ROW: struck}))


def _nearness(known: Continuity, start: int) -> int:
    return nearness(known.habits.away(start), odd=known.habits.odd(start))


_DAY = 1440
_WEEK = 7 * _DAY
_OF_SESSIONS = frozenset({Rule.SESSIONS_PER_DAY, Rule.BESIDE_LEAVE, Rule.SESSIONS_PER_WEEK})


def _inside(stretches: list[Minutes], piece: Minutes) -> bool:
    return any(low <= piece[0] and piece[1] <= high for low, high in stretches)
