"""Whether the wall clock may be acted upon: against servers, against what was done, after a jump."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syncd.core.model import OfferState
from syncd.core.model.offer_facts import Ending
from syncd.core.policy.clock import doubt
from syncd.core.policy.early_endings import resumed
from tests.core.people import offer

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
    """Where a server says what time it is that is settled."""
    assert "was set" in doubt(NOW, [], NOW, jumped=True)
    assert not doubt(NOW, [timedelta()], NOW, jumped=True)


def test_a_long_stop_is_one_where_a_server_says_so() -> None:
    """Else it may be the clock that is far ahead: what a look records by it nothing comes after for as long."""
    long_ago = NOW - timedelta(days=21)
    assert not doubt(NOW, [timedelta()], long_ago, jumped=False)
    assert "21 days past what was done last" in doubt(NOW, [], long_ago, jumped=False)
    assert not doubt(NOW, [], NOW - timedelta(days=2), jumped=False)
    assert not doubt(NOW, [], None, jumped=False)


def test_a_clock_that_was_set_meanwhile_says_nothing() -> None:
    """The moment by which calendars were read is none, whatever servers said afterwards."""
    assert "was set while" in doubt(NOW, [timedelta()], NOW, jumped=False, slipped=True)


def test_a_process_that_has_believed_the_clock_vouches_for_it() -> None:
    """Days in which no server can be asked are an outage, not a clock: it has run on beside the machine's own."""
    assert not doubt(NOW, [], NOW - timedelta(days=21), jumped=False, vouched=True)
    assert "was set" in doubt(NOW, [], NOW - timedelta(days=21), jumped=True, vouched=True)


@pytest.mark.parametrize("why", [Ending.SILENCE, Ending.SLOT])
def test_an_invitation_that_ended_by_a_wrong_clock_goes_on(why: Ending) -> None:
    """Whatever that clock took for the reason: the time was over, or nobody had answered by then."""
    asked = replace(offer(OfferState.WITHDRAWN), reason=why, invited_at=NOW, due=NOW + timedelta(days=7))
    (again,) = resumed([asked], frozenset({asked.uid}), frozenset(), NOW)
    assert (again.state, again.reason, again.uid) == (OfferState.INVITED, "", asked.uid)
    assert resumed([replace(asked, cancelled_at=NOW)], frozenset({asked.uid}), frozenset(), NOW) == ()
    assert resumed([asked], frozenset(), frozenset(), NOW) == ()  # deleted by hand
    (anew,) = resumed([asked], frozenset(), frozenset({asked.uid}), NOW)
    assert (again.unwritten, anew.unwritten) == (False, True)


def test_of_several_that_ended_the_last_one_goes_on() -> None:
    """A session has one time at most that is offered for it: what was given up before stays so."""
    ended = [
        replace(offer(OfferState.WITHDRAWN, number=one), reason=Ending.SLOT, invited_at=None)
        for one in (2, 1)
    ]
    (again,) = resumed(ended, frozenset(), frozenset(one.uid for one in ended), NOW)
    assert (again.number, again.state, again.unwritten) == (2, OfferState.HELD, True)
