"""An IMAP server on loopback over Maildirs: pymap, in a thread of its own."""

from __future__ import annotations

import asyncio
import mailbox
import os
import socket
import threading
from argparse import ArgumentParser
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.maildir import MaildirBackend
from pymap.imap import IMAPServer, IMAPService
from pysasl.hashing import BuiltinHash


class ImapServer:
    """A real IMAP server; use it as a context manager.

    Each of `users` (name to password) has a Maildir, its INBOX, at `root` / name, shared with whoever delivers there.
    `keywords` are the ones that the server keeps; it allows no others. With `certificate` and `key` (PEM files) it
    offers STARTTLS.
    """

    def __init__(
        self,
        root: Path,
        users: dict[str, str],
        keywords: tuple[str, ...] = ("$SyncdUsed",),
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        """Nothing listens before the context is entered."""
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        for name in users:
            mailbox.Maildir(self.maildir(name), create=True).close()
            (self.maildir(name) / "dovecot-keywords").write_text(
                "".join(f"{number} {keyword}\n" for number, keyword in enumerate(keywords))
            )
        lines = {name: f"{name}:x:1000:1000::{name}:\n" for name in users}
        (root / "pymap-etc-passwd").write_text("".join(lines.values()))
        (root / "pymap-etc-group").write_text("")
        self._users = users
        self._tls = ["--cert", str(certificate), "--key", str(key)] if certificate and key else ["--no-tls"]
        # Named as TCP, so that asyncio sends without delay: 40 ms a command otherwise.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        """Listen on a free loopback port."""
        self._thread.start()
        if not self._ready.wait(300):
            raise TimeoutError("the IMAP server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening; the mail stays."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._port)

    def maildir(self, user: str) -> Path:
        """The Maildir that is a user's INBOX."""
        return self.root / user

    def deliver(self, user: str, content: bytes, arrived: datetime) -> str:
        """Put a message into an INBOX, as a mail server does; its unique name."""
        return deliver(self.maildir(user), content, arrived)

    def renumber(self, user: str) -> None:
        """Lose the UID list, as a rebuilt index does: UIDVALIDITY changes with the next session."""
        (self.maildir(user) / "dovecot-uidlist").unlink(missing_ok=True)

    def set_password(self, user: str, word: str) -> None:
        """From now on this one counts, for whoever logs in anew."""
        self._users = {**self._users, user: word}
        self._let_in()

    def flags(self, user: str) -> list[str]:
        """The Maildir flag letters of each message: `a` is the first keyword, `S` is seen."""
        box = mailbox.Maildir(self.maildir(user), create=False)
        return sorted("".join(sorted(box.get_message(key).get_flags())) for key in box.iterkeys())

    def _let_in(self) -> None:
        cheap = BuiltinHash(rounds=1)
        shadow = "".join(f"{name}:{cheap.hash(word)}:::::::\n" for name, word in self._users.items())
        (self.root / "pymap-etc-shadow").write_text(shadow)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._port = self._socket.getsockname()[1]
        parser = ArgumentParser()
        commands = parser.add_subparsers(dest="backend")
        MaildirBackend.add_subparser("maildir", commands).set_defaults(
            skip_services=[], debug=False, passlib_cfg=None
        )
        IMAPService.add_arguments(parser)
        arguments = parser.parse_args([*self._tls, "maildir", str(self.root)])
        backend, config = await MaildirBackend.init(arguments)
        config.apply_context()
        self._let_in()
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            reader = ProxyProtocolReader(config.proxy_protocol)
            answer = reader.get_callback(IMAPServer(backend.login, config))
            await stack.enter_async_context(await asyncio.start_server(answer, sock=self._socket))
            self._ready.set()
            await self._stop.wait()


def deliver(maildir: Path, content: bytes, arrived: datetime) -> str:
    """Deliver a message into a Maildir with this time of arrival; its unique name."""
    box = mailbox.Maildir(maildir, create=True)
    name = box.add(content)
    path = next(path for path in (maildir / "new", maildir / "cur") for path in path.glob(f"{name}*"))
    os.utime(path, (arrived.timestamp(), arrived.timestamp()))
    return name
