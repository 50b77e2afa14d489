"""A copy is put back after what it rests on has gone from the calendar: nobody is told that twice, a letter asks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from syncd.adopting import adopt
from tests.scenario.house import House
from tests.scenario.test_older import NAMES, STORY, Restored, told

EVENING = timedelta(hours=13)  # from a step of the story to the clients' quiet hours


def letters(house: House) -> str:
    """All that Dana was written, as text."""
    bodies = (one.get_body(("plain",)) for one in house.letters())
    return "\n".join(body.get_content() for body in bodies if body is not None)


@pytest.mark.parametrize("copies", [False, True], ids=["no copies", "copies"])
@pytest.mark.parametrize("kept", ["invited", "accepted"])
@pytest.mark.parametrize("waits", [timedelta(minutes=20), EVENING], ids=["by day", "at night"])
def test_that_it_takes_place_is_not_said_twice(
    tmp_path: Path, kept: str, waits: timedelta, copies: bool
) -> None:
    """Dana deleted her leave since the copy, and everybody heard; the copy still knows the leave."""
    restored = Restored(tmp_path)
    house = restored.house
    house.post.evidence = copies
    for name in NAMES[: NAMES.index(kept) + 1]:
        STORY[name](house)
    restored.copy()
    house.remove("leave")
    house.stays_away()
    before = told(house)
    restored.put_back(whole=False)
    house.later(seconds=waits.total_seconds())
    assert told(house) == before
    adopt(house.world(), house.fence)
    for hours in (1, 13, 24):
        house.later(hours=hours)
    assert told(house) == before
    assert "perhaps not told; please call" in letters(house)
    assert "you took the invitation back" not in letters(house)


def test_nobody_is_said_to_have_chosen_a_time_that_syncd_chose(tmp_path: Path) -> None:
    """Ada and Ben were invited since the copy, to times of which the store knows their entries alone."""
    restored = Restored(tmp_path)
    house = restored.house
    STORY["blocked"](house)
    restored.copy()
    STORY["invited"](house)
    restored.put_back(whole=False)
    house.later(minutes=20)
    adopt(house.world(), house.fence)
    house.later(hours=1)
    shown = "".join(house.texts()).replace("\r\n ", "") + letters(house)
    assert "invited" in shown
    assert "time you chose" not in shown
    uid = house.offers("c2")[-1].uid
    house.edit(uid, lambda text: text.replace("20260703T", "20260702T"))
    house.later(hours=1)
    house.later(hours=1)
    shown = "".join(house.texts()).replace("\r\n ", "")
    assert "time you chose" in shown


def test_a_yes_of_old_is_not_answered_twice(tmp_path: Path) -> None:
    """Ada said yes since the copy, and Dana took the time back; at night the answer is read once more."""
    restored = Restored(tmp_path)
    house = restored.house
    for name in NAMES[: NAMES.index("invited") + 1]:
        STORY[name](house)
    restored.copy()
    STORY["accepted"](house)
    house.remove(house.offers("c1")[-1].uid)
    house.stays_away()
    before = told(house)
    assert house.kinds("c1") == ["REQUEST", "", "CANCEL"]  # thanks for the yes in between
    restored.put_back(whole=False)
    house.later(hours=13)
    adopt(house.world(), house.fence)
    for hours in (1, 13, 24):
        house.later(hours=hours)
    assert told(house) == before


def test_what_surely_was_not_told_is_told_when_they_are_awake(tmp_path: Path) -> None:
    """The leave has just gone, and copies prove that nobody has heard: they are told, in the morning."""
    restored = Restored(tmp_path)
    house = restored.house
    house.post.evidence = True
    for name in NAMES[: NAMES.index("invited") + 1]:
        STORY[name](house)
    restored.copy()
    house.later(hours=12)
    before = told(house)
    restored.put_back(whole=False)
    house.remove("leave")
    house.later(hours=1)
    adopt(house.world(), house.fence)
    house.later(hours=1)
    assert told(house) == before
    house.later(hours=12)
    house.later(hours=12)
    assert house.kinds("c1") == ["REQUEST", "CANCEL"]
    assert house.kinds("c2") == ["REQUEST", "CANCEL"]
