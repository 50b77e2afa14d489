"""A practice's proxy: it takes CONNECT alone, and leads every name to one server on this machine."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Tunnel:
    """Where it listens, and what was asked for: each target, with the Proxy-Authorization beside it."""

    url: str = ""
    refuses: int = 0  # a status that it answers instead
    seen: list[tuple[str, str]] = field(default_factory=list)


@contextlib.contextmanager
def tunnelling(port: int) -> Iterator[Tunnel]:
    """A proxy before whatever listens on `port` of this machine."""
    tunnel = Tunnel()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

        def do_CONNECT(self) -> None:
            """Lead on, or refuse."""
            tunnel.seen.append((self.path, self.headers.get("Proxy-Authorization", "")))
            if tunnel.refuses:
                self.send_error(tunnel.refuses)
                return
            with socket.create_connection(("127.0.0.1", port)) as beyond:
                self.send_response(200)
                self.end_headers()
                back = Thread(target=_pass_on, args=(beyond, self.connection), daemon=True)
                back.start()
                _pass_on(self.connection, beyond)
                back.join()
            self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    tunnel.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield tunnel
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while read := one.recv(65536):
            other.sendall(read)
        other.shutdown(socket.SHUT_WR)
