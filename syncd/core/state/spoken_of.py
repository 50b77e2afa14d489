"""Which leave may be spoken of yet: it has settled, and a yes came where one is due (I11).

Until then it takes nothing from anybody: what was offered inside it stays, and no message rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from syncd.core.model import AWAITED, MAKEUP, Absence, Conflict, LeaveBlock, Offer
from syncd.core.offers.lost_slot import BookedTime
from syncd.core.policy.first_message import URGENT, settle_for, urgent_message
from syncd.core.policy.quiet_hours import last_waking
from syncd.core.reading.first_seen import fingerprint, seen_at, sends
from syncd.core.state.approval.approvals import Approvals
from syncd.core.time.spans import Span, day_span, first_and_last_day

SPARE = timedelta(hours=1)


@dataclass(frozen=True)
class SpokenOf(Approvals):
    """The rows, and what may be said of the leave that they rest on."""

    def in_leave(self, offer: Offer) -> bool:
        """True where leave that nobody doubts lies over the offered time, be it leave that still waits for a yes."""
        diary = self.diaries.get(offer.therapist)
        if diary is None:
            return False
        sure = (*diary.away, *(block.span for block in diary.leave if not block.doubted))
        return any(span.overlaps(offer.span) for span in sure)

    def in_question(self, offer: Offer) -> bool:
        """True for a time inside what may become leave: it stays, and nothing new is offered there."""
        diary = self.diaries.get(offer.therapist)
        return diary is not None and any(one.span.overlaps(offer.span) for one in diary.questions)

    @cached_property
    def unspoken(self) -> frozenset[str]:
        """UIDs of the offers whose time nothing but leave takes of which nobody may hear yet: they stay as they are.

        From a day before the time on, or where the client sleeps or rests then, from before that, minutes are enough:
        nobody comes to a closed door (I23). A hold that no yes covers goes at once: nobody was told of it.
        """
        return frozenset(one.uid for one in self.offers if self.in_leave(one) and not self._given_up(one))

    @cached_property
    def booked(self) -> Mapping[str, BookedTime]:
        """What each therapist's time is taken by, the offers as these rows have them."""
        return {
            name: BookedTime(diary, self.snapshot, self.offers, self.unspoken)
            for name, diary in self.diaries.items()
        }

    def taken_at(self, offer: Offer) -> Iterator[datetime]:
        """When leave of which nobody may hear yet takes the offered time at the earliest, while no yes is missing."""
        row = self.conflict.get(offer.conflict)
        if row is None or offer.uid not in self.unspoken:
            return
        timing, first = self.snapshot.therapist[row.therapist].policy.timing, offer.span.start
        yield self._door(row, offer)
        for absence, block in self._blocks_over(offer.therapist, offer.span):
            seen = self._seen_at(absence, block)
            yield seen + settle_for(timing, first, seen)
            yield urgent_message(timing, seen, first, "send" in block.tags).opens

    def _given_up(self, offer: Offer) -> bool:
        row = self.conflict.get(offer.conflict)
        if row is None or row.therapist not in self.snapshot.therapist:
            return True
        free = not (offer.sent or offer.pinned or offer.state in MAKEUP or self.cleared(row))
        dragged = offer.told is not None and offer.told != offer.span
        over = tuple(self._blocks_over(offer.therapist, offer.span))
        near = self.now >= self._door(row, offer)
        return free or dragged or any(self._takes(*one, offer, near=near) for one in over)

    def falls(self, offer: Offer) -> bool:
        """True for a time that was asked about and that leave takes once it has settled, as it waits for no yes."""
        if offer.agreed or offer.state not in AWAITED or not self.in_leave(offer):
            return False
        over = self._blocks_over(offer.therapist, offer.span)
        return any(
            not (one.doubted or block.lifted_at or self.waits(one) or self._asked_about(one, block))
            for one, block in over
        )

    def falls_unasked(self, offer: Offer) -> bool:
        """True for a time so near that leave over it takes it within minutes, be it leave that waits for a yes."""
        row = self.conflict.get(offer.conflict)
        over = (
            self._blocks_over(offer.therapist, offer.span)
            if row and self.now >= self._door(row, offer)
            else ()
        )
        return any(block.lifted_at is None and not self._asked_about(one, block) for one, block in over)

    def _blocks_over(self, therapist: str, span: Span) -> Iterator[tuple[Absence, LeaveBlock]]:
        """The therapist's blocks that lie over this time."""
        for absence in self.diaries[therapist].absences:
            yield from ((absence, block) for block in absence.blocks if block.span.overlaps(span))

    def _door(self, row: Conflict, offer: Offer) -> datetime:
        """When the client must be told at the latest that nobody is there."""
        quiet, holidays = self.policy(row).timing.quiet, self.snapshot.practice.holidays
        evening = last_waking(offer.span.start, self.zone(row), quiet, holidays) - SPARE
        return min(offer.span.start - URGENT, evening)

    def _takes(self, absence: Absence, block: LeaveBlock, offer: Offer, *, near: bool) -> bool:
        if not near:
            return self.may_be_named(absence, block, offer.span.start)
        timing, seen = self.snapshot.therapist[absence.therapist].policy.timing, self._seen_at(absence, block)
        gate = urgent_message(timing, seen, offer.span.start, "send" in block.tags)
        return block.lifted_at is None and not self._asked_about(absence, block) and gate.open(self.now)

    def may_be_named(self, absence: Absence, block: LeaveBlock, nearest: datetime | None = None) -> bool:
        """True once the block has settled, and a yes came where one is due; `nearest` is what it takes first."""
        if block.lifted_at is not None or self._asked_about(absence, block):
            return False
        rows = self._under[block]
        seen = self._seen_at(absence, block)
        if self.waits(absence) and not (
            rows and (all(map(self.approved, rows)) or self._shown_since(seen, rows))
        ):
            return False
        timing = self.snapshot.therapist[absence.therapist].policy.timing
        first = nearest or min((row.span.start for row in rows), default=block.span.start)
        return "send" in block.tags or seen + settle_for(timing, first, seen) <= self.now

    def _shown_since(self, seen: datetime, rows: Iterable[Conflict]) -> bool:
        """True where a yes to some of these was given since: whoever gave it saw the block as it is now."""
        ids = frozenset(row.id for row in rows)
        return any(one.given_at >= seen and one.shown & ids for one in self.in_force)

    def _asked_about(self, absence: Absence, block: LeaveBlock) -> bool:
        """True for what waits by itself, while no yes says that it is leave."""
        rows = self.displaced(absence)
        return bool(block.waits) and not (rows and any(map(self.believed, rows)))

    @cached_property
    def _under(self) -> Mapping[LeaveBlock, tuple[Conflict, ...]]:
        return {
            block: tuple(row for row in self.displaced(absence) if row.span.overlaps(block.span))
            for absence in self.absence.values()
            for block in absence.blocks
        }

    def _seen_at(self, absence: Absence, block: LeaveBlock) -> datetime:
        return seen_at(replace(absence, blocks=(block,)), self.seen, self.now)

    def sends_now(self, conflict: Conflict) -> bool:
        """True where `#send` is meant for the leave over this session: what is entered beside it later settles."""
        absence = self.absence.get(conflict.absence)
        blocks = absence.blocks if absence is not None else ()
        over = (one for one in blocks if one.span.overlaps(conflict.span))
        return sends(blocks, over, self.seen, self.now)

    @cached_property
    def said_yes_at(self) -> Mapping[str, datetime]:
        """When each conflict's plan (by id) was first said yes to, of those where that counts."""
        found: dict[str, datetime] = {}
        for one in self.in_force:
            for row in one.shown:
                found[row] = min(one.given_at, found.get(row, one.given_at))
        return found

    def came_up(self, therapist: str, span: Span) -> bool:
        """True where this therapist's leave over it was seen to appear, at most a day ago: what stood there at the
        first look, or has waited for its yes for longer, is no news, and nobody is mailed of it unasked.
        """
        initial = {row.fingerprint for row in self.seen if row.initial}
        return any(
            fingerprint(block) not in initial and self.now <= self._seen_at(absence, block) + URGENT
            for absence, block in self._blocks_over(therapist, span)
            if not block.waits
        )

    def off(self, conflict: Conflict) -> bool:
        """True for a session of which its client may hear, or has heard, that it does not take place."""
        if self.suspended(conflict):
            return False
        over = self._blocks_over(conflict.therapist, conflict.span)
        return self.heard(conflict) or any(self.may_be_named(*one) for one in over)

    def named_leave(self, conflict: Conflict) -> Span:
        """From when to when the client of a displaced session may read that the therapist is away because of it.

        What was added to leave that they know is left out, as is what has got a question mark; where the block itself
        has grown, what was heard counts.
        """
        absence = self.absence.get(conflict.absence)
        blocks = absence.blocks if absence else ()
        if absence is None or not absence.covers(conflict.span):
            return absence.span if absence else conflict.span
        named = [one.asked_at is None and self.may_be_named(absence, one) for one in blocks]
        own = [at for at, block in enumerate(blocks) if block.span.overlaps(conflict.span)]
        first, last = own[0], own[-1]
        while first > 0 and named[first - 1]:
            first -= 1
        while last + 1 < len(blocks) and named[last + 1]:
            last += 1
        parts = [
            span for at in range(first, last + 1) for span in self._parts(blocks[at], named[at], conflict)
        ]
        return Span(min(one.start for one in parts), max(one.end for one in parts))

    def _parts(self, block: LeaveBlock, named: bool, conflict: Conflict) -> Iterator[Span]:
        if named:
            yield block.span
            return
        yield conflict.span
        yield from (row.span for row in self._under[block] if self.heard(row) and not self.suspended(row))

    def days_said(self, rows: Sequence[Conflict]) -> tuple[date, date]:
        """From when to when the therapist is said to be away: as far as it may be named, and no end that is known to be
        wrong. Where the leave goes on and that may not be said yet, the days of the sessions alone are.
        """
        return first_and_last_day(self._said(rows), self.therapist(rows[0]).zone)

    def part_said(self, rows: Sequence[Conflict]) -> Span | None:
        """The leave that is said, where it begins or ends within a day; None where whole days are true enough."""
        said, zone = self._said(rows), self.therapist(rows[0]).zone
        first, last = first_and_last_day(said, zone)
        whole = Span(day_span(first, zone).start, day_span(last, zone).end)
        return None if said == whole or any(map(self._goes_on, rows)) else said

    def _said(self, rows: Sequence[Conflict]) -> Span:
        spans = [row.span if self._goes_on(row) else self.named_leave(row) for row in rows]
        return Span(min(one.start for one in spans), max(one.end for one in spans))

    def _goes_on(self, row: Conflict) -> bool:
        """True where the leave has a later end than may be named yet."""
        absence = self.absence.get(row.absence)
        if absence is None or not absence.covers(row.span):
            return False
        return absence.span.end > self.named_leave(row).end
