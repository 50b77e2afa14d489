"""What machines are told of `syncd run`: /metrics, /healthz, /readyz, and the dead man's switch of `[alerts]`."""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
import requests

from syncd.monitoring.endpoints import LATE, Health, serve
from syncd.store import open_store
from syncd.wiring import SystemClock
from tests.scenario.household import OFFICE
from tests.servers.dav import DavCalendar
from tests.servers.process import free_port
from tests.servers.proxy import proxied
from tests.servers.smtp import SmtpServer
from tests.whole.command import Running, started, syncd
from tests.whole.holding import Gate, holding, wait_until
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.passes import look
from tests.whole.systemd import Notified, notify_socket
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

BY_MAIL = ("ada@example.net", "ben@example.net")
RULES = Path(__file__).parents[2] / "config" / "alerts" / "syncd.rules.yml"
SECRET = "/5f1c-only-the-office-knows"


@pytest.fixture
def office(tmp_path: Path, calendar: DavCalendar, post: SmtpServer) -> Office:
    """Three weekly clients; everything is due at once; syncd has looked once; metrics are served."""
    weekly_sessions(calendar, waking_zone(), ("AB", "BC", "CD"))
    desks = [Desk("dana", "Dana Okafor", calendar)]
    office = Office(tmp_path, desks, post, ROSTER, waking_zone(), dict(AT_ONCE))
    look(office)
    office.daemon = {"metrics": f'"127.0.0.1:{free_port()}"'}
    return office


@contextmanager
def daemon(office: Office, *options: str) -> Iterator[tuple[Running, Notified]]:
    """`syncd run` under a service manager, its standard error taken by the journal."""
    with (
        notify_socket() as said,
        started(office.write(), *options, "run", NOTIFY_SOCKET=said.address, JOURNAL_STREAM="8:1") as process,
    ):
        yield process, said


def asked(office: Office, path: str) -> tuple[int, str]:
    """What is answered there."""
    where = office.daemon["metrics"].strip('"')
    answer = requests.get(f"http://{where}{path}", timeout=120)
    return answer.status_code, answer.text


def served(office: Office) -> dict[str, float]:
    """A number for each name with its labels."""
    pairs = (line.rsplit(" ", 1) for line in asked(office, "/metrics")[1].splitlines() if line[0] != "#")
    return {name: float(value) for name, value in pairs}


@dataclass(slots=True)
class Switch:
    """A dead man's switch on this machine: which paths were asked for; it answers once it may."""

    port: int
    heard: list[str] = field(default_factory=list)
    may: Event = field(default_factory=Event)


@contextmanager
def switch() -> Iterator[Switch]:
    """Listening until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.heard.append(self.path)
            found.may.wait(600)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        found = Switch(server.server_port)
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield found
        finally:
            found.may.set()
            server.shutdown()


def pinging(office: Office, address: str) -> None:
    """Settings with a dead man's switch."""
    (office.folder / "ping").write_text(f"{address}\n")
    office.therapists = '[alerts]\nping = { file = "ping" }\n'


def test_it_lives_from_the_start_and_is_ready_once_every_account_was_tried(office: Office) -> None:
    """Every other path is none of ours."""
    gate = Gate()
    with proxied(office.desks[0].calendar.server.url, before=holding(gate, "PROPFIND")) as proxy:
        office.desks[0].url = proxy.url
        with daemon(office) as (process, said):
            process.await_gate(gate)
            assert asked(office, "/healthz") == (200, "lives\n")
            assert asked(office, "/readyz") == (503, "not every account was tried yet\n")
            gate.open()
            said.await_state("READY=1")
            assert asked(office, "/readyz") == (200, "ready\n")
            assert [asked(office, path)[0] for path in ("/", "/metrics/", "/healthz/x")] == [404] * 3


def test_what_cannot_be_read_is_said_and_is_no_reason_to_start_it_anew(office: Office) -> None:
    """As the service manager is told."""
    office.desks[0].url = f"http://127.0.0.1:{free_port()}/"
    with daemon(office) as (_, said):
        said.await_state("READY=1")
        assert asked(office, "/healthz")[0] == 200
        assert asked(office, "/readyz") == (200, "degraded: 1 unread\n")


def test_what_a_rule_asks_about_is_there_before_its_first_event(office: Office) -> None:
    """No alert waits for a series that begins with the trouble; what happened before the start is known."""
    gate = Gate()
    wanted = set(re.findall(r"syncd_\w+", RULES.read_text()))
    with proxied(office.desks[0].calendar.server.url, before=holding(gate, "PROPFIND")) as proxy:
        office.desks[0].url = proxy.url
        with daemon(office) as (process, _):
            process.await_gate(gate)
            found = served(office)
            gate.open()
    assert wanted - {name.partition("{")[0] for name in found} == set()
    assert {name for name in found if name.startswith("syncd_mails_total")} == {
        'syncd_mails_total{result="sent"}',
        'syncd_mails_total{result="failed"}',
    }
    assert found["syncd_last_pass_timestamp_seconds"] > 0
    assert found['syncd_last_read_timestamp_seconds{place="danas"}'] > 0
    assert [name for name in found if name.startswith("syncd_build_info")]


