"""Each tag and gesture, made in the calendar's files as a program would, does what docs/therapists.md says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tests.outside.practice import files
from tests.outside.practice.carried import carries
from tests.outside.practice.conftest import Played
from tests.outside.practice.house import AB, AWAY, BERLIN, CD, House, Therapist, method, words
from tests.outside.practice.test_policy import (
    BESIDE,
    ENDS,
    NEXT_TO_IT,
    NO_TIME,
    ONE_A_DAY,
    ONLY_A_CALL,
    OWED,
    asked,
    starts,
)
from tests.scenario import ics

LATER = 'settle = "3d"'  # what is held stays held


def retitled(tag: str) -> Callable[[House, str], None]:
    """The therapist writes something behind the title of the time kept for AB."""

    def act(house: House, therapist: str) -> None:
        house.edit(
            therapist,
            "AB",
            lambda text: re.sub(r"SUMMARY:(.*?)\r\n", rf"SUMMARY:\1 {tag}\r\n", text, count=1),
        )

    return act


def deleted(house: House, therapist: str) -> None:
    """The therapist deletes the time kept for AB."""
    (kept,) = house.seen(f"before {therapist}").offers(therapist)["AB"]
    house.remove(therapist, kept.uid)


@carries(
    "#none",
    "#exceptional",
    "#limited",
    "#limited16",
    "#all",
    by=(
        Therapist("tagnone", leave="Vacation #none"),
        Therapist(
            "tagexceptional",
            leave="Vacation #exceptional",
            clients=(replace(AB, cells={"priority": "crisis"}), CD),
        ),
        Therapist("taglimited", 'approach = "all"\nbudget = 1', leave="Vacation #limited"),
        Therapist("tagcounted", 'approach = "all"', leave="Vacation #limited1"),
        Therapist("tagall", "budget = 1", leave="Vacation #all"),
    ),
)
def test_approach(played: Played) -> None:
    """The block's own approach."""
    assert starts(played, "tagnone") == []
    assert set(played.first.offers("tagexceptional")) == {"AB"}
    assert len(starts(played, "taglimited")) == 1
    assert len(starts(played, "tagcounted")) == 1
    assert len(starts(played, "tagall")) == 2


@carries(
    "#here",
    by=(
        Therapist("tagasked", leave="Conference", clients=(AB,)),
        Therapist("taghere", leave="Conference #here", clients=(AB,)),
    ),
)
def test_not_my_leave(played: Played) -> None:
    """What is asked about without it is asked about no more, and takes no session."""
    assert [letters(played, who) for who in ("tagasked", "taghere")] == [1, 0]
    assert starts(played, "taghere") == played.first.got("taghere") == []


def letters(played: Played, therapist: str) -> int:
    """How many letters the therapist got in the first look."""
    return len(played.first.mails(f"{therapist}@example.org"))


SUMMER = "I wish you a quiet summer."


@carries("say:", by=Therapist("tagsay", leave="Vacation #none AB", note=f"Keys\\nsay: {SUMMER}"))
def test_own_words(played: Played) -> None:
    """The sentence stands in what tells of the leave, in the letter, and in nothing else."""
    everybody = [*played.first.got("tagsay", "AB"), *played.first.got("tagsay", "CD")]
    assert [SUMMER in words(one) for one in everybody] == [True, True]
    (letter,) = played.first.mails("tagsay@example.org")
    assert SUMMER in words(letter)
    assert "Keys" not in words(letter)
    assert SUMMER not in str(played.first.offers("tagsay"))


@carries("#none AB", by=Therapist("tagnot", leave="Vacation #none AB"))
def test_nobody_for_one_client(played: Played) -> None:
    """That client gets a notice, the other an invitation."""
    assert set(played.first.offers("tagnot")) == {"CD"}
    assert [method(one) for one in played.first.got("tagnot", "AB")] == [""]


