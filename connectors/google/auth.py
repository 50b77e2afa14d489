"""`syncd auth google`: a person lets syncd use their calendar (RFC 8252: loopback redirect, PKCE, state)."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
from google_auth_oauthlib.flow import InstalledAppFlow
from oauthlib.oauth2 import OAuth2Error

from connectors.google.config import GoogleConfig, is_loopback
from connectors.google.redirect import Outcome, Page, Redirect, Result
from connectors.google.scopes import missing, short
from connectors.google.tokens import alone_with, write_token
from connectors.trust import trusting
from syncd.core.model.errors import (
    AuthExpired,
    ConfigError,
    ConfigProblem,
    ConnectorError,
    SyncdError,
    Transient,
)

_INSECURE = "OAUTHLIB_INSECURE_TRANSPORT"

_PROMPT = """
syncd asks for access to the Google Calendar of account "{account}".

 1. If this machine has no browser, run this on your own computer first, and leave it running:
      ssh -N -L {port}:127.0.0.1:{port} {user}@{machine}
 2. Open this address in the browser, sign in as the therapist, and tick every box:
      {url}
 3. If Google says "Google hasn't verified this app": choose Advanced, then Go to the app.

Waiting for {minutes} minutes; this address works once. Press Ctrl-C to give up.
"""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person's consent brought. `ends` is set where Google limits it (consent screen in "Testing")."""

    scopes: frozenset[str]
    missing: frozenset[str]
    ends: datetime | None


def authorize(
    config: GoogleConfig, *, now: datetime, page: Page, port: int = 8765, patience: timedelta | None = None
) -> Grant:
    """Print what to do, wait for the redirect on loopback, store the token (0600, in one step), tell the browser.

    `port` is the same on both ends of the SSH tunnel; `page` writes what the browser shows of what came of it. Raises
    ConfigError for a client secrets file that is not one of a desktop app, AuthExpired where consent was not given or
    time ran out, Transient where Google was not reached.
    """
    if config.token is None:
        raise ConfigError(
            (ConfigProblem("settings", f"accounts.{config.account}", "token", "name the file"),)
        )
    patience = patience or timedelta(minutes=10)
    asking = _Asking(config, config.token, now, page)
    with _loopback_without_tls(config.token_uri), _listening(port, asking) as server:
        print(_prompt(config.account, port, patience, asking.address(server.address)))  # noqa: T201  to whoever is there
        if not server.wait(patience.total_seconds()):
            raise AuthExpired(
                f"google: nobody answered in time; run `syncd auth google {config.account}` again"
            )
    return asking.grant


def _listening(port: int, asking: _Asking) -> Redirect:
    try:
        return Redirect(port, asking.settle)
    except OSError as error:
        raise Transient(f"google: port {port}: {error.strerror}; choose another with --port") from None


class _Asking:
    """One sign-in: where the browser is sent, and what comes of what it brings back."""

    def __init__(self, config: GoogleConfig, token: Path, now: datetime, page: Page) -> None:
        """Raises ConfigError as `authorize`."""
        self._config, self._token, self._now, self._page = config, token, now, page
        self._flow = InstalledAppFlow.from_client_config(_client(config), scopes=list(config.scopes))
        session = self._flow.oauth2session
        trusting(session, config.ca_file)
        session.register_compliance_hook("access_token_response", partial(_no_trouble, config.account))
        self._came: Grant | SyncdError | None = None

    @property
    def grant(self) -> Grant:
        """What came of it. Raises what went wrong."""
        if isinstance(self._came, Grant):
            return self._came
        raise self._came or AuthExpired(f"google: account {self._config.account}: nothing came of it")

    def address(self, back: str) -> str:
        """Google's page. A refresh token comes with a new consent only."""
        self._flow.redirect_uri = back
        hint = {"login_hint": self._config.addresses[0]} if self._config.addresses else {}
        url, _ = self._flow.authorization_url(prompt="consent", **hint)
        return str(url)

    def settle(self, answer: str) -> tuple[bool, str]:
        """Take what the browser brought; whether all is well, and the page that says so."""
        try:
            with _translated(self._config.account):
                self._came = self._exchanged(answer)
            outcome = Outcome(Result.DONE, self._config.account, ends=self._came.ends)
        except SyncdError as error:
            self._came, outcome = error, _outcome_of(error, self._config.account)
        return outcome.result is Result.DONE, self._page(outcome)

    def _exchanged(self, answer: str) -> Grant:
        try:
            # oauthlib wants https here too, where RFC 8252 §8.3 has none
            self._flow.fetch_token(authorization_response=answer.replace("http://", "https://", 1))
            told: dict[str, Any] = dict(self._flow.oauth2session.token)
        except Warning as fewer:  # oauthlib's way to say that some boxes were not ticked
            told = dict(getattr(fewer, "token", {}))
        _refuse_others(self._config, told)
        return _store(self._config, self._token, self._flow.client_config, told, self._now)


