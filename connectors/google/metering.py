"""How much of Google's quota one account uses: requests of a day, of its busiest minute, and refusals for quota."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.time.spans import local_date, midnight
from syncd.ports import Clock, Usage

_PACIFIC = ZoneInfo("America/Los_Angeles")  # by whose midnight Google's daily quotas begin anew


class Meter:
    """Counts the requests of one account. Safe between threads."""

    def __init__(self, clock: Clock, kept: Usage | None, keep: Callable[[Usage], None]) -> None:
        """`kept`: what an earlier process counted; `keep` is given each new count."""
        self._clock, self._keep = clock, keep
        self._lock = threading.Lock()
        self._usage = kept
        self._minute: datetime | None = None
        self._within = 0  # requests of that minute

    @property
    def usage(self) -> Usage:
        """Of the day that it is at Google now."""
        with self._lock:
            return self._today(self._clock.now())

    def asked(self) -> None:
        """A request is sent."""
        with self._lock:
            now = self._clock.now()
            minute = now.replace(second=0, microsecond=0)
            self._within = self._within + 1 if minute == self._minute else 1
            self._minute, today = minute, self._today(now)
            self._note(replace(today, requests=today.requests + 1, busiest=max(today.busiest, self._within)))

    def refused(self) -> None:
        """Google asked for fewer."""
        with self._lock:
            now = self._clock.now()
            today = self._today(now)
            self._note(replace(today, refused=today.refused + 1, refused_at=now))

    def _today(self, now: datetime) -> Usage:
        if self._usage is not None and self._usage.lasts(now):
            return self._usage
        tomorrow = local_date(now, _PACIFIC) + timedelta(days=1)
        return Usage(now, midnight(tomorrow, _PACIFIC))

    def _note(self, usage: Usage) -> None:
        self._usage = usage
        self._keep(usage)
