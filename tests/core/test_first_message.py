"""When a message may leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import OccurrenceRef, Session
from syncd.core.model.practice import QuietHours, Timing
from syncd.core.policy.first_message import first_message, urgent_message
from syncd.core.policy.quiet_hours import last_waking, waking
from tests.core.people import BERLIN, CALENDAR, NOW, at

QUIET = QuietHours()
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from([BERLIN, ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")])


@given(moments, zones)
def test_waking_is_never_quiet(moment: datetime, zone: ZoneInfo) -> None:
    """I9: what waking gives is at or after the moment and never in the night or on a Sunday of that zone."""
    woken = waking(moment, zone, QUIET, frozenset())
    there = woken.astimezone(zone)
    assert woken >= moment
    assert 8 <= there.hour < 20
    assert there.weekday() != 6


@given(moments, zones)
def test_waking_twice_is_waking_once(moment: datetime, zone: ZoneInfo) -> None:
    """An instant outside quiet hours is its own waking."""
    woken = waking(moment, zone, QUIET, frozenset())
    assert waking(woken, zone, QUIET, frozenset()) == woken


@pytest.mark.parametrize("day", [24, 31])
def test_the_eves_are_quiet_from_noon(day: int) -> None:
    """Christmas Eve and New Year's Eve: a mail of the morning leaves, one of the afternoon waits unless urgent."""
    morning, evening = (datetime(2026, 12, day, hour, 50, tzinfo=BERLIN) for hour in (9, 18))
    assert waking(morning, BERLIN, QUIET, frozenset()) == morning
    woken = waking(evening, BERLIN, QUIET, frozenset()).astimezone(BERLIN)
    assert (woken.date() - evening.date()).days in {1, 2}  # a Sunday may follow
    assert woken.hour == 8
    assert waking(evening, BERLIN, QUIET, frozenset(), urgent=True) == evening
    assert last_waking(evening, BERLIN, QUIET, frozenset()).astimezone(BERLIN).hour == 11


def test_holidays_are_quiet() -> None:
    """A message for New Year's Day waits for the day after, and a Sunday after that for Monday."""
    new_year = datetime(2027, 1, 1, 10, tzinfo=BERLIN)
    woken = waking(new_year, BERLIN, QUIET, frozenset({new_year.date()}))
    assert woken == datetime(2027, 1, 2, 8, tzinfo=BERLIN)


def test_urgent_waits_for_six() -> None:
    """Sick today: clients hear from 06:00 on, Sundays too."""
    night = datetime(2026, 6, 21, 3, tzinfo=BERLIN)
    assert waking(night, BERLIN, QUIET, frozenset(), urgent=True) == datetime(2026, 6, 21, 6, tzinfo=BERLIN)


def test_settle_by_how_near_the_first_session_is() -> None:
    """Five minutes, thirty minutes, a day."""
    timing = Timing(tell_first=False)
    waits = [
        first_message(timing, NOW, NOW + ahead, (), zone=BERLIN, send_now=False).opens - NOW
        for ahead in (timedelta(hours=20), timedelta(days=5), timedelta(days=20))
    ]
    assert waits == [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=24)]


def test_invite_ahead() -> None:
    """Nothing leaves more than 35 days before the client's first displaced session."""
    gate = first_message(
        Timing(tell_first=False), NOW, NOW + timedelta(days=60), (), zone=BERLIN, send_now=False
    )
    assert gate.opens == NOW + timedelta(days=25)


def test_days_ahead_are_days_of_wall_clocks() -> None:
    """Five weeks before a session in summer time are that hour in winter time."""
    seen, session = (datetime(2027, month, day, 11, tzinfo=BERLIN) for month, day in ((2, 1), (3, 30)))
    gate = first_message(Timing(tell_first=False), seen, session, (), zone=BERLIN, send_now=False)
    assert gate.opens == datetime(2027, 2, 23, 11, tzinfo=BERLIN)


def test_of_long_leave_clients_hear_earlier() -> None:
    """Of two weeks 49 days before; where the practice tells everything earlier than that, as early as everything."""
    for ahead, days in ((35, 11), (50, 10)):
        timing = Timing(tell_first=False, invite_ahead=timedelta(days=ahead))
        for away in (timedelta(days=12), timedelta(days=21)):
            gate = first_message(
                timing, NOW, NOW + timedelta(days=60), (), zone=BERLIN, send_now=False, away=away
            )
            assert gate.opens == NOW + timedelta(days=days)


