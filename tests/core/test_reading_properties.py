"""What holds for any calendar: order, hostile titles, and the mirror's projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import Attendee, Event, EventKind, EventStatus, Marker, PartStat, Transparency
from syncd.core.model.practice import Therapist
from syncd.core.reading import (
    absences,
    find_busy,
    find_client_absences,
    find_conflicts,
    find_leave,
    find_notes,
    find_opened,
    find_pause,
    find_sessions,
    lens,
    redact,
    redact_shared,
)
from syncd.core.reading.diary import detect, detected
from syncd.core.reading.tags import read_tags
from syncd.core.time.spans import AllDay, Span
from tests.core.detecting import (
    BUSY_CALENDAR,
    CLIENTS,
    DANA,
    LEAVE_CALENDAR,
    NOW,
    ROSTER,
    attended,
    event,
    ours,
    timed,
)
from tests.core.people import CALENDAR

PIECES = st.sampled_from(
    [
        "Vacation",
        "Urlaub",
        "Dana",
        "AB",
        "ab",
        "CD",
        "XY",
        "Ada Brandt",
        "17",
        "Session",
        "14:00",
        "crisis:",
        "!",
        "ZZ",
        "#ok bx",
        "#none",
        "#none AB",
        "#none AB, CD",
        "#leave",
        "#keep",
        "#told",
        "#makeup",
        "#syncd pause",
        "#send",
        "planning",
        " and ",
        "<br>",
        "&nbsp;",
        "secret",
        ",",
        "\n",
        "#none XY",
        "#none ZZ",
        "OOO",
        "A.B.",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=5).map(" ".join), st.text(max_size=30))
PEOPLE = st.sampled_from(
    ["ada@example.org", "cem@example.org", "who@example.com", "dana@example.org", "A.B@example.com"]
)
MOMENTS = st.integers(0, 4 * 24 * 40).map(
    lambda n: datetime(2026, 6, 20, tzinfo=UTC) + timedelta(minutes=15 * n)
)
TIMED = st.builds(
    lambda start, n: Span(start, start + timedelta(minutes=15 * n)), MOMENTS, st.integers(1, 600)
)
WHOLE = st.builds(
    lambda start, n: AllDay(start.date(), start.date() + timedelta(days=n)), MOMENTS, st.integers(1, 9)
)
EVENTS = st.builds(
    Event,
    calendar=st.sampled_from([CALENDAR, CALENDAR, LEAVE_CALENDAR, BUSY_CALENDAR, "work/Lee"]),
    uid=st.sampled_from("abcdefgh"),
    when=st.one_of(TIMED, WHOLE),
    recurrence_id=st.sampled_from(["", "20260706", "20260707"]),
    title=TEXTS,
    description=TEXTS,
    categories=st.lists(st.sampled_from(["leave", "#Leave", "Private"]), max_size=2).map(tuple),
    status=st.sampled_from(EventStatus),
    transparency=st.sampled_from(Transparency),
    kind=st.sampled_from(EventKind),
    organizer=st.one_of(st.just(""), PEOPLE),
    attendees=st.lists(
        st.builds(Attendee, PEOPLE, st.sampled_from(PartStat), st.just("secret")), max_size=3
    ).map(tuple),
    location=st.sampled_from(["", "secret room"]),
    recurring=st.booleans(),
    unbounded=st.booleans(),
    marker=st.one_of(st.none(), st.builds(Marker, st.just("i1"), st.sampled_from("abcd"))),
)
LEE = replace(DANA, id="lee", name="Lee Park", email="lee@example.org", addresses=(), calendar="work/Lee")


def everything(events: Sequence[Event], therapist: Therapist = DANA) -> tuple[object, ...]:
    """All that detection finds."""
    leave = find_leave(events, therapist, ROSTER, NOW)
    away = absences(leave, therapist, frozenset())
    found = find_sessions(events, therapist, ROSTER)
    return (
        leave,
        away,
        found,
        find_conflicts(found.sessions, away),
        find_client_absences(events, therapist, ROSTER),
        find_busy(events, therapist),
        find_notes(events, therapist, ROSTER),
        find_opened(events, therapist),
        find_pause(events, therapist, NOW + timedelta(days=35)),
    )


@given(st.lists(EVENTS, max_size=12, unique_by=lambda one: one.ref), st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(events: list[Event], random: object) -> None:
    """The same events in any order are the same leave, sessions, absences, ids."""
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert everything(shuffled) == everything(events)


MANY = st.lists(EVENTS, max_size=8, unique_by=lambda one: one.ref)


@given(MANY, MANY)
def test_what_is_kept_is_what_events_say_when_they_are_read_from_nothing(
    before: list[Event], now: list[Event]
) -> None:
    """Whatever was read before; and what is left to read at each hour tells of leave and pauses what all of it does."""
    events = tuple(now)
    assert detected(tuple(before), DANA, ROSTER) == detect(tuple(before), DANA, ROSTER)
    found = detected(events, DANA, ROSTER)
    assert found == detect(events, DANA, ROSTER)
    assert detected(tuple(replace(one) for one in events), DANA, ROSTER) is found
    assert detected(events, replace(DANA, leave_calendars=()), ROSTER) is not found
    assert find_leave(found.of_leave, DANA, ROSTER, NOW) == find_leave(events, DANA, ROSTER, NOW)
    assert find_pause(found.pausing, DANA, NOW) == find_pause(events, DANA, NOW)


@given(EVENTS)
def test_detection_finds_the_same_in_what_the_mirror_keeps(one: Event) -> None:
    """`redact` drops text, never meaning; doing it twice changes nothing."""
    kept = redact(one, DANA, ROSTER, DANA.policy.leave_words)
    assert everything([kept]) == everything([one])
    assert redact(kept, DANA, ROSTER, DANA.policy.leave_words) == kept


@given(EVENTS)
def test_a_shared_calendar_keeps_what_each_therapist_needs(one: Event) -> None:
    """Where two read a calendar, neither loses what the other does not care for."""
    kept = redact_shared(one, (LEE, DANA), ROSTER)
    for therapist in (DANA, LEE):
        assert everything([kept], therapist)[5:] == everything([one], therapist)[5:]
    assert everything([kept], DANA)[:3] == everything([one], DANA)[:3]


@given(EVENTS)
def test_an_event_is_never_both_leave_and_session(one: Event) -> None:
    """Nor leave and opened hours by chance of the title; and foreign events are neither."""
    found = find_sessions([one], DANA, ROSTER)
    leave = find_leave([one], DANA, ROSTER, NOW)
    assert not (found.sessions and leave)
    if one.organizer not in ("", "dana@example.org"):
        assert not found.sessions
        assert not leave


@given(TEXTS)
def test_tags_read_again_from_what_is_kept_are_the_same(text: str) -> None:
    """The mirror keeps a description's tags as written; they still name the same clients and codes."""
    first = read_tags(text, lambda p: ROSTER.called(p, "dana"), lambda p: ROSTER.mentioned(p, "dana"))
    again = read_tags(
        "\n".join(first.written), lambda p: ROSTER.called(p, "dana"), lambda p: ROSTER.mentioned(p, "dana")
    )
    assert (again.tags, again.unclear) == (first.tags, first.unclear)


