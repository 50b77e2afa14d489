"""`syncd auth google` as a person types it, against the stand-in's consent screen."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import requests

from connectors.google.scopes import FREEBUSY
from syncd.standin.google.oauth import Consent
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


def sign_in(google: GoogleServer, config: Path, account: str = "work") -> Ended:
    """Run the command, and open the address it prints as a browser does."""

    def opened(line: str) -> bool:
        found = re.search(rf"{re.escape(google.auth_uri)}\S+", line)
        if found:
            requests.get(found[0], timeout=120)
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
