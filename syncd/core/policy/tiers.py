"""Which tier a client belongs to."""

from __future__ import annotations

from syncd.core.model import Client, Phase, Priority, Tier


def tier_of(client: Client, *, crisis: bool, last: bool = False) -> Tier:
    """The client's tier; `crisis`: a care note is in force. `last`: it is about the last session that was agreed on."""
    if crisis or client.priority in {Priority.CRISIS, Priority.PROTECTED}:
        return Tier.CRISIS
    if last or client.phase in {Phase.CRUCIAL, Phase.EXPOSURE}:
        return Tier.CRUCIAL
    return Tier.MAINTENANCE if client.priority is Priority.MAINTENANCE else Tier.ROUTINE
