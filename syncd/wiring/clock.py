"""The machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """`ports.Clock` on this machine."""

    def now(self) -> datetime:
        """The current instant, in UTC."""
        return datetime.now(UTC)  # noqa: TID251  the one place that reads the time

    def booted(self) -> timedelta:
        """CLOCK_BOOTTIME counts suspended time too, and nobody can set it."""
        return timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))

    def ahead_of(self, date: datetime) -> timedelta:
        """Against a server's time as it arrives."""
        return self.now() - date
