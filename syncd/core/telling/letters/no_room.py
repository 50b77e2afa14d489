"""To whom "the link follows" was said, as Google made no video room: the therapist adds one, or sends a link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.model import Offer
from syncd.core.model.effects import Told, key_together, told_by
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.state import PassState
from syncd.core.state.anew import roomless
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.rows import row_of

LETTER_ROOM = "letter_no_room"
NO_ROOM = "no_room"  # what it is about


def no_room(pass_state: PassState) -> Iterator[Write]:
    """One letter to each therapist about all of whom none has said so yet, once they are invited."""
    keys = (key for key in pass_state.snapshot.keys if key.kind == LETTER_ROOM)
    told = frozenset(one for key in keys for one in told_by(key))
    found: dict[str, list[Offer]] = {}
    for offer in pass_state.offers:
        if _lacking(pass_state, offer) and _named(offer) not in told:
            found.setdefault(offer.therapist, []).append(offer)
    for therapist, offers in sorted(found.items()):
        offers.sort(key=lambda one: (one.span, one.uid))
        rows = tuple(row_of(pass_state, pass_state.conflict[one.conflict]) for one in offers)
        facts = blank(pass_state, pass_state.snapshot.therapist[therapist], LetterKind.CONCERN, rows)
        key = key_together(LETTER_ROOM, [_named(one) for one in offers])
        yield Write(key, replace(facts, why=NO_ROOM), therapist)


def _lacking(pass_state: PassState, offer: Offer) -> bool:
    row = pass_state.conflict.get(offer.conflict)
    client = pass_state.client(row) if row is not None else None
    if row is None or client is None or row.therapist not in pass_state.diaries:
        return False
    ahead = offer.sent and offer.kept and offer.span.start > pass_state.now
    return ahead and roomless(pass_state, client, offer)


def _named(offer: Offer) -> Told:
    return offer.uid, offer.number
