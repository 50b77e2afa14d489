"""The options of each displaced session: every time that no rule of its own forbids, and what forbade the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

from syncd.core.model import OfferKind, Tier
from syncd.core.model.practice import Aim
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.eligibility import FOR_COVER_TOO, colleagues, ruled_out_by
from syncd.core.planning.limits.extensions import OF_SESSIONS, Piece, pieces
from syncd.core.planning.limits.occupancy import Load, Occupancy, occupancy
from syncd.core.planning.limits.walls import Case, Walls, struck_of, therapist_walls
from syncd.core.planning.relief.chance import SHARES
from syncd.core.planning.relief.continuity import Continuity, continuity_of
from syncd.core.planning.relief.option import Option
from syncd.core.planning.relief.quality import Surroundings, comfort_points
from syncd.core.planning.relief.starts import Starts, Worth
from syncd.core.planning.relief.worked import Worked
from syncd.core.planning.request import Ask, PlanRequest, looks_alike
from syncd.core.planning.slots import Survey, survey
from syncd.core.time.minutes import (
    Minutes,
    day_number,
    minutes_of,
)
from syncd.core.time.spans import Span

_Kept = tuple[tuple[Option, ...], Counter[Rule]]  # the options of one kind, and what each rule struck of them


@dataclass(frozen=True, slots=True)
class Found:
    """The options of one conflict, how many each rule struck, and the rule that leaves none from the outset."""

    options: tuple[Option, ...]
    killed: Mapping[Rule, int] = field(default_factory=dict)
    ruled_out: Rule | None = None


class Wanted(NamedTuple):
    """One kind of time for a conflict, and what the leave's policy says of that kind."""

    conflict: str
    kind: OfferKind
    allowed: timedelta | bool | None


_Look = tuple[str, int, Span, bool, bool]  # whose time, how long, where, whether in a room, whether a call


