"""What stands now at a time that its client was asked to, or agreed to: the therapist reads so at once."""

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
from syncd.core.reading.vanished_leave import settle_edit
from syncd.core.state import PassState
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.rows import row_about

OVERBOOKED = "overbooked"
LETTER_OVERBOOKED = f"letter_{OVERBOOKED}"
AGREED = frozenset({OfferState.ACCEPTED, OfferState.SETTLED})
_Found = tuple[Conflict, Offer, datetime]


def overbooked(pass_state: PassState) -> Iterator[Write]:
    """One letter for all such times of a therapist's of which they have not read since it stands there."""
    said = {one for key in pass_state.snapshot.keys if key.kind == LETTER_OVERBOOKED for one in told_by(key)}
    found: dict[tuple[str, bool, bool], list[_Found]] = {}
    for row in pass_state.conflicts:
        for offer in pass_state.of(row) if row.displaced and pass_state.lifted(row) is None else ():
            since = _since(pass_state, row, offer)
            if since is not None and (offer.uid, int(since.timestamp())) not in said:
                kind = (offer.therapist, offer.over, offer.state in AGREED)
                found.setdefault(kind, []).append((row, offer, since))
    for (therapist, *_), some in sorted(found.items()):
        yield _letter(pass_state, therapist, sorted(some, key=lambda one: (one[1].span, one[1].uid)))


def _since(pass_state: PassState, row: Conflict, offer: Offer) -> datetime | None:
    """Since when something of the therapist's stands on a time that its client was asked to; None where nothing does.

    Of a time so near that it was lost at once that is this pass; of an agreed one since it was agreed on.
    """
    if offer.therapist not in pass_state.booked or offer.span.start <= pass_state.now or row.extra:
        return None
    before = next((one for one in pass_state.snapshot.offers if one.uid == offer.uid), None)
    if before is None or pass_state.booked[offer.therapist].obstacle(before) is not Loss.TAKEN:
        return None
    if offer.state in AWAITED:
        return offer.contested_at
    if offer.state in AGREED:  # once for each agreement: it stays, whatever stands there
        known = offer.said_no or _entered_by_hand(pass_state, offer)
        return None if known else offer.answered_at
    lost = offer.state is OfferState.WITHDRAWN and offer.reason == Ending.SLOT
    asked = before.state in AWAITED and before.told_as_it_is
    told = pass_state.crisis(row)  # by a letter of its own
    return before.contested_at or pass_state.now if lost and asked and not told else None


def _entered_by_hand(pass_state: PassState, offer: Offer) -> bool:
    """True where the therapist has entered the same appointment of that client themselves."""
    mine = pass_state.sessions_of(offer.therapist, offer.client)
    return any(one.offer != offer.uid and one.span.overlaps(offer.span) for one in mine)


def _letter(pass_state: PassState, therapist: str, some: list[_Found]) -> Write:
    """With when each client is told, if it stays so; of what is over, that they are told now."""
    shown = []
    for row, offer, since in some:
        believed_at = since + settle_edit(pass_state.policy(row).timing)
        leaves = (
            None
            if offer.over or offer.state in AGREED
            else pass_state.woken(row, max(pass_state.now, believed_at))
        )
        said = OfferState.WITHDRAWN.value if offer.over else ""
        shown.append(
            replace(row_about(pass_state, row, offer, said), leaves=leaves, call=False, colleague="")
        )
    facts = blank(pass_state, pass_state.snapshot.therapist[therapist], LetterKind.CONCERN, tuple(shown))
    key = key_together(LETTER_OVERBOOKED, [(offer.uid, int(since.timestamp())) for _, offer, since in some])
    return Write(key, replace(facts, why=OVERBOOKED, kept=not some[0][1].over), therapist)
