"""The stand-in as an HTTP server on a free loopback port."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import time
from types import TracebackType
from typing import Self

from syncd.standin.google.answers import Json
from syncd.standin.google.faults import Fault, Faults
from syncd.standin.google.http import BASE, Listener
from syncd.standin.google.ledger import Call, Mail, Sent
from syncd.standin.google.oauth import OAuth
from syncd.standin.google.person import Person
from syncd.standin.google.world import World


def _real_time() -> datetime:
    return datetime.fromtimestamp(time(), UTC)


class StandIn:
    """Google Calendar and its OAuth server, from `with` to its end. `violations` must be empty afterwards."""

    def __init__(self, clock: Callable[[], datetime] = _real_time) -> None:
        """`clock` dates events, mails and quota; access tokens live by real time."""
        self.world = World(clock)
        self.oauth = OAuth(people=lambda: self.world.users)
        self.faults = Faults()
        self._http = Listener(self.world, self.oauth, self.faults)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
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
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def api_endpoint(self) -> str:
        """What settings call `api_endpoint`."""
        return self.url + BASE

    @property
    def token_uri(self) -> str:
        """What settings call `token_uri`."""
        return self.url + "/token"

    @property
    def auth_uri(self) -> str:
        """What settings call `auth_uri`: the consent screen."""
        return self.url + "/auth"

    @property
    def violations(self) -> list[str]:
        """Requests that no documentation allows."""
        return self.world.ledger.violations

    @property
    def sent(self) -> list[Sent]:
        """Every request as it came, to the OAuth server too, in order."""
        return self.world.ledger.sent

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

    def consented(self, email: str, scopes: Iterable[str]) -> Json:
        """What the token file of somebody holds who has consented already."""
        return {
            "refresh_token": self.oauth.grant(email, scopes),
            "client_id": self.oauth.client_id,
            "client_secret": self.oauth.client_secret,
            "scopes": sorted(scopes),
        }

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
