"""What was read last time: a row whose text did not change since is not decoded again."""

from __future__ import annotations

from typing import Any, TypeVar

from syncd.store.codec import Form

T = TypeVar("T")


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
