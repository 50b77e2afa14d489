"""Settings, and the store by itself: what a command looks at, or writes down, that asks nobody outside."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from syncd.ports import Clock, Fence, Store, Usage
from syncd.settings import Settings, StoreSettings, load_settings, load_store
from syncd.store import SqlStore, UsageFile, open_store
from syncd.wiring.clock import SystemClock

USAGE = "requests.json"  # in the state directory
ONCE = timedelta(minutes=30)  # the lease of one look from the command line


def settings_of(path: Path, env: Mapping[str, str], clock: Clock | None = None) -> Settings:
    """Load and check settings. Raises ConfigError with every mistake."""
    today = (clock or SystemClock()).now().date()
    return load_settings(path, env, today)


def opened(kept: StoreSettings, *, looks: bool = False) -> SqlStore:
    """The store. Who only `looks` makes none: where none stands, an empty one in memory takes its place."""
    url = "sqlite://" if looks and not kept.stands else kept.with_password()
    return open_store(url, kept.history, kept.state)


def store_stands(path: Path, env: Mapping[str, str]) -> bool:
    """False where nothing has begun with these settings: the first to act makes the store."""
    return load_store(path, env).stands


@contextmanager
def store_alone(path: Path, env: Mapping[str, str], *, looks: bool = False) -> Iterator[SqlStore]:
    """The store of a settings file, be its rosters and other tables wrong: to look, and to stop and go on."""
    with opened(load_store(path, env), looks=looks) as store:
        yield store


def counted(kept: StoreSettings) -> UsageFile:
    """Where the requests of accounts are counted."""
    return UsageFile(kept.state and kept.state / USAGE)


def usage_of(path: Path, env: Mapping[str, str]) -> Mapping[str, Usage]:
    """What each account has used of its quota, as the last look that acted counted it."""
    return counted(load_store(path, env)).read()


@contextmanager
def acting_on(store: Store, clock: Clock) -> Iterator[Fence]:
    """Be the one acting instance on a store. Raises SafetyStop while another is."""
    owner = f"{socket.gethostname()}:command:{os.getpid():x}{secrets.token_hex(4)}"
    fence = store.acquire(owner, clock.now(), ONCE)
    try:
        yield fence
    finally:
        store.release(fence)
