"""Facts happen to offers: answers, gestures, deadlines, and the world changing under a slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from syncd.core.answers import Concern, Taken, bounded, ordered, take_in
from syncd.core.deadlines import ANSWER_MARGIN, answer_due
from syncd.core.diary import Diary
from syncd.core.gestures import gesture, spoken
from syncd.core.lifting import returned, stays_away
from syncd.core.model import Client, Conflict, ConflictState, Delivery, Offer, OfferState, ReplyKind
from syncd.core.offers import (
    Accepted,
    Declined,
    Deleted,
    DuePassed,
    Ending,
    Fact,
    Hesitated,
    Overtaken,
    Reconsidered,
    Resumed,
    SettledByHand,
    Withdraw,
    advance,
)
from syncd.core.policy import Policy
from syncd.core.snapshot import Snapshot
from syncd.core.spans import Span

OPEN_ENDED = frozenset(
    {
        OfferState.PLANNED,
        OfferState.HELD,
        OfferState.PROPOSED,
        OfferState.INVITED,
        OfferState.UNANSWERED,
    }
)
ONLY_MACHINES = "only machines answered"
MACHINES = 2  # times that machines may decline for one session before a person has to ask
BINDING = frozenset({OfferState.ACCEPTED, OfferState.SETTLED, OfferState.DISPLACED})

LONGEST_WISH = timedelta(hours=12)
FARTHEST_WISH = timedelta(days=300)

WITHOUT_OFFER = {
    ReplyKind.WORDS: Concern.WORDS,
    ReplyKind.BOUNCE: Concern.BOUNCE,
    ReplyKind.AUTO: Concern.AUTO,
}  # to a mail without an event
UNSHOWN = {"past": Concern.WISH_PAST, "away": Concern.WISH_AWAY, "taken": Concern.WISH_TAKEN}


def take_replies(
    snapshot: Snapshot, diaries: Mapping[str, Diary]
) -> tuple[tuple[Taken, ...], dict[str, Offer]]:
    """Every new reply understood in its meant order, and the offers as they are afterwards, by UID.

    A reply to a mail that names no event, such as a notice, is about the newest offer for its session, or about the
    session itself. A reply to what nobody knows is not ours and is left alone.
    """
    offers = {offer.uid: offer for offer in snapshot.offers}
    taken: list[Taken] = []
    for reply in ordered(bounded(one, snapshot.now) for one in snapshot.replies):
        offer = offers.get(reply.offer) or _newest(offers.values(), reply.offer)
        if offer is None:
            if reply.offer in snapshot.conflict and reply.kind in WITHOUT_OFFER:
                taken.append(Taken(reply, reply.offer, concern=WITHOUT_OFFER[reply.kind]))
            continue
        one = _weighed(take_in(reply, offer, snapshot.client.get(offer.client)), snapshot, diaries, offers)
        taken.append(one)
        if one.fact is not None:
            offers[offer.uid] = _stamped(advance(offer, one.fact, snapshot.now), one)
        if one.concern is Concern.LATE:
            offers[offer.uid] = replace(offer, late_at=snapshot.now)
        elif one.concern is Concern.UNVERIFIED:
            offers[offer.uid] = replace(offers[offer.uid], doubtful=True)
    return tuple(taken), offers


def _newest(offers: Iterable[Offer], conflict: str) -> Offer | None:
    return max((one for one in offers if one.conflict == conflict), key=lambda one: one.number, default=None)


def _weighed(
    one: Taken, snapshot: Snapshot, diaries: Mapping[str, Diary], offers: Mapping[str, Offer]
) -> Taken:
    """What an answer means in the light of everything else: a yes, or another time, needs time that is free."""
    offer = offers[one.offer]
    diary, row = diaries.get(offer.therapist), snapshot.conflict.get(offer.conflict)
    if isinstance(one.fact, Accepted) and diary is not None:
        gone = _obstacle(offer, diary, snapshot, offers.values())
        return replace(one, fact=None, concern=Concern.LATE) if gone else one
    if isinstance(one.fact, Reconsidered):
        free = diary and row and row.displaced and not _obstacle(offer, diary, snapshot, offers.values())
        settled = any(other.state in BINDING for other in offers.values() if other.conflict == offer.conflict)
        return one if free and not settled else replace(one, fact=None, concern=Concern.LATE)
    if one.concern is Concern.PROPOSAL and one.reply.proposed is not None:
        if diary is None or row is None or not row.displaced or not _showable(one.reply.proposed, snapshot):
            return replace(one, concern=Concern.WISH)
        asked = replace(offer, span=one.reply.proposed, pinned=True)
        others = (other for other in offers.values() if other.conflict != offer.conflict)
        return replace(one, concern=UNSHOWN.get(_obstacle(asked, diary, snapshot, others), Concern.PROPOSAL))
    return one


def _showable(proposed: Span, snapshot: Snapshot) -> bool:
    """True for a time that a calendar can show as an appointment, and that is read again."""
    return proposed.end - proposed.start <= LONGEST_WISH and proposed.start <= snapshot.now + FARTHEST_WISH


def _stamped(offer: Offer, one: Taken) -> Offer:
    answered = isinstance(one.fact, Accepted | Declined | Hesitated | Reconsidered)
    return replace(offer, answer_stamp=one.reply.dtstamp) if answered else offer


def by_hand(offer: Offer, snapshot: Snapshot) -> Offer:
    """The offer after whatever the therapist did to its event."""
    therapist = snapshot.therapist.get(offer.therapist)
    fact = gesture(offer, snapshot, therapist.zone) if therapist else None
    if therapist is not None and isinstance(fact, Deleted) and not stays_away(offer, therapist, snapshot):
        return replace(offer, missing_at=offer.missing_at or snapshot.now)
    if fact is None or therapist is None:
        return _heeding(returned(offer, snapshot), None, snapshot)
    offer = replace(offer, missing_at=None)
    after = _heeding(advance(offer, fact, snapshot.now), fact, snapshot)
    asked_anew = after.state is OfferState.INVITED and after.span != offer.span
    if not asked_anew or after.delivery is Delivery.IMIP:
        return after
    # Their own program has asked the client anew, now.
    due = answer_due(snapshot.now, after.span, therapist.policy.timing.answer_within)
    return replace(after, invited_at=snapshot.now, due=due, reminded_at=None)


def _heeding(offer: Offer, fact: Fact | None, snapshot: Snapshot) -> Offer:
    """Tags that stay in the title, as where a server carries the entry, are acted on once."""
    event = snapshot.ours.get(offer.uid)
    if event is None or not (offer.heeded or isinstance(fact, SettledByHand)):
        return offer
    tags = spoken(event)
    known = tags if isinstance(fact, SettledByHand) else tags & set(offer.heeded)
    return replace(offer, heeded=tuple(sorted(known)))


def running_on(offers: tuple[Offer, ...], snapshot: Snapshot) -> tuple[Offer, ...]:
    """The clocks that stood still for a proposal run on when it was refused, or its time was lost, in this pass."""
    waiting = {offer.uid for offer in snapshot.offers if offer.state is OfferState.PROPOSED}
    lost = {Ending.REFUSED, Ending.SLOT}
    ended = {offer.conflict for offer in offers if offer.uid in waiting and offer.reason in lost}
    return tuple(
        advance(offer, Resumed(), snapshot.now) if offer.conflict in ended else offer for offer in offers
    )


def by_world(
    offer: Offer,
    conflict: Conflict,
    diary: Diary,
    snapshot: Snapshot,
    notice: timedelta,
    others: Iterable[Offer],
) -> Offer:
    """The offer after deadlines, and after what else now stands in the calendar; `notice` is the client's minimum."""
    now = snapshot.now
    if offer.state is OfferState.INVITED and offer.due is not None and offer.due <= now and not offer.frozen:
        offer = advance(offer, DuePassed(), now) if snapshot.hears(offer) else offer
    fact = _end(offer, conflict, diary, snapshot, notice, others)
    return advance(offer, fact, now) if fact else offer


