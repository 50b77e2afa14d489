"""What may happen in a life of absences, as values: a diary of them prints, reads and replays exactly.

Days are ISO dates, times are Berlin wall clock (`2026-07-06 10:00`), entries of ours go by their token's number.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """How a life begins: when, with whom, and under which rules."""

    start: str
    clients: tuple[str, ...]
    rules: str = "plain"  # a name in dwelling.RULES
    shared: bool = False  # the first client also sees Lee, in the same practice
    server: str = "plain"  # a name in dwelling.SERVERS

    @property
    def review(self) -> bool:
        """True where everything waits for a yes."""
        return self.rules.endswith("review")


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes while the daemon is awake."""

    hours: float


@dataclass(frozen=True, slots=True)
class Block:
    """Dana blocks whole days."""

    uid: str
    first: str
    days: int
    title: str = "Vacation"


@dataclass(frozen=True, slots=True)
class BlockHours:
    """Dana blocks part of a day."""

    uid: str
    start: str
    minutes: int
    title: str = "Vacation"


@dataclass(frozen=True, slots=True)
class BlockWeekly:
    """Dana blocks whole days that come again every week."""

    uid: str
    first: str
    days: int
    weeks: int
    title: str = "Vacation"


@dataclass(frozen=True, slots=True)
class Relocate:
    """Dana moves a block to her other calendar, with its UID."""

    uid: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Dana copies a block, which then stands twice."""

    uid: str
    copy: str


@dataclass(frozen=True, slots=True)
class SplitLeave:
    """Dana ends a block after some of its days; `rest` goes on from there, as long as the block was."""

    uid: str
    days: int
    rest: str


@dataclass(frozen=True, slots=True)
class Span:
    """Dana makes a block longer or shorter, or moves it."""

    uid: str
    first: str
    days: int


@dataclass(frozen=True, slots=True)
class Retitle:
    """Dana changes an event's title: tags, or words that are leave no more."""

    uid: str
    title: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Dana deletes an event of her own."""

    uid: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A client answers an invitation by mail; `number` counts those the client got, `delay` ages the DTSTAMP."""

    client: str
    number: int
    how: str
    sender: str = ""  # "" for the address we wrote to
    delay: int = 0  # minutes that the answer was under way


@dataclass(frozen=True, slots=True)
class Propose:
    """A client proposes another time (COUNTER) for the invitation they got last."""

    client: str
    start: str


@dataclass(frozen=True, slots=True)
class Note:
    """A client writes back in words, or their mail server answers by itself."""

    client: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    """Dana deletes an entry of ours."""

    entry: int


@dataclass(frozen=True, slots=True)
class HidePlan:
    """Dana deletes the n-th plan event, in order of their days."""

    number: int


@dataclass(frozen=True, slots=True)
class Drag:
    """Dana drags an entry of ours to another time."""

    entry: int
    start: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Dana adds `#yes`, `#no` or `#told` to the title of an entry of ours."""

    entry: int
    tag: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Dana copies an entry of ours, marker and all, as some calendar programs do."""

    entry: int
    uid: str
    start: str


@dataclass(frozen=True, slots=True)
class Event:
    """Dana enters something of a title and length: busy time, `#makeup`, a pause."""

    uid: str
    start: str
    minutes: int
    title: str = "Dentist"


@dataclass(frozen=True, slots=True)
class ExtraSession:
    """Dana enters a single session with a client."""

    uid: str
    client: str
    start: str


@dataclass(frozen=True, slots=True)
class MoveSession:
    """Dana moves one session of a client's series."""

    client: str
    day: str
    start: str


@dataclass(frozen=True, slots=True)
class DropSession:
    """Dana deletes one session of a client's series."""

    client: str
    day: str


@dataclass(frozen=True, slots=True)
class KeepSession:
    """Dana marks one session with `#keep`."""

    client: str
    day: str


@dataclass(frozen=True, slots=True)
class EndSeries:
    """Dana ends a client's series before a day; `split` goes on with a new one from that day ("this and following")."""

    client: str
    day: str
    split: bool = False


@dataclass(frozen=True, slots=True)
class Restart:
    """The daemon ends and is started again."""


@dataclass(frozen=True, slots=True)
class Restore:
    """The daemon's store is lost; what is put in its place is the newest backup, the first when life began."""


@dataclass(frozen=True, slots=True)
class Adopt:
    """An operator runs `syncd adopt --yes`."""


@dataclass(frozen=True, slots=True)
class Backup:
    """The daemon's store is copied."""


@dataclass(frozen=True, slots=True)
class Again:
    """A message that came comes again, as the post brings it or sent anew; `number` counts all that came."""

    number: int
    anew: bool = False  # with a Message-ID of its own


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail to a client comes back as undeliverable; `number` counts those to them."""

    client: str
    number: int


@dataclass(frozen=True, slots=True)
class Die:
    """The process is killed at the n-th call from now on to calendar, post or store, and started anew at once."""

    call: int
    after: bool = False  # the call took effect


@dataclass(frozen=True, slots=True)
class Trouble:
    """For some hours calls to a place fail, one in `every`; several troubles may last at once."""

    place: str  # home (the account), home/Away, post, mailbox, store
    how: str  # dark, auth, unclear, lost, garbled, rejected, read only, full
    hours: float
    every: int = 1


@dataclass(frozen=True, slots=True)
class SetWrong:
    """The machine's wall clock is wrong by so much from now on; 0 sets it right."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Off:
    """An operator pauses the whole practice, or lets it go on."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """An operator takes a client's line out of the roster, or puts it back."""

    client: str
    there: bool


@dataclass(frozen=True, slots=True)
class Fail:
    """What goes wrong with the next call: a fault that the connector or the post office knows."""

    where: str  # read, write, written, refused, lost, empty


Entered = (
    Block
    | BlockHours
    | BlockWeekly
    | Relocate
    | Duplicate
    | SplitLeave
    | Span
    | Retitle
    | Delete
    | Event
    | ExtraSession
)
Said = Answer | Propose | Note
Handled = Remove | HidePlan | Drag | Tag | Copy
Rescheduled = MoveSession | DropSession | KeepSession | EndSeries
Hostile = (
    Restart | Restore | Adopt | Backup | Again | Returned | Die | Trouble | SetWrong | Off | Listed | Fail
)
Step = Wait | Entered | Said | Handled | Rescheduled | Hostile


@dataclass(frozen=True, slots=True)
class Diary:
    """One life: enough to live it again."""

    opening: Opening
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        """Python that makes it, one step a line."""
        lines = "".join(f"        {step!r},\n" for step in self.steps)
        return f"Diary(\n    {self.opening!r},\n    (\n{lines}    ),\n)"
