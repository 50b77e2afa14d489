"""An office as an admin sets it up: a settings folder that points to real servers on loopback."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import time

from tests import forked
from tests.forked import Ended
from tests.scenario import ics
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.smtp import SmtpServer

SENDER = "office@example.org"
PASSWORD = "correct horse"
MAIL_PASSWORD = "battery staple"

SETTINGS = """
[practice]
name = "Maple Street Therapy"
timezone = "Europe/Berlin"
phone = "+49 30 5550100"
email = "{sender}"
crisis_contact = "Crisis line: 0800 1110111"
{practice}

[policy]
review_first = 0

[[therapists]]
id = "dana"
name = "Dana Okafor"
email = "{email}"
account = "home"
calendar = "{calendar}"
hours = {{ mon = ["09:00-18:00"], tue = ["09:00-18:00"], wed = ["09:00-18:00"], thu = ["09:00-18:00"] }}
{therapist}

[accounts.home]
type = "caldav"
url = "{url}"
username = "dana"
password = {{ file = "dav-password" }}
timeout = "2m"
{account}

[mail]
from = "{sender}"
smtp = {{ host = "{host}", port = {smtp}, {security}, username = "office", password = {{ file = "mail-password" }} }}
{mailbox}

[clients]
file = "clients.csv"

[store]
url = "sqlite:///{store}"
"""
ROSTER = """id,name,email,phone,initials,since
c01,Ada Brandt,ada@example.com,+49 30 5550101,AB,2025-01-13
c02,Ben Castillo,ben@example.com,+49 30 5550102,BC,2025-02-10
"""


@dataclass
class Office:
    """A settings folder; `keys` are what stands in the file, changed before a command as a test needs."""

    folder: Path
    server: DavServer
    calendar: DavCalendar
    mail: SmtpServer
    keys: dict[str, object] = field(default_factory=dict)
    roster: str = ROSTER

    def __post_init__(self) -> None:
        self.keys = {
            "sender": SENDER,
            "calendar": self.calendar.name,
            "url": f"{self.server.url}/",
            "host": "127.0.0.1",
            "security": 'security = "none"',
            "smtp": self.mail.port,
            "mailbox": f'maildir = "{self.mail.maildir(SENDER)}"',
            "store": self.folder / "state" / "syncd.db",
            "email": "dana@example.org",
            "practice": "",
            "therapist": "",
            "account": "",
        }
        self.secret("dav-password", PASSWORD)
        self.secret("mail-password", MAIL_PASSWORD)

    @property
    def path(self) -> Path:
        """The settings file."""
        return self.folder / "syncd.toml"

    def secret(self, name: str, word: str) -> Path:
        """A private file with a secret."""
        path = self.folder / name
        path.write_text(f"{word}\n")
        path.chmod(0o600)
        return path

    def write(self) -> Path:
        """Write settings and roster."""
        self.path.write_text(SETTINGS.format(**self.keys))
        roster = self.folder / "clients.csv"
        roster.write_text(self.roster)
        roster.chmod(0o600)
        return self.path

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> Ended:
        """The real command in a process of its own, on these settings."""
        if not self.path.exists():
            self.write()
        return syncd(*arguments, config=self.path, env=env)


def syncd(*arguments: str, config: Path | None = None, env: dict[str, str] | None = None) -> Ended:
    """The installed command, as a person types it."""
    surroundings = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", **(env or {})}
    if config is not None:
        surroundings["SYNCD_CONFIG"] = str(config)
    return forked.run(arguments, surroundings, 600)


def now() -> datetime:
    """The machine's time: the command under test reads it too."""
    return datetime.fromtimestamp(time(), UTC)


def monday(weeks: int) -> date:
    """The Monday so many weeks after this week's."""
    today = now().date()
    return today + timedelta(days=7 * weeks - today.weekday())


def with_leave(calendar: DavCalendar, weeks: int = 4) -> None:
    """Two weekly sessions since half a year, and a week of leave over them."""
    first = monday(-26)
    for uid, initials, day, hour in (("ab", "AB", 0, 10), ("bc", "BC", 1, 11)):
        start = datetime(first.year, first.month, first.day, hour, tzinfo=UTC) + timedelta(days=day)
        calendar.put_text(ics.weekly(f"{uid}-series", initials, start, 50), f"{uid}-series")
    calendar.put_text(ics.all_day("leave", "Vacation", monday(weeks), 5), "leave")
