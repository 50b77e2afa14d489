"""A line to an HTTP server that breaks as lines do: at bytes and connections; `proxy` changes requests and answers."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Lock, Thread

_RESET = struct.pack("ii", 1, 0)  # closed without a word: the other side's call fails
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Breaks(StrEnum):
    """How a line breaks at a request."""

    DROPPED = "dropped"  # before it arrives
    LOST = "lost"  # after the server did it, before a byte of its answer
    TRUNCATED = "truncated"  # in the middle of its answer
    HALF_OPEN = "half open"  # nothing arrives, and nobody says so
    DELAYED = "delayed"  # it arrives, and its answer when nobody waits for it any more
    DOUBLED = "doubled"  # it arrives twice
    BUSY = "busy"  # 503 with Retry-After


@dataclass
class Line:
    """Where it listens; `strike` says at which request it breaks, once. `struck` is set when it did."""

    upstream: int
    url: str = ""
    how: Breaks | None = None
    method: bytes = b""
    passing: int = 0  # requests of that method that pass before
    struck: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def strike(self, how: Breaks, method: str, passing: int = 0) -> None:
        """Break at this request of those to come."""
        self.how, self.method, self.passing = how, method.encode(), passing

    def breaks(self, head: bytes) -> Breaks | None:
        """How this request meets the line."""
        with self._lock:
            if self.how is None or self.struck.is_set() or not head.startswith(self.method + b" "):
                return None
            if self.passing:
                self.passing -= 1
                return None
            self.struck.set()
            return self.how

    def serve(self, client: socket.socket) -> None:
        """Requests of one connection, one connection to the server for each."""
        with closing(client), suppress(OSError):
            while request := _request(client):
                if not self._pass(client, request, self.breaks(request)):
                    return

    def _pass(self, client: socket.socket, request: bytes, how: Breaks | None) -> bool:
        """False where the connection ends with it."""
        if how is Breaks.HALF_OPEN:
            self.over.wait()
        if how is Breaks.BUSY:
            client.sendall(_BUSY)
        if how in {Breaks.HALF_OPEN, Breaks.BUSY}:
            return False
        if how is Breaks.DROPPED:
            return _reset(client)
        answer = self._asked(request)
        if how is Breaks.DOUBLED:
            self._asked(request)
        if how is Breaks.LOST:
            return _reset(client)
        if how is Breaks.DELAYED:
            self.over.wait()
        client.sendall(answer[: len(answer) // 2] if how is Breaks.TRUNCATED else answer)
        return False  # the server has said that it closes

    def _asked(self, request: bytes) -> bytes:
        head, end, body = request.partition(b"\r\n\r\n")
        lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
        with socket.create_connection(("127.0.0.1", self.upstream)) as server:
            server.sendall(b"\r\n".join((*lines, b"Connection: close")) + end + body)
            return b"".join(iter(lambda: server.recv(65536), b""))


def _request(client: socket.socket) -> bytes:
    """One request as it came, b"" at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := client.recv(65536)):
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [one for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")]
    missing = int(lengths[0].partition(b":")[2]) - len(body) if lengths else 0
    while missing > 0 and (more := client.recv(65536)):
        data += more
        missing -= len(more)
    return data


def _reset(client: socket.socket) -> bool:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    return False


@contextmanager
def line(port: int) -> Iterator[Line]:
    """A line to whatever listens on `port` of this machine, sound so far."""
    found = Line(port)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found.url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    Thread(target=found.serve, args=(client,), daemon=True).start()

        Thread(target=accept, daemon=True).start()
        try:
            yield found
        finally:
            found.over.set()
            listener.shutdown(socket.SHUT_RDWR)