@carries(
    "#before",
    "#after",
    by=(
        Therapist("tagbefore", leave="Vacation #before"),
        Therapist("tagafter", OWED, leave="Vacation #after"),
    ),
)
def test_side(played: Played) -> None:
    """Only on that side of the leave."""
    assert {one.date() < AWAY for one in starts(played, "tagbefore")} == {True}
    assert {one.date() >= ENDS for one in starts(played, "tagafter")} == {True}


@carries(
    "#cover",
    by=(
        Therapist("tagcover", NO_TIME, (replace(AB, cells={"cover_ok": "yes"}),), leave="Vacation #cover"),
        Therapist("colleague", 'covers_for = ["tagcover"]\ncover = true', (), leave=""),
    ),
)
def test_cover(played: Played) -> None:
    """A colleague's time for this absence."""
    assert set(played.first.offers("colleague")) == {"AB"}


@carries(
    "#call",
    "#extend",
    by=(
        Therapist("tagcall", clients=(AB,), hours=ONLY_A_CALL, leave="Vacation #call"),
        Therapist("tagextend", ONE_A_DAY, (AB, BESIDE), hours=NEXT_TO_IT, leave="Vacation #extend"),
        Therapist("tagneither", ONE_A_DAY, (AB, BESIDE), hours=NEXT_TO_IT),
    ),
)
def test_where_no_useful_hour_is_left(played: Played) -> None:
    """A quarter of an hour by phone; more time at their own session; nothing without the tags."""
    (called,) = played.first.offers("tagcall")["AB"]
    assert isinstance(called.start, datetime)
    assert called.end == called.start + timedelta(minutes=15)
    (longer,) = played.first.offers("tagextend")["AB"]
    assert longer.weekday == AB.day
    assert played.first.offers("tagneither") == {}


@carries(
    "#review",
    "#ok",
    "#send",
    by=(
        Therapist("tagreview", leave="Vacation #review"),
        Therapist("tagok", 'approval = "review"', leave="Vacation #ok"),
        Therapist("tagsend", 'settle = "2d"\ntell_first = true', leave="Vacation #send"),
    ),
)
def test_when_things_leave(played: Played) -> None:
    """Waits for a yes; has it; does not wait."""
    assert (asked(played, "tagreview"), len(starts(played, "tagreview"))) == (0, 2)
    assert asked(played, "tagok") == 2
    assert asked(played, "tagsend") == 2


@carries("a tag #leave", by=Therapist("tagleave", leave="Sabbatical #leave"))
def test_leave_by_tag(played: Played) -> None:
    """Whatever it is called."""
    assert len(starts(played, "tagleave")) == 2


@carries(
    "#makeup",
    by=Therapist(
        "opens",
        "before = false",
        (AB,),
        hours='hours = { fri = ["09:00-09:30"] }',
        later={"open": files.timed("open", "#makeup", datetime(2026, 7, 4, 9, 0, tzinfo=BERLIN), 60)},
    ),
)
def test_hours_that_she_opens(played: Played) -> None:
    """Outside working hours too, here on a Saturday."""
    assert [f"{one:%d %H}" for one in starts(played, "opens")] == ["04 09"]


@carries("delete a hold", by=Therapist("deletes", LATER, (AB,), acts=deleted))
def test_a_deleted_hold(played: Played) -> None:
    """Not this time: another one is held."""
    before, after = starts(played, "deletes"), played.sunday.offers("deletes")["AB"]
    assert len(after) == 1
    assert after[0].start not in before


def moved(house: House, therapist: str) -> None:
    """Dragged to Wednesday 10 June, eight o'clock."""

    def change(text: str) -> str:
        for name, at in (("DTSTART", "080000"), ("DTEND", "085000")):
            text = re.sub(rf"{name}[^\r]*\r\n", f"{name};TZID=Europe/Berlin:20260610T{at}\r\n", text)
        if "BEGIN:VTIMEZONE" not in text:
            text = text.replace("BEGIN:VEVENT", f"{ics.BERLIN}BEGIN:VEVENT", 1)
        return text

    house.edit(therapist, "AB", change)


