"""SOGo from Debian on a PostgreSQL of the tests, with a memcached of its own; skipped where one is not installed.

It mails nobody about what is over by its clock: that shows the first of June, before the days that tests speak of.
Its sync tokens are whole seconds, and one that it names in the second of a change moves once more. Its clock is fast:
no look falls into such a second.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine
from sqlalchemy.engine import make_url

from tests.servers.dav import DavServer
from tests.servers.process import free_port, running
from tests.servers.scheduling import DOMAIN, USERS, SchedulingServer
from tests.servers.smtp import SmtpServer
from tests.store.postgres import postgres_url

_TODAY = "@2026-06-01 08:00:00 x100"
_SOURCE = "({{type=sql; id=people; viewURL={view}; canAuthenticate=YES; userPasswordAlgorithm=plain;}})"
_FILE = Path("/etc/sogo/sogo.conf")
_COLUMNS = ("c_uid", "c_name", "c_password", "c_cn", "mail")  # what SOGo asks of a source of users


@contextlib.contextmanager
def sogo(post: SmtpServer, users: Mapping[str, str] = USERS) -> Iterator[SchedulingServer]:
    """A SOGo that delivers between its users and mails everybody else through `post`, each from their own address."""
    daemon = shutil.which("sogod", path="/usr/sbin:/usr/bin")
    cache = shutil.which("memcached")
    clock = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if daemon is None or cache is None or clock is None:
        pytest.skip("SOGo is not installed (Debian: sogo memcached libfaketime; `make test-servers` as root)")
    with tempfile.TemporaryDirectory(prefix="syncd-sogo-") as made, _database(users) as base:
        place, port, cached = Path(made), free_port(), free_port()
        user = _owner()
        if user:
            os.chown(place, user.pw_uid, user.pw_gid)
        settings = _settings(base, place, {"WOPort": port, "SOGoMemcachedHost": cached}, post.port)
        around = {"HOME": made, "LD_PRELOAD": str(clock), "FAKETIME": _TODAY, "TZ": "UTC"}
        with (
            running(
                [cache, "-l", "127.0.0.1", "-p", str(cached)], cached, place / "memcached.log", user=user
            ),
            running([daemon, *settings], port, place / "sogod.log", user=user, around=around),
        ):
            homes = {
                name: DavServer(f"http://127.0.0.1:{port}/SOGo/dav", f"/{name}/Calendar/", name, word)
                for name, word in users.items()
            }
            yield SchedulingServer("sogo", homes, post, _deaf)


def _owner() -> pwd.struct_passwd | None:
    """SOGo refuses to run as root, and insists on its file in /etc: step down to the user whom its package brings."""
    if os.geteuid() == 0:
        return pwd.getpwnam("sogo")
    if _FILE.exists() and not os.access(_FILE, os.R_OK):
        pytest.skip(f"SOGo insists on {_FILE}, which only root and its own user can read")
    return None


def _settings(base: str, place: Path, ports: Mapping[str, int], smtp: int) -> list[str]:
    """As options: these have the last word, whatever /etc/sogo/sogo.conf says."""
    told = {
        **{name: f"127.0.0.1:{port}" for name, port in ports.items()},
        "WONoDetach": "YES",
        "WOWorkersCount": "3",  # one is busy for as long as a connection to it stays open
        "WOWatchDogRequestTimeout": "1000",  # minutes, by the fast clock
        "WOLogFile": "-",
        "WOPidFile": str(place / "sogod.pid"),
        "SOGoProfileURL": f"{base}/sogo_user_profile",
        "OCSFolderInfoURL": f"{base}/sogo_folder_info",
        "OCSSessionsFolderURL": f"{base}/sogo_sessions_folder",
        "OCSEMailAlarmsFolderURL": f"{base}/sogo_alarms_folder",
        "SOGoUserSources": _SOURCE.format(view=f'"{base}/people"'),
        "SOGoMailDomain": DOMAIN,
        "SOGoAppointmentSendEMailNotifications": "YES",
        "SOGoMailingMechanism": "smtp",
        "SOGoSMTPServer": f"smtp://127.0.0.1:{smtp}",
        "SOGoTimeZone": "Europe/Berlin",
    }
    return [part for name, value in told.items() for part in (f"-{name}", value)]


@contextlib.contextmanager
def _database(users: Mapping[str, str]) -> Iterator[str]:
    """A database with the users in it, by the URL that SOGo understands; it makes its own tables."""
    with postgres_url() as url:
        people = Table("people", MetaData(), *(Column(name, Text) for name in _COLUMNS))
        engine = create_engine(url)
        with engine.begin() as connection:
            people.create(connection)
            rows = ((name, name, word, name.title(), f"{name}@{DOMAIN}") for name, word in users.items())
            connection.execute(people.insert(), [dict(zip(_COLUMNS, row, strict=True)) for row in rows])
        engine.dispose()
        yield make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _deaf(user: str, mail: EmailMessage) -> None:
    raise NotImplementedError(f"SOGo takes in no mail for {user} by itself: {mail['Subject']}")
