"""What a human must hear of though nothing else leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.core.model.effects import IN_CALENDAR, EffectKey, EffectRow, EffectState
from syncd.core.telling.alarms.wrong import unsent
from tests.core.people import NOW, dana

BY_MAIL = ("invite", "notice", "letter_plan", "last_word")


@pytest.mark.parametrize("kind", [*sorted(IN_CALENDAR), *BY_MAIL])
def test_what_could_not_be_written_is_no_trouble_with_mail(kind: str) -> None:
    """The plan event and the entry that numbers a pass are written to a calendar, as holds are."""
    row = EffectRow(EffectKey("o1", "1", kind), EffectState.READY, "", recorded_at=NOW - timedelta(hours=7))
    (alarm,) = unsent([row], silent=False, therapists=[dana()], now=NOW)
    assert alarm.place == ("mail" if kind in BY_MAIL else "calendar")


def test_calendar_writes_are_those_that_write_there() -> None:
    """Every kind that a calendar gets."""
    assert {"show", "delete", "cancel_original", "restore", "plan_event", "stamp"} == IN_CALENDAR
