"""What deadlines and the world do to the offers of a pass."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.model import (
    MAKEUP,
    UNSENT,
    Conflict,
    ConflictState,
    Offer,
    OfferState,
    OriginalState,
    conflict_id,
)
from syncd.core.model.offer_facts import Ending, Overtaken, Reinstated, Returned, Withdraw
from syncd.core.offers.conflicts import gone
from syncd.core.offers.double_booking import client_elsewhere
from syncd.core.offers.endings import OPEN_ENDED, by_world, clocks_resumed, replaced, taking_back_begun
from syncd.core.offers.gestures import moved
from syncd.core.offers.in_doubt import counts
from syncd.core.offers.lost_slot import BookedTime, Loss, unfit
from syncd.core.offers.transitions import advance
from syncd.core.state.gates import PassState
from syncd.core.state.outlook import closed

INSTEAD = "the session that it stood in for takes place"


def after_world(pass_state: PassState) -> PassState:
    """Each offer in the light of all as they were; then those without a yes, beside what their clients have.

    Where a calendar is not read now nothing that it may show ends one; what was answered does.
    """
    pass_state = _with_sessions_returned(pass_state)
    moved = []
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        booked = pass_state.booked.get(offer.therapist)
        if row is None or booked is None or offer.calendar not in pass_state.snapshot.fresh:
            moved.append(replaced(offer, pass_state.offers, pass_state.now))
        else:
            one = _unheard(pass_state, row, _reinstated(pass_state, offer))
            one = _unless_never_offered(pass_state, row, one)
            moved.append(by_world(one, row, booked))
    moved_on = replace(pass_state, offers=clocks_resumed(tuple(moved), pass_state.snapshot))
    beside = (_beside_sessions(moved_on, offer) for offer in moved_on.offers)
    pairs = zip(pass_state.offers, beside, strict=True)
    return replace(moved_on, offers=tuple(_if_meant(pass_state, before, after) for before, after in pairs))


def _reinstated(pass_state: PassState, offer: Offer) -> Offer:
    """A make-up that later leave displaced, and that stands in the calendar again now that this leave is gone.

    Not where another time was agreed on in its place.
    """
    anew = pass_state.displaced_anew(offer)
    if anew is None or anew.state is not ConflictState.HEALED or pass_state.made_up(anew):
        return offer
    stands = anew.original is OriginalState.IN_PLACE and offer.uid in pass_state.snapshot.ours
    return advance(offer, Reinstated(), pass_state.now) if stands else offer


def _with_sessions_returned(pass_state: PassState) -> PassState:
    """The sessions themselves take place, for whose make-up later leave came; what that make-up had become is none."""
    after = {offer.uid: _returned(pass_state, offer) for offer in pass_state.offers}
    anew = {conflict_id(one.therapist, one.uid, "") for one in pass_state.offers if after[one.uid] is not one}
    rows = (gone(row, INSTEAD) if row.id in anew else row for row in pass_state.conflicts)
    return replace(pass_state, offers=tuple(after.values()), conflicts=tuple(rows)) if anew else pass_state


def _returned(pass_state: PassState, offer: Offer) -> Offer:
    """A make-up that later leave takes, of which its client has not heard, where no leave lies over the session itself
    any more: that one takes place. Not where something else stands at its hour by now, or is offered there.
    """
    row, booked = pass_state.conflict.get(offer.conflict), pass_state.booked.get(offer.therapist)
    if row is None or booked is None or offer.calendar not in pass_state.snapshot.fresh:
        return offer
    ahead = offer.span.start > pass_state.now
    falls = offer.state in MAKEUP and ahead and booked.taken_by_leave(offer)
    taken = advance(offer, Overtaken(), pass_state.now) if falls else offer
    anew = pass_state.displaced_anew(taken)
    if anew is None or _reinstated(pass_state, offer) is not offer or not row.takes_place(pass_state.now):
        return offer
    there = booked.obstacle(replace(offer, span=row.span))
    known = pass_state.heard(anew) or pass_state.asked_about(row)
    return offer if there or known else advance(taken, Returned(), pass_state.now)


def _unheard(pass_state: PassState, row: Conflict, offer: Offer) -> Offer:
    """What was taken back as its leave was gone, and now that leave is back before its client heard so, stands as they
    know it.

    Not where it ended beside an answer that nobody has settled, nor where another time is suggested by now.
    """
    ended = offer.state is OfferState.WITHDRAWN and offer.reason == Ending.LEAVE
    if not (ended and offer.told_as_it_is and row.state is ConflictState.OPEN) or offer.said_no:
        return offer
    known = offer.number > row.bygone and offer.uid in pass_state.snapshot.ours
    others = (one for one in pass_state.of(row) if one.suggestion != offer.suggestion)
    if not known or taking_back_begun(offer, pass_state.snapshot) or any(one.kept for one in others):
        return offer
    return advance(offer, Reinstated(), pass_state.now)


def _if_meant(pass_state: PassState, before: Offer, after: Offer) -> Offer:
    """What may be a slip of the hand waits until it has stood so for a while: undone, it was nothing."""
    booked, now = pass_state.booked.get(before.therapist), pass_state.now
    if booked is None or before.calendar not in pass_state.snapshot.fresh:
        return after
    therapist = booked.diary.therapist
    if after.reason != before.reason and _by_slip(booked, before, after):
        if not counts(before, therapist, pass_state.snapshot):
            return replace(before, contested_at=before.contested_at or now)
        return replace(after, contested_at=None)
    event = pass_state.snapshot.ours.get(before.uid)
    dragged = event is not None and moved(event, after, therapist.zone) is not None
    return after if dragged and not after.over else replace(after, contested_at=None)


def _by_slip(booked: BookedTime, before: Offer, after: Offer) -> bool:
    """True for what was taken back since an entry, a tag or the roster says so now, and may say otherwise soon.

    Not what leave takes, which settles by itself, nor what another make-up does: nobody may be asked to that hour.
    """
    if after.reason in {Ending.ROSTER, Ending.EXTRA}:
        return True
    if after.reason != Ending.SLOT:
        return False
    here = booked.obstacle(before)
    return here in {Loss.NONE, Loss.TAKEN} and not client_elsewhere(before, booked.offers, ())


def _unless_never_offered(pass_state: PassState, row: Conflict, offer: Offer) -> Offer:
    """`#none` after all: what nobody accepted is taken back; what the therapist put there by hand stays.

    A hold that no invitation can follow goes, too: the client had all messages that one absence allows, or was told
    that no time became free.
    """
    unsent = offer.state in UNSENT and not (offer.sent or offer.pinned or offer.proposed)
    if unsent and row.displaced and (pass_state.spent(row) or closed(pass_state, row)):
        return advance(offer, Withdraw(Ending.ROSTER), pass_state.now)
    if (
        not row.displaced
        or not pass_state.never_offered(row, offer.kind)
        or offer.pinned
        or offer.state not in OPEN_ENDED
    ):
        return offer
    return advance(offer, Withdraw(Ending.ROSTER), pass_state.now)


def _beside_sessions(pass_state: PassState, offer: Offer) -> Offer:
    """It goes where its client is with somebody else, or where the session that it was to lengthen is gone.

    Not while its entry is missed: what a deletion does is more, see `by_world`.
    """
    known = offer.therapist in pass_state.diaries and offer.calendar in pass_state.snapshot.fresh
    if offer.state not in OPEN_ENDED or not known or offer.missing_at is not None:
        return offer
    own = pass_state.sessions_of(offer.therapist, offer.client)
    with_others = (name for name in pass_state.diaries if name != offer.therapist)
    elsewhere = (one for name in with_others for one in pass_state.sessions_of(name, offer.client))
    found = unfit(offer, pass_state.offers, own, elsewhere)
    return advance(offer, Withdraw(Ending.SLOT), pass_state.now) if found else offer
