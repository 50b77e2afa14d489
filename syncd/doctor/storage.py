"""The store: opens, can be written, has space, and who acts on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from syncd.doctor.findings import Check, Finding, Verdict, fail, guarded, of_problem, ok, skipped, warn
from syncd.settings import Settings
from syncd.store import SqlStore, open_store
from syncd.store.tables import lease
from syncd.wiring import dropped

KEY = "store.url"
_MIB = 1024 * 1024
_TIGHT, _FULL = 500 * _MIB, 20 * _MIB


def store_findings(settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """A database file that does not exist yet is not made: it would belong to whoever runs the doctor."""
    path = _file(settings.store.url)
    space = guarded(Check.DISK, KEY, lambda: _space(path)) if path else ()
    look = (lambda: _missing(path)) if path and not path.exists() else (lambda: _open(settings, now))
    return (*space, *guarded(Check.STORE, KEY, look))


def _file(url: str) -> Path | None:
    parsed = make_url(url)
    ours = parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}
    return Path(str(parsed.database)).absolute() if ours else None


def _space(path: Path) -> Iterator[Finding]:
    there = next(folder for folder in path.parents if folder.exists())
    free = shutil.disk_usage(there).free
    said = f"{free // _MIB} MiB free"
    if free < _FULL:
        yield fail(Check.DISK, KEY, f"{said}: syncd stops before it can forget something; free some space")
    elif free < _TIGHT:
        yield warn(Check.DISK, KEY, f"{said}: free some space")
    else:
        yield ok(Check.DISK, KEY, said)


def _missing(path: Path) -> Iterator[Finding]:
    folder = path.parent if path.parent.exists() else path.parent.parent
    if not folder.is_dir():
        yield fail(Check.STORE, KEY, f"{folder}: no such folder; make it, or change [store] url")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield fail(Check.STORE, KEY, f"{folder}: cannot be written; give it to the user that runs syncd")
    else:
        yield ok(Check.STORE, KEY, "not there yet: the first start makes it")
    yield skipped(Check.LOCK, KEY, "no store yet")


def _open(settings: Settings, now: datetime) -> Iterator[Finding]:
    kept = settings.store
    with open_store(kept.url, kept.history, kept.state) as store:
        with store.database.writing():
            pass  # takes the write lock and gives it back
        yield ok(Check.STORE, KEY, "opens, and can be written")
        yield _holder(store, now)
        memory = store.load()
    for problem in dropped(settings, memory, now):
        yield of_problem(Check.SETTINGS, Verdict.FAIL, problem)
    if memory.paused:
        yield warn(Check.STORE, KEY, "paused: nothing leaves the house until `syncd resume`")


def _holder(store: SqlStore, now: datetime) -> Finding:
    with store.database.reading() as connection:
        owner, until = connection.execute(select(lease.c.owner, lease.c.until)).one()
    if not owner or until is None or until <= now:
        return ok(Check.LOCK, KEY, "free: no instance acts now")
    return ok(Check.LOCK, KEY, f"held by {owner} until {until:%Y-%m-%d %H:%M}Z")
