"""A practice on disk: calendars in Radicale's own folders, a roster, a settings file, and the installed command."""

from __future__ import annotations

import csv
import io
import json
import mailbox
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic
from typing import Any, cast
from zoneinfo import ZoneInfo

import icalendar

from tests import forked
from tests.look.opened import read
from tests.outside.practice import files
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 2, 10, 0, tzinfo=BERLIN)  # a Tuesday
AWAY = date(2026, 6, 29)  # the Monday on which everybody's leave begins
OFFICE = "office@example.org"
NOBODY = "nobody.example"  # whoever is written to there is refused
COLUMNS = (
    *(
        "id",
        "name",
        "salutation",
        "email",
        "second_email",
        "aliases",
        "phone",
        "therapist",
        "initials",
        "contact",
        "consent",
        "discreet",
    ),
    *(
        "approach",
        "priority",
        "phase",
        "since",
        "significance",
        "timezone",
        "windows",
        "language",
        "resources",
        "mode",
    ),
    *("fixed_hour", "apart_from"),
    *("max_offers", "max_makeups", "choices", "cover_ok", "extend_ok"),
)
HOURS = (
    'hours = { mon = ["09:00-17:00"], tue = ["09:00-17:00"], wed = ["09:00-17:00"], thu = ["09:00-17:00"] }'
)


@dataclass(frozen=True)
class Client:
    """A roster line and the client's weekly session: weekday (0 is Monday) and hour."""

    initials: str
    day: int
    hour: int
    cells: Mapping[str, str] = field(default_factory=dict)
    more: tuple[tuple[int, int], ...] = ()  # further weekly sessions
    weeks: int = 1
    known: str = ""  # the address in the calendar, where it is another


AB = Client("AB", 0, 10)
CD = Client("CD", 1, 11)


@dataclass(frozen=True)
class Therapist:
    """One therapist: settings of their own, clients, what stands in the calendar, and the leave."""

    id: str
    keys: str = ""
    clients: tuple[Client, ...] = (AB, CD)
    leave: str = "Vacation"
    note: str = ""  # the leave's description
    days: int = 5
    hours: str = HOURS
    events: Mapping[str, str] = field(default_factory=dict)  # file name -> text; there from the start
    later: Mapping[str, str] = field(default_factory=dict)  # put beside the leave
    email: str = ""
    acts: Callable[[House, str], None] | str = (
        ""  # what happens a day later; "on Sunday": the leave comes then
    )

    @property
    def address(self) -> str:
        """Where their letters go."""
        return self.email or f"{self.id}@example.org"


@dataclass(frozen=True)
class Entry:
    """One event in a calendar as a person sees it."""

    title: str
    start: datetime | date
    end: datetime | date
    status: str
    uid: str
    text: str

    @property
    def weekday(self) -> int:
        """0 is Monday."""
        return self.start.weekday()


@dataclass(frozen=True)
class View:
    """Calendars and mailboxes as people find them."""

    folder: Path

    def calendar(self, name: str) -> Path:
        """A calendar's folder."""
        return self.folder / "collections/collection-root/dana" / name

    def entries(self, calendar: str) -> list[Entry]:
        """Everything that stands in a calendar, each event of each object once."""
        assert self.calendar(calendar).is_dir(), f"{calendar} does not work in this practice"
        return [
            Entry(
                str(event.get("SUMMARY", "")),
                _berlin(event.start),
                _berlin(event.end),
                str(event.get("STATUS", "")),
                str(event["UID"]),
                path.read_text(),
            )
            for path in sorted(self.calendar(calendar).glob("*.ics"))
            for event in icalendar.Calendar.from_ical(path.read_bytes()).events
        ]

    def offers(self, calendar: str) -> dict[str, list[Entry]]:
        """What stands there tentatively: times kept for a client, by initials."""
        found: dict[str, list[Entry]] = {}
        for one in self.entries(calendar):
            if one.status == "TENTATIVE":
                found.setdefault(one.title[:2], []).append(one)
        return found

    def cancelled(self, calendar: str) -> set[str]:
        """Initials of the clients of whom a session has been cancelled."""
        return {
            one.uid.split("-")[1]
            for one in self.entries(calendar)
            if one.status == "CANCELLED" and one.uid.startswith(f"{calendar}-")
        }

    def mails(self, address: str) -> list[EmailMessage]:
        """What an address has got, in order."""
        return [
            message_from_bytes(raw, policy=policy.default)
            for raw in SmtpServer(self.folder / "mail").messages(address)
        ]

    def got(self, therapist: str, initials: str = "AB") -> list[EmailMessage]:
        """What a client has got."""
        assert self.calendar(therapist).is_dir(), f"{therapist} does not work in this practice"
        return self.mails(f"{therapist}-{initials.lower()}@example.net")


