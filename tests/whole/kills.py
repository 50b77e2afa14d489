"""Any number of kills: `python -m tests.whole.kills --kills 300` ends the real process by kill -9, again and again.

A practice blocks leave. `syncd once` is killed at one of its next requests, or once one of its mails has arrived, and
started anew on the same store until one gets through; two looks later, within forty minutes, each client has one entry
and one invitation, and a further look changes nothing. Then the next practice, on the other server. What becomes of
the request at which it dies: it never arrives, arrives when the process is gone, or was answered.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.dav import DavServer
from tests.servers.proxy import Message, proxied
from tests.servers.radicale import radicale
from tests.servers.smtp import SmtpServer
from tests.servers.xandikos import xandikos
from tests.whole.command import started
from tests.whole.holding import Gate, wait_until
from tests.whole.office import Office
from tests.whole.passes import look
from tests.whole.test_killed import again, everything_once, opened

HOWS = ("lost", "late", "answered")
FARTHEST = 16  # the call at which a process dies: among its first ones, so that most die more than once

# a time whose entry was cut off is invited to once it is clear whose hand was on it
AHEAD = (timedelta(minutes=16), timedelta(minutes=40))


@dataclass
class Reaper:
    """Counts what passes by since `aim`, and holds the one at which the process is to die."""

    left: int = 0
    how: str = ""
    gate: Gate = field(default_factory=Gate)
    done: Counter[str] = field(default_factory=Counter)

    def aim(self, call: int, how: str) -> None:
        """Hold the `call`th from now on."""
        self.left, self.how, self.gate = call, how, Gate()

    def rest(self) -> None:
        """Let everything pass."""
        self.left = 0
        self.gate.open()

    def before(self, message: Message) -> Message | None:
        """A request on its way in."""
        if self.how == "answered" or not self._hit():
            return None
        self._hold(f"{message.method} {self.how}")
        return Message(message.method, message.path, {}, b"", 503) if self.how == "lost" else None

    def after(self, message: Message) -> None:
        """An answer on its way out."""
        if self.how == "answered" and self._hit():
            self._hold(f"{message.method} answered")

    def mailed(self) -> None:
        """A mail has arrived, and the process has not heard of it."""
        if self._hit():
            self._hold("DATA answered")

    def _hit(self) -> bool:
        self.left -= 1
        return self.left == 0

    def _hold(self, what: str) -> None:
        self.done[what] += 1
        self.gate.hold()


class Post(SmtpServer):
    """A post office that asks the reaper once it has delivered."""

    def __init__(self, root: Path, reaper: Reaper) -> None:
        """Ready to be entered."""
        super().__init__(root)
        self._reaper = reaper

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Called when the final dot has come."""
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.to_thread(self._reaper.mailed)
        return answer


def killed_until_through(office: Office, reaper: Reaper, dice: Random, most: int) -> int:
    """Kill process after process; how many died before one got through, `most` at most."""
    for kills in range(most):
        reaper.aim(dice.randint(1, FARTHEST), dice.choice(HOWS))
        with started(office.write(), "once") as process:
            gate = reaper.gate
            wait_until(lambda: gate.reached or process.process.over)  # noqa: B023  waited for here
            if not gate.reached:
                return kills
            process.kill()
        reaper.rest()
    return most


def practice(folder: Path, server: DavServer, slug: str, dice: Random, most: int) -> Counter[str]:
    """One practice: kills by what was under way. Raises AssertionError where anything is not there once."""
    reaper = Reaper()
    calendar = server.make_calendar(slug, "Practice")
    with proxied(server.url) as proxy, Post(folder / "mail", reaper) as post:
        office = opened(folder, calendar, post, proxy.url)
        proxy.before, proxy.after = reaper.before, reaper.after
        kills = killed_until_through(office, reaper, dice, most)
        reaper.rest()
        again(office)
        for ahead in AHEAD:
            look(office, ahead)
        everything_once(office, calendar, AHEAD[-1])
    server.send("DELETE", calendar.path)
    assert kills == reaper.done.total(), (kills, reaper.done)
    return reaper.done


@contextmanager
def servers(folder: Path) -> Iterator[tuple[DavServer, ...]]:
    """Radicale and Xandikos."""
    with ExitStack() as stack:
        found = []
        for serve in (radicale, xandikos):
            root = folder / serve.__name__
            root.mkdir()
            found.append(stack.enter_context(serve(root)))
        yield tuple(found)


def kill_often(kills: int, seed: int) -> Counter[str]:
    """So many kills, by what was under way."""
    done: Counter[str] = Counter()
    with TemporaryDirectory() as folder, servers(Path(folder)) as (one, other):
        for number in count():
            left = kills - done.total()
            if left <= 0:
                return done
            own = Path(folder) / f"practice{number}"
            own.mkdir()
            server = (one, other)[number % 2]
            done += practice(own, server, f"kills{number}", Random(f"{seed} {number}"), left)
    raise AssertionError("never")


def main() -> int:
    """Kill, count, and say so."""
    parser = argparse.ArgumentParser(prog="python -m tests.whole.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    done = kill_often(chosen.kills, chosen.seed)
    print(f"{done.total()} kills of the real process, and everything was there once:")
    print(", ".join(f"{what} {times}" for what, times in done.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
