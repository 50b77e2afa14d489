"""What the therapist did to our events, read from offers × mirror, never from the stream of changes."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from syncd.core.model import Delivery, Event, Offer, OfferState
from syncd.core.offers import Deleted, Dragged, Fact, Granted, Resumed, SettledByHand
from syncd.core.snapshot import Snapshot
from syncd.core.spans import span_of

WATCHED = frozenset(
    {
        OfferState.HELD,
        OfferState.PROPOSED,
        OfferState.INVITED,
        OfferState.UNANSWERED,
        OfferState.ACCEPTED,
        OfferState.SETTLED,
    }
)
_TAG = re.compile(r"(?:^|\s)#(yes|no|told)\b", re.IGNORECASE)
_OK = re.compile(r"(?:^|\s)#ok\b", re.IGNORECASE)
SEND = re.compile(r"(?:^|\s)#send\b", re.IGNORECASE)


def gesture(offer: Offer, snapshot: Snapshot, zone: ZoneInfo) -> Fact | None:
    """The fact that the therapist's hand left on this offer's event, or None.

    Absence counts only in a calendar that was read to the end in this pass, and not while an effect of ours
    on the same object may be under way.
    """
    if offer.state not in WATCHED or offer.calendar not in snapshot.fresh or snapshot.unclear(offer.uid):
        return None
    event = snapshot.ours.get(offer.uid)
    if event is None:
        return None if offer.unwritten else Deleted()
    drag = moved(event, offer, zone)
    word = said(event, offer, snapshot) or granted(event, offer)
    if word is not None:
        return replace(word, span=drag.span) if drag else word
    return drag or resumed(event, offer)


def said(event: Event, offer: Offer, snapshot: Snapshot) -> SettledByHand | None:
    """`#yes`, `#no` or `#told` in the title: the client said so in person. What was acted on says nothing more."""
    tags = spoken(event)
    if not tags - set(offer.heeded) or offer.state is OfferState.SETTLED:
        return None
    return SettledByHand(yes="no" not in tags, told="told" in tags, at=snapshot.now)


def spoken(event: Event) -> frozenset[str]:
    """The tags in an entry's title by which the therapist answers for the client."""
    return frozenset(tag.lower() for tag in _TAG.findall(event.title))


def granted(event: Event, offer: Offer) -> Granted | None:
    """`#ok` in the title of a time that the client proposed: they are to be invited to it."""
    return Granted() if offer.state is OfferState.PROPOSED and _OK.search(event.title) else None


def resumed(event: Event, offer: Offer) -> Resumed | None:
    """`#send` in the title of what waits because the client wrote: it goes on.

    Not where a scheduling server carries it: there the tag would stay in the title, and hold for what comes later.
    """
    waits = offer.frozen and offer.delivery is not Delivery.SERVER
    return Resumed() if waits and SEND.search(event.title) else None


def moved(event: Event, offer: Offer, zone: ZoneInfo) -> Dragged | None:
    """The event stands at another time than we know."""
    span = span_of(event.when, zone)
    return None if span == offer.span else Dragged(span)
