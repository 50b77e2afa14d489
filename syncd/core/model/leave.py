"""Sessions, leave blocks and the absences they make; what was seen of them, what they cost, who covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from syncd.core.model.event import OccurrenceRef
from syncd.core.time.spans import Span, When


@dataclass(frozen=True, slots=True)
class Session:
    """One occurrence with one roster client."""

    therapist: str
    client: str
    ref: OccurrenceRef
    span: Span
    keep: bool = False
    told: bool = False  # the client has heard, not from us, that it does not take place
    location: str = ""
    link: str = ""
    conference: bool = False  # its server made that link for it alone
    etag: str = ""
    offer: str = ""  # UID of the accepted offer it is, if it is a make-up
    bounded: bool = False  # of a series that ends

    @property
    def usual(self) -> bool:
        """True for what recurs; a make-up, or what the therapist entered for once, is a time agreed on."""
        return bool(self.ref.recurrence_id) and not self.offer


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of the therapist's own for the mails of an absence: for clients of a `language`, or "" for all others.

    `fault` says why it is not carried; "" where it is.
    """

    text: str
    language: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class LeaveBlock:
    """One event by which the therapist says: away. `waits` names why it needs approval, if it does.

    `mentions`: it speaks of leave without saying "away" for sure, so that it is leave once a yes says so.
    `root` is the event whose place it took: leave that is cut and pasted stays the leave it was. What has vanished
    stands on, `lifted_at` when that was first seen, until it is believed at `back_at`; `span` is then what is missing.
    `asked_at`: since when a question mark stands behind its title.
    """

    therapist: str
    ref: OccurrenceRef
    when: When
    span: Span
    tags: tuple[str, ...] = ()
    waits: str = ""
    mentions: bool = False
    root: OccurrenceRef | None = None
    lifted_at: datetime | None = None
    back_at: datetime | None = None
    asked_at: datetime | None = None
    ill: bool = False  # its title says so
    sayings: tuple[Saying, ...] = ()

    @property
    def doubted(self) -> bool:
        """True while no `#ok` in its own text says that it is leave."""
        return self.mentions and "ok" not in self.tags

    @property
    def origin(self) -> OccurrenceRef:
        """By which it is known, whatever event it is now."""
        return self.root or self.ref


@dataclass(frozen=True, slots=True)
class Lost:
    """A session ahead that stood in the calendar and is gone since then, or `moved`: believed at `back_at`.

    Until then it counts as standing, but where it was moved to counts as well.
    """

    session: Session
    since: datetime
    back_at: datetime
    moved: bool = False

    def believed(self, now: datetime) -> bool:
        """True at a later look than the one that saw it first, once it has stayed away for long enough."""
        return self.since < now and self.back_at <= now


@dataclass(frozen=True, slots=True)
class KnownLeave:
    """One therapist's leave as the last pass knew it, what had vanished and was not yet believed included.

    `questions` ask what leave would cost: they are none. `lost` are the sessions ahead that are gone.
    """

    therapist: str
    blocks: tuple[LeaveBlock, ...]
    questions: tuple[LeaveBlock, ...] = ()
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Leave blocks of one therapist with no working day between them: all of them doubted, or none."""

    id: str
    therapist: str
    blocks: tuple[LeaveBlock, ...]
    span: Span

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of all its blocks, in their order."""
        return tuple(tag for block in self.blocks for tag in block.tags)

    @property
    def doubted(self) -> bool:
        """True where nothing says for sure that the therapist is away."""
        return all(block.doubted for block in self.blocks)

    @property
    def ill(self) -> bool:
        """True where one of its blocks says that the therapist is ill."""
        return any(block.ill for block in self.blocks)

    @property
    def remaining(self) -> Span:
        """From the first to the last of its blocks that stand in the calendar; of all where all have vanished."""
        there = [block.span for block in self.blocks if block.lifted_at is None]
        if not there:
            return self.span
        return Span(min(one.start for one in there), max(one.end for one in there))

    def covers(self, span: Span) -> bool:
        """True when one of its blocks lies over a part of `span`."""
        return any(block.span.overlaps(span) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class SeenLeave:
    """When the store first saw a leave block with this span and these policy tags."""

    fingerprint: str
    seen_at: datetime
    initial: bool = False  # it stood there when its calendar was first read, or:
    meanwhile: bool = False  # it came, or was changed, while the store did not know all that had been done


ONE = 1000  # thousandths: one missed session of one client; two in a row are four


@dataclass(frozen=True, slots=True)
class TierCost:
    """The clients of one tier: how many, the days of their longest wait, and the burden, without a plan and with it."""

    tier: int
    clients: int
    sessions: int
    wait: int
    burden: int
    wait_left: int
    left: int


@dataclass(frozen=True, slots=True)
class Start:
    """The same leave on other days, and the burden that its best plan would leave, by tier."""

    first: date
    last: date
    sessions: int
    left: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a question's leave would cost on its days (the last one included).

    `rests_on` names what it was worked out from, and `at` when. `makeups` are those of the best plan; `starts` are the
    cheapest of `compared` others, fewest burden first. `sure`: none of the others costs less. `failed` says why there
    is no answer.
    """

    question: str
    therapist: str
    rests_on: str
    at: datetime
    first: date
    last: date
    tiers: tuple[TierCost, ...] = ()
    makeups: int = 0
    proven: bool = True
    starts: tuple[Start, ...] = ()
    compared: int = 0
    sure: bool = True
    failed: str = ""

    @property
    def burden(self) -> int:
        """Of everybody, without a plan."""
        return sum(one.burden for one in self.tiers)

    @property
    def left(self) -> int:
        """Of everybody, with the best one."""
        return sum(one.left for one in self.tiers)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a colleague could give one client through long leave, or does: they were `named`.

    `times` are the sessions, in order, `every` so many weeks; `turns` how often the client would come otherwise.
    """

    absence: str
    client: str
    therapist: str
    every: int
    times: tuple[Span, ...]
    turns: int
    named: bool = False
