"""Offers and what comes back about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from syncd.core.model.event import PartStat
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A start and end at which a therapist could see a client; `opened` for hours made by `#makeup`."""

    therapist: str
    span: Span
    opened: bool = False


class OfferKind(StrEnum):
    """What is proposed."""

    MOVE = "move"
    EXTEND = "extend"
    COVER = "cover"
    CALL = "call"


class OfferState(StrEnum):
    """The life of an offer (docs/offers.md)."""

    PLANNED = "planned"
    HELD = "held"
    PROPOSED = "proposed"  # the client proposed this time; the therapist has not said whether it holds
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    WITHDRAWN = "withdrawn"
    VETOED = "vetoed"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    DISPLACED = "displaced"


class Delivery(StrEnum):
    """Who carries an invitation to the client; one path per offer, never two."""

    GOOGLE = "google"
    SERVER = "server"
    IMIP = "imip"


@dataclass(frozen=True, slots=True)
class Offer:
    """One proposal of one slot for one conflict. `uid` is the token used as UID, href and event id."""

    uid: str
    conflict: str
    number: int
    therapist: str
    client: str
    calendar: str
    span: Span
    kind: OfferKind = OfferKind.MOVE
    state: OfferState = OfferState.PLANNED
    delivery: Delivery = Delivery.IMIP
    pinned: bool = False
    taken_over: bool = False  # known by its entry alone: who chose its time nobody knows
    sequence: int = 0  # of the last message the client got
    uncounted: bool = False  # that number is a guess from above: what a client answers, the time in it tells
    planned_at: datetime | None = None
    invited_at: datetime | None = None
    told: Span | None = None  # the time that the client was last sent, or told in person (#told)
    due: datetime | None = None
    reminded_at: datetime | None = None
    answered_at: datetime | None = None
    asked: bool = False  # server and google: NEEDS-ACTION was seen in the calendar at this very start
    answer_stamp: datetime | None = None  # DTSTAMP of the answer that counts: an older one says nothing
    tentative: bool = False  # the client said "maybe"
    late_at: datetime | None = None  # a yes came after a no, or when the time was gone
    late_second: bool = False  # from the client's second address
    frozen: bool = False  # human words arrived; the clock stands still
    wrote_at: datetime | None = None  # when the newest of them came, be they answered since
    mistyped: bool = False  # frozen, as what the therapist typed into its title is no clear yes or no
    bounced: bool = False  # our newest mail about it came back
    said_no: bool = False  # the client declined and wrote: it takes effect when the therapist lets it go on
    at_odds: bool = False  # the client's two addresses answered yes and no
    at_one: bool = False  # they did, and then none of them said no any more
    second_said: bool = False  # the answer that counts came from the second address
    first_answer: PartStat = PartStat.NEEDS_ACTION  # the newest yes or no from the client's first address
    second_answer: PartStat = PartStat.NEEDS_ACTION  # the same from their second one
    other_stamp: datetime | None = (
        None  # DTSTAMP of the last answer from the address that did not answer last
    )
    doubtful: bool = False  # an answer came that needs the therapist's confirmation
    clash: bool = False  # the therapist moved it to where they had moved another: which one they must say
    misplaced: Span | None = None  # where they moved its entry, and it cannot be
    proposed: bool = False  # the client proposed this time
    agreed: bool = (
        False  # a make-up, be it one that the therapist moved since: it stays whatever becomes of the leave
    )
    cancelled_at: datetime | None = None  # when the client was sent the CANCEL for it
    unwritten: bool = False  # its entry is still to be written: that it is missing is nobody's gesture
    unseen: bool = False  # its entry was written, and no read has found it since
    missing_at: datetime | None = None  # since when its entry is gone, while that is not yet believed
    contested_at: datetime | None = (
        None  # since when it was dragged, or something stands against it, while that is not yet believed
    )
    beside: int = (
        0  # of times that are suggested together the number of the first; 0: that one, or it stands alone
    )
    turns: int = 0  # how often the therapist moved it or let its clock run on: it is shown anew each time
    news: tuple[str, ...] = ()  # what came back and waits to be told, together with others
    heeded: tuple[str, ...] = ()  # tags in its entry's title that were acted on, and stand there still
    href: str = ""
    etag: str = ""
    location: str = ""
    link: str = ""
    conference: bool = False  # its entry has a room of its own made by its server, in place of the original's
    reason: str = ""

    @property
    def live(self) -> bool:
        """True while it may still become a session: planned, held, invited or accepted."""
        return self.state in LIVE

    @property
    def suggestion(self) -> int:
        """What it belongs to: the number of the first of several times for one session of which one may be taken; its
        own where it is that one.
        """
        return self.beside or self.number

    @property
    def kept(self) -> bool:
        """True while its time is kept for its client: live, unanswered, or proposed by them."""
        return self.live or self.state in TIME_KEPT

    @property
    def over(self) -> bool:
        """True once it can no longer be accepted as it was asked: declined, taken back, cancelled, overtaken."""
        return self.state in OVER

    @property
    def waits_for_tag(self) -> bool:
        """True while the therapist is asked to say yes or no in its title."""
        return self.mistyped and self.frozen and not self.over

    @property
    def yes_waits(self) -> bool:
        """True for a yes that was read together with a word in its title that says otherwise: nothing is decided."""
        return self.state is OfferState.ACCEPTED and self.waits_for_tag

    @property
    def gone(self) -> bool:
        """The same for good, and known well: nobody asks about it any more. What leave has taken may stand again."""
        return self.over and self.state is not OfferState.DISPLACED and not self.uncounted

    @property
    def sent(self) -> bool:
        """True once the client has been told of it."""
        return self.invited_at is not None

    @property
    def told_as_it_is(self) -> bool:
        """True where the time that the client was last sent is the time at which it stands."""
        return self.sent and self.told == self.span


