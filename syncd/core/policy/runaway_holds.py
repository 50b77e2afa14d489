"""Holds that multiply or never come to stand, where a calendar does not give back what was written: when to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from syncd.core.model import Offer
from syncd.core.model.offer_facts import Ending

MOST, WITHIN = 5, timedelta(hours=1)  # new entries for one session that nobody was ever invited to
STOPPED_FOR = timedelta(hours=24)


def multiplied(offers: Sequence[Offer], now: datetime) -> Mapping[str, datetime]:
    """Therapists in whose calendars nothing new is entered for now, and since when.

    A session got entry after entry, or an entry never came to stand.
    """
    times: dict[tuple[str, str], set[datetime]] = {}  # what is suggested together was entered at one moment
    for offer in offers:
        if offer.planned_at is not None and not offer.sent:
            times.setdefault((offer.therapist, offer.conflict), set()).add(offer.planned_at)
    found = {
        offer.therapist: offer.planned_at
        for offer in sorted(offers, key=lambda one: one.planned_at or now)
        if offer.reason == Ending.LOST and offer.planned_at and now < offer.planned_at + STOPPED_FOR
    }
    for (therapist, _), planned in times.items():
        moments = sorted(planned)
        for first, last in zip(moments, moments[MOST - 1 :], strict=False):
            if last - first <= WITHIN and now < last + STOPPED_FOR:
                found[therapist] = max(last, found.get(therapist, last))
    return found
