"""Each column of the roster changes what it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.outside.practice import files
from tests.outside.practice.carried import carries
from tests.outside.practice.conftest import Played
from tests.outside.practice.house import AB, AWAY, BERLIN, CD, NOBODY, Client, House, Therapist, method, words
from tests.outside.practice.test_policy import (
    BEFORE_ONLY,
    LONGER,
    NEXT_TO_IT,
    NO_TIME,
    ONE_WEDNESDAY,
    OWED,
    declines,
)


def letter(played: Played, therapist: str) -> str:
    """Everything that a therapist was written when the leave had been entered."""
    return "\n".join(words(one) for one in played.first.mails(f"{therapist}@example.org"))


ZOE = replace(
    AB,
    cells={"id": "zq-7", "name": "Zoe Quandt", "email": "zoe@example.net", "phone": "+49 30 99900177"},
    known="zoe@example.net",
)


@carries("clients.id", "clients.name", "clients.email", "clients.phone", by=Therapist("who", clients=(ZOE,)))
def test_who_a_client_is(played: Played) -> None:
    """The id in documents, the name in the greeting, the phone in the letter; written to and known by the address."""
    assert played.of("who")["AB"]["client"] == "zq-7"
    (mail,) = played.first.mails("zoe@example.net")
    assert "Hello Zoe Quandt" in words(mail)
    assert "Zoe Quandt (AB), +49 30 99900177" in letter(played, "who")


ALIAS = replace(AB, cells={"aliases": "ab@mail.example"}, known="ab@mail.example")


@carries("clients.aliases", by=Therapist("alias", clients=(ALIAS,)))
def test_aliases(played: Played) -> None:
    """Known in the calendar by an alias, written to at the address."""
    assert [method(one) for one in played.first.got("alias")] == ["REQUEST"]
    assert played.first.mails("ab@mail.example") == []


def mum_accepts(house: House, therapist: str) -> None:
    """The second parent answers, a day later."""
    house.answers(therapist, "AB", "ACCEPTED", house.moment, "mum@mail.example")


@carries(
    "clients.second_email",
    by=Therapist(
        "parents", clients=(replace(AB, cells={"second_email": "mum@mail.example"}),), acts=mum_accepts
    ),
)
def test_a_second_parent(played: Played) -> None:
    """One mail for both, both are asked in it, and the answer of either counts."""
    assert "AB · accepted ✓" in [one.title for one in played.next_day.entries("parents")]
    (first,), (second,) = played.first.got("parents"), played.first.mails("mum@mail.example")
    assert first.as_bytes() == second.as_bytes()
    assert method(second) == "REQUEST"
    asked = [part for part in second.walk() if part.get_content_type() == "text/calendar"]
    text = str(asked[0].get_content()).replace("\r\n ", "")
    assert text.count("ATTENDEE") == 2
    assert "mailto:parents-ab@example.net" in text
    assert "mailto:mum@mail.example" in text


HALF = (
    replace(AB, cells={"second_email": f"dad@{NOBODY}"}),
    replace(CD, cells={"email": f"cd@{NOBODY}", "second_email": "mum@mail2.example"}),
)


@carries(by=Therapist("half", clients=HALF))
def test_one_of_two_parents_cannot_be_reached(played: Played) -> None:
    """The other one is invited, once; the therapist hears of the address, once, and neither is to be called."""
    (first,), (second,) = played.sunday.got("half"), played.sunday.mails("mum@mail2.example")
    assert (method(first), method(second)) == ("REQUEST", "REQUEST")
    assert {one.title for one in played.first.entries("half")} >= {"AB · invited", "CD · invited"}
    told = [words(one) for one in played.sunday.mails("half@example.org")]
    assert (
        sum("The second address that AB has on the roster could not be reached" in one for one in told) == 1
    )
    assert sum("The first address that CD has on the roster could not be reached" in one for one in told) == 1


def of(initials: str, day: int, cells: dict[str, str]) -> Client:
    """A client whom the calendar knows by initials: the second in the list."""
    return Client(initials, day, 12, cells)


@carries(
    "clients.therapist",
    "clients.initials",
    by=(
        Therapist("ours", clients=(AB, of("XY", 2, {"name": "Ada Bee"}))),
        Therapist("theirs", clients=(AB, of("UV", 2, {"therapist": "usual"}))),
    ),
)
def test_whose_client_and_which_initials(played: Played) -> None:
    """Initials as written on the roster, and only among the clients of that therapist."""
    assert set(played.first.offers("ours")) == {"AB", "XY"}
    assert set(played.first.offers("theirs")) == {"AB"}


@carries(
    "clients.contact",
    "clients.consent",
    by=Therapist(
        "phone",
        clients=(
            replace(AB, cells={"contact": "phone"}),
            replace(CD, cells={"consent": "no"}),
            Client("EF", 2, 10, {"contact": "none"}),
        ),
    ),
)
def test_who_is_never_mailed(played: Played) -> None:
    """Held, and the therapist is told whom to call."""
    assert set(played.first.offers("phone")) >= {"AB", "CD"}
    assert [played.next_day.got("phone", who) for who in ("AB", "CD", "EF")] == [[], [], []]
    assert "+49 30 5550100" in letter(played, "phone")


@carries("clients.discreet", by=Therapist("discreet", clients=(replace(AB, cells={"discreet": "yes"}), CD)))
def test_discreet(played: Played) -> None:
    """Nothing in the whole mail names the practice."""
    (mail,) = played.first.got("discreet", "AB")
    assert b"Maple Street" not in mail.as_bytes()
    assert "Maple Street" in words(played.first.got("discreet", "CD")[0])


@carries("clients.approach", by=Therapist("nomakeup", clients=(replace(AB, cells={"approach": "none"}), CD)))
def test_approach(played: Played) -> None:
    """A notice for the one, an invitation for the other."""
    assert [[method(one) for one in played.first.got("nomakeup", who)] for who in ("AB", "CD")] == [
        [""],
        ["REQUEST"],
    ]


@carries(
    "clients.priority",
    "clients.phase",
    "clients.since",
    "clients.significance",
    by=Therapist(
        "ranks",
        clients=(
            replace(AB, cells={"priority": "maintenance"}),
            replace(CD, cells={"priority": "crisis"}),
            Client("EF", 2, 10, {"phase": "crucial"}),
            Client("GH", 3, 10, {"since": "2016-05-01", "significance": "5"}),
            Client("IJ", 0, 12, {"since": "2026-01-01", "significance": "1"}),
        ),
    ),
)
def test_who_comes_first(played: Played) -> None:
    """Crisis, crucial, then by how long and how significant, then maintenance; the reasons say so."""
    found = played.of("ranks")
    assert sorted(found, key=lambda one: found[one]["rank"]["position"]) == ["CD", "EF", "GH", "IJ", "AB"]
    assert "10 years, significance 5 by hand" in found["GH"]["rank"]["sentence"]
    assert [found[one]["rank"]["tier"] for one in ("CD", "EF", "GH", "AB")] == [
        "crisis",
        "crucial",
        "routine",
        "maintenance",
    ]


@carries(
    "clients.timezone",
    by=Therapist("abroad", clients=(replace(AB, cells={"timezone": "Asia/Tokyo"}),)),
)
def test_time_zone(played: Played) -> None:
    """No time in the client's night, and their own clock in their mail."""
    (kept,) = played.first.offers("abroad")["AB"]
    assert isinstance(kept.start, datetime)
    assert kept.start.hour < 14, "nine in the evening in Tokyo"
    assert f"{kept.start.hour + 7}:{kept.start.minute:02}" in words(played.first.got("abroad")[0])


