"""An office as its admin sets it up: settings, roster, passwords, and servers on loopback that they point to."""

from __future__ import annotations

import email
import os
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path

from tests.scenario.household import OFFICE
from tests.servers.dav import DavCalendar
from tests.servers.smtp import SmtpServer

PRACTICE = """\
[practice]
name = "Maple Street"
timezone = "{zone}"
phone = "+49 30 1234"
email = "{office}"

[policy]
{policy}

[mail]
from = "{office}"
smtp = {{ host = "127.0.0.1", port = {smtp}, security = "none" }}
maildir = "{maildir}"
{mail}

[clients]
file = "clients.csv"

[store]
url = "sqlite:///{store}"

[daemon]
{daemon}
"""
THERAPIST = """
[[therapists]]
id = "{id}"
name = "{name}"
email = "{id}@example.org"
account = "{id}s"
calendar = "{calendar}"
hours = {{ mon = {hours}, tue = {hours}, wed = {hours}, thu = {hours}, fri = {hours} }}

[accounts.{id}s]
type = "caldav"
url = "{url}"
username = "{user}"
password = {{ file = "{id}-password" }}
timeout = "{timeout}"
delivery = "{delivery}"
"""
HOURS = '["09:00-13:00", "14:00-18:00"]'
ROSTER = """\
id,name,email,phone,initials,therapist
c1,Ada Brandt,ada@example.net,,AB,dana
c2,Ben Castillo,ben@example.net,,BC,dana
c3,Cleo Dietz,,030 5550103,CD,dana
"""


# A story counts mails: thanks and notes on the eve are told of elsewhere.
QUIET = {"review_first": "0", "thank_you": "false", "eve_note": "false"}


@dataclass
class Desk:
    """One therapist with an account of her own. `url` is where the account is reached, a proxy's for some tests."""

    id: str
    name: str
    calendar: DavCalendar
    url: str = ""
    password: str = ""
    delivery: str = "auto"
    timeout: str = "2m"

    def __str__(self) -> str:
        """Their part of the settings."""
        server = self.calendar.server
        return THERAPIST.format(
            id=self.id,
            name=self.name,
            calendar=self.calendar.name,
            hours=HOURS,
            url=f"{self.url or server.url}/",
            user=server.username,
            delivery=self.delivery,
            timeout=self.timeout,
        )


@dataclass
class Office:
    """Settings in a folder of their own, written by `write`, and the post office. Values are TOML."""

    folder: Path
    desks: Sequence[Desk]
    post: SmtpServer
    roster: str = ROSTER
    zone: str = "Europe/Berlin"
    policy: Mapping[str, str] = field(default_factory=lambda: dict(QUIET))
    mail: Mapping[str, str] = field(default_factory=dict)
    daemon: Mapping[str, str] = field(default_factory=dict)
    therapists: str = ""  # more of them, or more keys of the last one

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.folder / "syncd.toml"

    @property
    def store_url(self) -> str:
        """Where the store is."""
        return f"sqlite:///{self.folder / 'state' / 'syncd.db'}"

    def write(self) -> Path:
        """Write settings, roster and passwords; returns the settings file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._private("clients.csv", self.roster)
        for desk in self.desks:
            self._private(f"{desk.id}-password", desk.password or desk.calendar.server.password)
        practice = PRACTICE.format(
            zone=self.zone,
            office=OFFICE,
            policy=_lines(self.policy),
            smtp=self.post.port,
            maildir=self.post.maildir(OFFICE),
            mail=_lines(self.mail),
            store=self.folder / "state" / "syncd.db",
            daemon=_lines(self.daemon),
        )
        self.config.write_text(practice + "".join(map(str, self.desks)) + self.therapists, encoding="utf-8")
        return self.config

    def received(self, address: str) -> list[EmailMessage]:
        """What an address has got, oldest first."""
        return [_parsed(content) for content in self.post.messages(address)]

    def arrive(self, content: bytes, at: datetime | None = None) -> None:
        """A message for the practice comes by SMTP, at the time that the office's clock shows."""
        box = self.post.maildir(OFFICE) / "new"
        before = set(box.iterdir())
        with smtplib.SMTP("127.0.0.1", self.post.port, timeout=120) as connection:
            connection.send_message(_parsed(content), to_addrs=[OFFICE])
        (arrived,) = set(box.iterdir()) - before
        if at is not None:
            os.utime(arrived, (at.timestamp(), at.timestamp()))

    def _private(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


def _lines(keys: Mapping[str, str]) -> str:
    return "\n".join(f"{key} = {value}" for key, value in keys.items())


def _parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=POLICY)
    assert isinstance(message, EmailMessage)
    return message
