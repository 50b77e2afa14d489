"""What a calendar part says in answer to an invitation of ours (RFC 5546 §3.2.3, §3.2.7). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from connectors.limits import YEARS, Unreadable, check_text
from connectors.mail.content_lines import essential, unfolded
from connectors.zones import Zones, split_zones
from syncd.core.model import PartStat, ReplyKind
from syncd.core.time.spans import Span

MAX_EVENTS = 20
MAX_CHARACTERS = 256 * 1024
MOST = 2**31 - 1  # RFC 5545 §3.3.8
_UID = re.compile(r"^UID(?:;[^:\r\n]*)?:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_ANSWERING = frozenset({"REPLY", "COUNTER", ""})
_FLOATING = ZoneInfo("UTC")  # never used: what floats names no instant


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
    names: datetime | None = None
    comment: bool = False
    summary: str = ""
    program: str = ""


def own_uids(text: str, own: Callable[[str], bool]) -> tuple[str, ...]:
    """Our UIDs in a calendar text, found without parsing it; a suffix from `@` on is not part of ours."""
    found = (own_uid(match[1], own) for match in _UID.finditer(unfolded(text[:MAX_CHARACTERS])))
    return tuple(dict.fromkeys(uid for uid in found if uid))


def own_uid(uid: str, own: Callable[[str], bool]) -> str:
    """The UID as an offer knows it, or "" for one that is not ours."""
    for candidate in (uid.strip(), uid.strip().partition("@")[0]):
        if own(candidate):
            return candidate
    return ""


@dataclass(frozen=True, slots=True)
class Mailed:
    """What is known of the mail that a calendar part came in.

    `sender` is its From, `received` when it came, `senders` are our own addresses, `method` the MIME parameter for
    parts that name none.
    """

    sender: str
    received: datetime
    senders: frozenset[str] = frozenset()
    method: str = ""


def read_answers(text: str, mailed: Mailed, own: Callable[[str], bool]) -> tuple[Answer, ...]:
    """Every answer to an event of ours.

    A part that mentions us but cannot be read, holds a value out of bounds, or says something other than an answer
    comes back as WORDS: a person has to look at it.
    """
    mentioned = own_uids(text, own)
    if not mentioned:
        return ()
    try:
        if len(text) > MAX_CHARACTERS:
            raise Unreadable("larger than an answer can be")
        check_text(text)
        plain, definitions = split_zones(unfolded(text))
        zones = Zones(_FLOATING, definitions)
        calendars = Calendar.from_ical(essential(plain), multiple=True)
        answers = tuple(one for each in calendars for one in _answers(each, mailed, zones, own))
    except (Unreadable, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        answers = ()
    return answers or tuple(Answer(uid, ReplyKind.WORDS) for uid in mentioned[:MAX_EVENTS])


def _answers(
    calendar: Component, mailed: Mailed, zones: Zones, own: Callable[[str], bool]
) -> Iterator[Answer]:
    method = str(calendar.get("METHOD", "") or mailed.method).strip().upper()
    for event in calendar.walk("VEVENT")[:MAX_EVENTS]:
        uid = own_uid(str(event.get("UID", "")), own)
        if uid and method in _ANSWERING:
            speaker = _speaker(event, mailed)
            if speaker is None:
                yield Answer(uid, ReplyKind.WORDS)
            else:
                program = str(calendar.get("PRODID", ""))[:200]
                yield _answer(event, uid, speaker, method, mailed.received, zones, program)


def _answer(
    event: Component,
    uid: str,
    attendee: object,
    method: str,
    received: datetime,
    zones: Zones,
    program: str,
) -> Answer:
    params: Mapping[str, object] = getattr(attendee, "params", {})
    partstat = _partstat(attendee)
    return Answer(
        uid=uid,
        kind=_kind(method, partstat, params),
        partstat=PartStat(partstat) if partstat in set(PartStat) else PartStat.NEEDS_ACTION,
        attendee=_address(attendee),
        sequence=_sequence(event),
        dtstamp=_stamp(event, received, zones),
        proposed=_span(event, zones) if method == "COUNTER" else None,
        names=_moment(event, "DTSTART", zones) if method == "REPLY" else None,
        comment=_comments(event, params),
        summary=str(event.get("SUMMARY", ""))[:500],
        program=program,
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


def _speaker(event: Component, mailed: Mailed) -> object | None:
    """The line of the one who answers: the sender's; else, as from an alias, the only one that can be meant.

    A REPLY has one ATTENDEE, but some programs list the organizer too, or those who have not answered. The
    organizer's line is nobody else's answer.
    """
    listed = _listed(event.get("ATTENDEE"))
    organizers = {*mailed.senders, *(_address(one) for one in _listed(event.get("ORGANIZER")))}
    lines = [one for one in listed if _address(one) not in organizers]
    mine = [one for one in listed if mailed.sender and _address(one) == mailed.sender]
    spoken = [one for one in lines if _partstat(one) != PartStat.NEEDS_ACTION]
    for found in (mine, spoken, lines):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _partstat(attendee: object) -> str:
    return str(getattr(attendee, "params", {}).get("PARTSTAT", PartStat.NEEDS_ACTION)).upper()


def _address(party: object) -> str:
    """Whose line it is: the calendar address or, where that is none of a mailbox, the EMAIL parameter (RFC 7986)."""
    written = address_of(str(party))
    given = address_of(str(getattr(party, "params", {}).get("EMAIL", "")))
    return given if given and "@" not in written else written


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def address_of(value: str) -> str:
    """A calendar address (RFC 5545 §3.3.3) as a bare address in lower case, at most 320 characters of it."""
    address = value.strip()
    if address.lower().startswith("mailto:"):
        address = unquote(address[7:])
    return "".join(one for one in address if one.isprintable()).strip().lower()[:320]


def _comments(event: Component, params: Mapping[str, object]) -> bool:
    """True when somebody typed something: COMMENT, or the parameter that Google uses for it."""
    typed = [*_listed(event.get("COMMENT")), params.get("X-RESPONSE-COMMENT") or ""]
    return any(str(text).strip() for text in typed)


def _sequence(event: Component) -> int | None:
    value = event.get("SEQUENCE")
    if value is None or not str(value).strip().isdigit():
        return None
    if int(str(value)) > MOST:
        raise Unreadable("a SEQUENCE that no program counts to")
    return int(str(value))


def _stamp(event: Component, received: datetime, zones: Zones) -> datetime | None:
    """When it was written. A clock may be ahead by minutes or by centuries: never later than it came."""
    stated = _stated(event, "DTSTAMP")
    if stated is not None and stated.year > YEARS[-1]:
        return received
    stamp = _moment(event, "DTSTAMP", zones)
    return min(stamp, received) if stamp else None


def _moment(event: Component, name: str, zones: Zones) -> datetime | None:
    """A moment in UTC, or None: floating and all-day times name no instant. Raises Unreadable out of bounds."""
    stated = _stated(event, name)
    if stated is None:
        return None
    params = getattr(_listed(event.get(name))[0], "params", {})
    settled = zones.settle(stated, str(params.get("TZID", "")))
    floats = stated.tzinfo is None and "TZID" not in params
    return None if floats or not isinstance(settled, datetime) else settled.astimezone(UTC)


def _stated(event: Component, name: str) -> datetime | None:
    """The date-time as it stands, None for a date. Raises Unreadable for what is neither."""
    prop = _listed(event.get(name))
    moment = getattr(prop[0], "dt", None) if prop else None
    if prop and moment is None:
        raise Unreadable(f"{name} is not a time")
    return moment if isinstance(moment, datetime) else None


def _span(event: Component, zones: Zones) -> Span | None:
    start, end = _moment(event, "DTSTART", zones), _moment(event, "DTEND", zones)
    duration = getattr(event.get("DURATION"), "dt", None)
    if start is not None and end is None and isinstance(duration, timedelta):
        end = start + duration
    if start is None or end is None or end <= start:
        return None
    return Span(start, end)
