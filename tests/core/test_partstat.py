"""An answer in the calendar counts only for the time it answers; words beside it go to the therapist."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import Delivery, OfferState, PartStat
from syncd.core.model.offer_facts import Dragged, Ending, InvitationSent
from syncd.core.offers.answers.partstat import with_calendar_answers
from syncd.core.offers.answers.understood import Concern
from syncd.core.offers.transitions import advance
from tests.core.carried import carried, decided, entry, seen
from tests.core.people import NOW, at

ALIAS = "ada.private@example.net"
PATHS = (Delivery.GOOGLE, Delivery.SERVER)


@pytest.mark.parametrize("delivery", PATHS)
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (PartStat.ACCEPTED, OfferState.ACCEPTED),
        (PartStat.DECLINED, OfferState.DECLINED),
        (PartStat.TENTATIVE, OfferState.INVITED),
        (PartStat.NEEDS_ACTION, OfferState.INVITED),
    ],
)
def test_answers_to_what_was_asked(delivery: Delivery, answer: PartStat, state: OfferState) -> None:
    """Yes and no settle it; maybe is shown; silence is nothing."""
    made = replace(carried(OfferState.INVITED, delivery), invited_at=NOW - timedelta(hours=1))
    after, words = with_calendar_answers(made, seen(made, entry(answer)))
    assert (after.state, after.tentative, words) == (state, answer is PartStat.TENTATIVE, ())


@pytest.mark.parametrize("delivery", PATHS)
def test_a_yes_from_an_alias_counts(delivery: Delivery) -> None:
    """Who accepts with another account of theirs stands beside the line that was invited, which never answers."""
    made = replace(carried(OfferState.INVITED, delivery), invited_at=NOW - timedelta(hours=1))
    invited = entry(PartStat.NEEDS_ACTION)
    (line,) = invited.attendees
    world = seen(
        made, replace(invited, attendees=(line, replace(line, email=ALIAS, partstat=PartStat.ACCEPTED)))
    )
    (client,) = (one for one in world.clients if one.id == made.client)
    assert with_calendar_answers(made, world)[0].state is OfferState.INVITED
    others = tuple(one for one in world.clients if one.id != made.client)
    known = replace(world, clients=(*others, replace(client, aliases=(ALIAS,))))
    assert with_calendar_answers(made, known)[0].state is OfferState.ACCEPTED


def test_a_yes_from_before_a_drag_is_none() -> None:
    """Servers keep ACCEPTED through a drag: it counts again only after NEEDS-ACTION was seen at the new start."""
    moved = at(17, 15)
    made = advance(carried(OfferState.ACCEPTED), Dragged(moved), NOW)
    assert (made.state, made.asked) == (OfferState.INVITED, False)
    kept, doubt = with_calendar_answers(made, seen(made, entry(PartStat.ACCEPTED, moved)))
    assert (kept.state, [one.concern for one in doubt]) == (OfferState.INVITED, [Concern.UNASKED])
    asked, _ = with_calendar_answers(made, seen(made, entry(PartStat.NEEDS_ACTION, moved)))
    after, _ = with_calendar_answers(asked, seen(asked, entry(PartStat.ACCEPTED, moved)))
    assert after.state is OfferState.ACCEPTED


def test_a_yes_that_may_be_new_is_asked_about_once_and_never_taken_back() -> None:
    """Given between two looks it cannot be told from an old one: one letter for each start, and the clock stands."""
    moved = at(17, 15)
    made = advance(carried(OfferState.INVITED), Dragged(moved), NOW)
    world = seen(made, entry(PartStat.ACCEPTED, moved))
    after, (taken,) = with_calendar_answers(made, world)
    assert (after.frozen, taken.concern, taken.fact) == (True, Concern.UNASKED, None)
    again = replace(world, known_replies=frozenset({taken.reply.id}))
    assert with_calendar_answers(after, again) == (after, ())
    waits = replace(after, state=OfferState.UNANSWERED, due=NOW)
    near = replace(seen(waits, entry(PartStat.ACCEPTED, moved), now=moved.start - timedelta(hours=30)))
    known = replace(near, known_replies=again.known_replies, keys={})
    (kept,) = decided(known).pass_state.offers
    assert kept.state is OfferState.UNANSWERED


@pytest.mark.parametrize("delivery", PATHS)
def test_a_no_at_once_is_a_machine_s(delivery: Delivery) -> None:
    """Nobody reads and answers within a minute, seen by the next look: the client has refused nothing."""
    made = replace(carried(OfferState.INVITED, delivery), invited_at=NOW - timedelta(minutes=2))
    after, (taken,) = with_calendar_answers(made, seen(made, entry(PartStat.DECLINED, comment="Away")))
    assert taken.reply.words
    assert (after.state, after.reason, taken.concern) == (
        OfferState.DECLINED,
        Ending.MACHINE,
        Concern.MACHINE,
    )


@pytest.mark.parametrize("delivery", PATHS)
def test_a_yes_for_a_time_that_is_gone_comes_too_late_once(delivery: Delivery) -> None:
    """It settles nothing; the therapist hears of it once, and the client is to be answered."""
    made = replace(carried(OfferState.UNANSWERED, delivery), invited_at=NOW - timedelta(days=8))
    world = seen(made, entry(PartStat.ACCEPTED))
    after, (taken,) = with_calendar_answers(made, world, lambda _: True)
    assert (after.state, after.late_at, taken.concern) == (OfferState.UNANSWERED, NOW, Concern.LATE)
    again = replace(world, known_replies=frozenset({taken.reply.id}))
    assert with_calendar_answers(after, again, lambda _: True) == (after, ())


def test_what_is_settled_by_hand_is_followed_for_a_later_no() -> None:
    """A yes beside it is no doubt; a no is one."""
    made = replace(carried(OfferState.SETTLED), asked=False)
    assert with_calendar_answers(made, seen(made, entry(PartStat.ACCEPTED))) == (made, ())
    after, _ = with_calendar_answers(made, seen(made, entry(PartStat.DECLINED)))
    assert after.state is OfferState.CANCELLED


def test_a_no_after_a_drag_is_one() -> None:
    """An offer with an earlier no is not followed any more, so this one is new."""
    moved = at(17, 15)
    made = advance(carried(OfferState.ACCEPTED), Dragged(moved), NOW)
    after, _ = with_calendar_answers(made, seen(made, entry(PartStat.DECLINED, moved)))
    assert after.state is OfferState.DECLINED


def test_an_answer_at_another_start_says_nothing() -> None:
    """The event stands elsewhere than we know: the drag comes first."""
    made = carried(OfferState.INVITED)
    after, _ = with_calendar_answers(made, seen(made, entry(PartStat.ACCEPTED, at(17, 15))))
    assert after == made


def test_a_yes_found_with_an_unclear_invitation_counts() -> None:
    """Our own write put NEEDS-ACTION there: who answered before it was read back has answered this time."""
    held = carried(OfferState.HELD)
    made = advance(replace(held, asked=False), InvitationSent(NOW, 0, NOW), NOW)
    after, _ = with_calendar_answers(made, seen(made, entry(PartStat.ACCEPTED)))
    assert after.state is OfferState.ACCEPTED


def test_absence_of_data_is_no_answer() -> None:
    """A calendar that was not read in this pass says nothing."""
    made = carried(OfferState.INVITED)
    snapshot = replace(seen(made, entry(PartStat.DECLINED)), fresh=frozenset())
    assert with_calendar_answers(made, snapshot) == (made, ())


def test_words_reach_the_therapist_once_and_freeze_the_offer() -> None:
    """I24: the comment is a concern, the clock stands still, and a second look finds nothing new."""
    made = carried(OfferState.INVITED)
    snapshot = seen(made, entry(PartStat.TENTATIVE, comment="An hour later?"))
    after, (taken,) = with_calendar_answers(made, snapshot)
    assert (after.frozen, taken.concern) == (True, Concern.WORDS)
    again = replace(snapshot, known_replies=frozenset({taken.reply.id}))
    assert with_calendar_answers(after, again) == (after, ())


def test_mailed_offers_are_not_read_from_the_calendar() -> None:
    """On the imip path an attendee in the calendar is nobody's answer."""
    made = carried(OfferState.INVITED, Delivery.IMIP)
    assert with_calendar_answers(made, seen(made, entry(PartStat.ACCEPTED))) == (made, ())
