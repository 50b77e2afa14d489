"""A town of practices, the folder of their settings files, and workers that serve them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.scenario import ics
from tests.servers.dav import DavServer
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer
from tests.whole.command import Running, started
from tests.whole.conftest import calendar_on
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.systemd import Notified, notify_socket
from tests.whole.test_killed import EVIDENCE
from tests.whole.weeks import AT_ONCE, waking_zone, weekly_sessions

INVITED = [["REQUEST"], ["REQUEST"]]


@dataclass
class Town:
    """Practices on one server, with a post office each; the worker's folder holds the files of those that it serves."""

    folder: Path
    server: DavServer
    opened: ExitStack
    database: str = ""  # of PostgreSQL, with a schema for each practice; "": a file for each
    port: int = field(default_factory=free_port)

    @property
    def served(self) -> Path:
        """The worker's folder."""
        return self.folder / "practices"

    def practice(self, name: str) -> Office:
        """Three weekly clients; everything is due at once; nobody has looked yet."""
        calendar = self.opened.enter_context(calendar_on(self.server, name))
        weekly_sessions(calendar, waking_zone(), ("AB", "BC", "CD"))
        home = self.folder / name
        post = self.opened.enter_context(SmtpServer(home / "mail"))
        desks = [Desk("dana", "Dana Okafor", calendar)]
        return Office(home, desks, post, ROSTER, waking_zone(), dict(AT_ONCE), EVIDENCE)

    def enter(self, name: str, office: Office, wrong: str = "") -> None:
        """Its file comes into the folder as a whole, with `wrong` in place of its time zone."""
        text = office.write().read_text()
        for file in ("clients.csv", "dana-password"):
            text = text.replace(f'"{file}"', f'"{office.folder / file}"')
        if self.database:
            schema = f"{self.database}?options=-csearch_path%3D{name}"
            text = text.replace(office.store_url, f'{schema}"\nstate = "{office.folder}')
        if wrong:
            text = text.replace(f'"{office.zone}"', f'"{wrong}"')
        fresh = self.folder / "fresh"
        fresh.write_text(text)
        self.served.mkdir(exist_ok=True)
        fresh.replace(self.served / f"{name}.toml")

    @contextmanager
    def worker(self, *options: str, number: int = 0) -> Iterator[tuple[Running, Notified]]:
        """`syncd worker` under a service manager; `number`: which of several."""
        home = self.folder / f"worker{number}"
        home.mkdir(exist_ok=True)
        with notify_socket() as said:
            env = {"NOTIFY_SOCKET": said.address, "JOURNAL_STREAM": "8:1"}
            with started(home / "none.toml", "worker", str(self.served), *options, **env) as process:
                yield process, said

    def practices(self, state: str) -> int:
        """How many of the practices are so, by the metrics."""
        text = requests.get(f"http://127.0.0.1:{self.port}/metrics", timeout=60).text
        (line,) = (one for one in text.splitlines() if one.startswith(f'syncd_practices{{state="{state}"}}'))
        return int(float(line.rsplit(" ", 1)[1]))

    def readyz(self) -> str:
        """What is answered to whoever asks whether all is well."""
        return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=60).text.strip()


def invited(office: Office) -> bool:
    """Both who have an address were invited, once."""
    got = [[ics.method(one) for one in office.received(f"{who}@example.net")] for who in ("ada", "ben")]
    assert [len(one) <= 1 for one in got] == [True, True]
    return got == INVITED
