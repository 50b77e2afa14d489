"""The practice on disk, its clock, and what everybody reads: each message as it comes, each entry as it changes."""

from __future__ import annotations

import csv
import io
import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import icalendar

from tests.look.opened import read
from tests.look.practice.people import NAMES, OFFICE, PEOPLE, THERAPISTS
from tests.outside.practice import files
from tests.outside.practice.house import BERLIN, COLUMNS, House, Therapist, View, method
from tests.servers.smtp import SmtpServer

LOOKS = tuple(time(hour, 2) for hour in (8, 11, 14, 17))  # first after the day's letter is due
PROVEN = "mx.example.org; dmarc=pass header.from=example.net"
SATURDAY = 5
VOUCHED = "mx.example.org; dkim=pass header.d=example.org; dmarc=pass header.from=example.org"


class Praxis(House):
    """Settings and roster of this practice."""

    def _standing(self, one: Therapist) -> dict[str, str]:
        return dict(one.events)

    def _roster(self) -> str:
        out = io.StringIO()
        sheet = csv.DictWriter(out, (*COLUMNS, "group"))
        sheet.writeheader()
        for one in PEOPLE:
            sheet.writerow(one.row)
        return out.getvalue()

    def _settings(self) -> str:
        tables = "\n".join(
            f'[[therapists]]\nid = "{one.id}"\nname = "{NAMES[one.id]}"\nemail = "{one.address}"\n'
            f'account = "home"\ncalendar = "{one.id}"\n{one.hours}\n{one.keys}\n'
            for one in self.therapists
        )
        return f"""
[practice]
name = "Praxis am Münsterplatz"
timezone = "Europe/Berlin"
language = "de"
phone = "+49 761 5550100"
email = "{OFFICE}"
crisis_contact = "TelefonSeelsorge, 0800 1110111, Tag und Nacht"
fee_note = "Für Termine, die ich absage, entstehen Ihnen keine Kosten."
holidays = "DE-BW"
{tables}
[accounts.home]
type = "caldav"
url = "http://127.0.0.1:{self.port}/"
username = "{self.user}"
password = {{ file = "password" }}
[mail]
from = "termine@example.org"
authserv_id = "mx.example.org"
smtp = {{ host = "127.0.0.1", port = {self.post.port}, security = "none" }}
maildir = "{self.post.maildir(INBOX)}"
[clients]
file = "clients.csv"
[store]
url = "sqlite:///{self.folder}/syncd.db"
"""


INBOX = "termine@example.org"


