"""Calendar objects as programs write them, and as none should: singles and series, near the days when clocks change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.connectors.caldav.test_recurrence import BERLIN, DAYS, EDGES, ZONES
from tests.scenario import ics


def whole(*events: Sequence[str], frame: Sequence[str] = ()) -> str:
    """A calendar with these events, each its own lines."""
    inside = chain.from_iterable(("BEGIN:VEVENT", *lines, "END:VEVENT") for lines in events)
    return "\r\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//A//EN", *frame, *inside, "END:VCALENDAR", "")
    )


WORDS = st.sampled_from(
    [
        "AB",
        "Ada Brandt",
        " Vacation",
        "x: y",
        'say "no"',
        "a\\, b\\; c",
        "one\\ntwo\\Nthree",
        "50%2C",
        "Ünïcode ☃",
        "",
        "back\\\\slash",
        "odd\\x",
        "tab\there",
        "semi;colon, comma",
        "x ",
        "<b>html</b>&amp;",
        "#ok bx",
        "\\",
        "a\u00a0b",
    ]
)
PARAMS = st.sampled_from(
    [
        "",
        "",
        "",
        ";LANGUAGE=de",
        ';X-A="b;c:d"',
        ";VALUE=TEXT",
        ";A=b,c",
        ";ENCODING=BASE64",
        ";X=%2C",
        ";cn=x",
        ';A="x',
        ";A=^n",
    ]
)
TEXTUAL = st.builds(
    lambda name, params, value: f"{name}{params}:{value}",
    st.sampled_from(
        [
            "SUMMARY",
            "DESCRIPTION",
            "LOCATION",
            "URL",
            "STATUS",
            "TRANSP",
            "CATEGORIES",
            "X-GOOGLE-CONFERENCE",
            "CLASS",
            "X-MICROSOFT-CDO-BUSYSTATUS",
            "COMMENT",
            "X-ANY",
            "GEO",
            "Summary",
            "SEQUENCE",
            "X-NEXTCLOUD-OUT-OF-OFFICE",
        ]
    ),
    PARAMS,
    WORDS,
)
PEOPLE = st.sampled_from(
    [
        "ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@example.org",
        'ATTENDEE;CN="Brandt, Ada";ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;RSVP=TRUE:MAILTO:Ada@Example.org',
        "ATTENDEE;CUTYPE=ROOM:mailto:room@example.org",
        'ATTENDEE;PARTSTAT=tentative;SCHEDULE-STATUS="2.0;Success":mailto:b@example.org',
        "ATTENDEE;EMAIL=c@example.org:urn:uuid:1",
        'ATTENDEE;X-RESPONSE-COMMENT="I can\'t, sorry":mailto:d@example.org',
        "ATTENDEE:mailto:e%40example.org",
        'ATTENDEE;MEMBER="mailto:x@example.org","mailto:y@example.org":mailto:f@example.org',
        "ATTENDEE;SCHEDULE-STATUS=5.1,3.7:mailto:g@example.org",
        "ORGANIZER;CN=Dana:mailto:dana@example.org",
        'ORGANIZER;SENT-BY="mailto:dana@example.org":mailto:boss@example.org',
        "ORGANIZER:mailto:unknownorganizer@calendar.google.com",
        "ORGANIZER:invalid:nomail",
    ]
)
SAID = st.sampled_from(
    [
        "STATUS:CONFIRMED",
        "STATUS:cancelled",
        "STATUS:TENTATIVE",
        "TRANSP:TRANSPARENT",
        "CATEGORIES:Leave,Work",
        "CATEGORIES:a b , c",
        "SEQUENCE:3",
        "SEQUENCE:x",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "URL;VALUE=URI:https://example.org/?a=b;c,d",
        "DTSTAMP:20260101T000000Z",
        "DTSTAMP:nonsense",
        "X-SYNCD-UID:u",
        "DURATION:PT1H",
        "RDATE:20260601T080000Z",
        "EXRULE:FREQ=DAILY",
        "no line at all",
        "END:VALARM",
        "",
    ]
)
USUAL = st.sampled_from(
    [
        *(
            "SUMMARY:AB",
            "SUMMARY: Vacation ",
            "SUMMARY;LANGUAGE=de:x: y",
            'SUMMARY:say "no"\\, 50%2C',
            "SUMMARY:",
        ),
        *(
            "DESCRIPTION:one\\ntwo\\; three",
            'DESCRIPTION;ALTREP="cid:a":b;c\t,d',
            "LOCATION:Room 2",
            "LOCATION:\u00a0Ü ☃",
        ),
        *(
            "STATUS:CONFIRMED",
            "STATUS:CANCELLED",
            "TRANSP:TRANSPARENT",
            "CATEGORIES:Leave, a b",
            "SEQUENCE:2",
            "CLASS:X",
        ),
        *(
            "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
            "X-NEXTCLOUD-OUT-OF-OFFICE:x",
            "X-GOOGLE-CONFERENCE:https://a/b?c=d,e;f",
        ),
        *(
            "URL;VALUE=URI:https://example.org/?a=b;c,d",
            "X-ANY;A=b:what\\ever",
            "DTSTAMP:nonsense",
            "PRIORITY:5",
        ),
    ]
)


def named(line: str) -> str:
    """The property's name; each attendee is another."""
    return line if line.startswith("ATTENDEE") else re.split("[;:]", line)[0]