@carries(
    "clients.windows",
    by=Therapist("windows", clients=(replace(AB, cells={"windows": "thu 14:00-16:00"}),)),
)
def test_windows(played: Played) -> None:
    """Only when the client can come."""
    (kept,) = played.first.offers("windows")["AB"]
    assert isinstance(kept.start, datetime)
    assert (kept.weekday, kept.start.hour in {14, 15}) == (3, True)


AFTERNOONS = 'hours = { mon = ["09:00-17:00"], tue = ["13:00-17:00"] }'


@carries(
    "clients.fixed_hour",
    by=(
        Therapist("fixed", OWED, clients=(replace(AB, cells={"fixed_hour": "yes"}),), hours=AFTERNOONS),
        Therapist("unfixed", OWED, clients=(AB,), hours=AFTERNOONS),
    ),
)
def test_fixed_hour(played: Played) -> None:
    """No afternoon for somebody who can only come at ten."""
    assert played.first.offers("fixed") == {}
    assert set(played.first.offers("unfixed")) == {"AB"}


@carries(
    "clients.apart_from",
    by=Therapist(
        "apartfrom",
        OWED + BEFORE_ONLY,
        (replace(AB, cells={"apart_from": "apartfrom-CD"}), CD),
        hours=ONE_WEDNESDAY,
    ),
)
def test_apart_from(played: Played) -> None:
    """An hour between the sessions of two who must not meet; no mail says why."""
    kept = played.first.offers("apartfrom")
    (first, last) = sorted(
        one.start for each in kept.values() for one in each if isinstance(one.start, datetime)
    )
    assert last - first >= timedelta(minutes=110)


