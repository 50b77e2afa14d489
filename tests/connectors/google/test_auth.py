"""Signing in: the consent at a browser, tokens that are renewed and kept, and access that ends."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import stat
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.google.account import GoogleAccount
from connectors.google.auth import Grant, authorize, grant_of
from connectors.google.config import GoogleConfig
from connectors.google.scopes import FREEBUSY, LEAST_SCOPES, LISTED, SCOPE
from connectors.google.tokens import alone_with, read_token, write_token
from syncd.core.model.errors import AuthExpired, ConfigError, ConnectorError, Transient
from syncd.standin.google.answers import Json
from syncd.standin.google.oauth import Consent, OAuth, OAuthError
from tests.connectors.google.samples import THERAPIST, TODAY, WINDOW
from tests.servers.google import GoogleServer, Person
from tests.servers.proxy import Message, proxied

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with closing(create_server(("127.0.0.1", 0))) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def config(google: GoogleServer, dana: Person, tmp_path: Path) -> GoogleConfig:
    """An account that nobody has consented to yet."""
    google.oauth.consent = Consent(THERAPIST)
    return GoogleConfig(
        "work",
        token=tmp_path / "tokens" / "work.json",
        client_secrets=google.client_secrets(tmp_path),
        api_endpoint=google.api_endpoint,
        token_uri=google.token_uri,
        auth_uri=google.auth_uri,
    )


class Terminal:
    """`syncd auth google work` in one thread, a person at a browser in another."""

    def __init__(self, config: GoogleConfig, port: int, capsys: pytest.CaptureFixture[str]) -> None:
        self.config, self.port, self.capsys = config, port, capsys
        self.grant: Grant | None = None
        self.error: BaseException | None = None
        self.shown = ""
        self.thread = threading.Thread(target=self._run)

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address that was printed; the command has ended afterwards."""
        self.thread.start()
        try:
            yield self._address()
        finally:
            self.thread.join(20)

    def _run(self) -> None:
        try:
            self.grant = authorize(self.config, now=NOW, port=self.port, patience=timedelta(seconds=15))
        except (ConnectorError, ConfigError) as error:
            self.error = error

    def _address(self) -> str:
        ticks = threading.Event()
        while self.thread.is_alive():
            self.shown += self.capsys.readouterr().out
            if found := re.search(rf"{re.escape(self.config.auth_uri)}\S+", self.shown):
                return found[0]
            ticks.wait(0.01)
        raise AssertionError(f"nothing printed: {self.error}")