@dataclass(slots=True)
class Finder:
    """Finds the options of a request's conflicts; surveys a therapist's time once for all clients.

    `least`, by client: starts with less of a chance are not looked at.
    """

    request: PlanRequest
    occupancy: Occupancy
    least: Mapping[str, int] = field(default_factory=dict)
    surveys: dict[_Look, tuple[Survey, Surroundings]] = field(default_factory=dict)
    starts: dict[str, Starts] = field(default_factory=dict)
    kept: dict[Wanted, _Kept] = field(default_factory=dict)
    waits: dict[tuple[str, int], Continuity] = field(default_factory=dict)
    worked: Worked = field(default_factory=Worked)
    free: Finder | None = None

    def under(self, request: PlanRequest) -> Finder:
        """The finder of a request that differs in nothing but policies and what is held.

        What neither can have changed is not looked for anew.
        """
        left = self.occupancy.under(request)
        if not looks_alike(self.request, request):
            return Finder(request, left, worked=self.worked)
        free = self.free and self.free.under(replace(request, fixed=()))
        return replace(self, request=request, occupancy=left, free=free)

    def alone(self, least: Mapping[str, int]) -> Finder:
        """The finder of the same request while no make-up stands, which looks at no starts below `least`."""
        if self.free is None:
            request = replace(self.request, fixed=())
            self.free = Finder(request, occupancy(request), least, worked=self.worked)
        return self.free

    def of(self, conflict: str) -> Found:
        """The options of one conflict in canonical order."""
        case = self._case(conflict)
        ruled_out = ruled_out_by(case)
        parts = tuple(self._of_kind(kind, case) for kind in _kinds(case, ruled_out))
        ordered, killed = self.worked.out(("options", conflict), parts, lambda: _together(parts))
        return Found(ordered, killed, ruled_out)

    def ruled_out(self, conflict: str) -> Rule | None:
        """The rule that leaves a conflict without a time from the outset."""
        return ruled_out_by(self._case(conflict))

    def any_of(self, kind: OfferKind, conflict: str) -> bool:
        """True where a conflict has an option of this kind; no other kind is looked for."""
        case = self._case(conflict)
        return kind in _kinds(case, ruled_out_by(case)) and bool(self._of_kind(kind, case)[0])

    def _case(self, conflict: str) -> Case:
        ranked = self.request.ranked_of[conflict]
        distance = self.continuity(ranked.client.id).distance
        return Case(self.request, self.occupancy, ranked, self.request.ask_of[conflict], distance)

    def _of_kind(self, kind: OfferKind, case: Case) -> _Kept:
        """What there is of one kind, worked out once."""
        key = Wanted(case.conflict, kind, _allowed(kind, case.ask))
        if key not in self.kept:
            struck = Counter[Rule]()
            self.kept[key] = tuple(self._look(kind, case, struck)), struck
        return self.kept[key]

    def _look(self, kind: OfferKind, case: Case, struck: Counter[Rule]) -> Iterator[Option]:
        match kind:
            case OfferKind.MOVE:
                yield from self._around(kind, case, case.therapist, case.windows(), struck)
            case OfferKind.EXTEND:
                yield from self._extensions(case, struck)
            case OfferKind.COVER:
                for colleague in colleagues(case):
                    yield from self._around(kind, case, colleague, case.windows(cover=True), struck)
            case _:
                yield from self._calls(case, struck)

    def _around(
        self, kind: OfferKind, case: Case, giver: str, windows: Sequence[Span], struck: Counter[Rule]
    ) -> Iterator[Option]:
        """The times of one who gives them."""
        own = case.own_walls(giver)
        for window in windows:
            yield from self._slots(kind, case, own, giver, window, struck)

    def _slots(
        self, kind: OfferKind, case: Case, own: Walls, therapist: str, window: Span, killed: Counter[Rule]
    ) -> Iterator[Option]:
        load = self.occupancy.loads[therapist]
        zone, length, known = load.time.therapist.zone, case.length, self.starts_of(case.ranked.client.id)
        base, around = self._survey(case, load, window)
        killed.update(base.killed)
        starts = self._likely(case.ranked.client.id, base.starts)
        walls = case.walls(zone, window, own) if starts else []
        share, torn = SHARES.get(kind, 100), _torn(case, known.known)
        for start, struck in zip(starts, struck_of(walls, starts, length), strict=True):
            # Distance apart, further rules are asked of times that would help.
            worth = None if struck is Rule.DISTANCE else known.worth(start, share)
            if worth is None or torn not in {None, worth[1]}:
                killed[Rule.GAIN if struck is not Rule.DISTANCE else struck] += 1
            elif struck is not None:
                killed[struck] += 1
            elif known.crowds(worth[0]):
                killed[Rule.CROWDED] += 1
            elif kind is not OfferKind.CALL and not self._again(case, start):
                killed[Rule.UNLIKELY] += 1
            else:
                yield _option(case, kind, therapist, (start, start + length), worth, around)

    def _likely(self, client: str, starts: Sequence[int]) -> Sequence[int]:
        least, known = self.least.get(client, 0), self.starts_of(client)
        return [one for one in starts if known.chance(one) >= least] if least else starts

    def starts_of(self, client: str) -> Starts:
        """A client's waits and what starts are good for in them, worked out once."""
        if client not in self.starts:
            self.starts[client] = Starts(continuity_of(self.request, client))
        return self.starts[client]

    def continuity(self, client: str, likeliest: int = 100) -> Continuity:
        """A client's waits, chances counted against their `likeliest` open hour."""
        if likeliest == 100:
            return self.starts_of(client).known
        key = client, likeliest
        if key not in self.waits:
            self.waits[key] = continuity_of(self.request, client, likeliest)
        return self.waits[key]

    def _again(self, case: Case, start: int) -> bool:
        """False for an unlikely hour of somebody who said no to another one: in crisis each hour is worth asking."""
        client, crisis = case.ranked.client.id, case.ranked.tier is Tier.CRISIS
        noes = 0 if crisis else case.ask.noes.get(client, 0)
        return not noes or self.continuity(client).habits.asked_again(start, noes)

    def _survey(self, case: Case, load: Load, window: Span) -> tuple[Survey, Surroundings]:
        """The therapist's open starts in a window, and what the free time around them looks like."""
        therapist = load.time.therapist.id
        call = case.call is not None
        key = (therapist, case.length, window, case.room, call)
        if key not in self.surveys:
            walls = therapist_walls(self.request, self.occupancy, load, window, case.room)
            walls = [one for one in walls if not (call and one[0] in OF_SESSIONS)]
            found = survey(
                load.time.openings,
                dict([(Rule.SESSION, load.session_walls), *walls]),
                window,
                duration=case.duration,
                grid=load.time.rules.grid,
                clocks=self.request.clocks.get(case.therapist, ()),
            )
            free = load.rested(found, case.length, call=call)
            reserved = [minutes_of(span) for span in load.time.openings.preferred(window)]
            self.surveys[key] = free, Surroundings(free.stretches, reserved, case.length + load.buffer)
        return self.surveys[key]

    def _calls(self, case: Case, killed: Counter[Rule]) -> Iterator[Option]:
        """Short calls of the client's own therapist: none that is as long as the session, unless that was one.

        Reasons speak of the times of sessions, where there is one to be made up for: then none that is struck counts.
        """
        lost, length = case.ranked.conflict.span.duration, case.ask.policy.eligibility.call
        instead = case.conflict in case.ask.calls
        if case.therapist not in self.occupancy.loads or not (instead or timedelta(0) < length < lost):
            return
        phone = replace(case, call=lost if instead else length)
        struck = killed if instead else Counter[Rule]()
        yield from self._around(OfferKind.CALL, phone, case.therapist, phone.windows(), struck)

    def _extensions(self, case: Case, struck: Counter[Rule]) -> Iterator[Option]:
        """A longer session is no contact of its own: it belongs to the stretch that its displaced session leaves."""
        starts = self.starts_of(case.ranked.client.id)
        known, place = starts.known, starts.known.place(case.day)
        idle = known.aim is Aim.CONTINUITY and (place is None or not known.stretches[place].burden)
        for piece in pieces(case, struck):
            if idle:
                struck[Rule.GAIN] += 1
            else:
                yield _lengthened(case, starts, piece, place)


