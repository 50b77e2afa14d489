"""One calendar in memory, with switches for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TypeVar
from zoneinfo import ZoneInfo

from connectors.caldav.draft import amend, compose
from connectors.caldav.ics import try_object
from connectors.caldav.overrides import cancel, restore, rework
from connectors.caldav.parsing import uid_of
from connectors.limits import Unreadable
from syncd.core.model import CalendarObject, Changes, EventDraft, OccurrenceRef, ReadProblem
from syncd.core.model.errors import (
    ConnectorError,
    CursorInvalid,
    Forbidden,
    Malformed,
    NotFound,
    VersionConflict,
)
from syncd.core.time.spans import Span
from syncd.ports import Cancelled, Clock, Rework, Reworked, Written, each_read

_Text = TypeVar("_Text")

_STAMP = datetime(2026, 1, 1, tzinfo=UTC)  # DTSTAMP where no clock is given; nothing else depends on the time


@dataclass(slots=True)
class Faults:
    """What shall go wrong. Errors in a list are raised by the next calls, one each, first come first."""

    reads: list[ConnectorError] = field(default_factory=list)
    before_writes: list[ConnectorError] = field(default_factory=list)  # the write is not applied
    after_writes: list[ConnectorError] = field(default_factory=list)  # the write is applied
    null_etags: bool = False  # a write answers without an etag
    flaky_etags: bool = False  # each read shows another etag; conditions still hold on the newest shown
    late_lists: bool = False  # the first list after a write of ours shows the object as it was before
    lists_whole: bool = False  # an answer to a cursor is everything there is
    keep_only: int | None = None  # a full read shows this many objects and calls that all
    lags: timedelta = timedelta()  # for so long after a write of ours every read shows what stood before it
    silent_gone: bool = False  # an answer to a cursor does not say what is gone
    unconditional: bool = False  # no write is refused for what stands there, or for its etag


@dataclass(slots=True)
class _Entry:
    text: str
    etag: str


class MemoryCalendar:
    """One calendar. Beside the port it has what a therapist, or a server, may do to it."""

    def __init__(
        self, id: str, zone: ZoneInfo, clock: Clock | None, *, writable: bool, schedules: bool
    ) -> None:
        """`zone` is the zone of floating times; `schedules`: the server mails attendees."""
        self._id = id
        self._zone = zone
        self._clock = clock
        self._schedules = schedules
        self._entries: dict[str, _Entry] = {}
        self._log: list[str] = []
        self._late: dict[str, _Entry] = {}
        self._lagging: dict[str, tuple[_Entry | None, datetime]] = {}  # what is shown instead, and until when
        self._epoch = 0
        self._shown = 0
        self._lock = RLock()
        self.writable = writable
        self.faults = Faults()

    @property
    def id(self) -> str:
        return self._id

    @property
    def cursor(self) -> str:
        """Where the calendar stands now."""
        self._shown_now()
        return f"{self._epoch}:{len(self._log)}"

    @property
    def lagging(self) -> bool:
        """True while reading shows anything as it was before a write of ours."""
        self._shown_now()
        return bool(self._lagging)

    # What the therapist, another program or the server does

    def put_text(self, text: str, href: str = "") -> str:
        """Store iCalendar text as any program might, well-formed or not; return its href."""
        with self._lock:
            href = href or self._href(uid_of(text)) or f"{uid_of(text) or len(self._log)}.ics"
            self._store(href, text)
            return href

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Change the stored text of an object."""
        with self._lock:
            href = self._known(uid)
            self._store(href, change(self._entries[href].text))

    def remove(self, uid: str) -> None:
        """Delete an object."""
        with self._lock:
            href = self._known(uid)
            del self._entries[href]
            self._log.append(href)

    def texts(self) -> Mapping[str, str]:
        """Every stored text by href: what an export would show."""
        with self._lock:
            return {href: entry.text for href, entry in sorted(self._entries.items())}

    def expire_cursors(self) -> None:
        """No cursor given out so far is known any more."""
        with self._lock:
            self._epoch += 1

    def catch_up(self) -> None:
        """What a list or a read still shows as it was before a write of ours is shown as it is."""
        with self._lock:
            self._log.extend(sorted({*self._late, *self._lagging}))
            self._late.clear()
            self._lagging.clear()

    # The port

    def changes(self, cursor: str, window: Span) -> Changes:
        with self._reading():
            if cursor and (cursor.partition(":")[0] != str(self._epoch) or not cursor.count(":")):
                raise CursorInvalid(f"calendar {self._id}: the cursor is no longer known")
            seen = int(cursor.partition(":")[2]) if cursor else 0
            delta = bool(cursor) and not self.faults.lists_whole
            shown = self._shown_now()
            hrefs = sorted(set(self._log[seen:]) - self._lagging.keys()) if delta else sorted(shown)
            if not cursor and self.faults.keep_only is not None:
                hrefs = hrefs[: self.faults.keep_only]
            read = [self._listed(href, window) for href in hrefs if href in shown]
            gone = [] if delta and self.faults.silent_gone else [href for href in hrefs if href not in shown]
            cursor_now = self.cursor
            self._log.extend(sorted(self._late))  # they are listed once more, as they are
            self._late.clear()
            return Changes(
                objects=tuple(one for one in read if isinstance(one, CalendarObject)),
                gone=tuple(gone),
                cursor=cursor_now,
                complete=not delta,
                problems=tuple(one for one in read if isinstance(one, ReadProblem)),
            )

    def read(self, uid: str, window: Span) -> CalendarObject | None:
        with self._reading():
            shown = self._shown_now()
            href = next((href for href, one in shown.items() if uid_of(one.text) == uid), "")
            found = self._translated(href, window) if href else None
            if isinstance(found, ReadProblem):
                raise Malformed(f"calendar {self._id}: event {uid}: {found.reason}")
            return found

    def read_several(self, uids: Sequence[str], window: Span) -> Mapping[str, CalendarObject]:
        return each_read(self.read, uids, window)

    def create(self, draft: EventDraft) -> Written:
        with self._lock:
            self._may_write()
            if self._href(draft.uid) and not self.faults.unconditional:
                raise VersionConflict(f"calendar {self._id}: {draft.uid} exists already")
            text = self._guarded(draft.uid, lambda: compose(draft, self._now()))
            return self._commit(self._href(draft.uid) or f"{draft.uid}.ics", text, draft)

    def replace(self, draft: EventDraft, etag: str) -> Written:
        with self._lock:
            self._may_write()
            href = self._matching(draft.uid, etag)
            text = self._changed(draft.uid, lambda old: amend(old, draft, self._now(), self._zone))
            return self._commit(href, text, draft)

    def delete(self, uid: str, etag: str, *, quiet: bool = False, words: str = "") -> None:
        with self._lock:
            self._may_write()
            self._lag(self._matching(uid, etag))
            self.remove(uid)
            self._fail(self.faults.after_writes)

    def cancel(self, ref: OccurrenceRef, etag: str) -> Cancelled:
        with self._lock:
            self._may_write()
            href = self._known(ref.uid)
            text, pre_image = self._changed(
                ref.uid, lambda old: cancel(old, ref.recurrence_id, self._now(), self._zone)
            )
            if text is None:
                return Cancelled(self._entries[href].etag, pre_image)
            self._matching(ref.uid, etag)
            return Cancelled(self._commit(href, text).etag, pre_image)

    def restore(self, ref: OccurrenceRef, pre_image: str) -> Written:
        with self._lock:
            self._may_write()
            href = self._known(ref.uid)
            text = self._changed(
                ref.uid, lambda old: restore(old, ref.recurrence_id, pre_image, self._now(), self._zone)
            )
            return self._commit(href, text) if text else Written(href, self._entries[href].etag)

    def rework(self, uid: str, changes: Sequence[Rework]) -> Reworked:
        with self._lock:
            self._may_write()
            href = self._known(uid)
            old = self._entries[href]
            text, pre_images, refused = self._changed(
                uid,
                lambda text: rework(text, changes, lambda etag: etag == old.etag, self._now(), self._zone),
            )
            etag = self._commit(href, text).etag if text != old.text else old.etag
            return Reworked(etag, pre_images, refused)

    def _reading(self) -> AbstractContextManager[bool]:
        self._fail(self.faults.reads)
        return self._lock

    def _may_write(self) -> None:
        self._fail(self.faults.before_writes)
        if not self.writable:
            raise Forbidden(f"calendar {self._id} is read-only for this account")

    def _fail(self, planned: list[ConnectorError]) -> None:
        if planned:
            raise planned.pop(0)

    def _listed(self, href: str, window: Span) -> CalendarObject | ReadProblem | None:
        before = self._late.get(href)
        return self._as_object(href, before, window) if before else self._translated(href, window)

    def _translated(self, href: str, window: Span) -> CalendarObject | ReadProblem | None:
        entry = self._shown_now()[href]
        if self.faults.flaky_etags:
            entry.etag = self._new_etag()
        return self._as_object(href, entry, window)

    def _as_object(self, href: str, entry: _Entry, window: Span) -> CalendarObject | ReadProblem | None:
        return try_object(
            entry.text, calendar=self._id, href=href, etag=entry.etag, window=window, zone=self._zone
        )

    def _changed(self, uid: str, change: Callable[[str], _Text]) -> _Text:
        return self._guarded(uid, lambda: change(self._entries[self._known(uid)].text))

    def _guarded(self, uid: str, work: Callable[[], _Text]) -> _Text:
        try:
            return work()
        except Unreadable as error:
            raise Malformed(f"calendar {self._id}: event {uid}: {error.reason}") from error

    def _matching(self, uid: str, etag: str) -> str:
        href = self._known(uid)
        if etag and self._entries[href].etag != etag and not self.faults.unconditional:
            raise VersionConflict(f"calendar {self._id}: {uid} has changed since it was read")
        return href

    def _known(self, uid: str) -> str:
        href = self._href(uid)
        if not href:
            raise NotFound(f"calendar {self._id}: no object {uid}")
        return href

    def _href(self, uid: str) -> str:
        return next((href for href, one in self._entries.items() if uid_of(one.text) == uid), "")

    def _commit(self, href: str, text: str, draft: EventDraft | None = None) -> Written:
        if self.faults.late_lists and href in self._entries:
            self._late.setdefault(href, self._entries[href])
        self._lag(href)
        self._store(href, text)
        self._fail(self.faults.after_writes)
        status = "1.1" if self._schedules and draft is not None and draft.attendee is not None else ""
        return Written(href, "" if self.faults.null_etags else self._entries[href].etag, status)

    def _lag(self, href: str) -> None:
        """Until it has caught up, reading shows this object as it is now."""
        if self.faults.lags:
            self._lagging.setdefault(href, (self._entries.get(href), self._now() + self.faults.lags))

    def _shown_now(self) -> Mapping[str, _Entry]:
        """What reading shows: each object as it is, or as it was while that lags."""
        now = self._now()
        for href in [href for href, (_, until) in self._lagging.items() if until <= now]:
            del self._lagging[href]
            self._log.append(href)  # it is listed once more, as it is
        if not self._lagging:
            return self._entries
        shown = dict(self._entries)
        for href, (entry, _) in self._lagging.items():
            shown.pop(href, None)
            if entry is not None:
                shown[href] = entry
        return shown

    def _store(self, href: str, text: str) -> None:
        self._log.append(href)
        self._entries[href] = _Entry(text, self._new_etag())

    def _new_etag(self) -> str:
        self._shown += 1
        return f'"{self._shown}"'

    def _now(self) -> datetime:
        return self._clock.now() if self._clock else _STAMP
