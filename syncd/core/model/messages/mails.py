"""What a mail to a client says, as facts: which words they become is the templates' business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from syncd.core.model.effects import WORD_OF_LEAVE
from syncd.core.model.offer import OfferKind
from syncd.core.time.spans import Span


class MailKind(StrEnum):
    """Every message that a client can get; one template each."""

    INVITATION = "invitation"  # METHOD:REQUEST
    SUGGESTIONS = "suggestions"  # all words about several times, each of which has its short invitation
    REMINDER = "reminder"
    TAKEN_BACK = "taken_back"  # METHOD:CANCEL
    CLOSING = "closing"  # nothing further is offered
    AGREED = "agreed"  # METHOD:REQUEST: moved in a word with them, the time is theirs
    TOO_LATE = "too_late"
    IN_TIME = "in_time"  # a yes after a no, or after its time, and the time is still free
    UNSURE = "unsure"  # a yes, while their other address said no; or nobody has settled it on the eve
    THANKS = "thanks"  # a plain yes
    EVE = "eve"  # the moved hour is tomorrow
    RECEIVED = "received"  # their words, while the therapist is away
    NOTICE = "notice"
    URGENT_NOTICE = "sick_today"
    AWAY = WORD_OF_LEAVE  # nothing of theirs falls out: the therapist is away, or is not after all


ASKING = frozenset({MailKind.INVITATION, MailKind.SUGGESTIONS, MailKind.REMINDER})
INVITING = frozenset({MailKind.INVITATION, MailKind.SUGGESTIONS})
COURTESIES = frozenset(
    {MailKind.THANKS, MailKind.EVE}
)  # they say nothing new: better left out than said twice
CARRIES_OWN_WORDS = frozenset(
    {MailKind.INVITATION, MailKind.SUGGESTIONS, MailKind.NOTICE, MailKind.URGENT_NOTICE, MailKind.AWAY}
)
SAYS_DAYS = frozenset({MailKind.INVITATION, MailKind.SUGGESTIONS, MailKind.NOTICE})  # by kind of effect


class Outlook(StrEnum):
    """What holds now, in a message that takes something back."""

    STANDS = "stands"  # the original takes place after all
    ANOTHER = "another"  # another time will be offered
    PERHAPS = "perhaps"  # no other time now; one may become free
    NOTHING = "nothing"  # the original does not take place, nothing further is offered
    SOON = "soon"  # another time gets its invitation at once
    OFFERED = "offered"  # another time has, or gets at once, an invitation of its own
    GONE = "gone"  # the original is off for reasons of its own
    ACCEPTED = "accepted"  # an accepted make-up stays
    AGREED = "agreed"  # the therapist agreed on another time with the client


class Before(StrEnum):
    """What the client heard of this session before an invitation."""

    NOTHING = ""
    DECLINED = "declined"  # they declined another time
    MACHINE = "machine"  # their calendar declined it by itself
    PROPOSED = "proposed"  # they proposed this time
    MOVED = "moved"  # they know this very offer at another time, from which the therapist moved it
    TOLD = "told"  # a notice, or an invitation that was taken back
    OTHER = "other"  # their other address said yes to this time, and this one nothing
    SILENT = "silent"  # they let its time go by
    ANSWERED = "answered"  # its time went by without a yes that counts, and not without an answer
    DOUBTFUL = "doubtful"  # an answer came that may not be theirs
    MET = "met"  # their yes met another word of the therapist's
    WORDS = "words"  # they wrote since they read that the therapist has put it down
    AT_ODDS = "at_odds"  # one of their two addresses had said no, the other yes


@dataclass(frozen=True, slots=True)
class House:
    """Who writes: what may be shown of practice and therapist."""

    practice: str
    therapist: str
    phone: str
    email: str
    crisis_contact: str
    resources_url: str
    zone: ZoneInfo | None = None  # the therapist's; a client whose clocks differ is told the place of theirs
    fee_note: str = ""  # what is charged, or not


@dataclass(frozen=True, slots=True)
class Instead:
    """A time that stays in an appointment's place although the leave has gone; `asked`: it was moved since they said
    yes, and they have not answered.
    """

    original: Span
    slot: Span
    asked: bool = False


@dataclass(frozen=True, slots=True)
class MailFacts:
    """One message to a client. Times are absolute; `zone` and `language` are the client's."""

    kind: MailKind
    house: House
    to: str
    name: str
    language: str
    zone: ZoneInfo
    original: Span
    days: tuple[date, date]  # first and last day of the leave
    sent_at: datetime
    others: tuple[
        Span, ...
    ] = ()  # further originals of which the same holds; an invitation's: those without a time
    moved: tuple[
        Instead, ...
    ] = ()  # of the originals those that had been moved: when their series has them, and when they are
    suggested: tuple[
        Instead, ...
    ] = ()  # in place of which appointment which times: suggested, still kept, or taken back together
    brief: bool = False  # an invitation, or what takes one back: all else stands in the mail beside it
    one_of: bool = False  # its time is one of several for one appointment
    uid: str = ""
    sequence: int = 0
    part: Span | None = None  # the leave, where it is no whole days: its hours are said
    slot: Span | None = None
    offer_kind: OfferKind = OfferKind.MOVE
    with_therapist: str = ""  # a colleague's name: who gives the slot or, in a notice, who steps in
    stand_in: str = ""  # a colleague who steps in, where an invitation tells of other sessions, too
    also_away: tuple[tuple[date, date], ...] = ()  # first and last days on which who steps in is away as well
    due: datetime | None = None
    next_session: Span | None = None  # the first meeting ahead
    again: bool = False  # and the first once the leave is over
    next_agreed: bool = False  # it is a make-up, or entered for once
    afterwards: Span | None = None  # the first usual one after the leave
    next_with: str = ""  # whom it is with, where that is not who writes
    outlook: Outlook = Outlook.NOTHING
    agreed: Span | None = None  # the time that the therapist entered by hand
    instead: tuple[Instead, ...] = ()  # of other originals: STANDS: what stays; no other time: what is asked
    still_off: tuple[Span, ...] = ()  # STANDS: what they know to be off goes on being so
    meetings: tuple[Span, ...] = ()  # further ones that they have agreed to, beside the next
    before: Before = Before.NOTHING
    word_by: datetime | None = None  # PERHAPS: by when they hear from us in any case
    last_word: bool = False  # and then nothing has become free
    called_off: bool = False  # the client had agreed to the slot
    entry_gone: bool = False  # STANDS: a CANCEL of ours had taken it out of their calendar
    one_off: bool = False  # the original is no usual one, but a make-up that leave had taken,
    one_off_with: str = ""  # and the name of the colleague whose hour it is
    by_other: bool = False  # it was the other of their two addresses that declined the slot
    had_agreed: bool = False  # to this offer, before the therapist moved it
    maybe: bool = False  # is their answer so far
    doubtful: bool = False  # it came from where nobody can tell that it is theirs
    together: tuple[
        Span, ...
    ] = ()  # AWAY: when a group of theirs does not meet; STANDS: when it does after all
    off_again: tuple[datetime, ...] = ()  # AWAY, GONE: when a group of theirs, as they read, would have met
    void: Span | None = None  # the time that they know of this offer, from which it was moved
    short_notice: bool = True  # the leave was not known for long
    location: str = ""
    link: str = ""
    sends_link: bool = (
        False  # they meet online, and the colleague's link, or that of a room to be made, is not known
    )
    while_away: bool = False  # the slot lies inside the leave
    may_call: bool = False  # a short call may be had for the asking
    number_known: bool = True  # a call's: we know where to reach them
    beside: str = ""  # extra time: "before" or "after" the usual session
    also: str = ""  # a second address of theirs that gets the same mail
    carried: tuple[Span, ...] = ()  # a notice's: other originals for which a calendar carries an invitation
    carried_to: str = ""  # the one of two addresses to which the calendar's own invitation goes
    thread: str = ""  # the Message-ID of the mail that this one belongs to
    discreet: bool = False
    salutation: str = ""  # how they are greeted, where that is not their name
    changed_since: bool = False  # they were written to about this absence before it was as it is now
    here_then: bool = False  # they read that the therapist is away then, and that part of the leave has gone
    changed_again: bool = False  # they were told last that it takes place after all
    back: datetime | None = None  # when the therapist reads again, where others read for them now,
    reads: str = ""  # and the colleague who reads it beside the office
    own_words: str = ""  # a sentence of the therapist's, who has seen it word for word
    same_again: bool = False  # and the slot is one that was taken back then

    @property
    def asks(self) -> bool:
        """True for what counts among the messages that ask something: of several times the mail that says all."""
        return self.kind in ASKING and not self.brief

    @property
    def names_days(self) -> bool:
        """True where its text says from when to when the therapist is away."""
        if self.brief:
            return False
        if self.kind is MailKind.INVITATION:
            first = self.before is Before.NOTHING and self.sent_at < self.original.start
            return first or (self.before is Before.TOLD and self.here_then)
        return self.kind in {MailKind.NOTICE, MailKind.SUGGESTIONS}
