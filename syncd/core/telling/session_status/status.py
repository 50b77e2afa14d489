"""Where a displaced session stands, in the words that letters and the plan event are written with."""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core.model import (
    MAKEUP,
    TIME_KEPT,
    UNSENT,
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferState,
    conflict_id,
)
from syncd.core.model.effects import EffectState
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.offer_facts import Ending
from syncd.core.model.unplaced import Rule
from syncd.core.offers.conflict_state import ONLY_MACHINES
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import PassState
from syncd.core.state.outlook import closed, hopeful, invited_first
from syncd.core.telling.session_status.by_voice import by_phone, cancelled_by_mail, stands_unheard
from syncd.core.telling.session_status.offer_words import made_up_as, of_offer
from syncd.core.telling.withdrawal import untold

STALE = "displaced_unheard"
CALL_NEAR = "call_near"  # takes place again, so soon that a mail may be read too late
MADE_UP_ANEW = "displaced_anew"  # and another time stands for it
LOST_OVER = "displaced_over"  # and nothing further is offered
STAYS_ASKED = "stays_asked"  # agreed once, moved since, and not answered yet, while the leave has gone
HOLIDAY = "holiday"
OWED = "owed"
WOULD_FALL_OUT = "would_fall_out"
PASSED, PASSED_NO, PASSED_WORDS = "passed", "passed_no", "passed_words"
PASSED_UNSURE = "passed_unsure"
NO_ANSWER = frozenset({"invited", "asked", "unanswered"})
READING = timedelta(hours=1)  # a mail is read an hour after it left, or too late
PUT_OFF = timedelta(
    hours=1
)  # more, for one that waits: where it does not leave, nobody can be asked to call by then
SOON = timedelta(minutes=10)  # what leaves by then does not wait
TIME_STANDS = MAKEUP | TIME_KEPT
PERHAPS_TOLD = "unclear"
UNAWARE = frozenset({"call", PERHAPS_TOLD, "open", "unplaced", "planned", "held"})  # of those nobody has told


def status_of(pass_state: PassState, conflict: Conflict) -> str:
    """One word for where a conflict stands: its offer's state, or `told`, `closed`, `call` (must be reached in
    person), `unclear` (perhaps told by a mail that nobody can tell the end of), `unplaced`, `open`.
    """
    returned = any(
        untold(pass_state, offer) for offer in pass_state.of(conflict)
    ) or pass_state.last_mail_bounced(conflict)
    if returned or pass_state.stranded(conflict):
        return "call"
    offer = current_offer(pass_state, conflict)
    if offer is not None:
        unsent = offer.state in UNSENT and not offer.sent
        return (
            "call" if unsent and not _invitation_reaches(pass_state, conflict, offer) else offer.state.value
        )
    if conflict.extra or conflict.kept:
        return OfferState.SETTLED.value
    if conflict.reason == ONLY_MACHINES:
        return "call"
    if perhaps_told(pass_state, conflict):
        return PERHAPS_TOLD
    if pass_state.heard(conflict):
        over = conflict.state is ConflictState.CLOSED or closed(pass_state, conflict)
        over = over or pass_state.spent(conflict) or not hopeful(pass_state, conflict)
        return "closed" if over else "told"
    if by_phone(pass_state, conflict) and not word_alone(pass_state, conflict):
        return "call"
    return "unplaced" if conflict.id in pass_state.unplaced else "open"


def perhaps_told(pass_state: PassState, conflict: Conflict) -> bool:
    """True where nobody can say whether the mail that told of it left, and none has left since: a human asks."""
    notice = pass_state.snapshot.told_together.get((MailKind.NOTICE, (conflict.id, conflict.life)))
    return notice in {EffectState.UNKNOWN, EffectState.ESCALATED} and not pass_state.sent(conflict)


def knows(pass_state: PassState, conflict: Conflict) -> bool:
    """False while nobody has told the client that the session does not take place, or the mail that did came back, or
    nobody can say whether it left.
    """
    told = (
        pass_state.heard(conflict)
        and not pass_state.last_mail_bounced(conflict)
        and not pass_state.stranded(conflict)
    )
    told = told and not perhaps_told(pass_state, conflict)
    return told or not conflict.displaced or status_of(pass_state, conflict) not in UNAWARE


