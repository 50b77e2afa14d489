"""Where lives are lived: the House with its people, series and rules, and a post office that notes the hour."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from zoneinfo import ZoneInfo

from connectors.mail.replies import Ours, read_replies
from syncd.core.actions import Mail
from syncd.core.model import Client, Contact, Priority
from syncd.core.policy import ApprovalMode, Policy
from syncd.cycle import Practicing
from syncd.ports import Incoming
from syncd.store import SqlStore, open_store
from syncd.store.database import connect
from syncd.wiring.post import correspondence
from syncd.wording import load_templates
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.house import House, SetClock
from tests.scenario.post import Post

CLIENTS = {
    one.id: one
    for one in (
        Client(
            id="c1",
            name="Ada Brandt",
            email="ada@example.net",
            aliases=("ada.b@example.org",),
            initials="AB",
            therapists=("dana",),
        ),
        Client(id="c2", name="Ben Castillo", email="ben@example.net", initials="BC", therapists=("dana",)),
        Client(
            id="c3",
            name="Cleo Dietz",
            initials="CD",
            phone="030 5550103",
            contact=Contact.PHONE,
            therapists=("dana",),
        ),
        Client(
            id="c4",
            name="Dario Engel",
            email="dario@example.net",
            initials="DE",
            zone=ZoneInfo("America/New_York"),
            therapists=("dana",),
        ),
        Client(
            id="c5",
            name="Emre Fuchs",
            email="emre@example.net",
            initials="EF",
            discreet=True,
            phone="030 5550105",
            priority=Priority.CRISIS,
            therapists=("dana",),
        ),
    )
}


# weekday (Monday 0), hour, weeks between two sessions
SERIES = {"c1": (0, 10, 1), "c2": (0, 14, 1), "c3": (1, 16, 1), "c4": (3, 15, 1), "c5": (2, 11, 2)}


def _trusting(policy: Policy) -> Policy:
    return replace(policy, approval=replace(policy.approval, review_first=0))


def _careful(policy: Policy) -> Policy:
    return replace(policy, approval=replace(policy.approval, mode=ApprovalMode.REVIEW))


def _whole_hours(policy: Policy) -> Policy:
    """A quarter of the places to plan with: a life costs less."""
    return replace(policy, slots=replace(policy.slots, grid=timedelta(hours=1)))


RULES: dict[str, Callable[[Policy], Policy]] = {
    "plain": _trusting,
    "review": _careful,
    "hours": lambda policy: _whole_hours(_trusting(policy)),
    "hours, review": lambda policy: _whole_hours(_careful(policy)),
}


OFFICE = "office@example.org"


TEMPLATES = load_templates()


def fresh_store() -> SqlStore:
    """A new store in memory: a copy of one whose schema is there already."""
    database = connect("sqlite://")
    with _FIRST.database.reading() as first, database.reading() as copy:
        source, target = (one.connection.driver_connection for one in (first, copy))
        assert isinstance(source, sqlite3.Connection)
        assert isinstance(target, sqlite3.Connection)
    source.backup(target)
    return SqlStore(database, timedelta(days=730))


_FIRST = open_store("sqlite://")


class Letterbox(Post):
    """The post office with the hour of each delivery. What arrived is read once."""

    def __init__(self, clock: SetClock) -> None:
        super().__init__(clock, Ours(frozenset({"example.org"})))
        self.hours: list[datetime] = []
        self.read: list[Incoming] = []

    def fetch(self, seen: frozenset[str], since: datetime) -> Iterator[Incoming]:
        """As the post office."""
        for number, (content, hour) in enumerate(self.arrived[len(self.read) :], start=len(self.read)):
            message_id = str(message_from_bytes(content, policy=SMTP)["Message-ID"] or number)
            replies = read_replies(content, self.ours, message_id, hour)
            self.read.append(Incoming(str(number), message_id, replies))
        for one in self.read:
            if one.replies and not any(reply.id in seen for reply in one.replies):
                yield one

    def send(self, mail: Mail) -> None:
        """As the post office, with a note of the hour."""
        before = len(self.delivered)
        try:
            super().send(mail)
        finally:
            self.hours.extend([self.clock.now()] * (len(self.delivered) - before))


class Dwelling(House):
    """The House, its parts wired once: templates are compiled once for all lives."""

    wired: Practicing | None = None

    def world(self) -> Practicing:
        """As the House."""
        if self.wired is None:
            words = correspondence(TEMPLATES, self.store.load().instance, OFFICE)
            self.wired = replace(super().world(), word=words)
        return self.wired


def series(client: str, today: date) -> str:
    """A client's own series, from two weeks before a day on."""
    weekday, hour, weeks = SERIES[client]
    monday = today - timedelta(days=today.weekday() + 14)
    start = datetime(monday.year, monday.month, monday.day, hour, tzinfo=BERLIN) + timedelta(days=weekday)
    return weekly(f"{client}-series", CLIENTS[client].initials, start, f"COUNT={9 // weeks};INTERVAL={weeks}")


def weekly(uid: str, title: str, start: datetime, rule: str) -> str:
    """A weekly series that ends."""
    return ics.weekly(uid, title, start, 50).replace("FREQ=WEEKLY", f"FREQ=WEEKLY;{rule}")


def at(wall: str) -> datetime:
    """Berlin wall clock, `2026-07-06 10:00`."""
    return datetime.fromisoformat(wall).replace(tzinfo=BERLIN)


def wall(moment: datetime) -> str:
    """The inverse of `at`."""
    return moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


def uid_of(entry: int) -> str:
    """The UID of the House's n-th token."""
    return f"{entry:026d}"
