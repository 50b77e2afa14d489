"""The days on which a client comes: their own sessions, those that leave takes, make-ups that stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from statistics import median_low
from zoneinfo import ZoneInfo

from syncd.core.planning.relief.spacing import RARELY, Spacing
from syncd.core.planning.request import Booked, PlanRequest, counts_as_contact
from syncd.core.time.minutes import day_number, minute_of


def contact_days(request: PlanRequest, client: str, interval: int) -> tuple[list[int], list[int], bool]:
    """The days of a client's contacts and of the displaced sessions, both sorted; whether the last one is lost.

    Where there is no contact before or after, one at the usual interval is assumed; after a last session that was
    agreed on comes none, and it can be saved as long as anything can.
    """
    rows = request.ranked_by_client[client]
    zone = rows[0].candidate.zone
    contacts = {day_number(minute_of(start), zone) for start in _own(request, client)}
    lost = {day_number(minute_of(start), zone) for start in _gone(request, client)} - contacts
    usual = (interval + 1) // 2
    if lost and not any(day < min(lost) for day in contacts):
        contacts.add(min(lost) - usual)
    closing = False
    if lost and not any(day > max(lost) for day in contacts):
        closing = any(row.candidate.last for row in rows)
        contacts.add(max(max(lost) + usual, _too_late(request, client, zone) if closing else 0))
    return sorted(contacts), sorted(lost), closing


def _too_late(request: PlanRequest, client: str, zone: ZoneInfo) -> int:
    """The day after the last one on which any of a client's sessions could be made up for."""
    asks = [ask for ask in request.asks if any(one.client.id == client for one in ask.ranked)]
    ends = [ask.absence.span.end + ask.policy.slots.horizon_after for ask in asks]
    return max(day_number(minute_of(end), zone) for end in ends) + 1


def spacing_of(request: PlanRequest, client: str) -> Spacing | None:
    """Their own sessions, and the make-ups that stand and no leave displaces.

    None for whoever comes more often than weekly, be it to two therapists whom they see weekly each.
    """
    own, made = _own(request, client), {one.offer.span.start for one in standing(request, client)}
    zone = request.ranked_by_client[client][0].candidate.zone
    usual = sorted({day_number(minute_of(at), zone) for at in own | _gone(request, client)})
    gaps = [later - earlier for earlier, later in pairwise(usual)]
    if gaps and 2 * median_low(gaps) < RARELY:
        return None
    return Spacing(tuple(sorted({day_number(minute_of(at), zone) for at in own | made})))


def standing(request: PlanRequest, client: str) -> Iterator[Booked]:
    """The make-ups of theirs that stand, and are contacts."""
    gone = {*request.client[client].displaced}
    for one in request.booked_by_client.get(client, ()):
        if counts_as_contact(one.offer.kind) and one.offer.span not in gone:
            yield one


def _own(request: PlanRequest, client: str) -> set[datetime]:
    """When their own sessions begin that take place."""
    ours = {one.offer.span.start for one in request.booked_by_client.get(client, ())}
    starts = {span.start for span in request.client[client].sessions}
    for row in request.ranked_by_client[client]:
        starts |= {at for at in (row.candidate.previous, row.candidate.following) if at}
    return starts - _gone(request, client) - ours


def _gone(request: PlanRequest, client: str) -> set[datetime]:
    """When those begin that leave takes, be they planned here or not."""
    planned = {row.conflict.span.start for row in request.ranked_by_client[client]}
    return planned | {span.start for span in request.client[client].displaced}
