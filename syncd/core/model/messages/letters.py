"""What a letter to a therapist says, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from syncd.core.model.client import Tier
from syncd.core.model.leave import Cost, Saying
from syncd.core.model.messages.weeks import Weeks
from syncd.core.time.spans import Span

Named = tuple[str, int]  # one thing that speaks for or against, and its number: a template has the words


class Detail(StrEnum):
    """What letters may hold of clients: a mail may be read by others, and lies on servers."""

    NAMES = "names"  # names and numbers; no tier, and not why somebody comes first
    FULL = "full"
    INITIALS = "initials"  # no name, no number, no title of an entry


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
    HANDOVER = "handover"  # of long leave: whom to tell in person, or whom nobody covers for
    ANSWER = "answer"  # what they answered to a letter approves nothing
    MEANWHILE = "meanwhile"  # to the office and who covers: what the therapist reads only when they are back
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
    choices: tuple[Span, ...] = ()  # further times that are suggested with it, of which the client takes one
    knows: bool = True  # False: the client has not heard of it yet
    before: str = ""  # what became of the time offered before
    call: bool = False  # no mail tells them in time: they have to hear it from somebody,
    call_from: datetime | None = None  # not before then: it is night where they are,
    call_by: datetime | None = None  # and by then, so that it is of use
    zone: ZoneInfo | None = None  # by whose clocks they live
    leaves: datetime | None = None  # when their next message leaves,
    unread: bool = False  # unless what that rests on cannot be read then; it cannot now
    word: bool = False  # which says only that it does not take place
    kind: str = ""  # what the time is, where it is no session: `call` or `extend`
    more: int = 0  # further sessions of the client that this row stands for
    colleague: str = ""  # who sees them then, where it is not their own therapist
    news: str = ""  # since an earlier yes: `new`, or the new kind of offer; `added` since an earlier letter
    reason: tuple[
        Named, ...
    ] = ()  # why they come where they come, or why no time was found: for plan letters alone


@dataclass(frozen=True, slots=True)
class Proposal:
    """Times of a colleague's that could be kept for a client through long leave."""

    therapist: str
    name: str
    first: Span
    every: int  # weeks
    count: int
    turns: int  # how often the client would come otherwise


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One client of a therapist who is away for long: what falls out, when they meet before and after, who covers."""

    client: str
    initials: str
    name: str
    phone: str
    tier: Tier
    rows: tuple[LetterRow, ...]  # what has a time, and one for all the rest
    before: Span | None = None  # the last meeting before,
    after: Span | None = None  # and the first one afterwards
    cover: str = ""  # the name of the colleague who covers, by the therapist's word
    could: Proposal | None = None  # how they would see them, or how somebody could who was not named yet
    also_away: tuple[
        tuple[date, date], ...
    ] = ()  # first and last days on which that colleague is away as well

    @property
    def knows(self) -> bool:
        """True once they know of all that falls out."""
        return all(row.knows for row in self.rows)

    @property
    def sessions(self) -> int:
        """How many fall out."""
        return sum(1 + row.more for row in self.rows)


class Stage(StrEnum):
    """What a letter about long leave is for."""

    ALL = "all"  # the whole of it
    IN_PERSON = "in_person"  # twelve weeks before: whom to tell
    UNCOVERED = "uncovered"  # four weeks before: whom nobody covers for
    COVER = "cover"  # to a colleague: for whom they cover


class NoCover(StrEnum):
    """Why a colleague who was named to cover for a client does not."""

    UNKNOWN = "unknown"  # no client is called so
    NO_COLLEAGUE = "no_colleague"  # nobody who covers for this therapist is, or several are
    AWAY = "away"  # they are away all that time themselves
    NOT_ALLOWED = "not_allowed"  # the client, or the practice, does not want it


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A `#cover` that counts for nothing; `initials` are empty where it names nobody."""

    initials: str
    why: NoCover


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """What a letter says of long leave: everybody in order of rank, and when what happens."""

    stage: Stage
    clients: tuple[HandoverRow, ...]
    in_person: datetime | None = None  # when the list of whom to tell comes; None: this one is it
    notices: datetime | None = None  # when clients hear; None: now, or as soon as that may be
    uncovered: datetime | None = None  # when those nobody covers for are listed; None: this letter lists them
    ill: bool = False
    changed: bool = (
        False  # more than an earlier letter held, or than was approved; to a colleague: other days
    )
    colleague: str = ""  # who covers, where the practice reads of it
    uncounted: tuple[Uncounted, ...] = ()  # each #cover that counts for nothing


@dataclass(frozen=True, slots=True)
class Totals:
    """Of so many sessions `timed` have a time, `calls` of them that of a call; `more` would have one with a larger
    budget; the others have none.
    """

    sessions: int
    timed: int
    more: int = 0
    budget: int | None = None
    calls: int = 0

    @property
    def none(self) -> int:
        """Those for whom there is no time."""
        return self.sessions - self.timed - self.more


@dataclass(frozen=True, slots=True)
class MemberToCall:
    """A member of a group or a couple who has to be called, as no mail tells them that it falls out then."""

    initials: str
    name: str
    phone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TagTime:
    """Whose it would be, by initials, when, and with which colleague."""

    initials: str
    slot: Span
    colleague: str = ""


