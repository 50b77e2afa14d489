"""What the doctor says of a Google account: scopes, the seven days of "Testing", calendars."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.google.scopes import LEAST_SCOPES, OWNED, SCOPE, Shared, scopes_for
from syncd.doctor import Check, Verdict
from tests.cli.office import Office, now
from tests.doctor.conftest import Ahead, Look
from tests.servers.google import Fault, GoogleServer, Phase

DANA = "dana@example.org"
KIM = "kim@example.org"
KEY = "accounts.work"


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    """A server that fails the test for any request the documentation does not allow."""
    with GoogleServer() as server:
        server.person(DANA, "Dana Okafor")
        server.world.add_calendar(DANA, "Diary")
        yield server


@pytest.fixture
def token(google: GoogleServer, office: Office) -> Path:
    """An account `work` whose owner has consented; the office's sessions are in its calendar."""
    path = google.config("work", DANA, office.folder).token
    assert path is not None
    office.keys |= {
        "calendar": "work/Diary",
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
        assert seen.one(Check.SCHEDULING).said == "Google sends invitations itself"
        assert seen.one(Check.ORGANIZER).verdict is Verdict.WARN  # its name is what clients see
        assert {call.method for call in google.calls} <= {"calendarList.list", "events.list"}, google.calls

    @pytest.mark.usefixtures("token")
    @pytest.mark.parametrize(
        ("calendar", "email", "verdict", "said"),
        [
            ("primary", DANA, Verdict.OK, "the therapist's own address"),
            ("Diary", DANA, Verdict.WARN, 'clients see "Diary" as who invites'),
            ("Psychotherapy Dana", DANA, Verdict.FAIL, '"Psych" in it gives the visit away'),
            ("primary", KIM, Verdict.FAIL, f"signed in as {DANA}"),
        ],
    )
    def test_whom_clients_see_as_who_invites(
        self,
        google: GoogleServer,
        office: Office,
        look: Look,
        calendar: str,
        email: str,
        verdict: Verdict,
        said: str,
    ) -> None:
        """A calendar beside the main one invites under its own name; who signed in has to be the therapist."""
        if calendar.startswith("Psych"):
            google.world.add_calendar(DANA, calendar)
        office.keys |= {"calendar": f"work/{calendar}", "email": email}
        finding = look(0).one(Check.ORGANIZER)
        assert finding.verdict is verdict
        assert said in finding.said

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

    def test_a_wider_grant_misses_nothing(self, token: Path, look: Look) -> None:
        """What Google takes for each request is enough, whatever it is called."""
        _change(token, scopes=[SCOPE + "calendar"])
        assert look(0).one(Check.CONSENT, KEY).verdict is Verdict.OK

    def test_shared_calendars_need_another_consent(self, token: Path, office: Office, look: Look) -> None:
        """Settings ask for more than was granted: exactly that is named."""
        office.keys["account"] = f'{office.keys["account"]}shared = "write"\n'
        finding = look(0).one(Check.CONSENT, KEY)
        assert finding.verdict is Verdict.FAIL
        assert "missing: calendar.events; run `syncd auth google work`" in finding.said

    @pytest.mark.parametrize("role", ["freeBusyReader", "reader", "writer"])
    @pytest.mark.usefixtures("token")
    def test_a_calendar_of_somebody_else_is_said_so(
        self, google: GoogleServer, look: Look, role: str
    ) -> None:
        """With the least permissions nothing but its busy time is seen: the remedy names both ways out."""
        google.person(KIM)
        google.share("Diary", KIM, "owner")
        google.share("Diary", DANA, role)
        finding = look(0).one(Check.CALENDAR, "therapists[0].calendar")
        assert finding.verdict is Verdict.FAIL
        assert "only when it is busy" in finding.said
        assert "`shared`" in finding.said

    def test_a_calendar_that_may_be_read_and_not_written_is_said_so(
        self, google: GoogleServer, office: Office, token: Path, look: Look
    ) -> None:
        """The permissions are there, the owner's leave to write is not."""
        office.keys["account"] = f'{office.keys["account"]}shared = "write"\n'
        _change(
            token,
            scopes=list(scopes_for(Shared.WRITE)),
            refresh_token=google.oauth.grant(DANA, scopes_for(Shared.WRITE)),
        )
        google.person(KIM)
        google.share("Diary", KIM, "owner")
        google.share("Diary", DANA, "reader")
        seen = look(0)
        assert seen.one(Check.WRITABLE, "therapists[0].calendar").verdict is Verdict.FAIL
        google.share("Diary", DANA, "writer")
        assert look(0).failed() == set()

    def test_access_that_was_withdrawn_names_both_reasons(
        self, google: GoogleServer, token: Path, look: Look
    ) -> None:
        """Taken back at myaccount, or ended by the seven days: which of them nobody tells."""
        google.oauth.revoke(DANA)
        said = look(0).one(Check.CREDENTIALS, KEY).said
        assert "invalid_grant" in said
        assert "7 days" in said
        assert "syncd auth google work" in said

    @pytest.mark.usefixtures("token")
    def test_an_api_that_is_not_enabled_is_said_so(self, google: GoogleServer, look: Look) -> None:
        """The step in the console that is forgotten most; nothing is said of sharing."""
        google.fail(
            Fault(Phase.REFUSED, "calendarList.list", status=403, reason="accessNotConfigured", times=9)
        )
        seen = look(0)
        assert seen.failed() == {Check.CREDENTIALS}
        said = seen.one(Check.CREDENTIALS, KEY).said
        assert "enable the Google Calendar API in the console" in said
        assert "share" not in said

    @pytest.mark.usefixtures("token")
    def test_a_clock_that_is_off_is_a_warning(self, look: Look) -> None:
        """Google's door is asked for its time, too: keys are signed and tokens run out by the clock."""
        finding = look(0, Ahead()).one(Check.CLOCK, f"{KEY}.api_endpoint")
        assert finding.verdict is Verdict.WARN
        assert "ahead of the server: set its clock" in finding.said


class TestServiceAccount:
    """One key for a Workspace, acting for each therapist."""

    @pytest.fixture
    def key(self, google: GoogleServer, office: Office) -> str:
        """An account that signs in by key; the Workspace's admin has delegated the three scopes."""
        config = google.service_config("robot", office.folder, subject=DANA)
        google.oauth.delegated = frozenset(LEAST_SCOPES)
        office.keys |= {
            "calendar": "work/Diary",
            "account": f"""
[accounts.work]
type = "google"
service_account = {{ file = "{config.service_account}" }}
subject = "{DANA}"
api_endpoint = "{google.api_endpoint}"
token_uri = "{google.token_uri}"
""",
        }
        return str(config.service_account)

    @pytest.mark.usefixtures("key")
    def test_a_good_one_is_well(self, google: GoogleServer, look: Look) -> None:
        """Signed in for the therapist, its calendar found, Google sends for it, and her own quota is charged."""
        seen = look(0)
        assert seen.failed() == set(), seen.text()
        assert "admin console" in seen.one(Check.CONSENT, KEY).said
        assert seen.one(Check.SCHEDULING).said == "Google sends invitations itself"
        (charged,) = {call.given.get("quotaUser") for call in google.calls}
        assert charged
        assert "@" not in charged

    @pytest.mark.usefixtures("key")
    def test_scopes_that_nobody_delegated(self, google: GoogleServer, look: Look) -> None:
        """Google says no to the key as a whole: the line says where the scopes go."""
        google.oauth.delegated = frozenset({OWNED})
        said = look(0).one(Check.CREDENTIALS, KEY).said
        assert "unauthorized_client" in said
        assert "domain-wide delegation" in said

    @pytest.mark.usefixtures("key")
    def test_a_subject_that_is_nobody(self, google: GoogleServer, office: Office, look: Look) -> None:
        """A typing error in the address, a deleted key and a wrong clock look alike to Google: all are named."""
        settings = str(office.keys["account"])
        office.keys["account"] = settings.replace(f'subject = "{DANA}"', 'subject = "dnaa@example.org"')
        said = look(0).one(Check.CREDENTIALS, KEY).said
        assert "invalid_grant" in said
        assert all(word in said for word in ("subject", "key", "clock"))

    def test_a_token_in_the_keys_place(self, google: GoogleServer, key: str, look: Look) -> None:
        """The file is named, and what it is not."""
        Path(key).write_text(json.dumps(google.consented(DANA, LEAST_SCOPES)))
        said = look(0).one(Check.CREDENTIALS, KEY).said
        assert "robot-key.json: not a service account's key" in said


def _change(token: Path, **values: object) -> None:
    token.write_text(json.dumps(json.loads(token.read_text()) | values))
