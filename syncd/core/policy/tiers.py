"""Which tier a client belongs to."""

from __future__ import annotations

from syncd.core.model import Client, Phase, Priority, Tier


def tier_of(client: Client, *, crisis: bool) -> Tier:
    """The client's tier; `crisis`: a care note is in force."""
    if crisis or client.priority in {Priority.CRISIS, Priority.PROTECTED}:
        return Tier.CRISIS
    if client.phase in {Phase.CRUCIAL, Phase.EXPOSURE}:
        return Tier.CRUCIAL
    return Tier.MAINTENANCE if client.priority is Priority.MAINTENANCE else Tier.ROUTINE
