"""One way to make up for a displaced session: whose time, when, and what it is good for."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.model import OccurrenceRef, OfferKind
from syncd.core.time.minutes import span_of_minutes
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class Option:
    """One way to make up for one conflict: kind, therapist, minutes.

    `day`: its day for the client. `stretch`: the number of the torn stretch that it lies in, -1 for none. `relief`:
    hundredths of that stretch's burden that it would take off by itself if it came about; `chance` that it does.
    """

    conflict: str
    kind: OfferKind
    therapist: str
    start: int
    end: int
    day: int
    stretch: int
    relief: int
    chance: int
    comfort: int
    points: tuple[int, int]  # of comfort: tidiness, reserved hours
    room: bool
    anchor: OccurrenceRef | None = None  # the session that an extension lengthens

    @property
    def span(self) -> Span:
        """Its time."""
        return span_of_minutes(self.start, self.end)

    @property
    def good(self) -> tuple[int, int]:
        """How good it is for its client alone: the greater the better."""
        return (self.relief * self.chance, self.comfort)

    @property
    def order(self) -> tuple[str, str, str, int, int]:
        """Its place in canonical order."""
        return (self.conflict, self.kind.value, self.therapist, self.start, self.end)
