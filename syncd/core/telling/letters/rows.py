"""One line of a letter or plan event: who, when, which time instead, how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from syncd.core.model import UNSENT, Conflict, Offer, OfferKind, OfferState
from syncd.core.model.messages.letters import LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.policy.first_message import URGENT
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import PassState
from syncd.core.state.client_sessions import shown_kind
from syncd.core.state.grounds import unreadable
from syncd.core.state.outlook import choices_beside
from syncd.core.telling.letters.day import last_hours_before
from syncd.core.telling.session_status import (
    BY_HAND,
    OWED,
    TIME_STANDS,
    current_offer,
    has_time,
    knows,
    knows_it_fell_out,
    leaves_at,
    lost_anew,
    said_of,
    to_call,
    word_alone,
)
from syncd.core.time.spans import Span

STAYS, STAYS_COVER = "stays", "stays_cover"
CALLED_OFF, RECALLED, BY_COLLEAGUE = "called_off", "taken_back", "colleague_took_back"
TAKEN, FELL = "overbooked", "overlaid"  # by something else, by time away
_BEFORE = {
    (OfferState.DECLINED, Ending.CLIENT): "declined",
    (OfferState.DECLINED, Ending.MACHINE): "declined",
    (OfferState.DECLINED, Ending.TOLD): "said_no",
    (OfferState.DECLINED, Ending.UNMAILED): "said_no",
    (OfferState.DECLINED, Ending.IN_PERSON): "said_no",
    (OfferState.CANCELLED, Ending.CLIENT): "cancelled",
    (OfferState.CANCELLED, Ending.THERAPIST): CALLED_OFF,
    (OfferState.VETOED, Ending.THERAPIST): "vetoed",
    (OfferState.WITHDRAWN, Ending.THERAPIST): RECALLED,
    (OfferState.WITHDRAWN, Ending.VANISHED): "vanished",
    (OfferState.WITHDRAWN, Ending.SLOT): TAKEN,
}


def rows_of(pass_state: PassState, conflicts: Iterable[Conflict]) -> tuple[LetterRow, ...]:
    """A row for each, in order of time.

    Of long leave one stands for all of a client's that have no other time and that they know of, or do not.
    """
    alike: dict[tuple[object, ...], list[Conflict]] = {}
    for one in sorted(conflicts, key=lambda one: (one.span, one.id)):
        alone = not (pass_state.handed_over(one) and one.displaced) or has_time(pass_state, one)
        key = (one.id,) if alone else (one.absence, one.client, knows(pass_state, one))
        alike.setdefault(key, []).append(one)
    return tuple(replace(row_of(pass_state, some[0]), more=len(some) - 1) for some in alike.values())


def row_of(pass_state: PassState, conflict: Conflict) -> LetterRow:
    """Who, when, which time instead, and how it stands: with name and phone number, for letters."""
    client = pass_state.client(conflict)
    offer = current_offer(pass_state, conflict)
    call = to_call(pass_state, conflict) or _to_call_anew(pass_state, conflict)
    word, colleague = word_alone(pass_state, conflict), _colleague(pass_state, conflict, offer)
    said = said_of(pass_state, conflict)
    return LetterRow(
        initials=pass_state.snapshot.short(conflict.client),
        name=client.name if client else "",
        phone=client.phone if client else "",
        original=conflict.span,
        text=staying(said, colleague),
        slot=_slot(pass_state, offer, call) if offer else pass_state.moved_to(conflict),
        choices=choices_beside(pass_state, offer) if offer else (),
        knows=knows(pass_state, conflict) and knows_it_fell_out(pass_state, conflict),
        before=_before(pass_state, conflict),
        leaves=leaves_at(pass_state, conflict),
        unread=unreadable(pass_state, conflict, urgent=word),
        word=word,
        kind=_kind(pass_state, offer),
        colleague=colleague,
        news=_news(pass_state, conflict),
        call=call,
        call_from=_awake_from(pass_state, conflict) if call else None,
        call_by=_call_by(pass_state, conflict, offer) if call and said in {"call", OWED} else None,
        zone=pass_state.zone(conflict),
    )


def staying(said: str, colleague: str) -> str:
    """The same; of a colleague's hour that stays although the leave has gone, that they could see the client again."""
    return STAYS_COVER if colleague and said in {STAYS, f"{STAYS}{BY_HAND}"} else said


def row_about(pass_state: PassState, conflict: Conflict, offer: Offer, text: str = "") -> LetterRow:
    """The same of this offer, be it over by now: its time, what it is, and who sees them then; `text` how it stands."""
    row = row_of(pass_state, conflict)
    colleague, kind = _colleague(pass_state, conflict, offer), _kind(pass_state, offer)
    before = _before(pass_state, conflict, offer)
    row = replace(row, text=text or row.text, slot=offer.span, choices=choices_beside(pass_state, offer))
    return replace(row, colleague=colleague, kind=kind, before=before)


