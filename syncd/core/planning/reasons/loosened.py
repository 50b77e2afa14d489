"""What would have to change: a request with one rule loosened for one conflict, and how a person would say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from syncd.core.model.practice import Aim, Approach, SlotRules
from syncd.core.model.unplaced import Rule
from syncd.core.planning.reasons import lifted_limits
from syncd.core.planning.reasons.changes import (
    with_ask,
    with_client,
    with_client_time,
    with_eligibility,
    with_opened,
    with_rules,
    with_time,
)
from syncd.core.planning.reasons.limits import many
from syncd.core.planning.request import (
    Ask,
    ClientTime,
    PlanRequest,
)
from syncd.core.policy.deadlines import ANSWER_MARGIN, ANSWER_ROOM
from syncd.core.policy.precedence import CALL, PIECE, within
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import Span

_ANY_HOUR = WeeklyHours(week=((ClockRange(0, 24 * 60),),) * 7)
_WORKABLE = WeeklyHours(week=((ClockRange(7 * 60, 21 * 60),),) * 5 + ((), ()))
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The loosened request and the change in words."""

    rule: Rule
    request: PlanRequest
    change: str


def relaxed(request: PlanRequest, conflict: str, rule: Rule, steps: int = 1) -> Relaxed | None:
    """`request` with `rule` loosened for this conflict; None where that changes nothing.

    Caps and budgets go up by one per step; what can only be had or not takes one step. Nothing is named that goes
    beyond the practice's limits.
    """
    if rule in COUNTED:
        found = _COUNTED[rule](request, conflict, steps)
    else:
        found = _STEPS[rule](request, conflict) if rule in _STEPS else None
    if found is None:
        return None
    loosened, words = found
    asked = loosened.ask_of[conflict].policy
    if loosened == request or within(asked) != asked:
        return None
    return Relaxed(rule, loosened, words)


Step = Callable[[PlanRequest, str], tuple[PlanRequest, str] | None]
Counted = Callable[[PlanRequest, str, int], tuple[PlanRequest, str] | None]


def _cap(name: str, words: str) -> Counted:
    def step(request: PlanRequest, conflict: str, more: int) -> tuple[PlanRequest, str] | None:
        mine = request.therapist.get(request.ranked_of[conflict].conflict.therapist)
        if mine is None:
            return None
        cap = getattr(mine.rules, name) + more
        changed = with_rules(request, conflict, lambda rules: _set_cap(rules, name, cap))
        return changed, f"with a cap of {cap} {words}"

    return step


def _set_cap(rules: SlotRules, name: str, cap: int) -> SlotRules:
    match name:
        case "max_sessions_per_day":
            return replace(rules, max_sessions_per_day=cap)
        case "max_in_a_row":
            return replace(rules, max_in_a_row=cap)
        case _:
            return replace(rules, max_makeups_per_week=cap)


def _rooms(request: PlanRequest, _: str, more: int) -> tuple[PlanRequest, str] | None:
    if request.rooms is None:
        return None
    return replace(request, rooms=request.rooms + more), f"with {request.rooms + more} rooms"


def _budget(request: PlanRequest, conflict: str, more: int) -> tuple[PlanRequest, str]:
    budget = request.ask_of[conflict].budget + more
    changed = with_eligibility(request, conflict, lambda rules: replace(rules, budget=budget))
    return changed, f"with a budget of {many(budget, 'make-up')}"


