"""What a series says is read once, and each of its occurrences is read as if it stood alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import CalendarObject, Event
from syncd.core.reading import find_sessions, redact_shared
from syncd.core.time.spans import Span
from syncd.mirror import projected
from tests.core.detecting import DANA, NOW, ROSTER, event
from tests.effort import counted

LONG = timedelta(days=800)
WEEK = timedelta(weeks=1)


def series(title: str, count: int, minutes: int = 50, **given: object) -> list[Event]:
    """Weekly occurrences that say this."""
    starts = (NOW + number * WEEK for number in range(count))
    spans = (Span(start, start + timedelta(minutes=minutes)) for start in starts)
    return [
        replace(
            event(title, when),
            uid=title,
            recurrence_id=f"{when.start:%Y%m%dT%H%M%SZ}",
            recurring=True,
            **given,  # type: ignore[arg-type]
        )
        for when in spans
    ]


def longer(one: Event) -> Event:
    """As long as leave may be that its title alone tells."""
    assert isinstance(one.when, Span)
    return replace(one, when=Span(one.when.start, one.when.start + timedelta(hours=5)))


def kept(events: Iterable[Event]) -> Sequence[Event]:
    """As the mirror keeps them."""
    stored = CalendarObject("h", "e", "u", tuple(events))
    return projected(stored, Span(NOW - LONG, NOW + LONG), (DANA,), ROSTER).events


@pytest.mark.parametrize("title", ["AB", "Vacation", "Dentist", "AB + CD", "#makeup", "crisis: AB", "AB?"])
def test_each_occurrence_is_read_as_if_it_stood_alone(title: str) -> None:
    """Whatever it says; a longer one among them, which may be leave, and one that says something else."""
    mixed = series(title, 6, description="#ok", location="Room 2")
    for place in (1, 4):
        mixed[place] = longer(mixed[place])
    mixed[2] = replace(mixed[2], title="CD")
    assert kept(mixed) == tuple(redact_shared(one, (DANA,), ROSTER) for one in mixed)
    found, alone = find_sessions(mixed, DANA, ROSTER), [find_sessions([one], DANA, ROSTER) for one in mixed]
    assert found.sessions == tuple(session for one in alone for session in one.sessions)
    assert found.unsettled == tuple(unsettled for one in alone for unsettled in one.unsettled)


def test_an_occurrence_more_costs_no_reading_of_its_text() -> None:
    """A hundred more take a few calls each; what the title says was asked once."""
    few, many = series("Ada Brandt", 10), series("Ada Brandt", 110)
    with counted() as first:
        kept(few)
        find_sessions(few, DANA, ROSTER)
    with counted() as second:
        kept(many)
        find_sessions(many, DANA, ROSTER)
    assert (second.calls - first.calls) / 100 < 80


def test_an_occurrence_at_another_time_differs_in_that_alone() -> None:
    """`at` gives what `replace` does."""
    (one,) = series("AB", 1, description="words")
    other = Span(NOW + LONG, NOW + LONG + WEEK)
    assert one.at(other, "x") == replace(one, when=other, recurrence_id="x")
    assert one.recurrence_id != "x"
