"""The one thing that tells the time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time, read once per pass."""

    def now(self) -> datetime:
        """The current instant, in UTC: what the wall clock shows, right or wrong."""

    def booted(self) -> timedelta:
        """Time since the machine started, suspended time included; no setting of the wall clock moves it."""

    def ahead_of(self, date: datetime) -> timedelta:
        """How far the wall clock is ahead of a server that says it is `date` now; negative where it is behind."""
