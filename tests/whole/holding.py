"""Gates in the way of requests and mails, so that a process can be killed or stopped exactly there."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.proxy import Message, Quirk
from tests.servers.smtp import SmtpServer

PATIENCE = 300.0  # seconds
CLIENTS = "@example.net"


class Gate:
    """Holds whoever comes first until it is opened; after that everybody passes."""

    def __init__(self) -> None:
        """Closed."""
        self._reached = Event()
        self._open = Event()

    def hold(self) -> None:
        """Wait until it is opened."""
        self._reached.set()
        self._open.wait(PATIENCE)

    @property
    def reached(self) -> bool:
        """True once somebody stood before it."""
        return self._reached.is_set()

    @property
    def opened(self) -> bool:
        """True once it is open."""
        return self._open.is_set()

    def open(self) -> None:
        """Let everybody pass."""
        self._open.set()


def holding(gate: Gate, method: str, *, lost: bool = False) -> Quirk:
    """The first request, or answer, of a method waits at the gate; `lost`: it then goes no further."""

    def hold(message: Message) -> Message | None:
        if message.method != method or gate.opened:
            return None
        gate.hold()
        return Message(message.method, message.path, {}, b"", 503) if lost else None

    return hold


class HeldPost(SmtpServer):
    """A post office that holds the first message to a client before it is delivered, or after."""

    def __init__(self, root: Path, before: Gate | None = None, after: Gate | None = None) -> None:
        """A gate that is None is none."""
        super().__init__(root)
        self._before, self._after = before, after

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Called when the final dot has come."""
        held = any(CLIENTS in recipient for recipient in envelope.rcpt_tos)
        if self._before is not None and held:
            await asyncio.to_thread(self._before.hold)
        answer = await super().handle_DATA(server, session, envelope)
        if self._after is not None and held:
            await asyncio.to_thread(self._after.hold)
        return answer


@contextmanager
def stopped_at(path: Path) -> Iterator[Callable[[], None]]:
    """A pipe in a file's place: whoever reads the file stops there. Yields a wait until somebody does."""
    os.mkfifo(path)
    opened: list[int] = []

    def somebody_reads() -> None:
        def reading() -> bool:
            with suppress(OSError):  # ENXIO as long as nobody has it open
                opened.append(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            return bool(opened)

        wait_until(reading)

    try:
        yield somebody_reads
    finally:
        path.unlink()
        for one in opened:
            os.close(one)


def wait_until(condition: Callable[[], bool]) -> None:
    """Return as soon as a condition of another process holds; there is no event to wait for."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)