# The offer has become the make-up, be it one that later leave displaced.
MAKEUP = frozenset({OfferState.ACCEPTED, OfferState.SETTLED, OfferState.DISPLACED})
UNSENT = frozenset({OfferState.PLANNED, OfferState.HELD})  # the client was not asked yet
AWAITED = frozenset({OfferState.INVITED, OfferState.UNANSWERED})  # asked, and no answer
# Not live, and yet the time is kept: for who did not answer, or for what the client proposed.
TIME_KEPT = frozenset({OfferState.UNANSWERED, OfferState.PROPOSED})
LIVE = frozenset({OfferState.PLANNED, OfferState.HELD, OfferState.INVITED, OfferState.ACCEPTED})
OVER = frozenset(
    {
        OfferState.DECLINED,
        OfferState.WITHDRAWN,
        OfferState.VETOED,
        OfferState.CANCELLED,
        OfferState.DISPLACED,
    }
)


class ReplyKind(StrEnum):
    """What kind of thing came back from a client."""

    ANSWER = "answer"
    COUNTER = "counter"
    DELEGATED = "delegated"
    WORDS = "words"  # human words, unread by us
    AUTO = "auto"  # an auto-reply
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that came back about one offer; `verified` means sender and version hold."""

    id: str  # where it was found: Message-ID, or mailbox position
    offer: str
    kind: ReplyKind
    received: datetime
    sender: str
    partstat: PartStat = PartStat.NEEDS_ACTION
    sequence: int = 0
    dtstamp: datetime | None = None
    authenticated: bool = True  # False: our own server says DMARC failed
    words: bool = False
    proposed: Span | None = None
    attendee: str = ""  # who the calendar part says is answering: an alias, or somebody else
    names: datetime | None = None  # when that begins which the calendar part answers
    lost: tuple[str, ...] = ()  # addresses that a bounce names as those it was not delivered to
    own: str = field(default="", repr=False)  # of an answer to a letter: what its writer wrote; never kept
    proven: bool = False  # our own server was asked, and says that the sender is who they say


@dataclass(frozen=True, slots=True)
class Refusal:
    """Titles of that name (a keyed hash: nobody reads it here) are no leave, unless they last for longer."""

    title: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Approval:
    """What the therapist or admin said yes to: these conflicts, these kinds of offer. A no by mail is kept as one, too,
    to nothing but what was `refused`.

    `blocks` names the leave blocks whose plain `#ok` has been heard: it counts once, for the plan it was given for.
    `unseen` are those that were shown without times, under what might have been no leave: the yes says that it is.
    """

    therapist: str
    code: str
    conflicts: frozenset[str]
    kinds: frozenset[OfferKind]
    given_at: datetime
    blocks: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    others: frozenset[str] = (
        frozenset()
    )  # clients without a session inside, of whom the plan letter said they hear
    refused: tuple[Refusal, ...] = ()
    sentences: frozenset[str] = frozenset()  # marks of the therapist's own, which the mails may carry

    @property
    def shown(self) -> frozenset[str]:
        """The conflicts whose plan it approves."""
        return self.conflicts - self.unseen

    def without_later(self, seen_at: Mapping[str, datetime]) -> Approval:
        """What is left of it where conflicts (by id, those displaced now) came again after it was given.

        Where all of them did, its `#ok` was heard in leave that went: one that stands there now counts anew.
        """
        there = self.conflicts & seen_at.keys()
        later = {one for one in there if seen_at[one] > self.given_at}
        if not later:
            return self
        blocks = frozenset[str]() if later == there else self.blocks
        return replace(self, conflicts=self.conflicts - later, unseen=self.unseen - later, blocks=blocks)


def next_sequence(offer: Offer) -> int:
    """The SEQUENCE of the next message about this offer: strictly above the last (RFC 5545 §3.8.7.4)."""
    return offer.sequence + 1 if offer.sent else offer.sequence


def confirmed_as_leave(approvals: Iterable[Approval]) -> frozenset[str]:
    """Conflicts of which a yes says that the leave over them is leave."""
    return frozenset(one for approval in approvals for one in approval.conflicts)
