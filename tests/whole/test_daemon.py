"""`syncd run` as systemd runs it: readiness, watchdog, signals, deadlines, metrics; one acting instance."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests

from syncd.core.model.effects import EffectState
from syncd.served import until_poll
from syncd.store import open_store
from syncd.wiring import SystemClock
from tests.scenario import ics
from tests.servers.dav import DavCalendar
from tests.servers.process import free_port
from tests.servers.proxy import Message, proxied
from tests.servers.smtp import SmtpServer
from tests.whole.command import Running, started, syncd
from tests.whole.holding import Gate, HeldPost, holding, wait_until
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.passes import look
from tests.whole.systemd import Notified, notify_socket
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

BY_MAIL = ("ada@example.net", "ben@example.net")


@pytest.fixture
def office(tmp_path: Path, calendar: DavCalendar, post: SmtpServer) -> Office:
    """Three weekly clients; everything is due at once; syncd has looked once."""
    weekly_sessions(calendar, waking_zone(), ("AB", "BC", "CD"))
    office = Office(
        tmp_path, [Desk("dana", "Dana Okafor", calendar)], post, ROSTER, waking_zone(), dict(AT_ONCE)
    )
    look(office)
    return office


@contextmanager
def daemon(office: Office) -> Iterator[tuple[Running, Notified]]:
    """`syncd run` under a service manager."""
    with (
        notify_socket() as said,
        started(office.write(), "run", NOTIFY_SOCKET=said.address) as process,
    ):
        yield process, said


def _whole(calendar: DavCalendar) -> str:
    """Every object, long lines put together."""
    return calendar.server.send("GET", calendar.path).text.replace("\r\n ", "")


def methods(office: Office) -> list[list[str]]:
    """METHOD of each message that the clients got."""
    return [[ics.method(message) for message in office.received(one)] for one in BY_MAIL]


def test_ready_when_every_account_was_tried(office: Office) -> None:
    """Metrics tell of the first look as soon as it is ready."""
    port = free_port()
    office.daemon = {"metrics": f'"127.0.0.1:{port}"'}
    with daemon(office) as (_, said):
        said.await_state("READY=1")
        assert [one for one in said.heard if not one.startswith("STATUS=")] == ["WATCHDOG=1", "READY=1"]
        assert metrics(port)['syncd_passes_total{result="finished"}'] >= 1
        assert metrics(port)["syncd_effects_waiting"] == 0


def test_ready_though_an_account_does_not_answer(office: Office) -> None:
    """What cannot be read is no reason to be started anew: the loop feeds the watchdog, and says what is wrong."""
    port = free_port()
    office.desks[0].url = f"http://127.0.0.1:{free_port()}/"
    office.daemon = {"metrics": f'"127.0.0.1:{port}"', "poll": '"10s"'}
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        said.await_state("WATCHDOG=1")
        assert any(one.startswith("STATUS=degraded: 1 unread") for one in said.heard)
        metrics = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=120).text
        assert "syncd_problems 1.0" in metrics
        assert 'syncd_last_read_timestamp_seconds{place="mailbox"} 1.' in metrics
        shown = syncd(office.config, "status")
        assert "degraded" in shown.out
        process.signal(signal.SIGTERM)
        assert process.ends() == 0


HURRIED = """\
from datetime import timedelta

import syncd.daemon
import syncd.served
import syncd.wiring.world

