"""One hour for one client, one client in one place (I3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import Offer, OfferState
from syncd.core.offers.double_booking import client_elsewhere
from tests.core.people import at, offer

HALF_PAST = at(17, 10).moved_to(at(17, 10).start + timedelta(minutes=30))
WITH_OMAR = replace(offer(span=HALF_PAST), uid="omars", conflict="omars", therapist="omar")


@pytest.mark.parametrize(
    ("other", "elsewhere"),
    [
        (replace(WITH_OMAR, state=OfferState.ACCEPTED), True),
        (replace(WITH_OMAR, state=OfferState.SETTLED), True),
        (replace(WITH_OMAR, state=OfferState.INVITED, pinned=True), True),
        (replace(WITH_OMAR, state=OfferState.INVITED), False),
        (replace(WITH_OMAR, state=OfferState.DECLINED, pinned=True), False),
        (replace(WITH_OMAR, state=OfferState.ACCEPTED, client="c2"), False),
    ],
)
def test_a_client_who_agreed_or_was_chosen_elsewhere_is_not_asked_here(other: Offer, elsewhere: bool) -> None:
    """By a colleague, for a time that overlaps this one by half."""
    assert client_elsewhere(offer(span=at(17, 10)), (other,), ()) is elsewhere
