"""Limits on load and on single clients, each loosened for one conflict, and how a person would say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.core.planning.limits.workload import sessions_per_week as week_holds
from syncd.core.planning.reasons.changes import with_ask, with_client, with_eligibility, with_rules
from syncd.core.planning.request import Ask, PlanRequest, TherapistTime


def _own_time_of(request: PlanRequest, conflict: str) -> TherapistTime | None:
    return request.therapist.get(request.ranked_of[conflict].conflict.therapist)


def makeups_per_day(request: PlanRequest, conflict: str, more: int) -> tuple[PlanRequest, str] | None:
    """So many make-ups more a day."""
    mine = _own_time_of(request, conflict)
    if mine is None:
        return None
    cap, empty = mine.rules.max_makeups_per_day + more, mine.rules.max_makeups_on_empty_day
    lifted = None if empty is None else max(empty, cap)
    changed = with_rules(
        request,
        conflict,
        lambda rules: replace(rules, max_makeups_per_day=cap, max_makeups_on_empty_day=lifted),
    )
    return changed, f"with a cap of {cap} make-ups a day"


def sessions_per_week(request: PlanRequest, conflict: str, more: int) -> tuple[PlanRequest, str] | None:
    """So many sessions more a week."""
    mine = _own_time_of(request, conflict)
    if mine is None:
        return None
    cap = week_holds(mine) + more
    changed = with_rules(request, conflict, lambda rules: replace(rules, max_sessions_per_week=cap))
    return changed, f"with a cap of {cap} sessions a week"


def beside_leave(request: PlanRequest, conflict: str, _: int) -> tuple[PlanRequest, str] | None:
    """Days beside leave as full as others."""
    mine = _own_time_of(request, conflict)
    if mine is None:
        return None
    cap = mine.rules.max_sessions_per_day
    changed = with_rules(request, conflict, lambda rules: replace(rules, max_before_leave=cap))
    return changed, f"with up to {cap} sessions on days beside leave (max_before_leave)"


def often(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    """However often the client comes."""
    changed = with_eligibility(request, conflict, lambda rules: replace(rules, min_interval=timedelta(0)))
    return changed, "if clients who come so often get make-ups (min_interval)"


def apart(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    """Without the distance to those whom the client must not meet."""
    who = request.ranked_of[conflict].client
    changed = with_client(request, conflict, lambda client: replace(client, apart_from=()))
    for other in (one for one in request.ranked if one.client.id in who.apart_from):
        changed = with_client(changed, other.conflict.id, lambda client: replace(client, apart_from=()))
    return changed, "if it need not be kept apart from another appointment"


def agreed_end(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    """As if nobody had agreed on an end."""

    def endless(ask: Ask) -> Ask:
        ranked = (
            replace(one, candidate=replace(one.candidate, ends=None)) if one.conflict.id == conflict else one
            for one in ask.ranked
        )
        return replace(ask, ranked=tuple(ranked))

    return with_ask(request, conflict, endless), "after the end that was agreed on"


def fixed_hour(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    """At any hour."""
    changed = with_client(request, conflict, lambda client: replace(client, fixed_hour=False))
    return changed, "at another hour than the client's own (fixed_hour)"


def long_break(request: PlanRequest, conflict: str) -> tuple[PlanRequest, str]:
    """As if the phase were not a crucial one."""
    changed = with_client(request, conflict, lambda client: replace(client, phase=None))
    return changed, "in the last week before the break, if the phase allows it"
