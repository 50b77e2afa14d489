"""A calendar as settings name it: looked up at the first use, and anew after it went, moved or was taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from syncd.core.model import CalendarObject, Changes, EventDraft, OccurrenceRef
from syncd.core.model.errors import AuthExpired, Forbidden, NotFound
from syncd.core.time.spans import Span
from syncd.ports import Calendar, Cancelled, Rework, Reworked, Written


class NamedCalendar:
    """ports.Calendar around whatever `find` finds; each method also raises what `find` raises."""

    def __init__(self, key: str, find: Callable[[], Calendar]) -> None:
        """Nothing is sent yet."""
        self._id = key
        self._find = find
        self._found: Calendar | None = None

    @property
    def id(self) -> str:
        return self._id

    def changes(self, cursor: str, window: Span) -> Changes:
        with self._calendar() as calendar:
            return calendar.changes(cursor, window)

    def read(self, uid: str, window: Span) -> CalendarObject | None:
        with self._calendar() as calendar:
            return calendar.read(uid, window)

    def read_several(self, uids: Sequence[str], window: Span) -> Mapping[str, CalendarObject]:
        with self._calendar() as calendar:
            return calendar.read_several(uids, window)

    def create(self, draft: EventDraft) -> Written:
        with self._calendar() as calendar:
            return calendar.create(draft)

    def replace(self, draft: EventDraft, etag: str) -> Written:
        with self._calendar() as calendar:
            return calendar.replace(draft, etag)

    def delete(self, uid: str, etag: str, *, quiet: bool = False, words: str = "") -> None:
        with self._calendar() as calendar:
            calendar.delete(uid, etag, quiet=quiet, words=words)

    def cancel(self, ref: OccurrenceRef, etag: str) -> Cancelled:
        with self._calendar() as calendar:
            return calendar.cancel(ref, etag)

    def restore(self, ref: OccurrenceRef, pre_image: str) -> Written:
        with self._calendar() as calendar:
            return calendar.restore(ref, pre_image)

    def rework(self, uid: str, changes: Sequence[Rework]) -> Reworked:
        with self._calendar() as calendar:
            return calendar.rework(uid, changes)

    @contextmanager
    def _calendar(self) -> Iterator[Calendar]:
        if self._found is None:
            self._found = self._find()
        try:
            yield self._found
        except (AuthExpired, Forbidden, NotFound):
            # NotFound may mean an event only; to look once more costs one request.
            self._found = None
            raise
