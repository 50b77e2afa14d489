"""The pure middle of a pass: a snapshot in, rows and intents out. The solver and the fresh tokens are arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from syncd.core.model import Approval, Conflict, KnownLeave, Offer, OfferState, SeenLeave
from syncd.core.model.effects import EffectKey, Sent
from syncd.core.model.messages.intents import Intent
from syncd.core.model.offer_facts import Ending, Withdraw
from syncd.core.model.practice import Policy
from syncd.core.model.snapshot import Snapshot
from syncd.core.offers.conflict_state import settle_conflict
from syncd.core.offers.conflicts import track, with_bounces
from syncd.core.offers.double_booking import clashing
from syncd.core.offers.endings import OPEN_ENDED, by_world, clocks_resumed
from syncd.core.offers.gestures import by_hand
from syncd.core.offers.lost_slot import taken_away
from syncd.core.offers.partstat import attended
from syncd.core.offers.replies import take_replies
from syncd.core.offers.runaway_holds import multiplied
from syncd.core.offers.transitions import advance
from syncd.core.planning import Placement, Plan
from syncd.core.planning.pass_request import VETOES, yields
from syncd.core.reading.diary import Diary, read_diary
from syncd.core.reconcile import reconcile
from syncd.core.state import Standing
from syncd.core.state.approval import first_seen, given_by_tag
from syncd.core.state.caps import asked_by_hand
from syncd.core.state.client_hours import accompanied, usual_place
from syncd.core.state.letter_limit import braked
from syncd.core.state.proposals import propose
from syncd.core.state.undelivered import path, rerouted
from syncd.core.telling.invitation import may_invite, too_near

Planner = Callable[[Standing], Plan | None]


@dataclass(frozen=True)
class Decision:
    """What one pass decided. `standing` holds all rows; the tuples hold those that changed."""

    standing: Standing
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

    `tokens` yields fresh offer UIDs (128 random bits, base32hex).
    """
    diaries = _diaries(snapshot)
    heard = propose(_read(snapshot, diaries), tokens)
    standing = _advance(_settle(rerouted(heard, tokens)))
    plan = planner(standing)
    if plan is not None:
        standing, plan = _make_room(standing, plan, planner)
        standing = _with_plan(standing, plan, tokens)
    standing = _left_alone(_approve(standing))
    done = reconcile(standing)
    standing = _waiting(standing, done.waiting)
    known = {offer.uid: offer for offer in snapshot.offers}
    return Decision(
        standing=standing,
        plan=plan,
        intents=done.intents,
        dropped=done.dropped,
        conflicts=tuple(row for row in standing.conflicts if snapshot.conflict.get(row.id) != row),
        offers=tuple(offer for offer in standing.offers if known.get(offer.uid) != offer),
        seen=standing.seen[len(snapshot.seen) :],
        approvals=standing.approvals[len(snapshot.approvals) :],
        leave=tuple(_leave(diaries, snapshot)),
        sent=tuple(asked_by_hand(standing.offers, snapshot)),
        paused=done.paused,
    )


def resting(snapshot: Snapshot) -> Decision:
    """No decision and nothing to do: offers as they are remembered beside what the calendars show.

    Leave that appears meanwhile counts as leave that stood there at the first read.
    """
    diaries = _diaries(snapshot)
    blocks = [block for diary in diaries.values() for block in diary.leave]
    seen = tuple(replace(row, initial=True) for row in first_seen(blocks, snapshot))
    standing = Standing(
        snapshot=snapshot,
        diaries=diaries,
        conflicts=tuple(row for one in sorted(diaries) for row in track(snapshot, diaries[one])),
        offers=snapshot.offers,
        seen=snapshot.seen,
        approvals=snapshot.approvals,
    )
    return Decision(standing, None, (), (), (), (), seen, (), paused=True)


def _diaries(snapshot: Snapshot) -> dict[str, Diary]:
    """Of everybody who is not set aside."""
    left = snapshot.aside.therapists
    return {one.id: read_diary(snapshot, one) for one in snapshot.therapists if one.id not in left}


def _left_alone(standing: Standing) -> Standing:
    """Offers of what is set aside are as they were."""
    snapshot = standing.snapshot
    if not snapshot.aside:
        return standing
    before = {offer.uid: offer for offer in snapshot.offers if snapshot.left_aside(offer)}
    return replace(standing, offers=tuple(before.get(offer.uid, offer) for offer in standing.offers))


def _waiting(standing: Standing, ids: frozenset[str]) -> Standing:
    """Since when what a client should hear waits for its grounds; what has left, or is due no more, waits no more."""
    if not ids and not any(row.waits_since for row in standing.conflicts):
        return standing
    rows = (
        replace(row, waits_since=(row.waits_since or standing.now) if row.id in ids else None)
        for row in standing.conflicts
    )
    return replace(standing, conflicts=tuple(rows))


