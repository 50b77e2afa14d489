"""A new version, other words, another aim: what clients were asked stands as it was, and so does what was shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from syncd.core.model import OfferState
from syncd.core.model.practice import Aim
from syncd.wording import load_templates
from tests.scenario.house import House
from tests.scenario.test_by_hand import invited

SHIPPED = Path(__file__).parents[2] / "config/templates"


@pytest.fixture
def other_words(tmp_path: Path) -> Path:
    """What stands in calendars, and the invitation: each with a sentence more."""
    own = tmp_path / "own" / "en"
    own.mkdir(parents=True)
    for name in ("entry.txt", "appointment.txt", "plan.txt", "invitation.txt"):
        (own / name).write_text(f"{(SHIPPED / 'en' / name).read_text()}\nSaid otherwise now.\n")
    return own.parent


def test_other_words_and_another_aim_write_and_send_nothing(
    house: House, other_words: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ada has accepted, Ben is asked, Cleo's time is held and her therapist was told of it: all stands as it stood."""
    invited(house)
    house.answer("c1", "ACCEPTED")
    house.later(minutes=20)
    states = [house.offers(one)[-1].state for one in ("c1", "c2", "c3")]
    assert states == [OfferState.ACCEPTED, OfferState.INVITED, OfferState.HELD]
    house.later(minutes=20)
    stands, times = sorted(house.texts()), [one.span for one in house.offers()]
    monkeypatch.setattr("tests.scenario.house.load_templates", lambda: load_templates(other_words))
    planning = replace(house.therapist.policy.slots, aim=Aim.SESSIONS)
    house.therapist = replace(house.therapist, policy=replace(house.therapist.policy, slots=planning))
    assert [report.actions for report in house.later(minutes=20)] == [()]
    assert sorted(house.texts()) == stands
    assert [one.span for one in house.offers()] == times
