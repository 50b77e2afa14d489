"""What our entries in a calendar show, as facts: initials, times and states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from syncd.core.model.leave import Cost
from syncd.core.model.messages.letters import LetterRow, Totals
from syncd.core.model.offer import OfferKind, OfferState
from syncd.core.time.spans import Span


class Room(StrEnum):
    """What an entry says of the room that was to be made for it."""

    UNSAID = ""
    LACKING = "lacking"
    ADDED = "added"  # nothing any more: it said that there is none


@dataclass(frozen=True, slots=True)
class ShowFacts:
    """An offer as it shall stand in the therapist's own calendar: initials and state, never a full name."""

    uid: str
    span: Span
    kind: OfferKind
    state: OfferState
    initials: str
    original: Span
    zone: ZoneInfo
    language: str
    tentative: bool = False
    frozen: bool = False
    by_mail: bool = True
    bounced: bool = False  # the invitation came back
    at_odds: bool = False  # the client's two addresses answered yes and no
    doubtful: bool = False  # an answer came that the therapist has to confirm
    late: bool = False  # the yes came after a no
    turns: int = 0  # of the offer: what looks as it did before is written again
    location: str = ""
    link: str = ""
    conference: bool = False  # its server is asked for a room for it alone
    room: Room = Room.UNSAID
    absent: str = ""  # whose client it is, where this is a colleague's calendar
    untold: bool = False  # it ended, and no mail could tell its client
    clash: bool = False  # another one was moved to this time before
    mistyped: bool = False  # what the therapist typed into the title is no clear yes or no
    choices: tuple[Span, ...] = ()  # further times that are suggested with it, of which the client takes one


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The plan event on the first day of an absence: initials, times and states, nothing else."""

    uid: str
    day: date
    zone: ZoneInfo
    language: str
    code: str
    rows: tuple[LetterRow, ...]
    leaves: datetime | None = None  # when the next message leaves,
    leaving: tuple[str, ...] = ()  # and the initials of those who get it
    stuck: tuple[str, ...] = ()  # whose message is due and waits for what cannot be read
    tags: tuple[str, ...] = ()  # what the leave's own text asks for, as `none`
    opened: tuple[Span, ...] = ()  # hours that the therapist opened,
    shut: tuple[Span, ...] = ()  # and those that lie in leave: nothing is offered there
    going: bool = False  # something of it was sent, or approved, before: that goes on
    falling: tuple[LetterRow, ...] = ()  # whose client was asked about a time that this leave takes back
    falling_unasked: tuple[LetterRow, ...] = ()  # those whose time is so near that it goes without a yes
    totals: Totals | None = None  # who has a time; None where everybody has, or nothing was planned
    unread: int = 0  # entries of the therapist's calendars that cannot be read
    asked: bool = False  # a question mark was added to its leave: nothing leaves


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """The entry on the first day of what may become leave: whom it would hit, and what it costs."""

    uid: str
    day: date
    zone: ZoneInfo
    language: str
    days: tuple[date, date]
    hits: tuple[tuple[str, Span], ...]  # initials and times of the sessions that would fall out
    held: tuple[tuple[str, Span], ...] = ()  # and of what is held or offered there, and stays
    cost: Cost | None = None  # None: it is still to be worked out
    others: tuple[Cost, ...] = ()  # of the same therapist's other questions


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """The entry on today that says which leave waits for a yes. `rows`: first and last day, and the code."""

    uid: str
    day: date
    zone: ZoneInfo
    language: str
    rows: tuple[tuple[date, date, str], ...]


Overview = PlanFacts | QuestionFacts | WaitingFacts  # what stands there for a whole day
