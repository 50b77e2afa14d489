"""Radicale: plain CalDAV with passwords, sync tokens and no scheduling."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests import forked
from tests.servers.dav import DavServer
from tests.servers.process import free_port

USERS: Mapping[str, str] = {"dana": "correct horse", "noor": "battery staple", "admin": "master key"}

_CONFIG = """[server]
hosts = 127.0.0.1:{port}
max_resource_size = 30000000
[auth]
type = htpasswd
htpasswd_filename = {users}
htpasswd_encryption = plain
delay = 0
[rights]
type = from_file
file = {rights}
[storage]
filesystem_folder = {data}
[logging]
level = warning
"""

_RIGHTS = """[root]
user: .+
collection:
permissions: R
[reading-only]
user: dana
collection: {user}/readonly
permissions: r
[shared-with-dana]
user: dana
collection: noor/shared
permissions: rw
[made-by-an-admin]
user: admin
collection: .*
permissions: RrWw
[principal]
user: .+
collection: {user}
permissions: RW
[calendars]
user: .+
collection: {user}/[^/]+
permissions: rw
"""


@contextlib.contextmanager
def radicale(folder: Path, users: Mapping[str, str] = USERS) -> Iterator[DavServer]:
    """A Radicale that keeps its data in `folder`; the first user is the one whose home is given.

    A calendar with the slug `readonly` can be read but not written; `shared` of noor's is open to dana as well.
    """
    port = free_port()
    (folder / "users").write_text("".join(f"{name}:{word}\n" for name, word in users.items()))
    (folder / "rights").write_text(_RIGHTS)
    config = folder / "config"
    config.write_text(
        _CONFIG.format(port=port, users=folder / "users", rights=folder / "rights", data=folder / "data")
    )
    with forked.serving("radicale", ["--config", str(config)], port, folder / "radicale.log"):
        user, password = next(iter(users.items()))
        yield DavServer(f"http://127.0.0.1:{port}", f"/{user}/", user, password)
