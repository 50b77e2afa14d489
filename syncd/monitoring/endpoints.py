"""What is answered over HTTP at `[daemon] metrics`: `/metrics`, `/healthz`, `/readyz`, and nothing else."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from syncd.core.model.errors import SyncdError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LATE = 180.0  # seconds after which a loop that has not turned does not live


@dataclass(slots=True)
class Health:
    """How the daemon is, as its main loop says it; read from other threads, one value at a time."""

    turned: float | None = None  # on the monotonic clock
    ready: bool = False
    degraded: str = ""  # what is wrong though it lives, without a person in it

    def turn(self) -> None:
        """The loop turns, and no look hangs."""
        self.turned = time.monotonic()

    @property
    def lives(self) -> bool:
        """True while the loop turns."""
        return self.turned is not None and time.monotonic() - self.turned < LATE


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Who looks is no news."""


def serve(where: str, health: Health) -> None:
    """Answer at "host:port" for the rest of the process, "" nowhere. Raises SyncdError where nobody can listen."""
    if not where:
        return
    host, _, port = where.rpartition(":")
    kind = _Server6 if ":" in host else _Server
    try:
        server = make_server(host.strip("[]"), int(port), _answers(health), kind, _Quiet)
    except OSError as error:
        raise SyncdError(
            f"metrics cannot be served at {where}: {error.strerror}; change [daemon] metrics"
        ) from error
    Thread(target=server.serve_forever, name="endpoints", daemon=True).start()


def _answers(health: Health) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    metrics: Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]] = make_wsgi_app()

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return metrics(environ, start)
        status, said = _of(path, health)
        start(f"{status.value} {status.phrase}", [("Content-Type", "text/plain; charset=utf-8")])
        return [f"{said}\n".encode()]

    return answer


def _of(path: str, health: Health) -> tuple[HTTPStatus, str]:
    if path == "/healthz":
        return (HTTPStatus.OK, "lives") if health.lives else (HTTPStatus.SERVICE_UNAVAILABLE, "hangs")
    if path == "/readyz":
        if not health.ready:
            return HTTPStatus.SERVICE_UNAVAILABLE, "not every account was tried yet"
        return HTTPStatus.OK, health.degraded or "ready"
    return HTTPStatus.NOT_FOUND, "there are /metrics, /healthz and /readyz"
