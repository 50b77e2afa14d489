"""What the doctor says of settings, files, store, templates, zones; and that no check stops another."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from syncd.doctor import Check, Verdict, document, schemas
from syncd.doctor.findings import guarded
from syncd.doctor.showing import DoctorDocument
from syncd.resources import config_path
from syncd.store import SqlStore, open_store
from tests.cli.office import ROSTER, Office, now
from tests.doctor.conftest import Look


class LongAgo:
    """A machine long before, or long after, the data it carries."""

    def __init__(self, year: int) -> None:
        self._now = datetime(year, 6, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def booted(self) -> timedelta:
        return timedelta()

    def ahead_of(self, date: datetime) -> timedelta:
        return self._now - date


class TestSettings:
    def test_every_mistake_is_shown_and_the_machine_is_still_looked_at(
        self, office: Office, look: Look
    ) -> None:
        """Two mistakes, two failures; Python, zones, solver and templates have their findings."""
        office.keys |= {"therapist": 'colour = "red"', "practice": 'language = "it"'}
        seen = look()
        assert not seen.examination.usable
        assert {one.subject.rpartition(": ")[2] for one in seen.of(Check.SETTINGS)} == {
            "therapists[0].colour",
            "practice.language",
        }
        assert {Check.PYTHON, Check.ZONES, Check.SOLVER, Check.TEMPLATES} <= {
            one.check for one in seen.examination.findings if one.verdict is Verdict.OK
        }

    def test_initials_that_collide_are_a_warning(self, office: Office, look: Look) -> None:
        """Two clients with the initials AB: titles with these name nobody."""
        office.roster = ROSTER + "c03,Anton Busch,anton@example.com,030 3,AB,\n"
        assert any(
            one.verdict is Verdict.WARN and "c01, c03, initials" in one.subject
            for one in look(0).of(Check.SETTINGS)
        )

    @pytest.mark.parametrize(
        ("mode", "verdict"), [(0o600, Verdict.OK), (0o644, Verdict.WARN), (0o646, Verdict.FAIL)]
    )
    def test_secrets_that_others_can_read_or_replace(
        self, office: Office, look: Look, mode: int, verdict: Verdict
    ) -> None:
        """Read by everybody is a warning, written by everybody a failure, each said once."""
        office.secret("dav-password", "correct horse").chmod(mode)
        seen = look(0)
        assert seen.one(Check.SECRETS, "accounts.home.password").verdict is verdict
        assert not any("mode" in one.subject for one in seen.of(Check.SETTINGS))


class TestStore:
    def test_a_store_that_is_not_there_is_not_made(self, office: Office, look: Look) -> None:
        """It would belong to whoever runs the doctor."""
        assert "not there yet" in look(0).one(Check.STORE).said
        assert not Path(str(office.keys["store"])).parent.exists()

    def test_the_holder_of_the_lease_is_named(self, office: Office, look: Look, tmp_path: Path) -> None:
        """Whoever acts now, and until when; the doctor works beside it."""
        with _store(office) as store:
            store.acquire("host:daemon", now(), timedelta(minutes=5))
            seen = look(0)
        assert seen.one(Check.LOCK).said.startswith("held by host:daemon until")
        assert seen.examination.healthy

    def test_a_pause_is_said(self, office: Office, look: Look) -> None:
        """Whoever wonders why nothing happens finds it here."""
        with _store(office) as store:
            store.pause("by hand", now())
        assert any("syncd resume" in one.said for one in look(0).of(Check.STORE))

    def test_a_damaged_file_fails_alone(self, office: Office, look: Look) -> None:
        """The rest is still looked at."""
        path = Path(str(office.keys["store"]))
        path.parent.mkdir()
        path.write_bytes(b"not a database" * 1000)
        seen = look(0)
        assert seen.failed() == {Check.STORE}
        assert "restore a backup" in seen.one(Check.STORE).said

    def test_a_folder_that_does_not_exist_fails(self, office: Office, look: Look, tmp_path: Path) -> None:
        """Only the last folder is made by the first start."""
        office.keys["store"] = tmp_path / "no" / "such" / "folder" / "syncd.db"
        finding = look(0).one(Check.STORE)
        assert finding.verdict is Verdict.FAIL
        assert "no such folder" in finding.said


class TestMachine:
    def test_a_broken_template_fails_alone(self, office: Office, look: Look) -> None:
        """File, line and remedy of the practice's own text."""
        own = office.folder / "texts" / "en"
        own.mkdir(parents=True)
        (own / "closing.txt").write_text("{% if %}\n")
        office.keys["practice"] = 'templates = "texts"'
        seen = look(0)
        assert seen.failed() == {Check.TEMPLATES}
        assert any("closing.txt" in one.subject for one in seen.of(Check.TEMPLATES))

    def test_zone_data_grows_old(self, look: Look) -> None:
        """Years after its release the package is to be upgraded."""
        assert look(0, LongAgo(2036)).one(Check.ZONES, "tzdata").verdict is Verdict.WARN
        assert look(0).one(Check.ZONES, "tzdata").verdict is Verdict.OK

    def test_a_system_with_other_rules_for_a_zone_is_a_warning(self, office: Office, tmp_path: Path) -> None:
        """Its clocks in Berlin never change: everything from the next change on would be an hour off."""
        (tmp_path / "zones" / "Europe").mkdir(parents=True)
        with (tmp_path / "zones" / "Europe" / "Berlin").open("wb") as stream:
            stream.write(files("tzdata.zoneinfo").joinpath("Africa", "Lagos").read_bytes())
        ran = office.run("doctor", "--wait", "0s", "--json", env={"PYTHONTZPATH": str(tmp_path / "zones")})
        (finding,) = [one for one in json.loads(ran.out)["findings"] if one["subject"] == "Europe/Berlin"]
        assert finding["verdict"] == "warn"
        assert "disagrees" in finding["said"]

    def test_a_check_that_breaks_is_a_failure_and_quotes_nothing(self) -> None:
        """An error that nobody foresaw may hold anything in its text: only its kind is shown."""

        def broken() -> list[object]:
            raise RuntimeError("password: correct horse")

        (finding,) = guarded(Check.STORE, "store.url", broken)  # type: ignore[arg-type]
        assert finding.verdict is Verdict.FAIL
        assert "RuntimeError" in finding.said
        assert "horse" not in finding.said


class TestDocument:
    def test_what_ships_is_what_the_models_say(self) -> None:
        """The schema in config/schema is up to date."""
        for name, text in schemas().items():
            assert (config_path() / "schema" / name).read_text(encoding="utf-8") == text

    def test_the_document_holds_every_finding(self, look: Look) -> None:
        """It reads back as its own model, one record a finding."""
        examination = look(0).examination
        read = DoctorDocument.model_validate_json(document(examination))
        assert [one.said for one in read.findings] == [one.said for one in examination.findings]
        assert json.loads(document(examination))["healthy"] is True


def _store(office: Office) -> SqlStore:
    path = Path(str(office.keys["store"]))
    path.parent.mkdir(mode=0o700)
    return open_store(f"sqlite:///{path}")
