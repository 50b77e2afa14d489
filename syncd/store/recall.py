"""What was read last time: a row whose text did not change since is not decoded again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from syncd.core.model import Ground
from syncd.ports import Memory
from syncd.store.codec import Form

T = TypeVar("T")


class Loaded:
    """What the store held as it was loaded last: not read again as long as nobody writes (`Database.stamp`)."""

    def __init__(self) -> None:
        self._known: tuple[object, Memory] | None = None

    def at(self, stamp: object) -> Memory | None:
        """It, if nobody has written since; None where that cannot be told."""
        known = self._known
        return known[1] if stamp is not None and known is not None and known[0] == stamp else None

    def now(self, stamp: object, memory: Memory) -> Memory:
        """It is this."""
        self._known = (stamp, memory)
        return memory

    def outlasts(self, before: object, after: object, grounds: Iterable[Ground] | None = None) -> None:
        """A write of ours took the store from one stamp to the other and changed these grounds, or nothing of it."""
        memory = self.at(before)
        if memory is not None and grounds is not None:
            memory = replace(memory, grounds=tuple(sorted(grounds, key=lambda one: one.place)))
        if memory is not None:
            self._known = (after, memory)


class Recall:
    """Values of one reading of the store by their text, made with those of the reading before.

    It holds no more than that reading found: what is no longer in the store is forgotten with the next one.
    """

    def __init__(self, before: Recall | None = None) -> None:
        self._before = before._held if before else {}
        self._held: dict[tuple[int, str], Any] = {}

    def decode(self, form: Form[T], text: str, row: str) -> T:
        """As `form.decode`; the values are frozen, so that two readings may share one."""
        key = (id(form), text)
        value: T = self._before[key] if key in self._before else form.decode(text, row)
        self._held[key] = value
        return value

    def complete(self) -> Recall:
        """Itself, when the reading is over: what only the reading before knew is let go."""
        self._before = {}
        return self