def _end(
    offer: Offer,
    conflict: Conflict,
    diary: Diary,
    snapshot: Snapshot,
    notice: timedelta,
    others: Iterable[Offer],
) -> Fact | None:
    if offer.state in BINDING:
        covered = any(span.overlaps(offer.span) for span in diary.away)
        return Overtaken() if covered and offer.span.start > snapshot.now else None
    if offer.state not in OPEN_ENDED:
        return None
    if conflict.state is ConflictState.HEALED and not offer.agreed:
        return Withdraw(Ending.LEAVE)
    if conflict.extra:
        return Withdraw(Ending.EXTRA)
    if (conflict.state is ConflictState.GONE or (conflict.kept and not offer.sent)) and not offer.agreed:
        return Withdraw(Ending.SESSION)
    others = tuple(others)
    if any(_instead(other, offer) for other in others):
        return Withdraw(Ending.AGREED)
    closed = conflict.state is ConflictState.CLOSED and offer.state in {OfferState.PLANNED, OfferState.HELD}
    if not _wanted(offer, snapshot.client.get(offer.client)) or (
        closed and not offer.sent and not offer.pinned
    ):
        return Withdraw(Ending.ROSTER)
    if offer.sent and offer.span.start <= snapshot.now:
        return Withdraw(Ending.SILENCE) if snapshot.hears(offer) else None
    if taken_away(offer, diary, snapshot, others):
        return Withdraw(Ending.SLOT)
    return _too_near(offer, notice, snapshot)


def _instead(other: Offer, offer: Offer) -> bool:
    """True when the other one stands in this offer's place: the session's make-up, or the time the client asked for."""
    if other.conflict != offer.conflict or other.uid == offer.uid:
        return False
    asked_for = other.proposed and other.live and other.number > offer.number
    return other.state in BINDING or (asked_for and not offer.proposed)


def _wanted(offer: Offer, client: Client | None) -> bool:
    return client is not None and (offer.pinned or client.makeups)


