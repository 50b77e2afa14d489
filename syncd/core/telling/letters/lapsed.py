"""What was held and never sent, as a yes was missing until it was too late: the therapist hears that it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import UNSENT, Conflict, Offer, OfferState
from syncd.core.model.effects import LETTER_CONCERN, EffectKey, asks_for_yes
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.policy.deadlines import ANSWER_MARGIN
from syncd.core.state import PassState
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.rows import row_about

LAPSED = "lapsed"


def lapses(pass_state: PassState) -> Iterator[Write]:
    """One letter for the holds of an absence that have come too near for an invitation, in the pass that finds so.

    Where another time is held instead nothing is lost, and nothing is said.
    """
    found: dict[tuple[str, str], list[tuple[LetterRow, str]]] = {}
    before = {offer.uid for offer in pass_state.snapshot.offers if offer.state in UNSENT}
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        if offer.uid in before and row is not None and _lapsed(pass_state, row, offer):
            shown = row_about(pass_state, row, offer, LAPSED)
            found.setdefault((row.absence, row.therapist), []).append((shown, offer.uid))
    for (absence, therapist), held in sorted(found.items()):
        rows = tuple(row for row, _ in sorted(held, key=lambda one: (one[0].original, one[1])))
        facts = blank(pass_state, pass_state.snapshot.therapist[therapist], LetterKind.CONCERN, rows)
        version = sha256(" ".join(sorted(uid for _, uid in held)).encode()).hexdigest()[:12]
        key = EffectKey(absence, f"{LAPSED}-{version}", LETTER_CONCERN)
        yield Write(key, replace(facts, why=LAPSED), therapist)


def _lapsed(pass_state: PassState, row: Conflict, offer: Offer) -> bool:
    if offer.sent or offer.state is not OfferState.WITHDRAWN or offer.reason != Ending.SLOT:
        return False
    if row.therapist not in pass_state.diaries or not row.displaced or pass_state.live(row) is not None:
        return False
    near = offer.span.start - pass_state.now <= max(ANSWER_MARGIN, pass_state.minimum_notice(row))
    return near and _unapproved(pass_state, row, offer)


def _unapproved(pass_state: PassState, row: Conflict, offer: Offer) -> bool:
    """True where a yes was due, and did not come; leave that is over waits for none any more."""
    if row.absence in pass_state.absence:
        return not (pass_state.cleared(row) and pass_state.kind_cleared(row, offer))
    asked = any(key.subject == row.absence and asks_for_yes(key) for key in pass_state.snapshot.keys)
    return asked and not pass_state.approved(row)
