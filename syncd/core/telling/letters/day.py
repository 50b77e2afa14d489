"""The day's letter: when it leaves, and what of that which an earlier letter told still waits for the therapist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from syncd.core.model import AWAITED, Conflict, Offer, OfferState
from syncd.core.model.effects import LETTER_CONCERN, LETTER_DAY, EffectKey, Sent, Told, kind_of, told_by
from syncd.core.state import PassState
from syncd.core.time.spans import Span, day_span, local, local_date, midnight, subtract

LONGEST = 62  # days for which a letter waits: nobody is away for longer without a handover
A_DAY = timedelta(days=1)
REPEATS = (A_DAY, timedelta(days=3), timedelta(days=7))  # after a letter of it; the last one goes on
COUNTS_BELOW = 1_000_000  # numbers of repeats; a minute in which something began, since 1970, is greater
LATE = timedelta(
    hours=1
)  # so much later than at its hour a letter may leave, and is repeated as if it had not
SEEN = timedelta(hours=12)  # what they read of within that time is not said again


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that only the therapist can settle, and of which a letter told: the next one that says so again."""

    row: Conflict
    offer: Offer
    told: int  # so many times, without the first
    at: datetime  # then
    last: datetime  # after the one that left then

    @property
    def mark(self) -> Told:
        """What the key of the letter names."""
        return self.offer.uid, self.told + 1


def hours_on(pass_state: PassState, name: str, day: date) -> tuple[Span, ...]:
    """When this therapist works on that day: not on a holiday, nor in their leave."""
    therapist, diary = pass_state.snapshot.therapist[name], pass_state.diaries[name]
    if day in pass_state.snapshot.practice.holidays:
        return ()
    works = therapist.hours.spans(day_span(day, therapist.zone), therapist.zone)
    return tuple(subtract(works, diary.away))


def last_hours_before(pass_state: PassState, name: str, moment: datetime) -> datetime | None:
    """The moment; where this therapist is in leave then, the end of their last hours before, None if these are over."""
    diary, zone = pass_state.diaries.get(name), pass_state.snapshot.therapist[name].zone
    if diary is None or not any(one.start <= moment < one.end for one in diary.away):
        return moment
    for back in range(LONGEST):
        for hours in reversed(hours_on(pass_state, name, local_date(moment, zone) - timedelta(days=back))):
            if hours.end <= moment:
                return hours.end if hours.end > pass_state.now else None
    return moment


def digest_at(pass_state: PassState, name: str, moment: datetime) -> datetime:
    """When the first day's letter from this moment on leaves; the moment itself where they do not work for long, or
    want every letter at once.

    Of days that are over nobody knows any more whether they worked on them: what was missed then leaves on the next.
    """
    therapist = pass_state.snapshot.therapist[name]
    clock = therapist.policy.timing.digest
    if clock is None:
        return moment
    today = midnight(local_date(pass_state.now, therapist.zone), therapist.zone)
    moment = max(moment, today)
    for ahead in range(LONGEST):
        day = local_date(moment, therapist.zone) + timedelta(days=ahead)
        at = local(day, clock, therapist.zone)
        if at >= moment and hours_on(pass_state, name, day):
            return at
    return moment


def still_waits(pass_state: PassState) -> Iterator[Waiting]:
    """What clients wrote, or asked for, or answered so that it needs a word, until the therapist has settled it; while
    its time is ahead. Of a session for which its client proposed a time that one.
    """
    for row in pass_state.conflicts:
        waiting = [offer for offer in pass_state.of(row) if _open(pass_state, row, offer)]
        proposed = [offer for offer in waiting if offer.state is OfferState.PROPOSED]
        for offer in proposed or _of_one_mail(waiting):
            last, told = _told(pass_state, offer)
            if last is not None:
                after = REPEATS[min(told, len(REPEATS) - 1)]
                yield Waiting(
                    row, offer, told, digest_at(pass_state, offer.therapist, last + after - LATE), last
                )


def _of_one_mail(waiting: Iterable[Offer]) -> Iterator[Offer]:
    """The same; words about several times of one session, which a client wrote once, wait once."""
    said = False
    for offer in waiting:
        words = offer.frozen and not offer.doubtful
        if not (words and said):
            yield offer
        said = said or words


def _open(pass_state: PassState, row: Conflict, offer: Offer) -> bool:
    agreed = offer.state is OfferState.ACCEPTED and not offer.yes_waits
    settled = offer.over or offer.bounced or agreed
    words, asked = offer.frozen and not settled, offer.state is OfferState.PROPOSED
    unsure = (offer.doubtful and offer.state in AWAITED) or (offer.at_odds and not offer.over)
    there = row.displaced and offer.therapist in pass_state.diaries and not pass_state.suspended(row)
    return (words or asked or unsure) and there and offer.span.start > pass_state.now


def _told(pass_state: PassState, offer: Offer) -> tuple[datetime | None, int]:
    """When the newest letter about it left, and in how many day's letters it stood."""
    letters = [
        one for one in pass_state.snapshot.ledger if not one.client and one.therapist == offer.therapist
    ]
    again = [one for one in letters if one.key.kind == LETTER_DAY and _names(told_by(one.key), offer)]
    first = [one.at for one in letters if one.key.subject == offer.uid or _came_in(one.key, offer)]
    first = first or _told_among(letters, offer)
    return max((*first, *(one.at for one in again)), default=None), len(again)


def _told_among(letters: Iterable[Sent], offer: Offer) -> list[datetime]:
    """When letters left of what came back, since it was asked, or proposed: of a time that a client proposes the letter
    names the offer that they answered, and several things in one letter are named by the first.
    """
    since = offer.planned_at if offer.state is OfferState.PROPOSED else offer.invited_at
    came = [one.at for one in letters if kind_of(one.key) == LETTER_CONCERN and since and one.at >= since]
    return [min(came)] if came and not offer.news else []


def _names(told: tuple[Told, ...], offer: Offer) -> bool:
    """True where it stands among them as what waits, or came; what was silent does by the minute it was about."""
    return any(uid == offer.uid and number < COUNTS_BELOW for uid, number in told)


def _came_in(key: EffectKey, offer: Offer) -> bool:
    """True for a day's letter that told of something that came back about it, for the first time."""
    return key.kind == LETTER_DAY and any(uid == offer.uid and number < 0 for uid, number in told_by(key))
