"""What stands now at a time that its client was asked to: the therapist reads so at once, and when they are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from syncd.core.model import AWAITED, Conflict, Offer, OfferState
from syncd.core.model.effects import key_together, told_by
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.model.offer_facts import Ending
from syncd.core.offers.lost_slot import Loss
from syncd.core.reading.vanished_leave import shows
from syncd.core.state import Standing
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.rows import row_about

OVERBOOKED = "overbooked"
LETTER_OVERBOOKED = f"letter_{OVERBOOKED}"
_Found = tuple[Conflict, Offer, datetime]


def overbooked(standing: Standing) -> Iterator[Write]:
    """One letter for all such times of a therapist's of which they have not read since it stands there."""
    said = {one for key in standing.snapshot.keys if key.kind == LETTER_OVERBOOKED for one in told_by(key)}
    found: dict[tuple[str, bool], list[_Found]] = {}
    for row in standing.conflicts:
        for offer in standing.of(row) if row.displaced and standing.lifted(row) is None else ():
            since = _since(standing, row, offer)
            if since is not None and (offer.uid, int(since.timestamp())) not in said:
                found.setdefault((offer.therapist, offer.over), []).append((row, offer, since))
    for (therapist, _), some in sorted(found.items()):
        yield _letter(standing, therapist, sorted(some, key=lambda one: (one[1].span, one[1].uid)))


def _since(standing: Standing, row: Conflict, offer: Offer) -> datetime | None:
    """Since when something of the therapist's stands on a time that its client was asked to; None where nothing does.

    Of a time so near that it was lost at once that is this pass.
    """
    if offer.therapist not in standing.booked or offer.span.start <= standing.now or row.extra:
        return None
    before = next((one for one in standing.snapshot.offers if one.uid == offer.uid), None)
    if before is None or standing.booked[offer.therapist].obstacle(before) is not Loss.TAKEN:
        return None
    if offer.state in AWAITED:
        return offer.contested_at
    lost = offer.state is OfferState.WITHDRAWN and offer.reason == Ending.SLOT
    asked = before.state in AWAITED and before.told_as_it_is
    told = standing.crisis(row)  # by a letter of its own
    return before.contested_at or standing.now if lost and asked and not told else None


def _letter(standing: Standing, therapist: str, some: list[_Found]) -> Write:
    """With when each client is told, if it stays so; of what is over, that they are told now."""
    shown = []
    for row, offer, since in some:
        believed_at = since + shows(standing.policy(row).timing)
        leaves = None if offer.over else standing.woken(row, max(standing.now, believed_at))
        said = OfferState.WITHDRAWN.value if offer.over else ""
        shown.append(replace(row_about(standing, row, offer, said), leaves=leaves, call=False, colleague=""))
    facts = blank(standing, standing.snapshot.therapist[therapist], LetterKind.CONCERN, tuple(shown))
    key = key_together(LETTER_OVERBOOKED, [(offer.uid, int(since.timestamp())) for _, offer, since in some])
    return Write(key, replace(facts, why=OVERBOOKED, kept=not some[0][1].over), therapist)
