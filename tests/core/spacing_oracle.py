"""Three sessions in nine days, from docs/planning.md: every three days of one client are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations, pairwise

from syncd.core.model import OfferKind, Tier
from syncd.core.model.practice import Aim
from syncd.core.planning.request import PlanRequest


def spaced(request: PlanRequest, who: str, new: Sequence[datetime]) -> bool:
    """True where make-ups at these times make no three days in nine of a client who comes weekly or more rarely.

    In crisis, and where every session is owed, three may lie as near as they do.
    """
    rows = [one for one in request.ranked if one.client.id == who]
    policy = next(ask.policy for ask in request.asks if rows[0] in ask.ranked)
    often = any(row.candidate.facts and (row.candidate.facts.interval or 7) < 6 for row in rows)
    if often or policy.slots.aim is Aim.SESSIONS or any(row.tier is Tier.CRISIS for row in rows):
        return True
    zone = rows[0].candidate.zone
    lost = {row.conflict.span.start for row in rows}
    usual = sorted({at.astimezone(zone).date() for at in lost | _own(request, who)})
    gaps = sorted((b - a).days for a, b in pairwise(usual))
    if gaps and gaps[(len(gaps) - 1) // 2] < 6:
        return True  # with two therapists they come twice a week
    stand = {at.astimezone(zone).date() for at in _coming(request, who)}
    made = {at.astimezone(zone).date() for at in new}
    return not any(
        made & set(three) and (max(three) - min(three)).days <= 8
        for three in combinations(sorted(stand | made), 3)
    )


def _coming(request: PlanRequest, who: str) -> set[datetime]:
    """Their own sessions that take place, and make-ups that stand."""
    offers = [one.offer for one in request.fixed if one.offer.client == who]
    return _own(request, who) | {one.span.start for one in offers if one.kind is not OfferKind.EXTEND}


def _own(request: PlanRequest, who: str) -> set[datetime]:
    rows = [one.candidate for one in request.ranked if one.client.id == who]
    own = {span.start for one in request.clients if one.client.id == who for span in one.sessions}
    own |= {at for row in rows for at in (row.previous, row.following) if at}
    made = {one.offer.span.start for one in request.fixed if one.offer.client == who}
    return own - {row.conflict.span.start for row in rows} - made
