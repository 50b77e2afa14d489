"""What came back and can wait for the day's letter: an answer that needs a word, a late one, a machine's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from syncd.core.model import Conflict, Offer, OfferKind, Tier
from syncd.core.model.effects import Told
from syncd.core.model.messages.letters import LetterRow
from syncd.core.offers.answers.understood import Concern, UnderstoodReply
from syncd.core.state import PassState
from syncd.core.state.letter_limit import Kept, kept
from syncd.core.telling.letters.day import A_DAY, digest_at
from syncd.core.telling.letters.rows import row_about, row_of


@dataclass(frozen=True, slots=True)
class Gathered:
    """Something that came back, about which appointment, and as what; `told` is what the day's letter names it by, `at`
    when that is due. `by_others`: the office has read it while the therapist was away.
    """

    row: Conflict
    offer: Offer | None  # None: about the session itself, such as an answer to its notice
    told: Told
    at: datetime
    said: str
    by_others: bool = False


def can_wait(pass_state: PassState, one: UnderstoodReply) -> bool:
    """True where the next day's letter is early enough: a day before whatever is ahead of the session and the time
    offered in its place; never of clients in crisis or protected. A colleague's hour is settled in their calendar.
    """
    offer = pass_state.offer.get(one.offer)
    row = pass_state.conflict.get(offer.conflict) if offer else None
    if (
        offer is None
        or row is None
        or offer.kind is OfferKind.COVER
        or row.therapist not in pass_state.diaries
    ):
        return False
    if pass_state.snapshot.therapist[row.therapist].policy.timing.digest is None:
        return False
    at, starts = digest_at(pass_state, row.therapist, pass_state.now), (row.span.start, offer.span.start)
    soon = any(pass_state.now < start < at + A_DAY for start in starts)
    return not soon and pass_state.tier(row) is not Tier.CRISIS


def gathered(pass_state: PassState) -> Iterator[Gathered]:
    """What waits for the day's letter, whatever has become of its leave; each is told once. Where an answer has come
    since that counts, or the therapist has settled it, it is news no more.
    """
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        if row is not None and row.therapist in pass_state.diaries:
            for one in kept(offer):
                since = datetime.fromtimestamp(one.since, UTC)
                if not _answered(pass_state, row, since):
                    at = digest_at(pass_state, row.therapist, since)
                    yield Gathered(row, offer, one.told, at, _said(one))


def _answered(pass_state: PassState, row: Conflict, since: datetime) -> bool:
    """By what counts since: `since` is a whole second, so what was read with it is no later than that."""
    answers = (offer.answered_at for offer in pass_state.of(row))
    return any(at is not None and at.replace(microsecond=0) > since for at in answers)


def _said(one: Kept) -> str:
    """What it is; of an answer that does not count why not."""
    return f"{one.concern}_{one.doubt}" if one.doubt is not None else one.concern


def shown(pass_state: PassState, one: Gathered) -> LetterRow:
    """What the letter says of it."""
    if one.offer is not None and one.said == Concern.LATE:
        return late_row(pass_state, one.row, one.offer, datetime.fromtimestamp(-one.told[1], UTC))
    if one.offer is not None and one.by_others:
        return row_about(pass_state, one.row, one.offer, one.said)
    return replace(row_of(pass_state, one.row), text=one.said)


def late_row(pass_state: PassState, row: Conflict, offer: Offer, since: datetime | None = None) -> LetterRow:
    """Of a yes to a time that is gone; the message that is still to come answers it, and no more: of one that left
    `since` it came nothing is said.
    """
    late = row_about(pass_state, row, offer, Concern.LATE)
    over = pass_state.awake(row) or _answered_by_us(pass_state, offer, since)
    woken = None if over else pass_state.woken(row, pass_state.now)
    return replace(late, before="", leaves=woken, word=False)


def _answered_by_us(pass_state: PassState, offer: Offer, since: datetime | None) -> bool:
    """By a mail of ours, or by the CANCEL that a calendar server carried."""
    mine = [one.at for one in pass_state.snapshot.ledger if one.client and one.offer == offer.uid]
    return since is not None and any(at is not None and at >= since for at in (*mine, offer.cancelled_at))
