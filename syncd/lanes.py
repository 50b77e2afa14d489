"""Who has effects: one after the other in this thread, or those of different places outside side by side."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

MOST = 16  # places at which something is written at once

Part = TypeVar("Part")


class Lanes(Protocol[Part]):
    """Pieces of work are begun, and each is taken when it is over, whichever is first."""

    @property
    def most(self) -> int:
        """How many pieces may be in hand."""

    def begin(self, lane: str, work: Callable[[], Part]) -> None:
        """Have it done. Of one lane only one piece is begun at a time."""

    def over(self, patience: float | None = None) -> tuple[str, Callable[[], Part]] | None:
        """The next piece that is over, by its lane: what it came to, which may be that it raises.

        None where none is within `patience` seconds; without that it is waited for.
        """


@dataclass(slots=True)
class OneByOne(Generic[Part]):
    """Each piece when it is begun."""

    most: int = 1
    _over: list[tuple[str, Callable[[], Part]]] = field(default_factory=list)

    def begin(self, lane: str, work: Callable[[], Part]) -> None:
        """Done at once: what it raises is raised here."""
        done = work()
        self._over.append((lane, lambda: done))

    def over(self, _patience: float | None = None) -> tuple[str, Callable[[], Part]]:
        """What was begun last."""
        return self._over.pop()


@dataclass(slots=True)
class SideBySide(Generic[Part]):
    """In threads, which stay for the next pass."""

    most: int = MOST
    _over: SimpleQueue[tuple[str, Future[Part]]] = field(default_factory=SimpleQueue)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(MOST, thread_name_prefix="writing")
    )

    def begin(self, lane: str, work: Callable[[], Part]) -> None:
        """Beside this thread."""
        self._threads.submit(work).add_done_callback(lambda future: self._over.put((lane, future)))

    def over(self, patience: float | None = None) -> tuple[str, Callable[[], Part]] | None:
        """Waits for it."""
        try:
            lane, future = self._over.get(timeout=patience)
        except Empty:
            return None
        return lane, future.result
