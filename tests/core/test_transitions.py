"""The life of an offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import Offer, OfferState
from syncd.core.model.offer_facts import (
    Accepted,
    Declined,
    Deleted,
    Dragged,
    DuePassed,
    Ending,
    Fact,
    Granted,
    Hesitated,
    HoldWritten,
    InvitationSent,
    Overtaken,
    Reconsidered,
    Reminded,
    Resumed,
    SettledByHand,
    Withdraw,
    WordsArrived,
)
from syncd.core.model.practice import QuietHours
from syncd.core.offers.transitions import advance
from syncd.core.policy.deadlines import answer_due, reminder_due
from syncd.core.time.spans import Span
from tests.core.people import NOW, at, offer

FACTS: tuple[Fact, ...] = (
    HoldWritten("h", '"1"'),
    InvitationSent(NOW, 0, NOW + timedelta(days=7)),
    Reminded(NOW),
    Accepted(NOW),
    Declined(NOW),
    Hesitated(NOW),
    WordsArrived(NOW),
    DuePassed(),
    Deleted(),
    Dragged(at(17, 11)),
    SettledByHand(True, True, NOW),
    SettledByHand(False, False, NOW),
    Withdraw(Ending.LEAVE),
    Overtaken(),
)
facts = st.lists(st.sampled_from(FACTS), max_size=12)
ENDED = {
    OfferState.DECLINED,
    OfferState.WITHDRAWN,
    OfferState.VETOED,
    OfferState.CANCELLED,
    OfferState.DISPLACED,
}


def _live(start: Offer, happened: Sequence[Fact]) -> list[Offer]:
    lives = [start]
    for fact in happened:
        lives.append(advance(lives[-1], fact, NOW))
    return lives


@given(facts)
def test_what_ended_stays_ended(happened: list[Fact]) -> None:
    """Whatever happens, in whatever order, an offer that ended never lives again."""
    lives = _live(offer(OfferState.PLANNED), happened)
    for before, after in pairwise(lives):
        if before.state in ENDED:
            assert after.state in ENDED


@given(facts)
def test_the_daemon_alone_never_ends_an_accepted_offer(happened: list[Fact]) -> None:
    """I1: withdrawing, deadlines and silence leave an accepted offer as it is."""
    ours = [fact for fact in happened if isinstance(fact, Withdraw | DuePassed | Reminded | HoldWritten)]
    assert _live(offer(OfferState.ACCEPTED), ours)[-1].state is OfferState.ACCEPTED


@given(facts)
def test_an_acceptance_needs_an_invitation(happened: list[Fact]) -> None:
    """Nobody accepts what was never sent to them; the therapist may settle it by hand."""
    assert all(
        one.sent for one in _live(offer(OfferState.PLANNED), happened) if one.state is OfferState.ACCEPTED
    )


def test_the_ordinary_life_ends_accepted() -> None:
    """Planned, held, invited, accepted."""
    lives = _live(
        offer(OfferState.PLANNED),
        [HoldWritten("h", '"1"'), InvitationSent(NOW, 0, NOW), Accepted(NOW)],
    )
    assert [one.state for one in lives] == [
        OfferState.PLANNED,
        OfferState.HELD,
        OfferState.INVITED,
        OfferState.ACCEPTED,
    ]


@pytest.mark.parametrize(
    ("state", "fact", "after"),
    [
        (OfferState.HELD, Deleted(), OfferState.VETOED),
        (OfferState.INVITED, Deleted(), OfferState.WITHDRAWN),
        (OfferState.ACCEPTED, Deleted(), OfferState.CANCELLED),
        (OfferState.ACCEPTED, Declined(NOW), OfferState.CANCELLED),
        (OfferState.INVITED, DuePassed(), OfferState.UNANSWERED),
        (OfferState.UNANSWERED, Accepted(NOW), OfferState.ACCEPTED),
        (OfferState.HELD, SettledByHand(True, True, NOW), OfferState.SETTLED),
        (OfferState.INVITED, SettledByHand(False, True, NOW), OfferState.DECLINED),
    ],
)
def test_steps(state: OfferState, fact: Fact, after: OfferState) -> None:
    """Single steps of docs/offers.md."""
    assert advance(offer(state), fact, NOW).state is after


def test_dragging_an_accepted_offer_voids_the_acceptance() -> None:
    """The time is the therapist's and pinned; the client is asked once more, so the offer is to be sent again."""
    dragged = advance(offer(OfferState.ACCEPTED), Dragged(at(17, 11)), NOW)
    assert (dragged.state, dragged.pinned, dragged.span) == (OfferState.HELD, True, at(17, 11))
    assert dragged.sent
    assert dragged.answered_at is None


