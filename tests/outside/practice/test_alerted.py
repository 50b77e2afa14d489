"""Word to a human elsewhere than by mail: a real receiver on this machine hears of each kind of trouble, of nobody."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.outside.practice import files
from tests.outside.practice.daemon import running
from tests.outside.practice.house import NOW, OFFICE, House, Therapist, View
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer

FRONT = "front@example.org"
SECRET = "5f1c-only-the-office-knows"
SIX_HOURS = timedelta(hours=6, minutes=5)
HALF_A_DAY = timedelta(hours=12)
A_DAY = timedelta(days=1, minutes=5)
PEOPLE = ("dana", "home", "Maple", "@", "AB", "CD", "zimmer")


@contextmanager
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """Where what was sent arrives; the address that leads there, and each whole body."""
    got: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.path.strip("/") == SECRET else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"json://127.0.0.1:{server.server_port}/{SECRET}", got
        finally:
            server.shutdown()


@pytest.fixture
def told() -> Iterator[tuple[str, list[bytes]]]:
    """The receiver."""
    with receiver() as found:
        yield found


@pytest.fixture
def house(tmp_path: Path, told: tuple[str, list[bytes]]) -> Iterator[House]:
    """Two clients; syncd has looked once; settings name one address that works and one that nobody answers at."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(
            tmp_path,
            post,
            [Therapist("dana")],
            practice=f'email = "{FRONT}"',
            limits='therapist_hour = 1000\n[alerts]\nnotify = [{ file = "notify" }, { env = "DEAD_END" }]',
        )
        house.secret("notify", told[0])
        with house.at(NOW - timedelta(days=1)):
            house.run("once", DEAD_END=dead_end())
        yield house


def dead_end() -> str:
    """An address at which nobody listens."""
    return f"json://127.0.0.1:{free_port()}/x"


def texts(got: list[bytes]) -> list[str]:
    """What each notice said."""
    return [str(json.loads(one)["message"]) for one in got]


def looks(house: House, *after: timedelta) -> str:
    """One look after the other; what was said on standard error."""
    said = ""
    for one in after:
        with house.at(NOW + one):
            said += house.run("once", status=None, DEAD_END=dead_end()).err
    return said


def password_changed(house: House) -> None:
    """The calendar server lets nobody in with the old one."""
    house.password = "renewed"


def mailbox_gone(house: House) -> None:
    """Nobody answers where answers are read."""
    maildir = f'maildir = "{house.post.maildir(OFFICE)}"'
    where = f'host = "127.0.0.1", port = {free_port()}, security = "none"'
    gone = f'{where}, username = "x", password = {{ file = "password" }}'
    text = house.settings.read_text()
    assert maildir in text
    house.settings.write_text(text.replace(maildir, f"imap = {{ {gone} }}"))


def mail_goes_nowhere(house: House) -> None:
    """Nobody takes mail, and a leave is entered: there is some to send."""
    text = house.settings.read_text()
    house.settings.write_text(text.replace(f"port = {house.post.port}", f"port = {free_port()}"))
    house.blocks_leave()


def store_breaks(house: House) -> None:
    """It is no database any more."""
    (house.folder / "syncd.db").write_bytes(b"no database" * 100)


TROUBLE = {
    "the account cannot be read": (password_changed, "syncd needs help: calendars cannot be read"),
    "the mailbox cannot be read": (mailbox_gone, "syncd needs help: the mailbox cannot be read"),
    "mail does not go out": (mail_goes_nowhere, "syncd needs help: mail cannot be sent"),
    "the store cannot be used": (store_breaks, "syncd needs help: its store cannot be used"),
}


@pytest.mark.parametrize(("happens", "heard"), TROUBLE.values(), ids=TROUBLE)
def test_trouble_is_heard_within_six_hours_and_again_daily(
    house: House, told: tuple[str, list[bytes]], happens: Callable[[House], None], heard: str
) -> None:
    """Once in six hours and once the next day; by its kind alone, and the addresses stand in no log."""
    happens(house)
    said = looks(house, timedelta(), SIX_HOURS, HALF_A_DAY)
    assert texts(told[1]) == [heard]
    said += looks(house, SIX_HOURS + timedelta(days=1, minutes=5))
    assert texts(told[1]) == [heard] * 2
    assert [one for one in PEOPLE if one.encode() in b"".join(told[1])] == []
    assert "1 of 2 addresses of [alerts] notify did not take it" in said
    assert SECRET not in said


PAUSED = "syncd needs help: it is paused, and clients wait"


def status(house: House) -> dict[str, str | None]:
    """As monitoring reads it."""
    found: dict[str, str | None] = json.loads(house.run("status", "--json", DEAD_END=dead_end()).out)
    return found


def by_hand(house: House) -> None:
    """An operator pauses the practice."""
    with house.at(NOW):
        house.run("pause", "moving house", DEAD_END=dead_end())


def by_event(house: House) -> None:
    """Dana enters a pause of five days that began at midnight, ten hours ago."""
    house.put("dana", "pause", files.all_day("dana-pause", "#syncd pause", NOW.date(), 5))


