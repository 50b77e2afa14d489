"""A second, slow and plain opinion on plans: every rule checked on its own, every combination tried.

Written against docs/planning.md and not against the planner: datetimes and loops only. Shared with it are the values of
the request, the points of a slot and the stable hash, which other tests cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from syncd.core.model import Client, Mode, OfferKind, Phase, Priority, Session, Tier
from syncd.core.model.practice import Aim, Approach
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.request import Ask, PlanRequest, TherapistTime
from syncd.core.time.spans import Span, union
from tests.core.limits_oracle import most_a_week, most_beside_leave, rows_of
from tests.core.spacing_oracle import spaced

HOUR = timedelta(hours=1)
MOVE, COVER, EXTEND, CALL = OfferKind.MOVE, OfferKind.COVER, OfferKind.EXTEND, OfferKind.CALL
MEETINGS = (MOVE, COVER)  # a longer session is counted already, a call is none


@dataclass(frozen=True)
class Place:
    """One conflict's make-up."""

    conflict: str
    kind: OfferKind
    therapist: str
    span: Span


@dataclass(frozen=True)
class World:
    """A request with what is asked of it all the time."""

    request: PlanRequest

    def time(self, key: str) -> TherapistTime:
        return next(one for one in self.request.therapists if one.therapist.id == key)

    def ask(self, conflict: str) -> Ask:
        return next(a for a in self.request.asks for one in a.ranked if one.conflict.id == conflict)

    def ranked(self, conflict: str) -> Ranked:
        return next(one for a in self.request.asks for one in a.ranked if one.conflict.id == conflict)

    @property
    def open(self) -> list[str]:
        """Conflicts that are to be planned."""
        fixed = {one.offer.conflict for one in self.request.fixed}
        every = [one.conflict.id for a in self.request.asks for one in a.ranked]
        return sorted(key for key in every if key not in fixed)

    def standing(self, key: str) -> list[Session]:
        gone = {one.conflict.ref for a in self.request.asks for one in a.ranked}
        return [one for one in self.time(key).sessions if one.ref not in gone]

    def fixed_of(self, key: str) -> list[Place]:
        return [
            Place(one.offer.conflict, one.offer.kind, key, one.offer.span)
            for one in self.request.fixed
            if one.offer.therapist == key
        ]


def candidates(world: World, conflict: str) -> Iterator[Place]:
    """Every start on the grid (whole hours in these worlds), by everybody who could give it, and every piece."""
    row, asked = world.ranked(conflict).conflict, world.ask(conflict)
    call = asked.policy.eligibility.call
    for time in world.request.therapists:
        own = time.therapist.id == row.therapist
        kind = MOVE if own else COVER
        start = asked.absence.span.start - asked.policy.slots.horizon_before - timedelta(days=1)
        while start < asked.absence.span.end + asked.policy.slots.horizon_after:
            yield Place(conflict, kind, time.therapist.id, row.span.moved_to(start))
            if own and timedelta(0) < call < row.span.duration:
                yield Place(conflict, CALL, time.therapist.id, Span(start, start + call))
            start += HOUR
    for one in anchors(world, conflict):
        piece = asked.policy.eligibility.extension
        if piece:
            yield Place(conflict, EXTEND, row.therapist, Span(one.span.start - piece, one.span.start))
            yield Place(conflict, EXTEND, row.therapist, Span(one.span.end, one.span.end + piece))


def anchors(world: World, conflict: str) -> list[Session]:
    """The client's nearest own sessions before and after the absence, as far as the leave's tags allow."""
    row, asked = world.ranked(conflict).conflict, world.ask(conflict)
    rules, allowed, away = asked.policy.slots, asked.policy.eligibility, asked.absence.span
    mine = sorted(
        (
            one
            for one in world.standing(row.therapist)
            if one.client == row.client and one.span.start > world.request.now
        ),
        key=lambda one: one.span,
    )
    before = [one for one in mine if one.span.end <= away.start][-1:]
    after = [one for one in mine if one.span.start >= away.end][:1]
    found = []
    if allowed.before:
        found += [one for one in before if one.span.start >= away.start - rules.horizon_before]
    if allowed.after:
        found += [one for one in after if one.span.end <= away.end + rules.horizon_after]
    return found


