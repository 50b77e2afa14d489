"""What a question mark asks about: whose sessions would fall out, and which times stand there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from syncd.core.model import AWAITED, Client, LeaveBlock, Offer, Session
from syncd.core.model.leave import Cost
from syncd.core.model.practice import Therapist
from syncd.core.reading.first_seen import block_name
from syncd.core.reading.vanished_leave import first_of_each
from syncd.core.state import PassState
from syncd.core.time.spans import first_and_last_day


@dataclass(frozen=True, slots=True)
class Question:
    """Days that may become leave. `sessions` take place, and fall out if they do; `offers` stand inside, and stay."""

    therapist: Therapist
    block: LeaveBlock
    sessions: tuple[tuple[Session, Client], ...]
    offers: tuple[Offer, ...]

    @property
    def name(self) -> str:
        """Opaque; the same wherever the block is moved to."""
        return block_name(self.block)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last one, by the therapist's clocks."""
        return first_and_last_day(self.block.span, self.therapist.zone)


def cost_of(pass_state: PassState, asked: Question) -> Cost | None:
    """What is known of its cost; nothing of what was worked out for other days."""
    found = next((one for one in pass_state.snapshot.costs if one.question == asked.name), None)
    return found if found is not None and (found.failed or (found.first, found.last) == asked.days) else None


def compared(pass_state: PassState, asked: Question) -> tuple[Cost, ...]:
    """The costs of the same therapist's other questions, each by itself, in order of time."""
    others = (one for one in questions(pass_state) if one.therapist.id == asked.therapist.id)
    known = (cost_of(pass_state, one) for one in others if one.name != asked.name)
    return tuple(one for one in known if one is not None and not one.failed)


def questions(pass_state: PassState) -> Iterator[Question]:
    """Everybody's, in order of time; one that recurs is answered for its next occurrence."""
    for name in sorted(pass_state.diaries):
        diary = pass_state.diaries[name]
        for block in first_of_each(diary.questions):
            yield Question(
                diary.therapist,
                block,
                tuple(_sessions(pass_state, block)),
                tuple(one for one in pass_state.offers if _stands_in(one, block)),
            )


def _sessions(pass_state: PassState, block: LeaveBlock) -> Iterator[tuple[Session, Client]]:
    """Those ahead that nothing else takes; who is not on the roster any more is nobody's to tell."""
    lifted = {row.ref for row in pass_state.conflicts if pass_state.lifted(row) is not None}
    off = (
        pass_state.gone - lifted
    )  # a question mark behind leave that nobody has heard of: it goes as if deleted
    everything = pass_state.diaries[block.therapist].all_sessions
    for one in sorted(everything, key=lambda each: (each.span, each.ref)):
        client = pass_state.snapshot.client.get(one.client)
        ahead = one.span.overlaps(block.span) and one.span.start > pass_state.now
        if client is not None and ahead and not (one.keep or one.ref in off) and pass_state.counted_on(one):
            yield one, client


def _stands_in(offer: Offer, block: LeaveBlock) -> bool:
    """True for a time that is held or offered; an accepted one is a session."""
    open_ = offer.state in AWAITED or (offer.live and not offer.agreed)
    return offer.therapist == block.therapist and open_ and offer.span.overlaps(block.span)