syncd.daemon.PULSE, syncd.daemon.FIRST_LOOK, syncd.served.LONGEST_LOOK = 0.05, 3.0, 0.0
syncd.wiring.world.PATIENCE = timedelta(hours=1)
"""


def test_ready_though_the_first_look_takes_long(office: Office, calendar: DavCalendar) -> None:
    """Once its time is up; and a look that takes too long feeds no watchdog until it is over."""
    gate = Gate()
    (office.folder / "sitecustomize.py").write_text(HURRIED)
    with proxied(calendar.server.url, before=holding(gate, "PROPFIND")) as proxy, notify_socket() as said:
        office.desks[0].url = proxy.url
        hurried = {"SYNCD_CONFIG": str(office.write()), "NOTIFY_SOCKET": said.address}
        env = {**os.environ, **hurried, "PYTHONPATH": str(office.folder)}
        process = subprocess.Popen([str(Path(sys.executable).with_name("syncd")), "run"], env=env)
        try:
            wait_until(lambda: gate.reached or process.poll() is not None)
            before = len(said.so_far())
            wait_until(lambda: "READY=1" in said.so_far() or process.poll() is not None)
            assert "WATCHDOG=1" not in said.heard[before:]
            gate.open()
            said.await_state("WATCHDOG=1")
        finally:
            process.kill()
            process.wait()


def test_what_is_unread_is_shown_until_it_is_read(office: Office, calendar: DavCalendar) -> None:
    """Status and metrics name it after an unrelated look as well; both say when each place was read last."""
    port, garbled = free_port(), Event()
    calendar.put_text(ics.timed("odd", "Supervision", SystemClock().now() + timedelta(days=9), 50), "odd")

    def garble(answer: Message) -> None:
        if not garbled.is_set():
            answer.body = re.sub(
                rb"(UID:odd.*?DTSTART)[^\r\n]*", rb"\1:at noon", answer.body, flags=re.DOTALL
            )

    with proxied(calendar.server.url, after=garble) as proxy:
        office.desks[0].url, office.daemon = proxy.url, {"metrics": f'"127.0.0.1:{port}"'}
        with daemon(office) as (process, said):
            said.await_state("READY=1")
            block(calendar)
            said.await_look(lambda: process.signal(signal.SIGHUP))
            assert metrics(port)["syncd_problems"] == 1
            assert re.search(r"danas/Practice .*odd: ", syncd(office.config, "status").out)
            assert [len(one["unread"]) for one in status(office)["reading"]] == [1, 0]
            assert [
                shown <= read
                for shown, read in zip(last_shown(status(office)), last_read(metrics(port)), strict=True)
            ] == [True] * 3
            garbled.set()
            calendar.put_text(calendar.text("odd").replace("Supervision", "Lunch"), "odd")
            said.await_look(lambda: process.signal(signal.SIGHUP))
            assert metrics(port)["syncd_problems"] == 0
            assert [one["unread"] for one in status(office)["reading"]] == [[], []]


def status(office: Office) -> dict[str, Any]:
    """What `status` tells programs."""
    found: dict[str, Any] = json.loads(syncd(office.config, "status", "--json").out)
    return found


def last_shown(found: dict[str, Any]) -> list[float]:
    """When the account, its calendar and the mailbox were read last, as `status` says it."""
    calendar, mailbox = (one["last_read"] for one in found["reading"])
    assert found["accounts"] == {"danas": calendar, "mailbox": mailbox}
    return [datetime.fromisoformat(one).timestamp() for one in (calendar, calendar, mailbox)]


def last_read(gauges: dict[str, float]) -> list[float]:
    """The same as metrics say it."""
    name = 'syncd_last_read_timestamp_seconds{{place="{}"}}'.format
    return [gauges[name(one)] for one in ("danas", "danas/1", "mailbox")]


def metrics(port: int) -> dict[str, float]:
    """What is served there: a number for each name with its labels."""
    lines = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=120).text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_a_store_that_breaks_stops_effects_and_nothing_else(office: Office, calendar: DavCalendar) -> None:
    """The process lives and looks; what is due waits, and goes out once the store is there again."""
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        store = office.folder / "state" / "syncd.db"
        with closing(sqlite3.connect(store)) as other:
            other.execute("ALTER TABLE effects RENAME TO hidden")
            block(calendar)
            process.signal(signal.SIGHUP)
            said.await_state("STATUS=degraded: nothing is done, see the journal")
            said.await_state("WATCHDOG=1")
            assert methods(office) == [[], []]
            other.execute("ALTER TABLE hidden RENAME TO effects")
        process.signal(signal.SIGHUP)
        wait_until(lambda: methods(office) == [["REQUEST"], ["REQUEST"]])
        process.signal(signal.SIGTERM)
        assert process.ends() == 0


def test_what_falls_due_is_done_then(office: Office, calendar: DavCalendar) -> None:
    """The leave settles in two seconds, the next poll is two minutes away: invitations go when it has settled."""
    office.policy = {**AT_ONCE, "settle": '"2s"'}
    block(calendar)
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        wait_until(lambda: methods(office) == [["REQUEST"], ["REQUEST"]])
        process.signal(signal.SIGTERM)  # what has left is settled before it ends
        assert process.ends() == 0
    with open_store(office.store_url) as store:
        memory = store.load()
    (seen,) = {one.seen_at for one in memory.seen}
    invited = [one.invited_at for one in memory.offers if one.invited_at is not None]
    assert len(invited) == 2
    assert all(timedelta(seconds=2) <= at - seen < timedelta(minutes=2) for at in invited)


def test_what_a_question_mark_costs_is_worked_out_beside_the_looks(
    office: Office, calendar: DavCalendar
) -> None:
    """No poll has to pass: once its process has answered, the next look shows it; nobody is written to."""
    block(calendar, title="Vacation?")
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        wait_until(lambda: "Worked out on" in _whole(calendar))
        process.signal(signal.SIGTERM)
        assert process.ends() == 0
    assert methods(office) == [[], []]
    with open_store(office.store_url) as store:
        (cost,) = store.load().costs
    assert sum(one.sessions for one in cost.tiers) == 3


def test_sighup_puts_new_settings_in_force_and_keeps_the_old_where_they_are_bad(
    office: Office, calendar: DavCalendar
) -> None:
    """Systemd is told of both; bad ones are named in the log by file and key, without what stands there."""
    office.policy = {**AT_ONCE, "settle": '"1d"'}
    block(calendar)
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        good = office.config.read_text()
        office.config.write_text(good.replace('settle = "1d"', 'settle = "whenever"'))
        process.signal(signal.SIGHUP)
        for state in ("RELOADING=1", "READY=1"):
            said.await_state(state)
        said.await_status()
        log = process.log.read_text()
        assert "settings not reloaded" in log
        assert f"{office.config}: policy.settle: " in log
        assert "whenever" not in log
        assert methods(office) == [[], []]
        office.config.write_text(good.replace('settle = "1d"', 'settle = "0s"'))
        process.signal(signal.SIGHUP)
        for state in ("RELOADING=1", "READY=1"):
            said.await_state(state)
        said.await_status()
        assert methods(office) == [["REQUEST"], ["REQUEST"]]


@pytest.mark.lengthy  # it waits for polls
def test_an_edited_roster_is_noticed_at_the_next_look(office: Office, calendar: DavCalendar) -> None:
    """Without a signal; one that is half written changes nothing, is named once, and the whole one counts."""
    whole = office.roster
    office.roster = whole.replace("c2,Ben Castillo,ben@example.net,,BC,dana\n", "")
    office.daemon = {"poll": '"10s"'}
    block(calendar)
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        assert methods(office) == [["REQUEST"], []]
        roster = office.folder / "clients.csv"
        roster.write_text(whole[: whole.index(",BC")] + ',"')
        said.await_state("RELOADING=1")
        for _ in range(2):
            said.await_status()
        assert process.log.read_text().count("settings not reloaded") == 1
        assert "BC · held" not in _whole(calendar)
        roster.write_text(whole)
        said.await_state("RELOADING=1")
        wait_until(lambda: "BC · held" in _whole(calendar))


def test_sigterm_finishes_the_effect_in_hand(tmp_path: Path, office: Office, calendar: DavCalendar) -> None:
    """The mail in hand is sent and settled, the next is not begun; status 0; the rest follows later, once."""
    gate = Gate()
    with HeldPost(tmp_path / "mail", before=gate) as post:
        office = replace(office, post=post)
        with daemon(office) as (process, said):
            said.await_state("READY=1")
            block(calendar)
            process.signal(signal.SIGHUP)
            process.await_gate(gate)
            process.signal(signal.SIGTERM)
            said.await_state("STOPPING=1")
            gate.open()
            assert process.ends() == 0
        assert sorted(methods(office)) == [[], ["REQUEST"]]
        with open_store(office.store_url) as store:
            assert {row.state for row in store.load().effects} <= {EffectState.READY}
        look(office)
        assert methods(office) == [["REQUEST"], ["REQUEST"]]


def test_a_second_instance_is_refused(office: Office, calendar: DavCalendar) -> None:
    """By one line and status 1, as command and as daemon; it writes nothing; looking without acting is allowed."""
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        block(calendar)
        for command in ("once", "run"):
            refused = syncd(office.config, command)
            assert refused.status == 1
            (line,) = refused.said
            assert line.startswith("syncd: another instance (")
        assert methods(office) == [[], []]
        assert syncd(office.config, "once", "--dry-run").status == 0
        process.signal(signal.SIGTERM)
        assert process.ends() == 0
    look(office)
    assert methods(office) == [["REQUEST"], ["REQUEST"]]


def test_metrics_on_a_taken_port(office: Office) -> None:
    """One line that names the key, and the lease is given back."""
    office.daemon = {"metrics": f'"127.0.0.1:{office.post.port}"'}
    refused = syncd(office.write(), "run")
    assert refused.status == 1
    (line,) = refused.said
    assert line == (
        f"syncd: metrics cannot be served at 127.0.0.1:{office.post.port}: "
        "Address already in use; change [daemon] metrics"
    )
    look(office)


def test_two_that_began_together_poll_apart() -> None:
    """By seconds, and neither later than settings say."""
    two_minutes = timedelta(minutes=2)
    polls = [[until_poll(two_minutes) for _ in range(5)] for _ in range(2)]
    assert all(100 < one <= 120 for each in polls for one in each)
    first, second = (list(accumulate(each)) for each in polls)
    assert all(one != other for one, other in zip(first, second, strict=True))
