"""A real PostgreSQL for the tests: the server named by SYNCD_TEST_POSTGRES, or one started on loopback."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

_START_SECONDS = 300


@contextmanager
def postgres_url() -> Iterator[str]:
    """The URL of an empty database that is dropped at the end; skips where there is no server to be had."""
    server = _server()
    name = f"syncd_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield server.set(database=name).render_as_string(hide_password=False)
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        admin.dispose()


def postgres_environment() -> dict[str, str]:
    """What programs on libpq need to reach the same server as its owner; skips where there is none to be had."""
    server = _server()
    given = {
        "PGHOST": server.host,
        "PGPORT": server.port,
        "PGUSER": server.username,
        "PGPASSWORD": server.password,
    }
    return {name: str(value) for name, value in given.items() if value}


@cache
def _server() -> URL:
    named = os.environ.get("SYNCD_TEST_POSTGRES")
    if named:
        return make_url(named).set(drivername="postgresql+psycopg")
    folder = _binaries()
    if folder is None:
        pytest.skip("no PostgreSQL: set SYNCD_TEST_POSTGRES to a server's URL, or install postgresql")
    return _start(folder)


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    first = Path(found) if found else (debian[-1] if debian else None)
    return first.parent if first else None


def _start(folder: Path) -> URL:
    data = Path(tempfile.mkdtemp(prefix="syncd-postgres-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    user = _user(data)
    subprocess.run(
        [
            folder / "initdb",
            "-D",
            data / "db",
            "-U",
            "syncd",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ],
        check=True,
        capture_output=True,
        user=user,
        cwd=data,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"]
    server = subprocess.Popen(
        [folder / "postgres", "-D", data / "db", *(part for each in settings for part in ("-c", each))],
        stderr=subprocess.PIPE,
        text=True,
        user=user,
        cwd=data,
    )
    atexit.register(_stop, server)
    _await_ready(server)
    return URL.create("postgresql+psycopg", "syncd", host="127.0.0.1", port=port, database="postgres")


def _user(data: Path) -> int | None:
    """PostgreSQL refuses to run as root: step down to whoever is there for it."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name: each.pw_uid for each in pwd.getpwall()}
    user = names.get("postgres", names.get("nobody"))
    if user is None:
        pytest.skip("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
    os.chown(data, user, -1)
    return user


def _await_ready(server: subprocess.Popen[str]) -> None:
    log = server.stderr
    assert log is not None
    said: list[str] = []
    for line in log:
        said.append(line)
        if "ready to accept connections" in line:
            # Somebody has to read on, or the server blocks on a full pipe.
            threading.Thread(target=log.read, daemon=True).start()
            return
    pytest.skip(f"PostgreSQL does not start: {''.join(said)[-500:]}")


def _stop(server: subprocess.Popen[str]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=_START_SECONDS)
