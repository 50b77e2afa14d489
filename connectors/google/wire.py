"""HTTP that knows in which phase it failed: before anything was sent, or with the outcome unknown."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping

import httplib2

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


class _Secure(_Phased, httplib2.HTTPSConnectionWithTimeout):
    """A connection to Google."""


class OnceHttp(httplib2.Http):
    """An Http for writes: each on a connection of its own, never repeated, never redirected."""

    def __init__(self, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.follow_redirects = False

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
        chosen = connection_type or (_Secure if uri.startswith("https:") else _Plain)
        # A kept connection may have been closed meanwhile: a fresh one tells "not sent" from "no answer".
        once = {**(headers or {}), "connection": "close"}
        try:
            answer: tuple[httplib2.Response, bytes] = super().request(
                uri, method, body, once, redirections, chosen
            )
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


def reading_http(timeout: float) -> httplib2.Http:
    """An Http for reads: connections are kept, redirects refused (they would carry the token elsewhere)."""
    http_ = httplib2.Http(timeout=timeout)
    http_.follow_redirects = False
    return http_
