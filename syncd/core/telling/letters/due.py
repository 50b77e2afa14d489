"""Which letters about an absence should have been written by now."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model import Absence, Offer, OfferState
from syncd.core.model.messages.intents import Write
from syncd.core.model.offer_facts import Ending
from syncd.core.state import Standing
from syncd.core.telling.letters.call_list import call_list
from syncd.core.telling.letters.falling import falling
from syncd.core.telling.letters.handover import cover_letters, handover_letters
from syncd.core.telling.letters.letter import is_news
from syncd.core.telling.letters.plan import in_calendar, open_questions, plan_again, plan_letter
from syncd.core.telling.letters.silence import (
    cover_lost,
    in_crisis,
    left_without,
    lost_last,
    silences,
    silent_in_crisis,
    told_of,
)


def letters(standing: Standing, absence: Absence) -> Iterator[Write]:
    """The letters about one absence that should have been written by now; each has a key of its own.

    Where they have just said by mail that it is leave, the next pass has times to show.
    """
    if absence.id in standing.said_leave:
        return
    conflicts = tuple(one for one in standing.displaced(absence) if not standing.suspended(one))
    unsettled = open_questions(standing, absence) if in_calendar(absence) else ()
    if not (conflicts or unsettled or falling(standing, absence)) or absence.span.end <= standing.now:
        return
    plans = tuple(plan_letter(standing, absence, conflicts, unsettled))
    yield from plans or plan_again(standing, absence, conflicts, unsettled)
    yield from handover_letters(standing, absence, plans)
    yield from cover_letters(standing, absence)
    yield from call_list(standing, absence, conflicts, frozenset(one.key for one in plans))


def unanswered(standing: Standing) -> Iterator[Write]:
    """The letters about what came of offers, be their leave over by then."""
    yield from silent_in_crisis(standing)
    silent = []
    for conflict in standing.conflicts:
        if told_of(standing, conflict):
            yield from left_without(standing, conflict)
            yield from lost_last(standing, conflict)
            gone = conflict.absence not in standing.absence
            for offer in standing.of(conflict):
                if gone and not is_news(standing, offer):
                    continue
                if _unanswered(standing, offer):
                    silent.append((conflict, offer))
                if standing.crisis(conflict):
                    yield from in_crisis(standing, conflict, offer)
                yield from cover_lost(standing, conflict, offer)
    yield from silences(standing, silent)


def _unanswered(standing: Standing, offer: Offer) -> bool:
    silent = offer.state is OfferState.UNANSWERED or offer.reason == Ending.SILENCE
    decided = offer.over or standing.at_rest  # its hour may go to somebody in the very next pass
    return silent and decided and not offer.frozen  # of what froze it another letter has told
