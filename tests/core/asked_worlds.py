"""A practice with a question mark in its calendar, as a snapshot: weekly and fortnightly clients for a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from syncd.core.model import Client, ClientFacts, Event, Priority
from syncd.core.model.snapshot import Snapshot
from syncd.core.planning.asked.costing import remembered
from syncd.core.reading.diary import read_diary
from syncd.core.state import PassState
from syncd.core.time.spans import AllDay, Span
from tests.core.people import BERLIN, CALENDAR, dana, practice

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
MONDAY = date(2026, 6, 1)
ASKED = date(2026, 7, 6)
HOURS = (9, 10, 11, 12, 14, 15, 16, 17)


def question(first: date = ASKED, days: int = 5, uid: str = "question", title: str = "Vacation?") -> Event:
    """Whole days."""
    return Event(CALENDAR, uid, AllDay(first, first + timedelta(days=days)), title=title)


def asked(
    *questions: Event, clients: int = 6, seed: int = 1, now: datetime = NOW, shuffle: int | None = None
) -> Snapshot:
    """Drawn by dice: who comes when, every fourth fortnightly, every fifth in crisis."""
    dice = Random(seed)
    roster = tuple(_client(number) for number in range(clients))
    slots = dice.sample([(day, hour) for day in range(5) for hour in HOURS], clients)
    events = [one for client, slot in zip(roster, slots, strict=True) for one in _series(client, *slot)]
    events += questions or (question(),)
    facts = [ClientFacts("dana", one.id, interval=_interval(one), first=date(2025, 1, 1)) for one in roster]
    if shuffle is not None:
        Random(shuffle).shuffle(events)
        Random(shuffle).shuffle(facts)
    return Snapshot(
        now=now,
        instance="one",
        practice=practice(),
        therapists=(dana(),),
        clients=roster,
        events=tuple(events),
        fresh=frozenset((CALENDAR,)),
        facts=tuple(facts),
    )


def standing_of(snapshot: Snapshot) -> PassState:
    """The rows as a pass would have them."""
    return remembered(snapshot, {"dana": read_diary(snapshot, snapshot.therapists[0])})


def _client(number: int) -> Client:
    crisis = Priority.CRISIS if number % 5 == 0 else None
    letters = "Q" + chr(ord("A") + number)
    return Client(
        f"c{number}", f"{letters} Somebody", f"c{number}@example.org", initials=letters, priority=crisis
    )


def _interval(client: Client) -> float:
    return 14.0 if int(client.id[1:]) % 4 == 3 else 7.0


def _series(client: Client, day: int, hour: int) -> list[Event]:
    step = int(_interval(client))
    days = (MONDAY + timedelta(days=day + ahead) for ahead in range(-56, 250, step))
    starts = [datetime(one.year, one.month, one.day, hour, tzinfo=BERLIN) for one in days]
    return [
        Event(
            CALENDAR,
            f"{client.id}-sessions",
            Span(start, start + timedelta(minutes=50)),
            recurrence_id=start.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
            title=client.initials,
            recurring=True,
            etag='"1"',
        )
        for start in starts
    ]