def with_next_time(
    pass_state: PassState, conflict: Conflict, offer: Offer, row: LetterRow
) -> tuple[LetterRow, ...]:
    """A row about an offer that has ended; and, where another time is kept since, that one in a row of its own: the
    next message is about it.
    """
    live = pass_state.live(conflict)
    if not offer.over or live is None or live.uid == offer.uid or live.state not in UNSENT:
        return (row,)
    return replace(row, leaves=None, unread=False, word=False), row_of(pass_state, conflict)


def _kind(pass_state: PassState, offer: Offer | None) -> str:
    kind = shown_kind(pass_state, offer) if offer else OfferKind.MOVE
    return kind.value if kind in {OfferKind.CALL, OfferKind.EXTEND} else ""


def _colleague(pass_state: PassState, conflict: Conflict, offer: Offer | None) -> str:
    """The name of who covers; "" where the therapist sees them."""
    giver = pass_state.snapshot.therapist.get(offer.therapist) if offer else None
    return giver.name if giver is not None and giver.id != conflict.therapist else ""


def nameless(row: LetterRow) -> LetterRow:
    """The row as a calendar may show it: initials, times and states."""
    bare = replace(row, name="", phone="", leaves=None, unread=False, word=False, reason=())
    return replace(bare, call=False, call_from=None, call_by=None, zone=None)


def _slot(pass_state: PassState, offer: Offer, call: bool) -> Span | None:
    """The time that stands for it; of a hold in leave nobody is to be told by voice, though it may still stand."""
    return None if call and offer.state in UNSENT and pass_state.in_leave(offer) else offer.span


def _call_by(pass_state: PassState, conflict: Conflict, offer: Offer | None) -> datetime | None:
    """A day before the first of the time held and the session that falls out; that one itself, where it is nearer.

    Where the therapist is away by then, the end of their last hours before; None once these are over.
    """
    if offer is None or offer.state not in UNSENT or _slot(pass_state, offer, call=True) is None:
        return None
    first = min(conflict.span.start, offer.span.start)
    useful = first - URGENT if first - URGENT > pass_state.now else first
    by = last_hours_before(pass_state, offer.therapist, useful)
    return by if by is not None and by > pass_state.now else None


def _to_call_anew(pass_state: PassState, conflict: Conflict) -> bool:
    """True where a call must tell them of the make-up that fell out; another row of the same letter says it itself."""
    anew = lost_anew(pass_state, conflict)
    elsewhere = anew is not None and anew.absence != conflict.absence
    return anew is not None and elsewhere and (to_call(pass_state, anew) or _to_call_anew(pass_state, anew))


def _awake_from(pass_state: PassState, conflict: Conflict) -> datetime | None:
    """When the client may first be called; None where that is now, or where it cannot wait."""
    quiet = replace(pass_state.policy(conflict).timing.quiet, sundays=False)
    for early in (False, True):
        wakes = waking(pass_state.now, pass_state.zone(conflict), quiet, frozenset(), urgent=early)
        if pass_state.now < wakes < conflict.span.start:
            return wakes
        if wakes == pass_state.now:
            return None
    return None


def _news(pass_state: PassState, conflict: Conflict) -> str:
    absence = pass_state.absence.get(conflict.absence)
    if absence is None or not pass_state.waits(absence):
        return ""
    if not any(pass_state.approved(row) for row in pass_state.displaced(absence)):
        return ""
    if not pass_state.approved(conflict):
        return "new"
    live = pass_state.live(conflict)
    fresh = live is not None and live.state in UNSENT and not pass_state.kind_cleared(conflict, live)
    return live.kind.value if live is not None and fresh else ""


def _before(pass_state: PassState, conflict: Conflict, about: Offer | None = None) -> str:
    """What became of the time before, or before the one that it is about; "" where there was none worth telling."""
    ended = [
        offer
        for offer in pass_state.of(conflict)
        if not offer.live
        and (about is None or offer.number < about.number)
        and offer.state not in TIME_STANDS
        and (offer.sent or offer.reason not in {Ending.SLOT, Ending.REPLANNED})
    ]
    last = ended[-1] if ended else None
    if last is None or not last.reason:
        return ""
    found = _BEFORE.get((last.state, Ending(last.reason)), "")
    theirs = found in {CALLED_OFF, RECALLED} and last.therapist != conflict.therapist
    return BY_COLLEAGUE if theirs else FELL if found == TAKEN and pass_state.in_leave(last) else found