def test_a_maybe_is_silence_that_is_shown() -> None:
    """A tentative answer leaves the offer invited."""
    maybe = advance(offer(OfferState.INVITED), Hesitated(NOW), NOW)
    assert maybe.state is OfferState.INVITED
    assert maybe.tentative


def test_an_answer_is_due_a_day_before_the_slot_at_the_latest() -> None:
    """The earlier of sent + answer_within and slot start - 24 h."""
    slot = at(3, 10)
    assert answer_due(NOW, slot, timedelta(days=7)) == slot.start - timedelta(hours=24)
    assert answer_due(NOW, at(16, 10), timedelta(days=7)) == NOW + timedelta(days=7)


def test_an_answer_is_due_at_a_time_that_people_would_name() -> None:
    """A quarter of an hour, later rather than earlier, and no later than a day before the slot, or its half."""
    week, quarter = timedelta(days=7), timedelta(minutes=15)
    sent = at(2, 9).start + timedelta(minutes=16, seconds=20)
    assert answer_due(sent, at(16, 10), week) == at(9, 9).start + 2 * quarter
    assert answer_due(sent, at(9, 10), week) == at(8, 10).start
    assert answer_due(sent, at(2, 11), week) == at(2, 10).start + quarter
    near = Span(sent + timedelta(minutes=10), sent + timedelta(minutes=60))
    assert sent < answer_due(sent, near, week) < near.start


def test_days_to_answer_are_days_by_the_clock_on_the_wall() -> None:
    """The clocks change on 25 October: a week later it is due at the same hour."""
    berlin = ZoneInfo("Europe/Berlin")
    sent, slot = at(129, 10).start, at(160, 10)  # 22 October on
    due = answer_due(sent, slot, timedelta(days=7), (berlin, QuietHours()))
    assert due == at(136, 10).start


def test_no_answer_is_due_at_night() -> None:
    """Of a time chosen by hand for tomorrow half of what is left ends at night: the evening, or the morning, before."""
    night = (ZoneInfo("Europe/Berlin"), QuietHours())
    sent = at(2, 9).start + timedelta(minutes=30)
    due = [answer_due(sent + timedelta(hours=ahead), at(3, 11), timedelta(days=7), night) for ahead in (0, 8)]
    assert due == [at(2, 20).start, at(3, 8).start]


def test_what_the_client_proposed_waits_for_the_therapist() -> None:
    """Not live until granted (I2); `#no` and a deletion refuse it, and neither counts as the client's no."""
    asked = replace(offer(OfferState.PROPOSED), invited_at=None, pinned=True, proposed=True)
    assert not asked.live
    granted = advance(asked, Granted(), NOW)
    assert (granted.state, granted.sent) == (OfferState.HELD, False)
    for no in (Deleted(), SettledByHand(False, False, NOW)):
        refused = advance(asked, no, NOW)
        assert (refused.state, refused.reason) == (OfferState.WITHDRAWN, Ending.REFUSED)


def test_a_clock_runs_on_with_time_left_to_answer() -> None:
    """Two days at least, or until a day before; a drag ends the freeze as well."""
    late = NOW + timedelta(days=9)
    frozen = advance(offer(OfferState.INVITED), WordsArrived(NOW), NOW)
    after = advance(frozen, Resumed(), late)
    assert (after.frozen, after.due) == (False, late + timedelta(hours=48))
    assert not advance(frozen, Dragged(at(17, 11)), late).frozen


def test_a_second_thought_is_written_anew() -> None:
    """Its entry went with the no; that it is missing is nobody's gesture."""
    declined = advance(offer(OfferState.INVITED), Declined(NOW), NOW)
    back = advance(declined, Reconsidered(NOW), NOW)
    assert (back.state, back.unwritten, back.late_at) == (OfferState.ACCEPTED, True, NOW)
    assert not advance(back, HoldWritten("h", '"2"'), NOW).unwritten


def test_a_time_chosen_by_hand_leaves_half_of_what_there_is() -> None:
    """A slot tomorrow: an answer is due before it, not before it was asked."""
    slot = at(1, 11)
    assert NOW < answer_due(NOW, slot, timedelta(days=7)) < slot.start


def test_one_reminder_at_half_time() -> None:
    """Half way between invitation and due date; never a second one, none while human words wait."""
    invited = offer(OfferState.INVITED)
    assert reminder_due(invited) == NOW + timedelta(days=3.5)
    assert reminder_due(advance(invited, Reminded(NOW), NOW)) is None
    assert reminder_due(advance(invited, WordsArrived(NOW), NOW)) is None
