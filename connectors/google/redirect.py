"""The browser comes back to this machine after a sign-in (RFC 8252 §7.3), and reads what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
PATIENCE_WITH_ONE = 10.0  # seconds for a connection that asks for nothing: browsers open some ahead
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}


class Result(StrEnum):
    """What came of a sign-in."""

    DONE = "done"
    REFUSED = "refused"  # at Google's page, by whoever sat there
    UNTICKED = "unticked"
    SOMEBODY_ELSE = "somebody_else"
    NOT_LASTING = "not_lasting"  # Google gave access for an hour only
    UNREACHED = "unreached"  # Google did not answer: nothing is refused
    FAILED = "failed"  # a forged or old answer, or a file that cannot be written: the terminal says which


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page says: of which account, who signed in and who should have, the boxes missing, when it ends."""

    result: Result
    account: str
    who: str = ""
    expected: tuple[str, ...] = ()
    boxes: tuple[str, ...] = ()
    ends: datetime | None = None


Page = Callable[[Outcome], str]


class Redirect(HTTPServer):
    """Waits on loopback for one answer of Google's. Raises OSError for a port that is taken."""

    allow_reuse_address = False
    allow_reuse_port = False

    def __init__(self, port: int, settle: Callable[[str], tuple[bool, str]]) -> None:
        """`settle` is given the address that the browser was sent to; it returns whether all is well, and a page."""
        super().__init__((HOST, port), _Handler)
        self.settle = settle
        self.came = False

    @property
    def address(self) -> str:
        """Where Google sends the browser."""
        return f"http://{HOST}:{self.server_port}/"

    def wait(self, seconds: float) -> bool:
        """False where nobody came in time."""
        until = time.monotonic() + seconds
        while not self.came and (left := until - time.monotonic()) > 0:
            self.timeout = left
            self.handle_request()
        return self.came


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE_WITH_ONE
    server: Redirect

    def do_GET(self) -> None:
        """The one answer; anything else that a browser asks for, such as an icon, is not there."""
        asked = urlsplit(self.path)
        if self.server.came or asked.path != "/" or not {"code", "error"} & set(parse_qs(asked.query)):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.server.came = True
        well, page = self.server.settle(f"{self.server.address}?{asked.query}")
        self.send_response(HTTPStatus.OK if well else HTTPStatus.BAD_REQUEST)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the address carries what a token is made of."""
