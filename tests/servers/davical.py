"""DAViCal from Debian on PHP's own server and a PostgreSQL of the tests; skipped where one of them is not installed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.dav import DavServer
from tests.servers.process import free_port, running
from tests.servers.scheduling import DOMAIN, USERS, SchedulingServer
from tests.servers.smtp import SmtpServer
from tests.store.postgres import postgres_environment

_SHARE = Path("/usr/share/davical")  # Debian's places
_CONFIG = Path(
    "/etc/davical/config.php"
)  # names the database `davical`, and no host: libpq takes that from PGHOST
_DATABASE = "davical"

_USER = """
INSERT INTO usr (user_no, active, email_ok, updated, username, password, fullname, email, locale)
VALUES ({number}, TRUE, current_date, current_date, '{name}', '**{word}', '{name}', '{name}@{domain}', 'en_GB');
INSERT INTO principal (principal_id, type_id, user_no, displayname, default_privileges)
VALUES ({number}, 1, {number}, '{name}', 0::BIT(24));
"""


@contextlib.contextmanager
def davical(post: SmtpServer, users: Mapping[str, str] = USERS) -> Iterator[SchedulingServer]:
    """A DAViCal that delivers between its users and mails nobody: its answers outside are SCHEDULE-STATUS 3.7."""
    if not _SHARE.is_dir() or not _CONFIG.is_file() or shutil.which("php") is None:
        pytest.skip("DAViCal is not installed (Debian: davical php-cli; `make test-servers` as root)")
    with tempfile.TemporaryDirectory(prefix="syncd-davical-") as place, _database(users) as around:
        port = free_port()
        command = [
            "php",
            *("-d", "include_path=/usr/share/awl/inc:/usr/share/davical/inc", "-d", "display_errors=0"),
            *("-S", f"127.0.0.1:{port}", "-t", str(_SHARE / "htdocs")),
        ]
        with running(["env", *around, *command], port, Path(place) / "php.log"):
            homes = {
                user: DavServer(f"http://127.0.0.1:{port}/caldav.php", f"/{user}/", user, word)
                for user, word in users.items()
            }
            for server in homes.values():
                server.make_calendar("calendar", "Calendar")
            yield SchedulingServer("davical", homes, post, _deaf)


@contextlib.contextmanager
def _database(users: Mapping[str, str]) -> Iterator[list[str]]:
    """A database made by DAViCal's own script; what its programs need in their environment to find it."""
    found = postgres_environment()
    around = {**os.environ, **found, "LC_ALL": "C.UTF-8"}
    subprocess.run(
        ["sh", str(_SHARE / "dba" / "create-database.sh"), _DATABASE, "unused"],
        env=around,
        check=True,
        capture_output=True,
        timeout=600,
    )
    try:
        people = "".join(
            _USER.format(number=1001 + number, name=user, word=word, domain=DOMAIN)
            for number, (user, word) in enumerate(users.items())
        )
        _sql(people, _DATABASE, around)
        yield [f"{name}={value}" for name, value in found.items()]
    finally:
        _sql(f"DROP DATABASE {_DATABASE} WITH (FORCE)", "postgres", around)


def _sql(text: str, database: str, around: Mapping[str, str]) -> None:
    command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", text]
    subprocess.run(command, env=dict(around), check=True, capture_output=True, timeout=600)


def _deaf(user: str, mail: EmailMessage) -> None:
    raise NotImplementedError(f"DAViCal takes in no mail for {user}: {mail['Subject']}")