def test_told_in_the_room_first() -> None:
    """While more than three weeks remain, two hours after the client's next session."""
    session = Session("dana", "c1", OccurrenceRef(CALENDAR, "s0"), at(2, 10))
    far = NOW + timedelta(days=30)
    gate = first_message(Timing(), NOW, far, (session,), zone=BERLIN, send_now=False)
    assert gate.opens == session.span.end + timedelta(hours=2)
    near = first_message(Timing(), NOW, NOW + timedelta(days=20), (session,), zone=BERLIN, send_now=False)
    assert near.opens == NOW + timedelta(hours=24)


@pytest.mark.parametrize(("weeks", "timing"), [(5, Timing(tell_first=False)), (3, Timing())])
def test_nobody_is_written_to_while_they_sit_there(weeks: int, timing: Timing) -> None:
    """Five weeks, or three, before a weekly session another one begins: two hours after that has ended."""
    session = Session("dana", "c1", OccurrenceRef(CALENDAR, "s0"), at(2, 10))
    seen = session.span.start - timedelta(hours=26)
    displaced = session.span.start + timedelta(weeks=weeks)
    gate = first_message(timing, seen, displaced, (session,), zone=BERLIN, send_now=False)
    assert gate.opens == session.span.end + timedelta(hours=2)


def test_nor_as_the_night_ends_in_which_it_opened() -> None:
    """It opens before dawn, and their session begins when they may be written to."""
    session = Session("dana", "c1", OccurrenceRef(CALENDAR, "s0"), at(2, 8))
    night = session.span.start - timedelta(hours=3)
    displaced, morning = session.span.start + timedelta(weeks=1), session.span.start
    gate = first_message(
        Timing(settle=timedelta()),
        night,
        displaced,
        (session,),
        send_now=False,
        zone=BERLIN,
        wakes=lambda one: max(one, morning),
    )
    assert gate.opens == session.span.end + timedelta(hours=2)


def test_of_long_leave_they_hear_after_the_session_of_that_day() -> None:
    """In the morning, eight weeks before, and a session at ten: they hear it there."""
    session = Session("dana", "c1", OccurrenceRef(CALENDAR, "s0"), at(2, 10))
    morning = session.span.start - timedelta(hours=2)
    seen, displaced = morning - timedelta(days=30), session.span.start + timedelta(weeks=8)
    gate = first_message(
        Timing(tell_first=False), seen, displaced, (session,), zone=BERLIN, send_now=False, told_from=morning
    )
    assert gate.opens == session.span.end + timedelta(hours=2)

    end = session.span.end + timedelta(hours=20)
    gate = first_message(Timing(), seen, end, (session,), zone=BERLIN, send_now=False)
    """There is no time to wait for the room."""
    session = Session("dana", "c1", OccurrenceRef(CALENDAR, "s0"), at(2, 10))
    seen = session.span.start + timedelta(minutes=1)
    gate = first_message(
        Timing(), seen, session.span.end + timedelta(hours=20), (session,), zone=BERLIN, send_now=False
    )
    assert gate.opens == seen + timedelta(minutes=5)


def test_send_skips_the_waiting() -> None:
    """`#send` opens every gate but approval."""
    far = NOW + timedelta(days=90)
    assert first_message(Timing(), NOW, far, (), zone=BERLIN, send_now=True).opens == NOW


def test_settle_can_be_fixed() -> None:
    """A duration in settings replaces "auto"."""
    timing = replace(Timing(tell_first=False), settle=timedelta(minutes=1))
    gate = first_message(timing, NOW, NOW + timedelta(days=20), (), zone=BERLIN, send_now=False)
    assert gate.opens == NOW + timedelta(minutes=1)


def test_sick_today_does_not_wait_for_a_long_settling() -> None:
    """Five minutes at most, also for leave that was seen while the session was further off; `#send` waits for none."""
    near = NOW + timedelta(hours=3)
    for settle in (None, timedelta(hours=12), timedelta(minutes=5)):
        gate = urgent_message(Timing(settle=settle), NOW, near, send_now=False)
        assert gate.opens == NOW + timedelta(minutes=5)
    seen = near - timedelta(hours=25)
    assert urgent_message(Timing(), seen, near, send_now=False).opens == seen + timedelta(minutes=5)
    assert urgent_message(Timing(settle=timedelta()), NOW, near, send_now=False).opens == NOW
    assert urgent_message(Timing(), NOW, near, send_now=True).opens == NOW


@given(moments, zones)
def test_the_last_waking_instant_is_not_quiet_and_not_later(moment: datetime, zone: ZoneInfo) -> None:
    """What has to be said before a moment is said in waking hours before it, at most a day and a half earlier."""
    woken = last_waking(moment, zone, QUIET, frozenset())
    there = woken.astimezone(zone)
    assert moment - timedelta(hours=37) <= woken <= moment
    assert 8 <= there.hour < 20
    assert there.weekday() != 6
