"""A wire tap on loopback: what a client says to a server and hears from it; can cut the line."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from types import TracebackType
from typing import Self


class Tap:
    """Stands between a client and `127.0.0.1:port`; use it as a context manager.

    `said` and `heard` are what the client sent and got, in the clear. After `cut_after` bytes from the server in one
    connection the line breaks. With `context` the client's side is TLS.
    """

    def __init__(self, port: int, context: ssl.SSLContext | None = None) -> None:
        """Listens at once, serves once entered."""
        self._target = port
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.said = b""
        self.heard = b""
        self.cut_after: int | None = None

    def __enter__(self) -> Self:
        """Serve connections until left."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no further connection."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, plain: socket.socket) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as server:
            client = self._context.wrap_socket(plain, server_side=True) if self._context else plain
            with closing(client):
                threading.Thread(target=self._say, args=(client, server), daemon=True).start()
                self._hear(client, server)
                client.shutdown(socket.SHUT_RDWR)  # close alone waits for the thread that reads

    def _say(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                self.said += data
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _hear(self, client: socket.socket, server: socket.socket) -> None:
        passed = 0
        while data := server.recv(256 if self.cut_after else 65536):
            passed += len(data)
            if self.cut_after is not None and passed > self.cut_after:
                return
            self.heard += data
            client.sendall(data)


@contextmanager
def speaking(answer: bytes) -> Iterator[int]:
    """A server that says one thing to each client and listens no further; its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    client.sendall(answer)
                    held.append(client)

        held: list[socket.socket] = []
        threading.Thread(target=serve, daemon=True).start()
        yield int(listener.getsockname()[1])
        for client in held:
            client.close()
