"""What takes a slot away from the offer that stands there: minimum notice, or a `Loss`, of which each stands here.

A pass asks for them in this order: on the therapist's side (`BookedTime.lost`), then, of what is left, on the client's
(`unfit`), last of holds that could be invited at this moment (`too_near`). What ends an offer whose slot
it could keep stands in endings; a hold that a plan puts elsewhere, in planning's offers_of_plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from syncd.core.model import Offer, OfferKind, Session
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.double_booking import client_elsewhere, in_the_way
from syncd.core.offers.in_doubt import counts
from syncd.core.policy.deadlines import ANSWER_MARGIN
from syncd.core.reading.diary import Diary
from syncd.core.time.spans import Span


class Loss(StrEnum):
    """Why a slot can be the offer's no longer; the empty one: it can."""

    NONE = ""
    PAST = "past"
    AWAY = "away"  # leave that may be spoken of lies over it
    PROMISED = "promised"  # another make-up has the hour
    TAKEN = "taken"  # something else stands in the calendar
    UNASKED = "unasked"  # so near that no invitation can be answered in time any more
    ELSEWHERE = "elsewhere"  # its client is with another therapist
    ALONE = "alone"  # extra time without the session that it was to lengthen


@dataclass(frozen=True, slots=True)
class BookedTime:
    """What a therapist's time is taken by: their diary, and the offers as they are by now.

    Leave takes no time yet from the offers whose UIDs are `unspoken`.
    """

    diary: Diary
    snapshot: Snapshot
    offers: tuple[Offer, ...]
    unspoken: Collection[str] = ()

    def beside(self, offers: Iterable[Offer]) -> BookedTime:
        """The same diary with other offers."""
        return replace(self, offers=tuple(offers))

    def taken_by_leave(self, offer: Offer) -> bool:
        """True where leave that may be spoken of lies over the offer."""
        covered = any(span.overlaps(offer.span) for span in self.diary.away)
        return covered and offer.uid not in self.unspoken

    def lost(self, offer: Offer) -> Loss:
        """What takes the slot on the therapist's side (I3, I4); who has to choose between two is asked first."""
        found = self.obstacle(offer)
        if found and not (offer.clash and found in {Loss.TAKEN, Loss.PROMISED}):
            return found
        return Loss.UNASKED if self._unasked(offer) else Loss.NONE

    def lost_to(self, offer: Offer, came: datetime) -> Loss:
        """What a yes to this time comes too late for; none where it counts, as while an entry over it may be a slip.

        An hour that begins after the yes `came` is not over for it, whenever it is read.
        """
        found = self.obstacle(offer, came)
        slip = found is Loss.TAKEN and not counts(offer, self.diary.therapist, self.snapshot)
        return Loss.NONE if slip else found

    def obstacle(self, offer: Offer, at: datetime | None = None) -> Loss:
        """What stands at the time: it is past (`at` a moment; now), in leave, another make-up's, or something else's.

        What the therapist dragged is checked against past, leave and sessions only.
        """
        if offer.span.start <= (at or self.snapshot.now):
            return Loss.PAST
        if self.taken_by_leave(offer):
            return Loss.AWAY
        if any(in_the_way(one, offer) for one in self.offers):
            return Loss.PROMISED
        return Loss.TAKEN if self._entered_over(offer) else Loss.NONE

    def _unasked(self, offer: Offer) -> bool:
        """True for a hold that was never sent, where its client could not answer in time any more."""
        client = self.snapshot.client.get(offer.client)
        asked = client is not None and client.mailed and self.snapshot.mail
        left = offer.span.start - self.snapshot.now
        return asked and not offer.sent and not offer.pinned and left <= ANSWER_MARGIN

    def _entered_over(self, offer: Offer) -> bool:
        """True where something stands in the calendar at the time; where a session was moved to counts as taken.

        Not what is leave, or may be: when that takes a time is asked of leave, however its event is written.
        """
        diary, snapshot = self.diary, self.snapshot
        displaced = {row.ref for row in snapshot.conflicts if row.displaced and row.missing_at is None}
        sessions = [
            one.span for one in diary.all_sessions if one.ref not in displaced and one.ref.uid != offer.uid
        ]
        busy: list[Span] = []
        if not offer.pinned:
            known = {one.uid for one in snapshot.offers}
            leave = {block.ref for block in diary.leave}  # questions are no busy time of a diary
            others = (one for one in diary.busy if one.ref not in displaced | leave)
            busy = [one.span for one in others if one.ref.uid not in known]
        return any(offer.span.overlaps(span) for span in (*sessions, *busy))


def unfit(
    offer: Offer, offers: Iterable[Offer], own: Iterable[Session], elsewhere: Iterable[Session]
) -> Loss:
    """What takes the slot on the client's side (I3), beside all `offers`.

    `own` are the client's sessions with this therapist, `elsewhere` those with others.
    """
    if offer.kind is OfferKind.EXTEND and not offer.pinned and not side(offer, own):
        return Loss.ALONE
    return Loss.ELSEWHERE if client_elsewhere(offer, offers, elsewhere) else Loss.NONE


def too_near(offer: Offer, lead: timedelta, now: datetime) -> bool:
    """True where an invitation that left now would be under minimum notice, or leave too little time to answer (I4).

    `lead` is the least time between an invitation and its slot. A time that was dragged is where it shall be.
    """
    return not offer.pinned and offer.span.start - now < lead


def side(offer: Offer, sessions: Iterable[Session]) -> str:
    """Where extra time lies: "before" or "after" one of these sessions; "" where it touches none."""
    own = [one for one in sessions if one.offer != offer.uid]
    if any(one.span.end == offer.span.start for one in own):
        return "after"
    return "before" if any(one.span.start == offer.span.end for one in own) else ""
