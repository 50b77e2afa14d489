"""`syncd auth google` as a person types it, against the stand-in's consent screen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import pytest
import requests

from connectors.google.scopes import FREEBUSY
from syncd.standin.google.oauth import Consent
from tests.servers.google import GoogleServer
from tests.servers.smtp import SmtpServer
from tests.whole.google import DANA, google_desk
from tests.whole.office import Office

SYNCD = Path(sys.executable).with_name("syncd")


@dataclass
class Asked:
    """How the command ended and all it said."""

    status: int
    out: str
    err: str


@pytest.fixture
def config(google: GoogleServer, smtp: SmtpServer, tmp_path: Path) -> Path:
    """The settings of an office whose therapist has not consented yet."""
    secrets = google.client_secrets(tmp_path)
    desk = google_desk(google, tmp_path) + f'client_secrets = {{ file = "{secrets}" }}\n'
    (tmp_path / "work.json").unlink()
    google.oauth.consent = Consent(DANA)
    return Office(tmp_path, [], smtp, therapists=desk).write()


def sign_in(google: GoogleServer, config: Path, account: str = "work") -> Asked:
    """Run the command, and open the address it prints as a browser does."""
    with closing(create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    process = subprocess.Popen(
        [str(SYNCD), "auth", "google", account, "--port", str(port), "--minutes", "1"],
        env={**os.environ, "SYNCD_CONFIG": str(config)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    shown = ""
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            shown += line
            if found := re.search(rf"{re.escape(google.auth_uri)}\S+", line):
                break
        else:
            found = None
        if found:
            requests.get(found[0], timeout=120)
        out, err = process.communicate(timeout=300)
    return Asked(process.returncode, shown + out, err)


def test_the_token_is_stored_and_used(google: GoogleServer, config: Path) -> None:
    """It says how to reach the browser of another machine, where the token is and what it is good for."""
    asked = sign_in(google, config)
    assert (asked.status, asked.err) == (0, "")
    assert "ssh -N -L" in asked.out
    assert f"Stored: {config.parent / 'work.json'}" in asked.out
    assert asked.out.count("calendar.") >= 3
    done = subprocess.run(
        [str(SYNCD), "once"], env={**os.environ, "SYNCD_CONFIG": str(config)}, timeout=600, check=False
    )
    assert done.returncode == 0
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