def legal(world: World, place: Place) -> bool:
    """True when the place breaks no rule on its own, given what stands."""
    rules = (_allowed, _in_time, _open, _free, _client_can)
    return all(rule(world, place) for rule in rules) and _caps(world, [place])


def _allowed(world: World, place: Place) -> bool:
    ranked, asked = world.ranked(place.conflict), world.ask(place.conflict)
    client, rules = ranked.client, asked.policy.eligibility
    if not client.makeups or client.id in asked.excluded:
        return False
    facts, day = ranked.candidate.facts, ranked.conflict.span.start.astimezone(ranked.candidate.zone).date()
    often = facts is not None and timedelta(days=facts.interval or 99) < rules.min_interval
    if often and ranked.tier is not Tier.CRISIS:
        return False
    if day in world.time(ranked.conflict.therapist).holidays:
        return False  # nothing would have taken place on that day
    if place.kind is COVER:
        covers = ranked.conflict.therapist in world.time(place.therapist).therapist.covers_for
        return rules.cover and client.cover_ok and covers
    if place.kind is CALL:
        return True
    if place.kind is EXTEND and not client.extend_ok:
        return False
    if rules.approach is Approach.EXCEPTIONAL:
        return ranked.tier is Tier.CRISIS
    return rules.approach is not Approach.NONE


def _in_time(world: World, place: Place) -> bool:
    ranked, asked = world.ranked(place.conflict), world.ask(place.conflict)
    rules, allowed, away, now = (
        asked.policy.slots,
        asked.policy.eligibility,
        asked.absence.span,
        world.request.now,
    )
    soon = {Priority.CRISIS, Priority.PROTECTED}
    noted = ranked.candidate.crisis
    notice = rules.crisis_notice if noted or ranked.client.priority in soon else rules.min_notice
    if place.span.start < now + notice or place.span.start < now + timedelta(hours=36):
        return False
    agreed = ranked.candidate.ends
    if agreed is not None and agreed > ranked.conflict.span.end and place.span.end > agreed:
        return False  # another session is the last one, and this would come after it
    delicate = ranked.client.phase in {Phase.CRUCIAL, Phase.EXPOSURE}
    last_week = Span(away.start - timedelta(days=7), away.start)
    if delicate and away.duration >= timedelta(days=18) and place.span.overlaps(last_week):
        return False
    if place.kind is EXTEND:
        return True
    if place.kind is COVER:
        return away.start <= place.span.start and place.span.end <= away.end
    sides = []
    if allowed.before:
        sides.append((away.start - rules.horizon_before, away.start))
    if allowed.after:
        sides.append((away.end, away.end + rules.horizon_after))
    return any(start <= place.span.start and place.span.end <= end for start, end in sides)


def _open(world: World, place: Place) -> bool:
    """Minute by minute: in some hours that hold, never in leave."""
    time = world.time(place.therapist)
    moment = place.span.start
    while moment < place.span.end:
        if not _open_at(time, moment):
            return False
        moment += timedelta(minutes=5)
    return True


def _open_at(time: TherapistTime, moment: datetime) -> bool:
    if any(one.start <= moment < one.end for one in time.leave):
        return False
    if any(one.start <= moment < one.end for one in time.opened):
        return True
    shown = moment.astimezone(time.therapist.zone)
    if shown.date() in time.holidays:
        return False
    weeklies = [] if time.rules.reserved_only else [time.therapist.hours]
    weeklies += [time.therapist.reserved] if time.therapist.reserved else []
    minute = shown.hour * 60 + shown.minute
    return any(one.start <= minute < one.end for weekly in weeklies for one in weekly.on(shown.date()))