@pytest.mark.parametrize("pauses", [by_hand, by_event])
def test_a_pause_that_lasts_a_day_is_heard_and_again_daily(
    house: House, told: tuple[str, list[bytes]], pauses: Callable[[House], None]
) -> None:
    """Nobody before, all of the practice then; `status` says since when, and it is over once it is."""
    begins = NOW if pauses is by_hand else NOW.replace(hour=0)
    pauses(house)
    house.blocks_leave()
    looks(house, timedelta(hours=1), begins - NOW + timedelta(hours=23))
    assert texts(told[1]) == []
    looks(house, begins - NOW + A_DAY, begins - NOW + timedelta(days=1, hours=12))
    assert texts(told[1]) == [PAUSED]
    assert b'"type": "warning"' in told[1][0]
    last, since = (datetime.fromisoformat(str(status(house)[key])) for key in ("last_pass", "paused_since"))
    assert house.moment - last < timedelta(minutes=1)
    assert since - begins < timedelta(minutes=1)
    looks(house, begins - NOW + 2 * A_DAY)
    assert texts(told[1]) == [PAUSED] * 2
    for reader in ("dana@example.org", FRONT):
        subjects = [str(one["Subject"]) for one in View(house.folder).mails(reader)]
        assert subjects == [PAUSED] * 2, "and nothing else leaves"
    house.run("resume", DEAD_END=dead_end())
    if pauses is by_event:
        house.remove("dana", "pause")
    looks(house, 3 * A_DAY)
    assert len(told[1]) == 2
    assert status(house)["paused"] is None


STORE = "syncd needs help: its store cannot be used"


def subjects(house: House, reader: str) -> list[str]:
    """What somebody has been told of trouble."""
    found = [str(one["Subject"]) for one in View(house.folder).mails(reader)]
    return [one for one in found if "needs help" in one]


def test_a_store_that_breaks_is_heard_in_ten_minutes(house: House, told: tuple[str, list[bytes]]) -> None:
    """Under the daemon not at once, as it may mend itself; by letter as well."""
    house.settings.write_text(house.settings.read_text().replace(', { env = "DEAD_END" }', ""))
    with running(house, NOW) as daemon:
        with closing(sqlite3.connect(house.folder / "syncd.db")) as other:
            other.execute("ALTER TABLE effects RENAME TO hidden")
        for minutes in (1, 9):
            daemon.looks(NOW + timedelta(minutes=minutes))
        assert texts(told[1]) == []
        daemon.looks(NOW + timedelta(minutes=12))
        daemon.stops()
    assert texts(told[1]) == [STORE]
    assert [subjects(house, one) for one in ("dana@example.org", FRONT)] == [[STORE]] * 2


def test_a_store_that_is_broken_at_a_start_is_heard_at_once(
    house: House, told: tuple[str, list[bytes]]
) -> None:
    """Nothing that could mend itself was seen before."""
    store_breaks(house)
    looks(house, timedelta())
    assert texts(told[1]) == [STORE]
    assert [subjects(house, one) for one in ("dana@example.org", FRONT)] == [[STORE]] * 2


def entries_gone(house: House) -> None:
    """The calendar that held all of them is empty."""
    for one in house.calendar("dana").glob("*.ics"):
        one.unlink()


def store_lost(house: House) -> None:
    """A new one begins beside the entries of the old."""
    for one in house.folder.glob("syncd.db*"):
        one.unlink()


STOPS = {
    "too much is gone at once": (entries_gone, SIX_HOURS, "syncd needs help: calendars cannot be read"),
    "entries of another syncd": (
        store_lost,
        timedelta(minutes=5),
        "syncd needs help: it has stopped for safety",
    ),
}


@pytest.mark.parametrize(("happens", "after", "heard"), STOPS.values(), ids=STOPS)
def test_what_it_stops_at_is_heard_in_its_time_and_again_daily(
    house: House,
    told: tuple[str, list[bytes]],
    happens: Callable[[House], None],
    after: timedelta,
    heard: str,
) -> None:
    """By notice, and by letter to her and the office; once, though it is looked again soon."""
    house.blocks_leave()
    looks(house, timedelta())
    happens(house)
    an_hour = timedelta(hours=1)
    looks(house, an_hour, an_hour + after)
    assert texts(told[1]) == [heard]
    assert [len(subjects(house, one)) for one in ("dana@example.org", FRONT)] == [1, 1]
    looks(house, HALF_A_DAY, an_hour + after + A_DAY)
    assert texts(told[1]) == [heard] * 2


def test_a_clock_that_is_wrong_is_heard(house: House, told: tuple[str, list[bytes]]) -> None:
    """The machine's is an hour ahead of the calendar server's, for more than ten minutes."""
    for minutes in (0, 15):
        with house.at(NOW + timedelta(minutes=minutes)):
            house.serves_at, house.moment = None, house.moment + timedelta(hours=1)
            house.run("once", status=None, DEAD_END=dead_end())
    assert texts(told[1]) == ["syncd needs help: the clock of its machine is wrong"]


def test_an_address_that_is_none_is_a_mistake_of_the_settings(house: House) -> None:
    """Named by its place, never shown."""
    house.secret("notify", "nonsense-5f1c")
    said = house.run("check", status=78, DEAD_END=dead_end()).err
    assert "alerts.notify" in said
    assert "an address as Apprise has them" in said
    assert "nonsense-5f1c" not in said


def test_who_reads_by_mail_reads_as_before(house: House) -> None:
    """The letters name the account."""
    password_changed(house)
    looks(house, timedelta(), SIX_HOURS)
    for reader in ("dana@example.org", FRONT):
        subjects = [str(one["Subject"]) for one in View(house.folder).mails(reader)]
        assert "syncd needs help: the account home cannot be read" in subjects
