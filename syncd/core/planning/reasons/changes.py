"""One thing changed in a request, everywhere it stands: a client, an absence's policy, a therapist's time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from syncd.core.model import Client
from syncd.core.model.practice import Eligibility, SlotRules
from syncd.core.planning.request import Ask, ClientTime, PlanRequest, TherapistTime
from syncd.core.time.spans import Span


def with_client_time(
    request: PlanRequest, conflict: str, change: Callable[[ClientTime], ClientTime]
) -> PlanRequest:
    """The request with the time of this conflict's client changed."""
    who = request.ranked_of[conflict].client.id
    clients = tuple(change(one) if one.client.id == who else one for one in request.clients)
    return replace(request, clients=clients)


def with_client(request: PlanRequest, conflict: str, change: Callable[[Client], Client]) -> PlanRequest:
    """The request with this conflict's client changed everywhere."""
    who = request.ranked_of[conflict].client.id
    asks = tuple(
        replace(
            ask,
            ranked=tuple(
                replace(one, candidate=replace(one.candidate, client=change(one.client)))
                if one.client.id == who
                else one
                for one in ask.ranked
            ),
        )
        for ask in request.asks
    )
    clients = tuple(
        replace(one, client=change(one.client)) if one.client.id == who else one for one in request.clients
    )
    return replace(request, asks=asks, clients=clients)


def with_ask(request: PlanRequest, conflict: str, change: Callable[[Ask], Ask]) -> PlanRequest:
    """The request with this conflict's ask changed."""
    mine = request.ask_of[conflict].absence.id
    asks = tuple(change(ask) if ask.absence.id == mine else ask for ask in request.asks)
    return replace(request, asks=asks)


def with_eligibility(
    request: PlanRequest, conflict: str, change: Callable[[Eligibility], Eligibility]
) -> PlanRequest:
    """The request with the absence's eligibility changed."""
    return with_ask(
        request,
        conflict,
        lambda ask: replace(ask, policy=replace(ask.policy, eligibility=change(ask.policy.eligibility))),
    )


def with_rules(request: PlanRequest, conflict: str, change: Callable[[SlotRules], SlotRules]) -> PlanRequest:
    """The request with the slot rules of the absence and of its therapist changed."""
    mine = request.ranked_of[conflict].conflict.therapist
    changed = with_ask(
        request,
        conflict,
        lambda ask: replace(ask, policy=replace(ask.policy, slots=change(ask.policy.slots))),
    )
    return with_time(
        changed,
        mine,
        lambda time: replace(
            time,
            therapist=replace(
                time.therapist,
                policy=replace(time.therapist.policy, slots=change(time.therapist.policy.slots)),
            ),
        ),
    )


def with_time(
    request: PlanRequest, therapist: str, change: Callable[[TherapistTime], TherapistTime]
) -> PlanRequest:
    """The request with one therapist's time changed."""
    times = tuple(change(one) if one.therapist.id == therapist else one for one in request.therapists)
    return replace(request, therapists=times)


def with_opened(request: PlanRequest, conflict: str, spans: tuple[Span, ...]) -> PlanRequest:
    """The request with these hours opened by the therapist, as `#makeup` events would."""
    mine = request.ranked_of[conflict].conflict.therapist
    return with_time(request, mine, lambda time: replace(time, opened=(*time.opened, *spans)))
