"""Every command on a real calendar, as a person types it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from syncd import cli
from syncd.cli import app
from syncd.resources import config_path
from syncd.settings import EX_CONFIG
from tests.cli.office import PASSWORD, ROSTER, SENDER, Office, monday, with_leave
from tests.servers.dav import DavServer
from tests.servers.smtp import SmtpServer

COMMANDS = (
    "approve",
    "audit",
    "auth",
    "check",
    "completion",
    "demo",
    "doctor",
    "erase",
    "explain",
    "handover",
    "once",
    "pause",
    "plan",
    "report",
    "resume",
    "retire",
    "run",
    "schemas",
    "status",
    "store",
    "upgrade",
    "worker",
)


@pytest.fixture
def away(office: Office) -> Office:
    """An office whose therapist has blocked a week over two clients' sessions."""
    with_leave(office.calendar)
    return office


class TestCommands:
    def test_a_dry_run_shows_what_the_run_then_does(
        self, away: Office, dav: DavServer, smtp: SmtpServer
    ) -> None:
        """`once --dry-run` writes and sends nothing; `once` writes a hold for each client and a letter; then rest."""
        before = dav.send("GET", away.calendar.path).text
        shown = away.run("once", "--dry-run")
        assert shown.status == 0, shown.err
        assert shown.out.count("tentative event") == 2
        assert dav.send("GET", away.calendar.path).text == before
        assert not any(smtp.root.iterdir()) or not smtp.messages("dana@example.org")
        done = away.run("once")
        assert done.status == 0, done.err
        assert done.out.count("done") >= 3
        assert dav.send("GET", away.calendar.path).text.count("STATUS:TENTATIVE") == 2
        assert len(smtp.messages("dana@example.org")) == 1
        again = away.run("once")
        assert "Nothing" in again.out
        assert len(smtp.messages("dana@example.org")) == 1

    def test_who_only_looks_makes_no_store(self, away: Office) -> None:
        """A new one beside the settings would hide that an older one stands elsewhere; to pause is to act."""
        away.write()
        (away.folder / "state").mkdir()
        for words in (
            "status",
            "status --json",
            "plan",
            "explain AB",
            "handover",
            "audit verify",
            "once --dry-run",
        ):
            looked = away.run(*words.split())
            assert looked.status == 0, looked.err
            assert not list((away.folder / "state").iterdir()), words
        assert "No store stands yet" in away.run("status").err
        away.run("pause")
        assert (away.folder / "state" / "syncd.db").exists()
        assert "No store stands yet" not in away.run("status").err

    def test_the_plan_is_shown_and_drawn(self, away: Office, tmp_path: Path) -> None:
        """Leave, ranking and plan as tables, the weeks as a picture; names only where asked for."""
        picture = tmp_path / "weeks.svg"
        shown = away.run("plan", "--picture", str(picture))
        assert shown.status == 0, shown.err
        assert "2 with a new time" in shown.out
        assert "Ada Brandt" not in shown.out
        assert picture.read_text().startswith(("<svg", "<?xml"))
        assert "Ada Brandt" in away.run("plan", "--names").out

    def test_one_client_is_explained(self, away: Office) -> None:
        """By initials: rank, reasons, the new time."""
        shown = away.run("explain", "AB")
        assert shown.status == 0, shown.err
        assert "Rank 1 of 2" in shown.out
        assert "New time" in shown.out

    def test_an_absence_is_approved_once(self, away: Office) -> None:
        """By the code that `plan` shows; what the plan waited for is gone then."""
        away.run("once")
        code = json.loads(away.run("plan", "--json").out)["absences"][0]["approval"]["code"]
        given = away.run("approve", code)
        assert given.status == 0, given.err
        assert json.loads(away.run("plan", "--json").out)["absences"][0]["approval"]["waits"] is False

    def test_what_there_is_to_approve_is_said_by_whose_leave_and_its_days(self, away: Office) -> None:
        """A code that nobody knows: the line says what a person would type instead, and no id of ours."""
        away.run("once")
        absence = json.loads(away.run("plan", "--json").out)["absences"][0]
        asked = away.run("approve", "zz")
        assert asked.status != 0
        (line,) = asked.lines
        assert f"waits for #ok {absence['approval']['code']}" in line
        assert f"dana, {monday(4)} to {monday(4) + timedelta(days=4)}" in line
        assert absence["id"][:8] not in line

    def test_a_pause_holds_everything_until_resume(self, away: Office, dav: DavServer) -> None:
        """Nothing is written while paused, `status` says why, and the next run after `resume` goes on."""
        assert away.run("pause", "tax audit").status == 0
        assert away.run("once").status == 0
        assert "STATUS:TENTATIVE" not in dav.send("GET", away.calendar.path).text
        assert "tax audit" in away.run("status").out
        assert away.run("resume").status == 0
        away.run("once")
        assert dav.send("GET", away.calendar.path).text.count("STATUS:TENTATIVE") == 2

    def test_the_brake_works_while_the_roster_holds_mistakes(self, away: Office, dav: DavServer) -> None:
        """A daemon runs on with its old settings; whoever wants to look or to stop it must be able to."""
        right = away.roster
        away.roster = right + "c99,Zoe Zorn,zoe@@example.org,,ZZ,pigeon\n"
        away.write()
        assert away.run("once").status == EX_CONFIG
        assert away.run("pause", "wrong roster").status == 0
        shown = away.run("status")
        assert shown.status == 0
        assert "wrong roster" in shown.out
        assert "The settings hold" in shown.err
        assert "line 4, email: " in shown.err
        copy = away.folder / "copy.db"
        for command in ("backup", "restore"):
            assert away.run(command, str(copy)).status == 0
        away.roster = right
        away.write()
        assert away.run("once").status == 0
        assert "STATUS:TENTATIVE" not in dav.send("GET", away.calendar.path).text
        away.roster = right + "c99,Zoe Zorn,zoe@@example.org,,ZZ,pigeon\n"
        away.write()
        assert away.run("resume").status == 0

    def test_a_client_who_left_the_roster_with_a_time_that_stands_is_told_of(
        self, away: Office, smtp: SmtpServer
    ) -> None:
        """`once` says so and goes on; therapist and office get a letter, once; `status` and `doctor` say so, too."""
        away.run("once")
        away.roster = "".join(ROSTER.splitlines(keepends=True)[:2])
        away.write()
        said = "client c02: gone, with 1 live offer: put the line back"
        letters = len(smtp.messages("dana@example.org"))
        for _ in range(2):
            done = away.run("once")
            assert done.status == 0, done.err
            assert "nothing is decided for c02" in done.out + done.err
        (letter,) = smtp.messages("dana@example.org")[letters:]
        body = message_from_bytes(letter, policy=default).get_body(("plain",))
        assert body is not None
        assert "c02 is no longer on the roster" in body.get_content()
        assert len(smtp.messages(SENDER)) == 1
        shown = away.run("status")
        assert shown.status == 0
        assert said in shown.out
        assert "Displaced sessions" in shown.out
        planned = away.run("plan")
        assert planned.status == 0, planned.err
        assert said in planned.out
        assert "client c02" in re.sub(r"\s+", " ", away.run("doctor", "--wait", "0s").out)
        checked = away.run("check")
        assert checked.status == 0, checked.err
        assert f"Would freeze: {away.folder / 'clients.csv'}: {said}" in checked.out

    def test_the_doctor_is_content_and_the_daemon_ignores_its_mail(
        self, away: Office, smtp: SmtpServer
    ) -> None:
        """Exit 0 with a table; the mails it left behind are no answers to anything."""
        away.run("once")
        seen = away.run("doctor", "--wait", "20s")
        assert seen.status == 0, seen.out
        assert re.search(r"^✓  round trip ", seen.out, re.MULTILINE)
        assert len(smtp.messages(SENDER)) == 2
        after = away.run("once")
        assert "Nothing" in after.out
        assert "Could not be read" not in after.out

    def test_every_document_is_what_its_schema_says(self, away: Office) -> None:
        """`--json` of plan, explain, status and doctor validates against what ships in config/schema."""
        away.run("once")
        for command in (("plan",), ("explain", "AB"), ("status",), ("doctor", "--wait", "0s")):
            ran = away.run(*command, "--json")
            schema = json.loads((config_path() / "schema" / f"{command[0]}.schema.json").read_text())
            Draft202012Validator.check_schema(schema)
            Draft202012Validator(schema).validate(json.loads(ran.out))
            assert ran.err == ""

    def test_nothing_shows_a_secret(self, away: Office) -> None:
        """Not even the most talkative run."""
        for command in ("once", "status", "plan"):
            ran = away.run("-v", command)
            assert PASSWORD not in ran.out + ran.err


