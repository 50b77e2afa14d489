"""What a person reads when something is wrong: a line each, an exit status, no traceback, no secret."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from syncd.cli import app
from syncd.core.model.errors import ConfigError, StoreError
from tests.cli.office import MAIL_PASSWORD, PASSWORD, Office, syncd, with_leave
from tests.forked import Ended
from tests.servers.dav import DavServer
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer

LOOKING = [("once", "--dry-run"), ("plan",), ("status",), ("explain", "AB"), ("approve", "bx"), ("pause",)]
ACTING = [("once",), ("run",)]
LINE = "a readable file: name it with --config"


def _clean(ran: Ended, *secrets: str) -> None:
    said = ran.out + ran.err
    assert "Traceback" not in said
    assert "should not happen" not in said
    assert not any(secret in said for secret in (PASSWORD, MAIL_PASSWORD, *secrets))


class TestSettings:
    @pytest.mark.parametrize("command", ACTING, ids=" ".join)
    def test_a_missing_file_is_one_line(self, tmp_path: Path, command: tuple[str, ...]) -> None:
        """Exit status 78; the line names the file and the option."""
        ran = syncd(*command, config=tmp_path / "none.toml")
        assert ran.status == 78
        assert ran.lines == [f"syncd: {tmp_path / 'none.toml'}: the file: No such file or directory: {LINE}"]

    @pytest.mark.parametrize("command", LOOKING, ids=" ".join)
    def test_no_command_does_anything_without_settings(
        self, tmp_path: Path, command: tuple[str, ...]
    ) -> None:
        """Each ends with the same error, and says nothing else."""
        ended = CliRunner().invoke(app, [*command, "--config", str(tmp_path / "none.toml")])
        assert isinstance(ended.exception, ConfigError)
        assert ended.output == ""

    def test_all_mistakes_at_once_one_line_each(self, office: Office) -> None:
        """Settings and roster, each with file and key path; exit status 78; nothing is made."""
        office.keys |= {"practice": 'language = "it"', "therapist": 'colour = "red"\nbuffer = "ten"'}
        office.roster += "c03,,not an address,,,\n"
        ran = office.run("once")
        assert ran.status == 78
        assert len(ran.lines) == 4
        for key in (
            "practice.language",
            "therapists[0].colour",
            "therapists[0].buffer",
            "clients.csv: line 4, email",
        ):
            assert any(key in line for line in ran.lines), key
        assert not Path(str(office.keys["store"])).exists()
        _clean(ran)

    def test_a_secret_that_is_written_into_the_file_is_not_repeated(self, office: Office) -> None:
        """Where a password stands in place of where it is, the line says so without it."""
        office.keys["account"] = 'ca_file = "none.pem"'
        path = office.write()
        path.write_text(path.read_text().replace('{ file = "dav-password" }', '"tr0ub4dor"'))
        ran = office.run("once")
        assert ran.status == 78
        assert any("accounts.home.password" in line for line in ran.lines)
        _clean(ran, "tr0ub4dor")

    def test_an_unreadable_secret_is_named(self, office: Office) -> None:
        """The key, the file, and what would be right."""
        office.write()
        (office.folder / "dav-password").unlink()
        ran = office.run("once")
        assert ran.status == 78
        assert "accounts.home.password.file" in ran.err
        _clean(ran)

    def test_the_doctor_shows_mistakes_beside_the_rest(self, office: Office) -> None:
        """A table instead of bare lines; the exit status is still 78."""
        office.keys["therapist"] = 'colour = "red"'
        ran = office.run("doctor")
        assert ran.status == 78
        assert "therapists[0].colour" in ran.out
        assert "✓  python" in ran.out


class TestOutside:
    def test_a_wrong_password_is_said_and_nothing_is_done(self, office: Office, smtp: SmtpServer) -> None:
        """`once` names account and remedy; the doctor fails with exit status 1; the word is not repeated."""
        with_leave(office.calendar)
        office.secret("dav-password", "wr0ng")
        ran = office.run("once")
        assert ran.status == 1
        assert "account home (127.0.0.1): user name or password is refused" in ran.out
        assert smtp.messages("dana@example.org") == []
        _clean(ran, "wr0ng")
        seen = office.run("doctor", "--wait", "0s")
        assert seen.status == 1
        assert "✗  credentials" in seen.out
        _clean(seen, "wr0ng")

    def test_an_unreachable_host_is_said_and_nothing_is_lost(self, office: Office, dav: DavServer) -> None:
        """What was held before stays held: absence of data is not deletion."""
        with_leave(office.calendar)
        office.run("once")
        held = dav.send("GET", office.calendar.path).text
        office.keys["url"] = f"http://127.0.0.1:{free_port()}/"
        office.write()
        ran = office.run("once")
        assert ran.status == 1
        assert "cannot be reached; check `url` and the network" in ran.out
        _clean(ran)
        office.keys["url"] = f"{dav.url}/"
        office.write()
        assert "Nothing" in office.run("once").out
        assert dav.send("GET", office.calendar.path).text == held

    def test_a_calendar_that_is_not_there_is_answered_with_those_that_are(self, office: Office) -> None:
        """A typing mistake in a calendar's name."""
        office.keys["calendar"] = "Praxis"
        ran = office.run("once")
        assert f'"{office.calendar.name}"' in ran.out
        _clean(ran)

    @pytest.mark.parametrize("command", [("explain", "ZZ"), ("approve", "zz")], ids=" ".join)
    def test_a_name_that_nobody_has_is_one_line(self, office: Office, command: tuple[str, ...]) -> None:
        """Exit status 1, and what could be named instead."""
        with_leave(office.calendar)
        ran = office.run(*command)
        assert ran.status == 1
        assert len(ran.lines) == 1
        _clean(ran)

    def test_a_wait_that_is_no_duration_is_one_line(self, office: Office) -> None:
        """The option of the doctor."""
        ran = office.run("doctor", "--wait", "soon")
        assert ran.status == 1
        assert ran.lines == [
            'syncd: --wait soon: a duration such as "30m", "48h", "14d", or ISO 8601 such as "PT30M"'
        ]

    def test_a_picture_that_cannot_be_written_is_one_line(self, office: Office, tmp_path: Path) -> None:
        """The path and the reason."""
        ran = office.run("plan", "--picture", str(tmp_path / "no" / "such" / "x.svg"))
        assert ran.status == 1
        assert f"{tmp_path / 'no' / 'such' / 'x.svg'}: No such file or directory" in ran.lines[-1]
        _clean(ran)


