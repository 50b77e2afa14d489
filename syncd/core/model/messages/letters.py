"""What a letter to a therapist says, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from syncd.core.time.spans import Span

Named = tuple[str, int]  # one thing that speaks for or against, and its number: a template has the words


class LetterKind(StrEnum):
    """Every message that a therapist can get."""

    PLAN = "plan"  # plan ready, or it waits for a yes
    CONCERN = "concern"  # something came back that a human must read
    SILENCE = "silence"  # nobody answered
    CALL_LIST = "call_list"  # who must be reached in person
    TROUBLE = "trouble"  # something could not be read or written
    UNREAD = "unread"  # entries of the calendar that could not be read
    TAKING_BACK = (
        "taking_back"  # leave went, or a session stands again inside it: what will be said, and when
    )
    QUESTION = "question"  # what may become leave, or a question mark behind leave that somebody has heard of
    COVER = "cover"  # to a colleague: a time is held for a client of somebody else's, or that client accepted


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One line of a letter or plan event."""

    initials: str
    name: str
    phone: str
    original: Span
    text: str
    slot: Span | None = None
    knows: bool = True  # False: the client has not heard of it yet
    before: str = ""  # what became of the time offered before
    call: bool = False  # no mail tells them in time: they have to hear it from somebody,
    call_from: datetime | None = None  # not before then: it is night where they are,
    zone: ZoneInfo | None = None  # by whose clocks they live
    leaves: datetime | None = None  # when their next message leaves
    kind: str = ""  # what the time is, where it is no session: `call` or `extend`
    colleague: str = ""  # who sees them then, where it is not their own therapist
    news: str = ""  # since an earlier yes: `new`, or the new kind of offer; `added` since an earlier letter
    reason: tuple[
        Named, ...
    ] = ()  # why they come where they come, or why no time was found: for plan letters alone


@dataclass(frozen=True, slots=True)
class Totals:
    """Of so many sessions `timed` have a time; `more` would, with a larger budget; the others have none."""

    sessions: int
    timed: int
    more: int = 0
    budget: int | None = None

    @property
    def none(self) -> int:
        """Those for whom there is no time."""
        return self.sessions - self.timed - self.more


BY_HAND = frozenset(
    {"call", "call_again", "words", "refusal", "proposed", "brought_back", "both", "clash"}
)  # what a row says that only the therapist can settle


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """One message to a therapist (or, for call lists, to the practice as well)."""

    kind: LetterKind
    to: str
    language: str
    zone: ZoneInfo
    days: tuple[date, date] | None
    sent_at: datetime
    code: str = ""  # what `#ok` needs; "" when nothing waits
    why: str = ""
    rows: tuple[LetterRow, ...] = ()
    absent: str = ""  # to a colleague who covers, or the office: whose client it is about
    online: bool = False  # and whether they meet online
    others: tuple[tuple[date, date, str], ...] = ()  # further absences that wait: first and last day, code
    words: bool = False  # words of the client's came beside what it is about
    calling: bool = False  # those to be called stand first: it is due
    kept: bool = True  # the time that was not answered still is
    doubted: bool = False  # nobody knows yet whether it is leave
    going: bool = False  # something of it was sent, or approved, before: that goes on
    unread: tuple[str, ...] = ()  # why entries of the calendar could not be read, one by one
    beyond: tuple[str, ...] = ()  # tags that count only as far as the practice's limits
    falling: tuple[LetterRow, ...] = ()  # whose client was asked about a time that this leave takes back
    falling_unasked: tuple[LetterRow, ...] = ()  # those whose time is so near that it goes without a yes
    totals: Totals | None = None  # who has a time; None where everybody has, or nothing was planned
    unaffected: tuple[
        tuple[str, str], ...
    ] = ()  # initials and names: to be told in person that nobody is there
    unsettled: tuple[datetime, ...] = ()  # when events begin in the leave that only the therapist can settle

    @property
    def needed(self) -> bool:
        """True where something waits for the therapist: a call, an answer, or what only they can settle."""
        return self.calling or bool(self.unsettled) or any(row.text in BY_HAND for row in self.rows)