def test_mails_are_counted_as_they_leave(office: Office, calendar: DavCalendar) -> None:
    """As many as arrived; a pause is seen, too."""
    block(calendar)
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        readers = (*BY_MAIL, "dana@example.org", OFFICE)
        arrived = sum(len(office.post.messages(one)) for one in readers)
        assert arrived > 2
        assert served(office)['syncd_mails_total{result="sent"}'] == arrived
        assert served(office)['syncd_mails_total{result="failed"}'] == 0
        assert syncd(office.config, "pause", "a look at the books").status == 0
        said.await_look(lambda: process.signal(signal.SIGHUP))
        assert served(office)["syncd_paused"] == 1


def test_settings_that_do_not_load_are_seen(office: Office) -> None:
    """Until they do."""
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        good = office.config.read_text()
        for text, well in ((f"{good}\nnonsense", 0), (good, 1)):
            office.config.write_text(text)
            said.await_look(lambda: process.signal(signal.SIGHUP))
            assert served(office)["syncd_reload_successful"] == well


def test_status_tells_whether_it_runs(office: Office) -> None:
    """A process that was killed runs no longer, though its lease does; looking leaves no file behind."""

    def checked() -> tuple[int, bool]:
        done = syncd(office.config, "status", "--json", "--check")
        return done.status, json.loads(done.out)["running"]

    assert checked() == (2, False)
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        assert checked() == (0, True)
        process.kill()
        before = {one.name for one in (office.folder / "state").iterdir()}
        assert checked() == (2, False)
        assert {one.name for one in (office.folder / "state").iterdir()} <= before


def test_when_a_copy_was_made_is_said_everywhere(tmp_path: Path, office: Office) -> None:
    """By status, metrics and audit, while the daemon runs; never is said, too, and missed by who asks for one."""

    def checked() -> tuple[int, int, str | None]:
        status = [
            syncd(office.config, "status", "--check", *more).status
            for more in ((), ("--backup-within", "1d"))
        ]
        return status[0], status[1], json.loads(syncd(office.config, "status", "--json").out)["last_backup"]

    series = "syncd_last_backup_timestamp_seconds"
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        assert checked() == (0, 1, None)
        assert "none by `syncd backup`" in syncd(office.config, "status").out
        assert served(office)[series] == 0
        before = SystemClock().now()
        assert syncd(office.config, "backup", str(tmp_path / "copy.db")).status == 0
        *well, at = checked()
        assert well == [0, 0]
        assert at is not None
        assert before - timedelta(seconds=1) <= datetime.fromisoformat(at) <= SystemClock().now()
        said.await_look(lambda: process.signal(signal.SIGHUP))
        assert served(office)[series] == pytest.approx(datetime.fromisoformat(at).timestamp())
    assert syncd(office.config, "backup", str(tmp_path / "copy.db")).status == 1
    assert syncd(office.config, "audit", "show").out.count("copied: copied") == 1
    assert "The audit is whole" in syncd(office.config, "audit", "verify").out
    assert syncd(office.config, "status", "--backup-within", "soon").status == 1


def test_a_port_that_is_taken_is_found_before_a_start(office: Office) -> None:
    """By whatever else listens there, be it another practice's syncd; not by the daemon that runs."""

    def found(where: Office = office) -> tuple[str, str]:
        said = json.loads(syncd(where.write(), "doctor", "--json", "--wait", "0s").out)["findings"]
        (one,) = [each for each in said if each["check"] == "metrics"]
        assert one["subject"] == "daemon.metrics"
        return one["verdict"], one["said"]

    where = office.daemon["metrics"].strip('"')
    assert found() == ("ok", f"{where} is free")
    with daemon(office) as (_, said):
        said.await_state("READY=1")
        assert found() == ("ok", f"{where} is served by the syncd that runs")
        other = replace(office, folder=office.folder / "other")
        assert found(other)[0] == "fail"
        assert "by another syncd" in found(other)[1]
    with socket.create_server(("127.0.0.1", int(where.rpartition(":")[2]))):
        verdict, words = found()
    assert verdict == "fail"
    assert "change [daemon] metrics" in words
    office.daemon = {}
    assert found() == ("skipped", "empty: nothing is served")


def test_the_switch_hears_of_each_look_and_of_one_that_went_wrong(office: Office) -> None:
    """The same address, with /fail behind it; again without it once all is well."""
    with switch() as heard:
        heard.may.set()
        pinging(office, f"http://127.0.0.1:{heard.port}{SECRET}")
        with daemon(office) as (process, said):
            said.await_state("READY=1")
            wait_until(lambda: heard.heard == [SECRET])
            with closing(sqlite3.connect(office.folder / "state" / "syncd.db")) as other:
                other.execute("ALTER TABLE effects RENAME TO hidden")
                process.signal(signal.SIGHUP)
                wait_until(lambda: heard.heard == [SECRET, f"{SECRET}/fail"])
                other.execute("ALTER TABLE hidden RENAME TO effects")
            process.signal(signal.SIGHUP)
            wait_until(lambda: heard.heard == [SECRET, f"{SECRET}/fail", SECRET])