@carries(
    "exposure",
    by=Therapist(
        "exposure", "after = false", (replace(AB, cells={"phase": "exposure"}, weeks=4), CD), days=19
    ),
)
def test_exposure(played: Played) -> None:
    """Not in the last week before three weeks away; somebody else may have a time there."""
    last_week = AWAY - timedelta(days=7)
    delicate, other = (
        [one.start.date() for one in played.first.offers("exposure")[who] if isinstance(one.start, datetime)]
        for who in ("AB", "CD")
    )
    assert delicate
    assert all(day < last_week for day in delicate)
    assert any(day >= last_week for day in other)


def until(therapist: str, last: str) -> dict[str, str]:
    """AB's weekly series with an end, in the place of the one that has none."""
    text = files.timed(
        f"{therapist}-AB-0",
        "Appointment",
        datetime(2025, 6, 2, 10, tzinfo=BERLIN),
        rule=f"RRULE:FREQ=WEEKLY;UNTIL={last}T100000Z\r\n",
        who=f"{therapist}-ab@example.net",
        organizer=f"{therapist}@example.org",
    )
    return {"AB-0": text}


@carries(
    "an agreed end",
    by=(
        Therapist("ending", 'before = false\nextension = "0m"', (AB,), events=until("ending", "20260706")),
        Therapist("lastone", "before = false", (AB,), events=until("lastone", "20260629")),
        Therapist("justended", "before = false", (AB,), later=until("justended", "20260629")),
    ),
)
def test_agreed_end(played: Played) -> None:
    """Nothing after the last session of a series; that one itself, displaced, is saved ahead of others."""
    assert played.first.offers("ending") == {}
    assert set(played.first.offers("lastone")) == {"AB"}
    assert played.of("lastone")["AB"]["rank"]["tier"] == "crucial"
    # what the ending asks for is a matter of the treatment, which only letters = "full" hold
    assert "does this time suit the ending?" not in letter(played, "lastone")
    assert played.first.offers("justended") == {}  # an end that was typed with the leave may be a slip
    assert set(played.next_day.offers("justended")) == {"AB"}


@carries("clients.language", by=Therapist("german", clients=(replace(AB, cells={"language": "de"}), CD)))
def test_language(played: Played) -> None:
    """Each client in their own."""
    assert "Guten Tag" in words(played.first.got("german", "AB")[0])
    assert "Hello" in words(played.first.got("german", "CD")[0])


@carries(
    "clients.max_offers",
    by=Therapist("offers", clients=(replace(AB, cells={"max_offers": "1"}),), acts=declines),
)
def test_max_offers(played: Played) -> None:
    """No second time after a decline."""
    assert [method(one) for one in played.next_day.got("offers")] == ["REQUEST", ""]


@carries(
    "clients.choices",
    by=Therapist("several", clients=(replace(AB, cells={"choices": "3"}), CD)),
)
def test_choices(played: Played) -> None:
    """Three times for the one client, and one for the other."""
    assert {who: len(kept) for who, kept in played.first.offers("several").items()} == {"AB": 3, "CD": 1}


@carries(
    "clients.max_makeups",
    by=Therapist("makeups", OWED, clients=(Client("AB", 0, 10, {"max_makeups": "1"}, more=((3, 15),)),)),
)
def test_max_makeups(played: Played) -> None:
    """One make-up for two displaced sessions."""
    assert [len(kept) for kept in played.first.offers("makeups").values()] == [1]


@carries(
    "clients.cover_ok",
    "policy.cover",
    "therapists.covers_for",
    by=(
        Therapist(
            "away",
            f"{NO_TIME}\ncover = true",
            (replace(AB, cells={"cover_ok": "yes"}), replace(CD, cells={"cover_ok": "no"})),
        ),
        Therapist("stays", 'covers_for = ["away"]', clients=(), leave=""),
    ),
)
def test_cover(played: Played) -> None:
    """A colleague's time, for the client who agreed to it."""
    assert played.first.offers("away") == {}
    assert set(played.first.offers("stays")) == {"AB"}


@carries(
    "clients.extend_ok",
    by=Therapist(
        "extend", LONGER, (replace(AB, cells={"extend_ok": "no"}), Client("CD", 1, 10)), hours=NEXT_TO_IT
    ),
)
def test_extend_ok(played: Played) -> None:
    """Not lengthened where the client does not want it."""
    assert set(played.first.offers("extend")) == {"CD"}
