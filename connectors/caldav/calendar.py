"""One calendar on a CalDAV server, behind the port."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from connectors.caldav import objects
from connectors.caldav.cursor import Cursor
from connectors.caldav.discovery import state_of
from connectors.caldav.draft import amend, compose
from connectors.caldav.ics import try_object
from connectors.caldav.overrides import cancel, restore, rework
from connectors.caldav.ownership import UNKNOWN, Identity
from connectors.caldav.place import Place
from connectors.caldav.reading import Delta, Fetched
from connectors.limits import Unreadable
from syncd.core.model import CalendarObject, Changes, EventDraft, OccurrenceRef, ReadProblem
from syncd.core.model.errors import CursorInvalid, Malformed, NotFound, VersionConflict
from syncd.core.time.spans import Span
from syncd.ports import Cancelled, Clock, Rework, Reworked, Written, each_read

_TRIES = 3

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _Read:
    """A collection's members that changed and that went, and the cursor that continues from here."""

    changed: tuple[str, ...]
    gone: tuple[str, ...]
    cursor: Cursor
    complete: bool


class CalDavCalendar:
    """One calendar. Where it lies is found out at the first use."""

    def __init__(
        self,
        id: str,
        place: Place,
        zone: ZoneInfo,
        clock: Clock,
        me: Identity = UNKNOWN,
        *,
        plain: bool = True,
    ) -> None:
        """`place` knows, or finds, where the calendar lies; `zone` is that of floating times; `me` its user; `plain` as
        in `ics.read_object`.
        """
        self._id = id
        self._place = place
        self._zone = zone
        self._clock = clock
        self._me = me
        self._plain = plain

    @property
    def id(self) -> str:
        return self._id

    def changes(self, cursor: str, window: Span) -> Changes:
        read = self._since(self._place.decoded(cursor)) if cursor else self._everything()
        shelf = self._place.shelf()
        found: list[CalendarObject] = []
        problems: list[ReadProblem] = []
        gone = list(read.gone)
        for fetched in shelf.fetch(read.changed):
            if fetched.gone:
                gone.append(fetched.path)
                continue
            match self._translated(fetched, window):
                case CalendarObject() as one:
                    shelf.known[one.uid] = one.href
                    found.append(one)
                case ReadProblem() as problem:
                    problems.append(problem)
        left = () if read.complete else tuple(gone)
        return Changes(tuple(found), left, read.cursor.encode(), read.complete, tuple(problems))

    def read(self, uid: str, window: Span) -> CalendarObject | None:
        stored = objects.find(self._place.shelf(), uid)
        if stored is None:
            return None
        found = self._translated(Fetched(stored.path, stored.etag, stored.text), window)
        if isinstance(found, ReadProblem):
            raise Malformed(f"calendar {self._id}: event {uid}: {found.reason}")
        return found

    def read_several(self, uids: Sequence[str], window: Span) -> Mapping[str, CalendarObject]:
        shelf = self._place.shelf()
        paths = {shelf.known.get(uid) or objects.path_for(shelf, uid): uid for uid in uids}
        listed = (self._translated(one, window) for one in shelf.fetch(tuple(paths)) if not one.gone)
        found = {one.uid: one for one in listed if isinstance(one, CalendarObject) and one.uid in uids}
        return found | each_read(self.read, (uid for uid in uids if uid not in found), window)

    def create(self, draft: EventDraft) -> Written:
        text = self._guarded(draft.uid, lambda: compose(draft, self._clock.now()))
        return objects.add(self._place.shelf(), draft.uid, text, self._zone)

    def replace(self, draft: EventDraft, etag: str) -> Written:
        shelf = self._place.shelf()
        stored = objects.require(shelf, draft.uid, etag)
        text = self._guarded(draft.uid, lambda: amend(stored.text, draft, self._clock.now(), self._zone))
        return objects.put(shelf, stored, text, self._zone)

    def delete(self, uid: str, etag: str, *, quiet: bool = False, words: str = "") -> None:
        shelf = self._place.shelf()
        objects.remove(shelf, objects.require(shelf, uid, etag))

    def cancel(self, ref: OccurrenceRef, etag: str) -> Cancelled:
        shelf = self._place.shelf()
        stored = objects.require(shelf, ref.uid, "")
        text, pre_image = self._guarded(
            ref.uid, lambda: cancel(stored.text, ref.recurrence_id, self._clock.now(), self._zone)
        )
        if text is None:
            return Cancelled(stored.etag, pre_image)
        objects.unchanged(shelf, ref.uid, stored, etag)
        return Cancelled(objects.put(shelf, stored, text, self._zone).etag, pre_image)

    def restore(self, ref: OccurrenceRef, pre_image: str) -> Written:
        for _ in range(_TRIES - 1):
            try:
                return self._restored(ref, pre_image)
            except VersionConflict:
                continue  # edited in between: read again, keep that edit too
        return self._restored(ref, pre_image)

    def rework(self, uid: str, changes: Sequence[Rework]) -> Reworked:
        shelf = self._place.shelf()
        stored = objects.require(shelf, uid, "")
        text, pre_images, refused = self._guarded(
            uid,
            lambda: rework(
                stored.text,
                changes,
                lambda etag: objects.is_same(stored.etag, etag),
                self._clock.now(),
                self._zone,
            ),
        )
        etag = objects.put(shelf, stored, text, self._zone).etag if text != stored.text else stored.etag
        return Reworked(etag, pre_images, refused)

    def _restored(self, ref: OccurrenceRef, pre_image: str) -> Written:
        shelf = self._place.shelf()
        stored = objects.require(shelf, ref.uid, "")
        text = self._guarded(
            ref.uid,
            lambda: restore(stored.text, ref.recurrence_id, pre_image, self._clock.now(), self._zone),
        )
        return objects.put(shelf, stored, text, self._zone) if text else Written(stored.path, stored.etag)

    def _everything(self) -> _Read:
        shelf = self._place.shelf()
        try:
            token, ctag = state_of(shelf.door, shelf.path, shelf.what)
        except NotFound:
            self._place.forget()  # it may lie elsewhere by the next pass
            raise
        start = self._place.cursor()
        if token:
            try:
                delta = shelf.since("")
            except Malformed:
                pass  # a token without the report that goes with it
            else:
                cursor = start.whole(delta.token, ctag, delta.changed)
                return _Read(tuple(sorted(delta.changed)), (), cursor, complete=True)
        listing = shelf.listing()
        return _Read(tuple(sorted(listing)), (), start.whole("", ctag, listing), complete=True)

    def _since(self, cursor: Cursor) -> _Read:
        self._place.take(cursor)
        shelf = self._place.shelf()
        try:
            token, ctag = self._place.state()
            if not cursor.token:
                return self._compared(shelf.listing(), cursor, ctag)
            delta = shelf.since(cursor.token)
            if cursor.differs(token, ctag) and _incomplete(delta, cursor):
                return self._decided(shelf.listing(), delta, cursor, (token or delta.token, ctag))
        except NotFound as error:
            self._place.forget()
            self._place.shelf()  # raises NotFound, naming what there is, unless the calendar moved
            raise CursorInvalid(f"calendar {self._id}: lies elsewhere now") from error
        return _Read(
            tuple(sorted(delta.changed)), delta.gone, cursor.moved(delta.token, ctag), complete=False
        )

    def _decided(
        self, listing: Mapping[str, str], delta: Delta, cursor: Cursor, state: tuple[str, str]
    ) -> _Read:
        """A delta that may be none, settled by what there is: then everything is read, unless nothing has changed."""
        token, ctag = state
        if delta.changed and 2 * len(delta.changed) < len(listing):
            return _Read(tuple(sorted(delta.changed)), (), cursor.moved(delta.token, ctag), complete=False)
        if not delta.changed and cursor.lists(listing):
            return _Read((), (), cursor.moved(token, ctag), complete=False)
        return _Read(tuple(sorted(listing)), (), cursor.whole(token, ctag, listing), complete=True)

    def _compared(self, listing: Mapping[str, str], cursor: Cursor, ctag: str) -> _Read:
        """Without tokens: what the etags say. An etag that the server failed to tell means: as before."""
        now = {path: etag or cursor.etags.get(path, "") for path, etag in listing.items()}
        changed = (path for path, etag in now.items() if not etag or cursor.etags.get(path) != etag)
        gone = tuple(path for path in cursor.etags if path not in now)
        return _Read(tuple(sorted(changed)), gone, cursor.moved("", ctag, now), complete=False)

    def _translated(self, fetched: Fetched, window: Span) -> CalendarObject | ReadProblem | None:
        if fetched.problem:
            name = _named(fetched.path, self._place.shelf().known.items())
            return ReadProblem(self._id, name, fetched.problem, fetched.path)
        return try_object(
            fetched.text,
            calendar=self._id,
            href=fetched.path,
            etag=fetched.etag,
            window=window,
            zone=self._zone,
            me=self._me,
            plain=self._plain,
        )

    def _guarded(self, uid: str, work: Callable[[], _Result]) -> _Result:
        try:
            return work()
        except Unreadable as error:
            raise Malformed(f"calendar {self._id}: event {uid}: {error.reason}") from error


def _incomplete(delta: Delta, cursor: Cursor) -> bool:
    """True for an answer that a server gives which has lost its record of changes, and says no word of it.

    sabre then names nothing, DAViCal everything that is left; what was deleted is in neither.
    """
    return not delta.gone and (not delta.changed or 2 * len(delta.changed) >= cursor.size)


def _named(path: str, known: Iterable[tuple[str, str]]) -> str:
    """The UID of an object that could not be had: as seen before, else what its name suggests."""
    seen = next((uid for uid, where in known if where == path), "")
    return seen or path.rpartition("/")[2].removesuffix(".ics")
