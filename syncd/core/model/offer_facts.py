"""What can happen to an offer, and why it can end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.core.time.spans import Span


class Ending(StrEnum):
    """Why an offer ended; decides what, if anything, the client is told."""

    CLIENT = "client"  # declined, or later declined what was accepted
    MACHINE = "machine"  # declined by a machine: nobody has refused
    AGREED = "agreed"  # another time is agreed on, or the client asked for another
    REFUSED = "refused"  # the client proposed it, and the therapist said no
    LEAVE = "leave"  # the session is no longer displaced
    SLOT = "slot"  # something else stands on the slot now
    REPLANNED = "replanned"  # agreed to, until a tier above needed it, or no rule allowed it
    SESSION = "session"  # the displaced session itself is gone
    THERAPIST = "therapist"  # the therapist deleted it, or said no
    VANISHED = "vanished"  # its entry went after the copy that a restored store is: by whom, nobody knows
    TOLD = "told"  # settled in person: no message
    SPOKEN = "spoken"  # agreed on in person, of what they were asked by mail: one message says so
    UNMAILED = "unmailed"  # the client said no in person, and no mail is to follow
    IN_PERSON = "in_person"  # the client said no in person: their calendar still shows it
    SILENCE = "silence"  # nobody answered, until the time came or went to somebody else
    EXTRA = "extra"  # the therapist entered a make-up by hand
    UNDELIVERED = "undelivered"  # the calendar's server says that it cannot tell the client
    LOST = "lost"  # its entry was written and never came to stand in the calendar
    ROSTER = "roster"  # the client may not be offered anything any more


NOT_AGAIN = frozenset(
    {Ending.THERAPIST, Ending.VANISHED}
)  # where the client was asked, nothing further is offered unasked


@dataclass(frozen=True, slots=True)
class HoldWritten:
    """The calendar has it. `href` and `etag` as the server named them."""

    href: str
    etag: str


@dataclass(frozen=True, slots=True)
class InvitationSent:
    """The client has been sent the REQUEST with this SEQUENCE; an answer is due at `due`."""

    at: datetime
    sequence: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Reminded:
    """The one reminder went out."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """The client, or the therapist for them, said yes; `at_odds`: while the no of their other address still waits.

    Where two addresses were at odds and none says no any more, they are at one.
    """

    at: datetime
    at_odds: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """The client said no; or a `machine` did, such as an out-of-office that declines.

    With `words` nothing follows from it until the therapist has read them; nor while the client's other address said
    yes (`at_odds`).
    """

    at: datetime
    machine: bool = False
    words: bool = False
    at_odds: bool = False
    settled: bool = False  # the therapist has read the words, and lets it take effect


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """The client said yes after a no, and the time is still free; `at_odds`: the no was their other address's."""

    at: datetime
    at_odds: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """The therapist wants the client invited to the time that they proposed; at `span`, where it was moved as well."""

    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Hesitated:
    """The client said "maybe": counts as silence, shown to the therapist; with `words` the clock stands still."""

    at: datetime
    words: bool = False


@dataclass(frozen=True, slots=True)
class WordsArrived:
    """Human words: the clock stands still until the therapist acts."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Bounced:
    """Our newest mail about it came back: a person has to tell them, and the clock stands still."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The therapist has dealt with what the client wrote: the clock runs on."""


@dataclass(frozen=True, slots=True)
class DuePassed:
    """Nobody answered in time."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The therapist deleted our event."""


@dataclass(frozen=True, slots=True)
class Dragged:
    """The therapist moved our event: the time is theirs and pinned."""

    span: Span


@dataclass(frozen=True, slots=True)
class SettledByHand:
    """The therapist settled it: `told` when the client knows already; for `span`, where it was moved as well."""

    yes: bool
    told: bool
    at: datetime
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Mistyped:
    """The therapist typed something into its title that is no clear yes or no: they are asked, and its clock stands
    still.
    """

    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """We take it back."""

    why: Ending


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The calendar's server says that it could not tell the client (SCHEDULE-STATUS 3.x or 5.x)."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A later absence covers what was accepted."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The session that a make-up stands in for takes place itself, now that later leave has taken the make-up."""


@dataclass(frozen=True, slots=True)
class Reinstated:
    """What ended it is undone: leave over an agreed time is gone, or it is back before its client heard of that."""


Fact = (
    HoldWritten
    | InvitationSent
    | Reminded
    | Accepted
    | Declined
    | Reconsidered
    | Granted
    | Hesitated
    | WordsArrived
    | Bounced
    | Resumed
    | DuePassed
    | Deleted
    | Dragged
    | SettledByHand
    | Mistyped
    | Withdraw
    | Undelivered
    | Overtaken
    | Reinstated
    | Returned
)
