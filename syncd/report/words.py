"""How times and people stand in reports: short English, the therapist's clocks, initials unless names are asked for."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from syncd.core.model import Client, PartStat, Reply, ReplyKind, initials
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.snapshot import Snapshot
from syncd.core.time.spans import AllDay, When
from syncd.picture.words import days_words, span_words

_EFFECTS = {
    MailKind.INVITATION.value: "invitation",
    MailKind.SUGGESTIONS.value: "words about several invitations",
    MailKind.REMINDER.value: "reminder",
    "cancel": "cancellation",
    "stands_again": "the session stands again",
    MailKind.CLOSING.value: "nothing further is offered",
    MailKind.AGREED.value: "the time agreed on in person",
    MailKind.TOO_LATE.value: "that time is gone",
    MailKind.THANKS.value: "thanks for a yes",
    MailKind.EVE.value: "a reminder on the eve",
    MailKind.RECEIVED.value: "a message has arrived, and who reads it",
    MailKind.UNSURE.value: "not settled yet",
    MailKind.NOTICE.value: "notice of the absence",
    "notice_beside": "notice beside the invitation",
    "words": "words beside the cancellation",
    MailKind.URGENT_NOTICE.value: "sick today",
    MailKind.AWAY.value: "word of the absence",
    "letter_plan": "plan, to the therapist",
    "letter_concern": "something to read, to the therapist",
    "letter_silence": "no answer, to the therapist",
    "letter_receipt": "a yes counts, to the therapist",
    "letter_call_list": "call list, to the therapist",
    "letter_trouble": "trouble, to the therapist",
    "show": "event in the calendar",
    "delete": "removal of the event",
    "cancel_original": "cancellation of the original",
    "restore": "return of the original",
}

_REPLIES = {
    ReplyKind.ANSWER: "answered by mail",
    ReplyKind.COUNTER: "another time was proposed by mail",
    ReplyKind.DELEGATED: "passed on to somebody else",
    ReplyKind.WORDS: "a person wrote",
    ReplyKind.AUTO: "an automatic reply",
    ReplyKind.BOUNCE: "the mail came back: it could not be delivered",
}


def reply_words(reply: Reply) -> str:
    """What came back, as people read it; no word of what was written, and no address."""
    said = _REPLIES[reply.kind]
    if reply.kind is ReplyKind.BOUNCE or reply.partstat is PartStat.NEEDS_ACTION:
        return said
    beside = ", with words" if reply.words else ""
    return f"{said}: {reply.partstat.value.lower()}{beside}"


def effect_words(kind: str) -> str:
    """The kind of an effect as people read it."""
    return _EFFECTS.get(kind, kind.replace("_", " "))


def when_words(when: When, zone: ZoneInfo) -> str:
    """Days for an all-day range, day and clock for a timed one."""
    return days_words(when.span(zone), zone) if isinstance(when, AllDay) else span_words(when, zone)


def named(client: Client, names: bool = False) -> str:
    """A client's initials, or with `names` the full name."""
    return client.name if names and client.name else initials(client)


def who(client: str, snapshot: Snapshot, names: bool = False) -> str:
    """As `named`; whom the roster does not know is called by the initials they had there, or else by id."""
    known = snapshot.client.get(client)
    return named(known, names) if known else snapshot.short(client)
