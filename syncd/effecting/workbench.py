"""With what effects are had and recorded, and what is for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from syncd.core.model.actions import Action, calendar_of
from syncd.core.time.spans import Span
from syncd.gather import Sources
from syncd.lanes import Lanes, OneByOne
from syncd.outcome import EffectPorts, Outcome
from syncd.ports import Clock, Fence, Store
from syncd.rests import Rests

Decode = Callable[[str], Action]
Done = tuple[tuple[Action, Outcome], ...]


@dataclass(frozen=True, slots=True)
class Workbench:
    """With what effects are had and recorded."""

    store: Store
    clock: Clock
    fence: Fence
    sources: Sources
    hands: Callable[[Span], EffectPorts]
    decode: Decode
    lanes: Lanes[Done] = field(default_factory=OneByOne)
    rests: Rests = field(default_factory=Rests)  # of what hangs when it is to take something, mail as well
    refused: frozenset[str] = frozenset()  # calendars that may be others of the same name
    patience: float = 5.0  # seconds that mails wait for entries to be written

    def answered(self, action: Action) -> bool:
        """False where it is for an account that has not answered, which would keep everybody else waiting, or for a
        calendar whose list is not believed.
        """
        unanswered = account_of(action) in self.sources.readers.unanswered
        return calendar_of(action) not in self.refused and not unanswered


def account_of(action: Action) -> str:
    """The account that it is for, or that of mails."""
    return calendar_of(action).partition("/")[0]
