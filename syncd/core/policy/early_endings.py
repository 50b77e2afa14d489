"""What a clock far ahead let end before its time, told by the right one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from syncd.core.model import Offer, OfferState
from syncd.core.model.offer_facts import Ending


def resumed(
    offers: Iterable[Offer], standing: frozenset[str], removed: frozenset[str], now: datetime
) -> tuple[Offer, ...]:
    """Offers that go on: they count as unanswered, or as over, because their time or the day by which an answer is due
    had come; and it is still ahead.

    Only where the entry is among those `standing` in the calendar (UIDs), or among those that we `removed`, which are
    written anew; the client was not told that it is over, and nothing else is or was offered in its place. What else
    may stand against such a time the next look sees by itself.
    """
    given = sorted(offers, key=lambda one: one.number)
    taken = {one.conflict for one in given if one.live}
    last = {one.conflict: one for one in given if one.conflict not in taken}
    early = (one for one in last.values() if one.uid in standing | removed)
    return tuple(_as_it_was(one, standing, now) for one in early if _ended_early(one, now))


def _ended_early(offer: Offer, now: datetime) -> bool:
    if offer.span.start <= now or offer.cancelled_at is not None:
        return False
    if offer.state is OfferState.UNANSWERED:
        return _awaited(offer, now)
    by_time = {Ending.SILENCE, Ending.SLOT} if offer.sent else {Ending.SLOT}
    return offer.state is OfferState.WITHDRAWN and offer.reason in by_time


def _as_it_was(offer: Offer, standing: frozenset[str], now: datetime) -> Offer:
    asked = OfferState.INVITED if _awaited(offer, now) else OfferState.UNANSWERED
    state = asked if offer.sent else OfferState.HELD
    again = replace(offer, state=state, reason="", missing_at=None, turns=offer.turns + 1)
    return replace(again, unwritten=offer.unwritten or offer.uid not in standing)


def _awaited(offer: Offer, now: datetime) -> bool:
    return offer.due is not None and offer.due > now
