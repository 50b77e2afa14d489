"""What a client who lost a session may still hope for, and until when: one answer for every message.

And what is kept for them of several times that are suggested together, of which they take one.
"""

from __future__ import annotations

from datetime import datetime, time

from syncd.core.model import (
    AWAITED,
    MAKEUP,
    UNSENT,
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferKind,
    OfferState,
    Tier,
)
from syncd.core.model.effects import LAST_WORD
from syncd.core.model.messages.mails import Outlook
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import Approach
from syncd.core.policy.quiet_hours import SPARE, last_waking
from syncd.core.state.gates import PassState
from syncd.core.time.spans import Span, local, local_date

NOON = time(12)
_ASKS_AGAIN = frozenset(
    {Ending.CLIENT, Ending.IN_PERSON, Ending.SLOT, Ending.REPLANNED}
)  # a no, or lost to others


def hopeful(pass_state: PassState, conflict: Conflict) -> bool:
    """True where roster, leave and approach let this client be offered anything at all."""
    client = pass_state.client(conflict)
    if client is None or not client.makeups or pass_state.nothing_offered(conflict):
        return False
    if pass_state.handed_over(conflict) and pass_state.beside_long(conflict) is None:
        return False
    if pass_state.asked_about(conflict):
        return False  # a public holiday would have cancelled it: nothing makes up for it
    exceptional = pass_state.policy(conflict).eligibility.approach is Approach.EXCEPTIONAL
    first = pass_state.tier(conflict) is Tier.CRISIS
    others = (OfferKind.COVER, OfferKind.CALL)
    return not exceptional or first or not all(pass_state.never_offered(conflict, kind) for kind in others)


def word_by(pass_state: PassState, conflict: Conflict) -> datetime:
    """From when a client for whom no time became free is told so: noon, or an hour before their last waking moment if
    that is earlier, of the last day on which they are awake before that of the last of their sessions that this absence
    was known to displace when they heard of this one. The day is what was named: half of it is left for what fails.
    Who hears on that very day of what falls out waits for its evening.

    What is added later, or waits for a yes, puts off nothing that was promised.
    """
    zone, heard = pass_state.zone(conflict), _heard_at(pass_state, conflict)
    quiet = pass_state.policy(conflict).timing.quiet
    midnight = local(local_date(named_by(pass_state, conflict), zone), time(0), zone)
    evening = last_waking(midnight, zone, quiet, pass_state.snapshot.practice.holidays) - SPARE
    day = local_date(evening, zone)
    return evening if local_date(heard, zone) == day else min(evening, local(day, NOON, zone))


def named_by(pass_state: PassState, conflict: Conflict) -> datetime:
    """When the last of their sessions begins that this absence was known to displace when they heard of this one."""
    absence, heard = pass_state.absence.get(conflict.absence), _heard_at(pass_state, conflict)
    rows = pass_state.displaced(absence) if absence else ()
    mine = (row for row in rows if row.client == conflict.client and _known_by(pass_state, row, heard))
    return max((conflict.known_as.start, *(row.known_as.start for row in mine)))


def _heard_at(pass_state: PassState, conflict: Conflict) -> datetime:
    """When the client first heard of it in this life; now, where that is still to come."""
    made = (one for one in pass_state.of(conflict) if one.number > conflict.bygone)
    told = (conflict.noticed_at, *(one.invited_at for one in made))
    return min((at for at in told if at is not None), default=pass_state.now)


def _known_by(pass_state: PassState, row: Conflict, at: datetime) -> bool:
    """True for a session that fell out by then, as far as might be said."""
    return row.seen_at <= at and pass_state.cleared(row) and pass_state.said_yes_at.get(row.id, at) <= at


def wanted(pass_state: PassState, conflict: Conflict) -> bool:
    """True while another time in place of a displaced session is looked for, if nothing else stands against it.

    Until the session itself; afterwards while the leave lasts and its client and their therapist have not met again,
    where a message of ours told of it and the case is not closed: what was offered last was refused, is lost or will
    be, or nothing was, as leave that came so late (sick today) left no day to name.
    """
    if conflict.span.start > pass_state.now:
        return True
    ahead = conflict.absence in pass_state.absence and pass_state.now < meets_again(pass_state, conflict)
    if not ahead or not pass_state.written(conflict):
        return False
    sent = [one for one in pass_state.of(conflict) if one.sent and one.number > conflict.bygone]
    if sent:
        return pass_state.falls(sent[-1]) or (sent[-1].over and sent[-1].reason in _ASKS_AGAIN)
    return word_by(pass_state, conflict) <= _heard_at(pass_state, conflict)


def meets_again(pass_state: PassState, conflict: Conflict) -> datetime:
    """When client and therapist meet next after a displaced session; where no such time is known, the leave's end."""
    starts = pass_state.starts_of.get(conflict.therapist, {}).get(conflict.client, ())
    later = (start for start in starts if start > conflict.span.start)
    return min(later, default=pass_state.absence[conflict.absence].span.end)


