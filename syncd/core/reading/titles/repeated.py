"""What all occurrences of a series say is read of the first of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Generic, TypeVar

from syncd.core.model import Event
from syncd.core.reading.titles.listening import long_enough
from syncd.core.time.spans import AllDay

T = TypeVar("T")
_OWN = frozenset(("when", "recurrence_id"))
_SHARED = attrgetter(*(one.name for one in fields(Event) if one.name not in _OWN))


class Repeated(Generic[T]):
    """Reads events one after the other; of those that differ from the last in nothing but when they are, `again` makes
    what was read of that one theirs: from that event, what was read of it, and the event in hand.

    Of when an event is, `read` may look at no more than whether it takes whole days and is `long_enough` for leave.
    """

    def __init__(self, read: Callable[[Event], T], again: Callable[[Event, T, Event], T]) -> None:
        """Nothing is read yet."""
        self._read = read
        self._again = again
        self._said: object = None
        self._last: tuple[Event, T] | None = None

    def of(self, event: Event) -> T:
        """What is read of this one."""
        if not event.recurring:
            return self._read(event)
        said = (_SHARED(event), isinstance(event.when, AllDay), long_enough(event))
        if self._last is not None and said == self._said:
            return self._again(*self._last, event)
        found = self._read(event)
        self._said, self._last = said, (event, found)
        return found
