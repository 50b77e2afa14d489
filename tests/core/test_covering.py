"""Who covers in long leave, against brute force: every place by a second opinion, every combination tried.

The promise in words: a higher tier never waits for a lower one. As many of a tier's clients as can be are covered for
at all; then as much of their own rhythm is kept as can be; then as many sessions. No rule of a colleague is broken, and
nobody is left without an hour that would have been free for them in every week.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.core.model import Absence, Client, ClientFacts, Priority
from syncd.core.model.leave import Cover
from syncd.core.model.practice import Eligibility, Policy, SlotRules, Therapist
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.ranking import Candidate, Ranked, rank
from syncd.core.planning.request import ClientTime, Handover, PlanRequest, TherapistTime
from syncd.core.planning.solving.cover_places import Place, places_of
from syncd.core.planning.solving.covers import covers
from syncd.core.planning.solving.problem import Problem, Solution
from syncd.core.planning.solving.worth import rank_weight
from syncd.core.time.minutes import span_of_minutes
from syncd.core.time.spans import Span, local
from syncd.solver import solve_here
from tests.core.plan_oracle import rested
from tests.core.plan_worlds import BERLIN, MONDAY, NOW, conflict, days, hours, session, span, therapist

AWAY = days(7, 49)  # six weeks
WEEKS = 6
COVERS = Policy(eligibility=Eligibility(cover=True))
PRIORITIES = (Priority.CRISIS, None, None, Priority.MAINTENANCE)


def ranked(client: Client, interval: float, usual: Span) -> Candidate:
    """A client by their first displaced session."""
    row = conflict(client.id, usual)
    facts = ClientFacts("dana", client.id, date(2025, 1, 6), interval)
    return Candidate(row, client, BERLIN, facts, row.span.start - timedelta(days=interval), None)


def request(
    clients: Sequence[tuple[Client, float, Span]],
    colleagues: Sequence[TherapistTime],
    named: Iterable[tuple[str, str]] = (),
    away: Mapping[str, tuple[Span, ...]] | None = None,
) -> PlanRequest:
    """Dana is away; who comes first, and whose time there is."""
    order = rank([ranked(*one) for one in clients], NOW)
    dana = TherapistTime(therapist(), leave=(AWAY,))
    handover = Handover(Absence("a1", "dana", (), AWAY), COVERS, order, tuple(named), "en")
    times = tuple(ClientTime(client, away=(away or {}).get(client.id, ())) for client, _, _ in clients)
    return PlanRequest(NOW, (), (dana, *colleagues), times, handovers=(handover,))


def colleague(
    key: str,
    week: Mapping[int, Sequence[tuple[int, int]]],
    *,
    most: int = 7,
    row: int = 5,
    taken: Sequence[Span] = (),
    leave: tuple[Span, ...] = (),
) -> TherapistTime:
    """Somebody who covers for Dana, in these hours."""
    rules = Policy(slots=SlotRules(max_sessions_per_day=most, max_in_a_row=row, max_sessions_per_week=30))
    who = therapist(key, hours(week), policy=rules, covers_for=("dana",))
    standing = tuple(session(f"own{number}", one, key) for number, one in enumerate(taken))
    return TherapistTime(who, standing, leave=leave)


@st.composite
def worlds(draw: st.DrawFn) -> PlanRequest:
    """Two to four clients, one or two colleagues with few hours and something in the way."""
    apart = draw(st.booleans())
    clients = []
    for number in range(draw(st.integers(2, 4))):
        key = f"c{number}"
        client = Client(
            key,
            cover_ok=draw(st.integers(0, 5)) > 0,
            priority=draw(st.sampled_from(PRIORITIES)),
            language=draw(st.sampled_from(("", "", "", "de"))),
            apart_from=(f"c{1 - number}",) if apart and number < 2 else (),
            windows=draw(st.sampled_from((None, None, hours({1: [(9, 10)], 2: [(9, 18)]})))),
        )
        weekday = draw(st.integers(0, 2))
        interval = draw(st.sampled_from((7.0, 7.0, 14.0, 28.0)))
        clients.append((client, interval, span(7 + weekday, draw(st.sampled_from((9, 10, 15))))))
    colleagues = []
    for key in ("eli", "fay")[: draw(st.integers(1, 2))]:
        week = {
            day: [(9, 9 + draw(st.integers(1, 3)))] for day in draw(st.sets(st.integers(0, 2), min_size=1))
        }
        gone = draw(st.sampled_from(((), (days(14, 21),), (days(7, 35),))))
        taken = tuple(span(7 + 7 * at + 1, 9) for at in draw(st.sets(st.integers(0, 5), max_size=6)))
        most, row = draw(st.integers(1, 3)), draw(st.sampled_from((1, 2, 2, 5)))
        colleagues.append(colleague(key, week, most=most, row=row, taken=taken, leave=gone))
    away = {"c0": (days(7, 14),)} if draw(st.booleans()) else {}
    return request(clients, colleagues, away=away)


@dataclass(frozen=True)
class Opinion:
    """The rules once more, in spans."""

    asked: PlanRequest

    def free(self, client: str, giver: str, when: Span) -> bool:
        """Whether this client could come to this colleague then, whoever else is covered for."""
        time, known = self.asked.therapist[giver], self.asked.client[client]
        start = when.start.astimezone(BERLIN)
        there = any(
            window.contains(when) for window in time.therapist.hours.spans(_day(start.date()), BERLIN)
        )
        windows = known.client.windows
        suits = windows is None or any(
            one.contains(when) for one in windows.spans(_day(start.date()), BERLIN)
        )
        gone = any(one.overlaps(when) for one in (*time.leave, *known.away))
        pause = when.padded(time.rules.buffer)
        taken = any(one.span.overlaps(pause) for one in time.sessions)
        full = self.standing(giver)[start.date()] >= time.rules.max_sessions_per_day
        rests = rested([when], [one.span for one in time.sessions], time.rules.max_in_a_row)
        return AWAY.contains(when) and there and suits and rests and not (gone or taken or full)

    def standing(self, giver: str) -> Counter[date]:
        """Sessions of a colleague's own, by day."""
        return Counter(
            one.span.start.astimezone(BERLIN).date() for one in self.asked.therapist[giver].sessions
        )

    def together(self, chosen: Sequence[tuple[str, str, tuple[Span, ...]]]) -> bool:
        """Whether these clients can have these times of these colleagues at once."""
        day: Counter[tuple[str, date]] = Counter()
        for client, giver, times in chosen:
            buffer = self.asked.therapist[giver].rules.buffer
            apart = set(self.asked.client[client].client.apart_from)
            day.update((giver, one.start.astimezone(BERLIN).date()) for one in times)
            for other, its, theirs in chosen:
                pad = timedelta(hours=1) if other in apart else buffer
                met = other != client and (its == giver or other in apart)
                if met and any(mine.padded(pad).overlaps(one) for mine in times for one in theirs):
                    return False
        most = {giver: self.asked.therapist[giver].rules.max_sessions_per_day for giver, _ in day}
        full = any(n + self.standing(giver)[when] > most[giver] for (giver, when), n in day.items())
        return not full and all(self.rests(giver, chosen) for giver in most)

    def rests(self, giver: str, chosen: Iterable[tuple[str, str, tuple[Span, ...]]]) -> bool:
        """Whether a colleague keeps their pauses with all of these."""
        time = self.asked.therapist[giver]
        new = [when for _, its, times in chosen for when in times if its == giver]
        return rested(new, [one.span for one in time.sessions], time.rules.max_in_a_row)


