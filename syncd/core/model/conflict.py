"""Conflicts: sessions displaced by an absence, as rows that live on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from syncd.core.model.event import OccurrenceRef
from syncd.core.time.spans import Span

# Why a session is closed of which a person has told its client: it stays so, whoever is named again later
LEFT_PRACTICE = "who it was with, or for, left the practice"


class ConflictState(StrEnum):
    """Whether a displaced session still wants something from us."""

    OPEN = "open"
    SETTLED = "settled"  # a make-up accepted, or the therapist said so
    HEALED = "healed"  # the leave no longer covers it
    GONE = "gone"  # the therapist removed or moved the session
    CLOSED = "closed"  # its time has come, or nothing further is offered


class OriginalState(StrEnum):
    """What has become of the displaced session's own event."""

    IN_PLACE = "standing"  # the word that stores and documents know
    CANCELLED = "cancelled"  # by us; its pre-image is kept


@dataclass(frozen=True, slots=True)
class Conflict:
    """A session displaced by an absence; a row that lives on, named by therapist, UID and recurrence id."""

    id: str
    therapist: str
    client: str
    ref: OccurrenceRef
    span: Span
    absence: str
    seen_at: datetime
    state: ConflictState = ConflictState.OPEN
    original: OriginalState = OriginalState.IN_PLACE
    pre_image: str = ""
    etag: str = ""
    noticed_at: datetime | None = None  # in this life
    promised_at: datetime | None = (
        None  # when the newest mail about it promised another time; None: it did not
    )
    bounced_at: datetime | None = None  # the notice, or another mail about the session itself, came back
    reason: str = ""  # why it is closed or waits, for people
    location: str = ""
    link: str = ""
    conference: bool = False  # its server made that link for it alone
    usual: tuple[str, ...] | None = (
        None  # starts of the client's sessions when it was first seen; None: not noted
    )
    extra: str = ""  # UID of the session that the therapist entered in its place
    extra_missing_at: datetime | None = None  # since when that one is gone, while that is not yet believed
    kept: bool = (
        False  # it stands again inside the leave, by hand: nobody is told anything until it is said why
    )
    missing_at: datetime | None = (
        None  # since when its session is gone or was moved out of the leave, while that is not yet believed
    )
    told: Span | None = None  # when it would have been, as its client read first in this life
    put_down: Span | None = (
        None  # where its client last read that the therapist put it, or what they entered in its place
    )
    astray_at: datetime | None = None  # since when it stands there no more
    waits_since: datetime | None = None  # since when a message waits for calendars or the mailbox to be read
    revived: int = 0  # how often a hand other than ours brought its cancelled original back
    life: int = 1  # a new one begins whenever its client was told that it takes place after all
    initials: str = ""  # what stands for the client once the roster names them no more
    bygone: int = (
        0  # offers up to this number belong to an earlier life: they tell nobody anything about this one
    )

    @property
    def displaced(self) -> bool:
        """True while leave lies over it: its session does not take place at its own time."""
        return self.state not in {ConflictState.HEALED, ConflictState.GONE}

    def takes_place(self, now: datetime) -> bool:
        """True for a session that stands again, and is still to come: one whose time has passed was not held."""
        return self.state is ConflictState.HEALED and self.span.start > now

    @property
    def known_as(self) -> Span:
        """When it is, where it stands; else when it would have been, as its client knows it: where it was moved within
        leave, or to other leave, they never read of that.
        """
        return self.span if self.state is ConflictState.HEALED else self.told or self.span

    def reborn(self, life: int, bygone: int) -> Conflict:
        """The row once its client was told that it takes place: what they heard before counts no more."""
        if life <= self.life:
            return self
        anew = replace(self, noticed_at=None, bounced_at=None, told=None)
        return replace(anew, life=life, bygone=max(bygone, self.bygone))


def conflict_id(therapist: str, uid: str, recurrence_id: str) -> str:
    """The stable opaque id of a conflict: 16 hex digits that say nothing about a person."""
    return sha256("\x1f".join((therapist, uid, recurrence_id)).encode()).hexdigest()[:16]
