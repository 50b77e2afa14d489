"""Read, cancel one occurrence, read, restore, read: over generated series in the ways that programs write them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connectors.caldav.ics import read_object
from connectors.caldav.markers import PRE_IMAGE
from connectors.caldav.overrides import cancel, restore
from connectors.foreign import plain_lines
from connectors.limits import Unreadable
from syncd.core.model import Event, EventStatus
from syncd.core.time.spans import Span
from tests.connectors.caldav.test_recurrence import Series, series

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
SUMMER = Span(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
CASES = tuple(
    path.read_bytes().decode()
    for path in sorted((Path(__file__).parents[2] / "outside/cases").glob("*.ics"))
    if path.name != "08-two-masters-one-uid.ics"
)
ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER-PT1H\r\nEND:VALARM\r\n"
DEFINED = (
    "BEGIN:VTIMEZONE\r\nTZID:Sitzungszeit\\, hier\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


@dataclass(frozen=True)
class Written:
    """A text and the window that it is looked at in."""

    text: str
    window: Span


def events(text: str, window: Span) -> dict[str, Event]:
    """What our reader sees, by recurrence id."""
    found = read_object(text, calendar="c", href="h", etag="e", window=window, zone=BERLIN)
    return {event.recurrence_id: replace(event, sequence=0) for event in found.events} if found else {}


def floating(one: Series, text: str) -> str:
    """Times without a zone."""
    return text.replace(f";TZID={one.zone}", "")


def own_zone(one: Series, text: str) -> str:
    """A zone that the object alone knows, by a name with a comma."""
    named = text.replace(f";TZID={one.zone}", ';TZID="Sitzungszeit, hier"')
    return named.replace("BEGIN:VEVENT", f"{DEFINED}BEGIN:VEVENT")


def in_utc(one: Series, text: str) -> str:
    """UTC, with a zone's name beside it."""
    lines = text.split("\r\n")
    return "\r\n".join(f"{line}Z" if f"TZID={one.zone}" in line else line for line in lines)


def whole_days(one: Series, text: str) -> str:
    """Dates, each of one day, which need no end."""

    def dated(line: str) -> str:
        name = line.partition(";")[0]
        is_date = name in ("DTSTART", "EXDATE", "RECURRENCE-ID")
        return f"{name};VALUE=DATE:{line.rpartition(':')[2][:8]}" if is_date else line

    lines = (one for one in text.split("\r\n") if not one.startswith(("DTEND", "DURATION")))
    return "\r\n".join(map(dated, lines))


def with_duration(one: Series, text: str) -> str:
    """A length instead of an end."""
    minutes = int(one.length.total_seconds() // 60)
    lines = (f"DURATION:PT{minutes}M" if one.startswith("DTEND") else one for one in text.split("\r\n"))
    return "\r\n".join(lines)


def moved(one: Series, text: str) -> str:
    """One occurrence an hour later, all that follow another half hour."""
    walls = [wall for wall in one.walls() if wall not in one.skipped()]
    overrides = []
    for place, (hours, params) in ((1, (1.0, "")), (3, (1.5, ";RANGE=THISANDFUTURE"))):
        if place < len(walls):
            start = walls[place] + timedelta(hours=hours)
            overrides += [
                "BEGIN:VEVENT\r\nUID:s",
                f"RECURRENCE-ID{params};TZID={one.zone}:{walls[place]:%Y%m%dT%H%M%S}",
                f"DTSTART;TZID={one.zone}:{start:%Y%m%dT%H%M%S}",
                f"DTEND;TZID={one.zone}:{start + one.length:%Y%m%dT%H%M%S}",
                "SUMMARY:AB later\r\nEND:VEVENT",
            ]
    return text.replace("END:VCALENDAR", "\r\n".join([*overrides, "END:VCALENDAR"]))


def called_off(one: Series, text: str) -> str:
    """One occurrence cancelled by its own program, in as few words as possible."""
    walls = one.walls()
    line = f"RECURRENCE-ID;TZID={one.zone}:{walls[-1]:%Y%m%dT%H%M%S}" if walls else ""
    override = f"BEGIN:VEVENT\r\nUID:s\r\n{line}\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n" if line else ""
    return text.replace("END:VCALENDAR", f"{override}END:VCALENDAR")


FORMS = (moved, called_off, with_duration, floating, own_zone, in_utc, whole_days)
SIGNS = (
    lambda text: text.replace("END:VEVENT", f"{ALARM}END:VEVENT"),
    lambda text: text.replace("SUMMARY", "Summary").replace("RRULE", "rrule"),
    lambda text: text.replace("\r\n", "\r"),
    lambda text: text.replace("SUMMARY:AB", "SUMMARY:A\r\n B\r\nX-OTHER;P=\"a:b\":c\r\nno colon"),
)  # fmt: skip


@st.composite
def written(draw: st.DrawFn) -> Written:
    """A generated series in up to two forms, or a file of another program's; then how its lines are spelled."""
    if draw(st.booleans()):
        text, window = draw(st.sampled_from(CASES)), SUMMER
    else:
        one = draw(series())
        text, window = one.text(), one.window.padded(timedelta(days=40))
        first = draw(st.sampled_from((None, *FORMS[:3])))
        second = draw(st.sampled_from((None, *FORMS[3:])))
        for form in (first, second):
            text = form(one, text) if form else text
    for sign in draw(st.lists(st.sampled_from(SIGNS), max_size=2, unique=True)):
        text = sign(text.replace("\r\n", "\n").replace("\n", "\r\n")) if "\n" in text else text
    return Written(text, window)


def _reaching_on(text: str, window: Span) -> str:
    """The id of the occurrence from which "this and all following" reaches on."""
    alone = text.partition("BEGIN:VEVENT")[0] + "BEGIN:VEVENT" + text.rpartition("BEGIN:VEVENT")[2]
    return next(iter(events(alone, window)), "none") if "THISANDFUTURE" in alone else "none"


@given(written(), st.integers(0, 10))
def test_there_and_back(one: Written, which: int) -> None:
    """Only that occurrence changes: cancelled, and by us. Its return leaves the text as it was, line by line."""
    before = events(one.text, one.window)
    standing = [event for event in before.values() if event.status is not EventStatus.CANCELLED]
    assume(standing)
    gone = standing[which % len(standing)]
    if gone.recurrence_id == _reaching_on(one.text, one.window):
        with pytest.raises(Unreadable, match="by hand"):  # whoever cancels it cancels all that follow
            cancel(one.text, gone.recurrence_id, NOW, BERLIN)
        return
    text, pre_image = cancel(one.text, gone.recurrence_id, NOW, BERLIN)
    assert text is not None
    between = events(text, one.window)
    assert between.pop(gone.recurrence_id) == replace(gone, status=EventStatus.CANCELLED, called_off=True)
    assert between == {id: event for id, event in before.items() if id != gone.recurrence_id}
    back = restore(text, gone.recurrence_id, pre_image, NOW, BERLIN)
    assert back is not None
    assert events(back, one.window) == before
    assert not any(event.called_off for event in events(back, one.window).values())
    stamps = ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "STATUS")
    lines = [
        [line for line in plain_lines(text).split("\n") if line and not line.upper().startswith(stamps)]
        for text in (one.text, back)
    ]
    assert lines[0] == lines[1]


