"""What a picture of the weeks around leave shows: initials, times and states; no name, no tier, no reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from syncd.core.model.offer import OfferKind
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
class Moved:
    """A session that falls out, and the therapist's own time that is meant instead, if there is one."""

    initials: str
    original: Span
    slot: Span | None = None
    state: SlotState = SlotState.HELD
    kind: OfferKind = OfferKind.MOVE


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks of one therapist's leave and of the times instead."""

    therapist: str
    zone: ZoneInfo
    hours: WeeklyHours
    leave: tuple[Span, ...]
    sessions: tuple[Kept, ...] = ()
    moved: tuple[Moved, ...] = ()
    busy: tuple[Span, ...] = ()
    holidays: frozenset[date] = frozenset()
