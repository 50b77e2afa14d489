"""The day's letter: who did not answer, what came back and could wait, and what still waits for the therapist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from syncd.core.model import AWAITED, Conflict, Offer, OfferState, Tier
from syncd.core.model.effects import LETTER_DAY, Told, key_together
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.state import PassState
from syncd.core.telling.letters.beside_silence import with_the_day
from syncd.core.telling.letters.day import A_DAY, SEEN, Waiting, digest_at, still_waits
from syncd.core.telling.letters.gathered import Gathered, gathered, shown
from syncd.core.telling.letters.letter import about_session, blank
from syncd.core.telling.letters.meanwhile import others_read_for, read_by_others
from syncd.core.telling.letters.rows import row_about, row_of
from syncd.core.telling.letters.silence import asked, silence_told, told_of
from syncd.core.telling.session_status import said_of
from syncd.core.telling.session_status.offer_words import of_offer
from syncd.core.time.spans import Span

MAYBE = "maybe"  # a maybe is not no answer, though the same follows from it
_Silent = tuple[Conflict, Offer]


@dataclass(slots=True)
class _Desk:
    """What there is to say to one therapist."""

    silent: list[_Silent] = field(default_factory=list)
    still: list[Waiting] = field(default_factory=list)
    came: list[Gathered] = field(default_factory=list)

    def without(self, silent: list[_Silent]) -> _Desk:
        """The same, and of who did not answer these alone."""
        return replace(self, silent=silent)

    def rows(self) -> list[Conflict]:
        """What it is about, the most urgent first."""
        waits = [*(one.row for one in self.still), *(one.row for one in self.came)]
        return [row for row, _ in self.silent] + waits


def silences(pass_state: PassState, unanswered: Iterable[_Silent]) -> Iterator[Write]:
    """Once for each offer that nobody answered and for what came back and could wait, and again what still waits for
    the therapist.

    It is one for all that is so now. Where nothing of it is urgent it leaves at `digest` (`told_at`).
    """
    for therapist, desk in sorted(_desks(pass_state, unanswered).items()):
        moments = (
            *(told_at(pass_state, *one) for one in desk.silent),
            *(one.at for one in desk.still),
            *(one.at for one in desk.came),
        )
        if min(moments) <= pass_state.now:
            said = {offer.uid for _, offer in desk.silent} | {one.offer.uid for one in desk.came if one.offer}
            desk.still = [one for one in desk.still if _again(pass_state, one) and one.offer.uid not in said]
            desk.silent.sort(key=_in_order)
            yield from _day_letters(pass_state, therapist, desk)


def _desks(pass_state: PassState, unanswered: Iterable[_Silent]) -> dict[str, _Desk]:
    told, desks = silence_told(pass_state), dict[str, _Desk]()
    for conflict, offer in unanswered:
        if asked(offer) not in told:
            desks.setdefault(conflict.therapist, _Desk()).silent.append((conflict, offer))
    for one in still_waits(pass_state):
        if not _about_to_be_silent(one.offer, told):
            desks.setdefault(one.offer.therapist, _Desk()).still.append(one)
    for came in (*gathered(pass_state), *read_by_others(pass_state)):
        desks.setdefault(came.row.therapist, _Desk()).came.append(came)
    return desks


def _again(pass_state: PassState, one: Waiting) -> bool:
    return one.last + SEEN <= pass_state.now


def _about_to_be_silent(offer: Offer, told: Collection[Told]) -> bool:
    """True for what went unanswered and is told as that as soon as nothing changes any more: once is enough."""
    return offer.state is OfferState.UNANSWERED and not offer.frozen and asked(offer) not in told


def day_letters_at(pass_state: PassState) -> Iterator[datetime]:
    """When the day's letter is due, as far as it is known now."""
    yield from (one.at for one in still_waits(pass_state))
    yield from (one.at for one in (*gathered(pass_state), *read_by_others(pass_state)))
    for row in pass_state.conflicts:
        for offer in pass_state.of(row) if told_of(pass_state, row) else ():
            if offer.due is not None and (offer.state in AWAITED or offer.reason == Ending.SILENCE):
                yield digest_at(pass_state, row.therapist, offer.due)


