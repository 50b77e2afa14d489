"""Which letters about an absence should have been written by now."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model import Absence, Offer, OfferState
from syncd.core.model.messages.intents import Write
from syncd.core.model.offer_facts import Ending
from syncd.core.state import PassState
from syncd.core.telling.letters.call_list import call_list
from syncd.core.telling.letters.days_letter import silences
from syncd.core.telling.letters.falling import falling
from syncd.core.telling.letters.handover import cover_letters, handover_letters
from syncd.core.telling.letters.letter import is_news
from syncd.core.telling.letters.members import groups_in
from syncd.core.telling.letters.plan import in_calendar, open_questions, plan_again, plan_letter
from syncd.core.telling.letters.silence import (
    cover_lost,
    in_crisis,
    left_without,
    lost_last,
    silent_in_crisis,
    told_of,
)


def letters(pass_state: PassState, absence: Absence) -> Iterator[Write]:
    """The letters about one absence that should have been written by now; each has a key of its own.

    Where they have just said by mail that it is leave, the next pass has times to show.
    """
    if absence.id in pass_state.said_leave:
        return
    conflicts = tuple(one for one in pass_state.displaced(absence) if not pass_state.suspended(one))
    unsettled = open_questions(pass_state, absence) if in_calendar(absence) else ()
    torn = falling(pass_state, absence) or groups_in(pass_state, absence)
    if not (conflicts or unsettled or torn) or absence.span.end <= pass_state.now:
        return
    plans = tuple(plan_letter(pass_state, absence, conflicts, unsettled))
    yield from plans or plan_again(pass_state, absence, conflicts, unsettled)
    yield from handover_letters(pass_state, absence, plans)
    yield from cover_letters(pass_state, absence)
    yield from call_list(pass_state, absence, conflicts, frozenset(one.key for one in plans))


def unanswered(pass_state: PassState) -> Iterator[Write]:
    """The letters about what came of offers, be their leave over by then."""
    yield from silent_in_crisis(pass_state)
    silent = []
    for conflict in pass_state.conflicts:
        if told_of(pass_state, conflict):
            yield from left_without(pass_state, conflict)
            yield from lost_last(pass_state, conflict)
            gone = conflict.absence not in pass_state.absence
            for offer in pass_state.of(conflict):
                if gone and not is_news(pass_state, offer):
                    continue
                if _unanswered(pass_state, offer) and _speaks(pass_state, offer):
                    silent.append((conflict, offer))
                if pass_state.crisis(conflict):
                    yield from in_crisis(pass_state, conflict, offer)
                yield from cover_lost(pass_state, conflict, offer)
    # Whose hour goes to somebody in the very next pass stands in the same letter; of leave that is over it is news in
    # this pass alone.
    now = [one for one in silent if pass_state.at_rest or one[0].absence not in pass_state.absence]
    if now or pass_state.at_rest:
        yield from silences(pass_state, now)


def _speaks(pass_state: PassState, offer: Offer) -> bool:
    """True for the one of several times for a session by which a letter tells of the silence about all of them."""
    made = pass_state.offers_of.get(offer.conflict, ())
    mine = [one for one in made if one.suggestion == offer.suggestion and _unanswered(pass_state, one)]
    waits = any(one.suggestion == offer.suggestion and one.kept and one not in mine for one in made)
    return mine[0].uid == offer.uid and not waits


def _unanswered(pass_state: PassState, offer: Offer) -> bool:
    silent = offer.state is OfferState.UNANSWERED or offer.reason == Ending.SILENCE
    return silent and not offer.frozen  # of what froze it another letter has told
