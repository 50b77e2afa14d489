"""`syncd worker DIR`: each settings file is a practice; a mistake in one is its own, and files come and go."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from tests.scenario import ics
from tests.servers.dav import DavServer
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer
from tests.whole.command import Running, started
from tests.whole.conftest import calendar_on
from tests.whole.holding import wait_until
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.passes import look
from tests.whole.systemd import Notified, notify_socket
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

INVITED = [["REQUEST"], ["REQUEST"]]


@dataclass
class Town:
    """Practices on one server, with a post office each; the worker's folder holds the files of those that it serves."""

    folder: Path
    server: DavServer
    opened: ExitStack
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
        return Office(home, desks, post, ROSTER, waking_zone(), dict(AT_ONCE))

    def enter(self, name: str, office: Office, wrong: str = "") -> None:
        """Its file comes into the folder as a whole, with `wrong` in place of its time zone."""
        text = office.write().read_text()
        for file in ("clients.csv", "dana-password"):
            text = text.replace(f'"{file}"', f'"{office.folder / file}"')
        if wrong:
            text = text.replace(f'"{office.zone}"', f'"{wrong}"')
        fresh = self.folder / "fresh"
        fresh.write_text(text)
        self.served.mkdir(exist_ok=True)
        fresh.replace(self.served / f"{name}.toml")

    @contextmanager
    def worker(self) -> Iterator[tuple[Running, Notified]]:
        """`syncd worker` under a service manager."""
        options = (str(self.served), "--metrics", f"127.0.0.1:{self.port}")
        config = self.folder / "none.toml"
        with notify_socket() as said:
            env = {"NOTIFY_SOCKET": said.address, "JOURNAL_STREAM": "8:1"}
            with started(config, "worker", *options, **env) as process:
                yield process, said

    def practices(self, state: str) -> int:
        """How many of the practices are so, by the metrics."""
        text = requests.get(f"http://127.0.0.1:{self.port}/metrics", timeout=60).text
        (line,) = (one for one in text.splitlines() if one.startswith(f'syncd_practices{{state="{state}"}}'))
        return int(float(line.rsplit(" ", 1)[1]))

    def readyz(self) -> str:
        """What is answered to whoever asks whether all is well."""
        return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=60).text.strip()


@pytest.fixture
def town(tmp_path: Path, on_radicale: DavServer) -> Iterator[Town]:
    """Nobody practises there yet."""
    with ExitStack() as opened:
        yield Town(tmp_path, on_radicale, opened)


def invited(office: Office) -> bool:
    """Both who have an address were invited, once."""
    got = [[ics.method(one) for one in office.received(f"{who}@example.net")] for who in ("ada", "ben")]
    assert [len(one) <= 1 for one in got] == [True, True]
    return got == INVITED


def test_a_mistake_in_one_file_is_that_practice_s_alone_and_files_come_and_go(town: Town) -> None:
    """What is wrong is told by file and key, without what stands there; mended, it is served, without a restart.

    A mistake that comes while it is served leaves the older settings in force, as `syncd run` does.
    """
    maple, birch = map(town.practice, ("maple", "birch"))
    town.enter("maple", maple)
    town.enter("birch", birch, wrong="Nowhere/Town")
    with town.worker() as (process, said):
        said.await_state("READY=1")
        assert (town.practices("served"), town.practices("refused")) == (1, 1)
        assert town.readyz() == "degraded: 1 practices cannot be served, see the journal"
        log = process.log.read_text()
        assert f"[birch]: {town.served / 'birch.toml'}: practice.timezone: " in log
        assert "Nowhere" not in log
        town.enter("birch", birch)
        wait_until(lambda: town.practices("served") == 2)
        assert town.readyz() == "ready"
        town.enter("maple", maple, wrong="Nowhere/Town")
        wait_until(lambda: town.practices("degraded") == 1)
        assert "settings not reloaded, 1 mistakes; the old ones stay in force" in process.log.read_text()
        for office in (maple, birch):
            block(office.desks[0].calendar)
        process.signal(signal.SIGHUP)
        wait_until(lambda: invited(maple) and invited(birch))
        (town.served / "birch.toml").unlink()
        wait_until(lambda: town.practices("served") == 0)
        assert "practice birch is served no more" in process.log.read_text()
        look(birch)  # nobody acts for it any more
        process.signal(signal.SIGTERM)
        assert process.ends() == 0
    assert [invited(one) for one in (maple, birch)] == [True] * 2


def test_two_files_with_one_store_are_both_refused(town: Town) -> None:
    """A copy of a settings file would act in its name: which of them is meant, only a human can tell."""
    maple = town.practice("maple")
    town.enter("maple", maple)
    town.enter("copy", maple)
    with town.worker() as (process, said):
        said.await_state("READY=1")
        assert town.practices("refused") == 2
        log = process.log.read_text()
        assert "maple.toml names the same" in log
        assert "copy.toml names the same" in log
        (town.served / "copy.toml").unlink()
        wait_until(lambda: town.practices("refused") == 1)
        process.signal(signal.SIGHUP)
        wait_until(lambda: town.practices("served") == 1)
