"""What the stand-in saw and did: calls, mails, and broken rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API."""

    method: str  # events.list
    user: str
    given: Mapping[str, Any]
    body: Mapping[str, Any] | None
    if_match: str
    status: int


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that Google wrote because of `sendUpdates` or an answer: REQUEST, CANCEL or REPLY."""

    recipient: str
    method: str
    event: str
    title: str
    start: str
    at: datetime
    fresh: bool = False  # the recipient was not invited before
    end: str = ""
    zone: str = "UTC"  # of the calendar that it stands in
    description: str = ""
    location: str = ""
    sequence: int = 0
    room: str = ""  # the link of the event's video room


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it came over the wire, whatever became of it. `headers` without what signs in."""

    verb: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str


@dataclass(slots=True)
class Ledger:
    """Everything, in order."""

    sent: list[Sent] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