@dataclass
class Weeks:
    """The practice's time. `out`: where everything is written that anybody reads."""

    house: Praxis
    out: Path
    now: datetime
    log: list[str] = field(default_factory=list)
    _read: dict[str, int] = field(default_factory=dict)
    _shown: dict[str, tuple[str, str]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.out.mkdir(parents=True, exist_ok=True)

    def looks(self, at: datetime) -> None:
        """The command runs once, and everybody reads what came."""
        self.now = self.house.moment = at
        self.house.run("once")
        self._collect()

    def until(self, moment: datetime) -> None:
        """All looks until then."""
        for at in _times(self.now, moment):
            self.looks(at)

    def acts(self, moment: datetime, what: str) -> None:
        """Somebody is about to do something then."""
        self.until(moment)
        self.now = moment
        self.log.append(f"\n{'=' * 100}\n{moment:%a %d.%m. %H:%M}  {what}\n{'=' * 100}\n")

    def settles(self) -> None:
        """Two looks after something was done: at once, and when it is believed."""
        for minutes in (1, 12):
            self.looks(self.now + timedelta(minutes=minutes))

    def newest(self, address: str) -> EmailMessage:
        """What somebody got last."""
        return View(self.house.folder).mails(address)[-1]

    def asked(self, address: str, which: int = -1) -> EmailMessage:
        """An invitation that somebody has got."""
        return [one for one in View(self.house.folder).mails(address) if method(one) == "REQUEST"][which]

    def answers(self, address: str, partstat: str, which: int = -1) -> None:
        """A client's program answers an invitation."""
        request = self.asked(address, which)
        proven = f"Authentication-Results: {PROVEN}\r\n".encode()
        self._arrives(address, proven + files.answer(request, address, partstat, self.now))

    def writes(
        self, sender: str, text: str, subject: str = "", automatic: bool = False, to: str = ""
    ) -> None:
        """An answer in words to the newest mail (`to`: whose subject holds that), as mail programs send it."""
        letters = View(self.house.folder).mails(sender)
        letter = next((one for one in reversed(letters) if to in str(one["Subject"])), EmailMessage())
        mail = EmailMessage()
        mail["Authentication-Results"] = VOUCHED
        mail["From"], mail["To"] = sender, INBOX
        mail["Subject"] = subject or f"AW: {letter['Subject'] or 'unser Termin'}"
        mail["Date"], mail["Message-ID"] = format_datetime(self.now), f"<{next(self._numbers)}@example.net>"
        if letter["Message-ID"]:
            mail["In-Reply-To"] = mail["References"] = str(letter["Message-ID"])
        if automatic:
            mail["Auto-Submitted"] = "auto-replied"
        quoted = "\n".join(
            f"> {line}" for line in (read(letter) if letter["Message-ID"] else "").splitlines()[:6]
        )
        mail.set_content(f"{text}\n\nAm {self.now:%d.%m.%Y} um 11:00 schrieb {INBOX}:\n{quoted}\n")
        self._arrives(sender, mail.as_bytes())

    def _arrives(self, sender: str, content: bytes) -> None:
        box = mailbox.Maildir(self.house.post.maildir(INBOX), create=False)
        box.add(f"Return-Path: <{sender}>\r\n".encode() + content)

    def entry(self, therapist: str, initials: str) -> Path:
        """The file of an entry of ours."""
        for path in self.house.calendar(therapist).glob("*.ics"):
            title = _title(path.read_text())
            if title.startswith((f"{initials} ·", f"{initials}:")):
                return path
        raise AssertionError(f"no entry for {initials} in {therapist}")

    def counted(self) -> str:
        """How many mails everybody has read."""
        read = sorted(self._read.items(), key=lambda one: (one[0] not in self._letters(), one))
        return "\n".join(f"{number:3} {address}" for address, number in read)

    def _letters(self) -> list[str]:
        return [*(one.address for one in self.house.therapists), OFFICE]

    def says(self, name: str, *command: str) -> None:
        """What a command prints."""
        done = self.house.run(*command, status=None)
        self.log.append(f"\n--- syncd {' '.join(command)} ---\n{done.out}{done.err}\n")
        (self.out / f"{name}.txt").write_text(done.out + done.err)

    def _collect(self) -> None:
        for address in (*self._letters(), *_clients()):
            mails = View(self.house.folder).mails(address)
            for number, one in enumerate(mails[self._read.get(address, 0) :], self._read.get(address, 0) + 1):
                self._keep(address, number, one)
            self._read[address] = len(mails)
        for therapist in self.house.therapists:
            for path in sorted(self.house.calendar(therapist.id).glob("*.ics")):
                self._show(therapist.id, path)
        (self.out / "everything.txt").write_text("\n".join(self.log))

    def _keep(self, address: str, number: int, mail: EmailMessage) -> None:
        folder = self.out / address
        folder.mkdir(parents=True, exist_ok=True)
        subject = re.sub(r"[^\w]+", "-", str(mail["Subject"]))[:50].strip("-")
        name = f"{number:02}-{self.now:%m%d-%H%M}-{subject}"
        (folder / f"{name}.eml").write_bytes(mail.as_bytes())
        kind = f" [{method(mail)}]" if method(mail) else ""
        said = f"{self.now:%a %d.%m. %H:%M}  AN {address}{kind}\nBETREFF {mail['Subject']}\n\n{read(mail)}"
        self.log.append(f"\n--- {said}")
        (folder / f"{name}.txt").write_text(said)

    def _show(self, therapist: str, path: Path) -> None:
        text = path.read_text()
        if "X-SYNCD-ROLE" not in text:
            return
        event = next(iter(icalendar.Calendar.from_ical(text).events))
        now = (f"{event.get('SUMMARY', '')}", f"{event.get('DESCRIPTION', '')}")
        if self._shown.get(path.name) == now:
            return
        self._shown[path.name] = now
        start = event.start
        when = (
            f"{start.astimezone(BERLIN):%a %d.%m. %H:%M}"
            if isinstance(start, datetime)
            else f"{start:%a %d.%m.}"
        )
        said = f"{self.now:%a %d.%m. %H:%M}  EINTRAG bei {therapist}, {when}: {now[0]}\n{now[1]}\n"
        self.log.append(f"\n--- {said}")
        with (self.out / f"entries-{therapist}.txt").open("a") as file:
            file.write(f"{said}\n")


def _title(text: str) -> str:
    return str(next(iter(icalendar.Calendar.from_ical(text).events)).get("SUMMARY", ""))


def _clients() -> Iterator[str]:
    for one in PEOPLE:
        yield from filter(None, (one.row["email"], one.cells.get("second_email", "")))


def _times(since: datetime, until: datetime) -> Iterator[datetime]:
    at = since
    while (at := _next(at)) <= until:
        yield at


def _next(at: datetime) -> datetime:
    """The next look, on working days."""
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = (
        datetime.combine(day.date() + timedelta(days), one, at.tzinfo) for days in range(4) for one in LOOKS
    )
    return next(one for one in ahead if one > at and one.weekday() < SATURDAY)


def praxis(folder: Path, post: SmtpServer) -> Praxis:
    """The practice in a folder of its own."""
    return Praxis(folder, post, list(THERAPISTS))
