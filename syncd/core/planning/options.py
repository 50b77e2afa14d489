"""The options of each displaced session: every time that no rule of its own forbids, and what forbade the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from syncd.core.model import OccurrenceRef, OfferKind, Tier
from syncd.core.model.practice import Aim
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.eligibility import FOR_COVER_TOO, anchors, colleagues, ruled_out_by
from syncd.core.planning.limits.occupancy import Load, Occupancy, occupancy
from syncd.core.planning.limits.walls import Case, Walls, struck_by, struck_of, therapist_walls
from syncd.core.planning.relief.chance import SHARES
from syncd.core.planning.relief.continuity import Continuity, continuity_of
from syncd.core.planning.relief.option import Option
from syncd.core.planning.relief.quality import Surroundings, comfort_points, nearness
from syncd.core.planning.request import PlanRequest, looks_alike
from syncd.core.planning.slots import Survey, survey
from syncd.core.time.minutes import (
    Minutes,
    day_number,
    inner_minutes,
    length_of,
    local_minute,
    minutes_of,
    span_of_minutes,
)
from syncd.core.time.spans import Span

_Worth = tuple[
    int, int, int, int, int
]  # day, stretch, relief and chance as in Option; comfort without its points


@dataclass(frozen=True, slots=True)
class Found:
    """The options of one conflict, how many each rule struck, and the rule that leaves none from the outset."""

    options: tuple[Option, ...]
    killed: Mapping[Rule, int] = field(default_factory=dict)
    ruled_out: Rule | None = None


@dataclass(slots=True)
class Finder:
    """Finds the options of a request's conflicts; surveys a therapist's time once for all clients.

    `least`, by client: starts with less of a chance are not looked at.
    """

    request: PlanRequest
    occupancy: Occupancy
    least: Mapping[str, int] = field(default_factory=dict)
    surveys: dict[tuple[str, int, Span, bool, bool], Survey] = field(default_factory=dict)
    known: dict[str, Continuity] = field(default_factory=dict)
    good: dict[tuple[str, int, int], tuple[bool, int, int, int]] = field(default_factory=dict)
    hours: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    moves: dict[str, tuple[tuple[Option, ...], Counter[Rule]]] = field(default_factory=dict)
    free: Finder | None = None

    def under(self, request: PlanRequest) -> Finder:
        """The finder of a request that differs in nothing but policies and what is held.

        What neither can have changed is not looked for anew.
        """
        left = self.occupancy.under(request)
        if not looks_alike(self.request, request):
            return Finder(request, left)
        free = self.free and self.free.under(replace(request, fixed=()))
        return replace(self, request=request, occupancy=left, free=free)

    def alone(self, least: Mapping[str, int]) -> Finder:
        """The finder of the same request while no make-up stands, which looks at no starts below `least`."""
        if self.free is None:
            request = replace(self.request, fixed=())
            self.free = Finder(request, occupancy(request), least)
        return self.free

    def of(self, conflict: str) -> Found:
        """The options of one conflict in canonical order."""
        case = self._case(conflict)
        killed: Counter[Rule] = Counter()
        ordered = tuple(sorted(self._every(case, killed), key=lambda option: option.order))
        return Found(ordered, dict(sorted(killed.items())), ruled_out_by(case))

    def ruled_out(self, conflict: str) -> Rule | None:
        """The rule that leaves a conflict without a time from the outset."""
        return ruled_out_by(self._case(conflict))

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
                found, struck = self._moves(case)
                killed.update(struck)
                yield from found
            if OfferKind.EXTEND in kinds:
                yield from self._extensions(case, killed)
        if ruled_out not in FOR_COVER_TOO:
            for colleague in colleagues(case) if OfferKind.COVER in kinds else ():
                own = case.own_walls(colleague)
                for window in case.windows(cover=True):
                    yield from self._slots(OfferKind.COVER, case, own, colleague, window, killed)
            if OfferKind.CALL in kinds:
                yield from self._calls(case, killed)

    def _moves(self, case: Case) -> tuple[tuple[Option, ...], Counter[Rule]]:
        """Times with the client's own therapist and what each rule struck of them, worked out once."""
        if case.conflict not in self.moves:
            own, struck = case.own_walls(case.therapist), Counter[Rule]()
            found = tuple(
                option
                for window in case.windows()
                for option in self._slots(OfferKind.MOVE, case, own, case.therapist, window, struck)
            )
            self.moves[case.conflict] = found, struck
        return self.moves[case.conflict]

    def _slots(
        self, kind: OfferKind, case: Case, own: Walls, therapist: str, window: Span, killed: Counter[Rule]
    ) -> Iterator[Option]:
        load = self.occupancy.loads[therapist]
        zone, length = load.time.therapist.zone, case.length
        base = self._survey(case, load, window)
        killed.update(base.killed)
        starts = self._likely(case.ranked.client.id, base.starts)
        walls = case.walls(zone, window, own) if starts else []
        reserved = [minutes_of(span) for span in load.time.openings.preferred(window)]
        around = Surroundings(base.stretches, reserved, length + load.buffer)
        for start, struck in zip(starts, struck_of(walls, starts, length), strict=True):
            # Distance apart, further rules are asked of times that would help.
            worth = None if struck is Rule.DISTANCE else self._worth(case, kind, start)
            if worth is None:
                killed[Rule.GAIN if struck is not Rule.DISTANCE else struck] += 1
            elif struck is not None:
                killed[struck] += 1
            elif self._crowds(case, worth[0]):
                killed[Rule.CROWDED] += 1
            elif kind is not OfferKind.CALL and not self._again(case, start):
                killed[Rule.UNLIKELY] += 1
            else:
                yield _option(case, kind, therapist, (start, start + length), worth, around)

    def _likely(self, client: str, starts: Sequence[int]) -> Sequence[int]:
        least, zone = self.least.get(client, 0), self.continuity(client).habits.zone
        if not least:
            return starts
        return [one for one in starts if self._hour(client, local_minute(one, zone), one)[0] >= least]

    def continuity(self, client: str) -> Continuity:
        """A client's stretches, worked out once."""
        if client not in self.known:
            self.known[client] = continuity_of(self.request, client)
        return self.known[client]

    def _worth(self, case: Case, kind: OfferKind, start: int) -> _Worth | None:
        """What a start is good for to a client; None where it takes too little off the wait its session leaves."""
        client, known = case.ranked.client.id, self.continuity(case.ranked.client.id)
        shown = local_minute(start, known.habits.zone)
        chance, near = self._hour(client, shown, start)
        day, chance = shown // _DAY, chance * SHARES.get(kind, 100) // 100
        useful, stretch, relief, spare = self._good(client, day, chance)
        here = case.alone or known.place(case.day) in {None, stretch}
        if known.aim is Aim.CONTINUITY and not (useful and here):
            return None
        return day, stretch, relief, chance, spare + near

    def _crowds(self, case: Case, day: int) -> bool:
        """True where this day would be the third of nine on which the client comes."""
        spacing = self.continuity(case.ranked.client.id).spacing
        return spacing is not None and spacing.crowds(day)

    def _again(self, case: Case, start: int) -> bool:
        """False for an unlikely hour of somebody who said no to another one: in crisis each hour is worth asking."""
        client, crisis = case.ranked.client.id, case.ranked.tier is Tier.CRISIS
        noes = 0 if crisis else case.ask.noes.get(client, 0)
        return not noes or self.continuity(client).habits.asked_again(start, noes)

    def _hour(self, client: str, shown: int, start: int) -> tuple[int, int]:
        """The chance of a start and its nearness to what its client is used to: the same each week at that hour."""
        key = (client, shown % _WEEK)
        if key not in self.hours:
            known = self.continuity(client)
            self.hours[key] = known.habits.chance(start), _nearness(known, start)
        return self.hours[key]

    def _good(self, client: str, day: int, chance: int) -> tuple[bool, int, int, int]:
        """Whether a day is of use with that chance, in which stretch, what it takes off, what its step leaves over."""
        key = (client, day, chance)
        if key not in self.good:
            known = self.continuity(client)
            place, found = known.place(day), (False, -1, 0, 0)
            if place is not None:
                torn, contact = known.stretches[place], (day, chance)
                found = torn.useful(contact), place, torn.relief(((day, 100),)), torn.leftover(contact)
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
            self.surveys[key] = load.rested(found, case.length, call=call)
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
        place = known.place(case.day)
        if known.aim is Aim.CONTINUITY and (place is None or not known.stretches[place].burden):
            return None
        points, near = comfort_points(around, piece), _nearness(known, piece[0])
        return Option(
            conflict=case.conflict,
            kind=OfferKind.EXTEND,
            therapist=case.therapist,
            start=piece[0],
            end=piece[1],
            day=day_number(piece[0], known.habits.zone),
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


def _option(
    case: Case, kind: OfferKind, therapist: str, span: Minutes, worth: _Worth, around: Surroundings
) -> Option:
    day, stretch, relief, chance, comfort = worth
    points = comfort_points(around, span)
    return Option(
        conflict=case.conflict,
        kind=kind,
        therapist=therapist,
        start=span[0],
        end=span[1],
        day=day,
        stretch=stretch,
        relief=relief,
        chance=chance,
        comfort=sum(points) + comfort,
        points=points,
        room=case.room,
    )


def _nearness(known: Continuity, start: int) -> int:
    return nearness(known.habits.away(start), odd=known.habits.odd(start))


_DAY = 1440
_WEEK = 7 * _DAY
_OF_SESSIONS = frozenset({Rule.SESSIONS_PER_DAY, Rule.BESIDE_LEAVE, Rule.SESSIONS_PER_WEEK})


def _inside(stretches: list[Minutes], piece: Minutes) -> bool:
    return any(low <= piece[0] and piece[1] <= high for low, high in stretches)
