"""What leaves the house for an offer, as facts: which words they become is the templates' business."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from syncd.core.actions import CancelOriginal, DeleteEvent, RestoreOriginal, Revival
from syncd.core.effects import EffectKey
from syncd.core.model import Client, Conflict, MarkerRole, Offer, OfferKind, OfferState
from syncd.core.policy import Practice, Therapist
from syncd.core.ranking import Named
from syncd.core.spans import Span


class MailKind(StrEnum):
    """Every message that a client can get; one template each."""

    INVITATION = "invitation"  # METHOD:REQUEST
    REMINDER = "reminder"
    TAKEN_BACK = "taken_back"  # METHOD:CANCEL
    CLOSING = "closing"  # nothing further is offered
    TOO_LATE = "too_late"
    IN_TIME = "in_time"  # a yes after a no, and the time is still free
    NOTICE = "notice"
    SICK_TODAY = "sick_today"


ASKING = frozenset({MailKind.INVITATION, MailKind.REMINDER})


class Outlook(StrEnum):
    """What holds now, in a message that takes something back."""

    STANDS = "stands"  # the original takes place after all
    ANOTHER = "another"  # another time will be offered
    PERHAPS = "perhaps"  # no other time now; one may become free
    NOTHING = "nothing"  # the original does not take place, nothing further is offered
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
    COVER = "cover"  # to a colleague: a time is held for a client of somebody else's, or that client accepted


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
    others: tuple[Span, ...] = ()  # further originals of which the same holds
    uid: str = ""
    sequence: int = 0
    slot: Span | None = None
    offer_kind: OfferKind = OfferKind.MOVE
    with_therapist: str = ""  # a colleague's name: who gives the slot or, in a notice, who steps in
    due: datetime | None = None
    next_session: Span | None = None  # the first meeting ahead
    again: bool = False  # and the first once the leave is over
    next_agreed: bool = False  # it is a make-up
    afterwards: Span | None = None  # the first usual one after the leave
    next_with: str = ""  # whom it is with, where that is not who writes
    outlook: Outlook = Outlook.NOTHING
    agreed: Span | None = None  # the time that the therapist entered by hand
    before: Before = Before.NOTHING
    word_by: datetime | None = None  # PERHAPS: by when they hear from us in any case
    last_word: bool = False  # and then nothing has become free
    void: Span | None = None  # the time that they know of this offer, from which it was moved
    short_notice: bool = True  # the leave was not known for long
    location: str = ""
    link: str = ""
    sends_link: bool = False  # they meet online, and the colleague's own link is not known to us
    while_away: bool = False  # the slot lies inside the leave
    beside: str = ""  # extra time: "before" or "after" the usual session
    thread: str = ""  # the Message-ID of the mail that this one belongs to
    discreet: bool = False


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
    doubtful: bool = False  # an answer came that the therapist has to confirm
    late: bool = False  # the yes came after a no
    turns: int = 0  # of the offer: what looks as it did before is written again
    location: str = ""
    link: str = ""
    absent: str = ""  # whose client it is, where this is a colleague's calendar
    untold: bool = False  # it ended, and no mail could tell its client
    clash: bool = False  # another one was moved to this time before


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
    colleague: str = ""  # who sees them then, where it is not their own therapist
    news: str = ""  # since an earlier yes: `new`, or the new kind of offer; `added` since an earlier letter
    reason: tuple[
        Named, ...
    ] = ()  # why they come where they come, or why no time was found: for plan letters alone


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
    unread: tuple[str, ...] = ()  # why entries of the calendar could not be read, one by one
    unsettled: tuple[datetime, ...] = ()  # when events begin in the leave that only the therapist can settle


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
    tags: tuple[str, ...] = ()  # what the leave's own text asks for, as `none`
    opened: tuple[Span, ...] = ()  # hours that the therapist opened
    unread: int = 0  # entries of the therapist's calendars that cannot be read


@dataclass(frozen=True, slots=True)
class Show:
    """Intent: our object stands in the calendar like this (etag "": it does not exist yet)."""

    key: EffectKey
    calendar: str
    facts: ShowFacts | PlanFacts
    role: MarkerRole = MarkerRole.OFFER
    etag: str = ""
    after: EffectKey | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Intent: this message reaches this client, once."""

    key: EffectKey
    facts: MailFacts
    client: str
    therapist: str
    conflict: str
    absence: str = ""
    offer: str = ""
    after: EffectKey | None = None
    besides: tuple[str, ...] = ()  # further conflicts that it tells of
    revived: tuple[Revival, ...] = ()  # those that it says take place after all


