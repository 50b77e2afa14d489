"""The hour of day: how far a time is from a client's own, and whether a word of theirs says that it suits."""

from __future__ import annotations

from datetime import datetime

from tests.panel.caseload import SCHOOL
from tests.panel.free import suits
from tests.panel.sight import Client
from tests.panel.spec import minute_of

ODD = 180  # minutes from the usual hour
_NEAR = 60  # minutes between a time once attended and one like it


def shift(client: Client, start: datetime) -> int:
    """Minutes between a time and the nearest of the client's usual hours."""
    return min(abs(minute_of(start) - clock) for _, clock in client.person.places)


def in_school(client: Client, start: datetime) -> bool:
    """True for a child on a weekday before school is over."""
    return client.person.school and start.weekday() < 5 and minute_of(start) < SCHOOL


def never_before(client: Client) -> bool:
    """True for a child whose past shows afternoons: they once came at another time, and always after school."""
    moved = [start for _, start in client.person.moved]
    return bool(moved) and not any(in_school(client, start) for start in moved)


def welcome(client: Client, start: datetime) -> bool:
    """True where their windows hold the time, or they once came at such an hour."""
    once = any(abs(minute_of(start) - minute_of(moved)) <= _NEAR for _, moved in client.person.moved)
    return once or bool(client.person.windows and suits(client, start))
