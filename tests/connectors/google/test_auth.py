"""Signing in: the consent at a browser, what it is good for, and what goes wrong on the way."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_connection, create_server
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.google.account import GoogleAccount
from connectors.google.auth import Grant, authorize
from connectors.google.config import GoogleConfig
from connectors.google.redirect import Outcome
from connectors.google.scopes import FREEBUSY, LEAST_SCOPES
from connectors.google.tokens import alone_with, write_token
from syncd.core.model.errors import AuthExpired, ConfigError, ConnectorError, Transient
from syncd.standin.google.oauth import Consent
from tests.connectors.google.samples import THERAPIST, TODAY
from tests.servers.google import GoogleServer, Person

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


def shows(outcome: Outcome) -> str:
    """A page with all that it is to say."""
    return f"<p>{outcome.result} {outcome.account} {outcome.who} {outcome.expected} {outcome.boxes}</p>"


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
            self.grant = authorize(
                self.config, now=NOW, page=shows, port=self.port, patience=timedelta(seconds=15)
            )
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
        answer = requests.get(address, timeout=120)
        assert answer.text.startswith("<p>done work")
        assert config.token is not None
        assert config.token.exists()  # before anybody reads that it is done
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
        shown = requests.get(address, timeout=120)
    assert shown.status_code == 400
    assert f"somebody_else work {THERAPIST} ('kim@example.org',)" in shown.text
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
        shown = requests.get(address, timeout=120).text
    assert "unticked work" in shown
    assert "calendar.freebusy" in shown
    assert isinstance(terminal.error, AuthExpired)
    assert "calendar.freebusy" in str(terminal.error)
    assert config.token is not None
    assert not config.token.exists()


def test_a_refusal_at_the_browser_is_said_so(google: GoogleServer, terminal: Terminal) -> None:
    """access_denied, and how to try again."""
    google.oauth.consent = Consent(THERAPIST, denies=True)
    with terminal.running() as address:
        assert "refused work" in requests.get(address, timeout=120).text
    assert isinstance(terminal.error, AuthExpired)
    assert "access_denied" in str(terminal.error)


def test_google_s_bad_minute_is_no_refusal(google: GoogleServer, terminal: Terminal) -> None:
    """The person said yes: nobody is told that access was not given."""
    with terminal.running() as address:
        google.oauth.down = True
        assert "unreached work" in requests.get(address, timeout=120).text
    assert isinstance(terminal.error, Transient)
    assert "503; nothing is refused" in str(terminal.error)
    assert "syncd auth google work" in str(terminal.error)


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
        shown = requests.get(f"http://127.0.0.1:{port}/?code=stolen&state=guessed", timeout=120)
    assert "failed work" in shown.text
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
    with terminal.running() as address:
        browser = threading.Thread(target=requests.get, args=(address,), kwargs={"timeout": 120})
        with alone_with(config.token):
            browser.start()
            terminal.thread.join(0.5)
            assert terminal.thread.is_alive()
            assert config.token.read_text() == before
        browser.join()
    assert terminal.error is None
    assert config.token.read_text() != before


def test_what_else_a_browser_asks_for_is_no_answer(terminal: Terminal, port: int) -> None:
    """An icon, a page without an answer, a connection that says nothing: the one that waits still comes."""
    with terminal.running() as address:
        here = f"http://127.0.0.1:{port}"
        assert requests.get(f"{here}/favicon.ico", timeout=120).status_code == 404
        assert requests.get(f"{here}/", timeout=120).status_code == 404
        with closing(create_connection(("127.0.0.1", port))):
            pass
        answer = requests.get(address, timeout=120)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert terminal.error is None


def test_nobody_at_the_browser_ends_in_time(config: GoogleConfig, port: int) -> None:
    """The command does not wait for ever."""
    with pytest.raises(AuthExpired, match="in time"):
        authorize(config, now=NOW, page=shows, port=port, patience=timedelta(seconds=1))


def test_a_port_in_use_says_so(config: GoogleConfig) -> None:
    """With the option that helps."""
    with (
        closing(create_server(("127.0.0.1", 0))) as taken,
        pytest.raises(Transient, match="--port"),
    ):
        authorize(config, now=NOW, page=shows, port=taken.getsockname()[1])


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
        authorize(config, now=NOW, page=shows)
    assert said in str(caught.value)
    assert "Desktop app" in str(caught.value)


def test_a_missing_client_secrets_file_is_named(config: GoogleConfig, tmp_path: Path) -> None:
    """By its path."""
    with pytest.raises(ConfigError, match=r"nowhere\.json"):
        authorize(replace(config, client_secrets=tmp_path / "nowhere.json"), now=NOW, page=shows)