def _day(day: date) -> Span:
    return Span(local(day, time(0), BERLIN), local(day + timedelta(days=1), time(0), BERLIN))


def _spans(place: Place) -> tuple[Span, ...]:
    return tuple(span_of_minutes(start, start + place.length) for start in place.times)


def _nominal(place: Place) -> Iterator[Span]:
    """Whenever the place would be, kept or not."""
    first = place.times[0]
    kept = span_of_minutes(first, first + place.length)
    start = kept.start.astimezone(BERLIN)
    for weeks in range(-WEEKS, WEEKS + 1):
        day = start.date() + timedelta(weeks=weeks)
        when = local(day, start.time(), BERLIN)
        one = Span(when, when + kept.duration)
        if AWAY.contains(one) and weeks % place.every == 0:
            yield one


def worth(order: Sequence[Ranked], chosen: Iterable[tuple[str, int, int]]) -> tuple[int, ...]:
    """For each tier: how many are covered for, how much of their rhythms by rank, how many sessions."""
    known = {one.client.id: one for one in order}
    found = [[0, 0, 0] for _ in range(4)]
    for client, share, times in chosen:
        tier = found[known[client].tier]
        tier[0] += 1
        tier[1] += rank_weight(known[client].score) * max(1, share * 10 // 100)
        tier[2] += times
    return tuple(number for tier in found for number in tier)


def share(times: int, turns: int) -> int:
    """Hundredths of the client's own rhythm."""
    return min(100, 100 * times // turns)


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_no_other_cover_is_better(asked: PlanRequest) -> None:
    """Of all combinations of places that keep every rule none serves a tier better without costing a higher one."""
    (handover,) = asked.handovers
    opinion, made = Opinion(asked), covers(asked, solve_here)
    places = list(places_of(asked, occupancy(asked), handover))
    for place in places:
        client = asked.client[place.client].client
        assert client.cover_ok
        assert client.language in {"", "en"}
        every = list(_nominal(place))
        free = [one for one in every if opinion.free(place.client, place.therapist, one)]
        assert tuple(free) == _spans(place)
        assert 4 * len(free) >= 3 * len(every)
    got = [(one.client, one.therapist, one.times) for one in made.found]
    assert opinion.together(got)
    assert made.proven
    mine = worth(
        handover.ranked,
        ((one.client, share(len(one.times), one.turns), len(one.times)) for one in made.found),
    )
    theirs: dict[str, list[Place]] = {}
    for place in places:
        theirs.setdefault(place.client, []).append(place)
    # Places of one client that take the same times of the same colleague are one.
    choices = [[None, *some[:12]] for some in theirs.values()]
    for some in product(*choices):
        taken = [one for one in some if one is not None]
        better = worth(handover.ranked, ((one.client, one.share, len(one.times)) for one in taken)) > mine
        assert not better or not opinion.together([(one.client, one.therapist, _spans(one)) for one in taken])


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_nobody_is_left_beside_a_free_hour(asked: PlanRequest) -> None:
    """Whoever is left has no hour on any grid that is free for them whenever they would come."""
    (handover,) = asked.handovers
    opinion, made = Opinion(asked), covers(asked, solve_here)
    got = [(one.client, one.therapist, one.times) for one in made.found]
    covered = {one.client for one in made.found}
    for one in handover.ranked:
        client = one.client
        if client.id in covered or not client.cover_ok or client.language not in {"", "en"}:
            continue
        for giver in asked.therapist:
            for weekday, quarter in product(range(5), range(36, 48)):
                clock = time(quarter // 4, 15 * (quarter % 4))
                day = MONDAY + timedelta(days=7 + weekday)
                starts = [local(day + timedelta(weeks=week), clock, BERLIN) for week in range(WEEKS)]
                times = tuple(Span(start, start + timedelta(minutes=50)) for start in starts)
                if giver != "dana" and all(opinion.free(client.id, giver, when) for when in times):
                    assert not opinion.together([*got, (client.id, giver, times)])


def _found(made: Iterable[Cover]) -> dict[str, tuple[str, int, datetime]]:
    return {one.client: (one.therapist, one.every, one.times[0].start) for one in made}


def test_a_higher_tier_first() -> None:
    """One free hour a week: the client in crisis has it, and the other one nothing."""
    low, high = Client("ab", cover_ok=True), Client("cd", cover_ok=True, priority=Priority.CRISIS)
    eli = colleague("eli", {1: [(9, 10)]})
    asked = request([(low, 7.0, span(8, 9)), (high, 7.0, span(9, 15))], [eli])
    assert list(_found(covers(asked, solve_here).found)) == ["cd"]


def test_of_one_tier_both() -> None:
    """Two of one tier and one hour: both come every other week."""
    two = [(Client(key, cover_ok=True), 7.0, span(8, 9)) for key in ("ab", "cd")]
    made = covers(request(two, [colleague("eli", {1: [(9, 10)]})]), solve_here)
    assert [one.every for one in made.found] == [2, 2]
    assert not {*made.found[0].times} & {*made.found[1].times}


def test_who_was_named_has_it() -> None:
    """The therapist's word comes before tiers, if only every other week, and holds for this colleague alone."""
    low, high = Client("ab", cover_ok=True), Client("cd", cover_ok=True, priority=Priority.CRISIS)
    eli, fay = colleague("eli", {1: [(9, 10)]}), colleague("fay", {})
    clients = [(low, 7.0, span(8, 9)), (high, 7.0, span(9, 15))]
    made = covers(request(clients, [eli], [("ab", "eli")]), solve_here)
    assert [(one.client, one.named) for one in made.found] == [("ab", True), ("cd", False)]
    assert list(_found(covers(request(clients, [eli, fay], [("cd", "fay")]), solve_here).found)) == ["ab"]


def test_nobody_to_cover() -> None:
    """No colleague, one who is away all the time, one without working hours: nothing, and proven."""
    one = [(Client("ab", cover_ok=True), 7.0, span(8, 9))]
    for there in ([], [colleague("eli", {1: [(9, 12)]}, leave=(AWAY,))], [colleague("eli", {})]):
        made = covers(request(one, there), solve_here)
        assert made.found == ()
        assert made.proven


def test_a_colleague_keeps_their_pauses_with_all_of_them() -> None:
    """Three hours of a morning and at most two sessions in a row: the third client comes to nobody, or rarer."""
    three = [(Client(key, cover_ok=True), 7.0, span(8, 9)) for key in ("ab", "cd", "ef")]
    one = request(three, [colleague("eli", {1: [(9, 12)]}, row=2)])
    at = [when.start for each in covers(one, solve_here).found for when in each.times]
    assert max(Counter(start.date() for start in at).values()) == 2
    assert len(at) == 2 * WEEKS


def test_without_a_solver_that_hears_of_it_pauses_are_kept_and_nothing_is_proven() -> None:
    """One that gives the same answer whatever it is told: what is too much is left out as it comes."""
    three = [(Client(key, cover_ok=True), 7.0, span(8, 9)) for key in ("ab", "cd", "ef")]
    one = request(three, [colleague("eli", {1: [(9, 12)]}, row=2)])
    first: list[Solution] = []

    def deaf(problem: Problem) -> Solution:
        first.extend([] if first else [solve_here(problem)])
        return first[0]

    made = covers(one, deaf)
    at = [when.start.date() for each in made.found for when in each.times]
    assert max(Counter(at).values()) == 2
    assert not made.proven


def test_order_changes_nothing() -> None:
    """The same practice in another order gives the same covers."""
    clients = [(Client(f"c{n}", cover_ok=True), 7.0, span(7 + n % 3, 9 + n % 2)) for n in range(5)]
    there = [colleague(key, {1: [(9, 12)], 2: [(9, 11)]}) for key in ("eli", "fay")]
    asked = request(clients, there)
    other = replace(asked, therapists=asked.therapists[::-1], clients=asked.clients[::-1])
    assert covers(asked, solve_here) == covers(other, solve_here)


def test_clocks_change_on_the_way() -> None:
    """A place is a time of the wall clock: ten stays ten when summer time ends."""
    eli = colleague("eli", {1: [(10, 11)]})
    away = Span(local(date(2026, 10, 5), time(0), BERLIN), local(date(2026, 11, 16), time(0), BERLIN))
    asked = request([(Client("ab", cover_ok=True), 7.0, span(92, 10))], [eli])
    handover = replace(asked.handovers[0], absence=Absence("a1", "dana", (), away))
    (made,) = covers(replace(asked, handovers=(handover,)), solve_here).found
    assert {one.start.astimezone(BERLIN).time() for one in made.times} == {time(10)}
    assert len(made.times) == WEEKS


def test_a_therapist_is_no_colleague_of_their_own() -> None:
    """Dana covers for nobody of hers, whatever settings say."""
    dana = therapist(covers_for=("dana",))
    assert isinstance(dana, Therapist)
    asked = request([(Client("ab", cover_ok=True), 7.0, span(8, 9))], [])
    asked = replace(asked, therapists=(TherapistTime(dana),))
    assert covers(asked, solve_here).found == ()
