"""A therapist's calendar program: plain WebDAV by requests alone, sharing nothing with the connector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import requests

from tests.scenario.ics import with_zone

_XML = "application/xml; charset=utf-8"

_MKCALENDAR = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{name}</D:displayname>
<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
</D:prop></D:set></C:mkcalendar>"""

_RENAME = """<?xml version="1.0" encoding="utf-8"?>
<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>{name}</D:displayname></D:prop></D:set>
</D:propertyupdate>"""


@dataclass(frozen=True)
class DavServer:
    """A running server: where it listens, whose home is where, and with which credentials."""

    url: str
    home: str
    username: str
    password: str

    def make_calendar(self, slug: str, name: str) -> DavCalendar:
        """Create a calendar with this display name in the home."""
        path = f"{self.home}{slug}/"
        answer = self._send("MKCALENDAR", path, _MKCALENDAR.format(name=name), Content_Type=_XML)
        assert answer.status_code in {200, 201}, answer.text
        answer = self._send(
            "PROPPATCH", path, _RENAME.format(name=name), Content_Type=_XML
        )  # not every server takes it from above
        assert answer.status_code == 207, answer.text
        return DavCalendar(self, path, name)

    def send(self, method: str, path: str, body: str = "", **headers: str) -> requests.Response:
        """One request, whatever its answer."""
        return self._send(method, path, body, **headers)

    def _send(self, method: str, path: str, body: str = "", **headers: str) -> requests.Response:
        return requests.request(
            method,
            f"{self.url}{path}",
            data=body.encode(),
            auth=(self.username, self.password),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            timeout=300,
        )


@dataclass(frozen=True)
class DavCalendar:
    """One calendar as its owner works in it."""

    server: DavServer
    path: str
    name: str

    def put_text(self, text: str, uid: str) -> None:
        """Store iCalendar text under the name of its UID; a server that finds no zone in it makes one, at some cost."""
        sent = with_zone(text)
        answer = self.server.send("PUT", self._path(uid), sent, Content_Type="text/calendar; charset=utf-8")
        assert answer.status_code in {200, 201, 204}, f"{answer.status_code} {answer.text}"

    def put_all(self, texts: Sequence[str]) -> None:
        """Replace the whole calendar, as an import does where the server allows it."""
        events = [text[text.index("BEGIN:VEVENT") : text.rindex("END:VCALENDAR")] for text in texts]
        head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nX-WR-CALNAME:{self.name}\r\n"
        whole = f"{head}{''.join(events)}END:VCALENDAR\r\n"
        answer = self.server.send("PUT", self.path, whole, Content_Type="text/calendar; charset=utf-8")
        assert answer.status_code in {201, 204}, answer.text

    def text(self, uid: str) -> str:
        """What is stored under a UID, "" where nothing is."""
        answer = self.server.send("GET", self._path(uid))
        return answer.content.decode() if answer.status_code == 200 else ""

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Change the stored text."""
        self.put_text(change(self.text(uid)), uid)

    def remove(self, uid: str) -> None:
        """Delete the object."""
        assert self.server.send("DELETE", self._path(uid)).status_code in {200, 204}

    def _path(self, uid: str) -> str:
        return f"{self.path}{quote(uid, safe='')}.ics"