class _Refused(AuthExpired):
    """A sign-in that came to nothing, with what the browser's page says of it."""

    def __init__(self, said: str, outcome: Outcome) -> None:
        super().__init__(said)
        self.outcome = outcome


def _outcome_of(error: SyncdError, account: str) -> Outcome:
    if isinstance(error, _Refused):
        return error.outcome
    return Outcome(Result.UNREACHED if isinstance(error, Transient) else Result.FAILED, account)


def _no_trouble(account: str, answer: requests.Response) -> requests.Response:
    """Google's bad minute is no refusal, whatever it says: it is said before anybody reads it as one."""
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Transient(
            f"google: token end point: {answer.status_code}; nothing is refused, and nothing stored: "
            f"run `syncd auth google {account}` again in some minutes"
        )
    return answer


def _refuse_others(config: GoogleConfig, told: Mapping[str, Any]) -> None:
    """Clients would read who signed in as the organizer: that is to be the therapist. Raises AuthExpired.

    Said to whoever sits there, never logged. Where Google does not tell, `syncd doctor` looks again.
    """
    someone = _signed_in(config, str(told.get("access_token", "")))
    if config.addresses and someone and someone not in config.addresses:
        raise _Refused(
            f"google: signed in as {someone}, but the therapist of account {config.account} has "
            f"{', '.join(config.addresses)}; nothing is stored. Sign in as the therapist, or put that address into "
            "their `addresses`",
            Outcome(Result.SOMEBODY_ELSE, config.account, who=someone, expected=config.addresses),
        )


def _signed_in(config: GoogleConfig, token: str) -> str:
    """The address of who consented: the id of their main calendar; "" where that cannot be seen."""
    try:
        answer = trusting(requests.Session(), config.ca_file).get(
            f"{config.endpoint}users/me/calendarList/primary",
            headers={"Authorization": f"Bearer {token}"},
            timeout=config.timeout.total_seconds(),
            allow_redirects=False,
        )
        found = answer.json() if answer.ok else {}
    except (requests.RequestException, ValueError):
        return ""
    return str(found.get("id", "")).lower() if isinstance(found, dict) else ""


def grant_of(held: Mapping[str, Any], config: GoogleConfig) -> Grant:
    """What a token file says of the consent; `missing` against what the settings ask for."""
    scopes = frozenset(held.get("scopes", ()))
    ends = held.get("refresh_token_expires")
    return Grant(scopes, missing(config.scopes, scopes), datetime.fromisoformat(ends) if ends else None)


