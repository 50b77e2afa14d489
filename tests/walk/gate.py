"""The gate that every call to the outside world passes: where it fails, for how long, and where the process dies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar, cast

from syncd.core.model.errors import (
    AuthExpired,
    Malformed,
    Rejected,
    StoreError,
    SyncdError,
    Transient,
    Unclear,
)
from syncd.ports import Clock

_Port = TypeVar("_Port")

WRITES = frozenset({"create", "replace", "delete", "cancel", "restore", "rework", "send"})
KEEPS = frozenset({"keep", "keep_costs", "record", "halt", "claim", "settle"})  # what a full disk refuses
_UNASKED = frozenset({"copies"})  # answers from what was read before


class Died(BaseException):
    """The process is gone, as by kill -9: nothing of it gets to tidy up."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What fails at a place until some moment: one call in `every`, the others pass."""

    place: str
    how: str
    since: datetime
    until: datetime
    every: int = 1

    def over(self, place: str) -> bool:
        """True where a call to `place` is one of those that may fail: an account's calendars go with it."""
        return place == self.place or place.startswith(f"{self.place}/")

    @property
    def unread(self) -> bool:
        """True where a call that reads fails."""
        return _made(self.how, "changes") is not None


@dataclass(slots=True)
class Death:
    """The process ends at this call of those to come, before or after it took effect."""

    call: int
    after: bool


@dataclass(slots=True)
class Gate:
    """Counts calls, and lets them pass, fail or end everything. `refused`: any call failed since last asked."""

    clock: Clock
    faults: list[Fault] = field(default_factory=list)
    death: Death | None = None
    refused: bool = False
    _calls: int = 0

    def guarded(self, port: _Port, place: str) -> _Port:
        """The port behind the gate."""
        return cast("_Port", _Guarded(port, place, self))

    def heal(self) -> None:
        """Nothing fails any more."""
        self.faults.clear()
        self.death = None

    @property
    def troubled(self) -> bool:
        """True while something fails now and then, or always."""
        now = self.clock.now()
        self.faults[:] = [one for one in self.faults if one.until > now]
        return bool(self.faults)

    def call(
        self, place: str, name: str, do: Callable[..., object], *given: object, **named: object
    ) -> object:
        """One call: it may be the one at which the process dies, or one that fails."""
        dies = self._dies()
        if dies and not dies.after:
            raise Died
        error = self._error(place, name)
        applied = error is None or (isinstance(error, Unclear) and self._applied(place))
        done = do(*given, **named) if applied else None
        if dies:
            raise Died
        if error is not None:
            self.refused = True
            raise error
        return done

    def ahead(self, place: str, do: Callable[[], object]) -> object:
        """What a server's newest answer said of the time: nothing while it answers nothing."""
        return None if self.silent(place) else do()

    def silent(self, place: str) -> bool:
        """True while nothing that is read there is answered; what refuses writes alone is read."""
        return any(one.over(place) and one.every == 1 and one.unread for one in self._now())

    def mumbles(self, place: str) -> bool:
        """True while what is read there is not always answered."""
        return any(one.over(place) and one.unread for one in self._now())

    def _dies(self) -> Death | None:
        death = self.death
        if death is None:
            return None
        death.call -= 1
        if death.call > 0:
            return None
        self.death = None
        return death

    def _now(self) -> list[Fault]:
        return self.faults if self.troubled else []

    def _error(self, place: str, name: str) -> SyncdError | None:
        for fault in self._now():
            if not fault.over(place) or name in _UNASKED:
                continue
            self._calls += 1
            error = _made(fault.how, name)
            if error is not None and self._calls % fault.every == 0:
                return error
        return None

    def _applied(self, place: str) -> bool:
        return any(one.over(place) and one.how == "unclear" for one in self._now())


def _made(how: str, name: str) -> SyncdError | None:
    """What this fault makes of a call, None where it leaves it alone."""
    if how == "full":
        return StoreError("the disk is full") if name in KEEPS else None
    writes = name in WRITES
    match how:
        case "auth":
            return AuthExpired("the server refuses the password")
        case "unclear" | "lost" if writes:
            return Unclear("timed out")
        case "garbled" if not writes:
            return Malformed("a page in HTML")
        case "rejected" if writes:
            return Rejected("550 no")
        case "read only" if not writes:
            return None
    return Transient("nobody answers")


class _Guarded:
    """A port, each call to which passes the gate."""

    def __init__(self, port: object, place: str, gate: Gate) -> None:
        self._port, self._place, self._gate = port, place, gate

    def __getattr__(self, name: str) -> object:
        found = getattr(self._port, name)
        if not callable(found):
            return found
        if name == "ahead":
            return partial(self._gate.ahead, self._place, found)
        if name == "open":  # what is opened stands behind the gate, too
            return lambda calendar: self._gate.guarded(found(calendar), f"{self._place}/{calendar}")
        return partial(self._gate.call, self._place, name, found)
