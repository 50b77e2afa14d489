"""What the doctor says of a Google account: scopes, the seven days of "Testing", calendars."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.google.config import LEAST_SCOPES, OWNED
from syncd.doctor import Check, Verdict
from tests.cli.office import Office, now
from tests.doctor.conftest import Look
from tests.servers.google import GoogleServer

DANA = "dana@example.org"
KEY = "accounts.work"


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    """A server that fails the test for any request the documentation does not allow."""
    with GoogleServer() as server:
        server.person(DANA, "Dana Okafor")
        server.world.add_calendar(DANA, "Sessions")
        yield server


@pytest.fixture
def token(google: GoogleServer, office: Office) -> Path:
    """An account `work` whose owner has consented; the office's sessions are in its calendar."""
    path = google.config("work", DANA, office.folder).token
    assert path is not None
    office.keys |= {
        "calendar": "work/Sessions",
        "account": f"""
[accounts.work]
type = "google"
token = {{ file = "{path}" }}
api_endpoint = "{google.api_endpoint}"
token_uri = "{google.token_uri}"
auth_uri = "{google.auth_uri}"
""",
    }
    return path


class TestGoogle:
    @pytest.mark.usefixtures("token")
    def test_a_good_account_is_well_and_nothing_is_written(self, google: GoogleServer, look: Look) -> None:
        """Permissions, calendar, scheduling: all seen by reading; the week of "Testing" is told."""
        seen = look(0)
        assert seen.failed() == set(), seen.text()
        assert '"Testing"' in seen.one(Check.CONSENT, KEY).said
        assert seen.one(Check.SCHEDULING).said == "the server can send invitations itself"
        assert seen.one(Check.ORGANIZER).verdict is Verdict.OK
        assert {call.method for call in google.calls} <= {"calendarList.list"}, google.calls

    def test_a_box_that_was_not_ticked_fails(self, token: Path, look: Look) -> None:
        """The missing permission is named, with the command that mends it."""
        _change(token, scopes=[scope for scope in LEAST_SCOPES if scope != OWNED])
        finding = look(0).one(Check.CONSENT, KEY)
        assert finding.verdict is Verdict.FAIL
        assert "calendar.events.owned" in finding.said
        assert "syncd auth google work" in finding.said

    @pytest.mark.parametrize(("days", "verdict"), [(6, Verdict.WARN), (-1, Verdict.FAIL)])
    def test_the_day_on_which_google_ends_access_is_said(
        self, token: Path, look: Look, days: int, verdict: Verdict
    ) -> None:
        """A consent screen in "Testing": a warning with the date, a failure when it has passed."""
        ends = now() + timedelta(days=days)
        _change(token, refresh_token_expires=ends.isoformat())
        finding = look(0).one(Check.CONSENT, KEY)
        assert finding.verdict is verdict
        assert f"{ends:%Y-%m-%d}" in finding.said
        assert "publish" in finding.said

    def test_an_account_without_a_token_fails_alone(self, token: Path, look: Look) -> None:
        """The other account is still looked at."""
        token.unlink()
        seen = look(0)
        assert seen.failed() == {Check.CONSENT, Check.CREDENTIALS}
        assert "no token yet; run `syncd auth google work`" in seen.one(Check.CREDENTIALS, KEY).said
        assert seen.one(Check.CREDENTIALS, "accounts.home").verdict is Verdict.OK


def _change(token: Path, **values: object) -> None:
    token.write_text(json.dumps(json.loads(token.read_text()) | values))
