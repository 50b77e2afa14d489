"""`syncd run` for several therapists of whom one's server hangs or trickles: the others are served meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from syncd.served import STILL_READ
from tests.servers.dav import DavServer
from tests.servers.proxy import proxied
from tests.servers.smtp import SmtpServer
from tests.whole.conftest import calendar_on
from tests.whole.holding import PATIENCE, Gate, holding, wait_until
from tests.whole.office import Desk, Office
from tests.whole.test_daemon import daemon
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

THERAPISTS = ("dana", "eli", "finja", "gero", "hanna")
SLOW = "gero"


@pytest.fixture
def office(tmp_path: Path, on_radicale: DavServer, post: SmtpServer) -> Iterator[Office]:
    """Five therapists with three weekly clients and a week of leave each; syncd has never looked."""
    with ExitStack() as opened:
        calendars = {one: opened.enter_context(calendar_on(on_radicale, one)) for one in THERAPISTS}
        for one, calendar in calendars.items():
            weekly_sessions(calendar, waking_zone(), tuple(initials(one, letter) for letter in "xyz"))
            block(calendar)
        desks = [Desk(one, one.title(), calendar) for one, calendar in calendars.items()]
        yield Office(tmp_path, desks, post, _roster(), waking_zone(), dict(AT_ONCE))


def initials(therapist: str, letter: str) -> str:
    """What stands in the calendar for a client."""
    return f"{therapist[0]}{letter}".upper()


def _roster() -> str:
    lines = (
        f"{one}-{letter},Client {initials(one, letter)},{one}{letter}@example.net,,{initials(one, letter)},{one}"
        for one in THERAPISTS
        for letter in "xyz"
    )
    return "\n".join(("id,name,email,phone,initials,therapist", *lines, ""))


def held(desk: Desk) -> int:
    """How many make-ups stand in a therapist's calendar."""
    calendar = desk.calendar
    return calendar.server.send("GET", calendar.path).text.count("STATUS:TENTATIVE")


def others(office: Office) -> list[int]:
    """The same of everybody whose server is quick."""
    return [held(one) for one in office.desks if one.id != SLOW]


def slow_calendar(office: Office) -> Desk:
    """The desk whose server is slow."""
    return next(one for one in office.desks if one.id == SLOW)


def test_one_of_five_hangs(office: Office) -> None:
    """Ready, the others' make-ups stand, the state says who is not through; once it answers, its own stand."""
    gate, desk = Gate(), slow_calendar(office)
    with proxied(desk.calendar.server.url, before=holding(gate, "PROPFIND")) as proxy:
        desk.url = proxy.url
        with daemon(office) as (process, said):
            process.await_gate(gate)
            said.await_state("READY=1")
            assert "WATCHDOG=1" in said.heard
            wait_until(lambda: others(office) == [3, 3, 3, 3])
            assert any(f"1 accounts {STILL_READ}" in one for one in said.so_far())
            assert held(desk) == 0
            gate.open()
            wait_until(lambda: held(desk) == 3)
            assert others(office) == [3, 3, 3, 3]


def test_one_of_five_hangs_when_it_is_written_to(office: Office) -> None:
    """It is read well: the others' make-ups stand, one write waits there, and its own stand once it is through."""
    gate, desk = Gate(), slow_calendar(office)
    with proxied(desk.calendar.server.url, before=holding(gate, "PUT")) as proxy:
        desk.url = proxy.url
        with daemon(office) as (process, _):
            process.await_gate(gate)
            wait_until(lambda: others(office) == [3, 3, 3, 3])
            assert held(desk) == 0
            gate.open()
            wait_until(lambda: held(desk) == 3)


def test_one_of_five_answers_a_byte_at_a_time(office: Office) -> None:
    """No time-out ever ends that: it is one place that is not read, and nobody else's matter."""
    desk = slow_calendar(office)
    with trickling() as url:
        desk.url = url
        with daemon(office) as (_, said):
            said.await_state("READY=1")
            wait_until(lambda: others(office) == [3, 3, 3, 3])
            assert held(desk) == 0


@contextmanager
def trickling() -> Iterator[str]:
    """A server that answers a byte a second, and never ends."""
    over = Event()

    def trickle(connection: socket.socket) -> None:
        with connection:
            for byte in b"HTTP/1.1 207 Multi-Status\r\nX-Padding: ".ljust(int(PATIENCE), b"x"):
                if over.wait(1):
                    return
                connection.sendall(bytes([byte]))

    def serve(listening: socket.socket) -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            Thread(target=trickle, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=serve, args=(listening,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