def _free(world: World, place: Place) -> bool:
    time = world.time(place.therapist)
    buffer = time.rules.buffer
    own = (
        {one.ref for one in anchors(world, place.conflict) if _touches(one.span, place.span)}
        if place.kind is EXTEND
        else set()
    )
    for one in world.standing(place.therapist):
        if one.ref not in own and place.span.overlaps(one.span.padded(buffer)):
            return False
    for fixed in world.fixed_of(place.therapist):
        if place.span.overlaps(fixed.span.padded(buffer)):
            return False
    for busy in time.busy:
        if place.span.overlaps(busy.span.padded(buffer if busy.pad is None else busy.pad)):
            return False
    vetoed = world.ask(place.conflict).vetoed
    return not any(place.span.overlaps(one.span) for one in vetoed if one.therapist == place.therapist)


def _touches(one: Span, other: Span) -> bool:
    return one.end == other.start or other.end == one.start


def _keys(world: World) -> list[str]:
    return [one.therapist.id for one in world.request.therapists]


def _may_meet(world: World, place: Place, other: tuple[str, str, Span, bool]) -> bool:
    """Less than an hour between them, with one therapist or both in the practice (no session here names a place).

    The last of `other` says that it is a call.
    """
    key, who, span, phone = other
    mine = world.ranked(place.conflict).client.id
    near = place.span.start < span.end + HOUR and span.start < place.span.end + HOUR
    there = not phone and place.kind is not CALL and _needs_room(world, who) and _needs_room(world, mine)
    return near and (key == place.therapist or there)


def _client_can(world: World, place: Place) -> bool:
    ranked = world.ranked(place.conflict)
    client = ranked.client
    mine = next((one for one in world.request.clients if one.client.id == client.id), None)
    if mine and any(place.span.overlaps(one) for one in (*mine.away, *mine.refused, *mine.taken_back)):
        return False
    there = world.time(place.therapist).therapist.zone
    fixed_to = ranked.conflict.span.start.astimezone(there).time()
    if client.fixed_hour and (place.kind is EXTEND or place.span.start.astimezone(there).time() != fixed_to):
        return False
    taken = [(key, one.client, one.span, False) for key in _keys(world) for one in world.standing(key)]
    taken += [
        (one.offer.therapist, one.offer.client, one.offer.span, one.offer.kind is CALL)
        for one in world.request.fixed
    ]
    if any(one[1] in client.apart_from and _may_meet(world, place, one) for one in taken):
        return False
    if not _in_windows(client, world.time(place.therapist).therapist.zone, place.span):
        return False
    if place.kind is EXTEND:
        return True
    displaced = [
        one.conflict.span for a in world.request.asks for one in a.ranked if one.client.id == client.id
    ]
    if place.kind is not EXTEND and not spaced(world.request, client.id, [place.span.start]):
        return False
    own = [one for one in (mine.sessions if mine else ()) if one not in displaced]
    own += [
        one.offer.span
        for one in world.request.fixed
        if one.offer.client == client.id and one.offer.kind is not EXTEND
    ]
    return all(far_enough(world, place.conflict, place.span, one) for one in own)


def far_enough(world: World, conflict: str, one: Span, other: Span) -> bool:
    """By hand, or to the next day where sessions count: so much free between both.

    Else from start to start as the clocks on the wall show it: the interval by 3.5, not above `min_gain`; in crisis a
    day is the next one, be it four hours earlier.
    """
    asked, who = world.ask(conflict), world.ranked(conflict).client.id
    rules = asked.policy.slots
    far = rules.client_distance
    if far is None and rules.aim is Aim.SESSIONS:
        far = timedelta(hours=20)
    if far is not None:
        return not one.overlaps(other.padded(far))
    rows = [row for a in world.request.asks for row in a.ranked if row.client.id == who]
    first = min(rows, key=lambda row: (row.tier, -row.score, row.conflict.span, row.conflict.id))
    known = [row.candidate.facts.interval for row in rows if row.candidate.facts]
    share = timedelta(days=min((days for days in known if days), default=7)) / 3.5
    least = min(timedelta(days=4), max(timedelta(days=1), share))
    crisis = min(row.tier for row in rows) is Tier.CRISIS
    least = timedelta(days=1) if crisis else least
    by_hand = world.ask(first.conflict.id).policy.slots.min_gain
    least = least if by_hand is None else min(least, by_hand)
    if crisis and least == timedelta(days=1):
        least = timedelta(hours=20)  # from one day to the next
    there, here = (
        span.start.astimezone(row.candidate.zone).replace(tzinfo=None)
        for span, row in ((one, first), (other, first))
    )
    return not one.overlaps(other) and abs(there - here) >= least


