"""Which letters about what came back leave as it comes, and what waits for the day's letter (I24).

A few leave at once; further ones are collected into one. Words wait a quarter of an hour at most, anything else
longer: twelve forged answers are no twelve alarms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from syncd.core.model import Offer, Reply, ReplyKind
from syncd.core.model.effects import LETTER_CONCERN, LETTER_DAY, EffectState, Told, kind_of, told_by
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers.understood import Concern, UnderstoodReply
from syncd.core.offers.answers.verification import Doubt

AT_ONCE = 3  # letters that leave as they come, within either time
WORDS_WITHIN = timedelta(minutes=15)
NEWS_WITHIN = timedelta(hours=2)


class Pace(StrEnum):
    """When a letter tells of something that came back."""

    ALONE = "alone"  # at once, each by itself
    WORDS = "words"  # at once, or with others within a quarter of an hour
    DAY = "day"  # in the day's letter; at once where that would be too late


PACE: Mapping[Concern, Pace] = {
    **dict.fromkeys((Concern.WORDS, Concern.NOTE, Concern.REFUSAL, Concern.AT_ODDS), Pace.WORDS),
    **dict.fromkeys((Concern.YES, Concern.NO, Concern.MAYBE, Concern.CALLED_OFF), Pace.WORDS),
    **dict.fromkeys((Concern.BOTH_YES, Concern.BOTH_NO), Pace.WORDS),
    **dict.fromkeys((Concern.PROPOSAL, Concern.UNASKED, Concern.READ_LATE), Pace.ALONE),
    **dict.fromkeys((Concern.WISH, Concern.WISH_PAST, Concern.WISH_AWAY), Pace.ALONE),
    **dict.fromkeys((Concern.WISH_TAKEN, Concern.WISH_OWN), Pace.ALONE),
    **dict.fromkeys((Concern.BOUNCE, Concern.SECOND_LOST, Concern.UNTOLD), Pace.ALONE),
    **dict.fromkeys((Concern.TO_LEAVE, Concern.TO_LEAVE_AUTO), Pace.ALONE),
    **dict.fromkeys((Concern.UNVERIFIED, Concern.LATE, Concern.DELEGATED), Pace.DAY),
    **dict.fromkeys((Concern.AUTO, Concern.MACHINE), Pace.DAY),
}  # as docs/therapists.md says; words beside something are words
_BESIDE = "+"  # marks what had words beside it
_SINCE = "@"  # and what waits for the day's letter, since then
_WHY = ":"  # why an answer cannot be taken at its word


@dataclass(slots=True)
class _Desk:
    """What one therapist was written lately, and what leaves now."""

    times: list[datetime]
    busy: bool = False
    told: set[str] = field(default_factory=set)

    def room(self, within: timedelta, now: datetime) -> bool:
        """True while one more may leave at once."""
        return sum(at + within > now for at in self.times) < AT_ONCE


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that came back and waits for the day's letter, which names it so."""

    offer: Offer
    concern: Concern
    doubt: Doubt | None
    since: int  # a second since 1970

    @property
    def told(self) -> Told:
        """What the key of the letter names: no other number in it is negative."""
        return self.offer.uid, -self.since


def kept(offer: Offer) -> Iterator[Kept]:
    """What waits for the day's letter about this offer."""
    for mark in offer.news:
        name, waits, since = mark.partition(_SINCE)
        concern, _, doubt = name.partition(_WHY)
        if waits:
            yield Kept(offer, Concern(concern), Doubt(doubt) if doubt else None, int(since))


def limited(
    taken: Iterable[UnderstoodReply],
    offers: Iterable[Offer],
    snapshot: Snapshot,
    can_wait: Callable[[UnderstoodReply], bool],
) -> tuple[tuple[UnderstoodReply, ...], tuple[Offer, ...], tuple[UnderstoodReply, ...]]:
    """What came back, with what waits marked `held`; offers that remember it; and what is told together now.

    `can_wait` says of what is due in the day's letter whether it is early enough there.
    """
    told = {one for key in snapshot.keys if key.kind == LETTER_DAY for one in told_by(key)}
    rows = {offer.uid: _without_stale(offer, told) for offer in offers}
    desks = _desks(rows, snapshot)
    passed = []
    for one in sorted(taken, key=lambda one: _order(one, rows)):
        offer = rows.get(one.offer)
        if offer is None or one.concern is None or PACE[one.concern] is Pace.ALONE:
            passed.append(one)
            continue
        desk, mark = desks[offer.therapist], _mark(one)
        if _known(one, offer, desk, snapshot):
            passed.append(replace(one, held=True))
        elif _of_the_day(one) and can_wait(one):
            rows[offer.uid] = replace(offer, news=(*offer.news, _kept(one, snapshot.now)))
            passed.append(replace(one, held=True))
        elif not collected(offer) and desk.room(_within(mark), snapshot.now):
            desk.times.append(snapshot.now)
            desk.busy = True
            passed.append(one)
        else:
            rows[offer.uid] = replace(offer, news=(*offer.news, mark))
            passed.append(replace(one, held=True))
        desk.told.add(f"{one.offer} {mark}")
    together = tuple(_due(rows, desks, snapshot.now))
    gone = {one.offer for one in together}
    after = (_without_collected(offer) if offer.uid in gone else offer for offer in rows.values())
    return tuple(passed), tuple(after), together