WEEKS = st.integers(0, 60).map(lambda week: week * 7)
ODD = st.lists(st.one_of(TEXTUAL, TEXTUAL, PEOPLE, SAID), max_size=3)
EACH_ONCE = st.lists(st.one_of(USUAL, PEOPLE), max_size=5, unique_by=named)
OTHERS = st.one_of(EACH_ONCE, EACH_ONCE, EACH_ONCE, EACH_ONCE, ODD)


def stated(name: str, wall: date, zone: str) -> str:
    """A property of a time, in a zone, in UTC ("Z"), in none (""), or a date."""
    if not isinstance(wall, datetime):
        return f"{name};VALUE=DATE:{wall:%Y%m%d}"
    if zone in ("", "Z"):
        return f"{name}:{wall:%Y%m%dT%H%M%S}{zone}"
    return f"{name};TZID={zone}:{wall:%Y%m%dT%H%M%S}"


@st.composite
def rules(draw: st.DrawFn, start: date, zone: str) -> str:
    """Rules, nearly all daily or weekly."""
    frequency = draw(st.sampled_from([*["WEEKLY"] * 9, *["DAILY"] * 5, "MONTHLY"]))
    parts = [f"FREQ={frequency}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={0 if rarely(draw) else draw(st.integers(1, 4))}")
    if draw(st.booleans()):
        days = draw(st.sets(st.sampled_from(DAYS), max_size=4)) | (
            set() if rarely(draw) else {DAYS[start.weekday()]}
        )
        parts.append("BYDAY=" + ",".join(sorted(days)))
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    match "both" if rarely(draw) else draw(st.sampled_from(["", "count", "until"])):
        case "count":
            parts.append(f"COUNT={draw(st.integers(1, 300))}")
        case "until":
            parts.append("UNTIL=" + until(draw, start, zone))
        case "both":
            parts += [f"COUNT={draw(st.integers(1, 300))}", "UNTIL=" + until(draw, start, zone)]
    return "RRULE:" + ";".join(draw(st.permutations(parts)))


def rarely(draw: st.DrawFn) -> bool:
    """Once in some thirty times."""
    return draw(st.integers(0, 30)) == 17


def until(draw: st.DrawFn, start: date, zone: str) -> str:
    """An end, most often in the way that the start asks for."""
    days = draw(st.integers(-3, 400) if rarely(draw) else st.one_of(WEEKS, st.integers(1, 400)))
    last = start + timedelta(days=days, hours=draw(st.sampled_from([0, 0, 1])))
    ways = ["%Y%m%d", "%Y%m%dT%H%M%SZ"]
    if isinstance(last, datetime):
        ways = ["%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%d"]
        last = last.replace(tzinfo=ZoneInfo(zone) if zone in ZONES else BERLIN).astimezone(UTC)
    way = draw(st.sampled_from(ways)) if rarely(draw) else ways[0]
    return "20991231" if rarely(draw) else f"{last:{way}}"


