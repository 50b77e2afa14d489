"""Faults on demand: what the next matching request meets."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import StrEnum


class Phase(StrEnum):
    """Where it goes wrong."""

    REFUSED = "refused"  # `status` and `reason`, nothing done
    HANG_BEFORE = "hang before"  # no answer at all, nothing done
    HANG_AFTER = "hang after"  # no answer at all, done
    DROP_BEFORE = "drop before"  # connection closed, nothing done
    DROP_AFTER = "drop after"  # connection closed, done
    ERROR_AFTER = "error after"  # `status`, although done
    TRUNCATED = "truncated"  # done, the answer's body breaks off
    HTML = "html"  # done, the answer is a web page
    EMPTY = "empty"  # done, the answer is {}
    UNFINISHED = "unfinished"  # the last page of a listing comes without its sync token
    MISSED_409 = "missed 409"  # an insert under a used id is answered like a new one, and is lost


@dataclass(frozen=True, slots=True)
class Fault:
    """Meets the next `times` requests of `method` ("" for any) after `skip` others."""

    phase: Phase
    method: str = ""
    status: int = 503
    reason: str = "backendError"
    retry_after: int | None = None
    times: int = 1
    skip: int = 0


class Faults:
    """The queue; the first that matches is used up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        """Arrange for faults."""
        with self._lock:
            self._waiting += faults

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """The fault that this request meets, if any."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.method not in {"", method}:
                    continue
                if fault.skip:
                    self._waiting[index] = replace(fault, skip=fault.skip - 1)
                    return None
                self._waiting[index] = replace(fault, times=fault.times - 1)
                if fault.times <= 1:
                    del self._waiting[index]
                return fault
        return None
