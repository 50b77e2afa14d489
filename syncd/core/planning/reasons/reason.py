"""Why a client has no place: what forbade the options, who takes those that exist, what would free one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import Tier
from syncd.core.model.messages.letters import Named
from syncd.core.model.unplaced import Cause, Remedy, Rule, Unplaced
from syncd.core.planning.drafts import SolvedPlan, forced, left_beside
from syncd.core.planning.options import Finder, Found
from syncd.core.planning.reasons.limits import limit_words, many, many_days
from syncd.core.planning.reasons.remedies import Trials, Whole
from syncd.core.planning.reasons.served import Beside, beside_own
from syncd.core.planning.reasons.wider import wider
from syncd.core.planning.relief.continuity import continuity_of
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.problem import LEVELS, TIER_LEVEL, Solve, tier_of_level
from syncd.core.time.minutes import day_number, minute_of


def reasons(
    base: SolvedPlan,
    keys: Iterable[str],
    solve: Solve,
    *,
    verify: Whole | None = None,
) -> Iterator[Unplaced]:
    """Why each of these conflicts has no place in `base`; with rivals and remedies by planning again, where `verify`
    says of what `base` is a part.

    Whoever would have none with a larger budget either is told what else stands in the way.
    """
    more, beside = wider(base, solve), left_beside(base.request, base.paired.values())
    trials = Trials(base, verify, solve, beside) if verify else None
    beyond = left_beside(more.draft.request, more.draft.paired.values()) if more else beside
    for key in keys:
        budget = more.budgets.get(base.request.ask_of[key].absence.id) if more else None
        if more and budget is not None and key not in more.gains:
            yield _reason(more.draft, beyond, key, trials)
        else:
            yield _reason(base, beside, key, trials, budget)


def with_tags(found: Unplaced, given: tuple[Remedy, ...]) -> Unplaced:
    """The reason with what tags would give; said where no remedy says it already."""
    said = {one.rule for one in found.remedies}
    words = "; ".join(one.words for one in given if one.rule not in said)
    more = f" {words[0].upper()}{words[1:]}." if words else ""
    return replace(found, by_tag=given, sentence=f"{found.sentence}{more}")


def _reason(
    base: SolvedPlan, left: Finder, conflict: str, trials: Trials | None, budget: int | None = None
) -> Unplaced:
    """The reason in `base`, with rivals and remedies where these are tried.

    `left` finds what is left while everybody placed keeps their place.
    """
    found, ranked = base.found[conflict], base.request.ranked_of[conflict]
    beside = beside_own(base, conflict)
    cause, rivals = _cause(base, conflict, beside.useful, trials.solve if trials else None)
    remedies = tuple(trials.remedies(conflict)) if trials else ()
    binds = Rule.BUDGET if budget is not None else found.ruled_out or left.ruled_out(conflict)
    if binds is None and cause is Cause.SERVED and beside.crowding:
        binds = Rule.CROWDED
    if binds is None:
        binds = remedies[0].rule if remedies else _binding(left, conflict, cause)
    return Unplaced(
        conflict=conflict,
        client=ranked.client.id,
        therapist=ranked.conflict.therapist,
        tier=ranked.tier,
        cause=cause,
        options=beside.useful or len(found.options),
        killed=tuple(found.killed.items()),
        binds=binds,
        displaces=rivals,
        remedies=remedies,
        sentence=" ".join(
            (
                *_sentence(base, conflict, cause, beside, rivals, binds),
                *_frees(base, conflict, binds, remedies, budget),
            )
        ),
        budget=budget,
    )


def _cause(
    base: SolvedPlan, conflict: str, useful: int, solve: Solve | None
) -> tuple[Cause, tuple[str, ...]]:
    found = base.found[conflict]
    if not found.options:
        return (Cause.NOT_ALLOWED if found.ruled_out else Cause.NO_OPTION), ()
    if not useful:
        return Cause.SERVED, ()
    if solve is None:
        return Cause.UNCHECKED, ()
    other = forced(base, conflict, solve)
    rivals = tuple(sorted(set(base.paired) - set(other.paired)))
    return _loses(base.solution.levels, other.solution.levels, base.request.ranked_of[conflict].tier), rivals


def _loses(best: Sequence[int], other: Sequence[int], mine: Tier) -> Cause:
    """What the best plan with a place for somebody of this tier lacks."""
    pairs = enumerate(zip(best, other, strict=True))
    level = next((number for number, (one, two) in pairs if number >= TIER_LEVEL and one > two), LEVELS)
    tier = tier_of_level(level)
    if tier is None:
        return Cause.EQUAL
    return Cause.OUTRANKED if tier < mine else Cause.LESS_VALUE


def _binding(left: Finder, conflict: str, cause: Cause) -> Rule | None:
    """What leaves nothing for a client while everybody else keeps their place."""
    if cause is Cause.SERVED:
        return Rule.GAIN
    struck = left.of(conflict).killed
    killed = helpful_struck(struck.items()) or dict(struck)
    return max(killed, key=lambda rule: (killed[rule], rule), default=None)


def helpful_struck(killed: Iterable[tuple[Rule, int]]) -> dict[Rule, int]:
    """How many times that would help this client each rule struck; those that strike them for everybody left out."""
    return {rule: count for rule, count in killed if rule in _OF_ONE}


_OF_ONE = frozenset(
    {Rule.NOTICE, Rule.ANSWER, Rule.VETOED, Rule.REFUSED, Rule.AWAY, Rule.APART, Rule.LONG_BREAK}
    | {Rule.SERIES_END, Rule.FIXED_HOUR, Rule.WINDOWS, Rule.CROWDED, Rule.UNLIKELY}
)


STRUCK = {
    Rule.LEAVE: "in leave",
    Rule.HOLIDAY: "on public holidays",
    Rule.YEAR_END: "on 24 or 31 December",
    Rule.NOTICE: "under minimum notice",
    Rule.ANSWER: "too near to be answered",
    Rule.SESSION: "taken by other sessions",
    Rule.BUSY: "busy",
    Rule.SESSIONS_PER_DAY: "on days with all the sessions they hold",
    Rule.BESIDE_LEAVE: "on full days right beside leave",
    Rule.SESSIONS_PER_WEEK: "in weeks with all the sessions they hold",
    Rule.MAKEUPS_PER_DAY: "on days with all the make-ups they hold",
    Rule.MAKEUPS_PER_WEEK: "in weeks with all the make-ups they hold",
    Rule.ROOMS: "without a free room",
    Rule.IN_A_ROW: "in rows of sessions without a pause",
    Rule.VETOED: "taken off the table",
    Rule.REFUSED: "declined by the client",
    Rule.AWAY: "while the client is away",
    Rule.DISTANCE: "too near the client's own sessions",
    Rule.APART: "kept apart from another appointment",
    Rule.LONG_BREAK: "in the last week before a long break",
    Rule.SERIES_END: "after the last session that was agreed on",
    Rule.FIXED_HOUR: "at other hours than the client's own",
    Rule.WINDOWS: "outside the client's times",
    Rule.CROWDED: "that would make three sessions in nine days",
    Rule.UNLIKELY: "that their own past speaks against, not asked about after a no",
    Rule.GAIN: "that take too little off the wait",
    Rule.HOURS: "outside working hours",
}
BARRED = {
    Rule.CLIENT: "The roster says: no make-ups for this client.",
    Rule.BARRED: "The leave block excludes this client.",
    Rule.OFTEN: "This client comes so often that none is made up for.",
    Rule.HOLIDAY_SESSION: "A public holiday would have cancelled this session; one entered by hand makes up for it.",
    Rule.HANDOVER: "The leave is long: it is handed over, not planned week by week.",
    Rule.APPROACH: "The approach to this leave gives this client no make-up.",
    Rule.BUDGET: "The budget of make-ups for this leave is used up.",
    Rule.CLIENT_MAKEUPS: "This client has all the make-ups that one leave allows.",
    Rule.NO_THERAPIST: "The therapist is not known to the planner.",
}


def _sentence(
    base: SolvedPlan, conflict: str, cause: Cause, beside: Beside, rivals: tuple[str, ...], binds: Rule | None
) -> Iterator[str]:
    found, useful = base.found[conflict], beside.useful
    match cause:
        case Cause.UNCHECKED | Cause.SERVED if binds in SPENT:
            yield BARRED[binds]
        case Cause.NOT_ALLOWED:
            yield BARRED[found.ruled_out] if found.ruled_out else "Not allowed."
        case Cause.NO_OPTION if helpful := helpful_struck(found.killed.items()):
            yield f"No time fits: of {sum(helpful.values())} that would help, {_struck(helpful)}."
        case Cause.NO_OPTION if found.killed.get(Rule.GAIN):
            yield _too_little(base.request, conflict, found.killed[Rule.GAIN])
        case Cause.NO_OPTION:
            yield _funnel(found)
        case Cause.SERVED if beside.crowding:
            yield "Beside the client's other make-up each further time would be a third session in nine days."
        case Cause.SERVED:
            yield "Beside the client's other make-up no further time would shorten the wait enough."
        case Cause.UNCHECKED:
            yield f"{many(useful, 'time')} would fit, and others take them."
        case Cause.EQUAL if _own(base, conflict, rivals):
            yield f"{many(useful, 'time')} would fit; the client's own other sessions get them."
        case Cause.EQUAL:
            yield f"{many(useful, 'time')} would fit; others who count the same get them."
        case _:
            each = "it" if useful == 1 else "each"
            yield f"{many(useful, 'time')} would fit, but {_cost(base, conflict, cause, rivals, each)}."


SPENT = frozenset(
    {Rule.BUDGET, Rule.CLIENT_MAKEUPS}
)  # gone to others, or to the same client, whatever times fit


def speaks_against(unplaced: Unplaced) -> tuple[Named, ...]:
    """The sentence in short, for templates: what rules this client out, or what struck most of the times."""
    not_allowed = unplaced.cause is Cause.NOT_ALLOWED or unplaced.binds in SPENT
    if not_allowed and unplaced.binds is not None:
        return ((f"barred_{unplaced.binds.name.lower()}", 0),)
    if unplaced.cause is Cause.SERVED:
        return (("served_crowded" if unplaced.binds is Rule.CROWDED else "served", 0),)
    if unplaced.cause is not Cause.NO_OPTION:
        return (("others_first_one" if unplaced.options == 1 else "others_first", unplaced.options),)
    if not unplaced.killed:
        return (("no_hours", 0),)
    helpful, gained = helpful_struck(unplaced.killed), dict(unplaced.killed).get(Rule.GAIN)
    if helpful:
        total = sum(helpful.values())
        struck = ((f"struck_{rule.name.lower()}", count) for rule, count in _most(helpful)[:2])
        return (("no_helpful_one" if total == 1 else "no_helpful", total), *struck)
    if gained:
        return (("little_gain_one" if gained == 1 else "little_gain", gained),)
    total = sum(count for _, count in unplaced.killed)
    most = _most(dict(unplaced.killed))[:2]
    return (("no_time", total), *((f"struck_{rule.name.lower()}", count) for rule, count in most))


def _most(killed: Mapping[Rule, int]) -> list[tuple[Rule, int]]:
    return sorted(killed.items(), key=lambda item: (-item[1], item[0]))


def _frees(
    base: SolvedPlan, conflict: str, binds: Rule | None, remedies: tuple[Remedy, ...], budget: int | None
) -> Iterator[str]:
    if binds is not None and base.found[conflict].options:
        yield f"What binds: {limit_words(base.request, conflict, binds)}."
    if remedies:
        said = "; ".join(remedy.words for remedy in remedies)
        yield f"{said[0].upper()}{said[1:]}."
    elif budget is not None:
        yield f"With a budget of {many(budget, 'make-up')} there is a time."


def _too_little(request: PlanRequest, conflict: str, count: int) -> str:
    """The honest notice: times there are, and none of them helps."""
    ranked = request.ranked_of[conflict]
    known, start = continuity_of(request, ranked.client.id), minute_of(ranked.conflict.span.start)
    place = known.place(day_number(start, known.habits.zone))
    days = (known.distance if place is None else known.stretches[place].gain) / timedelta(days=1)
    each = "it takes" if count == 1 else "each takes"
    return f"{many(count, 'time')} would fit, {each} less than {many_days(days)} off the wait."


def _funnel(found: Found) -> str:
    if not found.killed:
        return "No working hours are open in the time allowed around the leave."
    return f"No time fits: of {sum(found.killed.values())} starts looked at, {_struck(found.killed)}."


def _struck(killed: Mapping[Rule, int]) -> str:
    return ", ".join(f"{count} {STRUCK.get(rule, rule.value)}" for rule, count in _most(killed))


def _own(base: SolvedPlan, conflict: str, rivals: tuple[str, ...]) -> bool:
    """True where nobody but the same client would give a place up."""
    ranked = base.request.ranked_of
    return bool(rivals) and {ranked[key].client.id for key in rivals} == {ranked[conflict].client.id}


def _cost(base: SolvedPlan, conflict: str, cause: Cause, rivals: tuple[str, ...], each: str) -> str:
    """Whose place it would take, or whose time would get worse: by tier, never by name.

    Places of clients who come after are no reason: then somebody else's time is.
    """
    tiers, mine = [base.request.ranked_of[key].tier for key in rivals], base.request.ranked_of[conflict].tier
    least = min(tiers, default=Tier.MAINTENANCE + 1)
    who = f"({_by_tier(tiers)})"
    if cause is Cause.OUTRANKED:
        if least >= mine:
            return "a client who comes first would have to take a worse time for it"
        first = "a client who comes first" if len(rivals) == 1 else "clients of whom one or more come first"
        return f"{each} would take the place of {first} {who}"
    if least > mine:
        return "somebody who counts as much would have to take a worse time for it"
    if _own(base, conflict, rivals):
        return "the client's other sessions would have to do without"
    if len(rivals) == 1:
        return f"{each} would take the place of a client whom it helps more {who}"
    return f"{each} would take the places of several for one {who}"


def _by_tier(tiers: list[Tier]) -> str:
    """`1 crucial and 2 routine clients`."""
    counts = [(sum(one is tier for one in tiers), tier.name.lower()) for tier in sorted(set(tiers))]
    said = " and ".join(f"{count} {name}" for count, name in counts)
    return f"{said} client{'' if len(tiers) == 1 else 's'}"