@st.composite
def objects(draw: st.DrawFn) -> str:
    """One object: a single event or a series with days left out and exceptions, near the days when clocks change."""
    edge = draw(st.sampled_from(EDGES))
    zone = draw(st.sampled_from([*ZONES[:6], "Europe/Berlin", "", "Z", "W. Europe Standard Time"]))
    zone = "Nowhere/At All" if rarely(draw) else zone
    start: date = edge + timedelta(days=draw(st.integers(-400, 30)), minutes=15 * draw(st.integers(0, 95)))
    length = timedelta(minutes=draw(st.sampled_from([0, -15] if rarely(draw) else [50, 90, 480, 1440, 3000])))
    if draw(st.integers(0, 4)) == 0:
        assert isinstance(start, datetime)
        start, length = start.date(), timedelta(days=0 if rarely(draw) else draw(st.integers(1, 9)))
    end_zone = "Z" if rarely(draw) else zone
    times = [stated("DTSTART", start, zone), stated("DTEND", start + length, end_zone)]
    if rarely(draw):
        times.pop(draw(st.integers(0, 1)))
    uid = draw(st.sampled_from(["UID:a\\,b", "UID: u", "UID:"])) if rarely(draw) else "UID:u"
    if draw(st.integers(0, 3)) == 0:
        return framed(draw, [[uid, *times, *draw(OTHERS)]])
    master = [uid, *times, draw(rules(start, zone)), *draw(OTHERS)]
    for _ in range(draw(st.integers(0, 2))):
        master.append(
            stated("EXDATE", start + timedelta(days=draw(place)), draw(st.sampled_from([zone, zone, "Z"])))
        )
    events = [master]
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        original = start + timedelta(days=draw(place))
        own = original + timedelta(hours=draw(st.sampled_from([0, 3, 48])))
        own_zone = draw(st.sampled_from([zone, zone, zone, "Europe/London"]))
        override = [uid, stated("RECURRENCE-ID", original, zone), stated("DTSTART", own, own_zone)]
        events.append([*override, stated("DTEND", own + length, own_zone), *draw(OTHERS)])
    return framed(draw, draw(st.permutations(events)))


place = st.one_of(WEEKS, WEEKS, WEEKS, st.integers(0, 30))


def framed(draw: st.DrawFn, events: Sequence[Sequence[str]]) -> str:
    """The whole text, sometimes with a zone, an alarm, folded lines, or something else in it."""
    odd = st.sampled_from(["julian", "todo", "blank", "lower"])
    way = draw(odd if rarely(draw) else st.sampled_from(["", "zone", "alarm", "scale", "fold", "bare"]))
    match way:
        case "alarm":
            alarm = ("BEGIN:VALARM", "UID:other", "TRIGGER:-PT15M", "ACTION:DISPLAY", "END:VALARM")
            return whole(*([*lines, *alarm] for lines in events))
        case "scale":
            return whole(*events, frame=["CALSCALE:GREGORIAN", "METHOD:PUBLISH"])
        case "julian":
            return whole(*events, frame=["CALSCALE:JULIAN"])
        case "todo":
            return whole(*events, frame=["BEGIN:VTODO", "UID:t", "END:VTODO"])
    text = whole(*events)
    match way:
        case "zone":
            return ics.with_zone(text)
        case "fold":
            size = draw(st.integers(16, 60))
            return re.sub(rf"([^\r\n]{{{size}}})(?=[^\r\n])", "\\1\r\n ", text)
        case "blank":
            return text.replace("END:VEVENT", "\r\nEND:VEVENT")
        case "bare":
            return text.replace("\r\n", "\n").rstrip()
        case "lower":
            return text.replace("VEVENT", "vevent")
    return text