@dataclass(frozen=True, slots=True)
class TagHelp:
    """A tag (`call`, `cover`, `extend`) that is not set, and what it would give to those without a time."""

    tag: str
    times: tuple[TagTime, ...]


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What the day's letter says beside who did not answer and what still waits."""

    agreed: tuple[str, ...] = ()  # initials of who said yes since the letter before it,
    declined: tuple[str, ...] = ()  # and no
    today: tuple[
        tuple[datetime, LetterRow], ...
    ] = ()  # whom they see today, when, and what these do not know
    calls: tuple[LetterRow, ...] = ()  # whom to call, the next one first
    refused: tuple[tuple[str, date, date], ...] = ()  # titles and days of what a no by mail says is no leave


BY_HAND = frozenset(
    {
        "call",
        "owed",
        "call_again",
        "call_near",
        "words",
        "accepted_words",
        "refusal",
        "proposed",
        "brought_back",
        "both",
        "clash",
        "into_leave",
    }
    | {"mistyped"}
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
    absent: str = ""  # to a colleague who covers, or the office: whose client it is about,
    elsewhere: ZoneInfo | None = None  # and by whose clocks that therapist lives
    online: tuple[str, ...] = ()  # and the initials of whom the colleague sees online
    others: tuple[tuple[date, date, str], ...] = ()  # further absences that wait: first and last day, code
    doubt: str = ""  # why an answer cannot be taken at its word,
    address: str = ""  # and the address it came from, or which of a client's two said what the other did not
    refused: bool = False  # that one said no
    dropped: datetime | None = None  # the time that had been proposed instead, and ends with a yes to another
    words: bool = False  # words of the client's came beside what it is about
    calling: bool = False  # those to be called stand first: it is due
    as_of: datetime | None = None  # what it rests on was read until then, and could not be since
    heard: bool = True  # answers by mail can be read all the same
    kept: bool = True  # the time that was not answered still is
    lost: tuple[LetterRow, ...] = ()  # beside those that are kept, those that are not
    gone_by: tuple[LetterRow, ...] = ()  # beside either, those whose time has passed
    waiting: tuple[
        LetterRow, ...
    ] = ()  # of which an earlier letter told, and that still wait for the therapist
    came: tuple[LetterRow, ...] = ()  # what came back since the letter before, and could wait for this one
    others_read: tuple[LetterRow, ...] = ()  # and of what others read while they were away
    back: datetime | None = None  # when whoever is away reads letters again
    doubted: bool = False  # nobody knows yet whether it is leave
    going: bool = False  # something of it was sent, or approved, before: that goes on
    unread: tuple[str, ...] = ()  # why entries of the calendar could not be read, one by one
    beyond: tuple[str, ...] = ()  # tags that count only as far as the practice's limits
    falling: tuple[LetterRow, ...] = ()  # whose client was asked about a time that this leave takes back
    falling_unasked: tuple[LetterRow, ...] = ()  # those whose time is so near that it goes without a yes
    handover: HandoverFacts | None = None  # where it is about leave that is handed over
    totals: Totals | None = None  # who has a time; None where everybody has, or nothing was planned
    helps: tuple[TagHelp, ...] = ()  # what tags would give to those without one
    unaffected: tuple[
        tuple[str, str], ...
    ] = ()  # initials and names: to be told in person that nobody is there
    everyone: tuple[
        tuple[str, str], ...
    ] = ()  # the same of those who are mailed that, though nothing falls out
    everyone_at: datetime | None = None  # when the first of them hears; None: that has been
    together: tuple[datetime, ...] = ()  # when groups and couples would meet in the leave,
    together_moved: tuple[
        tuple[datetime, datetime], ...
    ] = ()  # those that take place at another time: when they were said to fall out, and when they are
    together_mailed: tuple[tuple[str, str], ...] = ()  # of them who is mailed that,
    together_unasked: tuple[tuple[str, str], ...] = ()  # who is, be a yes missing, as they meet within 24 h,
    together_told: tuple[tuple[str, str], ...] = ()  # and whom nobody but the therapist tells
    together_calls: tuple[MemberToCall, ...] = ()  # those whom the letter asks to call
    together_at: datetime | None = None  # when the first of them hears; None: that has been
    cost: Cost | None = None  # of a question, as far as it is known
    compared: tuple[Cost, ...] = ()  # of the therapist's other questions
    entry: bool = False  # something in the calendar is there to settle it at
    unsettled: tuple[datetime, ...] = ()  # when events begin in the leave that only the therapist can settle
    unexplained: tuple[datetime, ...] = ()  # when events begin in it of which nothing says whose they are
    called: tuple[str, ...] = ()  # titles of what may be leave
    again: bool = False  # the same was asked before
    late: datetime | None = None  # and from then on a yes comes too late for some of it
    answerable: bool = False  # a yes can be said by answering it
    asked_in: tuple[
        tuple[str, str], ...
    ] = ()  # by code, the key of the letter that asked for each of `others`
    part: Span | None = None  # the hours that are meant, where `days` is one day and no whole one
    twice: tuple[datetime, ...] = ()  # when sessions begin that stand there twice and count once
    sayings: tuple[
        Saying, ...
    ] = ()  # their own sentences for the mails of this absence, be they carried or not
    said_anew: bool = False  # these are what is new: no letter before showed them,
    read_before: tuple[str, ...] = ()  # and the initials of whom mails told before
    weeks: Weeks | None = None  # to look at, where it can be shown
    day: DayFacts | None = None  # of the day's letter

    @property
    def needed(self) -> bool:
        """True where something waits for the therapist: a call, an answer, or what only they can settle."""
        asked = self.calling or bool(self.unsettled) or bool(self.together_calls)
        return asked or any(row.text in BY_HAND for row in self.rows)
