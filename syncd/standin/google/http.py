"""HTTP: reads requests, meets faults, writes answers."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from syncd.standin.google.answers import ApiError, Json
from syncd.standin.google.discovery import check, method_of
from syncd.standin.google.faults import Fault, Faults, Phase
from syncd.standin.google.ledger import Call, Sent
from syncd.standin.google.oauth import OAuth, OAuthError, form_of
from syncd.standin.google.service import Request, answer
from syncd.standin.google.world import World

BASE = "/calendar/v3/"
_WEB_PAGE = b"<!DOCTYPE html><title>Sign in</title><p>Please sign in to this network."


class Listener(ThreadingHTTPServer):
    """Listens on a free loopback port, a thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, world: World, oauth: OAuth, faults: Faults) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.world = world
        self.oauth = oauth
        self.faults = faults


class Handler(BaseHTTPRequestHandler):
    """One connection: the OAuth server's two addresses, and the API below BASE."""

    protocol_version = "HTTP/1.1"
    server: Listener
    timeout = 30
    disable_nagle_algorithm = True  # head and body of an answer are two writes

    def do_GET(self) -> None:
        """Answer a GET."""
        self._handle()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._handle()

    def do_PATCH(self) -> None:
        """Answer a PATCH."""
        self._handle()

    def do_PUT(self) -> None:
        """Answer a PUT."""
        self._handle()

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self._handle()

    def log_message(self, format: str, *args: object) -> None:
        """Tests print nothing."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        google = self.server
        headers = {name.lower(): value for name, value in self.headers.items() if name != "Authorization"}
        google.world.ledger.sent.append(Sent(self.command, parts.path, parts.query, headers, body.decode()))
        try:
            if parts.path == "/auth" and self.command == "GET":
                self._redirect(google.oauth.authorize(parse_qs(parts.query)))
            elif parts.path == "/token" and self.command == "POST":
                self._send(200, google.oauth.token(form_of(body), self.headers.get("Authorization", "")))
            elif parts.path.startswith(BASE):
                self._api(parts.path.removeprefix(BASE), parse_qs(parts.query, keep_blank_values=True), body)
            else:
                raise ApiError(404, "notFound", f"no such address: {parts.path}", violation=True)
        except OAuthError as error:
            self._send(error.status, error.body)
        except ApiError as error:
            self._refuse(error)

    def _api(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        google = self.server
        bearer = google.oauth.bearer(self.headers.get("Authorization", ""))
        method = method_of(self.headers.get("X-HTTP-Method-Override", self.command), path)
        parsed: Json | None = json.loads(body) if body else None
        given = check(method, query, parsed)
        fault = google.faults.take(method.name)
        if fault is not None and fault.phase in {Phase.HANG_BEFORE, Phase.DROP_BEFORE}:
            google.world.ledger.calls.append(Call(method.name, bearer.user, given, parsed, "", 0))
            self._vanish(hang=fault.phase is Phase.HANG_BEFORE)
            return
        request = Request(method, given, parsed, self.headers.get("If-Match", ""), bearer)
        status, told, refused = self._answered(request, fault)
        call = Call(method.name, bearer.user, given, parsed, request.if_match, status)
        google.world.ledger.calls.append(call)
        if refused is not None:
            raise refused
        self._met_after(fault, status, told)

    def _answered(self, request: Request, fault: Fault | None) -> tuple[int, Json | None, ApiError | None]:
        world = self.server.world
        with world.lock:
            world.before.pop(request.method.name, lambda: None)()
            try:
                if fault is not None and fault.phase is Phase.REFUSED:
                    raise _refusal(fault)
                told = answer(world, request, fault)
            except ApiError as error:
                return error.status, None, error
        return (200 if told is not None else 204), told, None

    def _met_after(self, fault: Fault | None, status: int, told: Json | None) -> None:
        match fault.phase if fault else None:
            case Phase.HANG_AFTER:
                self._vanish(hang=True)
            case Phase.DROP_AFTER:
                self._vanish(hang=False)
            case Phase.ERROR_AFTER if fault is not None:
                self._refuse(_refusal(fault))
            case Phase.TRUNCATED:
                self._send(status, told, cut=True)
            case Phase.HTML:
                self._raw(200, _WEB_PAGE, "text/html")
            case Phase.EMPTY:
                self._send(200, {})
            case Phase.UNFINISHED:
                self._send(status, {**(told or {}), "nextSyncToken": ""})
            case _:
                self._send(status, told)

    def _vanish(self, *, hang: bool) -> None:
        """Say nothing: until the other side gives up, or at once."""
        self.close_connection = True
        if hang:
            self.connection.settimeout(20)
            try:
                self.connection.recv(1)
            except OSError:
                return

    def _refuse(self, error: ApiError) -> None:
        if error.violation:
            self.server.world.ledger.violations.append(
                f"{self.command} {urlsplit(self.path).path}: {error.message}"
            )
        self._send(error.status, error.body, headers=error.headers)

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(
        self, status: int, told: Json | None, *, cut: bool = False, headers: dict[str, str] | None = None
    ) -> None:
        content = b"" if told is None else json.dumps(told).encode()
        self._raw(status, content, "application/json; charset=UTF-8", cut=cut, headers=headers)

    def _raw(
        self,
        status: int,
        content: bytes,
        kind: str,
        *,
        cut: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        if cut:
            self.close_connection = True


def _refusal(fault: Fault) -> ApiError:
    refused = ApiError(fault.status, fault.reason)
    if fault.retry_after is not None:
        refused.headers["Retry-After"] = str(fault.retry_after)
    return refused