def _kinds(case: Case, ruled_out: Rule | None) -> tuple[OfferKind, ...]:
    """What is looked for, one after the other: a colleague's time and calls, too, where there is none of one's own."""
    own = ruled_out is None and case.conflict not in case.ask.calls
    beside = ruled_out not in FOR_COVER_TOO
    return tuple(kind for kind in _IN_TURN if (own if kind in _OF_THERAPIST else beside))


def _together(parts: Iterable[_Kept]) -> tuple[tuple[Option, ...], dict[Rule, int]]:
    """The options of all kinds in canonical order, and what each rule struck."""
    killed: Counter[Rule] = Counter()
    for _, struck in parts:
        killed.update(struck)
    every = (option for options, _ in parts for option in options)
    return tuple(sorted(every, key=lambda option: option.order)), dict(sorted(killed.items()))


def _option(
    case: Case, kind: OfferKind, therapist: str, span: Minutes, worth: Worth, around: Surroundings
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


def _lengthened(case: Case, starts: Starts, piece: Piece, place: int | None) -> Option:
    points = comfort_points(Surroundings(piece.hours, (), 0), piece.when)
    return Option(
        conflict=case.conflict,
        kind=OfferKind.EXTEND,
        therapist=case.therapist,
        start=piece.when[0],
        end=piece.when[1],
        day=day_number(piece.when[0], starts.known.habits.zone),
        stretch=-1 if place is None else place,
        relief=0,
        chance=starts.chance(piece.when[0]),
        comfort=sum(points) + starts.near(piece.when[0]),
        points=points,
        room=case.room,
        anchor=piece.anchor,
    )


def _torn(case: Case, known: Continuity) -> int | None:
    """The wait that the session leaves, in which its make-up lies; None where it may lie in any."""
    anywhere = known.aim is not Aim.CONTINUITY or case.alone
    return None if anywhere else known.place(case.day)


def _allowed(kind: OfferKind, ask: Ask) -> timedelta | bool | None:
    """What the leave's policy says of this kind alone."""
    eligibility = ask.policy.eligibility
    match kind:
        case OfferKind.EXTEND:
            return eligibility.extension
        case OfferKind.COVER:
            return eligibility.cover
        case OfferKind.CALL:
            return eligibility.call
        case _:
            return None


_IN_TURN = (OfferKind.MOVE, OfferKind.EXTEND, OfferKind.COVER, OfferKind.CALL)
_OF_THERAPIST = frozenset({OfferKind.MOVE, OfferKind.EXTEND})
