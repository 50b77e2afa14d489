"""A server that keeps every byte, as some do: Radicale stores a stand-in, the texts are kept at the proxy before it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from connectors.caldav.account import CalDavAccount
from tests.servers.dav import DavServer
from tests.servers.proxy import Message, Proxy, proxied
from tests.servers.worlds import StoppedClock, World, config

_UID = re.compile(rb"UID:([^\r\n]*)")
_RESPONSE, _HREF = "{DAV:}response", "{DAV:}href"
_DATA = "{urn:ietf:params:xml:ns:caldav}calendar-data"
_STAND_IN = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART:20260706T080000Z\r\nSUMMARY:{revision}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@dataclass
class Shelf:
    """The texts, by path. `before` and `after` are the two sides of the proxy."""

    texts: dict[str, bytes] = field(default_factory=dict)
    coming: dict[str, bytes] = field(default_factory=dict)
    revision: int = 0

    def before(self, request: Message) -> None:
        """What is stored is kept, and a stand-in goes on."""
        request.drop("Accept-Encoding")
        if request.method == "PUT":
            self.revision += 1
            self.coming[request.path] = request.body
            found = _UID.search(request.body)
            assert found, "an object without a UID"
            uid = found[1].decode()
            request.body = _STAND_IN.format(uid=uid, revision=self.revision).encode()

    def after(self, answer: Message) -> None:
        """What was kept comes back; objects that came another way are as the server has them."""
        if answer.method == "PUT" and answer.status < 300:
            self.texts[answer.path] = self.coming[answer.path]
        elif answer.method == "GET" and answer.path in self.texts:
            answer.body = self.texts[answer.path]
        elif answer.method == "REPORT" and b"calendar-data" in answer.body:
            answer.body = self._with_texts(answer.body)

    def _with_texts(self, body: bytes) -> bytes:
        tree = etree.fromstring(body)
        for response in tree.iter(_RESPONSE):
            for data in response.iter(_DATA):
                kept = self.texts.get(response.findtext(_HREF) or "")
                data.text = kept.decode() if kept is not None else data.text
        whole: bytes = etree.tostring(tree, xml_declaration=True, encoding="utf-8")
        return whole


@contextlib.contextmanager
def verbatim_world(server: DavServer, slug: str) -> Iterator[tuple[World, Proxy]]:
    """A fresh calendar whose owner and connector both reach it through the proxy that keeps the texts."""
    shelf = Shelf()
    with proxied(server.url, shelf.before, shelf.after) as proxy:
        home = DavServer(proxy.url, server.home, server.username, server.password)
        calendar = home.make_calendar(slug, "Practice")
        theirs = replace(config(server, proxy.url), address="dana@example.org")
        account = CalDavAccount(theirs, StoppedClock())
        try:
            yield World(account, calendar, "verbatim"), proxy
        finally:
            home.send("DELETE", calendar.path)
