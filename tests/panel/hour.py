"""The hour of day: how far a time is from a client's own, and whether a word of theirs says that it suits."""

from __future__ import annotations

from datetime import datetime

from tests.panel.free import suits
from tests.panel.sight import Client
from tests.panel.spec import minute_of

ODD = 180  # minutes from the usual hour
_NEAR = 60  # minutes between a time once attended and one like it


def shift(client: Client, start: datetime) -> int:
    """Minutes between a time and the nearest of the client's usual hours."""
    return min(abs(minute_of(start) - clock) for _, clock in client.person.places)


def welcome(client: Client, start: datetime) -> bool:
    """True where their windows hold the time, or they once came at such an hour."""
    once = any(abs(minute_of(start) - minute_of(moved)) <= _NEAR for _, moved in client.person.moved)
    return once or bool(client.person.windows and suits(client, start))
