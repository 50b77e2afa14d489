"""Real servers on loopback for the demo: Radicale for calendars, an SMTP server that delivers into Maildirs."""

from __future__ import annotations

import mailbox
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from syncd.core.model.errors import SyncdError

USER, PASSWORD = "dana", "demo"
STARTS_WITHIN = 20.0  # seconds


@dataclass(frozen=True, slots=True)
class CalendarServer:
    """A running Radicale: its address, and whose it is."""

    url: str
    user: str
    password: str


@contextmanager
def radicale(folder: Path) -> Iterator[CalendarServer]:
    """Radicale on a free port of 127.0.0.1, its collections under `folder`, ended with the block.

    Raises SyncdError when it does not answer within 20 seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    users = folder / "users"
    users.write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
    port = free_port()
    config = folder / "config"
    config.write_text(_config(port, users, folder / "collections"), encoding="utf-8")
    with (folder / "radicale.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", str(config)], stdout=log, stderr=log
        )
        try:
            _wait_for(port, process)
            yield CalendarServer(f"http://127.0.0.1:{port}/", USER, PASSWORD)
        finally:
            process.terminate()
            process.wait(timeout=10)


def _config(port: int, users: Path, collections: Path) -> str:
    return "\n".join(
        (
            "[server]",
            f"hosts = 127.0.0.1:{port}",
            "[auth]",
            "type = htpasswd",
            f"htpasswd_filename = {users}",
            "htpasswd_encryption = plain",
            "delay = 0",
            "[storage]",
            f"filesystem_folder = {collections}",
            "[logging]",
            "level = warning",
            "",
        )
    )


def free_port() -> int:
    """A TCP port on 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SyncdError("the demo's calendar server did not start; see radicale.log in the demo's folder")


class _Deliver:
    """Puts every accepted message into the Maildir of each recipient."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = Lock()

    async def handle_DATA(  # noqa: N802  aiosmtpd's name for it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """One copy per recipient; answers 250 only when all are on disk."""
        content = envelope.original_content or b""
        with self.lock:
            for recipient in envelope.rcpt_tos:
                maildir(self.root, recipient).add(content)
        return "250 delivered"


def maildir(root: Path, address: str) -> mailbox.Maildir:
    """The Maildir of one address under `root`."""
    return mailbox.Maildir(maildir_path(root, address), create=True)


def maildir_path(root: Path, address: str) -> Path:
    """Where that Maildir is."""
    return root / re.sub(r"[^a-z0-9@._-]", "_", address.lower())


@contextmanager
def smtp(root: Path) -> Iterator[int]:
    """An SMTP server on a free port of 127.0.0.1 that delivers into Maildirs under `root`; yields the port."""
    root.mkdir(parents=True, exist_ok=True)
    controller = Controller(_Deliver(root), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
