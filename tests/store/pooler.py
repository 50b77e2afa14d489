"""What a pooler shows of itself: it stands between, and answers in its own name; queries pass as they are."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import make_url

_KEY = b"K" + struct.pack(">i", 12)  # BackendKeyData: whom to name to cancel a query


@contextmanager
def pooled(url: str) -> Iterator[str]:
    """The same database through one that gives out backends under numbers of its own, as PgBouncer does."""
    real = make_url(url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_serve, args=(listening, (real.host, real.port)), daemon=True).start()
        port = listening.getsockname()[1]
        plain = real.set(host="127.0.0.1", port=port, query={"sslmode": "disable", "gssencmode": "disable"})
        yield plain.render_as_string(hide_password=False)


def _serve(listening: socket.socket, server: tuple[str, int]) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        behind = socket.create_connection(server)
        threading.Thread(target=_pass_on, args=(client, behind, False), daemon=True).start()
        threading.Thread(target=_pass_on, args=(behind, client, True), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, answers: bool) -> None:
    """What comes in goes out; the first answers with another number in them."""
    began = answers
    try:
        while data := source.recv(65536):
            if began and _KEY in data:
                at, began = data.index(_KEY) + len(_KEY), False
                data = data[:at] + struct.pack(">i", 1) + data[at + 4 :]
            target.sendall(data)
    except OSError:
        pass
    finally:
        target.close()