def _client_makeups(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    general = request.ask_of[conflict].policy.eligibility.max_makeups_per_client
    own = request.ranked_of[conflict].client.max_makeups
    now = general if own is None else min(own, general)
    changed = request
    if general == now:
        changed = with_eligibility(
            changed, conflict, lambda rules: replace(rules, max_makeups_per_client=now + 1)
        )
    if own == now:
        changed = with_client(changed, conflict, lambda client: replace(client, max_makeups=now + 1))
    return changed, f"with up to {now + 1} make-ups for this client"


def _approach(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    changed = with_eligibility(request, conflict, lambda rules: replace(rules, approach=Approach.ALL))
    return changed, "with make-ups for everybody (#all)"


def _sides(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    allowed = request.ask_of[conflict].policy.eligibility
    words = "also after the leave (#after)" if allowed.before else "also before the leave (#before)"
    changed = with_eligibility(request, conflict, lambda rules: replace(rules, before=True, after=True))
    return changed, f"if make-ups may stand {words}"


def _answer(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    def now(ask: Ask) -> Ask:
        return replace(ask, sends_at={key: at for key, at in ask.sends_at.items() if key != conflict})

    return with_ask(request, conflict, now), "if the invitation leaves at once (#send)"


def _notice(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    least = ANSWER_MARGIN + ANSWER_ROOM
    changed = with_rules(
        request,
        conflict,
        lambda rules: replace(
            rules, min_notice=min(rules.min_notice, least), crisis_notice=min(rules.crisis_notice, least)
        ),
    )
    return changed, "with a minimum notice of 36 hours"


def _horizon(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    changed = with_rules(
        request,
        conflict,
        lambda rules: replace(
            rules, horizon_before=rules.horizon_before + _WEEK, horizon_after=rules.horizon_after + _WEEK
        ),
    )
    return changed, "looking a week further"


def _windows(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    changed = with_client(request, conflict, lambda client: replace(client, windows=_ANY_HOUR))
    return changed, "outside the client's usual times"


def _distance(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    changed = with_ask(
        request,
        conflict,
        lambda ask: replace(
            ask, policy=replace(ask.policy, slots=replace(ask.policy.slots, client_distance=timedelta(0)))
        ),
    )
    return changed, "if two sessions may follow each other closely"


def _gain(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    """Every session owed in this absence, however little a make-up takes off the wait."""
    changed = with_ask(
        request,
        conflict,
        lambda ask: replace(
            ask, policy=replace(ask.policy, slots=replace(ask.policy.slots, aim=Aim.SESSIONS))
        ),
    )
    return changed, 'where every session is owed (aim = "sessions")'


def _own_time(name: str, words: str) -> Step:
    def step(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
        def lifted(time: ClientTime) -> ClientTime:
            return replace(time, away=()) if name == "away" else replace(time, refused=())

        return with_client_time(request, conflict, lifted), words

    return step


def _vetoed(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    changed = with_ask(request, conflict, lambda ask: replace(ask, vetoed=()))
    changed = with_client_time(changed, conflict, lambda time: replace(time, taken_back=()))
    return changed, "at a time that was taken off the table"


def _extension(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    changed = with_client(request, conflict, lambda client: replace(client, extend_ok=True))
    if not request.ask_of[conflict].policy.eligibility.extension:
        changed = with_eligibility(changed, conflict, lambda rules: replace(rules, extension=PIECE))
    return changed, "as an extended session (#extend)"


def _cover(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str] | None:
    own = request.ranked_of[conflict].conflict.therapist
    if not any(own in one.therapist.covers_for for one in request.therapists):
        return None
    changed = with_client(request, conflict, lambda client: replace(client, cover_ok=True))
    changed = with_eligibility(changed, conflict, lambda rules: replace(rules, cover=True))
    return changed, "with a colleague (#cover)"


def _call(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    changed = with_eligibility(request, conflict, lambda rules: replace(rules, call=rules.call or CALL))
    return changed, "as a short call (#call)"


def _holiday(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    mine = request.ranked_of[conflict].conflict.therapist
    return with_time(request, mine, lambda time: replace(time, holidays=frozenset())), "on a public holiday"


def _hours(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str] | None:
    """All working days from seven to nine: the search for one hour worth opening."""
    ask, mine = request.ask_of[conflict], request.ranked_of[conflict].conflict.therapist
    time = request.therapist.get(mine)
    if time is None:
        return None
    rules, away = ask.policy.slots, ask.absence.span
    window = Span(away.start - rules.horizon_before, away.end + rules.horizon_after)
    return with_opened(
        request, conflict, _workable(window, time.therapist.zone)
    ), "in an hour opened by #makeup"


def _workable(window: Span, zone: ZoneInfo) -> tuple[Span, ...]:
    return _WORKABLE.spans(window, zone)


def _client(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    changed = with_client(request, conflict, lambda client: replace(client, makeups=True))
    return changed, "if the roster allows this client make-ups"


def _unbarred(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    who = request.ranked_of[conflict].client.id
    changed = with_ask(request, conflict, lambda ask: replace(ask, excluded=ask.excluded - {who}))
    return changed, "without the tag that excludes this client"


_COUNTED: dict[Rule, Counted] = {
    Rule.BUDGET: _budget,
    Rule.MAKEUPS_PER_DAY: lifted_limits.makeups_per_day,
    Rule.MAKEUPS_PER_WEEK: _cap("max_makeups_per_week", "make-ups a week"),
    Rule.SESSIONS_PER_DAY: _cap("max_sessions_per_day", "sessions a day"),
    Rule.SESSIONS_PER_WEEK: lifted_limits.sessions_per_week,
    Rule.BESIDE_LEAVE: lifted_limits.beside_leave,
    Rule.IN_A_ROW: _cap("max_in_a_row", "sessions in a row"),
    Rule.ROOMS: _rooms,
}
_STEPS: dict[Rule, Step] = {
    Rule.CLIENT: _client,
    Rule.BARRED: _unbarred,
    Rule.OFTEN: lifted_limits.often,
    Rule.APPROACH: _approach,
    Rule.CLIENT_MAKEUPS: _client_makeups,
    Rule.SIDE: _sides,
    Rule.ANSWER: _answer,
    Rule.NOTICE: _notice,
    Rule.WINDOWS: _windows,
    Rule.FIXED_HOUR: lifted_limits.fixed_hour,
    Rule.APART: lifted_limits.apart,
    Rule.LONG_BREAK: lifted_limits.long_break,
    Rule.SERIES_END: lifted_limits.agreed_end,
    Rule.DISTANCE: _distance,
    Rule.VETOED: _vetoed,
    Rule.REFUSED: _own_time("refused", "at a time that the client declined"),
    Rule.AWAY: _own_time("away", "while the client is away"),
    Rule.EXTENSION: _extension,
    Rule.COVER: _cover,
    Rule.CALL: _call,
    Rule.HORIZON: _horizon,
    Rule.HOLIDAY: _holiday,
    Rule.HOURS: _hours,
    Rule.GAIN: _gain,
}
_FIRST = (Rule.CLIENT, Rule.BARRED, Rule.OFTEN, Rule.APPROACH, Rule.BUDGET, Rule.CLIENT_MAKEUPS)
COUNTED = frozenset(_COUNTED)
# In which remedies are looked for: what is cheapest for the people first.
ORDER = tuple(dict.fromkeys((*_FIRST, *_COUNTED, *_STEPS)))
