"""Conflicts follow their offers: open, settled or closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from syncd.core.model import Conflict, Offer, OfferState
from syncd.core.model.practice import Policy
from syncd.core.offers.conflict_state import VETOES, settle_conflict
from syncd.core.state.gates import PassState


def settled(pass_state: PassState) -> PassState:
    """The rows with each conflict's state read off its offers; two vetoes count for all sessions of a client."""
    vetoes = Counter(
        (row.client, row.absence)
        for row in pass_state.conflicts
        for offer in _vetoed(pass_state.of(row))
        if offer.therapist == row.therapist
    )
    rows = tuple(
        settle_conflict(
            row,
            pass_state.of(row),
            pass_state.client(row),
            _policy(pass_state, row),
            nothing_offered=_nothing_offered(pass_state, row),
            unwilling=vetoes[row.client, row.absence] >= VETOES,
        )
        for row in pass_state.conflicts
    )
    return replace(pass_state, conflicts=rows)


def _vetoed(offers: Iterable[Offer]) -> Iterable[Offer]:
    """The holds that the therapist deleted: of several for one session, of which one would have been taken, one."""
    return {offer.suggestion: offer for offer in offers if offer.state is OfferState.VETOED}.values()


def _nothing_offered(pass_state: PassState, row: Conflict) -> bool:
    return row.therapist in pass_state.snapshot.therapist and pass_state.nothing_offered(row)


def _policy(pass_state: PassState, row: Conflict) -> Policy:
    known = row.therapist in pass_state.snapshot.therapist
    return pass_state.policy(row) if known else Policy()
