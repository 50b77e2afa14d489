"""Small practices by hand: Dana is away from Monday 6 to Friday 10 July 2026; clients come on a weekday at an hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Unpack

from tests.panel.caseload import WEEK, Facts
from tests.panel.sight import Client, Given, Limits, Sight, client_of
from tests.panel.spec import Desk, Leave, Person, Place, Practice, Range, at

AWAY = Leave(date(2026, 7, 6), 5)
THREE_WEEKS = Leave(date(2026, 7, 6), 19)
NOW = at(date(2026, 6, 8), 8 * 60)
SINCE = date(2025, 6, 9)  # an even number of weeks before the leave


def day(said: str, clock: str = "10:00") -> datetime:
    """`7-03`, `10:00`: a time in 2026."""
    month, number = (int(part) for part in said.split("-"))
    hour, minute = (int(part) for part in clock.split(":"))
    return at(date(2026, month, number), 60 * hour + minute)


def person(name: str, *places: Place, **facts: Unpack[Facts]) -> Person:
    """Somebody who comes Mondays at ten, unless at other `places`."""
    return replace(Person(name, name[:2].upper(), "dana", places or ((0, 600),), SINCE), **facts)


def seen(
    people: Iterable[Person],
    given: Iterable[tuple[str, datetime, datetime]] = (),
    leave: Leave = AWAY,
    busy: tuple[Range, ...] = (),
    more: tuple[Leave, ...] = (),
) -> Sight:
    """The practice with make-ups in it: (client, original, new time), 50 minutes each; `more` is other leave."""
    everybody = tuple(people)
    practice = Practice("by hand", NOW, (Desk("dana", WEEK, (leave, *more), busy),), everybody)
    made = [Given(who, original, start, 50, "dana") for who, original, start in given]
    clients = {
        one.id: client_of(one, practice, [this for this in made if this.client == one.id])
        for one in everybody
    }
    return Sight(practice, clients, {"dana": tuple(_limits(one, clients.values()) for one in (leave, *more))})


def _limits(leave: Leave, clients: Iterable[Client]) -> Limits:
    soon = NOW + timedelta(days=2)
    originals = {(one.person.id, lost): soon for one in clients for lost in one.displaced}
    fortnight = timedelta(days=14)
    return Limits(leave, fortnight, fortnight, timedelta(minutes=10), 7, 2, 6, 3, originals)