class TestStore:
    @pytest.mark.parametrize("command", ACTING, ids=" ".join)
    def test_a_store_that_cannot_be_made_is_one_line(
        self, office: Office, tmp_path: Path, command: tuple[str, ...]
    ) -> None:
        """A file where its folder should be: exit status 1, the path, what to change."""
        (tmp_path / "file").write_text("")
        office.keys["store"] = tmp_path / "file" / "syncd.db"
        ran = office.run(*command)
        assert ran.status == 1
        said = [line for line in ran.lines if not line.startswith("INFO ")]  # the daemon's journal
        assert said == [f"syncd: {tmp_path / 'file'}: not a folder; change [store] url"]

    @pytest.mark.parametrize("command", LOOKING, ids=" ".join)
    def test_no_command_does_anything_without_a_store(
        self, office: Office, dav: DavServer, tmp_path: Path, command: tuple[str, ...]
    ) -> None:
        """Each ends with the same error; the calendar is as it was."""
        (tmp_path / "file").write_text("")
        office.keys["store"] = tmp_path / "file" / "syncd.db"
        before = dav.send("GET", office.calendar.path).text
        ended = CliRunner().invoke(app, [*command, "--config", str(office.write())])
        assert isinstance(ended.exception, StoreError)
        assert ended.output == ""
        assert dav.send("GET", office.calendar.path).text == before

    def test_a_full_disk_is_one_line_and_nothing_is_sent(self, office: Office, smtp: SmtpServer) -> None:
        """No intent can be recorded, so no effect happens but one alarm; with space again all goes on."""
        with_leave(office.calendar)
        assert office.run("status").status == 0
        full = _with_little_space(office)
        assert full.status == 1
        (line,) = full.lines
        assert str(office.keys["store"]) in line
        assert "disk" in line
        (alarm,) = smtp.messages("dana@example.org")
        assert b"Subject: syncd needs help: its store cannot be used" in alarm
        _clean(full)
        assert office.run("once").out.count("tentative event") == 2

    def test_while_a_daemon_runs_nobody_else_acts(self, office: Office, smtp: SmtpServer) -> None:
        """`once` is refused with one line; looking is allowed; SIGTERM ends the daemon well."""
        with_leave(office.calendar)
        office.write()
        with _daemon(office) as process:
            refused = office.run("once")
            assert refused.status == 1
            (line,) = refused.lines
            assert line.startswith("syncd: another instance (")
            assert "or wait until then" in line
            assert office.run("status").status == 0
            assert office.run("once", "--dry-run").status == 0
            assert "held by" in office.run("doctor", "--wait", "0s").out
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=300) == 0
        assert len(smtp.messages("dana@example.org")) == 1
        assert office.run("once").status == 0


@contextmanager
def _daemon(office: Office) -> Iterator[subprocess.Popen[bytes]]:
    """`syncd run`, ready as it tells systemd."""
    address = office.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(address))
        told.settimeout(600)
        process = subprocess.Popen(
            [Path(sys.executable).with_name("syncd"), "run", "-c", office.path],
            env={**os.environ, "NOTIFY_SOCKET": str(address)},
            stderr=subprocess.DEVNULL,
        )
        try:
            while b"READY=1" not in told.recv(4096):
                pass
            yield process
        finally:
            process.kill()
            process.wait()


def _with_little_space(office: Office) -> Ended:
    """`syncd once` with no room left for its files to grow."""
    command = f'ulimit -f 1; exec "{Path(sys.executable).with_name("syncd")}" once'
    done = subprocess.run(
        ["sh", "-c", command],
        env={**os.environ, "SYNCD_CONFIG": str(office.path)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
