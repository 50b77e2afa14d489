"""Whom no mail reaches, and another time is held for them: the therapist reads whom to call about what, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import UNSENT, Conflict, Offer
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.state import Standing
from syncd.core.telling.letters.concerns import mark
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.plan import shown_before, unshown
from syncd.core.telling.letters.rows import row_about
from syncd.core.telling.session_status import status_of

HELD_ANEW = "held_anew"


def held_anew(standing: Standing) -> Iterator[Write]:
    """One letter to each therapist in the pass that holds a time which no plan letter has named, nor does now."""
    found: dict[str, list[tuple[LetterRow, str]]] = {}
    before = {offer.uid for offer in standing.snapshot.offers}
    for offer in standing.offers:
        row = standing.conflict.get(offer.conflict)
        if row is not None and offer.uid not in before and _to_call_about(standing, row, offer):
            found.setdefault(row.therapist, []).append((row_about(standing, row, offer), offer.uid))
    for therapist, held in sorted(found.items()):
        rows = tuple(row for row, _ in sorted(held, key=lambda one: (one[0].original, one[1])))
        facts = blank(standing, standing.snapshot.therapist[therapist], LetterKind.CONCERN, rows)
        version = sha256(" ".join(sorted(uid for _, uid in held)).encode()).hexdigest()[:12]
        key = EffectKey(held[0][1], f"{HELD_ANEW}-{version}", "letter_concern")
        yield Write(key, replace(facts, why=HELD_ANEW, entry=True), therapist)


def _to_call_about(standing: Standing, row: Conflict, offer: Offer) -> bool:
    if offer.state not in UNSENT or not row.displaced or row.therapist not in standing.diaries:
        return False
    if standing.suspended(row) or not standing.cleared(row) or status_of(standing, row) != "call":
        return False
    return mark(row) in shown_before(standing) and not any(unshown(standing, (row,)))
