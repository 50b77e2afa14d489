"""What a calendar part says in answer to an invitation of ours (RFC 5546 §3.2.3, §3.2.7). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Component

from connectors.limits import Unreadable, check_text
from connectors.zones import named_zone, split_zones
from syncd.core.model import PartStat, ReplyKind
from syncd.core.spans import Span

MAX_EVENTS = 20
MAX_CHARACTERS = 256 * 1024
_FOLD = re.compile(r"\r?\n[ \t]")
_UID = re.compile(r"^UID(?:;[^:\r\n]*)?:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_ANSWERING = frozenset({"REPLY", "COUNTER", ""})


@dataclass(frozen=True, slots=True)
class Answer:
    """One attendee's word on one of our events, as the calendar part has it.

    `sequence` is None where it is missing, `comment` says whether somebody typed one.
    """

    uid: str
    kind: ReplyKind
    partstat: PartStat = PartStat.NEEDS_ACTION
    attendee: str = ""
    sequence: int | None = None
    dtstamp: datetime | None = None
    proposed: Span | None = None
    comment: bool = False
    summary: str = ""
    program: str = ""


def own_uids(text: str, own: Callable[[str], bool]) -> tuple[str, ...]:
    """Our UIDs in a calendar text, found without parsing it; a suffix from `@` on is not part of ours."""
    found = (own_uid(match[1], own) for match in _UID.finditer(_FOLD.sub("", text[:MAX_CHARACTERS])))
    return tuple(dict.fromkeys(uid for uid in found if uid))


def own_uid(uid: str, own: Callable[[str], bool]) -> str:
    """The UID as an offer knows it, or "" for one that is not ours."""
    for candidate in (uid.strip(), uid.strip().partition("@")[0]):
        if own(candidate):
            return candidate
    return ""


def read_answers(text: str, method: str, own: Callable[[str], bool]) -> tuple[Answer, ...]:
    """Every answer to an event of ours. `method` is the MIME parameter, for parts that name none.

    A part that mentions us but cannot be read, or says something other than an answer, comes back as WORDS: a
    person has to look at it.
    """
    mentioned = own_uids(text, own)
    if not mentioned:
        return ()
    try:
        if len(text) > MAX_CHARACTERS:
            raise Unreadable("larger than an answer can be")
        check_text(text)
        calendar = Calendar.from_ical(split_zones(_FOLD.sub("", text))[0])
        said = str(calendar.get("METHOD", "") or method).strip().upper()
        answers = tuple(_answers(calendar, said, own))
    except (Unreadable, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        answers = ()
    return answers or tuple(Answer(uid, ReplyKind.WORDS) for uid in mentioned[:MAX_EVENTS])


def _answers(calendar: Component, method: str, own: Callable[[str], bool]) -> Iterator[Answer]:
    for event in calendar.walk("VEVENT")[:MAX_EVENTS]:
        uid = own_uid(str(event.get("UID", "")), own)
        if uid and method in _ANSWERING:
            yield _answer(calendar, event, uid, method)


def _answer(calendar: Component, event: Component, uid: str, method: str) -> Answer:
    attendee = _speaker(_listed(event.get("ATTENDEE")))
    params: Mapping[str, object] = getattr(attendee, "params", {})
    partstat = str(params.get("PARTSTAT", PartStat.NEEDS_ACTION)).upper()
    return Answer(
        uid=uid,
        kind=_kind(method, partstat, params),
        partstat=PartStat(partstat) if partstat in set(PartStat) else PartStat.NEEDS_ACTION,
        attendee=address_of(str(attendee or "")),
        sequence=_sequence(event),
        dtstamp=_moment(event, "DTSTAMP"),
        proposed=_span(event) if method == "COUNTER" else None,
        comment=_comments(event, params),
        summary=str(event.get("SUMMARY", ""))[:500],
        program=str(calendar.get("PRODID", ""))[:200],
    )


def _kind(method: str, partstat: str, params: Iterable[str]) -> ReplyKind:
    if method == "COUNTER":
        return ReplyKind.COUNTER
    if partstat == PartStat.DELEGATED or {"DELEGATED-TO", "DELEGATED-FROM"} & {
        str(key).upper() for key in params
    }:
        return ReplyKind.DELEGATED
    answers = {PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE}
    if partstat in answers or (method == "REPLY" and partstat == PartStat.NEEDS_ACTION):
        return ReplyKind.ANSWER
    return ReplyKind.WORDS


def _speaker(attendees: list[object]) -> object:
    """The one who answers: a REPLY has one ATTENDEE, some programs list those who have not answered too."""
    for attendee in attendees:
        if (
            str(getattr(attendee, "params", {}).get("PARTSTAT", "NEEDS-ACTION")).upper()
            != PartStat.NEEDS_ACTION
        ):
            return attendee
    return attendees[0] if attendees else None


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def address_of(value: str) -> str:
    """A calendar address (RFC 5545 §3.3.3) as a bare address in lower case."""
    address = value.strip()
    return (address[7:] if address.lower().startswith("mailto:") else address).strip().lower()


def _comments(event: Component, params: Mapping[str, object]) -> bool:
    """True when somebody typed something: COMMENT, or the parameter that Google uses for it."""
    typed = [*_listed(event.get("COMMENT")), params.get("X-RESPONSE-COMMENT") or ""]
    return any(str(text).strip() for text in typed)


def _sequence(event: Component) -> int | None:
    value = event.get("SEQUENCE")
    return int(str(value)) if value is not None and str(value).strip().isdigit() else None


def _moment(event: Component, name: str) -> datetime | None:
    """A moment with a zone, or None: floating and all-day times name no instant."""
    prop = _listed(event.get(name))
    moment = getattr(prop[0], "dt", None) if prop else None
    if not isinstance(moment, datetime):
        return None
    if moment.tzinfo is None:
        zone = named_zone(str(getattr(prop[0], "params", {}).get("TZID", "")))
        return moment.replace(tzinfo=zone) if zone else None
    return moment


def _span(event: Component) -> Span | None:
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    duration = getattr(event.get("DURATION"), "dt", None)
    if start is not None and end is None and isinstance(duration, timedelta):
        end = start + duration
    if start is None or end is None or end <= start:
        return None
    return Span(start, end)
