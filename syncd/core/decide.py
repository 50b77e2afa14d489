"""The pure middle of a pass: a snapshot in, rows and intents out. The solver and the fresh tokens are arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from syncd.core.model import Approval, Conflict, KnownLeave, Offer, SeenLeave
from syncd.core.model.effects import EffectKey, Sent
from syncd.core.model.messages.intents import Intent
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.answers.came_back import CameBack, came_back
from syncd.core.offers.conflicts import track, with_bounces
from syncd.core.planning.offers_of_plan import Planner, planned
from syncd.core.planning.plan import Plan
from syncd.core.reading.diary import Diary, read_diary
from syncd.core.reading.first_seen import first_seen
from syncd.core.reading.roster import Roster
from syncd.core.reconcile import Reconciled, reconcile
from syncd.core.state import PassState
from syncd.core.state.anew import propose, rerouted
from syncd.core.state.approval.by_reply import approved_by_reply
from syncd.core.state.approval.given import approved_by_tag
from syncd.core.state.caps import asked_by_hand
from syncd.core.state.grounds import unreadable
from syncd.core.state.letter_limit import limited
from syncd.core.state.settled import settled
from syncd.core.state.world import after_world
from syncd.core.telling.invitation import without_too_near
from syncd.core.telling.letters.gathered import can_wait


@dataclass(frozen=True)
class Decision:
    """What one pass decided. `pass_state` holds all rows; the tuples hold those that changed."""

    pass_state: PassState
    plan: Plan | None
    intents: tuple[Intent, ...]
    dropped: tuple[EffectKey, ...]
    conflicts: tuple[Conflict, ...]
    offers: tuple[Offer, ...]
    seen: tuple[SeenLeave, ...]
    approvals: tuple[Approval, ...]
    leave: tuple[KnownLeave, ...] = ()
    sent: tuple[Sent, ...] = ()  # by others, recorded only
    paused: bool = False

    @property
    def notes(self) -> bool:
        """True when rows are known otherwise than before."""
        rows = self.conflicts or self.offers or self.seen or self.approvals or self.leave
        return bool(self.dropped or rows)

    @property
    def empty(self) -> bool:
        """True when there is nothing to record and nothing to do (I15)."""
        return not (self.intents or self.notes)


def decide(snapshot: Snapshot, planner: Planner, tokens: Iterator[str]) -> Decision:
    """One pass, without effects: the same snapshot gives the same decision, whatever order its parts came in.

    Each step goes up by a wing: what calendars say, what people did, what time and the world did, which times are
    offered for it, what is to be told and shown. `tokens` yields fresh offer UIDs (128 random bits, base32hex).

    Conflicts are settled twice, and neither can be spared, though the next pass would come to the same end
    (tests/scenario/test_settled_twice.py). What answers and hands closed is known before time and the world have their
    turn: these end the hold that is left of it, so that no pass leaves it beside what takes its hour. What time and the
    world closed or opened again is known before the planner asks: else it makes an offer that the next pass takes down.
    Where silent clients make room (offers_of_plan) other rows are settled, those without their offers.
    """
    diaries = _diaries(snapshot)
    remembered = _remembered(snapshot, diaries)
    pass_state = _begun(remembered, came_back(snapshot, remembered.booked))
    pass_state = settled(rerouted(propose(pass_state, tokens), tokens))
    pass_state = settled(without_too_near(after_world(pass_state)))
    pass_state, plan = planned(pass_state, planner, tokens)
    pass_state = _left_alone(approved_by_reply(approved_by_tag(pass_state)))
    done = reconcile(pass_state)
    return _changes(_waiting(pass_state, done.waiting), plan, done)


def _changes(pass_state: PassState, plan: Plan | None, done: Reconciled) -> Decision:
    """The rows that are not as the snapshot knew them, and what is to happen."""
    snapshot = pass_state.snapshot
    known = {offer.uid: offer for offer in snapshot.offers}
    return Decision(
        pass_state=pass_state,
        plan=plan,
        intents=done.intents,
        dropped=done.dropped,
        conflicts=tuple(row for row in pass_state.conflicts if snapshot.conflict.get(row.id) != row),
        offers=tuple(offer for offer in pass_state.offers if known.get(offer.uid) != offer),
        seen=pass_state.seen[len(snapshot.seen) :],
        approvals=pass_state.approvals[len(snapshot.approvals) :],
        leave=tuple(_leave(pass_state.diaries, snapshot)),
        sent=tuple(asked_by_hand(pass_state.offers, snapshot)),
        paused=done.paused,
    )


def resting(snapshot: Snapshot) -> Decision:
    """No decision and nothing to do: offers as they are remembered beside what the calendars show.

    Leave that appears meanwhile waits as leave does that stood there at the first read.
    """
    diaries = _diaries(snapshot)
    blocks = [block for diary in diaries.values() for block in diary.leave]
    first = first_seen(blocks, snapshot)
    seen = tuple(replace(row, initial=True, meanwhile=not row.initial) for row in first)
    pass_state = PassState(
        snapshot=snapshot,
        diaries=diaries,
        conflicts=tuple(row for one in sorted(diaries) for row in track(snapshot, diaries[one])),
        offers=snapshot.offers,
        seen=snapshot.seen,
        approvals=snapshot.approvals,
    )
    return Decision(pass_state, None, (), (), (), (), seen, (), paused=True)


def _diaries(snapshot: Snapshot) -> dict[str, Diary]:
    """Of everybody who is not set aside."""
    left, roster = snapshot.aside.therapists, Roster.of(snapshot.clients)
    return {one.id: read_diary(snapshot, one, roster) for one in snapshot.therapists if one.id not in left}


def _left_alone(pass_state: PassState) -> PassState:
    """Offers of what is set aside are as they were."""
    snapshot = pass_state.snapshot
    if not snapshot.aside:
        return pass_state
    before = {offer.uid: offer for offer in snapshot.offers if snapshot.left_aside(offer)}
    return replace(pass_state, offers=tuple(before.get(offer.uid, offer) for offer in pass_state.offers))


def _waiting(pass_state: PassState, ids: frozenset[str]) -> PassState:
    """Since when what a client should hear waits for its grounds; what has left, or is due no more, waits no more."""
    if not ids and not any(row.waits_since for row in pass_state.conflicts):
        return pass_state
    rows = (replace(row, waits_since=_waits_since(pass_state, row, ids)) for row in pass_state.conflicts)
    return replace(pass_state, conflicts=tuple(rows))


def _waits_since(pass_state: PassState, row: Conflict, ids: frozenset[str]) -> datetime | None:
    """What waited when the night began, and cannot be read in it either, has waited all the time."""
    if row.id in ids:
        return row.waits_since or pass_state.now
    asleep = row.displaced and not pass_state.may_hear(row)
    return row.waits_since if asleep and unreadable(pass_state, row) else None


def _leave(diaries: Mapping[str, Diary], snapshot: Snapshot) -> Iterator[KnownLeave]:
    """Leave that is not as the last pass knew it."""
    known = {one.therapist: one for one in snapshot.leave}
    for therapist, diary in sorted(diaries.items()):
        row = KnownLeave(therapist, diary.leave, diary.questions, diary.lost)
        if known.get(therapist, KnownLeave(therapist, ())) != row:
            yield row


def _remembered(snapshot: Snapshot, diaries: Mapping[str, Diary]) -> PassState:
    """Rows as the last pass left them, beside leave as the calendars show it now."""
    blocks = [block for diary in diaries.values() for block in diary.leave]
    return PassState(
        snapshot=snapshot,
        diaries=diaries,
        conflicts=snapshot.conflicts,
        offers=snapshot.offers,
        seen=(*snapshot.seen, *first_seen(blocks, snapshot)),
        approvals=snapshot.approvals,
    )


def _begun(remembered: PassState, came: CameBack) -> PassState:
    """The rows that the pass goes on with: conflicts as the calendars show them, offers as people left them."""
    snapshot, diaries = remembered.snapshot, remembered.diaries
    tracked = [row for one in sorted(diaries) for row in track(snapshot, diaries[one])]
    tracked = [_with_initials(row, snapshot) for row in tracked if not snapshot.left_aside(row)]
    begun = replace(
        remembered,
        conflicts=tuple(with_bounces(row, came.mails, snapshot) for row in tracked),
        offers=came.offers,
    )
    back = (*came.mails, *came.in_calendars)
    said, rows, collected = limited(back, came.offers, snapshot, partial(can_wait, begun))
    return replace(begun, offers=rows, taken=said, collected=collected)


def _with_initials(row: Conflict, snapshot: Snapshot) -> Conflict:
    """As the roster has them now: they stand for the client once it names them no more."""
    short = snapshot.short(row.client)
    return row if short in {row.initials, row.client} else replace(row, initials=short)