@dataclass(frozen=True, slots=True)
class Invite:
    """Intent: the object speaks to the client, carried by the calendar server (server and google path).

    First with neutral wording and no attendee, which is silent; then, with `attend`, it is the invitation.
    """

    key: EffectKey
    calendar: str
    facts: MailFacts
    organizer: str
    client: str
    therapist: str
    conflict: str
    absence: str
    offer: str
    etag: str
    attend: bool
    confirmed: bool
    after: EffectKey | None = None
    agreed: bool = False  # the client said yes, or the therapist for them: nothing is asked any more


@dataclass(frozen=True, slots=True)
class Write:
    """Intent: this letter reaches the therapist, once: by mail, or as a to-do in their calendar."""

    key: EffectKey
    facts: LetterFacts
    therapist: str
    after: EffectKey | None = None
    calendar: str = ""  # where it becomes a to-do, if nothing can be mailed,
    uid: str = ""  # and as what


Intent = Show | Tell | Invite | Write | DeleteEvent | CancelOriginal | RestoreOriginal


SINCE = frozenset({"clash"})  # came later: where they say nothing, what stands is not written anew


def digest(facts: ShowFacts | PlanFacts | LetterFacts) -> str:
    """A short stable name for how something is shown; the version of a Show."""
    shown = (one.name for one in fields(facts) if one.name != "sent_at")
    said = ((name, getattr(facts, name)) for name in shown)
    text = "\x1f".join(str(value) for name, value in said if value or name not in SINCE)
    return sha256(text.encode()).hexdigest()[:12]


def house(practice: Practice, therapist: Therapist, client: Client | None = None) -> House:
    """What a client may read of us; a discreet client's messages name neither the practice nor whom to turn to."""
    hide = client is not None and client.discreet
    return House(
        practice="" if hide else practice.shown_name,
        therapist=therapist.name,
        phone=practice.phone,
        email=practice.email,
        crisis_contact="" if hide else practice.crisis_contact,
        resources_url="" if hide else practice.resources_url,
        zone=therapist.zone,
    )


def initials(client: Client) -> str:
    """What stands for the client in a calendar: roster initials, else those of the name, else the id."""
    if client.initials:
        return client.initials
    return "".join(part[0].upper() for part in client.name.split()) or client.id


def next_sequence(offer: Offer) -> int:
    """The SEQUENCE of the next message about this offer: strictly above the last (RFC 5545 §3.8.7.4)."""
    return offer.sequence + 1 if offer.sent else offer.sequence


def show_facts(
    offer: Offer, conflict: Conflict, client: Client, therapist: Therapist, absent: Therapist
) -> ShowFacts:
    """How an offer stands in the calendar of `therapist` now, who sees a client of `absent`, often one and the same."""
    cover = absent.id != therapist.id
    return ShowFacts(
        uid=offer.uid,
        span=offer.span,
        kind=offer.kind,
        state=offer.state,
        initials=initials(client),
        original=conflict.span,
        zone=therapist.zone,
        language=therapist.language,
        tentative=offer.tentative,
        frozen=offer.frozen,
        bounced=offer.bounced,
        by_mail=client.mailed,
        doubtful=offer.doubtful,
        late=offer.late_at is not None,
        turns=offer.turns,
        location=offer.location,
        link="" if cover else offer.link,
        absent=absent.name if cover else "",
        clash=offer.clash,
    )


def leave_days(span: Span, zone: ZoneInfo) -> tuple[date, date]:
    """First and last local day of a span."""
    last = span.end - timedelta(microseconds=1)
    return span.start.astimezone(zone).date(), last.astimezone(zone).date()
