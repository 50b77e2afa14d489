"""The picture in a plan letter shows what the office's page and `syncd plan --picture` show of the same absence."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind
from syncd.core.model.messages.weeks import SlotState
from syncd.core.time.spans import Span
from syncd.report.absence_pictures import picture_of
from tests.report.passes import decision, titled


def _plan_letter(title: str) -> LetterFacts:
    letters = [one.facts for one in decision(titled(title)).intents if isinstance(one, Write)]
    (found,) = (one for one in letters if one.kind is LetterKind.PLAN)
    return found


def test_a_plan_letter_has_the_weeks() -> None:
    """Whoever falls out, with the time that is held; the same sessions that take place as in the large picture."""
    decided = decision(titled("Vacation"))
    (absence,) = decided.pass_state.absence.values()
    large = picture_of(decided.pass_state, decided.plan, absence)
    weeks = _plan_letter("Vacation").weeks
    assert weeks is not None
    assert {(one.initials, one.original, one.slot) for one in weeks.moved} == {
        (one.initials, one.original, None if one.colleague else one.slot) for one in large.displaced
    }
    assert {one.state for one in weeks.moved if one.slot} == {SlotState.HELD}
    assert weeks.leave == large.leave
    shown = Span(weeks.leave[0].start, max(one.slot.end for one in weeks.moved if one.slot))
    assert (
        {one for one in large.sessions if one.span.overlaps(shown)}
        <= set(weeks.sessions)
        <= set(large.sessions)
    )
    assert set(weeks.busy) <= set(large.busy)


def test_what_may_be_no_leave_is_not_drawn() -> None:
    """Nothing is held while that is asked; and a picture is no news: the letter keeps its name without it."""
    doubted = [one for one in decision(titled("Conference")).intents if isinstance(one, Write)]
    assert [(one.facts.doubted, one.facts.weeks) for one in doubted] == [(True, None)]
    (told,) = (one for one in decision(titled("Vacation")).intents if isinstance(one, Write))
    assert replace(told, facts=replace(told.facts, weeks=None)).key == told.key
