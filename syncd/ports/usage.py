"""What an account used of what its server allows in a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """Requests of one of the server's days, from the first one that was counted. `refused`: it asked for fewer."""

    since: datetime
    until: datetime  # when that day ends
    requests: int = 0
    busiest: int = 0  # within one minute
    refused: int = 0
    refused_at: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        """True on that day."""
        return self.since <= now < self.until