def _leave(diaries: Mapping[str, Diary], snapshot: Snapshot) -> Iterator[KnownLeave]:
    """Leave that is not as the last pass knew it."""
    known = {one.therapist: one for one in snapshot.leave}
    for therapist, diary in sorted(diaries.items()):
        row = KnownLeave(therapist, diary.leave)
        if known.get(therapist, KnownLeave(therapist, ())) != row:
            yield row


def _read(snapshot: Snapshot, diaries: Mapping[str, Diary]) -> Standing:
    """Replies and gestures happen to offers; conflicts follow what the calendars show."""
    taken, offers = take_replies(snapshot, diaries)
    # Hands first: a drag voids the yes that still stands in the calendar.
    by_uid = {offer.uid: offer for offer in snapshot.offers}
    handed = clashing({uid: by_hand(offers[uid], snapshot) for uid in sorted(offers)}, by_uid)

    def gone(offer: Offer) -> bool:
        diary = diaries.get(offer.therapist)
        return diary is not None and taken_away(offer, diary, snapshot, handed.values())

    heard = [
        (offer, ()) if snapshot.left_aside(offer) else attended(offer, snapshot, gone)
        for offer in handed.values()
    ]
    tracked = [row for one in sorted(diaries) for row in track(snapshot, diaries[one])]
    tracked = [row for row in tracked if not snapshot.left_aside(row)]
    blocks = [block for diary in diaries.values() for block in diary.leave]
    came = (*taken, *(one for _, words in heard for one in words))
    said, rows, collected = braked(came, (offer for offer, _ in heard), snapshot)
    return Standing(
        snapshot=snapshot,
        diaries=diaries,
        conflicts=tuple(with_bounces(row, taken, snapshot) for row in tracked),
        offers=rows,
        seen=(*snapshot.seen, *first_seen(blocks, snapshot)),
        approvals=snapshot.approvals,
        taken=said,
        collected=collected,
    )


def _settle(standing: Standing) -> Standing:
    """Conflicts follow their offers."""
    vetoes = Counter(
        (row.client, row.absence)
        for row in standing.conflicts
        for offer in standing.of(row)
        if offer.state is OfferState.VETOED and offer.therapist == row.therapist
    )
    rows = tuple(
        settle_conflict(
            row,
            standing.of(row),
            standing.client(row),
            _policy(standing, row),
            nothing_offered=_nothing_offered(standing, row),
            unwilling=vetoes[row.client, row.absence] >= VETOES,
        )
        for row in standing.conflicts
    )
    return replace(standing, conflicts=rows)


def _nothing_offered(standing: Standing, row: Conflict) -> bool:
    return row.therapist in standing.snapshot.therapist and standing.nothing_offered(row)


def _policy(standing: Standing, row: Conflict) -> Policy:
    known = row.therapist in standing.snapshot.therapist
    return standing.policy(row) if known else Policy()


def _advance(standing: Standing) -> Standing:
    """Deadlines and the world happen to offers; then conflicts follow them once more."""
    moved = []
    for offer in standing.offers:
        row = standing.conflict.get(offer.conflict)
        diary = standing.diaries.get(offer.therapist)
        if row is None or diary is None or offer.calendar not in standing.snapshot.fresh:
            moved.append(offer)
        else:
            notice = standing.notice(row)
            one = _unless_never_offered(standing, row, offer)
            moved.append(by_world(one, row, diary, standing.snapshot, notice, standing.offers))
    moved_on = replace(standing, offers=clocks_resumed(tuple(moved), standing.snapshot))
    return _settle(_in_time(replace(moved_on, offers=accompanied(moved_on))))


def _unless_never_offered(standing: Standing, row: Conflict, offer: Offer) -> Offer:
    """`#none` after all: what nobody accepted is taken back; what the therapist put there by hand stays."""
    if (
        not row.displaced
        or not standing.never_offered(row, offer.kind)
        or offer.pinned
        or offer.state not in OPEN_ENDED
    ):
        return offer
    return advance(offer, Withdraw(Ending.ROSTER), standing.now)


def _in_time(standing: Standing) -> Standing:
    """A hold that waited so long that its invitation would now be under minimum notice gives way to a later time."""
    return replace(standing, offers=tuple(_unless_too_near(standing, offer) for offer in standing.offers))


def _unless_too_near(standing: Standing, offer: Offer) -> Offer:
    row = standing.conflict.get(offer.conflict)
    client = standing.client(row) if row else None
    if row is None or client is None or not client.mailed or not standing.snapshot.mail or offer.sent:
        return offer
    if may_invite(standing, row, offer) and too_near(standing, row, offer):
        return advance(offer, Withdraw(Ending.SLOT), standing.now)
    return offer


