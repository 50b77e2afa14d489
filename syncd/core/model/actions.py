"""The sum type of effects: everything syncd ever does to the outside world, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from syncd.core.model.effects import EffectKey
from syncd.core.model.event import EventDraft, OccurrenceRef
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears of an object when the calendar server carries the invitation; what the ledger remembers of it."""

    client: str
    therapist: str
    conflict: str
    absence: str
    sequence: int
    due: datetime


@dataclass(frozen=True, slots=True)
class PutEvent:
    """Create (etag "") or replace an object of ours. With `hearing` it invites."""

    key: EffectKey
    calendar: str
    draft: EventDraft
    etag: str = ""
    after: EffectKey | None = None
    hearing: Hearing | None = None
    number: int = 0  # among all effects of the practice


@dataclass(frozen=True, slots=True)
class DeleteEvent:
    """Remove an object of ours; gone already is success. `quiet`: its client knows, a server that can tells nobody.

    `language`: in which its client then reads, by the calendar's own mail, that it is off; `words`: what they read.
    """

    key: EffectKey
    calendar: str
    uid: str
    etag: str = ""
    after: EffectKey | None = None
    quiet: bool = False
    number: int = 0  # among all effects of the practice
    language: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CancelOriginal:
    """Cancel one occurrence of a displaced original, conditional on its etag; its pre-image comes back."""

    key: EffectKey
    ref: OccurrenceRef
    etag: str
    after: EffectKey | None = None
    number: int = 0  # among all effects of the practice


@dataclass(frozen=True, slots=True)
class RestoreOriginal:
    """Undo a CancelOriginal with the pre-image it returned."""

    key: EffectKey
    ref: OccurrenceRef
    pre_image: str
    after: EffectKey | None = None
    number: int = 0  # among all effects of the practice


@dataclass(frozen=True, slots=True)
class Mail:
    """A message, complete and frozen: these bytes leave, or none.

    `drawing`: an SVG, deflated; the bytes leave with its PNG where `DRAWN` stands in them.
    """

    message_id: str
    sender: str
    recipient: str
    content: bytes
    also: str = ""  # a second recipient of the same message
    drawing: bytes = b""


DRAWN = b"<<the drawing, as the mail leaves>>"  # of characters that no base64 has


@dataclass(frozen=True, slots=True)
class Revival:
    """A session of which a mail says that it takes place after all: the life that begins, what lies before it."""

    conflict: str
    life: int
    bygone: int  # number of the last offer before


@dataclass(frozen=True, slots=True)
class SendMail:
    """Hand one frozen message to the mailer."""

    key: EffectKey
    mail: Mail
    offer: str = ""
    conflict: str = ""
    absence: str = ""
    client: str = ""  # "" for a letter to the therapist
    therapist: str = ""
    sequence: int = 0  # of the calendar part, where there is one
    due: datetime | None = None  # when the answer it asks for is due
    asks: bool = False  # REQUEST and reminder: what the caps count
    promises: bool = (
        False  # it says that another time follows, for all that it tells of but what it invites to
    )
    put_down: Span | None = None  # where it says that the therapist put the session, or entered another one
    besides: tuple[str, ...] = ()  # further conflicts that it tells of
    days: tuple[date, date] | None = None  # on which it says that the therapist is away
    revived: tuple[Revival, ...] = ()
    after: EffectKey | None = None
    number: int = 0  # among all effects of the practice


Action = PutEvent | DeleteEvent | CancelOriginal | RestoreOriginal | SendMail


def calendar_of(action: Action) -> str:
    """The calendar that it writes to; "" for a mail."""
    match action:
        case PutEvent() | DeleteEvent():
            return action.calendar
        case CancelOriginal() | RestoreOriginal():
            return action.ref.calendar
        case SendMail():
            return ""


def counted(action: Action, number: int) -> Action:
    """The action under its number, which what it writes carries (I22). A mail has its own in its Message-ID already."""
    if isinstance(action, PutEvent):
        marker = replace(action.draft.marker, number=number)
        return replace(action, number=number, draft=replace(action.draft, marker=marker))
    return replace(action, number=number)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One append-only line of what was decided or done, with opaque ids only."""

    at: datetime
    subject: str
    event: str
    detail: Mapping[str, str] = field(default_factory=dict)
