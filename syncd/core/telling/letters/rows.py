"""One line of a letter or plan event: who, when, which time instead, how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from syncd.core.model import UNSENT, Conflict, Offer, OfferKind, OfferState, initials
from syncd.core.model.messages.letters import LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.policy.first_message import URGENT
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import Standing
from syncd.core.state.client_sessions import shown_kind
from syncd.core.state.grounds import unreadable
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


def rows_of(standing: Standing, conflicts: Iterable[Conflict]) -> tuple[LetterRow, ...]:
    """A row for each, in order of time.

    Of long leave one stands for all of a client's that have no other time and that they know of, or do not.
    """
    alike: dict[tuple[object, ...], list[Conflict]] = {}
    for one in sorted(conflicts, key=lambda one: (one.span, one.id)):
        alone = not (standing.handed_over(one) and one.displaced) or has_time(standing, one)
        key = (one.id,) if alone else (one.absence, one.client, knows(standing, one))
        alike.setdefault(key, []).append(one)
    return tuple(replace(row_of(standing, some[0]), more=len(some) - 1) for some in alike.values())


def row_of(standing: Standing, conflict: Conflict) -> LetterRow:
    """Who, when, which time instead, and how it stands: with name and phone number, for letters."""
    client = standing.client(conflict)
    offer = current_offer(standing, conflict)
    call = to_call(standing, conflict) or _to_call_anew(standing, conflict)
    word, colleague = word_alone(standing, conflict), _colleague(standing, conflict, offer)
    said = said_of(standing, conflict)
    return LetterRow(
        initials=initials(client) if client else conflict.client,
        name=client.name if client else "",
        phone=client.phone if client else "",
        original=conflict.span,
        text=staying(said, colleague),
        slot=_slot(standing, offer, call) if offer else standing.moved_to(conflict),
        knows=knows(standing, conflict) and knows_it_fell_out(standing, conflict),
        before=_before(standing, conflict),
        leaves=leaves_at(standing, conflict),
        unread=unreadable(standing, conflict, urgent=word),
        word=word,
        kind=_kind(standing, offer),
        colleague=colleague,
        news=_news(standing, conflict),
        call=call,
        call_from=_awake_from(standing, conflict) if call else None,
        call_by=_call_by(standing, conflict, offer) if call and said in {"call", OWED} else None,
        zone=standing.zone(conflict),
    )


def staying(said: str, colleague: str) -> str:
    """The same; of a colleague's hour that stays although the leave has gone, that they could see the client again."""
    return STAYS_COVER if colleague and said in {STAYS, f"{STAYS}{BY_HAND}"} else said


def row_about(standing: Standing, conflict: Conflict, offer: Offer, text: str = "") -> LetterRow:
    """The same of this offer, be it over by now: its time, what it is, and who sees them then; `text` how it stands."""
    row = row_of(standing, conflict)
    colleague, kind = _colleague(standing, conflict, offer), _kind(standing, offer)
    return replace(row, text=text or row.text, slot=offer.span, colleague=colleague, kind=kind)


def _kind(standing: Standing, offer: Offer | None) -> str:
    kind = shown_kind(standing, offer) if offer else OfferKind.MOVE
    return kind.value if kind in {OfferKind.CALL, OfferKind.EXTEND} else ""


def _colleague(standing: Standing, conflict: Conflict, offer: Offer | None) -> str:
    """The name of who covers; "" where the therapist sees them."""
    giver = standing.snapshot.therapist.get(offer.therapist) if offer else None
    return giver.name if giver is not None and giver.id != conflict.therapist else ""


def nameless(row: LetterRow) -> LetterRow:
    """The row as a calendar may show it: initials, times and states."""
    bare = replace(row, name="", phone="", leaves=None, unread=False, word=False, reason=())
    return replace(bare, call=False, call_from=None, call_by=None, zone=None)


def _slot(standing: Standing, offer: Offer, call: bool) -> Span | None:
    """The time that stands for it; of a hold in leave nobody is to be told by voice, though it may still stand."""
    return None if call and offer.state in UNSENT and standing.in_leave(offer) else offer.span


def _call_by(standing: Standing, conflict: Conflict, offer: Offer | None) -> datetime | None:
    """A day before the first of the time held and the session that falls out; that one itself, where it is nearer."""
    if offer is None or offer.state not in UNSENT or _slot(standing, offer, call=True) is None:
        return None
    first = min(conflict.span.start, offer.span.start)
    by = first - URGENT if first - URGENT > standing.now else first
    return by if by > standing.now else None


def _to_call_anew(standing: Standing, conflict: Conflict) -> bool:
    """True where a call must tell them of the make-up that fell out; another row of the same letter says it itself."""
    anew = lost_anew(standing, conflict)
    elsewhere = anew is not None and anew.absence != conflict.absence
    return anew is not None and elsewhere and (to_call(standing, anew) or _to_call_anew(standing, anew))


def _awake_from(standing: Standing, conflict: Conflict) -> datetime | None:
    """When the client may first be called; None where that is now, or where it cannot wait."""
    quiet = replace(standing.policy(conflict).timing.quiet, sundays=False)
    for early in (False, True):
        wakes = waking(standing.now, standing.zone(conflict), quiet, frozenset(), urgent=early)
        if standing.now < wakes < conflict.span.start:
            return wakes
        if wakes == standing.now:
            return None
    return None


def _news(standing: Standing, conflict: Conflict) -> str:
    absence = standing.absence.get(conflict.absence)
    if absence is None or not standing.waits(absence):
        return ""
    if not any(standing.approved(row) for row in standing.displaced(absence)):
        return ""
    if not standing.approved(conflict):
        return "new"
    live = standing.live(conflict)
    fresh = live is not None and live.state in UNSENT and not standing.kind_cleared(conflict, live)
    return live.kind.value if live is not None and fresh else ""


def _before(standing: Standing, conflict: Conflict) -> str:
    """What became of the time before; "" where there was none worth telling."""
    ended = [
        offer
        for offer in standing.of(conflict)
        if not offer.live
        and offer.state not in TIME_STANDS
        and (offer.sent or offer.reason not in {Ending.SLOT, Ending.REPLANNED})
    ]
    last = ended[-1] if ended else None
    if last is None or not last.reason:
        return ""
    found = _BEFORE.get((last.state, Ending(last.reason)), "")
    theirs = found in {CALLED_OFF, RECALLED} and last.therapist != conflict.therapist
    return BY_COLLEAGUE if theirs else FELL if found == TAKEN and standing.in_leave(last) else found
