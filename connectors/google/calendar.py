"""One calendar of an account that owns it: ports.Calendar on events.list, get, insert, patch and delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from connectors.google import drafts, originals
from connectors.google.client import Answer, GoogleClient
from connectors.google.events import called_off, marker_of
from connectors.google.listing import Listing, list_all
from connectors.google.objects import Page, Shelf
from connectors.google.reworking import one_by_one
from connectors.google.series import is_gone, is_series
from connectors.google.service import Request, Service
from connectors.google.times import Item, instance_id, rfc3339
from connectors.google.versions import occurrence_etag, unchanged
from syncd.core.model import CalendarObject, Changes, EventDraft, OccurrenceRef
from syncd.core.model.errors import (
    CursorInvalid,
    Forbidden,
    Malformed,
    NotFound,
    Rejected,
    Transient,
    Unclear,
    VersionConflict,
)
from syncd.core.time.spans import Span
from syncd.ports import Cancelled, Rework, Reworked, Written, each_read

_PAGE = 2500  # the most that the API gives at once


@dataclass(frozen=True, slots=True)
class EventCalendar:
    """A calendar whose events are read and written.

    `id` is what settings call it, `label` what errors may call it, `remote` Google's id, `zone` its time zone,
    `home` the one in which our times are stated; `own` are the account's addresses, lower case; `mine` those under
    which settings know whose main calendar it is, empty for any other calendar; `plain` as in `Rules`.
    """

    id: str
    label: str
    remote: str
    zone: ZoneInfo
    home: ZoneInfo
    own: frozenset[str]
    client: GoogleClient
    writable: bool = True
    mine: tuple[str, ...] = ()
    plain: bool = True

    def changes(self, cursor: str, window: Span) -> Changes:
        listing = self._list(cursor)
        page, shelf = Page.of(listing.items), Shelf(self.id, window, self.zone, self.mine, self.plain)
        for single in page.singles.values():
            shelf.single(single)
        if cursor:
            gone = self._touched(page, shelf)
        else:
            gone = tuple(page.gone)
            for key, master in page.masters.items():
                shelf.series(master, tuple(page.exceptions.get(key, {}).values()))
            for item in page.lost:
                shelf.lost(item)
        return Changes(
            objects=tuple(shelf.objects),
            gone=gone,
            cursor=str(listing.last.get("nextSyncToken") or cursor),  # without one, the same is read again
            complete=not cursor,
            problems=tuple(shelf.problems),
        )

    def read(self, uid: str, window: Span) -> CalendarObject | None:
        item = self._get(uid)
        if item is None or (is_gone(item) and not called_off(item)):
            return None
        shelf = Shelf(self.id, window, self.zone, self.mine, self.plain)
        if is_series(item):
            shelf.instances(item, self._inside(uid, window))
        else:
            shelf.single(item)
        if not shelf.objects:
            raise Malformed(f"google: events.get {self.label}: {shelf.problems[0].reason}")
        return shelf.objects[0]

    def read_several(self, uids: Sequence[str], window: Span) -> Mapping[str, CalendarObject]:
        return each_read(self.read, uids, window)

    def create(self, draft: EventDraft) -> Written:
        body, send = drafts.insert_body(draft, self.home), drafts.send(draft.notify)
        try:
            made = self._insert(body, send)
        except VersionConflict:
            standing = self._get(draft.uid)
            if standing is None or is_gone(standing):
                raise NotFound(
                    f"google: events.insert {self.label}: deleted by hand; its id is never used again"
                ) from None
            raise
        return self._seen(draft, made)

    def replace(self, draft: EventDraft, etag: str) -> Written:
        item = self._standing(draft.uid, etag)
        body = drafts.patch_body(draft, item, self.home, self.own)
        if draft.notify and not drafts.is_told(body):
            raise Rejected(
                f"google: events.patch {self.label}: nothing changes that Google writes to guests about"
            )
        if not body:
            return Written(draft.uid, str(item["etag"]))
        done = self._patch(draft.uid, str(item["etag"]), body, drafts.send(draft.notify))
        return Written(draft.uid, str(done["etag"]))

    def delete(self, uid: str, etag: str, *, quiet: bool = False, words: str = "") -> None:
        item = self._standing(uid, "")
        begun = bool(words) and drafts.says(item, words)  # by us, and broken off: the etag is of before
        if not begun:
            unchanged(item, etag, f"events.get {self.label}")
        # Whoever has said no is not told again; any other guest hears it once, from Google.
        asked = any(one.get("responseStatus") != "declined" for one in drafts.others(item, self.own))
        told = asked and not quiet
        if told and words and not begun:
            # Google mails what stands there at the end: until then that was an offer.
            item = self._patch(uid, str(item["etag"]), {"description": words}, drafts.send(False))
        self._write("delete", drafts.send(told), etag=str(item["etag"]), eventId=uid)

    def cancel(self, ref: OccurrenceRef, etag: str) -> Cancelled:
        master = self._standing(ref.uid, "") if ref.recurrence_id else None
        item = self._original(ref)
        if item is None or (is_gone(item) and not called_off(item)):
            # What no longer tells who cancelled it counts as the therapist's: theirs is never brought back.
            raise NotFound(f"google: events.get {self.label}: deleted")
        before = originals.pre_image(item, master, self.zone)
        if is_gone(item):
            return Cancelled(str(item["etag"]), before)
        known = occurrence_etag(etag, ref.recurrence_id)
        if known and item["etag"] != known:
            raise VersionConflict(f"google: events.get {self.label}: changed since it was read")
        done = self._patch(str(item["id"]), str(item["etag"]), originals.cancelling(), self._told(item))
        return Cancelled(str(done["etag"]), before)

    def restore(self, ref: OccurrenceRef, pre_image: str) -> Written:
        before = originals.kept(pre_image)
        if before is None:
            raise Malformed(f"google: restore {self.label}: a pre-image that is not one")
        master = self._standing(ref.uid, "") if ref.recurrence_id else {}
        item = self._original(ref)
        if item is None and not ref.recurrence_id and (body := originals.anew(before)):
            made = self._insert(body, drafts.send(False))
            return Written(str(made["id"]), str(made["etag"]))
        if item is None:
            raise NotFound(f"google: restore {self.label}: the original is gone for good")
        if not is_gone(item):
            return Written(ref.uid, str(item["etag"]))
        body = originals.restoring(item, before)
        send = self._told(item, before, master)
        done = self._patch(str(item["id"]), str(item["etag"]), body, send, **originals.supported(body))
        return Written(ref.uid, str(done["etag"]))

    def rework(self, uid: str, changes: Sequence[Rework]) -> Reworked:
        return one_by_one(self, changes)

    def _told(self, original: Item, *besides: Item) -> str:
        """An original's client hears in words; guests whose calendars are not with Google, from Google as well: theirs
        would show it as it was. One that syncd itself had invited hears as they did then: from Google.

        A cancelled occurrence may say nothing of its guests any more, `besides` do.
        """
        if marker_of(original) is not None:
            return drafts.send(notify=True)
        guests = any(drafts.others(one, self.own) for one in (original, *besides))
        return "externalOnly" if guests else drafts.send(notify=False)

    def _original(self, ref: OccurrenceRef) -> Item | None:
        """The event or occurrence as it stands; None where the server knows none.

        After "this and following" the ids of occurrences are not made of their series' own: then the server says
        which one began at that time.
        """
        item = self._get(instance_id(ref.uid, ref.recurrence_id))
        if item is not None or not ref.recurrence_id:
            return item
        begins = originals.original_start(ref.recurrence_id)
        return next(iter(self._instances(ref.uid, originalStart=begins)), None)

    def _list(self, cursor: str) -> Listing:
        token = {"syncToken": cursor} if cursor else {}
        what = f"events.list {self.label}"

        def ask(service: Service, page: dict[str, str]) -> Request:
            # The parameters beside the tokens never change: the sync token holds for the same set only.
            return service.events().list(
                calendarId=self.remote,
                maxResults=_PAGE,
                showDeleted=True,
                singleEvents=False,
                **token,
                **page,
            )

        try:
            listing = list_all(self.client, ask, what)
        except CursorInvalid:
            if cursor:
                raise
            raise Transient(f"google: {what}: the pages ran out while they were read") from None
        except Rejected:
            if not cursor:
                raise
            # A token that is none answers 400. Were it the request, reading everything would say so.
            raise CursorInvalid(f"google: {what}: the sync token is not taken") from None
        return listing

    def _touched(self, page: Page, shelf: Shelf) -> tuple[str, ...]:
        """Read again each series of which anything changed; return what is gone."""
        gone = dict(page.gone)
        for key in dict.fromkeys((*page.masters, *page.exceptions)):
            master = page.masters.get(key) or (None if key in gone else self._get(key))
            if master is not None and is_series(master) and not is_gone(master):
                shelf.instances(master, self._inside(key, shelf.window))
                continue
            if master is not None and not is_gone(master):
                continue  # no series any more; it comes with its own change
            gone[key] = None
            for item in page.exceptions.get(key, {}).values():
                if is_gone(item):
                    gone[str(item["id"])] = None
                else:
                    shelf.lost(item)
        return tuple(gone)

    def _inside(self, uid: str, window: Span) -> tuple[Item, ...]:
        return self._instances(uid, timeMin=rfc3339(window.start), timeMax=rfc3339(window.end))

    def _instances(self, uid: str, **which: str) -> tuple[Item, ...]:
        def ask(service: Service, page: dict[str, str]) -> Request:
            return service.events().instances(
                calendarId=self.remote, eventId=uid, showDeleted=True, maxResults=_PAGE, **which, **page
            )

        what = f"events.instances {self.label}"
        try:
            return list_all(self.client, ask, what).items
        except (NotFound, CursorInvalid):
            # The series went between two requests; the calendar is there, and its next delta says the rest.
            raise Transient(f"google: {what}: changed while it was read") from None

    def _get(self, key: str) -> Answer | None:
        """The event or instance as it stands, deleted ones included; None where the server knows none."""
        try:
            found = self.client.read(
                lambda service: service.events().get(calendarId=self.remote, eventId=key),
                f"events.get {self.label}",
            )
        except (NotFound, CursorInvalid):  # 404, or 410 once a deleted event has been forgotten
            return None
        if not found.get("id") or not found.get("etag"):
            raise Malformed(f"google: events.get {self.label}: not an event")
        return found

    def _standing(self, key: str, etag: str) -> Item:
        """The event as it stands. Raises NotFound when it is gone, VersionConflict when it is not `etag` any more."""
        item = self._get(key)
        if item is None or is_gone(item):
            raise NotFound(f"google: events.get {self.label}: deleted")
        unchanged(item, etag, f"events.get {self.label}")
        return item

    def _insert(self, body: drafts.Body, send: str) -> Answer:
        """Where Google makes no rooms for this calendar, it refuses the whole: then without one."""
        try:
            return self._write("insert", send, etag="", body=body, **originals.supported(body))
        except Rejected:
            if not drafts.asks_for_room(body):
                raise
            return self._write("insert", send, body=drafts.without_room(body))

    def _patch(self, key: str, etag: str, body: drafts.Body, send: str, **more: object) -> Answer:
        return self._write("patch", send, etag=etag, eventId=key, body=body, **more)

    def _write(self, method: str, send: str, *, etag: str = "", **given: object) -> Answer:
        what = f"events.{method} {self.label}"
        if not self.writable:
            raise Forbidden(f"google: {what}: belongs to somebody else and is read only")

        def build(service: Service) -> Request:
            call: Callable[..., Request] = getattr(service.events(), method)
            return call(calendarId=self.remote, sendUpdates=send, **given)

        try:
            done = self.client.write(build, what, etag=etag)
        except Forbidden:
            # A deleted event answers 403 to a patch, like a calendar that is read-only: only a look tells.
            if "eventId" in given and self._deleted(str(given["eventId"])):
                raise NotFound(f"google: {what}: deleted") from None
            raise
        if method != "delete" and not done.get("etag"):
            raise Unclear(f"google: {what}: an answer without etag; outcome unknown")
        return done

    def _deleted(self, key: str) -> bool:
        item = self._get(key)
        return item is None or is_gone(item)

    def _seen(self, draft: EventDraft, made: Answer) -> Written:
        """Look at what stands there now: Google does not promise to notice that an id was in use."""
        try:
            standing = self._get(draft.uid)
        except Transient as error:
            raise Unclear(
                f"google: events.insert {self.label}: written, but not seen again: {error}"
            ) from None
        if standing is None or standing.get("created") != made.get("created") or is_gone(standing):
            raise VersionConflict(f"google: events.insert {self.label}: another event stands under this id")
        return Written(draft.uid, str(standing["etag"]))
