"""The machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """`ports.Clock` on this machine."""

    def now(self) -> datetime:
        """The current instant, in UTC."""
        return datetime.now(UTC)  # noqa: TID251  the one place that reads the time