def said_of(pass_state: PassState, conflict: Conflict) -> str:
    """What a row of a letter says: `status_of`, or where more is to be said

    - `owed`: knows that it falls out; what is to be said since rests on what cannot be read, so it is for a call;
    - `would_fall_out`: takes place, as nobody knows yet whether it is leave that lies over it;
    - `held_in_leave`: held, where leave lies over it by now;
    - `pinned`, `asked`, `moved`: held, invited or to be asked anew for a time that the therapist chose;
    - `deaf`: invited, and answers have not been readable for hours;
    - `passed`, `passed_no`, `passed_words`, `passed_unsure`: what was offered went by unanswered, or with words that
      nobody settled, or an answer that nobody confirmed;
    - `words`, `accepted_words`, `refusal`, `maybe`: came back; `none`: nothing is offered; `holiday_off`: a holiday;
    - `spent`, `spent_unheard`: asked as often as one leave allows, with or without knowing of this session;
    - `displaced_unheard`: later leave has taken the time agreed on, and the client does not know that yet;
    - `clash`: moved to where another was moved before; `mistyped`: what was typed into its title is no clear yes or no;
    - `displaced_anew`: later leave has taken it, and another time is held, offered or agreed in its place;
    - `displaced_over`: later leave has taken it, its client knows that, and nothing further is offered;
    - `displaced_settled`, `stays_settled` and the like: the same of what the therapist settled and no client accepted;
    - `stays`, `extra_stays` (an accepted make-up, or one entered by hand, whose leave has gone), `both` (what was let
      take place after all, beside the time agreed on instead), `keep` (`#keep`), `stands` (displaced no more), `gone`,
      `moved_out` (by hand), `call_again` (displaced no more, and its client has to be called), `holiday` (displaced no
      more, on a public holiday);
    - `brought_back`, `extra`: settled by the therapist's own hand.
    """
    if not conflict.displaced:
        return _undisplaced(pass_state, conflict)
    status, offer = status_of(pass_state, conflict), current_offer(pass_state, conflict)
    absence = pass_state.absence.get(conflict.absence)
    if absence is not None and pass_state.in_doubt(absence) and status in UNAWARE:
        return WOULD_FALL_OUT
    if status == "call" and _owed(pass_state, conflict):
        return OWED
    if offer is not None:
        said = of_offer(pass_state, offer)
        anew = lost_anew(pass_state, conflict)
        if anew is not None:
            known = knows_it_fell_out(pass_state, conflict)
            said = made_up_as(offer, _since_lost(pass_state, anew)) if known else STALE
        return (
            status if status == "call" else "deaf" if said in NO_ANSWER and pass_state.deaf(offer) else said
        )
    if conflict.extra or conflict.kept:
        return "extra" if conflict.extra else "brought_back"
    if status in {"open", "unplaced"} and (pass_state.spent(conflict) or not hopeful(pass_state, conflict)):
        return "spent_unheard" if pass_state.spent(conflict) else "none"
    if status == "closed" and (gone := _passed(pass_state, conflict)):
        return gone
    if status == "closed" and pass_state.spent(conflict) and not closed(pass_state, conflict):
        return "spent"
    if pass_state.off_anyway(conflict):
        return "holiday_off"
    unplaced = pass_state.unplaced.get(conflict.id) if status == "unplaced" else None
    return "over_budget" if unplaced is not None and unplaced.binds is Rule.BUDGET else status


def _since_lost(pass_state: PassState, anew: Conflict) -> str:
    """How it stands with a make-up that later leave has taken, in the conflict that it became."""
    if has_time(pass_state, anew):
        return MADE_UP_ANEW
    return LOST_OVER if status_of(pass_state, anew) == "closed" else OfferState.DISPLACED.value


def _owed(pass_state: PassState, conflict: Conflict) -> bool:
    """True where a message told them that it falls out, and another waits too long for what it rests on."""
    lost = pass_state.last_mail_bounced(conflict) or any(
        untold(pass_state, offer) for offer in pass_state.of(conflict)
    )
    return pass_state.stranded(conflict) and pass_state.heard(conflict) and not lost


def _passed(pass_state: PassState, conflict: Conflict) -> str:
    """How the last time offered went by where no mail said anything of it since; "" where it did not.

    With a no in words, or other words, that the therapist has not settled, else unanswered.
    """
    sent = [one for one in pass_state.of(conflict) if one.sent and one.number > conflict.bygone]
    silent = bool(sent) and sent[-1].reason == Ending.SILENCE and sent[-1].cancelled_at is None
    if not silent or sent[-1].span.start > pass_state.now or closed(pass_state, conflict):
        return ""
    if sent[-1].doubtful or sent[-1].at_odds:
        return PASSED_UNSURE
    return PASSED_NO if sent[-1].said_no else PASSED_WORDS if sent[-1].frozen else PASSED