@pytest.fixture
def terminal(config: GoogleConfig, port: int, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """The command, not started yet."""
    return Terminal(config, port, capsys)


def test_consent_brings_a_private_token_that_works(terminal: Terminal, config: GoogleConfig) -> None:
    """PKCE and state are checked by the server; the file is its owner's alone; the calendars can be listed."""
    with terminal.running() as address:
        assert "close this window" in requests.get(address, timeout=120).text
    assert terminal.error is None
    assert terminal.grant == Grant(frozenset(LEAST_SCOPES), frozenset(), None)
    assert config.token is not None
    assert stat.S_IMODE(config.token.stat().st_mode) == 0o600
    assert [one.name for one in GoogleAccount(config, TODAY).discover()] == ["primary", "Practice"]


def test_logs_hold_no_code(terminal: Terminal, caplog: pytest.LogCaptureFixture) -> None:
    """With -v neither: the address that the browser comes back by carries what a token is made of."""
    caplog.set_level(logging.INFO)
    with terminal.running() as address:
        requests.get(address, timeout=120)
    assert terminal.error is None
    assert "code=" not in caplog.text
    assert "state=" not in caplog.text


def test_a_headless_machine_is_told_of_the_tunnel(terminal: Terminal, port: int) -> None:
    """The command for the other computer stands there ready to copy."""
    with terminal.running() as address:
        requests.get(address, timeout=120)
    assert f"ssh -N -L {port}:127.0.0.1:{port}" in terminal.shown
    assert "tick every box" in terminal.shown


def test_a_consent_screen_in_testing_is_known_by_its_end(google: GoogleServer, terminal: Terminal) -> None:
    """Seven days: the doctor can say when."""
    google.oauth.testing = True
    with terminal.running() as address:
        requests.get(address, timeout=120)
    assert terminal.grant is not None
    assert terminal.grant.ends is not None
    assert timedelta(days=6) < terminal.grant.ends - NOW <= timedelta(days=7)


@pytest.mark.parametrize("own", [(THERAPIST, "dana@example.net"), ("dana@example.net", THERAPIST)])
def test_the_therapist_s_address_is_suggested_and_any_of_theirs_will_do(
    terminal: Terminal, own: tuple[str, ...]
) -> None:
    """Google's page opens with it."""
    terminal.config = replace(terminal.config, addresses=own)
    with terminal.running() as address:
        assert parse_qs(urlsplit(address).query)["login_hint"] == [own[0]]
        requests.get(address, timeout=120)
    assert terminal.error is None


def test_somebody_else_s_consent_is_refused_to_their_face(
    terminal: Terminal, config: GoogleConfig, caplog: pytest.LogCaptureFixture
) -> None:
    """Clients would read them as the organizer: both addresses are said there, in no log, and nothing is stored."""
    caplog.set_level(logging.DEBUG)
    terminal.config = replace(config, addresses=("kim@example.org",))
    with terminal.running() as address:
        requests.get(address, timeout=120)
    assert isinstance(terminal.error, AuthExpired)
    assert f"signed in as {THERAPIST}" in str(terminal.error)
    assert "kim@example.org" in str(terminal.error)
    assert config.token is not None
    assert not config.token.exists()
    logged = [
        one.getMessage() for one in caplog.records if one.name.partition(".")[0] in {"syncd", "connectors"}
    ]
    assert [one for one in logged if "@" in one] == []


def test_boxes_left_unticked_are_named(
    google: GoogleServer, terminal: Terminal, config: GoogleConfig
) -> None:
    """No half token is stored."""
    google.oauth.consent = Consent(THERAPIST, unticked=frozenset({FREEBUSY}))
    with terminal.running() as address:
        requests.get(address, timeout=120)
    assert isinstance(terminal.error, AuthExpired)
    assert "calendar.freebusy" in str(terminal.error)
    assert config.token is not None
    assert not config.token.exists()


def test_a_refusal_at_the_browser_is_said_so(google: GoogleServer, terminal: Terminal) -> None:
    """access_denied, and how to try again."""
    google.oauth.consent = Consent(THERAPIST, denies=True)
    with terminal.running() as address:
        requests.get(address, timeout=120)
    assert isinstance(terminal.error, AuthExpired)
    assert "access_denied" in str(terminal.error)


def test_a_stolen_code_is_good_for_nobody(google: GoogleServer, config: GoogleConfig) -> None:
    """PKCE: without the verifier that only the command knows, the code brings no token."""
    state, redirect = "s" * 16, "http://127.0.0.1:9/"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 50).digest()).decode().rstrip("=")
    asked = {
        "client_id": google.oauth.client_id,
        "redirect_uri": redirect,
        "response_type": "code",
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",
        "scope": " ".join(LEAST_SCOPES),
    }
    form = {
        "grant_type": "authorization_code",
        "client_id": google.oauth.client_id,
        "client_secret": google.oauth.client_secret,
        "redirect_uri": redirect,
    }
    for verifier, status in (("x" * 50, 400), ("v" * 50, 200)):
        sent = requests.get(config.auth_uri, params=asked, allow_redirects=False, timeout=120)
        code = parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]
        answer = requests.post(
            google.token_uri, data={**form, "code": code, "code_verifier": verifier}, timeout=120
        )
        assert answer.status_code == status


def test_a_forged_answer_is_refused(terminal: Terminal, config: GoogleConfig, port: int) -> None:
    """A code that comes without our state is nobody's consent."""
    with terminal.running():
        requests.get(f"http://127.0.0.1:{port}/?code=stolen&state=guessed", timeout=120)
    assert isinstance(terminal.error, AuthExpired)
    assert config.token is not None
    assert not config.token.exists()


def test_a_consent_is_stored_after_the_renewal_that_is_under_way(
    google: GoogleServer, terminal: Terminal, config: GoogleConfig, tmp_path: Path
) -> None:
    """A daemon that renews the old consent has the folder to itself; the new one is what stands in the end."""
    assert config.token is not None
    config.token.parent.mkdir()
    write_token(config.token, google.consented(THERAPIST, LEAST_SCOPES))
    before = config.token.read_text()
    with terminal.running() as address, alone_with(config.token):
        requests.get(address, timeout=120)
        terminal.thread.join(0.5)
        assert terminal.thread.is_alive()
        assert config.token.read_text() == before
    assert terminal.error is None
    assert config.token.read_text() != before


