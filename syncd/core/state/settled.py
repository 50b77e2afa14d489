"""Conflicts follow their offers: open, settled or closed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from syncd.core.model import Conflict, OfferState
from syncd.core.model.practice import Policy
from syncd.core.offers.conflict_state import VETOES, settle_conflict
from syncd.core.state.gates import Standing


def settled(standing: Standing) -> Standing:
    """The rows with each conflict's state read off its offers; two vetoes count for all sessions of a client."""
    vetoes = Counter(
        (row.client, row.absence)
        for row in standing.conflicts
        for offer in standing.of(row)
        if offer.state is OfferState.VETOED and offer.therapist == row.therapist
    )
    rows = tuple(
        settle_conflict(
            row,
            standing.of(row),
            standing.client(row),
            _policy(standing, row),
            nothing_offered=_nothing_offered(standing, row),
            unwilling=vetoes[row.client, row.absence] >= VETOES,
        )
        for row in standing.conflicts
    )
    return replace(standing, conflicts=rows)


def _nothing_offered(standing: Standing, row: Conflict) -> bool:
    return row.therapist in standing.snapshot.therapist and standing.nothing_offered(row)


def _policy(standing: Standing, row: Conflict) -> Policy:
    known = row.therapist in standing.snapshot.therapist
    return standing.policy(row) if known else Policy()
