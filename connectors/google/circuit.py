"""One account's circuit: a server that asks for patience gets it, writes first, reads last."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta

from syncd.core.model.errors import Transient

_UNTOLD = timedelta(seconds=30)  # where the server names no Retry-After
_LONGEST = timedelta(minutes=15)
_A_SECOND = timedelta(seconds=1)
_PATIENCE = 3  # failures in a row that name no time, before the circuit opens


def spread(pause: timedelta) -> timedelta:
    """Longer by up to a tenth, or a second: many clients are refused at once, and come back one by one."""
    return pause + max(pause / 10, _A_SECOND) * random.random()  # noqa: S311


class Circuit:
    """Counts refusals of one account, and holds requests back while it is open. Safe between threads.

    A refused write holds back writes only; a refused read holds back both, and is first tried again where no time
    was named. `clock` is monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until = {"read": 0.0, "write": 0.0}
        self._failures = {"read": 0, "write": 0}

    def check(self, kind: str) -> None:
        """Raise Transient with the time left while requests of this kind are held back."""
        with self._lock:
            left = self._until[kind] - self._clock()
        if left > 0:
            raise Transient(f"google: {kind}s of this account wait", timedelta(seconds=left))

    def succeeded(self, kind: str) -> None:
        """Forget earlier failures of this kind."""
        with self._lock:
            self._failures[kind] = 0

    def failed(self, kind: str, error: Transient, *, quota: bool) -> None:
        """Count a failure; open at once where the server named a time, or spoke of quota to a write."""
        with self._lock:
            self._failures[kind] += 1
            told = error.retry_after is not None or (quota and kind == "write")
            if not told and self._failures[kind] < _PATIENCE:
                return
            doubled = _UNTOLD * 2 ** min(self._failures[kind] - 1, 5)
            pause = min(spread(doubled) if error.retry_after is None else error.retry_after, _LONGEST)
            until = self._clock() + pause.total_seconds()
            for one in ("write",) if kind == "write" else ("read", "write"):
                self._until[one] = max(self._until[one], until)
