"""The stand-in as an HTTP server on a free loopback port."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import time
from types import TracebackType

from connectors.google.config import LEAST_SCOPES, GoogleConfig
from connectors.google.tokens import write_token
from tests.servers.google.faults import Fault, Faults
from tests.servers.google.http import BASE, Listener
from tests.servers.google.keys import service_key
from tests.servers.google.ledger import Call, Mail
from tests.servers.google.oauth import OAuth
from tests.servers.google.person import Person
from tests.servers.google.world import World


def _real_time() -> datetime:
    return datetime.fromtimestamp(time(), UTC)


class GoogleServer:
    """Google Calendar and its OAuth server, from `with` to its end. `violations` must be empty afterwards."""

    def __init__(self, clock: Callable[[], datetime] = _real_time) -> None:
        """`clock` dates events, mails and quota; access tokens live by real time."""
        self.world = World(clock)
        self.oauth = OAuth()
        self.faults = Faults()
        self._http = Listener(self.world, self.oauth, self.faults)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> GoogleServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)
        if kind is None and self.violations:
            raise AssertionError("\n".join(self.violations))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def api_endpoint(self) -> str:
        return self.url + BASE

    @property
    def token_uri(self) -> str:
        return self.url + "/token"

    @property
    def auth_uri(self) -> str:
        return self.url + "/auth"

    @property
    def violations(self) -> list[str]:
        """Requests that no documentation allows."""
        return self.world.ledger.violations

    @property
    def calls(self) -> list[Call]:
        """Every request to the API, in order."""
        return self.world.ledger.calls

    def mails(self, recipient: str) -> list[Mail]:
        """What Google mailed to somebody, in order."""
        return [mail for mail in self.world.ledger.mails if mail.recipient == recipient]

    def person(self, email: str, name: str = "", zone: str = "Europe/Berlin") -> Person:
        """Somebody with a Google account, made on first use."""
        with self.world.lock:
            if email not in self.world.users:
                self.world.add_user(email, name, zone)
        return Person(self.world, email)

    def share(self, calendar: str, user: str, role: str) -> None:
        """Give somebody a role on a calendar ("" takes it away)."""
        with self.world.lock:
            box = next(box for box in self.world.calendars.values() if calendar in {box.id, box.summary})
            box.acl.pop(user, None)
            if role:
                box.acl[user] = role

    def fail(self, *faults: Fault) -> None:
        """Arrange for faults; none clears those that wait."""
        if faults:
            self.faults.add(*faults)
        else:
            self.faults.clear()

    def before(self, method: str, action: Callable[[], None]) -> None:
        """Let something happen just before the next request of this method is answered."""
        self.world.before[method] = action

    def config(
        self, account: str, email: str, folder: Path, scopes: Iterable[str] = LEAST_SCOPES
    ) -> GoogleConfig:
        """Settings of an account whose owner has consented already; the token file is in `folder`."""
        token = folder / f"{account}.json"
        write_token(
            token,
            {
                "refresh_token": self.oauth.grant(email, scopes),
                "client_id": self.oauth.client_id,
                "client_secret": self.oauth.client_secret,
                "scopes": sorted(scopes),
            },
        )
        return replace(self._addresses(account, token), scopes=tuple(scopes))

    def service_config(self, account: str, folder: Path, subject: str = "") -> GoogleConfig:
        """Settings of a service account whose key is in `folder`."""
        email = f"{account}@project.example.org"
        key = service_key(email, self.token_uri)
        self.oauth.service_keys[email] = key.public
        path = folder / f"{account}-key.json"
        path.write_text(json.dumps(key.info))
        self.person(email)
        return replace(self._addresses(account, path), token=None, service_account=path, subject=subject)

    def client_secrets(self, folder: Path) -> Path:
        """The file that the Google console offers for a desktop app."""
        path = folder / "client_secret.json"
        client = {
            "client_id": self.oauth.client_id,
            "client_secret": self.oauth.client_secret,
            "auth_uri": "https://accounts.example.org/auth",
            "token_uri": "https://accounts.example.org/token",
            "redirect_uris": ["http://localhost"],
        }
        path.write_text(json.dumps({"installed": client}))
        return path

    def _addresses(self, account: str, token: Path) -> GoogleConfig:
        return GoogleConfig(
            account=account,
            token=token,
            api_endpoint=self.api_endpoint,
            token_uri=self.token_uri,
            auth_uri=self.auth_uri,
        )
