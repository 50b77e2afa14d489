"""`syncd auth google` as a person types it, against the stand-in's consent screen."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from connectors.google.redirect import Outcome, Result
from connectors.google.scopes import FREEBUSY
from syncd.standin.google.oauth import Consent
from syncd.wiring.consent import page_in
from syncd.wording import load_templates
from tests.forked import Ended, run, run_with
from tests.servers.google import GoogleServer
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer
from tests.whole.google import DANA, google_desk
from tests.whole.office import Office


@pytest.fixture
def config(google: GoogleServer, smtp: SmtpServer, tmp_path: Path) -> Path:
    """The settings of an office whose therapist has not consented yet."""
    secrets = google.client_secrets(tmp_path)
    desk = google_desk(google, tmp_path) + f'client_secrets = {{ file = "{secrets}" }}\n'
    (tmp_path / "work.json").unlink()
    google.oauth.consent = Consent(DANA)
    return Office(tmp_path, [], smtp, therapists=desk).write()


def sign_in(
    google: GoogleServer, config: Path, account: str = "work", shown: list[str] | None = None
) -> Ended:
    """Run the command, and open the address it prints as a browser does, which keeps what it is `shown`."""

    def opened(line: str) -> bool:
        found = re.search(rf"{re.escape(google.auth_uri)}\S+", line)
        if found:
            page = requests.get(found[0], timeout=120)
            page.encoding = "utf-8"
            (shown if shown is not None else []).append(page.text)
        return found is not None

    arguments = ["auth", "google", account, "--port", str(free_port()), "--minutes", "1"]
    return run_with(arguments, _env(config), 300, opened)


def _env(config: Path) -> dict[str, str]:
    return {**os.environ, "SYNCD_CONFIG": str(config)}


def test_the_token_is_stored_and_used(google: GoogleServer, config: Path) -> None:
    """It says how to reach the browser of another machine, where the token is and what it is good for."""
    asked = sign_in(google, config)
    assert (asked.status, asked.err) == (0, "")
    assert "ssh -N -L" in asked.out
    assert f"Stored: {config.parent / 'work.json'}" in asked.out
    assert asked.out.count("calendar.") >= 3
    assert run(["once"], _env(config), 600).status == 0
    assert {call.user for call in google.calls} == {DANA}


def test_testing_is_said_with_its_end(google: GoogleServer, config: Path) -> None:
    """Seven days from now, and what to do about it."""
    google.oauth.testing = True
    asked = sign_in(google, config)
    assert asked.status == 0
    assert 'is in "Testing": Google ends this on' in asked.out


def test_missing_boxes_are_named_in_one_line(google: GoogleServer, config: Path) -> None:
    """Nothing is stored; the line says which boxes and what to run."""
    google.oauth.consent = Consent(DANA, unticked=frozenset({FREEBUSY}))
    asked = sign_in(google, config)
    assert asked.status == 1
    assert "calendar.freebusy" in asked.err.splitlines()[-1]
    assert not (config.parent / "work.json").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "FileNotFoundError"),
        ("Client ID: 12345", "not JSON"),
        ('{"web": {"client_id": "a", "client_secret": "b"}}', 'a client of type "web"'),
        ('{"type": "service_account", "client_id": "1"}', "a service account's key"),
        ('{"installed": {"client_id": "a"}}', "installed.client_secret: missing"),
    ],
)
def test_a_wrong_client_secrets_file_is_explained(
    google: GoogleServer, config: Path, content: str | None, said: str
) -> None:
    """The file, what is wrong with it, and what to download instead; nobody is sent to a browser."""
    path = config.parent / "client_secret.json"
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    asked = sign_in(google, config)
    assert asked.status == 78
    assert f"{path}" in asked.err
    assert said in asked.err
    assert 'OAuth client of type "Desktop app"' in asked.err
    assert "Traceback" not in asked.err
    assert asked.out == ""


def test_an_account_that_is_not_there_is_named(google: GoogleServer, config: Path) -> None:
    """With those that are."""
    asked = sign_in(google, config, "home")
    assert asked.status == 78
    assert "accounts.home" in asked.err
    assert "work" in asked.err


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("de-AT", "de"), ("fr", "fr"), ("es", "es")])
def test_the_browser_shows_what_came_of_it(language: str, lang: str) -> None:
    """In the practice's language, each outcome by words of its own; who signed in and who should have stand there."""
    page = page_in(language, ZoneInfo("Europe/Berlin"), load_templates())
    shown = [
        page(Outcome(one, "work", "kim@example.org", ("dana@example.org",), ("calendar.freebusy",)))
        for one in Result
    ]
    assert len({re.search(r"<h1[^>]*>(.*)</h1>", one)[1] for one in shown}) == len(Result)  # type: ignore[index]
    assert all(f'<html lang="{lang}">' in one and "<script" not in one and "http" not in one for one in shown)
    assert [("syncd auth google work" in one) for one in shown] == [one is not Result.DONE for one in Result]
    other = shown[[*Result].index(Result.SOMEBODY_ELSE)]
    assert "kim@example.org" in other
    assert "dana@example.org" in other
    assert "calendar.freebusy" in shown[[*Result].index(Result.UNTICKED)]


def test_the_page_says_when_a_sign_in_in_testing_ends() -> None:
    """The day, as people say it."""
    page = page_in("en", ZoneInfo("Europe/Berlin"), load_templates())
    text = page(Outcome(Result.DONE, "work", ends=datetime(2026, 6, 20, 12, tzinfo=UTC)))
    assert re.search(r"Google ends this sign-in on Saturday,? 20 June", text)
    assert "You can close this window" in text


def test_a_name_on_the_page_is_no_markup() -> None:
    """Whatever an account is called."""
    page = page_in("en", ZoneInfo("Europe/Berlin"), load_templates())
    assert "<b>" not in page(Outcome(Result.SOMEBODY_ELSE, "<b>", "<b>@example.org", ("x",)))


def test_a_text_of_the_practice_s_own_that_is_at_fault_hides_nothing(tmp_path: Path) -> None:
    """The sign-in stands: the page that ships says so."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en/signed_in.html").write_text("{{ nothing.of_the_kind }}")
    page = page_in("en", ZoneInfo("Europe/Berlin"), load_templates(tmp_path))
    assert "syncd may use the calendar now" in page(Outcome(Result.DONE, "work"))


def test_a_person_reads_what_happened(google: GoogleServer, config: Path) -> None:
    """Refused at first, then done: in the browser, as in the terminal."""
    shown: list[str] = []
    google.oauth.consent = Consent(DANA, denies=True)
    assert sign_in(google, config, shown=shown).status == 1
    google.oauth.consent = Consent(DANA)
    assert sign_in(google, config, shown=shown).status == 0
    refused, done = shown
    assert "Access was not given" in refused
    assert "syncd may use the calendar now" in done
