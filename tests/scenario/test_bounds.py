"""Leave that ends in 2062 by a slip of the finger: asked about, never planned unasked, and no more work than a week."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from tests.look.opened import read
from tests.scenario.house import House

MONDAY = date(2026, 7, 6)
YEARS = (date(2062, 7, 10) - MONDAY).days


def work(act: Callable[[], object]) -> int:
    """How many functions are called and left meanwhile."""
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return seen


def test_leave_until_2062_is_asked_about_and_plans_nothing(house: House) -> None:
    """One letter asks; nothing is held, nobody hears anything; with the right end it is leave like any other."""
    house.block(MONDAY, days=YEARS)
    effort = work(house.run)
    house.later(days=3)
    assert house.offers() == []
    assert all(house.kinds(one.id) == [] for one in house.clients)
    (letter,) = house.letters()
    assert "Your time away?" in letter["Subject"]
    said = read(letter)
    text = " ".join(said.split())
    assert "because it lasts for more than thirteen months (correct its end if that is a slip)" in text
    assert "appointments with 3 people, the last one on" in text
    assert text.count("Ada Brandt") == 2 + 4  # of the first five in the letter, of the first ten on its page
    body = letter.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    assert (
        len(body.get_content().splitlines()) < 50
    )  # what is read first; ten rows of it are on the page once more
    assert len(said.splitlines()) < 80
    house.block(MONDAY)
    usual = work(house.run)
    assert len(house.offers()) == 3
    assert effort < 4 * usual


def test_sessions_that_come_into_sight_ask_for_no_other_word(house: House) -> None:
    """What is asked is whether it is leave: reminders of three weeks, and another client's session in it, name the same
    code, and that code is what `#ok` needs in the end.
    """
    house.block(MONDAY, days=YEARS)
    house.run()
    for _ in range(3):
        house.later(days=7)  # read whole: sessions of one week more are in sight
    asked = [read(one) for one in house.letters() if "Your time away?" in one["Subject"]]
    (code,) = {found for text in asked for found in re.findall(r"#ok (\w+)", text)}
    house.block(MONDAY, days=YEARS, title=f"Vacation #ok {code}")
    house.later(minutes=5)
    assert house.conflicts()
    assert "Your time away?" not in house.letters()[-1]["Subject"]


def test_a_year_of_leave_asks_by_one_code_while_weeks_go_by(house: House) -> None:
    """Its calendar is read whole each week: how far is looked ahead moves on in steps, so that its plan is asked about
    once and not with each session that comes into sight.
    """
    house.block(MONDAY, days=396)
    house.run()
    for _ in range(3):
        house.later(days=7)
    asked = [read(one) for one in house.letters()]
    assert len({found for text in asked for found in re.findall(r"#ok (\w+)", text)}) == 1


@pytest.mark.lengthy
@pytest.mark.long  # thirteen months of sessions are planned
def test_a_yes_to_it_is_bounded_too(house: House) -> None:
    """She means it: what is looked at ends after thirteen months, whatever the calendar says."""
    house.block(MONDAY, days=YEARS, title="Vacation #ok")
    house.run()
    last = max(row.span.end for row in house.conflicts())
    assert last.date() <= MONDAY + timedelta(days=397)