def _in_windows(client: Client, zone: ZoneInfo, when: Span) -> bool:
    theirs = client.zone or zone
    if client.windows is None and theirs == zone:
        return True
    moment = when.start
    while moment < when.end:
        shown = moment.astimezone(theirs)
        minute = shown.hour * 60 + shown.minute
        ranges = (
            [(one.start, one.end) for one in client.windows.on(shown.date())]
            if client.windows
            else [(420, 1260)]
        )
        if not any(start <= minute < end for start, end in ranges):
            return False
        moment += timedelta(minutes=5)
    return True


def _caps(world: World, places: Sequence[Place]) -> bool:
    return (
        all(_therapist_caps(world, key, places) for key in sorted({one.therapist for one in places}))
        and _budgets(world, places)
        and _rooms(world, places)
    )


def _therapist_caps(world: World, key: str, places: Sequence[Place]) -> bool:
    time = world.time(key)
    zone, rules = time.therapist.zone, time.rules
    mine = [one for one in places if one.therapist == key]
    fixed = world.fixed_of(key)

    def day(one: Span) -> date:
        return one.start.astimezone(zone).date()

    for when in {day(one.span) for one in mine}:
        fresh = [one for one in mine if day(one.span) == when]
        held = [one for one in fixed if day(one.span) == when]
        makeups = [one for one in world.standing(key) if one.offer and day(one.span) == when]
        sessions = [one for one in world.standing(key) if day(one.span) == when]
        new_sessions = [one for one in fresh if one.kind in MEETINGS]
        held_sessions = [one for one in held if one.kind in MEETINGS]
        count = len(sessions) + len(held_sessions) + len(new_sessions)
        if new_sessions and count > min(rules.max_sessions_per_day, most_beside_leave(time, when)):
            return False
        empty = len(sessions) == len(makeups)
        most = max(rules.max_makeups_per_day, rules.makeups_on_empty_day if empty else 0)
        if len(makeups) + len(fresh) + len(held) > most:
            return False
        taken = [*(one.span for one in sessions), *(one.span for one in held_sessions)]
        calls = [[one.span for one in some if one.kind is CALL] for some in (fresh, held)]
        if not rested([one.span for one in new_sessions], taken, rules.max_in_a_row, *calls):
            return False
    for week in {day(one.span).isocalendar()[:2] for one in mine}:
        every = [one.span for one in (*mine, *fixed)]
        every += [one.span for one in world.standing(key) if one.offer]
        if sum(1 for one in every if day(one).isocalendar()[:2] == week) > rules.max_makeups_per_week:
            return False
        new = [one.span for one in mine if one.kind in MEETINGS and day(one.span).isocalendar()[:2] == week]
        there = [one.span for one in world.standing(key)]
        there += [one.span for one in fixed if one.kind in MEETINGS]
        count = len(new) + sum(1 for one in there if day(one).isocalendar()[:2] == week)
        by_hand = [one for one in union(time.opened) if day(one).isocalendar()[:2] == week]
        if new and count > most_a_week(time) + sum(one.duration // timedelta(minutes=50) for one in by_hand):
            return False
    return True


def rested(
    new: Sequence[Span],
    taken: Sequence[Span],
    most: int,
    calls: Sequence[Span] = (),
    held: Sequence[Span] = (),
) -> bool:
    """No row with a new session in it has more than `most` sessions; 25 minutes in which nobody is met end a row.

    A call is no session, but a pause with one in it is none: new `calls` join no rows to one that is too long.
    """
    before = rows_of([*taken, *held])
    for row in rows_of([*new, *taken, *calls, *held]):
        sessions = sum(one in taken for one in row) + sum(one in new for one in row)
        joined = sum(any(one in row and one in taken for one in old) for old in before) > 1
        if sessions > most and (joined or any(one in new for one in row)):
            return False
    return True


def _budgets(world: World, places: Sequence[Place]) -> bool:
    for asked in world.request.asks:
        rules = asked.policy.eligibility
        mine = [one for one in places if world.ask(one.conflict) is asked]
        held = [one.offer for one in world.request.fixed if one.absence == asked.absence.id]
        kinds = (*(one.kind for one in mine), *(one.kind for one in held))
        spent = [kind for kind in kinds if kind in {MOVE, EXTEND}]
        if (
            rules.approach is Approach.LIMITED
            and any(one.kind in {MOVE, EXTEND} for one in mine)
            and len(spent) > asked.budget
        ):
            return False
        for client in {(r := world.ranked(one.conflict).client).id: r for one in mine}.values():
            own = (
                rules.max_makeups_per_client
                if client.max_makeups is None
                else min(rules.max_makeups_per_client, client.max_makeups)
            )
            given = [one for one in mine if world.ranked(one.conflict).client.id == client.id]
            if len(given) + sum(1 for one in held if one.client == client.id) > own:
                return False
    return True


def _needs_room(world: World, client: str) -> bool:
    known = [one.client for one in world.request.clients if one.client.id == client]
    return not known or known[0].mode is not Mode.ONLINE  # no session of these worlds has a link


def _rooms(world: World, places: Sequence[Place]) -> bool:
    if world.request.rooms is None:
        return True
    rooms = (one for one in places if one.kind is not CALL)
    fresh = [one.span for one in rooms if _needs_room(world, world.ranked(one.conflict).client.id)]
    taken = [
        one.span
        for time in world.request.therapists
        for one in world.standing(time.therapist.id)
        if _needs_room(world, one.client)
    ]
    fixed = (one.offer for one in world.request.fixed if one.offer.kind is not CALL)
    taken += [one.span for one in fixed if _needs_room(world, one.client)]
    for one in fresh:
        for moment in [one.start, *(other.start for other in (*fresh, *taken) if one.holds(other.start))]:
            if sum(1 for other in (*fresh, *taken) if other.holds(moment)) > world.request.rooms:
                return False
    return True


def together(world: World, places: Sequence[Place]) -> bool:
    """True when places that are legal alone are legal together."""
    for number, one in enumerate(places):
        if any(_clash(world, one, other) for other in places[number + 1 :]):
            return False
    met: dict[str, list[datetime]] = {}
    for one in places:
        if one.kind is not EXTEND:
            met.setdefault(world.ranked(one.conflict).client.id, []).append(one.span.start)
    return all(spaced(world.request, who, new) for who, new in met.items()) and _caps(world, places)


def _clash(world: World, one: Place, other: Place) -> bool:
    buffer = world.time(one.therapist).rules.buffer
    if one.therapist == other.therapist and one.span.overlaps(other.span.padded(buffer)):
        return True
    first_client, second_client = (world.ranked(each.conflict).client for each in (one, other))
    if second_client.id in first_client.apart_from:
        return _may_meet(world, one, (other.therapist, second_client.id, other.span, other.kind is CALL))
    if first_client.id != second_client.id:
        return False
    if one.kind is EXTEND and other.kind is EXTEND:
        here = {a.ref for a in anchors(world, one.conflict) if _touches(a.span, one.span)}
        there = {a.ref for a in anchors(world, other.conflict) if _touches(a.span, other.span)}
        return bool(here & there) or one.span.overlaps(other.span)
    if EXTEND in {one.kind, other.kind}:
        return one.span.overlaps(other.span)
    first, second = sorted((one, other), key=lambda place: place.span)
    return not far_enough(world, first.conflict, first.span, second.span)


def sets(world: World, options: dict[str, list[Place]]) -> Iterator[tuple[Place, ...]]:
    """Every set of places that breaks no rule."""
    choices: Iterable[list[Place | None]] = [[None, *options[key]] for key in sorted(options)]
    for combination in product(*choices):
        places = [one for one in combination if one is not None]
        if together(world, places):
            yield tuple(places)