@pytest.mark.parametrize(
    ("start", "length", "shown"),
    [("0000", 30, ("0100", "0130")), ("0030", 90, ("0130", "0300")), ("0015", 480, ("0115", "0915"))],
)
@pytest.mark.parametrize("first", [5, 6])
def test_a_session_at_an_hour_that_the_clock_skips(
    first: int, start: str, length: int, shown: tuple[str, str]
) -> None:
    """It is cancelled under the series' name for it, at the time that the clock shows, and comes back whole."""
    at = datetime.strptime(f"2026090{first}T{start}+0000", "%Y%m%dT%H%M%z").replace(tzinfo=None)
    one = Series(at, "America/Santiago", timedelta(minutes=length), "FREQ=DAILY", (), SUMMER)
    before = events(one.text(), SUMMER)
    gone = next(id for id in before if id.startswith("20260906T"))
    text, pre_image = cancel(one.text(), gone, NOW, BERLIN)
    assert text is not None
    override = text.rpartition("BEGIN:VEVENT")[2]
    for name, wall in (("RECURRENCE-ID", start), ("DTSTART", shown[0]), ("DTEND", shown[1])):
        assert f"{name};TZID=America/Santiago:20260906T{wall}00\r\n" in override
    off = replace(before[gone], status=EventStatus.CANCELLED, called_off=True)
    assert events(text, SUMMER) == {**before, gone: off}
    back = restore(text, gone, pre_image, NOW, BERLIN)
    assert back == one.text()


def test_brought_back_by_hand_it_is_not_called_off() -> None:
    """A program that sets the status alone keeps our sign: it says nothing while the session stands, nor later."""
    at = datetime(2026, 6, 1, 10, tzinfo=UTC).replace(tzinfo=None)
    one = Series(at, "Europe/Berlin", timedelta(minutes=50), "FREQ=WEEKLY", (), SUMMER)
    before = events(one.text(), SUMMER)
    gone = sorted(before)[3]
    text, pre_image = cancel(one.text(), gone, NOW, BERLIN)
    assert text is not None
    revived = text.replace("STATUS:CANCELLED", "STATUS:CONFIRMED")
    assert PRE_IMAGE in revived
    assert events(revived, SUMMER)[gone] == before[gone]
    assert restore(revived, gone, pre_image, NOW, BERLIN) is None
    again, _ = cancel(revived, gone, NOW, BERLIN)
    assert again is not None
    assert again.count(PRE_IMAGE) == 1
    assert events(again, SUMMER)[gone].called_off
