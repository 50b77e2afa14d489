"""When each message may leave, and the whole of a pass in the middle of it: `PassState`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

from syncd.core.model import Absence, Conflict, ConflictState, Delivery, Offer, Tier
from syncd.core.policy.deadlines import ANSWER_MARGIN, ANSWER_ROOM, minimum_notice
from syncd.core.policy.first_message import (
    CRISIS_IN_PERSON,
    URGENT,
    WAVES_WITHIN,
    Gate,
    first_message,
    out_of_the_room,
    settle_for,
    urgent_message,
)
from syncd.core.policy.handover import NOTICE_LEAD
from syncd.core.policy.precedence import lets
from syncd.core.policy.quiet_hours import SPARE, last_waking, night_falls, waking
from syncd.core.policy.tiers import tier_of
from syncd.core.reading import Together
from syncd.core.reading.notes import BY_EVENT
from syncd.core.reading.vanished_leave import settle_edit
from syncd.core.state.spoken_of import SpokenOf
from syncd.core.time.spans import Span

WAVES = {Tier.CRISIS: 0, Tier.CRUCIAL: 0, Tier.ROUTINE: 1, Tier.MAINTENANCE: 2}
HOLDING = timedelta(hours=1)  # longer than it takes from a plan to its invitations
NO_TIME_TO_WAIT = timedelta(days=3)  # for who tells a client in crisis in person


@dataclass(frozen=True)
class PassState(SpokenOf):
    """Derived state that intents are read off; every question about a conflict has one answer here."""

    @property
    def paused(self) -> str:
        """Why nothing leaves the house, by an operator's words or a therapist's event; "" where it is not paused."""
        by_event = any(diary.paused is not None for diary in self.diaries.values())
        return self.snapshot.paused or (BY_EVENT if by_event else "")

    def urgent(self, conflict: Conflict) -> bool:
        """True for a session within 24 h under leave that nobody doubts (sick today), and needs no asking."""
        near = self._near_and_off(conflict.therapist, conflict.span)
        return near and (self.cleared(conflict) or self.came_up(conflict.therapist, conflict.span))

    def urgent_meeting(self, absence: Absence, meeting: Together) -> bool:
        """The same of a meeting of a group or couple that this leave takes."""
        near = self._near_and_off(absence.therapist, meeting.span)
        return near and (not self.waits(absence) or self.came_up(absence.therapist, meeting.span))

    def _near_and_off(self, therapist: str, span: Span) -> bool:
        near = self.now < span.start <= self.now + URGENT
        return near and any(away.overlaps(span) for away in self.diaries[therapist].away)

    def perhaps_away(self, therapist: str, span: Span) -> bool:
        """True where leave lies over the time of which nobody knows yet whether it is leave."""
        mine = (one for one in self.absence.values() if one.therapist == therapist and one.doubted)
        return any(one.covers(span) for one in mine)

    def minimum_notice(self, conflict: Conflict) -> timedelta:
        """How long before its start a slot must have been offered at the latest."""
        return minimum_notice(self.policy(conflict).slots, self.tier(conflict))

    def tier(self, conflict: Conflict) -> Tier:
        """The tier of a conflict's client; the last of all where the roster does not know them any more."""
        client = self.client(conflict)
        if client is None:
            return Tier.MAINTENANCE
        return tier_of(client, crisis=self.crisis(conflict), last=self.last(conflict))

    def tagged_away(self, conflict: Conflict, offer: Offer) -> bool:
        """True in the pass that sees other tags on its leave, where they do not let this time be."""
        if not self.tagged_anew(conflict):
            return False
        rules, away = self.policy(conflict).eligibility, self.absence[conflict.absence].span
        return not lets(rules, offer.kind, offer.span, away, self.tier(conflict))

    def lead(self, conflict: Conflict) -> timedelta:
        """The least time between an invitation and its slot: minimum notice, and room to answer."""
        return max(self.minimum_notice(conflict), ANSWER_MARGIN + ANSWER_ROOM)

    def sends_at(self, conflict: Conflict) -> datetime:
        """When an invitation for a slot chosen now could leave: waits and quiet hours over, and time to hold it.

        Its wave is left aside: it lets go in time, see `invites_at`.
        """
        hold = self.live(conflict)
        held = self.now + HOLDING if hold else self._held_by(conflict)
        return self.woken(conflict, max(self.gate(conflict, hold).opens, held))

    def held_from(self, conflict: Conflict) -> datetime | None:
        """When the invitation to what is held already could leave; None where a person tells them, and no mail."""
        client, hold = self.client(conflict), self.live(conflict)
        carried = hold is not None and hold.delivery is not Delivery.IMIP
        if client is None or not client.mailed or not (self.snapshot.mail or carried):
            return None
        return self.woken(conflict, max(self.gate(conflict, hold).opens, self.now))

    def _held_by(self, conflict: Conflict) -> datetime:
        """When a hold chosen now could turn into an invitation; the gate of one there is counts from its planning."""
        return self.now + (CRISIS_IN_PERSON if self._told_in_person_first(conflict) else HOLDING)

    def _told_in_person_first(self, conflict: Conflict) -> bool:
        """Nearer than three days there is no time for it: a day of waiting would cost the hours that help."""
        near = conflict.span.start <= self.now + NO_TIME_TO_WAIT
        return self.crisis(conflict) and not near and not self.sends_now(conflict)

    def woken(self, conflict: Conflict, moment: datetime) -> datetime:
        """When the client is first awake from this moment on, whatever is urgent."""
        quiet = self.policy(conflict).timing.quiet
        return waking(moment, self.zone(conflict), quiet, self.snapshot.practice.holidays)

    def gate(self, conflict: Conflict, hold: Offer | None) -> Gate:
        """When the first message about this conflict may leave, approval left aside.

        A crisis client's invitation leaves the therapist 24 h to do it in person; `#send` skips that as well.
        """
        if (conflict, hold) not in self._gates:
            self._gates[conflict, hold] = self._gate(conflict, hold)
        return self._gates[conflict, hold]

    @cached_property
    def _gates(self) -> dict[tuple[Conflict, Offer | None], Gate]:
        return {}

    def _gate(self, conflict: Conflict, hold: Offer | None) -> Gate:
        absence = self.absence[conflict.absence]
        gate = first_message(
            self.policy(conflict).timing,
            self.changed_at(absence),
            self.first_of(conflict),
            self.sessions_of(conflict.therapist, conflict.client),
            self.sends_now(conflict),
            absence.span.duration,
            self.ahead_of(absence, NOTICE_LEAD) if self.handed_over(conflict) else None,
            zone=self.therapist(conflict).zone,
            wakes=partial(self.woken, conflict),
        )
        beside = (
            *self._unsettled_beside(conflict),
            *self._moved_in(conflict),
            *self._in_person(conflict, hold),
        )
        later = max((gate, *beside), key=lambda one: one.opens)
        if later is gate:
            return gate
        return self._out_of_the_room(conflict, later, self.first_of(conflict) - URGENT)

    def _in_person(self, conflict: Conflict, hold: Offer | None) -> Iterator[Gate]:
        if hold is not None and hold.planned_at is not None and self._told_in_person_first(conflict):
            until = min(hold.planned_at + CRISIS_IN_PERSON, conflict.span.start - NO_TIME_TO_WAIT)
            yield Gate(until, "the therapist may tell them in person first")

    def _out_of_the_room(self, conflict: Conflict, gate: Gate, latest: datetime) -> Gate:
        """Whatever opens it: not while they sit there, and would hear it from a mail."""
        if self.sends_now(conflict):
            return gate
        sessions = self.sessions_of(conflict.therapist, conflict.client)
        return out_of_the_room(gate, latest, sessions, wakes=partial(self.woken, conflict))

    def first_of(self, conflict: Conflict) -> datetime:
        """When the first session that this leave takes from the client would have begun."""
        rows = self.displaced(self.absence[conflict.absence])
        return min(
            (row.span.start for row in rows if row.client == conflict.client), default=conflict.span.start
        )

    def _moved_in(self, conflict: Conflict) -> Iterator[Gate]:
        """A session that came into leave which stood there before, for the first time, may be a slip put right soon."""
        asked = any(one.sent for one in self.of(conflict))
        if self.came_in(conflict) and not asked and not self.sends_now(conflict):
            yield Gate(self.moved_in_until(conflict), "the leave settles")

    def came_in(self, conflict: Conflict) -> bool:
        """True for a session that came into leave which stood there before."""
        return conflict.seen_at > self.changed_at(self.absence[conflict.absence])

    def moved_in_until(self, conflict: Conflict) -> datetime:
        """Until when that may be a slip."""
        return conflict.seen_at + settle_edit(self.policy(conflict).timing)

    def _unsettled_beside(self, conflict: Conflict) -> Iterator[Gate]:
        """Other leave over this client's sessions nearby has settled, too, and what vanished is believed gone: a time
        may help because of it alone.
        """
        if self.sends_now(conflict):
            return
        policy = self.policy(conflict)
        horizon = max(policy.slots.horizon_before, policy.slots.horizon_after)
        near = self.absence[conflict.absence].span.padded(horizon)
        for absence in self.absence.values():
            rows = [
                row
                for row in self.displaced(absence)
                if (row.client, row.therapist) == (conflict.client, conflict.therapist)
                and row.span.overlaps(near)
                and row.span.start > self.now
            ]
            for block in filter(None, (self.lifted(row) for row in rows if row.id != conflict.id)):
                if block.back_at is not None:
                    yield Gate(block.back_at, "the leave settles")
            mine = [row.span.start for row in rows]
            if mine and absence.id != conflict.absence:
                seen = self.changed_at(absence)
                yield Gate(seen + settle_for(policy.timing, min(mine), seen), "the leave settles")

    def urgent_gate(self, conflict: Conflict) -> Gate:
        """When the client of a session within 24 h may be told that it does not take place."""
        absence = self.absence[conflict.absence]
        seen, send = self.changed_at(absence), self.sends_now(conflict)
        return urgent_message(self.policy(conflict).timing, seen, conflict.span.start, send)

    def invites_at(self, conflict: Conflict, hold: Offer | None) -> Gate:
        """When the first invitation about this conflict may leave, approval left aside: in its wave.

        No wave keeps a first message until less than 7 days before the client's first displaced session, nor until
        the time that is held for them is too near; nor who knows of it, or was told that it takes place after all.
        """
        gate = self.gate(conflict, hold)
        if self.heard(conflict) or conflict.life > 1 or self.sends_now(conflict):
            return gate
        quiet = self.policy(conflict).timing.quiet
        latest = self.first_of(conflict) - WAVES_WITHIN
        still = self.first_of(conflict) - URGENT
        if hold is not None:
            still = min(still, hold.span.start - self.lead(conflict))
            latest = min(latest, hold.span.start - self.lead(conflict) - HOLDING)
        latest = last_waking(latest, self.zone(conflict), quiet, self.snapshot.practice.holidays)
        begins = self._waves[conflict.absence][self._wave(conflict)]
        wave = Gate(min(begins, latest), "others are asked first")
        if wave.opens <= gate.opens:
            return gate
        return self._out_of_the_room(conflict, wave, still)

    @cached_property
    def _waves(self) -> Mapping[str, tuple[datetime, ...]]:
        """By absence, when each wave may begin: those before it have answered, or have had their time."""
        return {key: tuple(self._begins(absence)) for key, absence in self.absence.items()}

    def _begins(self, absence: Absence) -> Iterator[datetime]:
        begins, rows = self.changed_at(absence), self.displaced(absence)
        for wave in sorted(set(WAVES.values())):
            yield begins
            begins = max((self._over(row, begins) for row in rows if self._wave(row) == wave), default=begins)

    def _over(self, row: Conflict, begins: datetime) -> datetime:
        """When nobody need wait any longer for what this conflict's client says; `begins` where nobody need at all.

        Who cannot be asked any more, or for whom no time is held, keeps nobody waiting; who was asked does, be it that
        something was entered over their time a moment ago.
        """
        client, hold = self.client(row), self.live(row)
        asked = min((offer.invited_at for offer in self.of(row) if offer.invited_at), default=None)
        silent = client is None or not client.mailed or not self.snapshot.mail or row.id in self.unplaced
        done = row.state is not ConflictState.OPEN or row.span.start <= self.now
        wave = self.policy(row).timing.wave
        sure = self.cleared(row) and (asked is not None or not self.suspended(row))
        if not wave or silent or done or not sure or hold is None or not self._may_leave(row, hold):
            return begins
        if asked is None and self.spent(row):
            return begins
        if asked is None:
            asked = self.woken(row, max(self.gate(row, hold).opens, begins, self.now))
        return max(begins, asked + wave)

    def _may_leave(self, row: Conflict, hold: Offer) -> bool:
        """False for a hold that waits for the therapist: nobody knows for how long, and others do not wait for that."""
        return hold.sent or (not (hold.frozen or hold.clash) and self.kind_cleared(row, hold))

    def _wave(self, row: Conflict) -> int:
        return WAVES[self.tier(row)] if self.client(row) else 0

    def wakes(self, conflict: Conflict) -> datetime:
        """When the client is next awake: now, or when their quiet hours end."""
        zone, quiet = self.zone(conflict), self.policy(conflict).timing.quiet
        wakes = waking(self.now, zone, quiet, self.snapshot.practice.holidays, self.urgent(conflict))
        if self.has_come(wakes):
            self.holds_until_night(conflict)
        return wakes

    def holds_until_night(self, conflict: Conflict) -> None:
        """What was asked for holds until the client's waking hours end: then it is to be asked again."""
        self.put_off.add(night_falls(self.now, self.zone(conflict), self.policy(conflict).timing.quiet))

    def awake(self, conflict: Conflict, urgent: bool = False) -> bool:
        """True outside the client's quiet hours (I9); an urgent cancellation only waits for 06:00."""
        quiet = self.policy(conflict).timing.quiet
        return self.has_come(
            waking(self.now, self.zone(conflict), quiet, self.snapshot.practice.holidays, urgent)
        )

    def has_come(self, moment: datetime) -> bool:
        """True where it has come; where it has not, what was asked for waits until then."""
        if moment > self.now:
            self.put_off.add(moment)
        return moment <= self.now

    def may_hear(self, conflict: Conflict, urgent: bool = False) -> bool:
        """True when they are awake; what is due while a restored store catches up waits for nothing."""
        return self.snapshot.catching_up or self.awake(conflict, urgent)

    def released(self, conflict: Conflict) -> bool:
        """True from the moment on at which an original is let go; once the leave settled."""
        return self.let_go_at(conflict) <= self.now

    def let_go_at(self, conflict: Conflict) -> datetime:
        """That moment, quiet hours left aside; who hears of it by it does not sit there."""
        gate = self.gate(conflict, None)
        release = Gate(self.release_at(conflict), "")
        if release.opens <= gate.opens or self.heard(conflict):
            return max(release.opens, gate.opens)
        latest = min(conflict.span.start - URGENT, self._evening_before(conflict))
        return self._out_of_the_room(conflict, release, latest).opens

    def release_at(self, conflict: Conflict) -> datetime:
        """When an original is let go: `release` before its start, at the latest an hour before its client's last
        waking moment before the leave begins (I23): a mail that is put off once must not be put off overnight.
        """
        timing, evening = self.policy(conflict).timing, self._evening_before(conflict)
        return min(conflict.span.start - timing.release, evening - SPARE)

    def _evening_before(self, conflict: Conflict) -> datetime:
        quiet, holidays = self.policy(conflict).timing.quiet, self.snapshot.practice.holidays
        begins = self.absence[conflict.absence].span.start
        return last_waking(begins, self.zone(conflict), quiet, holidays)