def _make_room(standing: Standing, plan: Plan, planner: Planner) -> tuple[Standing, Plan]:
    """The time of somebody who has not answered in time goes as soon as somebody else gets it; one in each pass."""
    silent = [offer for offer in standing.offers if yields(standing, offer)]
    if not plan.unplaced or not silent or not _serves_more(_without(standing, silent), plan, planner):
        return standing, plan
    for offer in sorted(silent, key=lambda one: (one.due or standing.now, one.uid)):
        freed = _without(standing, [offer])
        better = _serves_more(freed, plan, planner)
        if better is not None and _goes_to_somebody(offer, better, standing):
            return freed, better
    return standing, plan


def _goes_to_somebody(offer: Offer, better: Plan, standing: Standing) -> bool:
    """True when a place of the plan needs this very hour, or the pause beside it."""
    buffer = standing.policy(standing.conflict[offer.conflict]).slots.buffer
    hour = offer.span.padded(buffer)
    return any(one.therapist == offer.therapist and one.span.overlaps(hour) for one in better.placements)


def _without(standing: Standing, silent: Iterable[Offer]) -> Standing:
    gone = {offer.uid for offer in silent}
    over = Withdraw(Ending.SILENCE)
    offers = (advance(one, over, standing.now) if one.uid in gone else one for one in standing.offers)
    return _settle(replace(standing, offers=tuple(offers)))


def _serves_more(freed: Standing, plan: Plan, planner: Planner) -> Plan | None:
    """The plan where there is more room, if it has a place for somebody whose first message could leave at once."""
    better = planner(freed)
    before = {one.conflict for one in plan.placements}
    rows = (freed.conflict[one.conflict] for one in (better.placements if better else ()))
    new = [row for row in rows if row.id not in before and freed.cleared(row)]
    return better if any(freed.gate(row, None).open(freed.now) for row in new) else None


def _with_plan(standing: Standing, plan: Plan, tokens: Iterator[str]) -> Standing:
    """Placements become offers; a hold that the plan puts elsewhere, or nowhere, gives way."""
    placed = {placement.conflict: placement for placement in plan.placements}
    unplaced = {one.conflict: one for one in plan.unplaced}
    offers = [_give_way(offer, placed, unplaced, standing) for offer in standing.offers]
    live = {offer.conflict for offer in offers if offer.live}
    stopped = multiplied(standing.offers, standing.now)
    for conflict in sorted(placed):
        if conflict not in live and placed[conflict].therapist not in stopped:
            offers.append(_offer(standing, standing.conflict[conflict], placed[conflict], next(tokens)))
    return replace(standing, offers=tuple(offers), unplaced=unplaced)


def _give_way(
    offer: Offer, placed: Mapping[str, Placement], unplaced: Mapping[str, object], standing: Standing
) -> Offer:
    if offer.sent or offer.pinned or offer.state not in {OfferState.PLANNED, OfferState.HELD}:
        return offer
    placement = placed.get(offer.conflict)
    elsewhere = placement is not None and not _same(offer, placement)
    nowhere = placement is None and offer.conflict in unplaced
    return advance(offer, Withdraw(Ending.SLOT), standing.now) if elsewhere or nowhere else offer


def _same(offer: Offer, placement: Placement) -> bool:
    return (offer.kind, offer.therapist, offer.span) == (placement.kind, placement.therapist, placement.span)


def _offer(standing: Standing, row: Conflict, placement: Placement, token: str) -> Offer:
    snapshot = standing.snapshot
    giver = snapshot.therapist[placement.therapist]
    return Offer(
        uid=token,
        conflict=row.id,
        number=len(standing.of(row)) + 1,
        therapist=giver.id,
        client=row.client,
        calendar=giver.calendar,
        span=placement.span,
        kind=placement.kind,
        delivery=path(standing, giver.id, row.client),
        planned_at=snapshot.now,
        location=usual_place(standing, giver.id) or row.location
        if giver.id != row.therapist
        else row.location,
        link=row.link,
    )


def _approve(standing: Standing) -> Standing:
    """An `#ok` in a leave block approves what it stands for."""
    rows: dict[str, list[Conflict]] = {}
    for row in standing.conflicts:
        rows.setdefault(row.absence, []).append(row)
    found = (
        given_by_tag(one, tuple(rows.get(one.id, ())), standing.offers, standing.approvals, standing.now)
        for one in standing.absence.values()
    )
    given = tuple(one for one in found if one is not None)
    return replace(standing, approvals=(*standing.approvals, *given))
