"""A CalDAV server that schedules (RFC 6638): several users, one way out for mail, perhaps one in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from tests.servers.dav import DavServer
from tests.servers.smtp import SmtpServer

DOMAIN = "example.org"  # the server's own; everybody else is outside

USERS: Mapping[str, str] = {"dana": "correct horse", "noor": "battery staple"}


@dataclass(frozen=True)
class SchedulingServer:
    """A running server. `post` gets the mail it sends; `take_in` gives it a mail, as its own mail server would."""

    name: str
    users: Mapping[str, DavServer]
    post: SmtpServer
    take_in: Callable[[str, EmailMessage], None]

    def address(self, user: str) -> str:
        """By which mail address the server knows a user."""
        return f"{user}@{DOMAIN}"
