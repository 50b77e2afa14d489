"""The entry with which a connection is tried: written where nobody looks, and deleted at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core.model import EventDraft, EventStatus, Marker, MarkerRole, Transparency
from syncd.core.time.spans import Span

_PAST = timedelta(days=3650)
_LENGTH = timedelta(minutes=5)


def trial(uid: str, now: datetime) -> EventDraft:
    """Five minutes ten years ago, free and without anybody's name."""
    start = (now - _PAST).replace(minute=0, second=0, microsecond=0)
    return EventDraft(
        uid=uid,
        when=Span(start, start + _LENGTH),
        title="syncd: connection check",
        description="",
        status=EventStatus.TENTATIVE,
        marker=Marker("probe", uid, role=MarkerRole.LETTER),
        transparency=Transparency.TRANSPARENT,
    )
