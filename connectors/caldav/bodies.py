"""What is asked of a CalDAV server: the XML of its requests, built from the library's elements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from caldav.elements import cdav, dav
from caldav.elements.base import BaseElement
from lxml import etree

ICAL = "text/calendar; charset=utf-8"


class GetCTag(BaseElement):
    """The collection's change tag (calendarserver-ctag)."""

    tag: ClassVar[str] = "{http://calendarserver.org/ns/}getctag"


LISTED: tuple[type[BaseElement], ...] = (
    dav.ResourceType,
    dav.DisplayName,
    dav.SyncToken,
    GetCTag,
    dav.CurrentUserPrivilegeSet,
    cdav.SupportedCalendarComponentSet,
)


def propfind(*wanted: type[BaseElement]) -> str:
    """Which properties to tell (RFC 4918 §9.1)."""
    return _text(_with(dav.Propfind(), _with(dav.Prop(), *(one() for one in wanted))))


def sync_collection(token: str) -> str:
    """What changed since a token; "" asks for everything (RFC 6578 §3.2)."""
    asked = (dav.SyncToken(value=token), dav.SyncLevel(value="1"), _with(dav.Prop(), dav.GetEtag()))
    return _text(_with(dav.SyncCollection(), *asked))


def multiget(paths: Iterable[str]) -> str:
    """These objects with their etags (RFC 4791 §7.9)."""
    return _text(_with(cdav.CalendarMultiGet(), _objects(), *(dav.Href(value=path) for path in paths)))


def with_uid(uid: str) -> str:
    """The objects that hold this UID (RFC 4791 §7.8.6)."""
    match = _with(cdav.PropFilter("UID"), cdav.TextMatch(uid))
    wanted = _with(cdav.CompFilter("VCALENDAR"), _with(cdav.CompFilter("VEVENT"), match))
    return _text(_with(cdav.CalendarQuery(), _objects(), _with(cdav.Filter(), wanted)))


def _objects() -> BaseElement:
    return _with(dav.Prop(), dav.GetEtag(), cdav.CalendarData())


def _with(parent: BaseElement, *children: BaseElement) -> BaseElement:
    parent.append(children)
    return parent


def _text(element: BaseElement) -> str:
    return str(etree.tostring(element.xmlelement(), encoding="utf-8", xml_declaration=True), "utf-8")
