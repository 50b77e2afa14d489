"""An answer in the calendar counts only for the time it answers; words beside it go to the therapist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.answers import Concern
from syncd.core.attendance import attended
from syncd.core.model import Delivery, OfferState, PartStat
from syncd.core.offers import Dragged, InvitationSent, advance
from tests.core.carried import carried, entry, seen
from tests.core.people import NOW, at

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
    made = carried(OfferState.INVITED, delivery)
    after, words = attended(made, seen(made, entry(answer)))
    assert (after.state, after.tentative, words) == (state, answer is PartStat.TENTATIVE, ())


def test_a_yes_from_before_a_drag_is_none() -> None:
    """Servers keep ACCEPTED through a drag: it counts again only after NEEDS-ACTION was seen at the new start."""
    moved = at(17, 15)
    made = advance(carried(OfferState.ACCEPTED), Dragged(moved), NOW)
    assert (made.state, made.asked) == (OfferState.INVITED, False)
    kept, _ = attended(made, seen(made, entry(PartStat.ACCEPTED, moved)))
    assert kept == made
    asked, _ = attended(made, seen(made, entry(PartStat.NEEDS_ACTION, moved)))
    after, _ = attended(asked, seen(asked, entry(PartStat.ACCEPTED, moved)))
    assert after.state is OfferState.ACCEPTED


def test_a_no_after_a_drag_is_one() -> None:
    """An offer with an earlier no is not followed any more, so this one is new."""
    moved = at(17, 15)
    made = advance(carried(OfferState.ACCEPTED), Dragged(moved), NOW)
    after, _ = attended(made, seen(made, entry(PartStat.DECLINED, moved)))
    assert after.state is OfferState.DECLINED


def test_an_answer_at_another_start_says_nothing() -> None:
    """The event stands elsewhere than we know: the drag comes first."""
    made = carried(OfferState.INVITED)
    after, _ = attended(made, seen(made, entry(PartStat.ACCEPTED, at(17, 15))))
    assert after == made


def test_a_yes_found_with_an_unclear_invitation_counts() -> None:
    """Our own write put NEEDS-ACTION there: who answered before it was read back has answered this time."""
    held = carried(OfferState.HELD)
    made = advance(replace(held, asked=False), InvitationSent(NOW, 0, NOW), NOW)
    after, _ = attended(made, seen(made, entry(PartStat.ACCEPTED)))
    assert after.state is OfferState.ACCEPTED


def test_absence_of_data_is_no_answer() -> None:
    """A calendar that was not read in this pass says nothing."""
    made = carried(OfferState.INVITED)
    snapshot = replace(seen(made, entry(PartStat.DECLINED)), fresh=frozenset())
    assert attended(made, snapshot) == (made, ())


def test_words_reach_the_therapist_once_and_freeze_the_offer() -> None:
    """I24: the comment is a concern, the clock stands still, and a second look finds nothing new."""
    made = carried(OfferState.INVITED)
    snapshot = seen(made, entry(PartStat.TENTATIVE, comment="An hour later?"))
    after, (taken,) = attended(made, snapshot)
    assert (after.frozen, taken.concern) == (True, Concern.WORDS)
    again = replace(snapshot, known_replies=frozenset({taken.reply.id}))
    assert attended(after, again) == (after, ())


def test_mailed_offers_are_not_read_from_the_calendar() -> None:
    """On the imip path an attendee in the calendar is nobody's answer."""
    made = carried(OfferState.INVITED, Delivery.IMIP)
    assert attended(made, seen(made, entry(PartStat.ACCEPTED))) == (made, ())