def test_a_switch_that_hangs_holds_nothing_up(office: Office, calendar: DavCalendar) -> None:
    """Looks go on, what is due leaves, and the end comes at once."""
    with switch() as heard:
        pinging(office, f"http://127.0.0.1:{heard.port}{SECRET}")
        with daemon(office) as (process, said):
            said.await_state("READY=1")
            wait_until(lambda: heard.heard == [SECRET])
            block(calendar)
            process.signal(signal.SIGHUP)
            wait_until(lambda: len(office.received("ada@example.net")) == 1)
            process.signal(signal.SIGTERM)
            assert process.ends() == 0


def test_a_switch_that_is_gone_is_logged_without_its_address(office: Office) -> None:
    """Who has the address can say that all is well."""
    pinging(office, f"http://127.0.0.1:{free_port()}{SECRET}")
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        wait_until(lambda: "the ping of [alerts] did not get through" in process.log.read_text())
        assert SECRET not in process.log.read_text()


@pytest.mark.parametrize(
    "address", ["", "ping.example.org/1", "http://ping.example.org/1", "https://a.example/ b"]
)
def test_an_address_that_is_none_is_refused_without_being_shown(office: Office, address: str) -> None:
    """By the key of the file that holds it."""
    pinging(office, address)
    refused = syncd(office.write(), "once")
    assert refused.status == 78
    (line,) = refused.said
    assert "alerts.ping.file" in line
    assert not address or address not in line


def test_the_journal_has_a_line_at_the_start_and_for_a_look_that_did_something(
    office: Office, calendar: DavCalendar
) -> None:
    """With its priority; by ids that `explain` takes; nothing of the scheduler's, nothing for a look at nothing new."""
    block(calendar)
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        for _ in range(2):
            said.await_look(lambda: process.signal(signal.SIGHUP))
        lines = process.log.read_text().splitlines()
    audit = [line for line in lines if line.startswith("<6>syncd: audit: ")]
    begins, looks, *reloads = (line for line in lines if line not in audit)
    assert re.fullmatch(
        r"<6>syncd: syncd \S+ starts: 1 therapists, 3 clients, 1 accounts, instance \S+", begins
    )
    found = re.fullmatch(r"<6>syncd: look: done: (.*); 0 waiting; about (.*)", looks)
    assert found
    assert "2 invitation" in found[1]
    with open_store(office.store_url) as store:
        offers = {one.uid for one in store.load().offers}
    named = set(found[2].split())
    assert offers <= named
    assert set(reloads) == {"<6>syncd.served: settings reloaded"}
    assert [bool(re.fullmatch(r"\S+ audit: \d+ rows, the last link is [0-9a-f]+", one)) for one in audit] == [
        True
    ]
    explained = syncd(office.config, "explain", min(offers))
    assert explained.status == 0, explained.said


def test_the_first_start_of_a_store_has_no_line_of_a_library_s(office: Office) -> None:
    """Its tables are made, of which nobody need read: every line is one of syncd's own."""
    with daemon(replace(office, folder=office.folder / "new")) as (process, said):
        said.await_state("READY=1")
        lines = process.log.read_text().splitlines()
    assert any("syncd: syncd " in line for line in lines)
    assert [line for line in lines if not re.match(r"<\d>syncd[.:]", line)] == []


def test_with_v_the_journal_has_each_effect(office: Office, calendar: DavCalendar) -> None:
    """As `once -v` has."""
    block(calendar)
    with daemon(office, "-v") as (process, said):
        said.await_state("READY=1")
        assert process.log.read_text().count(":invitation: done") == 2


def test_what_could_not_be_read_is_a_warning(office: Office) -> None:
    """So that `journalctl -p warning` shows it."""
    office.desks[0].url = f"http://127.0.0.1:{free_port()}/"
    with daemon(office) as (process, said):
        said.await_state("READY=1")
        assert (
            "<4>syncd.served: calendar danas/Practice: could not be read in full" in process.log.read_text()
        )


def test_a_loop_that_has_not_turned_for_minutes_does_not_live() -> None:
    """So that whoever asks starts it anew; nor does one that never turned."""
    port, health = free_port(), Health(ready=True)
    serve(f"127.0.0.1:{port}", health)

    def lives() -> tuple[int, str]:
        answer = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=120)
        return answer.status_code, answer.text

    assert lives() == (503, "hangs\n")
    health.turn()
    assert lives() == (200, "lives\n")
    assert health.turned is not None
    health.turned -= LATE
    assert lives() == (503, "hangs\n")
