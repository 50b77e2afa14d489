"""The door to one CalDAV server: what goes wrong is translated here, once, into words a person can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests
from caldav.davclient import DAVClient
from caldav.lib import error as dav_error
from lxml.etree import LxmlError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from connectors.caldav.config import CalDavConfig
from connectors.caldav.cursor import owner_of
from connectors.caldav.multistatus import Multistatus, read_multistatus
from connectors.caldav.origin import path_of, trusted_origin
from connectors.caldav.refusals import preconditions, refused_read, refused_write
from connectors.caldav.session import GuardedSession, Redirected
from connectors.dates import Dates
from syncd.core.model.errors import AuthExpired, ConnectorError, Malformed, Transient, Unclear

_ATTEMPTS = 3
_LONGEST_WAIT = 10.0  # seconds; a server that asks for more is left alone until the next pass
_wait = wait_random_exponential(multiplier=0.2, max=2)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from one request that went well."""

    status: int
    url: str
    text: str = ""
    tree: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """The ETag as the server wrote it, "" where it named none."""
        return str(self.headers.get("ETag", "")).strip()

    def multistatus(self) -> Multistatus:
        """The body as a multistatus. Raises Malformed."""
        return read_multistatus(self.tree, self.url)


class DavDoor:
    """Requests to one account's server. Reads are retried, bounded; writes never."""

    def __init__(self, config: CalDavConfig, dates: Dates | None = None) -> None:
        """Raises Forbidden for an unencrypted URL, Malformed for what is no URL; nothing is sent yet.

        `dates` hears what time it is at the server.
        """
        self.account = config.account
        self.owner = owner_of(config.url, config.username)
        self.origin = trusted_origin(config.account, config.url, allow_insecure=config.allow_insecure)
        self.start = path_of(config.url, config.url)
        self._client = DAVClient(
            url=str(self.origin),
            username=config.username,
            password=config.password,
            ssl_verify_cert=True,
            headers={"Accept-Encoding": "identity"},  # compressing proxies weaken etags
            timeout=None,  # the session's own, which covers the whole answer
            enable_rfc6764=False,
        )
        heard = {"heard": dates.heard} if dates else {}
        self._client.session = GuardedSession(self.origin, config.timeout, config.ca_file, **heard)
        self._guessed = False

    @property
    def scheme(self) -> str:
        """How this account authenticates, "" before the server has said so."""
        return str(self._client.auth_type or "") or _scheme(self._client.auth)

    def expect(self, scheme: str) -> None:
        """Authenticate at the first request, without being asked, the way it went last time."""
        if scheme == "basic" and self._client.auth is None:
            self._client.auth_type = scheme
            self._client.build_auth_object()
            self._client.auth_type = None
            self._guessed = True

    def read(
        self, method: str, path: str, body: str = "", *, what: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request that changes nothing. `what` names account and calendar for messages.

        Raises Transient, AuthExpired, Forbidden, NotFound or Malformed.
        """
        for attempt in Retrying(
            retry=retry_if_exception_type(Transient),
            stop=_stop,
            wait=_pause,
            reraise=True,
        ):
            with attempt:
                return self._translated(lambda: self._send(method, path, body, headers), what, refused_read)
        raise AssertionError("tenacity reraises")

    def write(
        self, method: str, path: str, body: str = "", *, what: str, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request that changes something, sent once.

        Raises as `read`, and VersionConflict, Rejected, or Unclear when it may have been carried out.
        """
        try:
            return self._translated(lambda: self._send(method, path, body, headers), what, refused_write)
        except Redirected:
            raise
        except Malformed as error:
            raise Unclear(str(error)) from error

    def _send(self, method: str, path: str, body: str, headers: Mapping[str, str] | None) -> Answer:
        url = f"{self.origin}{path}"
        try:
            response = self._client.request(url, method, body, dict(headers or {}))
        except dav_error.AuthorizationError as error:
            if error.status != requests.codes.unauthorized or not self._guessed:
                raise
            self._client.auth, self._guessed = None, False
            response = self._client.request(url, method, body, dict(headers or {}))
        tree = response.tree
        return Answer(response.status, url, response.raw if tree is None else "", tree, response.headers)

    def _translated(self, send: Callable[[], Answer], what: str, refuse: Refuse) -> Answer:
        """One request; everything that can go wrong with it as an error of ours."""
        where = f"{what} ({self.origin.host})"
        try:
            answer = send()
        except ConnectorError as error:
            raise type(error)(f"{what}: {error}") from error
        except dav_error.RateLimitError as error:
            raise refuse(
                error.status or requests.codes.too_many, where, (), error.retry_after_seconds
            ) from None
        except dav_error.AuthorizationError as error:
            raise refuse(
                error.status or requests.codes.unauthorized, where, error.preconditions, None
            ) from None
        except NotImplementedError as error:
            raise AuthExpired(f"{where}: the server wants neither basic nor digest authentication") from error
        except requests.RequestException as error:
            raise _unreachable(error, where, writing=refuse is refused_write) from None
        except (dav_error.DAVError, LxmlError, UnicodeDecodeError) as error:
            raise Malformed(f"{where}: answers with something that is not CalDAV; check `url`") from error
        if answer.status >= requests.codes.bad_request:
            raise refuse(answer.status, where, preconditions(answer.tree), None)
        return answer


Refuse = Callable[[int, str, "tuple[str, ...] | list[str]", "float | None"], ConnectorError]


def _unreachable(error: requests.RequestException, where: str, *, writing: bool) -> ConnectorError:
    if isinstance(error, requests.exceptions.SSLError):
        return Malformed(f"{where}: {_certificate(str(error))}")
    if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
        return Transient(f"{where}: cannot be reached; check `url` and the network")
    if writing:
        return Unclear(f"{where}: the connection broke before the server confirmed")
    if isinstance(error, requests.Timeout):
        return Transient(f"{where}: does not answer in time")
    return Transient(f"{where}: the connection broke")


def _certificate(said: str) -> str:
    """What is wrong with it, from OpenSSL's words: another host's, or of nobody whom we trust."""
    if "mismatch" in said or "doesn't match" in said:
        return "the certificate is not valid for this host; check `url` and the certificate"
    return "the certificate is not trusted; set `ca_file` of the account, or check `url` and the certificate"


def _never_connected(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


def _scheme(auth: object) -> str:
    if isinstance(auth, requests.auth.HTTPDigestAuth):
        return "digest"
    return "basic" if isinstance(auth, requests.auth.HTTPBasicAuth) else ""


def _asked(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    after: timedelta | None = error.retry_after if isinstance(error, Transient) else None
    return after.total_seconds() if after is not None else None


def _stop(state: RetryCallState) -> bool:
    return stop_after_attempt(_ATTEMPTS)(state) or (_asked(state) or 0) > _LONGEST_WAIT


def _pause(state: RetryCallState) -> float:
    asked = _asked(state)
    return _wait(state) if asked is None else asked
