"""What later leave takes from clients who were asked: the times that it lies over, named before they are taken back."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model import AWAITED, UNSENT, Absence, Conflict, Offer
from syncd.core.state import PassState


def falling(pass_state: PassState, absence: Absence) -> tuple[Conflict, ...]:
    """The sessions whose client knows a time that this leave takes, and has not agreed to it, in order of that time.

    What was agreed to is a session like any other: it stands in the letter as one that is displaced. While nobody
    knows whether it is leave, it takes nothing.
    """
    return () if pass_state.in_doubt(absence) else tuple(_falling(pass_state, absence))


def falling_unasked(pass_state: PassState, absence: Absence) -> frozenset[str]:
    """The ids of those among them that lose their time within minutes, whether or not a yes is missing."""
    found = _lost(pass_state, absence) if not pass_state.in_doubt(absence) else ()
    return frozenset(offer.conflict for offer in found if pass_state.falls_unasked(offer))


def _falling(pass_state: PassState, absence: Absence) -> Iterator[Conflict]:
    return (pass_state.conflict[offer.conflict] for offer in _lost(pass_state, absence))


def _lost(pass_state: PassState, absence: Absence) -> Iterator[Offer]:
    for offer in sorted(pass_state.offers, key=lambda one: (one.span, one.uid)):
        asked = offer.state in AWAITED or (offer.state in UNSENT and offer.sent)
        ahead = offer.therapist == absence.therapist and offer.span.start > pass_state.now
        over = any(one.span.overlaps(offer.span) for one in absence.blocks if one.lifted_at is None)
        if offer.conflict in pass_state.conflict and asked and ahead and over:
            yield offer
