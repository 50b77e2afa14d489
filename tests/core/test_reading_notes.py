"""Care notes, opened hours, pauses and busy time, as docs/therapists.md says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import Attendee, Event, EventKind, EventStatus, PartStat, Transparency
from syncd.core.reading import CareNote, find_busy, find_notes, find_opened, find_pause
from syncd.core.time.spans import Span
from tests.core.detecting import (
    BUSY_CALENDAR,
    DANA,
    LEAVE_CALENDAR,
    ROSTER,
    attended,
    days,
    declined,
    event,
    ours,
    timed,
)

ONE_DAY = days(7, 7)


def notes(*events: Event) -> tuple[CareNote, ...]:
    """The care notes in these events."""
    return find_notes(events, DANA, ROSTER)


@pytest.mark.parametrize(
    "title", ["crisis: AB", "Crisis:ab", "CRISIS: Ada Brandt", "krise: c1", "AB!", "Ada Brandt !!"]
)
def test_care_notes(title: str) -> None:
    """`crisis: AB` or `AB!`, by initials, id or name."""
    assert [note.client for note in notes(event(title, ONE_DAY))] == ["c1"]


def test_a_note_may_name_several() -> None:
    """`crisis: AB, CD` is two notes; ambiguous initials count for both."""
    assert [note.client for note in notes(event("crisis: AB, CD", ONE_DAY))] == ["c1", "c2"]
    assert [note.client for note in notes(event("XY!", ONE_DAY))] == ["c4", "c5"]


@pytest.mark.parametrize(
    "title", ["crisis", "crisis: nobody", "Vacation!", "!", "AB", "no crisis: AB", "AB! CD"]
)
def test_other_titles_are_no_notes(title: str) -> None:
    """A note is these two forms and a client, nothing else."""
    assert notes(event(title, ONE_DAY)) == ()


def test_a_note_of_one_day_counts_until_it_is_deleted() -> None:
    """All-day or timed: from its day on."""
    for when in (ONE_DAY, timed(7, 15, 30)):
        (note,) = notes(event("AB!", when))
        assert (note.start, note.end) == (timed(7, 0).start, None)
        assert not note.holds(timed(6, 23).start)
        assert note.holds(timed(7, 9).start + timedelta(days=400))


def test_a_longer_note_counts_for_its_span() -> None:
    """Several days: until they are over."""
    (note,) = notes(event("crisis: AB", days(6, 10)))
    assert Span(note.start, note.end or note.start) == days(6, 10).span(DANA.zone)
    assert note.holds(timed(10, 23).start)
    assert not note.holds(timed(11, 0).start)


def test_only_the_therapist_writes_notes() -> None:
    """Not others, not with attendees, not our own objects, not cancelled ones, not in busy calendars."""
    note = event("AB!", ONE_DAY)
    for other in (
        replace(note, organizer="ada@example.org"),
        replace(note, attendees=(Attendee("ada@example.org"),)),
        replace(note, status=EventStatus.CANCELLED),
        replace(note, calendar=BUSY_CALENDAR),
        ours(title="AB!", when=ONE_DAY),
    ):
        assert notes(other) == ()
    assert notes(replace(note, calendar=LEAVE_CALENDAR))


def test_makeup_events_open_hours() -> None:
    """Outside working hours too; touching ones are joined; a `#makeup` of others opens nothing."""
    saturday = event("#Makeup hours", timed(11, 9, 120))
    assert find_opened([saturday, event("#makeup", timed(11, 11, 60), uid="e2")], DANA) == (
        timed(11, 9, 180),
    )
    assert find_opened([replace(saturday, organizer="ada@example.org")], DANA) == ()
    assert find_opened([event("makeup", timed(11, 9))], DANA) == ()


def test_an_all_day_makeup_opens_the_usual_hours() -> None:
    """A whole Saturday is 09:00 to 18:00 for a therapist who works from nine to six, not the night."""
    assert find_opened([event("#makeup", days(11, 11))], DANA) == (timed(11, 9, 9 * 60),)


def test_pause_lasts_as_long_as_its_event() -> None:
    """`#syncd pause`, whatever its case, by the therapist only."""
    pause = event("#syncd Pause", days(7, 8))
    assert find_pause([pause], DANA, timed(7, 0).start)
    assert not find_pause([pause], DANA, timed(9, 0).start)
    assert not find_pause([replace(pause, organizer="x@example.com")], DANA, timed(7, 9).start)
    assert not find_pause([event("#syncd paused", days(7, 8))], DANA, timed(7, 9).start)


def busy(*events: Event) -> list[Span]:
    """Busy spans in these events."""
    return [one.span for one in find_busy(events, DANA)]


HOUR = timed(7, 10)


@pytest.mark.parametrize(
    "one",
    [
        event("Lunch", HOUR),
        event("Lunch", HOUR, transparency=Transparency.OPAQUE),
        event("Lunch", HOUR, status=EventStatus.TENTATIVE),
        event("School", HOUR, calendar=BUSY_CALENDAR),
        event("Retreat", HOUR, calendar=LEAVE_CALENDAR),
        event("Focus", HOUR, kind=EventKind.FOCUS_TIME),
        attended("who@example.com", organizer="who@example.com", when=HOUR),
        event(
            "Team",
            HOUR,
            attendees=(Attendee("dana@example.org", PartStat.NEEDS_ACTION),),
            organizer="b@example.com",
        ),
        ours(title="Hold", when=HOUR),
    ],
)
def test_opaque_events_are_busy(one: Event) -> None:
    """Whoever wrote them; tentative and unanswered ones count, and our own holds."""
    assert busy(one) == [HOUR]


@pytest.mark.parametrize(
    "one",
    [
        event("Lunch", HOUR, transparency=Transparency.TRANSPARENT),
        event("Lunch", HOUR, status=EventStatus.CANCELLED),
        event("Team", HOUR, attendees=declined(DANA), organizer="b@example.com"),
        event("Home", HOUR, kind=EventKind.WORKING_LOCATION),
        event("Birthday", days(7, 7)),
        event("Lunch", HOUR, calendar="work/Lee"),
        event("#makeup", HOUR),
        event("#syncd pause", timed(6, 9, 5000)),
        event("crisis: AB", timed(6, 9, 5000)),
    ],
)
def test_other_events_are_not_busy(one: Event) -> None:
    """Free, cancelled, declined, whole days that do not say OPAQUE, gestures."""
    assert busy(one) == []


def test_whole_days_are_busy_where_they_say_so() -> None:
    """TRANSP:OPAQUE written out, in the therapist's zone; the occurrence is named so that callers can leave it out."""
    one = event("Training", days(7, 7), transparency=Transparency.OPAQUE)
    (found,) = find_busy([one], DANA)
    assert (found.span, found.ref) == (timed(7, 0, 24 * 60), one.ref)
