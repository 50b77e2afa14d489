"""What the picture of the weeks shows, apart from how: initials, times, ranks; never a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from syncd.core.model import OfferKind, Tier
from syncd.core.planning.ranking import Part
from syncd.core.time.hours import WeeklyHours
from syncd.core.time.spans import Span


class SlotState(StrEnum):
    """How far a proposed slot has come, as far as a reader of the picture cares."""

    HELD = "held"  # planned, or held in the therapist's calendar only
    INVITED = "invited"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, order=True)
class Kept:
    """A session that takes place."""

    span: Span
    initials: str


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
    """The weeks around the leave of one therapist, drawn by the clocks of `zone`."""

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
