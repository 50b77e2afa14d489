"""A CalDAV server in a process of its own, as quick as one can be: accounts by user name, each with one calendar.

It knows what syncd asks (RFC 4918, 4791, 6578): what a home lists, what changed, the objects, and writes on condition.
"""

from __future__ import annotations

import multiprocessing
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from multiprocessing.connection import Connection
from time import sleep
from urllib.parse import unquote
from xml.sax.saxutils import escape

CALENDAR = "Practice"
_HREF = re.compile(r"<(?:\w+:)?href>([^<]*)</")
_TOKEN = re.compile(r"<(?:\w+:)?sync-token>([^<]*)</")
_SOUGHT = re.compile(r"<(?:\w+:)?text-match[^>]*>([^<]*)</")
_SPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'
_OK = "<d:status>HTTP/1.1 200 OK</d:status>"


@dataclass
class Shelf:
    """One account's calendar: texts with their versions by path, and what was changed when."""

    texts: dict[str, tuple[int, str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    asked: int = 0

    def put(self, path: str, text: str) -> int:
        """A new version of an object."""
        self.log.append(path)
        self.texts[path] = (len(self.log), text)
        return len(self.log)

    def drop(self, path: str) -> None:
        """No object any more."""
        self.log.append(path)
        del self.texts[path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    shelves: dict[str, Shelf]
    away: float

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()

    def _answer(self, status: int, text: str = "", **headers: str) -> None:
        data = text.encode()
        sleep(self.away)
        self.send_response_only(status)  # no date: clocks are set by hand
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _many(self, *parts: str) -> None:
        text = f'<?xml version="1.0"?><d:multistatus {_SPACES}>{"".join(parts)}</d:multistatus>'
        self._answer(207, text, Content_Type="application/xml; charset=utf-8")

    def _of(self) -> tuple[str, Shelf] | None:
        """Whose account it is; asked for where the request does not say."""
        given = self.headers.get("Authorization", "")
        if not given.startswith("Basic "):
            self._body()
            self._answer(401, WWW_Authenticate='Basic realm="shelves"')
            return None
        user = b64decode(given[6:]).decode().partition(":")[0]
        shelf = self.shelves[user]
        shelf.asked += 1
        return user, shelf

    def do_PROPFIND(self) -> None:
        if (found := self._of()) is None:
            return
        user, shelf = found
        self._body()
        at = self.path
        if at.endswith(f"/{CALENDAR}/"):
            self._many(_collection(user, shelf))
        elif self.headers.get("Depth") == "1":
            self._many(_home(user), _collection(user, shelf))
        else:
            self._many(_home(user))

    def do_REPORT(self) -> None:
        if (found := self._of()) is None:
            return
        shelf, body = found[1], self._body()
        if "sync-collection" in body:
            token = _said(_TOKEN, body)
            since = int(token.rpartition("/")[2]) if token else 0
            paths = dict.fromkeys(shelf.log[since:])
            self._many(
                *(_member(shelf, one) for one in paths), f"<d:sync-token>{_token(shelf)}</d:sync-token>"
            )
        elif "calendar-multiget" in body:
            self._many(*(_member(shelf, unquote(one), whole=True) for one in _HREF.findall(body)))
        else:
            sought = _said(_SOUGHT, body)
            paths = {one: None for one, (_, text) in shelf.texts.items() if f"UID:{sought}\r\n" in text}
            self._many(*(_member(shelf, one, whole=True) for one in paths))

    def do_GET(self) -> None:
        if (found := self._of()) is None:
            return
        there = found[1].texts.get(unquote(self.path))
        if there is None:
            self._answer(404)
        else:
            self._answer(200, there[1], ETag=f'"{there[0]}"', Content_Type="text/calendar; charset=utf-8")

    def do_PUT(self) -> None:
        if (found := self._of()) is None:
            return
        shelf, path, text = found[1], unquote(self.path), self._body()
        there = shelf.texts.get(path)
        if (there is None) != (self.headers.get("If-None-Match") == "*") or (
            there is not None and self.headers.get("If-Match") != f'"{there[0]}"'
        ):
            self._answer(412)
        else:
            self._answer(201 if there is None else 204, ETag=f'"{shelf.put(path, text)}"')

    def do_DELETE(self) -> None:
        if (found := self._of()) is None:
            return
        path = unquote(self.path)
        if path not in found[1].texts:
            self._answer(404)
        else:
            found[1].drop(path)
            self._answer(204)


def _said(what: re.Pattern[str], body: str) -> str:
    found = what.search(body)
    return found[1] if found else ""


def _token(shelf: Shelf) -> str:
    return f"http://shelves/{len(shelf.log)}"


def _home(user: str) -> str:
    me, home = (
        f"<d:href>/{user}/</d:href>",
        f"<c:calendar-home-set><d:href>/{user}/</d:href></c:calendar-home-set>",
    )
    address = f"<c:calendar-user-address-set><d:href>mailto:{user}@example.org</d:href></c:calendar-user-address-set>"
    told = f"<d:current-user-principal>{me}</d:current-user-principal>{home}{address}"
    kind = "<d:resourcetype><d:collection/></d:resourcetype>"
    return f"<d:response>{me}<d:propstat><d:prop>{kind}{told}</d:prop>{_OK}</d:propstat></d:response>"


def _collection(user: str, shelf: Shelf) -> str:
    token = _token(shelf)
    told = (
        "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
        f"<d:displayname>{CALENDAR}</d:displayname><d:sync-token>{token}</d:sync-token><s:getctag>{token}</s:getctag>"
        "<d:current-user-privilege-set><d:privilege><d:all/></d:privilege></d:current-user-privilege-set>"
        '<c:supported-calendar-component-set><c:comp name="VEVENT"/></c:supported-calendar-component-set>'
    )
    where = f"<d:href>/{user}/{CALENDAR}/</d:href>"
    return f"<d:response>{where}<d:propstat><d:prop>{told}</d:prop>{_OK}</d:propstat></d:response>"


def _member(shelf: Shelf, path: str, *, whole: bool = False) -> str:
    there = shelf.texts.get(path)
    if there is None:
        return f"<d:response><d:href>{path}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
    data = f"<c:calendar-data>{escape(there[1])}</c:calendar-data>" if whole else ""
    told = f'<d:getetag>"{there[0]}"</d:getetag>{data}'
    return f"<d:response><d:href>{path}</d:href><d:propstat><d:prop>{told}</d:prop>{_OK}</d:propstat></d:response>"


def _serve(
    fill: Callable[[str], Iterator[str]], users: tuple[str, ...], away: timedelta, line: Connection
) -> None:
    shelves = {}
    for user in users:
        shelf, names = Shelf(), count(1)
        for text in fill(user):
            shelf.put(f"/{user}/{CALENDAR}/{next(names)}.ics", text)
        shelves[user] = shelf
    handler = type("Handler", (_Handler,), {"shelves": shelves, "away": away.total_seconds()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    line.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def serving(
    users: tuple[str, ...], fill: Callable[[str], Iterator[str]], away: timedelta = timedelta()
) -> Iterator[str]:
    """The address of a server on which these accounts hold what `fill` gives, until the block ends.

    Every answer takes as long as the way to it is long: `away`.
    """
    mine, its = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_serve, args=(fill, users, away, its), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}"
    finally:
        process.terminate()
        process.join()
