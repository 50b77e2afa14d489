"""What the picture of the weeks shows, apart from how: initials, times, ranks; never a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from syncd.core.model import OfferKind, Tier
from syncd.core.model.messages.weeks import Kept, SlotState
from syncd.core.planning.ranking import Part
from syncd.core.time.hours import WeeklyHours
from syncd.core.time.spans import Span
from syncd.picture.labels import ENGLISH, Labels


@dataclass(frozen=True, slots=True)
class Displaced:
    """One displaced session: its rank and why, and the slot proposed for it; None with the reason for none.

    `colleague` is set where somebody else gives the session: then it stands in no column of this picture.
    """

    rank: int
    initials: str
    tier: Tier
    score: int
    parts: tuple[Part, ...]
    original: Span
    slot: Span | None = None
    state: SlotState = SlotState.HELD
    kind: OfferKind = OfferKind.MOVE
    colleague: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WeekPicture:
    """The weeks around the leave of one therapist, drawn by the clocks of `zone`, in the words of `labels`.

    Of more than `most_weeks` only those are drawn in which something happens.
    """

    therapist: str
    zone: ZoneInfo
    hours: WeeklyHours
    leave: tuple[Span, ...]
    sessions: tuple[Kept, ...] = ()
    displaced: tuple[Displaced, ...] = ()
    busy: tuple[Span, ...] = ()
    holidays: frozenset[date] = frozenset()
    proven: bool = True
    weeks_around: int = 2
    most_weeks: int = 16
    labels: Labels = ENGLISH
