"""The credentials of one account in use: refreshed once for all threads, and stored again."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import MutableMapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import google_auth_httplib2
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2 import credentials, service_account

from connectors.google.config import GoogleConfig
from connectors.google.faults import ADMIN_ALLOWS
from connectors.google.scopes import missing, short
from connectors.google.tokens import alone_with, read_token, write_token
from connectors.google.wire import TrustingHttp
from syncd.core.model.errors import AuthExpired, Transient

_log = logging.getLogger(__name__)

_Credentials = credentials.Credentials | service_account.Credentials


class SignIn:
    """What AuthorizedHttp asks of credentials. Errors come in the taxonomy: AuthExpired or Transient.

    The token end point is reached over a connection of its own, so that its failures never look like those of the
    write that waits for it.
    """

    def __init__(self, config: GoogleConfig) -> None:
        """Nothing is read yet: an account without a token stops nobody else, and one made later is taken up."""
        self._config = config
        self._lock = threading.Lock()
        self._used = threading.local()
        self._held: dict[str, Any] = {}
        self._stored: dict[str, Any] = {}  # what the file is known to hold
        self._credentials: _Credentials | None = None

    @property
    def delegated(self) -> bool:
        """True where it acts for a person: only then will Google send invitations."""
        return not self._config.service_account or bool(self._config.subject)

    @property
    def scopes(self) -> frozenset[str]:
        """What was granted, as far as the token says; else what is asked for. Raises AuthExpired without a token."""
        with self._lock:
            self._loaded()
        return frozenset(self._held.get("scopes") or self._config.scopes)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The scopes, by their short names, that settings ask for and the token was not granted."""
        return tuple(sorted(map(short, missing(self._config.scopes, self.scopes))))

    @property
    def renewal(self) -> str:
        """What an admin does to get another sign-in."""
        if self._config.service_account:
            return (
                "check the key and the scopes of its domain-wide delegation in the Workspace's admin console"
            )
        return f"run `syncd auth google {self._config.account}`"

    def before_request(
        self, request: object, method: str, url: str, headers: MutableMapping[str, str]
    ) -> None:
        """Put a valid access token into the headers; called by AuthorizedHttp before each request."""
        with self._lock:
            held = self._loaded()
            if not held.valid:
                held = self._renewed()
            held.apply(headers)  # type: ignore[no-untyped-call]  # google-auth's own
            self._used.token = held.token

    def refresh(self, request: object) -> None:
        """Get another access token; called by AuthorizedHttp after a 401."""
        with self._lock:
            if self._loaded().token == getattr(self._used, "token", None):
                self._renewed()

    def _loaded(self) -> _Credentials:
        if self._credentials is None:
            self._credentials = self._service() if self._config.service_account else self._person()
        return self._credentials

    def _renewed(self) -> _Credentials:
        """Other credentials than those that do not do any more: another process's, or ones that are asked for."""
        if self._config.token is None:
            return self._asked()
        with alone_with(self._config.token):
            return self._taken_up() or self._asked()

    def _asked(self) -> _Credentials:
        """Get an access token, and keep what came with it."""
        held = self._loaded()
        asking = _Asking(TrustingHttp(self._config.timeout.total_seconds(), self._config.ca_file))
        try:
            held.refresh(asking)  # type: ignore[no-untyped-call]  # google-auth's own
        except RefreshError as error:
            raise asking.trouble or self._refused(error) from None
        except (GoogleAuthError, OSError) as error:
            raise Transient(f"google: token end point: {type(error).__name__}") from None
        if not isinstance(held, credentials.Credentials):
            return held
        if self._overtaken():
            return self._taken_up() or held
        self._store(json.loads(held.to_json()))  # type: ignore[no-untyped-call]  # as above
        return held

    def _overtaken(self) -> bool:
        """True where a consent was stored while we asked (not every folder can be locked): it must not be undone."""
        try:
            return self._file() != self._stored
        except AuthExpired:
            return False  # what is no token is replaced by one

    def _taken_up(self) -> _Credentials | None:
        """What `syncd auth` or another process of syncd has put into the token file since; None if it is no good."""
        spent, known = self._loaded().token, self._stored
        if self._file() == known:
            return None
        self._credentials = self._person()
        fresh = self._credentials.valid and self._credentials.token != spent
        return self._credentials if fresh else None

    def _refused(self, error: RefreshError) -> AuthExpired | Transient:
        details = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
        code = str(details.get("error", ""))
        if error.retryable or not code:
            # A page of some gateway's says nothing about the access (RFC 6749 §5.2: an error has a code).
            return Transient("google: token end point: try later")
        account = self._config.account
        if self._config.service_account:
            why = (
                "the subject is unknown, the key is gone or was disabled, or this machine's clock is wrong; "
            )
            remedy = f"{why if code == 'invalid_grant' else ''}{self.renewal}"
        elif code == "invalid_grant":
            week = 'a consent screen in "Testing" ends it after 7 days'
            remedy = f"access was withdrawn or has run out ({week}); {self.renewal}"
        elif code == "admin_policy_enforced":
            remedy = ADMIN_ALLOWS
        else:
            remedy = f"check the client in the Google console, then {self.renewal}"
        return AuthExpired(f"google: account {account}: {code}: {remedy}")

    def _store(self, fresh: dict[str, Any]) -> None:
        rotated = fresh.get("refresh_token") != self._held.get("refresh_token")
        self._held |= fresh
        try:
            write_token(self._config.token or Path(), self._held)
            self._stored = dict(self._held)
        except OSError as error:
            # A token from systemd's credentials cannot be written. It stays good unless Google replaced it.
            if rotated:
                account, name = self._config.account, type(error).__name__
                _log.warning("google: account %s: the new token is not stored: %s", account, name)

    def _file(self) -> dict[str, Any]:
        return read_token(self._config.token or Path(), self._config.account)

    def _person(self) -> credentials.Credentials:
        self._stored = self._file()
        self._held = held = dict(self._stored)
        return credentials.Credentials(  # type: ignore[no-untyped-call]  # google-auth's own
            held.get("token"),
            refresh_token=held["refresh_token"],
            token_uri=self._config.token_uri,
            client_id=held["client_id"],
            client_secret=held["client_secret"],
            scopes=held.get("scopes"),
            expiry=_expiry(str(held.get("expiry", ""))),
        )

    def _service(self) -> service_account.Credentials:
        path = self._config.service_account
        try:
            info = json.loads(path.read_text(encoding="utf-8")) if path else {}
            made: service_account.Credentials = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                info | {"token_uri": self._config.token_uri},
                scopes=list(self._config.scopes),
                subject=self._config.subject or None,
            )
        except (OSError, ValueError, TypeError) as error:
            raise AuthExpired(
                f"google: {path}: not a service account's key ({type(error).__name__}); download it again"
            ) from None
        return made


class _Asking(google_auth_httplib2.Request):  # type: ignore[misc]  # the library has no types
    """What google-auth asks with: it remembers that the server was in trouble, whatever it said besides."""

    trouble: Transient | None = None

    def __call__(self, *args: object, **kwargs: object) -> object:
        """As the library's own does."""
        answer = super().__call__(*args, **kwargs)
        in_trouble = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        self.trouble = (
            Transient(f"google: token end point: {answer.status}; try later") if in_trouble else None
        )
        return answer


def _expiry(stated: str) -> datetime:
    """The library keeps this instant in UTC without a zone. One that cannot be read has passed."""
    try:
        return datetime.fromisoformat(stated).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
