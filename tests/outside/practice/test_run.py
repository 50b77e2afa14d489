"""Weeks under `syncd run`: a copy is taken, the mailbox's password expires and is renewed, the copy is put back."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.outside.practice import files
from tests.outside.practice.believing import Believers
from tests.outside.practice.daemon import Daemon, running
from tests.outside.practice.house import AWAY, NOW, OFFICE, House, Therapist, View, method, words
from tests.outside.practice.test_commands import HOURS, ROOMY, client
from tests.scenario import ics
from tests.servers.imap import ImapServer
from tests.servers.smtp import SmtpServer

FRONT = "front@example.org"
DAY = timedelta(days=1, minutes=1)  # so that a letter that is due daily is due again
UNHEARD = "syncd needs help: the mailbox cannot be read"
AT_ONCE = 'approval_above = { sessions = 99, days = 30 }\nwave = "0h"'


class Weeks:
    """A house whose answers come into a mailbox with a password, and whoever reads along."""

    def __init__(self, house: House, box: ImapServer) -> None:
        self.house, self.box = house, box
        self.secret = house.secret("mail-password", "first")
        text = house.settings.read_text()
        maildir = f'maildir = "{house.post.maildir(OFFICE)}"'
        assert maildir in text
        imap = f'host = "127.0.0.1", port = {box.port}, security = "none", username = "{OFFICE}"'
        house.settings.write_text(
            text.replace(maildir, f'imap = {{ {imap}, password = {{ file = "{self.secret}" }} }}')
        )
        self.read = Believers(house, FRONT)

    @property
    def view(self) -> View:
        return View(self.house.folder)

    def asked(self) -> list[str]:
        """Initials of the clients who have been invited."""
        everybody = self.house.therapists[0].clients
        return [one.initials for one in everybody if any(map(method, self.view.got("dana", one.initials)))]

    def sent(self) -> Counter[tuple[str, str]]:
        """What clients got: how often each message came to whom."""
        people = [one.mail for one in self.read.people() if one.mail]
        return Counter((to, _what(mail)) for to in people for mail in self.view.mails(to))

    def looks(self, daemon: Daemon, day: int) -> None:
        """So many days later the daemon looks, then everybody reads their mail."""
        daemon.looks(NOW + day * DAY)
        self.read.look(NOW + day * DAY)
        assert not self.read.found, "\n".join(map(str, self.read.found))

    def restored(self, copy: Path) -> None:
        """On the thirteenth day the copy is put back; nothing leaves before it is adopted; then the weeks go on."""
        known = self.sent()
        self.house.moment = NOW + 13 * DAY
        self.house.run("restore", str(copy))
        with running(self.house, NOW + 13 * DAY) as daemon:
            assert "the store is older" in self.house.run("status").out
            assert self.sent() == known
            daemon.stops()
        with self.house.at(NOW + 13 * DAY):
            self.house.run("adopt", "--yes")
        with running(self.house, NOW + 13 * DAY) as daemon:
            self.read.look(NOW + 13 * DAY)
            for day in (14, 17, 20, 23, 26):
                self.looks(daemon, day)
            daemon.stops()
        assert set(self.sent().values()) == {1}

    def heard(self, reader: str, subject: str) -> list[date]:
        """On which days somebody got a letter with this subject."""
        mails = (one for one in self.view.mails(reader) if str(one["Subject"]) == subject)
        return [parsedate_to_datetime(str(one["Date"])).date() for one in mails]


def _what(mail: EmailMessage) -> str:
    """Which message it is: two that are one and the same are one too many."""
    part = ics.part(mail)
    if part:
        return " ".join((method(mail), *(ics.value(part, name) for name in ("UID", "SEQUENCE"))))
    return words(mail)


@pytest.mark.lengthy
@pytest.mark.parametrize(
    ("clients", "days"), [(6, 5), pytest.param(12, 12, marks=pytest.mark.long, id="12-12")]
)
def test_weeks_under_the_daemon(tmp_path: Path, clients: int, days: int) -> None:
    """Eight days without the mailbox and a copy of before them put back: nobody is told twice, or what is not so."""
    with SmtpServer(tmp_path / "mail") as post, ImapServer(post.root, {OFFICE: "first"}) as box:
        people = tuple(client(n) for n in range(clients))
        dana = Therapist("dana", f"{ROOMY}\n{AT_ONCE}", people, days=days, hours=HOURS)
        weeks = Weeks(
            House(tmp_path, post, [dana], practice=f'phone = "+49 30 5550100"\nemail = "{FRONT}"'), box
        )
        with weeks.house.at(NOW - DAY):
            weeks.house.run("once")
        weeks.house.blocks_leave()
        with running(weeks.house, NOW) as daemon:
            weeks.read.look(NOW)
            weeks.looks(daemon, 1)
            first, second, third = weeks.asked()[:3]
            weeks.read.answers("dana", first, "ACCEPTED", NOW + DAY)
            for day in (2, 3):
                weeks.looks(daemon, day)
            weeks.house.run("backup", str(tmp_path / "third-day.db"))
            box.set_password(OFFICE, "second")
            weeks.read.answers("dana", second, "ACCEPTED", NOW + 3 * DAY)
            weeks.read.answers("dana", third, "DECLINED", NOW + 3 * DAY)
            before = weeks.sent()
            for day in range(4, 12):
                weeks.looks(daemon, day)
            assert weeks.sent() == before
            # the mailbox is first missed on the fourth day, or on the third where a look falls due after the change
            daily = [(NOW + day * DAY).date() for day in range(4, 12)]
            for reader in ("dana@example.org", FRONT):
                assert weeks.heard(reader, UNHEARD) in (daily, daily[1:])
            assert "degraded" in weeks.house.run("status").out
            weeks.secret.write_text("second")
            weeks.looks(daemon, 12)
            assert {first, second} <= weeks.view.cancelled("dana")
            daemon.stops()
        weeks.restored(tmp_path / "third-day.db")


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_nobody_can_read_is_not_called_no_answer(tmp_path: Path, language: str) -> None:
    """A client has said no, the mailbox has been unread since; a letter about longer leave does not say "no answer"."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("dana")], practice=f'language = "{language}"')
        read = Believers(house)

        def looks(after: timedelta) -> None:
            with house.at(NOW + after):
                house.run("once", status=None)
            read.look(NOW + after)

        looks(-DAY)
        house.blocks_leave()
        looks(timedelta())
        read.answers("dana", "AB", "DECLINED", NOW)
        post.maildir(OFFICE).rename(tmp_path / "away")
        for hours in (1, 8):
            looks(timedelta(hours=hours))
        house.put("dana", "leave", files.all_day("dana-leave", "Vacation", AWAY, 12))
        looks(timedelta(hours=9))
        said = words(View(tmp_path).mails("dana@example.org")[-1])
        assert {"en": "answers cannot be read", "de": "nicht gelesen werden"}[language] in said
        assert not read.found, "\n".join(map(str, read.found))