def prospect(pass_state: PassState, conflict: Conflict) -> Outlook:
    """ANOTHER while a time is held or looked for, and a yes to offering it was given; PERHAPS while one may become
    free before `word_by`, or that yes is missing; else NOTHING.
    """
    open_case = conflict.state is ConflictState.OPEN and wanted(pass_state, conflict)
    if not open_case or not hopeful(pass_state, conflict) or closed(pass_state, conflict):
        return Outlook.NOTHING
    if pass_state.spent(conflict):
        return Outlook.NOTHING
    if conflict.id in pass_state.unplaced and pass_state.handed_over(conflict):
        return Outlook.NOTHING
    if conflict.id not in pass_state.unplaced:
        return Outlook.ANOTHER if _said_yes_to(pass_state, conflict) else Outlook.PERHAPS
    return Outlook.PERHAPS if pass_state.now < word_by(pass_state, conflict) else Outlook.NOTHING


def invited_first(pass_state: PassState, conflict: Conflict) -> datetime | None:
    """When an invitation to the same client for another session of this leave leaves, which tells of this one, too;
    None where none is ahead, or where this one cannot wait for it.
    """
    if (
        pass_state.urgent(conflict)
        or pass_state.released(conflict)
        or pass_state.offer_behind(conflict) is not None
    ):
        return None
    absence = pass_state.absence.get(conflict.absence)
    rows = (
        row for row in (pass_state.displaced(absence) if absence else ()) if row.client == conflict.client
    )
    others = (row for row in rows if row.id != conflict.id and not pass_state.suspended(row))
    return min((at for row in others if (at := _invites(pass_state, row))), default=None)


def _invites(pass_state: PassState, conflict: Conflict) -> datetime | None:
    hold = pass_state.live(conflict)
    if hold is None or hold.state not in UNSENT or hold.sent or hold.frozen or hold.clash:
        return None
    if hold.delivery is not Delivery.IMIP or not pass_state.cleared(conflict):
        return None
    opens = pass_state.invites_at(conflict, hold).opens
    return opens if hold.state is OfferState.PLANNED or opens > pass_state.now else None


def premature(pass_state: PassState, conflict: Conflict) -> bool:
    """True where no time was found in a pass that has learnt something: the next one, at once, may find one."""
    unplaced = conflict.state is ConflictState.OPEN and conflict.id in pass_state.unplaced
    return unplaced and not pass_state.at_rest


def _said_yes_to(pass_state: PassState, conflict: Conflict) -> bool:
    live = pass_state.live(conflict)
    return pass_state.cleared(conflict) and (live is None or pass_state.kind_cleared(conflict, live))


def closed(pass_state: PassState, conflict: Conflict) -> bool:
    """True once the client was told that no time became free: nothing is offered any more."""
    return (LAST_WORD, (conflict.id, conflict.life)) in pass_state.snapshot.told_together


def times_wanted(pass_state: PassState, row: Conflict) -> int:
    """How many times are suggested at once: 1 but in the first word to somebody who is mailed and reads all of it.

    After a no one more follows at a time; to discreet clients each mail is as short as it can be.
    """
    client = pass_state.client(row)
    if client is None or not client.mailed or client.discreet or not pass_state.snapshot.mail:
        return 1
    asked = pass_state.policy(row).eligibility.choices if client.choices is None else client.choices
    return asked if asked > 1 and _invited_at_first(pass_state, row) else 1


def _invited_at_first(pass_state: PassState, row: Conflict) -> bool:
    """True where an invitation is the first that its client hears of it: not one that says how near it is, nor the
    CANCEL of the make-up that it was.
    """
    unheard = row.life == 1 and not pass_state.heard(row) and row.span.start > pass_state.now
    return unheard and not pass_state.urgent(row) and pass_state.offer_behind(row) is None


def takes_others(offer: Offer) -> bool:
    """True for a time beside which others may be suggested: chosen by the plan, with the client's own therapist, and
    not sent yet.
    """
    chosen = offer.state in UNSENT and not (offer.sent or offer.pinned or offer.proposed or offer.frozen)
    return chosen and offer.kind is OfferKind.MOVE and offer.delivery is Delivery.IMIP


def beside(pass_state: PassState, offer: Offer) -> tuple[Offer, ...]:
    """What else of its suggestion is kept for the client."""
    made = pass_state.offers_of.get(offer.conflict, ())
    return tuple(
        one for one in made if one.suggestion == offer.suggestion and one.uid != offer.uid and one.kept
    )


def choices_beside(pass_state: PassState, offer: Offer) -> tuple[Span, ...]:
    """The times that its client may take instead of this one, where both are kept for them."""
    taken = offer.over or offer.state in MAKEUP
    return () if taken else tuple(sorted(one.span for one in beside(pass_state, offer)))


def still_open(pass_state: PassState, offer: Offer) -> tuple[Offer, ...]:
    """This time and those beside it of which the client may still take one, in order of time."""
    others = (one for one in beside(pass_state, offer) if one.sent and one.state in AWAITED)
    return tuple(sorted((offer, *others), key=lambda one: (one.span, one.uid)))


def leads(pass_state: PassState, offer: Offer) -> bool:
    """True for the one that speaks for its suggestion: the first that is kept; for one that stands alone, too."""
    return all(one.number > offer.number for one in beside(pass_state, offer))