def _too_near(offer: Offer, notice: timedelta, snapshot: Snapshot) -> Fact | None:
    """Nobody answered until minimum notice, or a hold was never sent and now is under it.

    What the therapist set so near that the answer is due even later stands until its time comes.
    """
    left = offer.span.start - snapshot.now
    over = offer.due is None or offer.due <= offer.span.start - notice
    silent = offer.state is OfferState.UNANSWERED and snapshot.hears(offer)
    if silent and left <= notice and over and not offer.frozen:
        return Withdraw(Ending.SILENCE)
    client = snapshot.client.get(offer.client)
    asked = client is not None and client.mailed and snapshot.mail
    if asked and not offer.sent and not offer.pinned and left <= ANSWER_MARGIN:
        return Withdraw(Ending.SLOT)
    return None


def taken_away(offer: Offer, diary: Diary, snapshot: Snapshot, others: Iterable[Offer]) -> bool:
    """True when the slot is no longer the offer's (I3, I4); who has to choose between two is asked first."""
    found = _obstacle(offer, diary, snapshot, others)
    return bool(found) and not (offer.clash and found == "taken")


def _obstacle(offer: Offer, diary: Diary, snapshot: Snapshot, others: Iterable[Offer]) -> str:
    """Why the slot cannot be the offer's: "past", in leave ("away"), or something else stands there ("taken"); or "".

    What the therapist dragged is checked against past, leave and sessions only.
    """
    slot = offer.span
    if slot.start <= snapshot.now:
        return "past"
    if any(span.overlaps(slot) for span in diary.away):
        return "away"
    displaced = {row.ref for row in snapshot.conflicts if row.displaced}
    standing = [
        one.span for one in diary.all_sessions if one.ref not in displaced and one.ref.uid != offer.uid
    ]
    ours = [
        one.span
        for one in others
        if one.conflict != offer.conflict and one.therapist == offer.therapist and firm(one)
    ]
    busy: list[Span] = []
    if not offer.pinned:
        known = {one.uid for one in snapshot.offers}
        busy = [one.span for one in diary.busy if one.ref not in displaced and one.ref.uid not in known]
    return "taken" if any(slot.overlaps(span) for span in (*standing, *ours, *busy)) else ""


def firm(offer: Offer) -> bool:
    """True for time that is promised, or that somebody asked or was asked for."""
    return offer.state in BINDING or offer.state in {OfferState.INVITED, OfferState.PROPOSED}


def settle_conflict(
    row: Conflict,
    offers: tuple[Offer, ...],
    client: Client | None,
    policy: Policy,
    *,
    barred: bool = False,
    unwilling: bool = False,
) -> Conflict:
    """What the offers made so far mean for their conflict; a function of them, so it can be read off at any time.

    `unwilling`: the therapist deleted two holds for this client, be they for several sessions.
    """
    if not row.displaced:
        return row
    if row.extra or row.kept or any(offer.state in BINDING for offer in offers):
        return replace(row, state=ConflictState.SETTLED, reason="")
    reason = "the therapist deleted two holds" if unwilling else _closed_because(row, offers, client, policy)
    if barred and any(offer.sent for offer in offers):
        reason = "the therapist offers nothing for this leave any more"
    if any(offer.proposed and (offer.live or offer.state is OfferState.PROPOSED) for offer in offers):
        reason = ""  # the client asked for another time, and nobody has said no
    if reason:
        return replace(row, state=ConflictState.CLOSED, reason=reason)
    return replace(row, state=ConflictState.OPEN, reason="")


def _closed_because(row: Conflict, offers: tuple[Offer, ...], client: Client | None, policy: Policy) -> str:
    """What a colleague deletes says that they will not cover, and nothing of what the therapist may still offer."""
    limit = policy.eligibility.max_offers
    if client is not None and client.max_offers is not None:
        limit = client.max_offers
    own = tuple(offer for offer in offers if offer.therapist == row.therapist)
    if any(offer.sent and offer.reason == Ending.THERAPIST for offer in own):
        return "the therapist took the invitation back"
    if any(offer.reason == Ending.UNMAILED for offer in own):
        return "they said no in person, and no mail was to follow"
    silent = [offer for offer in offers if offer.reason == Ending.SILENCE]
    if silent:
        wrote = silent[-1].frozen
        return "the time passed while words waited" if wrote else "nobody answered in time"
    declined = [offer for offer in offers if offer.state in {OfferState.DECLINED, OfferState.CANCELLED}]
    machines = sum(offer.reason == Ending.MACHINE for offer in declined)
    if len(declined) - machines >= limit:
        return "all offers were declined"
    if machines >= MACHINES:
        return ONLY_MACHINES
    return ""


def refused(offers: Iterable[Offer]) -> tuple[Span, ...]:
    """Times the client declined: not offered again."""
    ended = {OfferState.DECLINED, OfferState.CANCELLED}
    return tuple(offer.span for offer in offers if offer.state in ended)
