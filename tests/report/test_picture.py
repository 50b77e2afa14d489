"""The picture of the weeks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import OfferKind, OfferState
from syncd.core.time.spans import Span
from syncd.picture import Kept, SlotState, WeekPicture, week_picture, week_pictures
from syncd.picture.layout import WIDTH, frame, lanes, pieces
from syncd.report.absence_pictures import picture_of
from tests.core.people import BERLIN
from tests.report import practice
from tests.report.passes import pass_report, with_offers
from tests.report.weeks import away, displaced, small, span

GOLDEN = Path(__file__).parent / "golden" / "small.svg"
SVG = "{http://www.w3.org/2000/svg}"
MONDAY = date(2026, 7, 6)


def drawn(facts: WeekPicture) -> ET.Element:
    """The picture, parsed."""
    return ET.fromstring(week_picture(facts))  # noqa: S314  our own text


def words(root: ET.Element) -> list[str]:
    """All visible text."""
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def full() -> WeekPicture:
    """The made-up practice as planned."""
    pass_state = pass_report().decision.pass_state
    (absence,) = pass_state.absence.values()
    return picture_of(pass_state, pass_report().decision.plan, absence)


def test_a_small_picture_stays_byte_for_byte_as_it_was_looked_at() -> None:
    """A change of a single element is a change of the golden file, which somebody has to look at."""
    assert week_picture(small()) == GOLDEN.read_text(encoding="utf-8")


def test_the_order_of_the_facts_changes_nothing() -> None:
    """Sessions, displaced ones and leave may come in any order."""
    facts = full()
    mixed = list(facts.sessions), list(facts.displaced), list(facts.busy)
    for each in mixed:
        Random(7).shuffle(each)
    shuffled = replace(facts, sessions=tuple(mixed[0]), displaced=tuple(mixed[1]), busy=tuple(mixed[2]))
    assert week_picture(shuffled) == week_picture(facts)


def test_initials_only() -> None:
    """Neither a name nor an address stands anywhere in the file, not even in what is read aloud."""
    said = week_picture(full())
    for client in practice.clients():
        assert client.initials in said
        assert not any(part in said for part in client.name.split())
        assert not client.email or client.email not in said
    assert "Okafor" not in said


def test_one_number_ties_original_slot_and_bar() -> None:
    """A placed session's rank stands in its original, in its slot and at its bar; an unplaced one's not in a slot."""
    said = words(drawn(small()))
    assert said.count("1") == 3
    assert said.count("2") == 3  # original, bar, reason


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        (OfferState.HELD, SlotState.HELD),
        (OfferState.INVITED, SlotState.INVITED),
        (OfferState.ACCEPTED, SlotState.ACCEPTED),
        (OfferState.SETTLED, SlotState.ACCEPTED),
    ],
)
def test_a_slot_shows_how_far_its_offer_has_come(state: OfferState, seen: SlotState) -> None:
    """Held, invited and accepted look different."""
    pass_state = with_offers(pass_report().decision.pass_state, state)
    (absence,) = pass_state.absence.values()
    facts = picture_of(pass_state, None, absence)
    assert {one.state for one in facts.displaced if one.slot} == {seen}
    assert (
        len(
            {
                week_picture(replace(small(), displaced=(replace(small().displaced[0], state=each),)))
                for each in SlotState
            }
        )
        == 3
    )


def test_weeks_around_the_leave_and_no_empty_weekend() -> None:
    """Two weeks before and after a week of leave are five weeks of five days."""
    grid = frame(full())
    assert [f"{week:%d.%m.}" for week in grid.weeks] == ["05.10.", "12.10.", "19.10.", "26.10.", "02.11."]
    assert grid.weekdays == (0, 1, 2, 3, 4)
    saturday = Kept(span(date(2026, 10, 17), "10:00"), "ZZ")
    assert frame(replace(full(), sessions=(saturday,))).weekdays == (0, 1, 2, 3, 4, 5)


def test_the_clocks_change_and_nine_stays_nine() -> None:
    """Before and after the change a session at 09:00 stands at the same height of its week, and a word says so."""
    grid = frame(full())
    before, after = span(date(2026, 10, 23), "09:00"), span(date(2026, 10, 26), "09:00")
    heights = [
        grid.y(piece.day, piece.start) - grid.top(week)
        for one, week in ((before, grid.weeks[2]), (after, grid.weeks[3]))
        for piece in pieces(one, BERLIN)
    ]
    assert heights[0] == heights[1] == 0
    assert "clocks go back on Sun 25 Oct" in words(drawn(full()))
    spring = replace(small(), leave=(away(date(2026, 3, 23), date(2026, 3, 24)),), displaced=(), sessions=())
    assert "clocks go forward on Sun 29 Mar" in words(drawn(spring))


def test_an_hour_that_comes_twice_is_not_drawn_backwards() -> None:
    """02:30 to 02:10 by the wall clock is forty minutes that happen; the block starts where it starts."""
    start = span(date(2026, 10, 25), "02:30").start
    (piece,) = pieces(Span(start, start + timedelta(minutes=40)), BERLIN)
    assert piece.start == piece.end == 150


def test_a_session_past_midnight_stands_on_both_days() -> None:
    """It is cut at the local midnight."""
    found = pieces(span(MONDAY, "23:30", 60), BERLIN)
    assert [(one.day.day, one.start, one.end) for one in found] == [(6, 1410, 1440), (7, 0, 30)]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=12))
def test_overlapping_blocks_never_share_a_lane(raw: list[tuple[int, int]]) -> None:
    """Whatever overlaps stands side by side, in as many lanes as its cluster has."""
    spans = [(start, start + length) for start, length in raw]
    places = lanes(spans)
    for index, (lane, wide) in enumerate(places):
        assert 0 <= lane < wide
        for other in range(index):
            if spans[other][0] < spans[index][1] and spans[index][0] < spans[other][1]:
                assert places[other][0] != lane
                assert places[other][1] == wide


def test_a_long_list_has_room() -> None:
    """Sixty displaced sessions, long ids, three-digit ranks: everything stays on the page and nobody is missing."""
    days = [MONDAY + timedelta(days=number % 5) for number in range(60)]
    many = tuple(
        displaced(
            90 + number,
            span(day, f"{9 + number % 9:02d}:{number % 3 * 15:02d}"),
            None,
            f"client-{number:03d}",
        )
        for number, day in enumerate(days)
    )
    root = drawn(replace(small(), displaced=many, leave=(away(MONDAY, MONDAY + timedelta(days=5)),)))
    tall = float(root.get("height", "0"))
    for element in root.iter():
        if element.tag in {f"{SVG}rect", f"{SVG}text"} and element.get("y") is not None:
            assert 0 <= float(element.get("x", "0")) <= WIDTH
            assert 0 <= float(element.get("y", "0")) <= tall
    assert {str(90 + number) for number in range(60)} <= set(words(root))


def test_a_colleagues_slot_stands_in_the_list_only() -> None:
    """It takes no time of this therapist."""
    one = replace(
        displaced(1, span(MONDAY, "09:00"), span(date(2026, 7, 9), "10:00")),
        kind=OfferKind.COVER,
        colleague="kim",
    )
    said = words(drawn(replace(small(), displaced=(one,))))
    assert said.count("1") == 2
    assert "Thu 9 Jul 10:00 kim" in said


def test_an_unproven_plan_says_so() -> None:
    """Wherever a plan is shown that nobody proved best, it is flagged."""
    assert "not proven best" in " ".join(words(drawn(replace(small(), proven=False))))
    assert "not proven" not in week_picture(small())


def test_words_are_escaped() -> None:
    """Initials and reasons are text, never markup."""
    odd = replace(small().displaced[1], initials='<b>"&', reason="<script>alert(1)</script> & more")
    root = drawn(replace(small(), displaced=(odd,)))
    assert any("<script>" in said for said in words(root))
    assert not [element for element in root.iter() if element.tag.endswith("script")]


def test_several_absences_stand_below_each_other_and_none_is_said_in_words() -> None:
    """One file whatever the number; without any leave a single picture is refused."""
    one, two = (ET.fromstring(week_pictures([small()] * count)) for count in (1, 2))  # noqa: S314
    assert float(two.get("height", "0")) == pytest.approx(2 * float(one.get("height", "0")))
    assert "Nobody is away." in week_pictures([])
    with pytest.raises(ValueError, match="needs a leave"):
        week_picture(replace(small(), leave=()))


def test_generic_fonts_and_nothing_fetched() -> None:
    """Text is text in a generic family; no picture, style or script is loaded from anywhere."""
    said = week_picture(full())
    assert 'font-family="Helvetica, Arial, sans-serif"' in said
    assert not re.search(r"href|<image|<style|<script|url\((?!#)", said)


def test_reasons_stand_beside_the_weeks_or_below_them_and_are_whole() -> None:
    """Few find room in the column; many go below, at full width. What would help is never cut off."""
    facts = replace(full(), displaced=tuple(replace(one, reason="") for one in full().displaced))
    long = "116 times would fit, and others take them. With a budget of 13 make-ups there is a place on Wed 4 Nov."
    for count in (1, 23):
        unplaced = tuple(replace(one, slot=None, reason=long) for one in facts.displaced[:count])
        root = drawn(replace(facts, displaced=(*unplaced, *facts.displaced[count:])))
        (heading,) = [
            each for each in root.iter(f"{SVG}text") if (each.text or "").startswith("Without a time")
        ]
        assert (float(heading.get("x", "0")) > WIDTH / 2) is (count == 1)
        assert " ".join(words(root)).count("a place on Wed 4 Nov.") == count
