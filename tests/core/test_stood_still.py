"""Since when nobody looked into a calendar, or nothing was done about what was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from syncd.core.model.ground import STILL, Ground, stood_still

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
LATELY, LONG_AGO = NOW - timedelta(minutes=6), NOW - timedelta(days=3)


def test_between_two_polls_nothing_stands_still() -> None:
    """Nor where a place was never read."""
    assert stood_still([Ground("a/b", LATELY), Ground("a/c")], None, NOW) == {}


def test_a_place_that_was_not_read_for_hours() -> None:
    """It alone, be the others read all the time."""
    grounds = [Ground("a/b", LATELY), Ground("a/c", LONG_AGO, silent_since=LONG_AGO)]
    assert stood_still(grounds, None, NOW) == {"a/c": LONG_AGO}


def test_what_is_read_and_not_acted_upon_stands_still_too() -> None:
    """After a safe stop, since that began."""
    assert stood_still([Ground("a/b", LATELY)], LONG_AGO, NOW) == {"a/b": LONG_AGO}
    assert stood_still([Ground("a/b", LATELY)], NOW - STILL + timedelta(minutes=1), NOW) == {}
