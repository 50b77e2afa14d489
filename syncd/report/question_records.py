"""What all JSON documents share, and what they say of question marks."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class Document(BaseModel):
    """Strict and frozen, as everything here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Time(Document):
    """A span of time: ISO 8601 with offset, half-open."""

    start: datetime
    end: datetime


class HitRecord(Document):
    """A session that a question mark would displace."""

    client: str
    initials: str
    name: str | None
    time: Time


class TierRecord(Document):
    """One tier's part of what a question mark would cost: in missed sessions without a plan, and left with one."""

    tier: str
    clients: int
    sessions: int
    longest_wait: int
    longest_wait_left: int
    burden: float
    left: float


class StartRecord(Document):
    """Other days on which the same leave would cost less."""

    first: date
    last: date
    sessions: int
    left: float


class QuestionRecord(Document):
    """Days that end in a question mark (the last one included), each by itself; what is not worked out yet is null."""

    therapist: str
    first: date
    last: date
    would_displace: list[HitRecord]
    worked_out_at: datetime | None
    failed: str | None
    tiers: list[TierRecord]
    burden: float | None = Field(description="In missed sessions; two in a row are four.")
    left: float | None = Field(description="Of it with the best plan.")
    makeups: int | None
    proven: bool | None
    starts: list[StartRecord] = Field(description="The cheapest within three weeks, fewest burden first.")
    compared: int | None
    sure: bool | None = Field(description="True: no other start within three weeks costs less.")


class AskedRecord(Document):
    """A session of the client's that a question mark would displace."""

    first: date
    last: date
    time: Time