def test_the_mirror_keeps_no_foreign_text() -> None:
    """An ordinary event, a stranger's, a busy calendar's: when, transparency, status, etag; nothing that says what.

    Of what lasts for days and is asked about the title alone.
    """
    asked = redact(event("Trip", description="secret", location="secret"), DANA, ROSTER, ())
    assert (asked.title, asked.description, asked.location) == ("Trip", "", "")
    for one in (
        event("Dentist secret", timed(7, 10), description="secret", location="secret"),
        event("Trip secret", description="secret", location="secret", recurring=True),
        attended("secret@example.com", title="secret", description="secret", organizer="secret@example.com"),
        attended("secret@example.com", title="secret"),
        event("Vacation secret", calendar=BUSY_CALENDAR, description="secret"),
        attended("ada@example.org", title="secret EMDR", description="secret"),
        event("Vacation", description="secret #all secret"),
    ):
        kept = redact(replace(one, etag='"1"', link=""), DANA, ROSTER, DANA.policy.leave_words)
        assert "secret" not in repr(kept)
        assert (kept.when, kept.transparency, kept.status, kept.etag) == (
            one.when,
            one.transparency,
            one.status,
            '"1"',
        )


def test_the_mirror_keeps_our_own_objects_whole() -> None:
    """Gestures and answers are read from them."""
    mine = ours(title="#yes Hold", description="any", location="there")
    assert redact(mine, DANA, ROSTER, DANA.policy.leave_words) == mine


def test_the_lens_changes_with_all_that_decides_what_is_kept() -> None:
    """A new client, alias, initials, leave word or calendar; not with the order or a phone number."""
    base = lens(CLIENTS, [DANA, LEE])
    assert lens(CLIENTS[::-1], [LEE, DANA]) == base
    assert lens((replace(CLIENTS[0], phone="030"), *CLIENTS[1:]), [DANA, LEE]) == base
    for changed in (
        lens(CLIENTS[1:], [DANA, LEE]),
        lens((replace(CLIENTS[0], aliases=()), *CLIENTS[1:]), [DANA, LEE]),
        lens((replace(CLIENTS[0], initials="QQ"), *CLIENTS[1:]), [DANA, LEE]),
        lens(CLIENTS, [replace(DANA, leave_calendars=()), LEE]),
        lens(CLIENTS, [replace(DANA, policy=replace(DANA.policy, leave_words=("off",))), LEE]),
    ):
        assert changed != base
