"""Crisis and crucial clients without a time while a lower tier has one, and whether one was open to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.panel.free import open_times
from tests.panel.rules import sound
from tests.panel.sight import CRUCIAL, TIERS, Client, Given, Sight


@dataclass(frozen=True)
class Passed:
    """One of them; `open_at` is a time that breaks no rule and was open beside all that stands."""

    client: str
    tier: str
    open_at: str = ""


def passed_over(sight: Sight) -> list[Passed]:
    """All of them, by id."""
    served = [client for client in sight.clients.values() if client.meetings]
    missing = [
        client
        for _, client in sorted(sight.clients.items())
        if client.tier <= CRUCIAL and _owed(sight, client) and not client.given
    ]
    return [
        Passed(client.person.id, TIERS[client.tier], _said(_open(sight, client)))
        for client in missing
        if any(
            other.tier > client.tier and other.person.therapist == client.person.therapist for other in served
        )
    ]


def _owed(sight: Sight, client: Client) -> bool:
    """True where something falls out that no public holiday would have cancelled."""
    found = ((sight.displacing(client, one), one) for one in client.displaced)
    return any(limits is None or limits.owes(one) for limits, one in found)


def _open(sight: Sight, client: Client) -> datetime | None:
    for original in client.displaced:
        for start in open_times(sight, client, original):
            one = Given(client.person.id, original, start, client.person.minutes, client.person.therapist)
            if sound(sight, client, one):
                return start
    return None


def _said(start: datetime | None) -> str:
    return f"{start:%a %Y-%m-%d %H:%M}" if start else ""
