"""A small HTTP proxy before a real server: it counts requests, and gives the server another's quirks."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass
class Message:
    """A request on its way in, or an answer on its way out; a quirk changes it in place."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    asked: bytes = b""  # of an answer: the body of its request

    def drop(self, name: str) -> None:
        """Remove a header, whatever its case."""
        self.headers = {key: value for key, value in self.headers.items() if key.lower() != name.lower()}

    def header(self, name: str) -> str:
        """A header, "" where it is not there."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


Quirk = Callable[[Message], "Message | None"]


def unchanged(message: Message) -> None:
    """Let it pass."""


@dataclass
class Proxy:
    """Where it listens and what it saw.

    `before` may change a request or answer it in the server's place; `after` may change an answer. `cut` breaks the
    connection instead of answering, after the server has done its part.
    """

    url: str = ""
    seen: list[tuple[str, str]] = field(default_factory=list)
    before: Quirk = unchanged
    after: Quirk = unchanged
    cut: Callable[[Message], bool] = lambda message: False
    lock: Lock = field(default_factory=Lock)


@contextlib.contextmanager
def proxied(
    upstream: str,
    before: Quirk = unchanged,
    after: Quirk = unchanged,
    context: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> Iterator[Proxy]:
    """A proxy before the server at `upstream` (scheme, host and port); with `context` it speaks TLS.

    `host`: the address that it listens at; its own URL is that of this machine's loopback.
    """
    proxy = Proxy(before=before, after=after)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self._pass
            raise AttributeError(name)

        def _pass(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            request = Message(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
            with proxy.lock:
                proxy.seen.append((request.method, request.path))
            asked = request.body
            answer = proxy.before(request) or _forward(upstream, request)
            answer.asked = asked
            proxy.after(answer)
            if proxy.cut(answer):
                self.close_connection = True
                return
            with contextlib.suppress(ConnectionError):  # whoever asked may have been killed
                self._answer(answer)

        def _answer(self, answer: Message) -> None:
            self.send_response_only(answer.status)  # the server's own Date, no second one
            for name, value in answer.headers.items():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    proxy.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _forward(upstream: str, request: Message) -> Message:
    parts = urlsplit(upstream)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    try:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        connection.request(request.method, request.path, request.body or None, headers)
        answer = connection.getresponse()
        body = answer.read()
        repeated = {name: ", ".join(answer.headers.get_all(name, [])) for name in answer.headers}
        return Message(request.method, request.path, repeated, body, answer.status)
    finally:
        connection.close()
