"""Settings and the files they name."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from syncd.doctor.findings import Check, Finding, Verdict, fail, guarded, of_problem, ok, warn
from syncd.settings import CalDavAccount, GoogleAccount, Settings, warnings

_MODE = "mode"  # `warnings` speaks of files' modes too; here they stand with the secrets


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """That they load, and what in them deserves a look."""
    people = f"{_count(settings.therapists, 'therapist')}, {_count(settings.clients, 'client')}"
    yield ok(Check.SETTINGS, str(settings.path), f"{people}, {_count(settings.accounts, 'account')}")
    yield from guarded(Check.SETTINGS, str(settings.path), lambda: _warnings(settings))
    for key, path in private_files(settings):
        yield from guarded(Check.SECRETS, key, partial(_private, key, path))


def private_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file that holds secrets or names of clients, by the settings key that names it."""
    for roster in settings.rosters:
        yield f"clients.file: {roster.name}", roster
    for account in settings.accounts:
        yield from _of_account(account)
    servers = {"smtp": settings.mail.smtp, "imap": settings.mail.imap} if settings.mail else {}
    for name, server in servers.items():
        if server is not None and server.password is not None and server.password.file is not None:
            yield f"mail.{name}.password", server.password.file
    if settings.store.password is not None and settings.store.password.file is not None:
        yield "store.password", settings.store.password.file


def _of_account(account: CalDavAccount | GoogleAccount) -> Iterator[tuple[str, Path]]:
    key = f"accounts.{account.id}"
    if isinstance(account, CalDavAccount):
        if account.password.file is not None:
            yield f"{key}.password", account.password.file
        return
    for name in ("token", "service_account"):
        path: Path | None = getattr(account, name)
        if path is not None and path.exists():  # a token that is not there yet is the consent's matter
            yield f"{key}.{name}", path


def _count(things: tuple[object, ...], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _warnings(settings: Settings) -> Iterator[Finding]:
    folder = f"{settings.path.parent}/"
    for problem in warnings(settings):
        if problem.key != _MODE:
            short = replace(problem, file=problem.file.replace(folder, ""))
            yield of_problem(Check.SETTINGS, Verdict.WARN, short)


def _private(key: str, path: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(path.stat().st_mode)
    said = f"mode {mode:04o}"
    if not os.access(path, os.R_OK):
        yield fail(Check.SECRETS, key, f"{said}: cannot be read by this user; give it to syncd's")
    elif mode & 0o002:
        yield fail(Check.SECRETS, key, f"{said}: everybody on this machine can replace it; chmod o= it")
    elif mode & 0o007:
        yield warn(Check.SECRETS, key, f"{said}: everybody on this machine can read it; chmod o= it")
    else:
        yield ok(Check.SECRETS, key, f"{said}, closed to others")
