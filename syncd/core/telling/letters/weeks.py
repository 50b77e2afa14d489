"""The weeks of an absence as letters draw them: who falls out, which times are meant instead, what takes place."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import timedelta

from syncd.core.model import Absence, Conflict, Offer, OfferState
from syncd.core.model.messages.weeks import Kept, Moved, SlotState, Weeks
from syncd.core.state import PassState
from syncd.core.telling.session_status import current_offer
from syncd.core.time.spans import Span

_BESIDE = timedelta(days=7)  # the weeks shown begin and end in the middle of none
_STATES = {
    OfferState.PLANNED: SlotState.HELD,
    OfferState.HELD: SlotState.HELD,
    OfferState.INVITED: SlotState.INVITED,
    OfferState.UNANSWERED: SlotState.INVITED,
    OfferState.PROPOSED: SlotState.INVITED,
}


def weeks_of(pass_state: PassState, absence: Absence) -> Weeks | None:
    """None where nothing falls out: there is nothing to look at."""
    moved = tuple(_moved(pass_state, row) for row in pass_state.displaced(absence))
    if not moved:
        return None
    diary = pass_state.diaries[absence.therapist]
    leave = tuple(block.span for block in absence.blocks)
    seen = _around([*leave, *(one.original for one in moved), *(one.slot for one in moved if one.slot)])
    shown = {
        offer.uid
        for row in pass_state.displaced(absence)
        if (offer := current_offer(pass_state, row)) is not None
    }
    return Weeks(
        therapist=absence.therapist,
        zone=diary.therapist.zone,
        hours=diary.therapist.hours,
        leave=leave,
        sessions=tuple(one for one in kept_sessions(pass_state, absence, shown) if one.span.overlaps(seen)),
        moved=moved,
        busy=tuple(one for one in busy_times(pass_state, absence) if one.overlaps(seen)),
        holidays=pass_state.snapshot.practice.holidays,
    )


def slot_state(offer: Offer) -> SlotState:
    """As the picture shows it."""
    return _STATES.get(offer.state, SlotState.ACCEPTED)


def kept_sessions(pass_state: PassState, absence: Absence, shown: Container[str]) -> Iterator[Kept]:
    """Sessions that take place, and other absences' slots; those that are `shown`, by UID, are drawn as such."""
    gone = _gone(pass_state)
    for session in pass_state.diaries[absence.therapist].all_sessions:
        if session.ref not in gone and session.offer not in shown:
            yield Kept(session.span, pass_state.snapshot.short(session.client))


def busy_times(pass_state: PassState, absence: Absence) -> Iterator[Span]:
    """What else takes the therapist's time, apart from sessions and leave."""
    diary = pass_state.diaries[absence.therapist]
    known = _gone(pass_state) | {one.ref for one in diary.all_sessions} | {block.ref for block in diary.leave}
    ours = set(pass_state.snapshot.ours) | {offer.uid for offer in pass_state.offers}
    for one in diary.busy:
        if one.ref not in known and one.ref.uid not in ours:
            yield one.span


def _gone(pass_state: PassState) -> frozenset[object]:
    return frozenset(row.ref for row in pass_state.conflicts if row.displaced)


def _moved(pass_state: PassState, row: Conflict) -> Moved:
    """A colleague's time stands in no column of this picture."""
    short, offer = pass_state.snapshot.short(row.client), current_offer(pass_state, row)
    if offer is None or offer.therapist != row.therapist:
        return Moved(short, row.span)
    return Moved(short, row.span, offer.span, slot_state(offer), offer.kind)


def _around(spans: list[Span]) -> Span:
    return Span(min(one.start for one in spans) - _BESIDE, max(one.end for one in spans) + _BESIDE)
