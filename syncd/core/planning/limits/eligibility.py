"""Who may get a make-up at all, from which colleague, and beside which of their own sessions."""

from __future__ import annotations

from syncd.core.model import OfferKind, Session, Tier
from syncd.core.model.practice import Approach
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.occupancy import Load
from syncd.core.planning.limits.walls import Case

FOR_COVER_TOO = frozenset(
    {Rule.CLIENT, Rule.BARRED, Rule.OFTEN, Rule.HOLIDAY_SESSION, Rule.HANDOVER, Rule.CLIENT_MAKEUPS}
)


def ruled_out_by(case: Case) -> Rule | None:
    """The rule that gives this client no make-up by their own therapist, whatever the time; None: may have one.

    A colleague may still cover where the approach or the budget says no: it costs the therapist no hour.
    """
    client, rules = case.ranked.client, case.ask.policy.eligibility
    if not client.makeups:
        return Rule.CLIENT
    if client.id in case.ask.excluded:
        return Rule.BARRED
    if case.conflict in case.ask.handed:
        return Rule.HANDOVER
    if (rule := case.no_makeup()) is not None:
        return rule
    if not case.occupancy.client_left[client.id, case.ask.absence.id]:
        return Rule.CLIENT_MAKEUPS
    if rules.approach is Approach.NONE:
        return Rule.APPROACH
    if rules.approach is Approach.EXCEPTIONAL and case.ranked.tier is not Tier.CRISIS:
        return Rule.APPROACH
    if case.occupancy.budget_left.get(case.ask.absence.id) == 0:
        return Rule.BUDGET
    return Rule.NO_THERAPIST if case.therapist not in case.occupancy.loads else None


def colleagues(case: Case) -> list[str]:
    """Who may cover: practice or leave, the colleague, and the client all permitting, in a calendar that answers."""
    if case.conflict in case.ask.calls:
        return []
    if not (case.ask.policy.eligibility.cover and case.ranked.client.cover_ok):
        return []
    return [
        key
        for key, load in case.occupancy.loads.items()
        if key != case.therapist
        and case.therapist in load.time.therapist.covers_for
        and load.time.reachable
        and (case.conflict, key) not in case.ask.unwilling
    ]


def anchors(case: Case, load: Load) -> list[Session]:
    """The client's own nearest sessions before and after the absence that may be lengthened, once each."""
    who, away = case.ranked.client.id, case.ask.absence.span
    extended = [
        one.span
        for one in case.request.fixed_by_client.get(who, ())
        if one.kind is OfferKind.EXTEND and one.therapist == case.therapist
    ]
    counted = {one.ref for one in load.taken if one.ref is not None and one.client == who}
    own = sorted(
        (one for one in load.time.sessions if one.ref in counted and one.span.start > case.request.now),
        key=lambda one: (one.span, one.ref),
    )
    before = [one for one in own if one.span.end <= away.start][-1:]
    after = [one for one in own if one.span.start >= away.end][:1]
    windows = case.windows()
    return [
        one
        for one in (*before, *after)
        if any(window.contains(one.span) for window in windows)
        and not any(one.span.end == piece.start or piece.end == one.span.start for piece in extended)
    ]
