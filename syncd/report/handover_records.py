"""What the JSON of `handover` is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from syncd.report.question_records import Document, Time
from syncd.report.records import SCHEMA_VERSION, Problem, Tier


class HandedOverSession(Document):
    """What falls out: one session with a time of its own, or the first of several without."""

    original: Time
    state: str
    new_time: Time | None
    more: int = Field(description="Further sessions of the client that this one stands for.")


class CoverTimes(Document):
    """Times that a colleague has free for a client, all through the leave."""

    therapist: str
    first: Time
    every_weeks: int
    count: int
    turns: int = Field(description="How often the client would come by their own rhythm.")


class HandedOverClient(Document):
    """One client: what falls out, the meetings before and after, who covers."""

    client: str
    initials: str
    name: str | None
    phone: str | None
    tier: Tier
    knows: bool = Field(description="Whether they know of all that falls out.")
    sessions: int
    falls_out: list[HandedOverSession]
    last_before: Time | None
    first_after: Time | None
    cover: str | None = Field(description="The name of the colleague whom the therapist named (#cover).")
    could_cover: CoverTimes | None = Field(
        description="Times of the colleague who covers, or of one who could."
    )


class HandoverRecord(Document):
    """One long absence, whoever comes first first; when what is sent about it."""

    id: str
    therapist: str
    timezone: str
    time: Time
    ill: bool
    code: str | None = Field(description="What #ok needs, where it waits for a yes.")
    in_person: datetime
    notices: datetime
    uncovered: datetime
    clients: list[HandedOverClient]


class HandoverDocument(Document):
    """`syncd handover --json`."""

    schema_version: Literal[1] = SCHEMA_VERSION
    generated_at: datetime
    proven: bool | None = Field(description="Whether no cover is better; null where none was looked for.")
    absences: list[HandoverRecord]
    problems: list[Problem]
