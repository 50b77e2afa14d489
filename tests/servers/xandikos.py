"""Xandikos: CalDAV on a git repository, here as a plain calendar server without passwords."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.servers.dav import DavServer
from tests.servers.process import free_port, running


@contextlib.contextmanager
def xandikos(folder: Path) -> Iterator[DavServer]:
    """A Xandikos that keeps its data in `folder`, with one user."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "xandikos", "serve"),
        *("--directory", str(folder / "data"), "--state-dir", str(folder / "state")),
        *("--listen-address", "127.0.0.1", "--port", str(port)),
        *("--current-user-principal", "/dana/", "--defaults", "--no-detect-systemd"),
    ]
    with running(command, port, folder / "xandikos.log"):
        yield DavServer(f"http://127.0.0.1:{port}", "/dana/calendars/", "dana", "unused")
