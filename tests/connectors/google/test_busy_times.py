"""Busy time of calendars that others share: few questions, nothing near is old, silence is not free time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.google.account import GoogleAccount
from syncd.core.model.errors import Malformed, NotFound, Transient
from syncd.core.time.spans import Span, union
from syncd.ports import Calendar
from tests.connectors.google.samples import THERAPIST, Clock, Standing, timed
from tests.servers.google import Fault, GoogleServer, Person, Phase

OTHERS = ("kim@example.org", "lee@example.org")
YEAR = Span(datetime(2026, 4, 16, 8, tzinfo=UTC), datetime(2027, 7, 20, 8, tzinfo=UTC))
LATER = "2026-10-05T09:00"  # further away than twelve weeks


@pytest.fixture
def today() -> Standing:
    """The time of day, in the middle of June."""
    return Standing(datetime(2026, 6, 15, 8, tzinfo=UTC))


@pytest.fixture
def people(google: GoogleServer, dana: Person) -> Sequence[Person]:
    """Two who show Dana when they are busy."""
    found = [google.person(one) for one in OTHERS]
    for one in OTHERS:
        google.share(one, THERAPIST, "freeBusyReader")
    return found


@pytest.fixture
def busy(
    google: GoogleServer, people: Sequence[Person], tmp_path: Path, today: Standing, clock: Clock
) -> Sequence[Calendar]:
    """Their calendars, read once: what is asked for from now on is what a quiet pass asks for."""
    config = replace(google.config("work", THERAPIST, tmp_path), timeout=timedelta(minutes=2))
    account = GoogleAccount(config, today, sleep=clock.sleep, monotonic=clock)
    opened = [account.open(one) for one in OTHERS]
    look(opened)
    today.moment += timedelta(minutes=2)
    google.calls.clear()
    return opened


def look(calendars: Sequence[Calendar], window: Span = YEAR) -> list[list[Span]]:
    """One pass."""
    return [list(spans(one, window)) for one in calendars]


def spans(calendar: Calendar, window: Span = YEAR) -> Iterator[Span]:
    """When it is busy."""
    for one in calendar.changes("busy", window).objects:
        for event in one.events:
            assert isinstance(event.when, Span)
            yield event.when


def test_a_quiet_pass_is_one_question_for_all(google: GoogleServer, busy: Sequence[Calendar]) -> None:
    """Two calendars, fifteen months: one request, and both get their answer."""
    assert look(busy) == [[], []]
    (call,) = google.calls
    assert call.method == "freebusy.query"
    assert call.body is not None
    assert {one["id"] for one in call.body["items"]} == set(OTHERS)


def test_what_is_near_is_as_new_as_the_pass(
    google: GoogleServer, people: Sequence[Person], busy: Sequence[Calendar], today: Standing
) -> None:
    """An entry made between two passes is seen by the second, whoever's it is; no answer serves a calendar twice."""
    for _ in range(3):
        for at, person in enumerate(people):
            look(busy)
            person.enter(timed(f"2026-07-06T{9 + len(person.events()):02}:00"))
            assert len(look(busy)[at]) == len(person.events())
            today.moment += timedelta(minutes=2)


def test_what_is_far_is_asked_for_once_an_hour(
    google: GoogleServer, people: Sequence[Person], busy: Sequence[Calendar], today: Standing
) -> None:
    """Months ahead an hour is early enough; then all of it comes anew, for both at once."""
    people[1].enter(timed(LATER))
    assert look(busy) == [[], []]
    today.moment += timedelta(hours=1)
    google.calls.clear()
    assert [len(one) for one in look(busy)] == [0, 1]
    assert len(google.calls) == 6
    today.moment += timedelta(minutes=2)
    google.calls.clear()
    assert [len(one) for one in look(busy)] == [0, 1]
    assert len(google.calls) == 1


def test_time_across_the_edge_of_what_is_near_stays_one(
    people: Sequence[Person], busy: Sequence[Calendar], today: Standing
) -> None:
    """Wherever the questions meet, and they meet elsewhere each hour, busy time reads the same."""
    edge = today.moment + timedelta(days=84)
    stay = {
        name: {"dateTime": (edge + timedelta(hours=hours)).isoformat(), "timeZone": "UTC"}
        for name, hours in (("start", -9), ("end", 9))
    }
    people[0].enter({"summary": "Secret", **stay})
    seen = []
    for _ in range(4):
        today.moment += timedelta(hours=3)
        seen.append(look(busy)[0])
    assert seen == [[Span(edge - timedelta(hours=9), edge + timedelta(hours=9))]] * 4


def test_windows_of_their_own_share_one_question(google: GoogleServer, busy: Sequence[Calendar]) -> None:
    """A calendar that was added later is read a little further; neither is asked for twice because of it."""
    later = Span(YEAR.start + timedelta(days=3), YEAR.end + timedelta(days=3))
    for calendar, window in zip(busy, (YEAR, later), strict=True):
        list(spans(calendar, window))
    google.calls.clear()
    for calendar, window in zip(busy, (YEAR, later), strict=True):
        list(spans(calendar, window))
    assert len(google.calls) == 1


def test_trouble_with_one_is_not_the_others(
    google: GoogleServer, people: Sequence[Person], busy: Sequence[Calendar], today: Standing
) -> None:
    """The answer names it for one calendar: the other is read, and the first again as soon as it can be."""
    people[1].enter(timed("2026-07-06T09:00"))
    google.world.busy_errors[OTHERS[0]] = "internalError"
    with pytest.raises(Transient):
        look(busy[:1])
    assert len(look(busy[1:])[0]) == 1
    del google.world.busy_errors[OTHERS[0]]
    people[0].enter(timed(LATER))
    assert [len(one) for one in look(busy)] == [1, 1]


def test_one_that_is_shared_no_more_leaves_the_question(
    google: GoogleServer, busy: Sequence[Calendar], today: Standing
) -> None:
    """It is not found, and nobody asks for it with the others any more."""
    google.share(OTHERS[0], THERAPIST, "")
    with pytest.raises(NotFound):
        look(busy[:1])
    today.moment += timedelta(minutes=2)
    google.calls.clear()
    look(busy[1:])
    assert [[one["id"] for one in (call.body or {})["items"]] for call in google.calls] == [[OTHERS[1]]]


def test_more_calendars_than_a_question_takes(
    google: GoogleServer, dana: Person, tmp_path: Path, today: Standing
) -> None:
    """Fifty at once is what Google answers; the others get a question of their own."""
    names = [f"colleague{number}@example.org" for number in range(53)]
    for name in names:
        google.person(name).enter(timed("2026-07-06T09:00"))
        google.share(name, THERAPIST, "freeBusyReader")
    account = GoogleAccount(google.config("work", THERAPIST, tmp_path), today)
    opened = [account.open(name) for name in names]
    month = Span(datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 7, 20, tzinfo=UTC))
    look(opened, month)
    google.calls.clear()
    assert all(len(one) == 1 for one in look(opened, month))
    assert len(google.calls) < 8


def test_an_answer_that_is_none_is_not_free_time(google: GoogleServer, busy: Sequence[Calendar]) -> None:
    """`{}` for an answer: Malformed."""
    google.fail(Fault(Phase.EMPTY, "freebusy.query"))
    with pytest.raises(Malformed):
        look(busy)
    assert union(span for one in look(busy) for span in one) == ()
