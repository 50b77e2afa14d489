"""What the therapist did to our events, read from offers × mirror, never from the stream of changes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from syncd.core.model import Delivery, Event, Offer, OfferState
from syncd.core.model.offer_facts import (
    Deleted,
    Dragged,
    Ending,
    Fact,
    Granted,
    Mistyped,
    Resumed,
    SettledByHand,
    Withdraw,
)
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.in_doubt import drag_counts, never_stood, returned, stays_away
from syncd.core.offers.transitions import advance
from syncd.core.policy.deadlines import answer_due
from syncd.core.time.spans import Span, span_of

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
LONG_OVER = timedelta(
    days=30
)  # what is read of the past has an end: an entry beyond it is missing from that alone
_TAG = re.compile(r"#\s*([^\W\d_]+)(?:\s*(\?))?")
_BARE = re.compile(r"(?<=[\s·])(yes|ja|oui|sí|si|no|nein|non|nee|told|ok|okay)(?:[\s.!?]*)$", re.IGNORECASE)
_SAME = {
    "ja": "yes",
    "oui": "yes",
    "sí": "yes",
    "si": "yes",
    "nein": "no",
    "non": "no",
    "nee": "no",
    "okay": "ok",
}
_YES, _NO, _TOLD = frozenset(("yes",)), frozenset(("no",)), frozenset(("told",))
_OK = re.compile(r"#\s*ok(?:ay)?\b(?!\s*\?)", re.IGNORECASE)
SEND = re.compile(r"(?:^|\s)#\s?send\b(?!\s*\?)", re.IGNORECASE)


def gesture(offer: Offer, snapshot: Snapshot, zone: ZoneInfo) -> Fact | None:
    """The fact that the therapist's hand left on this offer's event, or None.

    Absence counts only in a calendar that was read to the end in this pass, of what is not long over, and not while an
    effect of ours on the same object may be under way.
    """
    if offer.state not in WATCHED or offer.calendar not in snapshot.fresh or snapshot.unclear(offer.uid):
        return None
    event = snapshot.ours.get(offer.uid)
    if event is None:
        if offer.unwritten or offer.span.end + LONG_OVER <= snapshot.now:
            return None
        return Withdraw(Ending.LOST) if never_stood(offer) else Deleted()
    drag = moved(event, offer, zone)
    word = said(event, offer, snapshot) or granted(event, offer)
    if word is not None:
        return replace(word, span=drag.span) if drag else word
    return drag or resumed(event, offer)


def said(event: Event, offer: Offer, snapshot: Snapshot) -> SettledByHand | Mistyped | None:
    """`#yes` or `#no` in the title, `#told` beside it: the client said so in person.

    What was acted on says nothing more.
    Whatever else is typed there is asked about: `#told` alone does not say what they answered.
    """
    tags = spoken(event, offer)
    if not tags - set(offer.heeded) or offer.state is OfferState.SETTLED:
        return None
    tags -= set(offer.heeded) - (_YES | _NO | _TOLD)
    agreed = offer.state is OfferState.ACCEPTED and tags == _TOLD
    if tags - _TOLD == _YES or agreed:
        return SettledByHand(yes=True, told="told" in tags, at=snapshot.now)
    if tags - _TOLD == _NO:
        return SettledByHand(yes=False, told="told" in tags, at=snapshot.now)
    return Mistyped()


def spoken(event: Event, offer: Offer) -> frozenset[str]:
    """What the therapist typed into an entry's title to answer for the client: `yes`, `no`, `told`, or something else.

    A tag has its `#`, be it apart (`# no`), and no question mark. `#ok` and `#send` say other things where they count.
    """
    found = ((_SAME.get(tag.lower(), tag.lower()), asks) for tag, asks in _TAG.findall(event.title))
    elsewhere = {"send"} | ({"ok"} if offer.state is OfferState.PROPOSED else set())
    tags = {f"{tag}{asks}" for tag, asks in found if asks or tag not in elsewhere}
    bare = _BARE.search(_TAG.sub(" ", event.title))
    return frozenset(tags | {f"{one.lower()} without #" for one in (bare.groups() if bare else ())})


def granted(event: Event, offer: Offer) -> Granted | None:
    """`#ok` in the title of a time that the client proposed: they are to be invited to it."""
    return Granted() if offer.state is OfferState.PROPOSED and _OK.search(event.title) else None


def resumed(event: Event, offer: Offer) -> Resumed | None:
    """`#send` in the title of what waits, because the client wrote or a tag was not understood: it goes on.

    Not in an invitation that a scheduling server carries: there the tag would stay, and hold for what comes later.
    Nor where a client's two addresses are at odds: it says neither yes nor no.
    """
    stays = offer.delivery is Delivery.SERVER and offer.sent
    waits = offer.frozen and not offer.at_odds and not stays
    return Resumed() if waits and SEND.search(event.title) else None


def moved(event: Event, offer: Offer, zone: ZoneInfo) -> Dragged | None:
    """The event stands at another time than we know."""
    span = span_of(event.when, zone)
    return None if span == offer.span else Dragged(span)


def by_hand(offer: Offer, snapshot: Snapshot) -> Offer:
    """The offer after whatever the therapist did to its event."""
    therapist = snapshot.therapist.get(offer.therapist)
    fact = gesture(offer, snapshot, therapist.zone) if therapist else None
    vanished = isinstance(fact, Deleted | Withdraw)
    if therapist is not None and vanished and not stays_away(offer, therapist, snapshot):
        return replace(offer, missing_at=offer.missing_at or snapshot.now)
    if fact is None or therapist is None:
        return _with_tags_acted_on(returned(offer, snapshot), None, snapshot)
    if isinstance(fact, Dragged) and not drag_counts(offer, fact.span, therapist, snapshot):
        back = returned(offer, snapshot)
        return replace(back, contested_at=offer.contested_at or snapshot.now)
    offer = replace(offer, missing_at=None, contested_at=None)
    after = _with_tags_acted_on(advance(offer, fact, snapshot.now), fact, snapshot)
    asked_anew = after.state is OfferState.INVITED and after.span != offer.span
    if not asked_anew or after.delivery is Delivery.IMIP:
        return after
    # Their own program has asked the client anew, now.
    timing, client = therapist.policy.timing, snapshot.client.get(after.client)
    night = ((client.zone if client else None) or therapist.zone, timing.quiet)
    due = answer_due(snapshot.now, after.span, timing.answer_within, night)
    return replace(after, invited_at=snapshot.now, due=due, reminded_at=None)


def said_yes(offer: Offer, snapshot: Snapshot) -> Offer:
    """The offer after `#yes` in its title, and as it is where something else was done to its event."""
    therapist = snapshot.therapist.get(offer.therapist)
    fact = gesture(offer, snapshot, therapist.zone) if therapist else None
    return by_hand(offer, snapshot) if isinstance(fact, SettledByHand) and fact.yes else offer


def moved_to(offer: Offer, snapshot: Snapshot) -> Span | None:
    """Where the therapist has moved its entry, be it not believed yet; None where it stands, or says something else."""
    therapist = snapshot.therapist.get(offer.therapist)
    fact = gesture(offer, snapshot, therapist.zone) if therapist else None
    return fact.span if isinstance(fact, Dragged) else None


def _with_tags_acted_on(offer: Offer, fact: Fact | None, snapshot: Snapshot) -> Offer:
    """Tags that stay in the title, as where a server carries the entry, are acted on once."""
    event = snapshot.ours.get(offer.uid)
    if event is None or not (offer.heeded or isinstance(fact, SettledByHand | Mistyped)):
        return offer
    tags = spoken(event, offer)
    known = tags if isinstance(fact, SettledByHand | Mistyped) else tags & set(offer.heeded)
    return replace(offer, heeded=tuple(sorted(known)))
