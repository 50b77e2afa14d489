"""HTTP that knows in which phase it failed: before anything was sent, or with the outcome unknown."""

from __future__ import annotations

import http.client
import os
from collections.abc import Callable, Mapping

import httplib2

from connectors.google.proxy import proxy_for
from connectors.trust import trust
from syncd.core.model.errors import Transient, Unclear


class _Phased:
    """Turns a failed connect into Transient and a lost answer into Unclear.

    httplib2 repeats a request, a POST too, when the answer to its first try is lost. These two errors are none of
    those it knows, so a write is sent once.
    """

    def connect(self) -> None:
        """Open the connection; nothing has been sent when this fails."""
        try:
            super().connect()  # type: ignore[misc]  # of the HTTPConnection beside it
        except (OSError, httplib2.HttpLib2Error) as error:
            raise Transient(f"google: no connection: {type(error).__name__}") from None

    def request(self, *args: object, **kwargs: object) -> None:
        """Send; what was sent before a failure is unknown."""
        try:
            super().request(*args, **kwargs)  # type: ignore[misc]  # of the HTTPConnection beside it
        except (OSError, http.client.HTTPException) as error:
            raise Unclear(f"google: lost while sending: {type(error).__name__}") from None

    def getresponse(self) -> http.client.HTTPResponse:
        """Read the answer's head."""
        try:
            response: http.client.HTTPResponse = super().getresponse()  # type: ignore[misc]  # as above
        except (OSError, http.client.HTTPException) as error:
            raise Unclear(f"google: no answer: {type(error).__name__}") from None
        return response


class _Plain(_Phased, httplib2.HTTPConnectionWithTimeout):
    """A connection of `api_endpoint`s on loopback."""


class _Trusting(httplib2.HTTPSConnectionWithTimeout):
    """A connection to Google, through the proxy that the environment names."""

    ca_file = ""

    def __init__(self, *args: object, **given: object) -> None:
        super().__init__(*args, **given)  # type: ignore[arg-type]  # as httplib2 made them
        trust(self._context, self.ca_file)  # type: ignore[attr-defined]  # http.client's
        if (proxy := proxy_for(self.host, os.environ)) is not None:
            proxy.lead(self)

    def connect(self) -> None:
        """As the standard library does: httplib2 knows no proxy of its own."""
        http.client.HTTPSConnection.connect(self)


class _Secure(_Phased, _Trusting):
    """One that knows in which phase it failed."""


class TrustingHttp(httplib2.Http):
    """An Http that trusts the certificates of `ca_file` besides the machine's, and follows no redirect.

    They would carry the token elsewhere. Raises Forbidden where that file cannot be read.
    """

    plain: type[httplib2.HTTPConnectionWithTimeout] = httplib2.HTTPConnectionWithTimeout
    secure: type[_Trusting] = _Trusting

    def __init__(self, timeout: float, ca_file: str = "") -> None:
        """`timeout` is in seconds."""
        super().__init__(timeout=timeout, proxy_info=None)
        self.follow_redirects = False
        self._secure = type("Secure", (self.secure,), {"ca_file": ca_file})

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: type[httplib2.HTTPConnectionWithTimeout] | None = None,
    ) -> tuple[httplib2.Response, bytes]:
        """As httplib2 does."""
        chosen = connection_type or (self._secure if uri.startswith("https:") else self.plain)
        answer: tuple[httplib2.Response, bytes] = super().request(
            uri, method, body, headers, redirections, chosen
        )
        return answer


class OnceHttp(TrustingHttp):
    """An Http for writes: each on a connection of its own, never repeated, never redirected."""

    plain = _Plain
    secure = _Secure

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: type[httplib2.HTTPConnectionWithTimeout] | None = None,
    ) -> tuple[httplib2.Response, bytes]:
        """As httplib2 does; raises Transient or Unclear where the connection fails."""
        # A kept connection may have been closed meanwhile: a fresh one tells "not sent" from "no answer".
        once = {**(headers or {}), "connection": "close"}
        try:
            answer = super().request(uri, method, body, once, redirections, connection_type)
        except (OSError, http.client.HTTPException, httplib2.HttpLib2Error) as error:
            raise Unclear(f"google: answer cut off: {type(error).__name__}") from None
        finally:
            self.close()
        return answer


class HearingHttp:
    """An Http as the API's library uses one, that passes on the Date of every answer."""

    def __init__(
        self, request: Callable[..., tuple[httplib2.Response, bytes]], heard: Callable[[str], None]
    ) -> None:
        """`request` does the work; `heard` is told "" where an answer has no Date."""
        self._request = request
        self._heard = heard

    def request(self, *args: object, **kwargs: object) -> tuple[httplib2.Response, bytes]:
        """As `request` does."""
        answer, content = self._request(*args, **kwargs)
        self._heard(str(answer.get("date", "")))
        return answer, content
