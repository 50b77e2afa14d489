"""One calendar behind the port, and the same calendar as its owner's own program reaches it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from connectors.caldav.account import CalDavAccount
from connectors.caldav.config import CalDavConfig
from connectors.memory import MemoryAccount
from syncd.ports import Account, Calendar
from tests.servers.dav import DavServer
from tests.servers.google.owner import google_account
from tests.servers.proxy import Proxy, proxied
from tests.servers.quirks import Server

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


class StoppedClock:
    """A clock that always shows the same instant."""

    def now(self) -> datetime:
        return NOW

    def booted(self) -> timedelta:
        """No time goes by."""
        return timedelta()

    def ahead_of(self, date: datetime) -> timedelta:
        """Against a server's own time."""
        return self.now() - date


class Owner(Protocol):
    """What the therapist's own program does."""

    def put_text(self, text: str, uid: str) -> object:
        """Store an object."""

    def text(self, uid: str) -> str:
        """What is stored, "" where nothing is."""

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Change the stored text."""

    def remove(self, uid: str) -> None:
        """Delete an object."""


@dataclass(frozen=True)
class World:
    """An account with one calendar, "Practice"."""

    account: Account
    owner: Owner
    name: str
    tells_stale: bool = True  # False: a look at the calendar itself is the least that tells

    @property
    def calendar(self) -> Calendar:
        return self.account.open("Practice")


def config(server: DavServer, url: str = "", password: str = "") -> CalDavConfig:
    """The settings of an account on a running server, or on the proxy before it."""
    return CalDavConfig(
        "home", f"{url or server.url}/", server.username, password or server.password, ZONE, timeout=120
    )


class _MemoryOwner:
    def __init__(self, account: MemoryAccount) -> None:
        self._calendar = account.calendar("Practice")

    def put_text(self, text: str, uid: str) -> object:
        return self._calendar.put_text(text)

    def text(self, uid: str) -> str:
        texts = self._calendar.texts().values()
        return next((text for text in texts if f"UID:{uid}\r\n" in text), "")

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        self._calendar.edit(uid, change)

    def remove(self, uid: str) -> None:
        self._calendar.remove(uid)


def memory_world() -> World:
    """The memory connector."""
    account = MemoryAccount("home", ZONE, calendars=["Practice"], clock=StoppedClock())
    return World(account, _MemoryOwner(account), "memory")


@contextlib.contextmanager
def google_world(folder: Path) -> Iterator[World]:
    """A fresh calendar on the Google stand-in."""
    with google_account(folder, StoppedClock()) as (account, owner):
        yield World(account, owner, "google", tells_stale=False)


@contextlib.contextmanager
def dav_world(server: DavServer, slug: str, quirk: Server | None = None) -> Iterator[tuple[World, Proxy]]:
    """A fresh calendar on a running server, reached through a counting proxy, with one quirk or none."""
    before, after = (quirk.before, quirk.after) if quirk else (lambda message: None, lambda message: None)
    with proxied(server.url, before, after) as proxy:
        owner = DavServer(server.url, f"{server.home}", server.username, server.password)
        calendar = owner.make_calendar(slug, "Practice")
        account = CalDavAccount(config(server, proxy.url), StoppedClock())
        try:
            yield World(account, calendar, quirk.name if quirk else "plain"), proxy
        finally:
            owner.send("DELETE", calendar.path)


def fresh_folder(root: Path, name: str) -> Path:
    """A folder of its own for one server."""
    folder = root / name
    folder.mkdir()
    return folder
