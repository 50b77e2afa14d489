"""A few letters about what came back leave as it comes; further ones are collected into one (I24).

Words wait a quarter of an hour at most, anything else longer: twelve forged answers are no twelve alarms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from syncd.core.model import Offer, Reply, ReplyKind
from syncd.core.model.effects import LETTER_CONCERN, EffectState
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers import Concern, UnderstoodReply

AT_ONCE = 3  # letters that leave as they come, within either time
WORDS_WITHIN = timedelta(minutes=15)
NEWS_WITHIN = timedelta(hours=2)
COLLECTED = frozenset({Concern.UNVERIFIED, Concern.AUTO, Concern.MACHINE, Concern.DELEGATED, Concern.LATE})
PLAIN = frozenset(
    {Concern.YES, Concern.NO, Concern.MAYBE, Concern.CALLED_OFF, Concern.BOTH_YES, Concern.BOTH_NO}
)  # answers, as urgent as words
WORDS = PLAIN | {Concern.WORDS, Concern.NOTE, Concern.REFUSAL, Concern.AT_ODDS}
_BESIDE = "+"  # marks what had words beside it


@dataclass(slots=True)
class _Desk:
    """What one therapist was written lately, and what leaves now."""

    times: list[datetime]
    busy: bool = False
    told: set[str] = field(default_factory=set)

    def room(self, within: timedelta, now: datetime) -> bool:
        """True while one more may leave at once."""
        return sum(at + within > now for at in self.times) < AT_ONCE


def limited(
    taken: Iterable[UnderstoodReply], offers: Iterable[Offer], snapshot: Snapshot
) -> tuple[tuple[UnderstoodReply, ...], tuple[Offer, ...], tuple[UnderstoodReply, ...]]:
    """What came back, with what waits marked `held`; offers that remember it; and what is told together now."""
    rows = {offer.uid: _without_stale(offer) for offer in offers}
    desks = _desks(rows, snapshot)
    passed = []
    for one in sorted(taken, key=lambda one: _order(one, rows)):
        offer = rows.get(one.offer)
        if offer is None or one.concern is None or one.concern not in COLLECTED | WORDS:
            passed.append(one)
            continue
        desk, mark = desks[offer.therapist], _mark(one)
        if _known(one, offer, desk, snapshot):
            passed.append(replace(one, held=True))
        elif not offer.news and desk.room(_within(mark), snapshot.now):
            desk.times.append(snapshot.now)
            desk.busy = True
            passed.append(one)
        else:
            rows[offer.uid] = replace(offer, news=(*offer.news, mark))
            passed.append(replace(one, held=True))
        desk.told.add(f"{one.offer} {mark}")
    together = tuple(_due(rows, desks, snapshot.now))
    gone = {one.offer for one in together}
    kept = (replace(offer, news=()) if offer.uid in gone else offer for offer in rows.values())
    return tuple(passed), tuple(kept), together


def _without_stale(offer: Offer) -> Offer:
    """The offer without word that waits to be told, and is not so any more."""
    if offer.at_odds:
        return offer
    return replace(offer, news=tuple(one for one in offer.news if one != Concern.AT_ODDS))


def _order(one: UnderstoodReply, rows: Mapping[str, Offer]) -> tuple[datetime, datetime, str]:
    """As it came, then by the time that it is about: what leaves first hangs on no random name."""
    offer = rows.get(one.offer)
    return one.reply.received, offer.span.start if offer else one.reply.received, one.reply.id


def _desks(rows: Mapping[str, Offer], snapshot: Snapshot) -> dict[str, _Desk]:
    desks = {one: _Desk([]) for one in {offer.therapist for offer in rows.values()}}
    for sent in snapshot.ledger:
        if (
            sent.key.kind == LETTER_CONCERN
            and sent.therapist in desks
            and sent.at + NEWS_WITHIN > snapshot.now
        ):
            desks[sent.therapist].times.append(sent.at)
    waiting = Counter(
        rows[row.key.subject].therapist
        for row in snapshot.effects
        if row.key.kind == LETTER_CONCERN and row.state is EffectState.READY and row.key.subject in rows
    )
    for therapist, number in waiting.items():
        desks[therapist].times += [snapshot.now] * number
    return desks


def _known(one: UnderstoodReply, offer: Offer, desk: _Desk, snapshot: Snapshot) -> bool:
    """True for what says nothing new: it waits to be told already, or stands in the calendar as doubtful.

    What is over stands there no more, and another time that somebody asks for is no answer like the one before.
    """
    mark = _mark(one)
    if mark in offer.news:
        return True
    if one.concern not in COLLECTED or one.reply.words:
        return False
    before = next((row for row in snapshot.offers if row.uid == offer.uid), offer)
    shown = before.doubtful and not before.over and one.reply.kind is not ReplyKind.COUNTER
    doubted = one.concern is Concern.UNVERIFIED and shown
    return doubted or f"{one.offer} {mark}" in desk.told


def _mark(one: UnderstoodReply) -> str:
    return f"{one.concern}{_BESIDE if one.reply.words else ''}"


def _within(mark: str) -> timedelta:
    return WORDS_WITHIN if mark.endswith(_BESIDE) or mark in WORDS else NEWS_WITHIN


def _due(rows: Mapping[str, Offer], desks: Mapping[str, _Desk], now: datetime) -> Iterator[UnderstoodReply]:
    """All that waits for a therapist, once the time of the most urgent of it is over since the last letter."""
    for therapist in sorted(desks):
        desk = desks[therapist]
        waiting = [offer for offer in rows.values() if offer.therapist == therapist and offer.news]
        if not waiting or desk.busy:
            continue
        within = min(_within(mark) for offer in waiting for mark in offer.news)
        if max(desk.times, default=now - within) + within <= now:
            yield from (_told(offer, mark, now) for offer in waiting for mark in offer.news)


def _told(offer: Offer, mark: str, now: datetime) -> UnderstoodReply:
    words = mark.endswith(_BESIDE)
    name = f"news:{offer.uid}:{mark}:{now.isoformat()}"
    reply = Reply(name, offer.uid, ReplyKind.WORDS, now, "", words=words)
    return UnderstoodReply(reply, offer.uid, concern=Concern(mark.removesuffix(_BESIDE)))