def _of_the_day(one: UnderstoodReply) -> bool:
    return one.concern is not None and PACE[one.concern] is Pace.DAY and not one.reply.words


def collected(offer: Offer) -> list[str]:
    """What waits for a letter of several, by its marks."""
    return [mark for mark in offer.news if _SINCE not in mark]


def _without_collected(offer: Offer) -> Offer:
    return replace(offer, news=tuple(mark for mark in offer.news if _SINCE in mark))


def _without_stale(offer: Offer, told: Collection[Told]) -> Offer:
    """The offer without word that waits to be told, and is not so any more, or was told."""
    said = {one.since for one in kept(offer) if one.told in told}
    stale = {mark for mark in offer.news if _SINCE in mark and int(mark.partition(_SINCE)[2]) in said}
    if not offer.at_odds:
        stale.add(Concern.AT_ODDS)
    return replace(offer, news=tuple(one for one in offer.news if one not in stale))


def _order(one: UnderstoodReply, rows: Mapping[str, Offer]) -> tuple[datetime, datetime, str]:
    """As it came, then by the time that it is about: what leaves first hangs on no random name."""
    offer = rows.get(one.offer)
    return one.reply.received, offer.span.start if offer else one.reply.received, one.reply.id


def _desks(rows: Mapping[str, Offer], snapshot: Snapshot) -> dict[str, _Desk]:
    desks = {one: _Desk([]) for one in {offer.therapist for offer in rows.values()}}
    for sent in snapshot.ledger:
        if (
            kind_of(sent.key) == LETTER_CONCERN
            and sent.therapist in desks
            and sent.at + NEWS_WITHIN > snapshot.now
        ):
            desks[sent.therapist].times.append(sent.at)
    waiting = Counter(
        rows[row.key.subject].therapist
        for row in snapshot.effects
        if kind_of(row.key) == LETTER_CONCERN and row.state is EffectState.READY and row.key.subject in rows
    )
    for therapist, number in waiting.items():
        desks[therapist].times += [snapshot.now] * number
    return desks


def _known(one: UnderstoodReply, offer: Offer, desk: _Desk, snapshot: Snapshot) -> bool:
    """True for what says nothing new: it waits to be told already, or stands in the calendar as doubtful.

    What is over stands there no more, and another time that somebody asks for is no answer like the one before.
    """
    mark = _mark(one)
    if mark in offer.news or mark in {each.concern for each in kept(offer)}:
        return True
    if not _of_the_day(one):
        return False
    before = next((row for row in snapshot.offers if row.uid == offer.uid), offer)
    shown = before.doubtful and not before.over and one.reply.kind is not ReplyKind.COUNTER
    doubted = one.concern is Concern.UNVERIFIED and shown
    return doubted or f"{one.offer} {mark}" in desk.told


def _mark(one: UnderstoodReply) -> str:
    return f"{one.concern}{_BESIDE if one.reply.words else ''}"


def _within(mark: str) -> timedelta:
    words = mark.endswith(_BESIDE) or PACE[Concern(mark)] is Pace.WORDS
    return WORDS_WITHIN if words else NEWS_WITHIN


def _kept(one: UnderstoodReply, now: datetime) -> str:
    why = f"{_WHY}{one.doubt}" if one.doubt is not None else ""
    return f"{one.concern}{why}{_SINCE}{int(now.timestamp())}"


def _due(rows: Mapping[str, Offer], desks: Mapping[str, _Desk], now: datetime) -> Iterator[UnderstoodReply]:
    """All that waits for a therapist, once the time of the most urgent of it is over since the last letter."""
    for therapist in sorted(desks):
        desk = desks[therapist]
        waiting = [offer for offer in rows.values() if offer.therapist == therapist and collected(offer)]
        if not waiting or desk.busy:
            continue
        within = min(_within(mark) for offer in waiting for mark in collected(offer))
        if max(desk.times, default=now - within) + within <= now:
            yield from (_told(offer, mark, now) for offer in waiting for mark in collected(offer))


def _told(offer: Offer, mark: str, now: datetime) -> UnderstoodReply:
    words = mark.endswith(_BESIDE)
    name = f"news:{offer.uid}:{mark}:{now.isoformat()}"
    reply = Reply(name, offer.uid, ReplyKind.WORDS, now, "", words=words)
    return UnderstoodReply(reply, offer.uid, concern=Concern(mark.removesuffix(_BESIDE)))
