"""An SMTP server on loopback that delivers into Maildirs, one for each recipient, and fails on demand."""

from __future__ import annotations

import asyncio
import mailbox
import os
import re
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ALWAYS = 1_000_000
_DELIVERIES = count(1)
_ARRIVAL = re.compile(r"(\d+)\.M(\d+)P\d+Q(\d+)")


class Phase(StrEnum):
    """Where in a session a fault strikes. The last four stand around the moment of acceptance."""

    EHLO = "EHLO"
    HELO = "HELO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BEFORE_DOT = "before the final dot"
    NOT_DELIVERED = "after the final dot, not delivered"
    DELIVERED = "after the final dot, delivered"
    AFTER_250 = "after the answer 250"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at a phase: this answer or, without one, the connection breaks.

    Strikes so many times; at RCPT only for a recipient that contains `recipient`.
    """

    phase: Phase
    answer: str = ""
    times: int = ALWAYS
    recipient: str = ""


class SmtpServer:
    """A real SMTP server for tests and demonstrations; use it as a context manager.

    What it accepts lies in `maildir(address)` under `root`. `users` (name to password) switches AUTH on,
    `context` TLS: from the first byte where `implicit`, else by STARTTLS.
    """

    def __init__(
        self,
        root: Path,
        users: dict[str, str] | None = None,
        context: ssl.SSLContext | None = None,
        implicit: bool = False,
    ) -> None:
        """Nothing listens before the context is entered."""
        self.root = root
        self._users = users or {}
        self._faults: list[Fault] = []
        self._struck: dict[Fault, int] = {}
        options: dict[str, Any] = {"enable_SMTPUTF8": False, "auth_require_tls": users is None}
        if users is not None:
            options["authenticator"] = self._authenticate
        options["ssl_context" if implicit else "tls_context"] = context
        self._listener = _Listener(
            self, hostname="127.0.0.1", port=0, server_hostname="mail.example.org", **options
        )

    def __enter__(self) -> Self:
        """Listen on a free loopback port."""
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening; what was delivered stays."""
        self._listener.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._listener.port

    def maildir(self, address: str) -> Path:
        """The Maildir of an address, made if need be."""
        self.root.mkdir(parents=True, exist_ok=True)
        path = self.root / address.lower()
        mailbox.Maildir(path, create=True).close()
        return path

    def messages(self, address: str) -> list[bytes]:
        """What an address has got, in the order of arrival."""
        box = mailbox.Maildir(self.maildir(address), create=False)
        return [box.get_bytes(key) for key in sorted(box.keys(), key=_arrival)]

    def fail(self, *faults: Fault) -> None:
        """From now on fail like this; without an argument, not at all."""
        self._faults = list(faults)
        self._struck = {}

    def refuses(self, phase: Phase, authenticated: bool) -> bool:
        """True when the session has to log in first."""
        return bool(self._users) and phase is Phase.MAIL and not authenticated

    def struck(self, phase: Phase, argument: str = "") -> Fault | None:
        """The fault that strikes now, if one does; it is counted."""
        for fault in self._faults:
            if fault.phase is not phase or fault.recipient.lower() not in argument.lower():
                continue
            if self._struck.get(fault, 0) < fault.times:
                self._struck[fault] = self._struck.get(fault, 0) + 1
                return fault
        return None

    def deliver(self, sender: str, recipients: Iterable[str], content: bytes) -> None:
        """Put a message where SMTP would have put it."""
        trace = f"Return-Path: <{sender}>\r\n".encode()
        for recipient in recipients:
            box, name = self.maildir(recipient), _new_key()
            written = box / "tmp" / name  # without mailbox.Maildir, which waits for the disk each time
            written.write_bytes(trace + content)
            written.rename(box / "new" / name)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Called when the final dot has come."""
        del session
        lost = self.struck(Phase.NOT_DELIVERED)
        if lost is None:
            self.deliver(envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b"")
            lost = self.struck(Phase.DELIVERED)
        if lost is not None and not lost.answer:
            await _cut(server)
        return lost.answer if lost is not None else "250 OK"

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        right = (
            isinstance(data, LoginPassword) and self._users.get(data.login.decode()) == data.password.decode()
        )
        return AuthResult(success=right, handled=False)


class _Session(SMTP):
    """aiosmtpd's own protocol; each command may be struck by a fault first."""

    def __init__(self, server: SmtpServer, options: dict[str, Any]) -> None:
        super().__init__(server, **options)
        self._server = server
        for phase in (Phase.EHLO, Phase.HELO, Phase.STARTTLS, Phase.AUTH, Phase.MAIL, Phase.RCPT, Phase.DATA):
            self._smtp_methods[phase.value] = self._guarded(phase, self._smtp_methods[phase.value])

    def _guarded(
        self, phase: Phase, method: Callable[[str | None], Awaitable[None]]
    ) -> Callable[[str | None], Awaitable[None]]:
        async def command(argument: str | None) -> None:
            fault = self._server.struck(phase, argument or "")
            if fault is not None and fault.answer:
                await self.push(fault.answer)
                return
            if fault is not None:
                await _cut(self)
            if self._server.refuses(phase, bool(self.session and self.session.authenticated)):
                await self.push("530 5.7.0 Authentication required")
                return
            if phase is Phase.DATA and self._server.struck(Phase.BEFORE_DOT) is not None:
                await self.push("354 go on")
                await self._reader.readline()
                await _cut(self)
            await method(argument)
            if phase is Phase.DATA and self._server.struck(Phase.AFTER_250) is not None:
                await _cut(self)

        return command


async def _cut(session: SMTP) -> None:
    """Break the connection without a word; the session ends here, cancelled by the loss of its connection."""
    transport: Any = session.transport
    transport.abort()
    await asyncio.Event().wait()


class _Listener(Controller):
    """aiosmtpd's thread, on a port that the system chooses."""

    def factory(self) -> SMTP:
        return _Session(self.handler, self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = int(server.sockets[0].getsockname()[1])
        trigger: Callable[[], None] = super()._trigger_server
        trigger()


def _new_key() -> str:
    """A name that no other delivery has, as Maildir wants it."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{seconds}.M{nanoseconds // 1000}P{os.getpid()}Q{next(_DELIVERIES)}.localhost"


def _arrival(key: str) -> tuple[int, ...]:
    """Maildir names carry seconds, microseconds and a counter, none of them padded."""
    match = _ARRIVAL.match(key)
    return tuple(int(number) for number in match.groups()) if match else ()