def test_nobody_at_the_browser_ends_in_time(config: GoogleConfig, port: int) -> None:
    """The command does not wait for ever."""
    with pytest.raises(AuthExpired, match="in time"):
        authorize(config, now=NOW, port=port, patience=timedelta(seconds=1))


def test_a_port_in_use_says_so(config: GoogleConfig) -> None:
    """With the option that helps."""
    with (
        closing(create_server(("127.0.0.1", 0))) as taken,
        pytest.raises(Transient, match="--port"),
    ):
        authorize(config, now=NOW, port=taken.getsockname()[1])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "not JSON"),
        ("[]", "not an object"),
        ('{"web": {"client_id": "a", "client_secret": "b"}}', '"web"'),
        ('{"installed": {"client_id": "a"}}', "client_secret"),
        ('{"type": "service_account"}', "a service account's key"),
    ],
)
def test_a_wrong_client_secrets_file_is_explained(config: GoogleConfig, content: str, said: str) -> None:
    """File, key, what stands there, and what to download instead."""
    assert config.client_secrets is not None
    config.client_secrets.write_text(content)
    with pytest.raises(ConfigError) as caught:
        authorize(config, now=NOW)
    assert said in str(caught.value)
    assert "Desktop app" in str(caught.value)


def test_a_missing_client_secrets_file_is_named(config: GoogleConfig, tmp_path: Path) -> None:
    """By its path."""
    with pytest.raises(ConfigError, match=r"nowhere\.json"):
        authorize(replace(config, client_secrets=tmp_path / "nowhere.json"), now=NOW)


class Meanwhile(dict[str, Json]):
    """The server's refresh tokens; something happens while the first renewal is under way."""

    def __init__(self, held: Mapping[str, Json], action: Callable[[], object]) -> None:
        super().__init__(held)
        self._actions = [action]

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as dict has it
        while self._actions:
            self._actions.pop()()
        return super().get(key, default)


