"""What servers say of the time: the Date of their answers (RFC 9110 §6.6.1), held against our own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from syncd.ports import Clock


class Dates:
    """How far our clock is ahead of one server's, by its newest answer. Safe between threads: one value is kept."""

    def __init__(self, clock: Clock) -> None:
        """`clock` is read in the moment of each answer."""
        self._clock = clock
        self._newest: timedelta | None = None

    def heard(self, value: str) -> None:
        """An answer came with this Date; "" and what is no date say nothing."""
        date = _date(value)
        if date is not None:
            self._newest = self._clock.ahead_of(date)

    def take(self) -> timedelta | None:
        """By the newest answer since this was last asked; None where none named a Date."""
        newest, self._newest = self._newest, None
        return newest


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
