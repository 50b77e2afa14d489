"""Whether the wall clock may be acted upon: against servers, against what was done, after a jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syncd.core.policy.clock import doubt

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        ([], ""),
        ([0], ""),
        ([5], ""),
        ([-5], ""),
        ([6], "6 min ahead of the calendar servers"),
        ([-90], "1 h 30 min behind the calendar servers"),
        ([17 * 24 * 60], "17 days ahead of"),
        ([0, 0, 600], ""),  # one server's clock is wrong, not ours
        ([600, 0, 600], "10 h 00 min ahead of"),
        ([0, 60], "30 min ahead of"),  # one of two: nobody knows which
    ],
)
def test_servers_tell_the_time(ahead: list[int], said: str) -> None:
    """The median of the accounts counts, and more than five minutes are too many."""
    found = doubt(NOW, [one * MINUTES for one in ahead], None, jumped=False)
    assert (said in found) if said else not found


def test_what_was_done_lies_behind() -> None:
    """A clock that is behind what the store did last is wrong, whatever servers say; some minutes are none."""
    assert not doubt(NOW, [], NOW + 5 * MINUTES, jumped=False)
    assert "6 min behind what was done last" in doubt(NOW, [timedelta()], NOW + 6 * MINUTES, jumped=False)


def test_a_jump_asks_for_a_comparison() -> None:
    """Where a server says what time it is that is settled; a long stop alone is no jump."""
    assert "was set" in doubt(NOW, [], NOW, jumped=True)
    assert not doubt(NOW, [timedelta()], NOW, jumped=True)
    assert not doubt(NOW, [], NOW - timedelta(days=21), jumped=False)
