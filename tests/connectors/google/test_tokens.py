"""Tokens in use: renewed and kept, by threads and processes in turn, and access that ends."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from google.auth import _exponential_backoff

from connectors.google.account import GoogleAccount
from connectors.google.auth import grant_of
from connectors.google.config import GoogleConfig
from connectors.google.scopes import FREEBUSY, LEAST_SCOPES, LISTED, SCOPE
from connectors.google.tokens import read_token
from syncd.core.model.errors import AuthExpired, Transient
from syncd.standin.google.answers import Json
from syncd.standin.google.oauth import OAuth, OAuthError
from tests.connectors.google.samples import THERAPIST, TODAY, WINDOW
from tests.servers.google import GoogleServer, Person
from tests.servers.proxy import Message, proxied


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Google's library asks again without the seconds that it waits in between."""
    monkeypatch.setattr(_exponential_backoff, "time", SimpleNamespace(sleep=lambda _: None))


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

    @pytest.mark.usefixtures("hurried")
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

    @pytest.mark.usefixtures("hurried")
    @pytest.mark.parametrize("status", [500, 502, 503])
    @pytest.mark.parametrize(
        "told",
        [{"error": "backend_error"}, {"error": {"code": 502, "status": "UNAVAILABLE"}}, {"error": "x"}],
    )
    def test_the_token_end_point_s_own_words_in_trouble_are_no_refusal(
        self, google: GoogleServer, granted: GoogleConfig, status: int, told: Json
    ) -> None:
        """Whatever code Google gives with a 5xx: nobody is asked to sign in again."""
        answer = Message("", "", {"Content-Type": "application/json"}, json.dumps(told).encode(), status)
        parts = urlsplit(granted.token_uri)
        with proxied(f"{parts.scheme}://{parts.netloc}", before=lambda _: answer) as proxy:
            away = replace(granted, token_uri=f"{proxy.url}{parts.path}", read_attempts=1)
            with pytest.raises(Transient, match=f"{status}; try later"):
                GoogleAccount(away, TODAY).discover()
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

    @pytest.mark.usefixtures("hurried")
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