@dataclass
class House:
    """All of it. `at` starts the calendar server at a moment; commands run one after the other from then on."""

    folder: Path
    post: SmtpServer
    therapists: Sequence[Therapist]
    practice: str = ""
    limits: str = "therapist_hour = 1000\npractice_hour = 5000"
    moment: datetime = NOW
    port: int = field(default_factory=free_port)
    password: str = "x"  # that the calendar server lets in
    user: str = "dana"  # as whom, and in whose folder calendars are found
    serves_at: Callable[[datetime], None] | None = None  # sets the clock of the server that runs

    def __post_init__(self) -> None:
        for one in self.therapists:
            self.calendar(one.id)
            for name, text in self._standing(one).items():
                self.put(one.id, name, text)
        self.write()

    def _standing(self, one: Therapist) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, client in enumerate(one.clients):
            mail = client.known or ("" if number % 2 else address(one.id, client))  # else known by initials
            title = "Appointment" if mail else client.initials
            for at, (day, hour) in enumerate(((client.day, client.hour), *client.more)):
                start = datetime.combine(date(2025, 6, 2) + timedelta(day), time(hour), BERLIN)
                found[f"{client.initials}-{at}"] = files.timed(
                    f"{one.id}-{client.initials}-{at}",
                    title,
                    start,
                    rule=f"RRULE:FREQ=WEEKLY;INTERVAL={client.weeks}\r\n",
                    who=mail,
                    organizer=one.address,
                    extra=list(files.SHAPES.values())[(number + at) % len(files.SHAPES)],
                )
        return {**found, **one.events}

    def calendar(self, name: str) -> Path:
        """A calendar's folder, made if need be."""
        box = self.folder / "collections/collection-root/dana" / name
        if not box.exists():
            box.mkdir(parents=True)
            (box / ".Radicale.props").write_text(json.dumps({"tag": "VCALENDAR", "D:displayname": name}))
        return box

    def put(self, calendar: str, name: str, text: str) -> None:
        """Store a file as the server itself would. `name` may begin with another calendar: `away/leave`."""
        elsewhere, _, name = name.rpartition("/")
        (self.calendar(elsewhere or calendar) / f"{name}.ics").write_text(text, newline="")

    def remove(self, calendar: str, name: str) -> None:
        """Delete one."""
        (self.calendar(calendar) / f"{name}.ics").unlink()

    def edit(self, calendar: str, initials: str, change: Callable[[str], str]) -> None:
        """The therapist changes the time that is kept for a client, in a program of their own."""
        (kept,) = View(self.folder).offers(calendar)[initials]
        path = self.calendar(calendar) / f"{kept.uid}.ics"
        path.write_text(change(path.read_bytes().decode()), newline="")

    def blocks_leave(self, *only: str) -> None:
        """Everybody, or those named, enters their leave, and whatever belongs beside it."""
        for one in self.therapists:
            if only and one.id not in only:
                continue
            for name, text in one.later.items():
                self.put(one.id, name, text)
            if one.leave:
                note = f"TRANSP:TRANSPARENT\r\nDESCRIPTION:{one.note}\r\n"
                self.put(one.id, "leave", files.all_day(f"{one.id}-leave", one.leave, AWAY, one.days, note))

    def write(self) -> None:
        """Settings, roster and password on disk."""
        self.secret("password", self.password)
        self.settings.write_text(self._settings())
        (self.folder / "clients.csv").write_text(self._roster())

    def secret(self, name: str, word: str) -> Path:
        """A password in a file that nobody else can read."""
        path = self.folder / name
        path.write_text(word)
        path.chmod(0o600)
        return path

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.folder / "syncd.toml"

    def _roster(self) -> str:
        out = io.StringIO()
        sheet = csv.DictWriter(out, COLUMNS)
        sheet.writeheader()
        for one in self.therapists:
            for client in one.clients:
                row = {
                    "id": f"{one.id}-{client.initials}",
                    "name": f"{client.initials[0]}lex {client.initials[1]}immer",
                    "email": address(one.id, client),
                    "therapist": one.id,
                    "initials": client.initials,
                    "phone": "+49 30 5550100",
                }
                sheet.writerow(row | dict(client.cells))
        return out.getvalue()

    def _settings(self) -> str:
        tables = "\n".join(
            f'[[therapists]]\nid = "{one.id}"\nname = "Dana {one.id.title()}"\nemail = "{one.address}"\n'
            f'account = "home"\ncalendar = "{one.id}"\n{one.hours}\n{one.keys}\n'
            for one in self.therapists
        )
        return f"""
[practice]
name = "Maple Street Practice"
timezone = "Europe/Berlin"
{self.practice}
[policy]
review_first = 0
settle = "0m"
tell_first = false
[limits]
{self.limits}
{tables}
[accounts.home]
type = "caldav"
url = "http://127.0.0.1:{self.port}/"
username = "{self.user}"
password = {{ file = "password" }}
delivery = "imip"
[mail]
from = "{OFFICE}"
smtp = {{ host = "127.0.0.1", port = {self.post.port}, security = "none" }}
maildir = "{self.post.maildir(OFFICE)}"
[clients]
file = "clients.csv"
[store]
url = "sqlite:///{self.folder}/syncd.db"
"""

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Serve the calendars at this moment, for as long as it takes."""
        self.moment = moment
        config = self.folder / "radicale.conf"
        (self.folder / "users").write_text(f"{self.user}:{self.password}\n")
        config.write_text(
            f"[server]\nhosts = 127.0.0.1:{self.port}\n[auth]\ntype = htpasswd\nhtpasswd_encryption = plain\n"
            f"delay = 0\nhtpasswd_filename = {self.folder}/users\n"
            f"[storage]\nfilesystem_folder = {self.folder}/collections\n[logging]\nlevel = error\n"
        )
        arguments = ["--config", str(config)]
        log = self.folder / "radicale.log"
        with forked.serving("radicale", arguments, self.port, log, moment) as sets:
            self.serves_at = sets
            try:
                yield
            finally:
                self.serves_at = None

    @property
    def env(self) -> dict[str, str]:
        """What commands run with."""
        return {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}

    def run(self, *arguments: str, status: int | None = 0, **env: str) -> forked.Ended:
        """The installed command on these settings. `status`: how it has to end, None for whatever comes."""
        config = ["--config", str(self.settings)]
        if self.serves_at is not None:
            self.serves_at(self.moment)
        began = monotonic()
        done = forked.run([*arguments, *config], {**self.env, **env}, 900, self.moment)
        self.moment += timedelta(
            seconds=monotonic() - began
        )  # what comes next comes later, however long this took
        if status is not None:
            assert done.status == status, done.out + done.err
        assert "should not happen" not in done.err, done.err
        return done

    def document(self, *arguments: str) -> dict[str, Any]:
        """What a command prints with --json."""
        return cast("dict[str, Any]", json.loads(self.run(*arguments, "--json").out))

    def answers(self, therapist: str, initials: str, partstat: str, at: datetime, sender: str = "") -> None:
        """The client's program answers the newest invitation, or that of whoever else was asked in it."""
        asked = [one for one in View(self.folder).got(therapist, initials) if method(one) == "REQUEST"][-1]
        sender = sender or f"{therapist}-{initials.lower()}@example.net"
        mailbox.Maildir(self.post.maildir(OFFICE), create=False).add(
            b"Return-Path: <" + sender.encode() + b">\r\n" + files.answer(asked, sender, partstat, at)
        )

    def seen(self, name: str) -> View:
        """Calendars and mailboxes as they are now, kept apart from what follows."""
        kept = self.folder / "seen" / name
        for part in ("collections", "mail"):
            shutil.copytree(self.folder / part, kept / part)
        return View(kept)


def _berlin(value: datetime | date) -> datetime | date:
    return value.astimezone(BERLIN) if isinstance(value, datetime) else value


def address(therapist: str, client: Client) -> str:
    """Where a client gets mail, unless the roster says otherwise."""
    return f"{therapist}-{client.initials.lower()}@example.net"


def method(mail: EmailMessage) -> str:
    """REQUEST, CANCEL, or "" for a mail without an event."""
    return next(
        (
            str(part.get_param("method", ""))
            for part in mail.walk()
            if part.get_content_type() == "text/calendar"
        ),
        "",
    )


def words(mail: EmailMessage) -> str:
    """Subject and text as a person reads them."""
    return f"{mail['Subject']}\n{read(mail)}"