def told_at(pass_state: PassState, conflict: Conflict, offer: Offer) -> datetime:
    """When the therapist reads that nobody answered: at once where care is asked for, or where the day's letter would
    leave less than a day; not while they are away, and others read for them.
    """
    at = digest_at(pass_state, conflict.therapist, offer.due or pass_state.now)
    if others_read_for(pass_state, conflict.therapist):
        return at
    if offer.due is None or pass_state.tier(conflict) is Tier.CRISIS:
        return pass_state.now
    starts = (conflict.span.start, offer.span.start)
    first = min((start for start in starts if start > pass_state.now), default=pass_state.now)
    return at if at + A_DAY <= first else pass_state.now


def _in_order(one: _Silent) -> tuple[Span, str]:
    return one[0].span, one[1].uid


def _day_letters(pass_state: PassState, therapist: str, desk: _Desk) -> Iterator[Write]:
    """One. Of those whose time has passed nothing can be done: beside others they come last, alone they are all."""
    passed = [one for one in desk.silent if one[1].over and one[1].span.start <= pass_state.now]
    ahead = [one for one in desk.silent if one not in passed]
    if ahead or desk.still or desk.came:
        letter = _day_letter(pass_state, therapist, desk.without(ahead), passed)
        said = {row.id for row in desk.rows()}
        yield replace(letter, facts=with_the_day(pass_state, therapist, letter.facts, said))
    elif passed:
        yield _day_letter(pass_state, therapist, _Desk(passed))


def _day_letter(pass_state: PassState, therapist: str, desk: _Desk, passed: Sequence[_Silent] = ()) -> Write:
    some = desk.silent
    kept, lost = [one for one in some if not one[1].over], [one for one in some if one[1].over]
    marks = (*(one.mark for one in desk.still), *(one.told for one in desk.came))
    facts = _about(pass_state, therapist, desk.rows())
    facts = replace(
        facts,
        rows=tuple(_silent_row(pass_state, *one) for one in kept or lost),
        lost=tuple(_silent_row(pass_state, *one) for one in lost) if kept else (),
        gone_by=tuple(_silent_row(pass_state, *one) for one in passed),
        kept=bool(kept),
        waiting=tuple(
            row_about(pass_state, one.row, one.offer, _said(pass_state, one)) for one in desk.still
        ),
        came=_rows_of(pass_state, desk, by_others=False),
        others_read=_rows_of(pass_state, desk, by_others=True),
        why=MAYBE if some and all(offer.tentative for _, offer in some) else "",
    )
    told = (asked(offer) for _, offer in (*some, *passed))
    return Write(key_together(LETTER_DAY, [*told, *marks]), facts, therapist)


def _rows_of(pass_state: PassState, desk: _Desk, *, by_others: bool) -> tuple[LetterRow, ...]:
    """What came back, each once, in order of time; not again of whom the letter says that the answer is missing."""
    silent = {offer.uid for _, offer in desk.silent}
    known = [one for one in desk.came if one.offer is None or one.offer.uid not in silent]
    new = [one for one in known if one.by_others is by_others]
    rows = (shown(pass_state, one) for one in sorted(new, key=lambda one: (one.row.span, one.told)))
    return tuple(dict.fromkeys(rows))


def _said(pass_state: PassState, one: Waiting) -> str:
    return of_offer(pass_state, one.offer)


def _about(pass_state: PassState, therapist: str, rows: list[Conflict]) -> LetterFacts:
    """A letter to this therapist, be it as a colleague who covers, about these."""
    if rows[0].therapist == therapist:
        return about_session(pass_state, rows[0], LetterKind.SILENCE, row_of(pass_state, rows[0]))
    return blank(pass_state, pass_state.snapshot.therapist[therapist], LetterKind.SILENCE, ())


def _silent_row(pass_state: PassState, conflict: Conflict, offer: Offer) -> LetterRow:
    row = row_about(pass_state, conflict, offer, said_of(pass_state, conflict))
    asleep = offer.over and offer.cancelled_at is None and not pass_state.awake(conflict)
    woken = pass_state.woken(conflict, pass_state.now) if asleep else None
    return replace(row, leaves=woken) if offer.over else row