@carries("drag a hold", by=Therapist("drags", 'settle = "22h"', (AB,), acts=moved))
def test_a_dragged_hold(played: Played) -> None:
    """That time it is, also outside working hours, and the client is asked whether it suits."""
    (kept,) = played.next_day.offers("drags")["AB"]
    assert f"{kept.start:%d %H:%M}" == "10 08:00"


@carries(
    "#yes",
    "#no",
    "#told",
    by=(
        Therapist("says", LATER, (AB,), acts=retitled("#yes")),
        Therapist("refuses", LATER, (AB,), acts=retitled("#no")),
        Therapist("told", LATER, (AB,), acts=retitled("#yes #told")),
    ),
)
def test_said_in_person(played: Played) -> None:
    """Yes: a session. No: another time. Told: no word from us."""
    confirmed = [
        one for one in played.next_day.entries("says") if one.status == "CONFIRMED" and "AB" in one.title
    ]
    assert confirmed
    assert [one.start for one in played.next_day.offers("refuses")["AB"]] != starts(played, "refuses")
    assert played.next_day.got("told") == []


def session(therapist: str, title: str) -> dict[str, str]:
    """AB's session in the leave, changed alone: the series and an override in one file, as programs write it."""
    uid, when = f"{therapist}-AB-0", datetime(2026, 6, 29, 10, 0, tzinfo=BERLIN)
    series = files.timed(uid, "AB", datetime(2025, 6, 2, 10, 0, tzinfo=BERLIN), rule=files.WEEKLY)
    one = files.timed(uid, title, when, extra="RECURRENCE-ID;TZID=Europe/Berlin:20260629T100000\r\n")
    override = one[one.index("BEGIN:VEVENT") : one.index("END:VCALENDAR")]
    return {"AB-0": series.replace("END:VCALENDAR", f"{override}END:VCALENDAR")}


@carries("#keep", by=Therapist("keeps", clients=(AB,), later=session("keeps", "AB #keep")))
def test_a_session_that_is_kept(played: Played) -> None:
    """It takes place after all."""
    assert starts(played, "keeps") == []
    assert played.first.got("keeps") == []


@carries(
    "crisis: AB",
    "AB!",
    by=(
        Therapist("crisis", later={"note": files.all_day("note", "crisis: CD", AWAY.replace(day=1), 60)}),
        Therapist("exclaims", later={"note": files.all_day("note", "CD!", AWAY.replace(day=1), 60)}),
    ),
)
def test_crisis(played: Played) -> None:
    """That client comes first from now on."""
    for therapist in ("crisis", "exclaims"):
        ranks = {who: one["rank"]["tier"] for who, one in played.of(therapist).items()}
        assert ranks == {"AB": "routine", "CD": "crisis"}, therapist


def enters(house: House, therapist: str) -> None:
    """A session with CD is entered on a Wednesday."""
    house.put(therapist, "extra", files.timed("extra", "CD", datetime(2026, 6, 24, 12, 0, tzinfo=BERLIN)))


@carries("an extra session", by=Therapist("extra", LATER, acts=enters))
def test_an_extra_session(played: Played) -> None:
    """That is the make-up: the time that was kept for this client goes."""
    assert set(played.first.offers("extra")) == {"AB", "CD"}
    assert set(played.next_day.offers("extra")) == {"AB"}


def leave_goes(house: House, therapist: str) -> None:
    """The leave is deleted."""
    house.remove(therapist, "leave")


@carries("delete the leave", by=Therapist("returns", LATER, acts=leave_goes))
def test_leave_that_goes(played: Played) -> None:
    """What was only held is taken back without a word to anybody outside."""
    assert len(starts(played, "returns")) == 2
    assert played.next_day.got("returns") == []
    assert played.sunday.offers("returns") == {}


@carries("policy.settle_back", by=Therapist("patient", f'{LATER}\nsettle_back = "7d"', acts=leave_goes))
def test_how_long_leave_that_went_is_doubted(played: Played) -> None:
    """Four days after the leave was deleted everything still stands; the therapist heard of it at once."""
    assert set(played.sunday.offers("patient")) == {"AB", "CD"}
    assert "gone from your calendar" in words(played.next_day.mails("patient@example.org")[-1])
