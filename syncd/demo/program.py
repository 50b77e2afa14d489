"""Dana's own calendar program in the demo: plain CalDAV requests, nothing of the daemon's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin
from xml.sax.saxutils import escape

import requests

from syncd.demo.servers import CalendarServer

TIMEOUT = 20  # seconds
_MKCALENDAR = (
    '<?xml version="1.0"?><C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    "<D:set><D:prop><D:displayname>{name}</D:displayname></D:prop></D:set></C:mkcalendar>"
)


@dataclass(frozen=True, slots=True)
class CalendarProgram:
    """One calendar on the demo's server, handled by its owner."""

    url: str
    user: str
    password: str

    @classmethod
    def create(cls, server: CalendarServer, name: str) -> CalendarProgram:
        """Make a calendar with this display name (RFC 4791 §5.3.1)."""
        url = urljoin(server.url, f"{server.user}/{name.lower()}/")
        program = cls(url, server.user, server.password)
        program._request("MKCALENDAR", url, _MKCALENDAR.format(name=escape(name)))
        return program

    def put(self, uid: str, text: str) -> None:
        """Write an event, whatever stands there."""
        self._request("PUT", self._href(uid), text, "text/calendar; charset=utf-8")

    def get(self, uid: str) -> str:
        """The text of one event."""
        return self._request("GET", self._href(uid)).text

    def retitle(self, uid: str, title: str) -> None:
        """Change an event's title, as a person types it."""
        self.put(uid, re.sub(r"(?m)^SUMMARY:[^\r\n]*", f"SUMMARY:{title}", self.get(uid), count=1))

    def export(self, path: Path) -> None:
        """The whole calendar as one .ics file."""
        path.write_text(self._request("GET", self.url).text, encoding="utf-8")

    def _href(self, uid: str) -> str:
        return urljoin(self.url, f"{uid}.ics")

    def _request(
        self, method: str, url: str, body: str = "", kind: str = "application/xml"
    ) -> requests.Response:
        answer = requests.request(
            method,
            url,
            data=body.encode(),
            headers={"Content-Type": kind},
            auth=(self.user, self.password),
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        return answer
