"""What in the calendar speaks against an offer: its entry is gone or was dragged, its time was taken; when it counts.

A slip of the hand that is put right in time costs nobody a message.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from syncd.core.model import Conflict, Delivery, Offer, OfferState
from syncd.core.model.practice import Therapist, Timing
from syncd.core.model.snapshot import Snapshot
from syncd.core.policy.first_message import URGENT
from syncd.core.reading.vanished_leave import SOON, has_lasted, settle_back, settle_edit
from syncd.core.time.spans import Span


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
    since = offer.missing_at
    if since is None:
        return False
    row = snapshot.conflict.get(offer.conflict)
    return has_lasted(since, stays_away_until(offer, row, therapist.policy.timing) - since, snapshot.now)


def never_stood(offer: Offer) -> bool:
    """True for a hold that no read has found since it was written: that it is missing is not the therapist's hand."""
    return offer.unseen and not offer.sent and not offer.agreed


def returned(offer: Offer, snapshot: Snapshot) -> Offer:
    """The offer whose entry is there, again or for the first time."""
    there = offer.uid in snapshot.ours and (offer.missing_at is not None or offer.unseen)
    return replace(offer, missing_at=None, unseen=False) if there else offer


def counts(offer: Offer, therapist: Therapist, snapshot: Snapshot, *other: Span) -> bool:
    """True where what speaks against an offer is acted on: something at its time, the roster, or a drag to `other`.

    Where its client knows the time as it stands it has to stay so for some minutes first. What is ahead within a day
    goes at once.
    """
    if not (offer.told_as_it_is or offer.state is OfferState.SETTLED):
        return True
    ahead = [one.start for one in (offer.span, *other) if one.start > snapshot.now]
    if ahead and min(ahead) <= snapshot.now + URGENT:
        return True
    return has_lasted(offer.contested_at, settle_edit(therapist.policy.timing), snapshot.now)


def drag_counts(offer: Offer, to: Span, therapist: Therapist, snapshot: Snapshot) -> bool:
    """The same of a drag; where a calendar carries the invitation, the therapist's program has told of it at once."""
    return offer.delivery is not Delivery.IMIP or counts(offer, therapist, snapshot, to)
