"""Where one Google account is reached and with what it signs in, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from connectors.google.scopes import LEAST_SCOPES
from syncd.core.model.errors import ConfigError, ConfigProblem

API_ENDPOINT = "https://www.googleapis.com/calendar/v3/"
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
AUTH_URI = "https://accounts.google.com/o/oauth2/auth"


@dataclass(frozen=True, slots=True)
class GoogleConfig:
    """One account. Either `token` (a person's consent) or `service_account` (a key file, with `subject`).

    `client_secrets` is needed by `authorize` only. Tokens and requests go to the addresses that stand here, never
    to those that a token or key file names. `addresses` (lower case) are the therapist's own and never a guest's;
    `zone` is theirs, for times in calendars that are kept in UTC. Raises ConfigError for an address that is neither
    https nor loopback.
    """

    account: str
    token: Path | None = None
    client_secrets: Path | None = None
    service_account: Path | None = None
    subject: str = ""
    api_endpoint: str = API_ENDPOINT
    token_uri: str = TOKEN_URI
    auth_uri: str = AUTH_URI
    scopes: tuple[str, ...] = LEAST_SCOPES
    addresses: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    ca_file: str = ""  # certificates to trust besides the system's
    timeout: timedelta = timedelta(seconds=30)
    read_attempts: int = 4
    plain: bool = True  # rules of plain shape are counted without the libraries
    longest_wait: timedelta = timedelta(seconds=20)  # a longer Retry-After ends the pass for this account

    def __post_init__(self) -> None:
        """Refuse plain http to other machines, and an account without or with two ways to sign in."""
        problems = [
            ConfigProblem(
                "settings", f"accounts.{self.account}.{key}", value, "use https:// (http only on loopback)"
            )
            for key, value in (
                ("api_endpoint", self.api_endpoint),
                ("token_uri", self.token_uri),
                ("auth_uri", self.auth_uri),
            )
            if not _safe(value)
        ]
        if (self.token is None) == (self.service_account is None):
            problems.append(
                ConfigProblem(
                    "settings", f"accounts.{self.account}", "token", "give one of token, service_account"
                )
            )
        if problems:
            raise ConfigError(tuple(problems))

    @property
    def endpoint(self) -> str:
        """The API's address with the slash that the client library relies on."""
        return self.api_endpoint.rstrip("/") + "/"


def _safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))


def is_loopback(url: str) -> bool:
    """True for an address on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
