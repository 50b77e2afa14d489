"""Reading a 207: what the server says of each resource, kept apart from what it failed to say.

The library's own reading decodes paths and takes a property that the server failed to produce for one that is not
there; a path is needed exactly as the server names it, and a failure is not absence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from caldav.elements import dav

from connectors.caldav.origin import path_of
from syncd.core.model.errors import Malformed

OK = 200
NOT_FOUND = 404
INSUFFICIENT_STORAGE = 507


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a multistatus. `failed`: the server could not tell something that was asked for."""

    path: str
    status: int
    properties: dict[str, Any] = field(default_factory=dict)  # tag -> element
    failed: bool = False

    @property
    def missing(self) -> bool:
        """True where the server says that there is no such resource."""
        return self.status in {NOT_FOUND, 410}

    def text(self, tag: str) -> str:
        """The text of a property, "" where it is not there."""
        element = self.properties.get(tag)
        return str(element.text or "").strip() if element is not None else ""

    def raw_text(self, tag: str) -> str:
        """The text of a property as it stands."""
        element = self.properties.get(tag)
        return str(element.text or "") if element is not None else ""

    def tags(self, tag: str) -> frozenset[str]:
        """The names of all elements inside a property."""
        element = self.properties.get(tag)
        inside = element.iter() if element is not None else ()
        return frozenset(str(one.tag) for one in inside if one is not element)

    def hrefs(self, tag: str) -> tuple[str, ...]:
        """The DAV:href texts inside a property."""
        element = self.properties.get(tag)
        found = element.iter(dav.Href.tag) if element is not None else ()
        return tuple(str(one.text or "").strip() for one in found)


@dataclass(frozen=True, slots=True)
class Multistatus:
    """All resources of an answer, with the collection's new token where a sync was asked for."""

    resources: tuple[Resource, ...]
    token: str = ""
    truncated: bool = False

    def at(self, path: str) -> Resource | None:
        """The resource at this path, a trailing slash aside."""
        wanted = path.rstrip("/")
        return next((one for one in self.resources if one.path.rstrip("/") == wanted), None)


def read_multistatus(tree: Any, base: str) -> Multistatus:  # noqa: ANN401
    """Read the parsed body of an answer to a request for `base`. Raises Malformed."""
    if tree is None or tree.tag != dav.MultiStatus.tag:
        raise Malformed("the answer is not a DAV multistatus")
    token = tree.findtext(dav.SyncToken.tag, default="").strip()
    resources = tuple(_resources(tree, base))
    truncated = any(one.status == INSUFFICIENT_STORAGE for one in resources)
    return Multistatus(
        tuple(one for one in resources if one.status != INSUFFICIENT_STORAGE), token, truncated
    )


def _resources(tree: Any, base: str) -> Iterator[Resource]:  # noqa: ANN401
    for response in tree.iterfind(dav.Response.tag):
        hrefs = [str(one.text or "") for one in response.iterfind(dav.Href.tag)]
        if not hrefs or not hrefs[0].strip():
            raise Malformed("the answer speaks of a resource without naming it")
        stated = response.find(dav.Status.tag)
        status = _code(stated.text) if stated is not None else OK
        properties: dict[str, Any] = {}
        failed = status >= 500
        for propstat in response.iterfind(dav.PropStat.tag):
            code = _code(propstat.findtext(dav.Status.tag, default=""))
            failed = failed or code not in {OK, 201, 207, NOT_FOUND, 401, 403}
            if code < 300:
                properties |= {one.tag: one for prop in propstat.iterfind(dav.Prop.tag) for one in prop}
        for href in hrefs:
            yield Resource(path_of(base, href), status, properties, failed)


def _code(line: str | None) -> int:
    parts = (line or "").split()
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else OK
