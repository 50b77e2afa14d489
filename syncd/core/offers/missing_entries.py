"""An entry of ours that is missing: when it is believed deleted, and when it is there again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from syncd.core.model import Conflict, Delivery, Offer
from syncd.core.model.practice import Therapist, Timing
from syncd.core.model.snapshot import Snapshot
from syncd.core.reading.vanished_leave import SOON, settle_back


def stays_away_until(offer: Offer, row: Conflict | None, timing: Timing) -> datetime:
    """When an entry that is missing is believed deleted: of what nobody knows but the therapist, soon."""
    since = offer.missing_at or offer.span.start
    nearest = min(offer.span.start, row.span.start if row else offer.span.start)
    return since + (settle_back(timing, nearest, since) if offer.sent or offer.agreed else SOON)


def stays_away(offer: Offer, therapist: Therapist, snapshot: Snapshot) -> bool:
    """True once an entry that vanished is believed deleted: undone in time, nobody hears of it.

    Where the calendar's server carries it, it has told the client at once.
    """
    if offer.delivery is not Delivery.IMIP:
        return True
    if offer.missing_at is None or offer.missing_at >= snapshot.now:
        return False
    row = snapshot.conflict.get(offer.conflict)
    return stays_away_until(offer, row, therapist.policy.timing) <= snapshot.now


def never_stood(offer: Offer) -> bool:
    """True for a hold that no read has found since it was written: that it is missing is not the therapist's hand."""
    return offer.unseen and not offer.sent and not offer.agreed


def returned(offer: Offer, snapshot: Snapshot) -> Offer:
    """The offer whose entry is there, again or for the first time."""
    there = offer.uid in snapshot.ours and (offer.missing_at is not None or offer.unseen)
    return replace(offer, missing_at=None, unseen=False) if there else offer