class TestHelp:
    def test_every_command_says_what_it_is_for(self) -> None:
        """`syncd --help` lists all commands, and each explains itself."""
        runner = CliRunner()
        listed = runner.invoke(app, ["--help"], env={"COLUMNS": "200"})
        assert listed.exit_code == 0
        for command in COMMANDS:
            assert re.search(rf"\b{command}\b", listed.output)
            own = runner.invoke(app, [command, "--help"], env={"COLUMNS": "200"})
            assert own.exit_code == 0

    @pytest.mark.parametrize("command", [one.callback for one in app.registered_commands])
    def test_help_says_all_that_stands_there(self, command: Callable[..., object]) -> None:
        """A table of the settings in brackets is no markup: `[mail]` was swallowed."""
        said = CliRunner().invoke(app, [command.__name__, "--help"], env={"COLUMNS": "200"}).output
        assert command.__doc__ is not None
        assert " ".join(command.__doc__.replace("`", "").split()) in " ".join(said.split())

    @pytest.mark.parametrize("wrong", [["plann"], ["plan", "--jsn"], ["explain"]])
    def test_a_slip_of_the_keyboard_is_exit_status_2(self, wrong: list[str]) -> None:
        """Usage errors are told from failures."""
        assert CliRunner().invoke(app, wrong).exit_code == 2

    def test_the_schemas_that_ship_are_what_the_command_writes(self, tmp_path: Path) -> None:
        """`syncd schemas FOLDER` gives the files in config/schema, byte for byte."""
        assert CliRunner().invoke(app, ["schemas", str(tmp_path)]).exit_code == 0
        written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert written == {path.name: path.read_bytes() for path in (config_path() / "schema").iterdir()}


def test_every_command_that_a_message_names_exists() -> None:
    """Code and templates send nobody to a command that there is not."""
    known = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    known |= {str(one.name) for one in app.registered_groups}
    shipped = config_path()
    files = [*Path(cli.__file__).parents[1].rglob("*.py"), *shipped.rglob("*.txt"), *shipped.rglob("*.toml")]
    named = {
        word for file in files for word in re.findall(r"`syncd ([a-z]+)", file.read_text(encoding="utf-8"))
    }
    assert len(named) > 5
    assert named <= known, named - known
