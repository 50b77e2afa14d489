"""What the JSON of `plan`, `explain` and `status` is made of: pydantic models, from which the JSON Schemas come.

Keys are snake_case, times ISO 8601 with offset, unknown values null. Within one `schema_version` keys are added,
never renamed or removed. Names stand in it only where they were asked for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from syncd.report.question_records import AskedRecord, Document, QuestionRecord, Time

Kind = Literal["move", "extend", "cover", "call"]
Tier = Literal["crisis", "crucial", "routine", "maintenance"]
SCHEMA_VERSION: Literal[1] = 1


class Problem(Document):
    """Something that could not be read; the rest was."""

    calendar: str
    uid: str
    reason: str


class Block(Document):
    """One event by which the therapist says: away. `tags` without `#`."""

    time: Time
    all_day: bool
    tags: list[str]
    waits: str | None = Field(description="Why this block needs a yes, if it does.")


class ApprovalState(Document):
    """Whether the absence waits for a yes."""

    waits: bool
    why: str | None
    code: str | None = Field(description="What `#ok` needs in the leave block.")


class Factor(Document):
    """One part of the ranking: its value from 0 to 1, and the points that its weight makes of it."""

    name: str
    value: float
    points: float
    says: str


class Rank(Document):
    """The place of a session: tiers are never traded; the score, 0 to 1000, counts inside a tier."""

    position: int
    tier: Tier
    score: int
    factors: list[Factor]
    sentence: str


class QualityFactor(Document):
    """One part of how good a slot is, in points of at most `most`."""

    name: str
    points: int
    most: int


class ProposedSlot(Document):
    """A time with what speaks for it."""

    kind: Kind
    therapist: str
    time: Time
    quality: list[QualityFactor]
    sentence: str


class OfferRecord(Document):
    """An offer as it stands, with the `choices` that its client may take instead. `quality` is null where the offer is
    older than the last planning.
    """

    uid: str
    number: int
    kind: Kind
    therapist: str
    time: Time
    choices: list[Time]
    state: str
    pinned: bool
    invited_at: datetime | None
    answer_due: datetime | None
    quality: list[QualityFactor] | None
    sentence: str | None


class Way(Document):
    """One change after which the client would have this time; checked by planning again."""

    change: str
    kind: Kind
    therapist: str
    time: Time
    sentence: str


class WithoutTime(Document):
    """Why a session has no slot: `options` were free, `ruled_out` counts times by the rule that forbade them."""

    cause: str | None
    binding_rule: str | None
    options: int | None
    ruled_out: dict[str, int]
    would_displace: list[str] = Field(description="Conflicts that would lose their place.")
    budget_needed: int | None = Field(description="Make-ups for its absence with which it has a time.")
    remedies: list[Way]
    by_tag: list[Way] = Field(description="What tags that are not set in the leave would give instead.")
    sentence: str


class SessionRecord(Document):
    """One displaced session: exactly one of `offer` and `without_time` is set."""

    conflict: str
    client: str
    initials: str
    name: str | None
    therapist: str
    original: Time
    original_state: Literal["standing", "cancelled"]
    state: str = Field(description="The offer's state, or told, call, closed, unplaced, open.")
    rank: Rank
    offer: OfferRecord | None
    without_time: WithoutTime | None


class AbsenceRecord(Document):
    """One absence and the sessions that it displaces, in order of rank."""

    id: str
    therapist: str
    timezone: str
    time: Time
    blocks: list[Block]
    approval: ApprovalState
    sessions: list[SessionRecord]


class PlanDocument(Document):
    """`syncd plan --json`."""

    schema_version: Literal[1] = SCHEMA_VERSION
    generated_at: datetime
    paused: str | None
    planned: bool = Field(description="False where every session had its offer already.")
    proven: bool | None = Field(description="True: no plan is better. Null where nothing was planned.")
    note: str | None
    digest: str | None = Field(description="Names the outcome of the planning.")
    absences: list[AbsenceRecord]
    questions: list[QuestionRecord]
    problems: list[Problem]


class Event(Document):
    """One thing that was sent, decided or done; `subject` is the opaque id that logs show."""

    at: datetime
    what: str
    subject: str


class WaitRecord(Document):
    """The wait that leave makes long: its burden in missed sessions without any make-up, and with what is offered.

    `chance` in hundredths of the client's own usual hour and weekday, and what it rests on; null without a time.
    """

    burden_before: float
    burden_after: float
    chance: int | None
    rests_on: str | None
    interval_assumed: bool = Field(description="How often the client comes is not known; a week stands in.")


class Explanation(Document):
    """Everything about one displaced session. `free_times` were open to this client by the rules alone."""

    absence: str
    session: SessionRecord
    free_times: int | None
    ruled_out: dict[str, int]
    wait: WaitRecord | None = Field(description="Null outside a wait that leave tears, and once all is over.")
    waits_for: str | None = Field(description="What its first message waits for, if it does.")
    alternatives: list[ProposedSlot]
    history: list[Event]


class PastSession(Document):
    """A session that leave displaced and does no longer: it is over, or takes place again."""

    absence: str
    conflict: str
    client: str
    therapist: str
    original: Time
    original_state: Literal["standing", "cancelled"]
    state: str = Field(description="open, settled, healed, gone or closed.")
    reason: str | None
    history: list[Event]


class ExplainDocument(Document):
    """`syncd explain CLIENT_OR_SESSION --json`."""

    schema_version: Literal[1] = SCHEMA_VERSION
    generated_at: datetime
    sessions: list[Explanation]
    past: list[PastSession]
    asked: list[AskedRecord]


class CalendarRecord(Document):
    """How far a calendar was read."""

    calendar: str
    first_read: datetime
    full_read: datetime
    objects: int


class UnreadRecord(Document):
    """An event that could not be read or understood, since when."""

    uid: str
    since: datetime
    reason: str


class GroundRecord(Document):
    """How reading a calendar or the mailbox goes: when it was last read completely, and since when it is not."""

    place: str = Field(description="A calendar as account/name, or mailbox.")
    last_read: datetime | None
    unread_since: datetime | None
    reason: str
    unread: list[UnreadRecord]


class EffectRecord(Document):
    """An effect that needs a look: its outcome is unclear, or a human has to decide."""

    subject: str
    version: str
    kind: str
    state: str
    attempts: int
    since: datetime | None
    detail: str


class Messages(Document):
    """What left the house."""

    total: int
    last_24h: int
    last_at: datetime | None


class QuotaRecord(Document):
    """What an account with Google used of its quota on this day, which ends at midnight Pacific there."""

    account: str
    since: datetime = Field(description="When the first request that was counted was made.")
    requests: int
    busiest_minute: int = Field(description="The most requests within one minute.")
    refused: int = Field(description="How often Google asked for fewer requests.")
    last_refused: datetime | None


class StatusDocument(Document):
    """`syncd status --json`: what the store knows, without asking a server. Counts are by state."""

    schema_version: Literal[1] = SCHEMA_VERSION
    generated_at: datetime
    version: str = Field(description="of the command that says so")
    instance: str
    running: bool = Field(description="True while a daemon, a worker or a command acts on the store.")
    acting: str | None = Field(description="Which one: its machine, and the command by which it was started.")
    last_pass: datetime | None
    paused: str | None
    paused_since: datetime | None
    paused_until: datetime | None = Field(
        description="When the event ends that pauses it; null where only `syncd resume` ends it."
    )
    halted: str | None = Field(description="why passes read and do nothing else, and what to do about it")
    halted_since: datetime | None
    degraded: bool = Field(description="True while something cannot be read.")
    calendars: list[CalendarRecord]
    reading: list[GroundRecord]
    accounts: dict[str, datetime | None] = Field(
        description="When each account, and the mailbox, was last read completely."
    )
    last_backup: datetime | None = Field(
        description="When `syncd backup` last made a copy; null: never. Other copies, such as dumps, nobody tells of."
    )
    sign_ins_end: dict[str, datetime] = Field(
        description="By account with Google, when its sign-in ends, where Google ends it."
    )
    quota: list[QuotaRecord] = Field(
        description="By account with Google: what it used today, as the last look that acted counted it."
    )
    displaced_sessions: dict[str, int]
    offers: dict[str, int]
    effects: dict[str, int] = Field(
        description="Effects that are not over: ready, claimed, inflight, unknown …"
    )
    oldest_waiting: datetime | None = Field(description="Since when the oldest effect waits to happen.")
    needs_a_look: list[EffectRecord]
    messages: Messages
    next_answer_due: datetime | None
