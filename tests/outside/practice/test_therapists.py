"""Each key of a therapist's table changes what it is for; keys of [policy] have tests of their own."""

from __future__ import annotations

from datetime import date, datetime

from tests.outside.practice import files
from tests.outside.practice.carried import carries
from tests.outside.practice.conftest import Played
from tests.outside.practice.house import AB, AWAY, BERLIN, Therapist, words
from tests.outside.practice.test_policy import starts

INVITED = "ORGANIZER:mailto:{}\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{}\r\n"


def own_leave(organizer: str) -> dict[str, str]:
    """Leave that a program wrote with an organizer, as shared calendars have it."""
    return {"away": files.all_day("away", "Vacation", AWAY, 5, INVITED.format(organizer, organizer))}


@carries(
    "therapists.id",
    "therapists.name",
    "therapists.email",
    "therapists.account",
    "therapists.calendar",
    by=Therapist("sophie", email="s.weber@example.org"),
)
def test_who_a_therapist_is(played: Played) -> None:
    """Letters go to the address, clients read the name, times stand in the calendar, documents carry the id."""
    assert len(starts(played, "sophie")) == 2
    assert played.first.mails("s.weber@example.org") != []
    assert "Dana Sophie" in words(played.first.got("sophie")[0])
    assert set(played.of("sophie")) == {"AB", "CD"}


@carries(
    "therapists.addresses",
    by=(
        Therapist("also", 'addresses = ["d@home.example"]', leave="", later=own_leave("d@home.example")),
        Therapist("notalso", leave="", later=own_leave("d@home.example")),
    ),
)
def test_addresses(played: Played) -> None:
    """Leave organised by a further address of her own is hers; by a stranger's it is not."""
    assert len(starts(played, "also")) == 2
    assert starts(played, "notalso") == []


@carries(
    "therapists.leave_calendars",
    by=Therapist(
        "leaves",
        'leave_calendars = ["away-leaves"]',
        leave="",
        events={"away-leaves/none": files.all_day("none", "Nothing", date(2025, 1, 6), 1)},
        later={"away-leaves/leave": files.all_day("leave", "Vacation", AWAY, 5)},
    ),
)
def test_leave_calendars(played: Played) -> None:
    """Leave is read there too."""
    assert len(starts(played, "leaves")) == 2


ALL_DAYS = {
    f"family-busy/{day}": files.timed(f"busy-{day}", "x", datetime(2026, 6, day, 8, 0, tzinfo=BERLIN), 600)
    for day in range(3, 29)
}


@carries(
    "therapists.busy_calendars",
    by=Therapist("busy", 'busy_calendars = ["family-busy"]\nafter = false', (AB,), events=ALL_DAYS),
)
def test_busy_calendars(played: Played) -> None:
    """No time is left in June."""
    assert starts(played, "busy") == []


@carries(
    "therapists.plan_calendar",
    by=Therapist(
        "plans",
        'plan_calendar = "plans-plan"',
        events={"plans-plan/none": files.all_day("none", "Nothing", date(2025, 1, 6), 1)},
    ),
)
def test_plan_calendar(played: Played) -> None:
    """The overview goes there, and not beside the sessions."""
    overview = [one.title for one in played.first.entries("plans-plan") if one.start == AWAY]
    assert len(overview) == 1
    assert overview[0] not in {one.title for one in played.first.entries("plans")}


@carries(
    "therapists.timezone",
    by=Therapist("honolulu", 'timezone = "Pacific/Honolulu"', (AB,), days=1),
)
def test_time_zone(played: Played) -> None:
    """Her Monday begins twelve hours later: the session on Berlin's Monday morning is not in it."""
    assert starts(played, "honolulu") == []


@carries("therapists.language", by=Therapist("deutsch", 'language = "de"'))
def test_language(played: Played) -> None:
    """Letters in German."""
    assert "Abwesenheit" in words(played.first.mails("deutsch@example.org")[0])


@carries(
    "therapists.hours",
    "therapists.hours_exceptions",
    by=(
        Therapist("evening", hours='hours = { thu = ["18:00-20:00"] }'),
        Therapist(
            "exception",
            "after = false\nhours_exceptions = { 2026-06-17 = [], 2026-06-26 = ['07:00-08:00'] }",
            (AB,),
            hours='hours = { wed = ["10:00-11:00"] }\nhorizon_before = "13d"',
        ),
    ),
)
def test_hours(played: Played) -> None:
    """Make-ups lie in working hours; a date may have others, or none."""
    assert {(one.weekday(), one.hour) for one in starts(played, "evening")} <= {(3, 18), (3, 19)}
    assert [one.date() for one in starts(played, "exception")] in (
        [date(2026, 6, 24)],
        [date(2026, 6, 26)],
    )
