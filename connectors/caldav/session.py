"""An HTTP session that trusts nobody: one origin, bounded answers, no DOCTYPE, no time without end."""

from __future__ import annotations

import io
import re
import ssl
import time
from collections.abc import Callable, Mapping
from urllib.parse import urljoin

import requests
from lxml import etree
from urllib3.exceptions import HTTPError, ReadTimeoutError

from connectors.caldav.origin import Origin, elsewhere, origin_of
from connectors.trust import TrustingAdapter, trust
from syncd.core.model.errors import Malformed

MAX_ANSWER = 10 * 1024 * 1024
_MAX_TAGS = 400_000  # as 25,000 resources have in a listing
_LONG_TAG = re.compile(rb"<[^!<>][^<>]{65536}")  # but for CDATA
_CHUNK = 65536
_PATIENCE = 4  # an answer may take this many time-outs in all, however steadily it drips
_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READS = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
_OBJECTS = frozenset({"text/calendar", "text/plain", "application/octet-stream"})
_PAGES = frozenset({"text/html", "application/xhtml+xml"})

Cert = bytes | str | tuple[bytes | str, bytes | str] | None


class TooLarge(Malformed):
    """An answer of more than 10 MiB: ask for less at a time."""


class NoObject(Malformed):
    """Something else than an event, where one was asked for: some servers answer so where there is none."""


class Redirected(Malformed):
    """The server wants the request sent elsewhere; it was not carried out."""


class GuardedAdapter(TrustingAdapter):
    """Reads each answer up to a size and a deadline, before anything else sees it."""

    def __init__(self, timeout: float, context: ssl.SSLContext | None = None) -> None:
        """`timeout` in seconds; `context` says whose certificates are trusted besides those that requests brings."""
        super().__init__(context)
        self._timeout = timeout

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: Cert = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request; its answer is in memory, checked, when this returns."""
        deadline = time.monotonic() + _PATIENCE * self._timeout
        response = super().send(
            request, stream=True, timeout=self._timeout, verify=verify, cert=cert, proxies=proxies
        )
        host = origin_of(response.url).host
        try:
            body = _read(response, host, deadline)
        except HTTPError as error:
            response.close()
            slow = isinstance(error, ReadTimeoutError)
            raise (requests.ReadTimeout if slow else requests.ConnectionError)(
                error, request=request
            ) from error
        except BaseException:
            response.close()
            raise
        response.raw = io.BytesIO(_checked(response, body, host))
        return response


def _unheard(_: str) -> None:
    """Nobody asks what time it is there."""


class GuardedSession(requests.Session):
    """Follows redirects inside the account's origin only, and only where nothing is written."""

    def __init__(
        self, origin: Origin, timeout: float, ca_file: str = "", heard: Callable[[str], None] = _unheard
    ) -> None:
        """Environment proxies and .netrc are left alone: what an account uses stands in its settings.

        `heard` is told the Date of every answer, "" where it has none.
        """
        super().__init__()
        self._origin = origin
        self._heard = heard
        self.trust_env = False
        self._timeout, self._ca_file, self._ready = timeout, ca_file, False

    def request(  # type: ignore[override]
        self, method: str, url: str, **how: object
    ) -> requests.Response:
        """One request with its redirects.

        Raises Redirected for one that leads elsewhere, Forbidden where `ca_file` cannot be read.
        """
        self._prepare()
        for _ in range(_MAX_REDIRECTS):
            self._stay(url)
            response = self._once(method, url, how)
            self._heard(response.headers.get("Date", ""))
            target = response.headers.get("Location", "")
            if response.status_code not in _REDIRECTS or not target:
                return response
            url = urljoin(url, target)
            self._stay(url)
            if method.upper() not in _READS:
                raise Redirected(f"{self._origin.host} redirects what should be written; correct `url`")
        raise Redirected(f"{self._origin.host} redirects in a circle; correct `url`")

    def _prepare(self) -> None:
        """Read certificates at the first request: a file that is none stops this account and no other."""
        if self._ready:
            return
        encrypted = self._origin.scheme == "https"
        context = trust(ssl.create_default_context(), self._ca_file) if encrypted else None
        adapter = GuardedAdapter(self._timeout, context)
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        self._ready = True

    def _once(self, method: str, url: str, how: Mapping[str, object]) -> requests.Response:
        return super().request(method, url, **{**how, "allow_redirects": False})  # type: ignore[arg-type]

    def _stay(self, url: str) -> None:
        try:
            same = origin_of(url) == self._origin
        except ValueError as error:
            raise Redirected(f"{self._origin.host} redirects to something that is not a URL") from error
        if not same:
            raise Redirected(elsewhere(str(self._origin), url))


def _read(response: requests.Response, host: str, deadline: float) -> bytes:
    body = bytearray()
    for chunk in response.raw.stream(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise TooLarge(f"{host} answers with more than {MAX_ANSWER // 1024**2} MiB")
        if time.monotonic() > deadline:
            raise requests.ReadTimeout(f"{host} does not finish its answer", request=response.request)
    return bytes(body)


def _checked(response: requests.Response, body: bytes, host: str) -> bytes:
    """The body, if it may be looked at. What is not the protocol is neither kept, parsed nor logged."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    method = response.request.method
    if not 200 <= response.status_code < 300:
        return body if "xml" in kind and _is_xml(body, host) else b""
    if method in {"PROPFIND", "REPORT"}:
        if kind in _PAGES or not _is_xml(body, host):
            raise Malformed(f"{host} answers with something else where CalDAV was expected; correct `url`")
        return body
    if method == "GET" and body and kind not in _OBJECTS:
        raise NoObject(
            f"{host} answers with {kind or 'something'} where an event was expected; correct `url`"
        )
    return body if method == "GET" else b""


def _is_xml(body: bytes, host: str) -> bool:
    """True for well-formed XML. Raises Malformed for a document type: entities are how bombs are built; TooLarge for so
    many tags, or attributes, that a tree of them would fill the memory.
    """
    if body.count(b"<") > _MAX_TAGS or _LONG_TAG.search(body):
        raise TooLarge(f"{host} answers with more tags than a calendar has")
    try:
        tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.LxmlError, ValueError):
        return False
    if tree.getroottree().docinfo.internalDTD is not None:
        raise Malformed(f"{host} answers with a document type definition, which CalDAV never has")
    return True
