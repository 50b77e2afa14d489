"""What changed in a calendar, and the changed objects themselves: listings, deltas and multigets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from caldav.elements import cdav, dav

from connectors.caldav.bodies import multiget, propfind, sync_collection
from connectors.caldav.client import DavDoor
from connectors.caldav.multistatus import Resource
from connectors.caldav.session import TooLarge
from syncd.core.model.errors import CursorInvalid, Forbidden, Malformed, NotFound

_BATCH = 50
_MAX_PAGES = 200


@dataclass(frozen=True, slots=True)
class Delta:
    """Paths with the etags they have now, paths that are gone, and the token that continues from here."""

    changed: Mapping[str, str]
    gone: tuple[str, ...]
    token: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """One object: its text, or nothing where it is gone, or why it cannot be had."""

    path: str
    etag: str = ""
    text: str = ""
    problem: str = ""

    @property
    def gone(self) -> bool:
        """True where the server says that there is no such object."""
        return not self.text and not self.problem


@dataclass(frozen=True, slots=True)
class Shelf:
    """One calendar collection as this account reaches it; `what` names it for messages."""

    door: DavDoor
    path: str
    what: str
    known: dict[str, str] = field(default_factory=dict)  # UID -> path, as far as seen
    weak: list[str] = field(default_factory=list)  # what was written and is called by a weak ETag
    refuses: list[bool] = field(
        default_factory=list
    )  # whether If-None-Match is looked at; [] until found out

    def since(self, token: str) -> Delta:
        """What changed since a token, "" for everything (RFC 6578). Raises CursorInvalid for an unknown one."""
        changed: dict[str, str] = {}
        gone: dict[str, None] = {}
        for _ in range(_MAX_PAGES):
            page = self._page(token)
            for path, etag in page.changed.items():
                changed[path] = etag
                gone.pop(path, None)
            for path in page.gone:
                changed.pop(path, None)
                gone[path] = None
            if not page.truncated or page.token == token:
                return Delta(changed, tuple(gone), page.token)
            token = page.token
        raise Malformed(f"{self.what}: the server never finishes telling what changed")

    def listing(self) -> Mapping[str, str]:
        """Every object's path with its etag, "" where the server failed to tell it."""
        body = propfind(dav.GetEtag, dav.ResourceType)
        answer = self.door.read("PROPFIND", self.path, body, what=self.what, headers={"Depth": "1"})
        return {
            one.path: one.text(dav.GetEtag.tag) for one in answer.multistatus().resources if self._member(one)
        }

    def fetch(self, paths: Sequence[str]) -> Iterator[Fetched]:
        """The objects at these paths; one that cannot be had stops no other."""
        for start in range(0, len(paths), _BATCH):
            yield from self._batch(paths[start : start + _BATCH])

    def get(self, path: str) -> Fetched:
        """One object, on its own."""
        try:
            answer = self.door.read("GET", path, what=self.what, headers={"Accept": "text/calendar"})
        except NotFound:
            return Fetched(path)
        return Fetched(path, answer.etag or self._etag(path), answer.text)

    def _page(self, token: str) -> _Page:
        try:
            answer = self.door.read(
                "REPORT", self.path, sync_collection(token), what=self.what, headers={"Depth": "0"}
            ).multistatus()
        except (Forbidden, Malformed) as error:
            if token:  # 403, 409, 412, 418 and worse are how servers say so
                raise CursorInvalid(str(error)) from error
            raise
        if not answer.token:
            raise Malformed(f"{self.what}: the server answers a sync without a token")
        members = [one for one in answer.resources if self._member(one)]
        return _Page(
            {one.path: one.text(dav.GetEtag.tag) for one in members if not one.missing},
            tuple(one.path for one in members if one.missing),
            answer.token,
            answer.truncated,
        )

    def _member(self, one: Resource) -> bool:
        inside = one.path.startswith(self.path) and one.path != self.path
        return (
            inside and not one.path.endswith("/") and dav.Collection.tag not in one.tags(dav.ResourceType.tag)
        )

    def _batch(self, paths: Sequence[str]) -> Iterator[Fetched]:
        try:
            answer = self.door.read(
                "REPORT", self.path, multiget(paths), what=self.what, headers={"Depth": "1"}
            )
            found = {one.path: one for one in answer.multistatus().resources}
        except TooLarge:
            middle = len(paths) // 2
            parts = [paths[:middle], paths[middle:]] if middle else []
            yield from (one for part in parts for one in self._batch(part)) if parts else self._singly(paths)
            return
        except (NotFound, Malformed):
            yield from self._singly(
                paths
            )  # one missing or unreadable object spoils some servers' whole answer
            return
        for path in paths:
            yield self._object(path, found.get(path))

    def _object(self, path: str, one: Resource | None) -> Fetched:
        text = one.raw_text(cdav.CalendarData.tag) if one is not None else ""
        if one is not None and one.missing:
            return Fetched(path)
        if one is None or not text:
            return next(self._singly([path]))  # left out, or the server failed to produce it
        return Fetched(path, one.text(dav.GetEtag.tag), text)

    def _singly(self, paths: Sequence[str]) -> Iterator[Fetched]:
        failures = 0
        for path in paths:
            try:
                yield self.get(path)
            except Malformed as error:
                failures += 1
                if failures == len(paths) > 1:
                    raise
                yield Fetched(path, problem=_reason(error))

    def _etag(self, path: str) -> str:
        answer = self.door.read(
            "PROPFIND", path, propfind(dav.GetEtag), what=self.what, headers={"Depth": "0"}
        ).multistatus()
        one = answer.at(path)
        return one.text(dav.GetEtag.tag) if one is not None else ""


@dataclass(frozen=True, slots=True)
class _Page:
    changed: Mapping[str, str]
    gone: tuple[str, ...]
    token: str
    truncated: bool


def _reason(error: Malformed) -> str:
    return (
        "larger than 10 MiB; remove its attachments"
        if isinstance(error, TooLarge)
        else "cannot be downloaded"
    )
