"""The picture in a plan letter shows what the office's page and `syncd plan --picture` show of the same absence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind
from syncd.core.model.messages.weeks import Kept, Moved, SlotState, Weeks
from syncd.core.time.spans import Span
from syncd.picture import letter_picture
from syncd.picture.labels import labels_of
from syncd.report.absence_pictures import picture_of
from syncd.resources import config_path
from tests.core.people import BERLIN
from tests.report.passes import decision, titled
from tests.report.weeks import HOURS, away, span


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


@pytest.mark.parametrize("language", ["de", "en", "fr", "es"])
@pytest.mark.parametrize("initials", ["MWM", "CAC", "AÖ"])
def test_each_time_says_its_hour(initials: str, language: str) -> None:
    """Whose initials are wide has the hour of their time in the picture as well; and grey is explained."""
    days = [date(2026, 7, 6) + timedelta(days=number) for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    moved = tuple(
        Moved(initials, span(day, "11:00"), span(day + timedelta(days=14), "11:00")) for day in days
    )
    kept = (Kept(span(date(2026, 7, 20), "9:00"), "EF"),)
    weeks = Weeks("dana", BERLIN, HOURS, (away(days[0], days[-1]),), kept, moved)
    said = (config_path() / "templates" / language / "weeks.txt").read_text(encoding="utf-8")
    words = dict(re.findall(r"(?m)^(\w+): (.*?)\\?$", said))
    drawn = letter_picture(weeks, labels_of(words, language, BERLIN))
    assert len(re.findall(r">11(?::00|\sh)<", drawn)) == len(moved)
    legend = [words[one] for one in ("takes_place", "falls_out", "held", "invited", "accepted")]
    assert [one for one in legend if f">{one}<" not in drawn] == []