class TestInUse:
    @pytest.fixture
    def granted(self, google: GoogleServer, dana: Person, tmp_path: Path) -> GoogleConfig:
        return google.config("work", THERAPIST, tmp_path)

    def test_an_access_token_that_ran_out_is_renewed_and_stored(
        self, google: GoogleServer, granted: GoogleConfig
    ) -> None:
        """Nobody notices; the file holds the new one, private as before."""
        account = GoogleAccount(granted, TODAY)
        account.discover()
        assert granted.token is not None
        first = json.loads(granted.token.read_text())
        google.oauth.expire_access()
        account.discover()
        second = json.loads(granted.token.read_text())
        assert first["token"] != second["token"]
        assert first["refresh_token"] == second["refresh_token"]
        assert stat.S_IMODE(granted.token.stat().st_mode) == 0o600
        assert [one.name for one in granted.token.parent.iterdir()] == ["work.json"]

    def test_an_access_token_lives_no_longer_than_the_server_says(
        self, google: GoogleServer, granted: GoogleConfig
    ) -> None:
        """The server refuses it, whatever our clock says of it; another is asked for at once."""
        account = GoogleAccount(granted, TODAY)
        account.discover()
        tokens = google.oauth.access_tokens
        tokens |= {key: replace(bearer, until=0.0) for key, bearer in tokens.items()}
        assert account.discover()
        assert len(tokens) == 2

    def test_a_stored_access_token_is_used_until_it_runs_out(
        self, google: GoogleServer, granted: GoogleConfig
    ) -> None:
        """A restart costs no round trip to the token end point."""
        GoogleAccount(granted, TODAY).discover()
        google.oauth.down = True
        GoogleAccount(granted, TODAY).discover()

    def test_a_rotated_refresh_token_replaces_the_old(
        self, google: GoogleServer, granted: GoogleConfig
    ) -> None:
        """After a restart the new one is used: the old one is dead."""
        google.oauth.rotates = True
        assert granted.token is not None
        first = granted.token.read_text()
        GoogleAccount(granted, TODAY).discover()
        google.oauth.expire_access()
        GoogleAccount(granted, TODAY).discover()
        granted.token.write_text(first)
        with pytest.raises(AuthExpired, match="invalid_grant"):
            GoogleAccount(granted, TODAY).discover()

    def test_a_revoked_token_pauses_with_the_remedy(
        self, google: GoogleServer, granted: GoogleConfig
    ) -> None:
        """invalid_grant is AuthExpired, in one line that says what to run."""
        account = GoogleAccount(granted, TODAY)
        account.discover()
        google.oauth.revoke(THERAPIST)
        with pytest.raises(AuthExpired, match=r"invalid_grant.*syncd auth google work") as caught:
            account.discover()
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("status", [400, 502, 503])
    def test_a_page_instead_of_an_answer_is_no_refusal(
        self, google: GoogleServer, granted: GoogleConfig, status: int
    ) -> None:
        """What some gateway says while the token end point is down, in HTML: the access is as good as before."""
        page = Message("", "", {"Content-Type": "text/html"}, b"<html>Bad gateway</html>", status)
        parts = urlsplit(granted.token_uri)
        google.oauth.expire_access()
        with proxied(f"{parts.scheme}://{parts.netloc}", before=lambda _: page) as proxy:
            away = replace(granted, token_uri=f"{proxy.url}{parts.path}")
            with pytest.raises(Transient):
                GoogleAccount(away, TODAY, sleep=lambda _: None).discover()
        assert GoogleAccount(granted, TODAY).discover()

    def test_an_admins_no_is_not_the_therapists(
        self, google: GoogleServer, granted: GoogleConfig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A Workspace that blocks the app: to sign in again would not help."""

        def refused(*_: object) -> Json:
            raise OAuthError("admin_policy_enforced")

        monkeypatch.setattr(OAuth, "token", refused)
        with pytest.raises(AuthExpired, match="Workspace admin has to allow the app"):
            GoogleAccount(granted, TODAY).discover()

    def test_a_new_consent_is_taken_up_without_a_restart(
        self, google: GoogleServer, granted: GoogleConfig, tmp_path: Path
    ) -> None:
        """`syncd auth` replaced the file while the daemon ran."""
        account = GoogleAccount(granted, TODAY)
        account.discover()
        google.oauth.revoke(THERAPIST)
        google.config("work", THERAPIST, tmp_path)
        assert account.discover()

    def test_a_consent_stored_during_a_renewal_stays(
        self, google: GoogleServer, granted: GoogleConfig, tmp_path: Path
    ) -> None:
        """Where the folder cannot be locked, too: the renewed old one does not overwrite it, and it is used next."""
        account = GoogleAccount(granted, TODAY)
        assert granted.token is not None
        google.oauth.refresh_tokens = Meanwhile(
            google.oauth.refresh_tokens, lambda: google.config("work", THERAPIST, tmp_path)
        )
        before = json.loads(granted.token.read_text())["refresh_token"]
        assert account.discover()
        stored = json.loads(granted.token.read_text())["refresh_token"]
        assert stored != before
        del google.oauth.refresh_tokens[before]
        google.oauth.expire_access()
        assert account.discover()
        assert json.loads(granted.token.read_text())["refresh_token"] == stored

    def test_a_token_end_point_in_trouble_is_transient(
        self, google: GoogleServer, granted: GoogleConfig
    ) -> None:
        """Nobody has to consent again because Google had a bad minute."""
        google.oauth.down = True
        with pytest.raises(Transient):
            GoogleAccount(replace(granted, read_attempts=1), TODAY).discover()

    def test_threads_renew_once(self, google: GoogleServer, granted: GoogleConfig) -> None:
        """With rotation a second renewal of the same token would be refused."""
        google.oauth.rotates = True
        account = GoogleAccount(granted, TODAY)
        account.discover()
        google.oauth.expire_access()
        assert _all_at_once([account] * 6) == [2] * 6
        assert len(google.oauth.access_tokens) == 1

    def test_processes_renew_one_after_the_other(self, google: GoogleServer, granted: GoogleConfig) -> None:
        """The daemon, a dry run, a doctor: whoever comes second uses what the first one stored."""
        google.oauth.rotates = True
        accounts = [GoogleAccount(granted, TODAY) for _ in range(6)]
        assert _all_at_once(accounts) == [2] * 6
        for _ in range(3):
            google.oauth.expire_access()
            assert _all_at_once(accounts) == [2] * 6
            assert len(google.oauth.access_tokens) == 1

    def test_a_token_file_that_cannot_be_written_still_works(
        self, google: GoogleServer, granted: GoogleConfig
    ) -> None:
        """As with systemd's credentials, nothing can be put beside it; renewed tokens live in memory."""
        assert granted.token is not None
        google.oauth.rotates = True
        before = granted.token.read_text()
        with granted.token.open() as held:
            account = GoogleAccount(replace(granted, token=Path(f"/dev/fd/{held.fileno()}")), TODAY)
            for _ in range(3):
                account.discover()
                google.oauth.expire_access()
        assert granted.token.read_text() == before

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"refresh_token": ""}'])
    def test_a_broken_token_file_is_named(self, tmp_path: Path, content: str) -> None:
        """And what to run."""
        path = tmp_path / "token.json"
        path.write_text(content)
        with pytest.raises(AuthExpired, match=r"token\.json.*syncd auth google work"):
            GoogleAccount(GoogleConfig("work", token=path), TODAY).discover()

    def test_a_token_of_another_user_is_said_so(
        self, granted: GoogleConfig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`syncd auth` run by root leaves a file that the service may not read: signing in again would not help."""

        def refused(*_: object, **__: object) -> str:
            raise PermissionError

        monkeypatch.setattr(Path, "read_text", refused)
        with pytest.raises(AuthExpired, match="another user"):
            GoogleAccount(granted, TODAY).discover()

    def test_a_missing_token_is_named_until_there_is_one(
        self, google: GoogleServer, dana: Person, tmp_path: Path
    ) -> None:
        """As on the first start; the running daemon takes up what `syncd auth` stores then."""
        config = google.config("work", THERAPIST, tmp_path)
        assert config.token is not None
        account = GoogleAccount(config, TODAY)
        kept = config.token.rename(tmp_path / "kept.json")
        with pytest.raises(AuthExpired, match="no token yet"):
            account.discover()
        kept.rename(config.token)
        assert account.discover()

    def test_a_scope_that_was_not_granted_is_a_matter_of_consent(
        self, google: GoogleServer, dana: Person, tmp_path: Path
    ) -> None:
        """Not of sharing: the remedy is another consent."""
        config = replace(google.config("narrow", THERAPIST, tmp_path, LEAST_SCOPES), scopes=LEAST_SCOPES)
        google.config("narrow", THERAPIST, tmp_path, [FREEBUSY])
        with pytest.raises(AuthExpired, match=r"calendarlist.readonly.*events.owned.*auth google narrow"):
            GoogleAccount(config, TODAY).discover()

    @pytest.mark.parametrize("wider", ["calendar", "calendar.events"])
    def test_a_wider_grant_is_as_good(
        self, google: GoogleServer, dana: Person, tmp_path: Path, wider: str
    ) -> None:
        """A token of an earlier program, or of other settings: renewed, used, and nothing is missing."""
        granted = {SCOPE + wider, LISTED, FREEBUSY} if wider == "calendar.events" else {SCOPE + wider}
        config = replace(google.config("wide", THERAPIST, tmp_path, granted), scopes=LEAST_SCOPES)
        assert GoogleAccount(config, TODAY).open("Practice").changes("", WINDOW).complete
        assert config.token is not None
        assert grant_of(read_token(config.token, "wide"), config).missing == frozenset()


def _all_at_once(accounts: Sequence[GoogleAccount]) -> list[int]:
    """How many calendars each found, each in a thread of its own."""
    with ThreadPoolExecutor(len(accounts)) as threads:
        return list(threads.map(lambda account: len(account.discover()), accounts))


def test_the_doctor_reads_from_the_token_file_what_is_missing(google: GoogleServer, tmp_path: Path) -> None:
    """A narrow consent of an earlier version."""
    config = google.config("work", THERAPIST, tmp_path, LEAST_SCOPES[:2])
    assert config.token is not None
    grant = grant_of(read_token(config.token, "work"), replace(config, scopes=LEAST_SCOPES))
    assert grant.missing == {FREEBUSY}