def leaves_at(pass_state: PassState, conflict: Conflict) -> datetime | None:
    """When the next message that can be foreseen leaves for this client: an invitation or the notice.

    None where none is ahead, or where a yes or the client's own phone comes first. A moment that has come
    already is given as it was: it does not move with the clock.
    """
    if not conflict.displaced or conflict.absence not in pass_state.absence or pass_state.suspended(conflict):
        return None
    if status_of(pass_state, conflict) in {"call", PERHAPS_TOLD}:
        return None  # nothing of ours reaches them, or is tried again
    live = pass_state.live(conflict)
    if live is not None:
        ahead = (
            live.state in UNSENT
            and not (live.frozen or live.clash or pass_state.in_leave(live))
            and _invitation_reaches(pass_state, conflict, live)
        )
        ahead = ahead and pass_state.kind_cleared(conflict, live)
    else:
        ahead = not by_phone(pass_state, conflict) and not knows(pass_state, conflict)
    word = word_alone(pass_state, conflict)  # it waits for no yes
    over = live is None and conflict.span.start <= pass_state.now
    if not (ahead or word) or over:
        return None
    if not word and not pass_state.cleared(conflict):
        return None
    if word:
        opens = pass_state.urgent_gate(conflict).opens
    else:
        opens = (pass_state.invites_at if live is not None else pass_state.gate)(conflict, live).opens
        both = invited_first(pass_state, conflict) if live is None else None
        opens = opens if both is None else max(opens, both)
        if both is not None or not pass_state.heard(conflict):
            opens = min(opens, pass_state.let_go_at(conflict))
    quiet, holidays = pass_state.policy(conflict).timing.quiet, pass_state.snapshot.practice.holidays
    wakes = waking(max(opens, pass_state.now), pass_state.zone(conflict), quiet, holidays, word)
    if pass_state.has_come(wakes):
        pass_state.holds_until_night(conflict)
        return opens
    return wakes


def word_alone(pass_state: PassState, conflict: Conflict) -> bool:
    """True where the next message says only that the session, so near, does not take place."""
    unaware = pass_state.urgent(conflict) and not pass_state.heard(conflict)
    return unaware and (not by_phone(pass_state, conflict) or cancelled_by_mail(pass_state, conflict))


def to_call(pass_state: PassState, conflict: Conflict) -> bool:
    """True where nobody has told the client, and no message is on its way that they can read in time: while it is
    ahead.
    """
    return (
        conflict.span.start > pass_state.now
        and not knows(pass_state, conflict)
        and not _told_in_time(pass_state, conflict)
    )


def knows_it_fell_out(pass_state: PassState, conflict: Conflict) -> bool:
    """False for a client who counts on a make-up that later leave has taken, and of which nobody has told them."""
    anew = lost_anew(pass_state, conflict)
    return anew is None or (knows(pass_state, anew) and knows_it_fell_out(pass_state, anew))


def lost_anew(pass_state: PassState, conflict: Conflict) -> Conflict | None:
    """The conflict that its agreed make-up became when later leave took that, or takes it as soon as anybody may be
    told; None where none did.
    """
    made = pass_state.makeup_of(conflict)
    if made is None or made.state is OfferState.DISPLACED:
        return pass_state.displaced_anew(made) if made is not None else None
    anew = pass_state.conflict.get(conflict_id(made.therapist, made.uid, ""))
    return anew if anew is not None and anew.displaced and pass_state.in_leave(made) else None


def _told_in_time(pass_state: PassState, conflict: Conflict) -> bool:
    """True where a message is on its way that the client can read before they set out."""
    at = None if pass_state.stranded(conflict) else leaves_at(pass_state, conflict)
    return at is not None and not too_late(conflict, at, pass_state.now)


def too_late(conflict: Conflict, leaves: datetime, now: datetime) -> bool:
    """True where a mail that leaves then may be read only when its client should have set out for the session."""
    waits = leaves > now + SOON
    return max(leaves, now) + READING + (PUT_OFF if waits else timedelta()) > conflict.span.start


def _invitation_reaches(pass_state: PassState, conflict: Conflict, offer: Offer) -> bool:
    """True for somebody whom this offer's invitation reaches: by our mail, or carried by the calendar's server."""
    client = pass_state.client(conflict)
    carried = offer.delivery is not Delivery.IMIP
    return client is not None and client.mailed and (pass_state.snapshot.mail or carried)


def has_time(pass_state: PassState, conflict: Conflict) -> bool:
    """True with a time that is held, offered or agreed, or that the therapist entered; where later leave took what was
    agreed on, with another in its place.
    """
    anew = lost_anew(pass_state, conflict)
    if anew is not None:
        return has_time(pass_state, anew)
    return current_offer(pass_state, conflict) is not None or bool(conflict.extra)


def current_offer(pass_state: PassState, conflict: Conflict) -> Offer | None:
    """The offer that stands: live, unanswered, or become the make-up; before all the time that the client proposed."""
    stands = [offer for offer in pass_state.of(conflict) if offer.live or offer.state in TIME_STANDS]
    return next((offer for offer in stands if offer.state is OfferState.PROPOSED), next(iter(stands), None))


def _undisplaced(pass_state: PassState, conflict: Conflict) -> str:
    if pass_state.both_stand(conflict):
        return "both"
    made = pass_state.makeup_of(conflict)
    if made is not None:
        return made_up_as(made, "stays")
    if conflict.extra:
        return "extra_stays"
    if pass_state.made_up(conflict):
        return STAYS_ASKED
    if conflict.state is ConflictState.GONE:
        return "moved_out" if pass_state.moved_to(conflict) is not None else "gone"
    if pass_state.asked_about(conflict):
        return HOLIDAY
    if stands_unheard(pass_state, conflict):
        return "call_again"
    sessions = pass_state.diaries[conflict.therapist].all_sessions
    return "keep" if any(one.ref == conflict.ref and one.keep for one in sessions) else "stands"