def _store(
    config: GoogleConfig, token: Path, client: Mapping[str, str], told: dict[str, Any], now: datetime
) -> Grant:
    granted = told.get("scope") or list(config.scopes)
    scopes = granted.split() if isinstance(granted, str) else list(granted)
    if unticked := missing(config.scopes, scopes):
        names = tuple(sorted(map(short, unticked)))
        raise _Refused(
            f"google: these boxes were not ticked: {', '.join(names)}; run the command again and tick all",
            Outcome(Result.UNTICKED, config.account, boxes=names),
        )
    if not told.get("refresh_token"):
        raise _Refused(
            "google: no lasting access was given; remove syncd at myaccount.google.com/permissions, then try again",
            Outcome(Result.NOT_LASTING, config.account),
        )
    lasts = told.get("refresh_token_expires_in")
    held: dict[str, Any] = {
        "token": told["access_token"],
        "refresh_token": told["refresh_token"],
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "token_uri": config.token_uri,
        "scopes": sorted(scopes),
        "expiry": _expiry(told, now),
        "refresh_token_expires": (now + timedelta(seconds=int(lasts))).isoformat() if lasts else "",
    }
    try:
        with alone_with(token):  # a daemon that renews the old consent right now stores first
            write_token(token, held)
    except OSError as error:
        problem = ConfigProblem(str(token), "token", type(error).__name__, "name a file that can be written")
        raise ConfigError((problem,)) from None
    return grant_of(held, config)


def _expiry(told: dict[str, Any], now: datetime) -> str:
    ends = now.astimezone(UTC) + timedelta(seconds=int(told.get("expires_in", 0)))
    return ends.replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def _client(config: GoogleConfig) -> dict[str, Any]:
    """The client secrets, of a desktop app, with the addresses of the settings."""
    path = config.client_secrets
    if path is None:
        raise _wrong(Path("settings"), f"accounts.{config.account}.client_secrets", "missing")
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _wrong(path, "file", type(error).__name__) from None
    except ValueError:
        raise _wrong(path, "file", "not JSON") from None
    if not isinstance(held, dict) or not isinstance(held.get("installed"), dict):
        raise _wrong(path, "installed", _kind(held))
    client = held["installed"]
    for name in ("client_id", "client_secret"):
        if not isinstance(client.get(name), str) or not client[name]:
            raise _wrong(path, f"installed.{name}", "missing")
    return {"installed": client | {"auth_uri": config.auth_uri, "token_uri": config.token_uri}}


def _kind(held: object) -> str:
    """What a file that is no desktop app's holds, as far as it says."""
    if not isinstance(held, dict):
        return "not an object"
    if held.get("type") == "service_account":
        return "a service account's key"
    return f'a client of type "{next(iter(held), "none")}"'


def _wrong(path: Path, key: str, value: str) -> ConfigError:
    expected = 'download the JSON of an OAuth client of type "Desktop app" from the Google console'
    return ConfigError((ConfigProblem(str(path), key, value, expected),))


def _prompt(account: str, port: int, patience: timedelta, url: str) -> str:
    minutes = max(1, round(patience.total_seconds() / 60))
    return _PROMPT.format(
        account=account, port=port, user="USER", machine=socket.gethostname(), minutes=minutes, url=url
    )


@contextlib.contextmanager
def _loopback_without_tls(token_uri: str) -> Iterator[None]:
    """oauthlib wants https everywhere; a server of tests on this machine has none. GoogleConfig refuses others."""
    if not is_loopback(token_uri) or _INSECURE in os.environ:
        yield
        return
    os.environ[_INSECURE] = "1"
    try:
        yield
    finally:
        del os.environ[_INSECURE]


@contextlib.contextmanager
def _translated(account: str) -> Iterator[None]:
    again = f"run `syncd auth google {account}` again"
    try:
        yield
    except ConnectorError:
        raise
    except OAuth2Error as error:
        code = error.error or type(error).__name__
        result = Result.REFUSED if code == "access_denied" else Result.FAILED
        raise _Refused(f"google: access was not given ({code}); {again}", Outcome(result, account)) from None
    except requests.RequestException as error:
        raise Transient(f"google: token end point: {type(error).__name__}; {again}") from None
