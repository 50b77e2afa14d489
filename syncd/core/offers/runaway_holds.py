"""Holds that multiply, where a calendar does not give back what was written: when to stop entering new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from syncd.core.model import Offer

MOST, WITHIN = 5, timedelta(hours=1)  # new entries for one session that nobody was ever invited to
STOPPED_FOR = timedelta(hours=24)


def multiplied(offers: Iterable[Offer], now: datetime) -> Mapping[str, datetime]:
    """Therapists in whose calendars nothing new is entered for now, and since when: a session got entry after entry."""
    times: dict[tuple[str, str], list[datetime]] = {}
    for offer in offers:
        if offer.planned_at is not None and not offer.sent:
            times.setdefault((offer.therapist, offer.conflict), []).append(offer.planned_at)
    found: dict[str, datetime] = {}
    for (therapist, _), moments in times.items():
        moments.sort()
        for first, last in zip(moments, moments[MOST - 1 :], strict=False):
            if last - first <= WITHIN and now < last + STOPPED_FOR:
                found[therapist] = max(last, found.get(therapist, last))
    return found
