"""Sessions, leave blocks and the absences they make; what was approved and first seen of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.core.model.event import OccurrenceRef
from syncd.core.spans import Span, When


@dataclass(frozen=True, slots=True)
class Session:
    """One occurrence with one roster client."""

    therapist: str
    client: str
    ref: OccurrenceRef
    span: Span
    keep: bool = False
    told: bool = False  # the client has heard, not from us, that it does not take place
    location: str = ""
    link: str = ""
    etag: str = ""
    offer: str = ""  # UID of the accepted offer it is, if it is a make-up


@dataclass(frozen=True, slots=True)
class LeaveBlock:
    """One event by which the therapist says: away. `waits` names why it needs approval, if it does."""

    therapist: str
    ref: OccurrenceRef
    when: When
    span: Span
    tags: tuple[str, ...] = ()
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Leave blocks of one therapist with no working day between them."""

    id: str
    therapist: str
    blocks: tuple[LeaveBlock, ...]
    span: Span

    def covers(self, span: Span) -> bool:
        """True when one of its blocks lies over a part of `span`."""
        return any(block.span.overlaps(span) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class SeenLeave:
    """When the store first saw a leave block with this span and these policy tags."""

    fingerprint: str
    seen_at: datetime
    initial: bool = False  # it stood there when its calendar was first read
