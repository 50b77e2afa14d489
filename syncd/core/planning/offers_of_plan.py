"""What a plan makes of offers: places become holds, holds give way, silent clients make room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from syncd.core.model import UNSENT, Conflict, Offer, OfferKind, OfferState, Tier
from syncd.core.model.offer_facts import Ending, Withdraw
from syncd.core.offers.answers.understood import waits
from syncd.core.offers.transitions import advance
from syncd.core.planning.drafts import left_beside
from syncd.core.planning.options import Finder
from syncd.core.planning.pass_request import full_request, said_by_voice, yields
from syncd.core.planning.placements import Placement
from syncd.core.planning.plan import Plan, best_first
from syncd.core.planning.request import Booked
from syncd.core.policy.runaway_holds import multiplied
from syncd.core.state import PassState
from syncd.core.state.anew import has_own_room, path
from syncd.core.state.client_sessions import usual_place
from syncd.core.state.outlook import beside, leads, takes_others, times_wanted
from syncd.core.state.settled import settled
from syncd.core.time.spans import Span, local_date

Planner = Callable[[PassState], Plan | None]


def planned(pass_state: PassState, planner: Planner, tokens: Iterator[str]) -> tuple[PassState, Plan | None]:
    """The rows with what the planner found made into offers, and the plan; None where nothing needed one."""
    plan = planner(pass_state)
    if plan is None:
        return pass_state, None
    pass_state, plan = _make_room(pass_state, plan, planner)
    pass_state, plan = _give_up(pass_state, plan, planner)
    return _with_choices(_with_plan(pass_state, plan, tokens), plan, tokens), plan


def _make_room(pass_state: PassState, plan: Plan, planner: Planner) -> tuple[PassState, Plan]:
    """The time of somebody who has not answered in time goes as soon as another client of no later tier gets it; one in
    each pass.
    """
    silent = [offer for offer in pass_state.offers if yields(pass_state, offer)]
    if not plan.unplaced or not silent:
        return pass_state, plan
    free = _without(pass_state, silent)
    if next(_newly_served(free, planner(free), plan), None) is None:
        return pass_state, plan
    for offer in sorted(silent, key=lambda one: (one.due or pass_state.now, one.uid)):
        freed = _without(pass_state, [offer])
        better = planner(freed)
        if better is not None and _goes_to_somebody(offer, freed, better, plan):
            freed = replace(freed, supposed=False)
            return freed, planner(freed) or better  # the same places, and why the others have none
    return pass_state, plan


def _goes_to_somebody(offer: Offer, freed: PassState, better: Plan, plan: Plan) -> bool:
    """True when another client who comes before needs this very hour, or the pause beside it, and one is served by
    that who was not: be it the same, or whoever gets the time that they leave.
    """
    silent = freed.conflict[offer.conflict]
    hour = offer.span.padded(freed.policy(silent).slots.buffer)
    taken = (one for one in better.placements if one.therapist == offer.therapist)
    takes = (freed.conflict[one.conflict] for one in taken if one.span.overlaps(hour))
    served = _newly_served(freed, better, plan)
    return all(any(_comes_before(freed, row, silent) for row in rows) for rows in (takes, served))


def _comes_before(pass_state: PassState, row: Conflict, silent: Conflict) -> bool:
    """True for another client of an earlier tier; in the same one, for who has answered what they were asked last."""
    if (row.client, row.therapist) == (silent.client, silent.therapist):
        return False
    mine, theirs = pass_state.tier(row), pass_state.tier(silent)
    return mine < theirs or (mine == theirs and not _silent_too(pass_state, row))


def _silent_too(pass_state: PassState, row: Conflict) -> bool:
    """True where its client left unanswered what they were asked last in this leave, for whichever session: hours that
    change hands among those who do not answer gain nobody anything.
    """
    rows = pass_state.displaced(pass_state.absence[row.absence])
    mine = (offer for one in rows if one.client == row.client for offer in pass_state.of(one) if offer.sent)
    last = max(mine, key=lambda one: (one.invited_at or pass_state.now, one.uid), default=None)
    return last is not None and (last.state is OfferState.UNANSWERED or last.reason == Ending.SILENCE)


def _give_up(pass_state: PassState, plan: Plan, planner: Planner) -> tuple[PassState, Plan]:
    """A time about which somebody is to be called goes where that gives one to a client in crisis who has none; one in
    each pass.
    """
    tiers = {one.conflict: pass_state.tier(pass_state.conflict[one.conflict]) for one in plan.unplaced}
    first = {conflict for conflict, tier in tiers.items() if tier is Tier.CRISIS}
    waiting = [offer.uid for offer in pass_state.offers if first and _waits_for_a_call(pass_state, offer)]
    if not waiting or _helped(pass_state, planner, waiting, first) is None:
        return pass_state, plan
    for uid in waiting:
        better = _helped(pass_state, planner, [uid], first)
        if better is not None:
            freed = replace(pass_state, given_up=frozenset({uid}))
            return freed, planner(freed) or better  # the same places, and why the others have none
    return pass_state, plan


def _waits_for_a_call(pass_state: PassState, offer: Offer) -> bool:
    """True for a hold that stays for no other reason than that somebody may have been told of it."""
    row = pass_state.conflict.get(offer.conflict)
    held = offer.state in UNSENT and not (offer.sent or offer.pinned)
    if row is None or not held or pass_state.tier(row) is Tier.CRISIS:
        return False
    return said_by_voice(pass_state, offer, row)


def _helped(pass_state: PassState, planner: Planner, uids: Iterable[str], first: set[str]) -> Plan | None:
    """The plan without what waits for these calls, where it gives one of these sessions a time."""
    better = planner(replace(pass_state, given_up=frozenset(uids), supposed=True))
    return better if better and any(one.conflict in first for one in better.placements) else None


def _without(pass_state: PassState, silent: Iterable[Offer]) -> PassState:
    gone = {offer.uid for offer in silent}
    over = Withdraw(Ending.SILENCE)
    offers = (advance(one, over, pass_state.now) if one.uid in gone else one for one in pass_state.offers)
    return settled(replace(pass_state, offers=tuple(offers), supposed=True))


def _newly_served(freed: PassState, better: Plan | None, plan: Plan) -> Iterator[Conflict]:
    """For whom there is a place once there is more room, and a first message that could leave at once."""
    before = {one.conflict for one in plan.placements}
    rows = (freed.conflict[one.conflict] for one in (better.placements if better else ()))
    new = (row for row in rows if row.id not in before and freed.cleared(row))
    return (row for row in new if freed.gate(row, None).open(freed.now))


def _with_plan(pass_state: PassState, plan: Plan, tokens: Iterator[str]) -> PassState:
    """Placements become offers; a hold that the plan puts elsewhere, or nowhere, gives way."""
    placed = {placement.conflict: placement for placement in plan.placements}
    unplaced = {one.conflict: one for one in plan.unplaced}
    there = {offer.conflict for offer in pass_state.offers if _stands(offer, placed.get(offer.conflict))}
    offers = [
        offer
        if offer.conflict in there and not leads(pass_state, offer)
        else _give_way(offer, placed, unplaced, pass_state)
        for offer in pass_state.offers
    ]
    live = {offer.conflict for offer in offers if offer.live}
    stopped = multiplied(pass_state.offers, pass_state.now)
    for conflict in sorted(placed):
        if conflict not in live and placed[conflict].therapist not in stopped:
            offers.append(_offer(pass_state, pass_state.conflict[conflict], placed[conflict], next(tokens)))
    covers = {(one.absence, one.client): one for one in plan.covers.found}
    return replace(pass_state, offers=tuple(offers), unplaced=unplaced, covers=covers)


def _give_way(
    offer: Offer, placed: Mapping[str, Placement], unplaced: Mapping[str, object], pass_state: PassState
) -> Offer:
    if offer.sent or offer.pinned or offer.state not in UNSENT:
        return offer
    placement = placed.get(offer.conflict)
    elsewhere = placement is not None and not _same(offer, placement)
    nowhere = placement is None and offer.conflict in unplaced
    if not (elsewhere or nowhere):
        return offer
    agreed = pass_state.plan_agreed(pass_state.conflict[offer.conflict])
    return advance(offer, Withdraw(Ending.REPLANNED if agreed else Ending.SLOT), pass_state.now)


def _stands(offer: Offer, placement: Placement | None) -> bool:
    """True for the offer whose time the plan keeps: what is suggested beside it is asked about after that."""
    return placement is not None and offer.state in UNSENT and _same(offer, placement)


def _same(offer: Offer, placement: Placement) -> bool:
    return (offer.kind, offer.therapist, offer.span) == (placement.kind, placement.therapist, placement.span)


def _unsettled(pass_state: PassState, row: Conflict) -> bool:
    """True where the client wrote, and the time that they wrote about was lost before the therapist settled it.

    What a calendar writes by itself as it declines is nobody's word.
    """
    last = next(reversed(pass_state.of(row)), None)
    if last is None or last.number <= row.bygone or last.reason is Ending.MACHINE:
        return False
    return waits(last) and not last.at_odds


def _offer(pass_state: PassState, row: Conflict, placement: Placement, token: str) -> Offer:
    snapshot = pass_state.snapshot
    giver, call = snapshot.therapist[placement.therapist], placement.kind is OfferKind.CALL
    elsewhere = usual_place(pass_state, giver.id) if giver.id != row.therapist else ""
    delivery = path(pass_state, giver.id, row.client)
    conference = has_own_room(row, placement.kind, delivery)
    return Offer(
        uid=token,
        conflict=row.id,
        number=len(pass_state.of(row)) + 1,
        therapist=giver.id,
        client=row.client,
        calendar=giver.calendar,
        span=placement.span,
        kind=placement.kind,
        delivery=delivery,
        planned_at=snapshot.now,
        frozen=_unsettled(pass_state, row),
        location="" if call else elsewhere or row.location,
        link="" if call or conference else row.link,
        conference=conference,
    )


def _with_choices(pass_state: PassState, plan: Plan, tokens: Iterator[str]) -> PassState:
    """The rows after it. No time of the plan gives way to one of these, and each has to be of use by itself.

    Each counts where limits of days and weeks are asked for, as it may be the one that is taken.
    """
    found = [(pass_state.conflict[one.conflict], one) for one in plan.placements]
    firsts = [(row, offer) for row, _ in found if (offer := pass_state.live(row)) and takes_others(offer)]
    asked = [(row, first) for row, first in firsts if _chooses(pass_state, row, first)]
    if not asked:
        return pass_state
    request = full_request(pass_state)
    for row, first in asked:
        others = [one for one in plan.placements if one.conflict != row.id]
        spans = _left_for(pass_state, left_beside(request, others), first)
        pass_state, kept = _with_further(pass_state, row, first, spans, tokens)
        request = replace(request, fixed=(*request.fixed, *(Booked(one, row.absence) for one in kept)))
    return pass_state


def _chooses(pass_state: PassState, row: Conflict, first: Offer) -> bool:
    return times_wanted(pass_state, row) > 1 or bool(beside(pass_state, first))


def _left_for(pass_state: PassState, left: Finder, first: Offer) -> list[Span]:
    """The times that are left for it beside all others, the best of each day first."""
    options = left.of(first.conflict).options
    zone = pass_state.snapshot.therapist[first.therapist].zone
    days = {local_date(first.span.start, zone)}
    once, again = list[Span](), list[Span]()
    for one in sorted((one for one in options if one.kind is OfferKind.MOVE), key=best_first):
        day = local_date(one.span.start, zone)
        (again if day in days else once).append(one.span)
        days.add(day)
    return [*once, *again]


def _with_further(
    pass_state: PassState, row: Conflict, first: Offer, spans: list[Span], tokens: Iterator[str]
) -> tuple[PassState, list[Offer]]:
    """The rows with what stands beside this time, and that: what was held already stays if it still can."""
    rules = pass_state.snapshot.therapist[first.therapist].policy.slots
    held = [one for one in beside(pass_state, first) if takes_others(one)]
    firm = [one for one in beside(pass_state, first) if one not in held]
    room = times_wanted(pass_state, row) - 1 - len(firm) - _deleted(pass_state, first)
    taken = [one.span.padded(rules.buffer) for one in (first, *firm)]
    picked: list[Span] = []
    for span in (*(one.span for one in held if one.span in spans), *spans):
        if len(picked) < room and not any(span.overlaps(other) for other in taken):
            picked.append(span)
            taken.append(span.padded(rules.buffer))
    kept = [one for one in held if one.span in picked]
    gone = {one.uid for one in held if one not in kept}
    over = Withdraw(Ending.SLOT)
    offers = [advance(one, over, pass_state.now) if one.uid in gone else one for one in pass_state.offers]
    number = max(one.number for one in pass_state.of(row))
    new = [span for span in picked if span not in {one.span for one in kept}]
    made = [
        _further(first, span, number + at, next(tokens), pass_state) for at, span in enumerate(new, start=1)
    ]
    return replace(pass_state, offers=(*offers, *made)), [*kept, *made]


def _deleted(pass_state: PassState, first: Offer) -> int:
    """How many of the suggestion the therapist deleted: no other one comes in its place."""
    made = pass_state.offers_of.get(first.conflict, ())
    return sum(one.suggestion == first.suggestion and one.state is OfferState.VETOED for one in made)


def _further(first: Offer, span: Span, number: int, token: str, pass_state: PassState) -> Offer:
    return Offer(
        uid=token,
        conflict=first.conflict,
        number=number,
        therapist=first.therapist,
        client=first.client,
        calendar=first.calendar,
        span=span,
        kind=first.kind,
        delivery=first.delivery,
        beside=first.suggestion,
        planned_at=pass_state.now,
        location=first.location,
        link=first.link,
        conference=first.conference,
    )
