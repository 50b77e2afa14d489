"""How times and people stand in reports: short English, the therapist's clocks, initials unless names are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from syncd.core.model import Client, PartStat, Reply, ReplyKind, initials
from syncd.core.model.messages.mails import MailKind
from syncd.core.time.spans import AllDay, Span, When, aware, days_of, local_date

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_EFFECTS = {
    MailKind.INVITATION.value: "invitation",
    MailKind.REMINDER.value: "reminder",
    "cancel": "cancellation",
    "stands_again": "the session stands again",
    MailKind.CLOSING.value: "nothing further is offered",
    MailKind.AGREED.value: "the time agreed on in person",
    MailKind.TOO_LATE.value: "that time is gone",
    MailKind.THANKS.value: "thanks for a yes",
    MailKind.EVE.value: "a reminder on the eve",
    MailKind.UNSURE.value: "not settled yet",
    MailKind.NOTICE.value: "notice of the absence",
    "notice_beside": "notice beside the invitation",
    "words": "words beside the cancellation",
    MailKind.URGENT_NOTICE.value: "sick today",
    MailKind.AWAY.value: "word of the absence",
    "letter_plan": "plan, to the therapist",
    "letter_concern": "something to read, to the therapist",
    "letter_silence": "no answer, to the therapist",
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


def day_words(day: date, year: bool = False) -> str:
    """`Thu 9 Jul`, or with its year `Thu 9 Jul 2026`; independent of the process's locale."""
    said = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return f"{said} {day.year}" if year else said


def clock_words(moment: datetime, zone: ZoneInfo) -> str:
    """`15:00` on the clocks of `zone`."""
    return f"{aware(moment).astimezone(zone):%H:%M}"


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """`Thu 9 Jul 15:00`."""
    return f"{day_words(local_date(moment, zone))} {clock_words(moment, zone)}"


def span_words(span: Span, zone: ZoneInfo) -> str:
    """`Thu 9 Jul 15:00–15:50`; the day of the end is named where it is another one."""
    same = len(days_of(span, zone)) == 1
    end = clock_words(span.end, zone) if same else moment_words(span.end, zone)
    return f"{moment_words(span.start, zone)}{'–' if same else ' – '}{end}"


def days_words(span: Span, zone: ZoneInfo) -> str:
    """First and last local day with the year: `Mon 6 – Fri 10 Jul 2026`."""
    days = days_of(span, zone)
    first, last = days[0], days[-1]
    if first == last:
        return day_words(first, year=True)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_DAYS[first.weekday()]} {first.day} – {day_words(last, year=True)}"
    return f"{day_words(first, year=first.year != last.year)} – {day_words(last, year=True)}"


def when_words(when: When, zone: ZoneInfo) -> str:
    """Days for an all-day range, day and clock for a timed one."""
    return days_words(when.span(zone), zone) if isinstance(when, AllDay) else span_words(when, zone)


def named(client: Client, names: bool = False) -> str:
    """A client's initials, or with `names` the full name."""
    return client.name if names and client.name else initials(client)


def who(client: str, clients: Mapping[str, Client], names: bool = False) -> str:
    """As `named`; the id where the roster does not know the client."""
    known = clients.get(client)
    return named(known, names) if known else client
