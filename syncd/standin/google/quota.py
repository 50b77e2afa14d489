"""Limits per person and minute, and on invitations, in the three ways that Google says no."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from syncd.standin.google.answers import ApiError

_MINUTE = timedelta(minutes=1)


class Quota:
    """Counts requests. `status` 403 says userRateLimitExceeded, 429 rateLimitExceeded."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._seen: dict[str, deque[datetime]] = {}
        self.per_minute = 600
        self.status = 403
        self.retry_after: int | None = None
        self.invitations: int | None = None  # how many more guests may be written to

    def count(self, user: str) -> None:
        """Take one request in, or refuse it."""
        now, seen = self._clock(), self._seen.setdefault(user, deque())
        while seen and seen[0] <= now - _MINUTE:
            seen.popleft()
        if len(seen) >= self.per_minute:
            reason = "userRateLimitExceeded" if self.status == 403 else "rateLimitExceeded"
            refused = ApiError(self.status, reason, "Rate Limit Exceeded")
            if self.retry_after is not None:
                refused.headers["Retry-After"] = str(self.retry_after)
            raise refused
        seen.append(now)

    def invite(self, guests: int) -> None:
        """Take guests that are added to an event, or refuse them, attendees or mails."""
        if self.invitations is None or not guests:
            return
        if guests > self.invitations:
            raise ApiError(403, "quotaExceeded", "Calendar usage limits exceeded.")
        self.invitations -= guests
