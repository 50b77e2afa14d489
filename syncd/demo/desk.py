"""Where people sit in the demo: Dana at her calendar, clients at theirs, an admin at the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from syncd.demo.clients import answer, invitations, uid
from syncd.demo.program import CalendarProgram
from syncd.demo.servers import CalendarServer, radicale

CALENDAR = "Practice"


class Desk(Protocol):
    """One kind of calendar with everybody who uses it. `account` is its part of the settings."""

    @property
    def account(self) -> str:
        """The `[accounts.demo]` table."""

    @property
    def directions(self) -> tuple[str, ...]:
        """How a person reaches the calendar; nothing where it has no screen."""

    def put(self, name: str, text: str) -> None:
        """Dana enters an event, given as iCalendar text."""

    def retitle(self, name: str, title: str) -> None:
        """Dana changes an event's title."""

    def export(self, folder: Path, name: str) -> None:
        """Write the whole calendar into a file of this name, with the ending that fits."""

    def invited(self, address: str) -> Iterator[str]:
        """The events that this address was invited to, oldest first."""

    def answer(self, event: str, address: str, how: str, now: datetime) -> None:
        """A client answers; `how` is accept or decline."""

    def deliver(self, mails: Path) -> None:
        """Put what the calendar server itself has mailed into the Maildirs below `mails`."""


@dataclass(slots=True)
class CalDavDesk:
    """Dana's calendar is on Radicale; clients answer by mail."""

    work: Path
    server: CalendarServer
    program: CalendarProgram
    mails: Path
    port: int

    @property
    def account(self) -> str:
        """An account with a password file."""
        password = self.work / "password"
        password.write_text(self.server.password, encoding="utf-8")
        return f"""\
type = "caldav"
url = "{self.server.url}"
username = "{self.server.user}"
password = {{ file = "{password}" }}
"""

    @property
    def directions(self) -> tuple[str, ...]:
        """For any calendar program."""
        server = self.server
        return (
            f"Calendar server: {server.url}  user: {server.user}  password: {server.password}",
            f"The calendar is {self.program.url}.",
        )

    def put(self, name: str, text: str) -> None:
        """By PUT."""
        self.program.put(name, text)

    def retitle(self, name: str, title: str) -> None:
        """By PUT."""
        self.program.retitle(name, title)

    def export(self, folder: Path, name: str) -> None:
        """As iCalendar."""
        self.program.export(folder / f"{name}.ics")

    def invited(self, address: str) -> Iterator[str]:
        """By the mails they got."""
        return (uid(one) for one in invitations(self.mails, address))

    def answer(self, event: str, address: str, how: str, now: datetime) -> None:
        """By mail."""
        (invitation,) = (one for one in invitations(self.mails, address) if uid(one) == event)
        answer(invitation, address, how, self.port, now)

    def deliver(self, mails: Path) -> None:
        """Radicale mails nothing."""


@contextmanager
def caldav_desk(work: Path, mails: Path, port: int) -> Iterator[CalDavDesk]:
    """Radicale with Dana's empty calendar, ended with the block; `port` is where mail is taken."""
    with radicale(work / "radicale") as server:
        yield CalDavDesk(work, server, CalendarProgram.create(server, CALENDAR), mails, port)
