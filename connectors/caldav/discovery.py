"""Finding an account's calendars: from any of its URLs to its principal, its homes and what they list."""

from __future__ import annotations

from dataclasses import dataclass

from caldav.elements import cdav, dav

from connectors.caldav.bodies import LISTED, GetCTag, propfind
from connectors.caldav.client import DavDoor
from connectors.caldav.cursor import Home
from connectors.caldav.multistatus import Multistatus, Resource
from connectors.caldav.origin import Origin, path_of
from syncd.core.model.errors import Forbidden, Malformed, NotFound

_WRITE = frozenset({"{DAV:}write", "{DAV:}write-content", "{DAV:}bind", "{DAV:}all"})
_WELL_KNOWN = "/.well-known/caldav"
_UNAUTHENTICATED = "{DAV:}unauthenticated"


@dataclass(frozen=True, slots=True)
class Listed:
    """One calendar as its home lists it."""

    home: Home
    path: str
    name: str
    writable: bool
    token: str = ""
    ctag: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """What an account can see, and by which addresses its server knows it (lower case, without mailto:).

    `names` are all that mean its user: these addresses, and the paths and URNs that stand for them.
    """

    calendars: tuple[Listed, ...]
    addresses: tuple[str, ...]
    names: frozenset[str] = frozenset()


def look_around(door: DavDoor) -> Directory:
    """Find everything. Raises Malformed where no CalDAV principal is found at the account's URL."""
    what = f"account {door.account}"
    start = _start(door, what)
    principal = _principal(door, start, what)
    homes = _homes(door, principal or start)
    calendars = [one for home in homes for one in list_home(door, home)]
    if _is_calendar(start) and not any(_same(one.path, start.path) for one in calendars):
        calendars.append(_listed(start, Home(start.path, 0)))
    if not homes and not calendars:
        raise Malformed(
            f"{what}: no calendars are found at {door.origin}{door.start}; "
            "set `url` to the CalDAV address that your calendar program shows"
        )
    user = principal or start
    return Directory(tuple(calendars), _addresses(user), _names(door, user))


def list_home(door: DavDoor, home: Home) -> tuple[Listed, ...]:
    """The event calendars that a home lists now: one request."""
    answer = _ask(door, home.path, propfind(*LISTED), f"account {door.account}", depth=home.depth)
    return tuple(_listed(one, home) for one in answer.resources if _is_calendar(one))


def state_of(door: DavDoor, path: str, what: str) -> tuple[str, str]:
    """The calendar's sync token and change tag now, "" each where the server has none."""
    answer = _ask(door, path, propfind(dav.SyncToken, GetCTag), what, depth=0)
    one = answer.at(path)
    if one is None or one.missing:
        raise NotFound(f"{what}: is not there (any more)")
    return one.text(dav.SyncToken.tag), one.text(GetCTag.tag)


def _start(door: DavDoor, what: str) -> Resource:
    told = (one for one in LISTED if one not in (dav.SyncToken, GetCTag))  # DAViCal's root fails on a token
    wanted = propfind(*told, dav.CurrentUserPrincipal, cdav.CalendarHomeSet, cdav.CalendarUserAddressSet)
    try:
        return _known(_first(_ask(door, door.start, wanted, what, depth=0), what), what)
    except (NotFound, Malformed, Forbidden) as first:
        try:
            return _known(_first(_ask(door, _WELL_KNOWN, wanted, what, depth=0), what), what)
        except (NotFound, Malformed, Forbidden):
            raise first from None


def _known(start: Resource, what: str) -> Resource:
    """The same, unless the server answered without asking who we are (RFC 5397 §3): there it tells nothing."""
    if _UNAUTHENTICATED in start.tags(dav.CurrentUserPrincipal.tag):
        raise Forbidden(
            f"{what}: the server answers anybody at this address; set `url` to your own calendars'"
        )
    return start


def _principal(door: DavDoor, start: Resource, what: str) -> Resource | None:
    hrefs = start.hrefs(dav.CurrentUserPrincipal.tag)
    if not hrefs:
        return None
    path = path_of(f"{door.origin}/", hrefs[0])
    wanted = propfind(cdav.CalendarHomeSet, cdav.CalendarUserAddressSet)
    return _first(_ask(door, path, wanted, what, depth=0), what)


def _homes(door: DavDoor, principal: Resource) -> list[Home]:
    base = f"{door.origin}/"
    return [Home(path_of(base, href)) for href in dict.fromkeys(principal.hrefs(cdav.CalendarHomeSet.tag))]


def _ask(door: DavDoor, path: str, body: str, what: str, *, depth: int) -> Multistatus:
    answer = door.read("PROPFIND", path, body, what=what, headers={"Depth": str(depth)})
    return answer.multistatus()


def _first(answer: Multistatus, what: str) -> Resource:
    if not answer.resources or answer.resources[0].missing:
        raise NotFound(f"{what}: the server knows nothing at this address; check `url`")
    return answer.resources[0]


def _is_calendar(one: Resource) -> bool:
    kinds = one.properties.get(cdav.SupportedCalendarComponentSet.tag)
    named = {str(kind.get("name", "")).upper() for kind in kinds} if kinds is not None else set()
    return cdav.Calendar.tag in one.tags(dav.ResourceType.tag) and (not named or "VEVENT" in named)


def _listed(one: Resource, home: Home) -> Listed:
    privileges = one.tags(dav.CurrentUserPrivilegeSet.tag)
    path = one.path if one.path.endswith("/") else f"{one.path}/"
    return Listed(
        home=home,
        path=path,
        name=one.text(dav.DisplayName.tag) or path.rstrip("/").rpartition("/")[2],
        writable=not privileges or bool(privileges & _WRITE),
        token=one.text(dav.SyncToken.tag),
        ctag=one.text(GetCTag.tag),
    )


def _addresses(principal: Resource) -> tuple[str, ...]:
    found = (href.lower() for href in principal.hrefs(cdav.CalendarUserAddressSet.tag))
    return tuple(href.removeprefix("mailto:") for href in found if href.startswith("mailto:"))


def _names(door: DavDoor, user: Resource) -> frozenset[str]:
    hrefs = (user.path, *user.hrefs(cdav.CalendarUserAddressSet.tag))
    return frozenset(user_name(door.origin, href) for href in hrefs)


def user_name(origin: Origin, stated: str) -> str:
    """A calendar user's address in one spelling: bare and lower case, or the path that it has on this server."""
    bare = stated.strip().lower().removeprefix("mailto:")
    if not bare.startswith(("/", "http:", "https:")):
        return bare
    try:
        return path_of(f"{origin}/", bare).rstrip("/")
    except Malformed:
        return bare  # on another server


def _same(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")
