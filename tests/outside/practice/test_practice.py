"""Keys that hold for a whole practice: each has a small house of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.outside.practice import files
from tests.outside.practice.carried import carries
from tests.outside.practice.house import (
    AB,
    AWAY,
    BERLIN,
    CD,
    NOW,
    Client,
    House,
    Therapist,
    View,
    method,
    words,
)
from tests.outside.practice.test_gestures import session
from tests.servers.smtp import SmtpServer

MODES = (replace(AB, cells={"mode": "room"}), replace(CD, cells={"mode": "online"}))
TWICE = Client("AB", 0, 10, more=((3, 15),))
AWAY_TODAY = {"today": files.all_day("today", "Vacation", NOW.date(), 1)}
BY_PHONE = replace(CD, cells={"contact": "phone"})
Open = Callable[..., House]


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Open]:
    """Makes a house; its mail server runs until the test ends."""
    with SmtpServer(tmp_path / "mail") as post:
        yield lambda *therapists, **keys: House(tmp_path, post, therapists, **keys)


@contextmanager
def entered(house: House) -> Iterator[View]:
    """syncd has looked, leave has been entered, syncd has looked again."""
    with house.at(NOW - timedelta(days=1)):
        house.run("once")
    with house.at(NOW):
        house.blocks_leave()
        house.run("once")
        yield View(house.folder)


def invited(view: View, *who: tuple[str, str]) -> int:
    """How many invitations these clients have got."""
    return sum(method(mail) == "REQUEST" for therapist, client in who for mail in view.got(therapist, client))


@carries(
    *(
        f"practice.{key}"
        for key in ("name", "public_name", "phone", "email", "crisis_contact", "resources_url")
    ),
    *("practice.language", "practice.templates", "#told in a session's title"),
)
def test_what_clients_and_the_office_read(practice: Open) -> None:
    """The public name, the phone, whom to call in a crisis and where to read on; in the practice's language."""
    keys = """public_name = "Ahornhaus"
phone = "+49 30 1234567"
email = "front@example.org"
crisis_contact = "Krisendienst 030 39063"
resources_url = "https://help.example.org/"
language = "de"
templates = "own"
"""
    told = session("dana", "AB #told")
    clients = (replace(AB, cells={"contact": "phone"}), BY_PHONE, Client("EF", 2, 12))
    noor = Therapist("noor", clients=(Client("GH", 1, 14, {"contact": "phone"}),), leave="", later=AWAY_TODAY)
    house = practice(
        Therapist("dana", 'approach = "none"', clients, later=told),
        noor,
        practice=keys,
        limits="client_day = 3",
    )
    (house.folder / "own/de").mkdir(parents=True)
    (house.folder / "own/de/greeting.txt").write_text("Grüß Gott, {{ name }},\n")
    with entered(house) as view:
        (mail,) = view.got("dana", "EF")
    text = words(mail)
    for said in (
        "Ahornhaus",
        "Krisendienst 030 39063",
        "https://help.example.org/",
        "Mittwoch, 1. Juli",
        "Grüß Gott, Elex Fimmer",
    ):
        assert said in text, text
    assert "Maple" not in mail.as_string()
    (listed,) = [words(one) for one in view.mails("front@example.org")]
    assert "Glex Himmer" in listed
    rows = {one[:2]: one for one in words(view.mails("dana@example.org")[0]).replace("\r", "").split("\n\n")}
    assert ("weiß Bescheid" in rows["Al"], "bitte anrufen" in rows["Cl"]) == (True, True)


@carries("practice.timezone")
def test_time_zone(practice: Open) -> None:
    """Where no therapist says otherwise, clocks are the practice's: ten o'clock in Berlin is nine in London."""
    house = practice(Therapist("dana", clients=(AB,)))
    text = house.settings.read_text().replace('timezone = "Europe/Berlin"', 'timezone = "Europe/London"')
    house.settings.write_text(text)
    with entered(house) as view:
        assert "Monday 29 June at 9:00" in words(view.got("dana")[0])


ONLY_JUNETEENTH = 'aim = "sessions"\nafter = false\nhours_exceptions = { 2026-06-19 = ["10:00-12:00"] }'
SATURDAYS = 'hours = { sat = ["07:00-07:30"] }'


@pytest.mark.parametrize(("region", "kept"), [("DE-BE", {"AB"}), ("US", set())])
@carries("practice.holidays")
def test_holidays(practice: Open, region: str, kept: set[str]) -> None:
    """19 June is a holiday in the United States and none in Berlin."""
    house = practice(
        Therapist("dana", ONLY_JUNETEENTH, (AB,), hours=SATURDAYS), practice=f'holidays = "{region}"'
    )
    with entered(house) as view:
        assert set(view.offers("dana")) == kept


@carries("practice.rooms", "clients.mode")
def test_rooms(practice: Open) -> None:
    """No room is free: only who is seen online gets a time."""
    with entered(practice(Therapist("dana", clients=MODES), practice="rooms = 0")) as view:
        assert set(view.offers("dana")) == {"CD"}


OWED = 'aim = "sessions"'  # two for one client


@pytest.mark.parametrize(
    ("limits", "sent"),
    [("client_absence = 6", 6), ("therapist_hour = 1", 4), ("practice_hour = 1", 2)],
)
@carries("limits.therapist_hour", "limits.practice_hour")
def test_limits(practice: Open, limits: str, sent: int) -> None:
    """Two therapists, three invitations each: the two to one client go together, and count as one."""
    house = practice(
        Therapist("dana", OWED, (TWICE, CD)), Therapist("noor", OWED, (TWICE, CD)), limits=limits
    )
    with entered(house) as view:
        everybody = [(therapist, client) for therapist in ("dana", "noor") for client in ("AB", "CD")]
        assert invited(view, *everybody) == sent


@pytest.mark.parametrize(
    ("limits", "sent"), [("client_absence = 6", 2), ("client_day = 1", 1), ("client_absence = 1", 1)]
)
@carries("limits.client_absence", "limits.client_day")
def test_limits_of_a_client(practice: Open, limits: str, sent: int) -> None:
    """Invited and declined within the hour: a limit holds the second invitation back."""
    house = practice(Therapist("dana", clients=(AB,)), limits=limits)
    with entered(house) as view:
        house.answers("dana", "AB", "DECLINED", NOW + timedelta(minutes=30))
    with house.at(NOW + timedelta(hours=1)):
        house.run("once")
        assert invited(view, ("dana", "AB")) == sent


@carries("store.history")
def test_history(practice: Open) -> None:
    """What is older than that is not read: then treatment seems young."""
    house = practice(Therapist("dana", clients=(AB,)))
    text = house.settings.read_text().replace("[store]", '[store]\nhistory = "60d"')
    house.settings.write_text(text)
    with entered(house):
        (session,) = house.document("plan")["absences"][0]["sessions"]
        assert "13 months" not in session["rank"]["sentence"]


@carries("#syncd pause")
def test_pause(practice: Open) -> None:
    """While the event lasts nothing is written and nothing is sent."""
    pause = files.timed("pause", "#syncd pause", NOW - timedelta(hours=1), 600)
    with entered(practice(Therapist("dana", later={"pause": pause}))) as view:
        assert view.offers("dana") == {}
        assert view.mails("dana@example.org") == []


def test_a_text_that_cannot_be_written(practice: Open) -> None:
    """An own template that is broken: nobody is told that the client was invited, and people hear what to mend."""
    house = practice(
        Therapist("dana", clients=(AB,)), practice='templates = "own"\nemail = "front@example.org"'
    )
    broken = house.folder / "own/en/invitation.txt"
    broken.parent.mkdir(parents=True)
    broken.write_text("Another time\n\nDear {{ nobody }},\n")
    with entered(house) as view:
        assert view.got("dana") == []
        assert [one.title for one in view.offers("dana")["AB"]] == ["AB · held"]
        for reader in ("dana@example.org", "front@example.org"):
            assert "en/invitation.txt" in words(view.mails(reader)[-1])
        broken.unlink()
        house.run("once")
        assert [method(one) for one in view.got("dana")] == ["REQUEST"]
        assert [one.title for one in view.offers("dana")["AB"]] == ["AB · invited"]


def test_a_yes_before_the_first_look_counts(practice: Open) -> None:
    """Leave that is approved by command while no pass has seen it yet is not asked about again."""
    house = practice(Therapist("dana", 'approval = "review"', clients=(AB,)))
    with house.at(NOW - timedelta(days=1)):
        house.run("once")
    with house.at(NOW):
        house.blocks_leave()
        assert "Approved: 1 displaced" in house.run("approve", AWAY.isoformat()).out
        house.run("once")
    view = View(house.folder)
    assert [method(one) for one in view.got("dana")] == ["REQUEST"]
    assert "waits for your yes" not in " ".join(str(one["Subject"]) for one in view.mails("dana@example.org"))


def test_a_series_of_strangers_is_one_line(practice: Open) -> None:
    """Somebody whom the roster does not know, every week: told once, with how many more there are."""
    start = datetime(2025, 6, 4, 16, 0, tzinfo=BERLIN)
    series = files.timed("stranger", "Appointment", start, rule=files.WEEKLY, who="who@example.net")
    house = practice(Therapist("dana", events={"stranger": series}))
    with house.at(NOW):
        (line,) = [
            one for one in house.run("once", "--dry-run").out.splitlines() if "nobody on the roster" in one
        ]
    assert "Wed 3 Jun 16:00–16:50 and" in line


def test_a_group_in_long_leave_is_left_to_the_therapist_once(practice: Open) -> None:
    """A weekly group that nobody can be told apart in: the plan letter names its first time, not each of them."""
    start = datetime(2025, 6, 4, 16, 0, tzinfo=BERLIN)
    series = files.timed("group", "Group", start, rule=files.WEEKLY, who="who@example.net")
    house = practice(Therapist("dana", days=12, events={"group": series}))
    with entered(house) as view:
        (letter,) = [
            words(one) for one in view.mails("dana@example.org") if "Your time away" in one["Subject"]
        ]
    assert "Left to you, because it is not clear who comes: Wed 1 Jul, 16:00 " in " ".join(letter.split())
    assert "8 Jul, 16:00" not in letter


@carries("practice.fee_note", "clients.salutation")
def test_fees_and_who_is_greeted(practice: Open) -> None:
    """What is charged stands in the client's language, in no discreet client's mail; a child's parent is greeted."""
    german = Client("CZ", 2, 11, {"language": "de", "salutation": "Frau Berg"})
    who = (Client("AZ", 2, 9), german)
    fees = 'fee_note = { en = "Nothing is charged.", de = "Es wird nichts berechnet." }\n'
    crisis = 'crisis_contact = { en = "Helpline 0800 111", de = "Krisendienst 0800 222" }'
    house = practice(Therapist("dana", 'approach = "none"', who), practice=fees + crisis)
    with entered(house) as view:
        plain, parent = (words(*view.got("dana", one.initials)) for one in who)
    assert "Fees: Nothing is charged." in plain
    assert "Helpline 0800 111" in plain
    assert "Kosten: Es wird nichts berechnet." in parent
    assert "Krisendienst 0800 222" in parent
    assert "Guten Tag Frau Berg," in parent


def test_an_american_client_reads_american_times(practice: Open) -> None:
    """`en-US` of one client: months first, am and pm; the practice's words for all who read English are hers, too."""
    here, there = Client("AZ", 2, 9), Client("CZ", 2, 15, {"language": "en-us"})
    house = practice(
        Therapist("dana", 'approach = "none"', (here, there)),
        practice='fee_note = { en = "Nothing is charged.", de = "Es wird nichts berechnet." }',
    )
    with entered(house) as view:
        plain, american = (words(*view.got("dana", one.initials)) for one in (here, there))
    assert "on Wednesday 8 July at 9:00." in plain
    assert "on Wednesday, July 8 at 3:00 pm." in american
    assert "Fees: Nothing is charged." in american


@carries("clients.resources")
def test_each_reads_on_in_their_own_language(practice: Open) -> None:
    """A page for each language, and one client's own; the discreet read of none."""
    cells: tuple[dict[str, str], ...] = (
        {},
        {"language": "de"},
        {"resources": "https://own.example.org/"},
        {"discreet": "yes"},
    )
    who = tuple(Client(f"{'ABCD'[at]}Z", 2, 9 + at, cell) for at, cell in enumerate(cells))
    pages = 'resources_url = { en = "https://help.example.org/", de = "https://hilfe.example.org/" }'
    house = practice(Therapist("dana", 'approach = "none"', who), practice=pages)
    with entered(house) as view:
        english, german, own = (words(*view.got("dana", f"{letter}Z")) for letter in "ABC")
        assert view.got("dana", "DZ") == []
    for text, page in ((english, "help"), (german, "hilfe"), (own, "own")):
        assert [one for one in ("help", "hilfe", "own") if f"https://{one}.example.org/" in text] == [page]


NINE = tuple(Client(f"{letter}Z", number % 3, 9 + number // 3) for number, letter in enumerate("ABCDEFGHI"))
SUNDAYS = replace(NINE[8], cells={"windows": "sun 10:00-11:00"})


def test_a_budget_that_binds_is_the_same_everywhere(practice: Open) -> None:
    """Half of the nine is "auto": letter, plan event, `plan` and `explain` say whom a larger one would help."""
    keys = 'budget = "auto"\nmax_makeups_per_week = 12\nmax_makeups_per_day = 4\n'
    keys += "max_sessions_per_week = 20\nmax_before_leave = 7"
    days = ", ".join(f'{day} = ["08:00-18:00"]' for day in ("mon", "tue", "wed", "thu", "fri"))
    dana = Therapist("dana", keys, clients=(*NINE[:8], SUNDAYS), hours=f"hours = {{ {days} }}")
    no_tag_helps = "[practice.limits]\ncover = false\ncall = '0m'\nextension = '0m'"
    house = practice(dana, practice=no_tag_helps)
    with entered(house) as view:
        assert len(view.offers("dana")) == 5
        said = "5 of 9 appointments have a new time; 3 more would with a budget of 8; for 1 there is none."
        (letter,) = [one for one in view.mails("dana@example.org") if "Your time away" in one["Subject"]]
        (overview,) = [one.text for one in view.entries("dana") if one.title.startswith("Plan")]
        assert said in words(letter)
        assert said in overview.replace("\r\n ", "").replace("\n ", "").replace("\\", "")
        assert "5 with a new time, 3 more with a budget of 8, 1 without" in house.run("plan").out
        (absence,) = house.document("plan")["absences"]
        without = {one["initials"]: one["without_time"] for one in absence["sessions"] if not one["offer"]}
        needed = {who: one["budget_needed"] for who, one in without.items()}
        assert sorted(needed.values(), key=str) == [8, 8, 8, None]
        assert needed["IZ"] is None
        for who, budget in sorted(needed.items())[-2:]:
            (found,) = house.document("explain", f"dana-{who}")["sessions"]
            assert found["session"]["without_time"]["budget_needed"] == budget
            binding = found["session"]["without_time"]["binding_rule"]
            assert (
                (binding == "budget")
                == (budget is not None)
                == ("budget" in words(letter).split(who)[1][:200])
            )


def test_a_colleague_is_named_where_cover_is_off(practice: Open) -> None:
    """Letter, `plan` and `explain` name the time that `#cover` would give, though nobody covers by the settings."""
    nothing = 'horizon_before = "0d"\nhorizon_after = "0d"'
    dana = Therapist("dana", nothing, (replace(AB, cells={"cover_ok": "yes"}),))
    house = practice(dana, Therapist("sam", 'covers_for = ["dana"]', clients=(), leave=""))
    with entered(house) as view:
        assert view.offers("sam") == {}
        ((planned,),) = [one["sessions"] for one in house.document("plan")["absences"]]
        (explained,) = house.document("explain", "dana-AB")["sessions"]
        for found in (planned["without_time"], explained["session"]["without_time"]):
            (remedy,) = [one for one in found["remedies"] if one["kind"] == "cover"]
            (tag,) = [one for one in found["by_tag"] if one["kind"] == "cover"]
            assert (remedy["therapist"], remedy["time"]) == (tag["therapist"], tag["time"])
            assert tag["therapist"] == "sam"
        (letter,) = [one for one in view.mails("dana@example.org") if "Your time away" in one["Subject"]]
        assert "#cover" in words(letter)


@carries("practice.limits")
def test_limits_of_the_practice(practice: Open) -> None:
    """No tag goes beyond them, and the letter says so."""
    limits = "[practice.limits]\nbudget = 1\ncover = false\ncall = '10m'\nextension = '0m'"
    house = practice(
        Therapist("dana", leave="Vacation #all #cover #call #extend", clients=(AB, CD)), practice=limits
    )
    with entered(house) as view:
        kept = [one for kept in view.offers("dana").values() for one in kept]
        short = [one for one in kept if "· call ·" in one.title]
        assert len(kept) - len(short) == 1  # of a session; a call costs no budget
        assert [str(one.end - one.start) for one in short] == ["0:10:00"]  # type: ignore[operator]
        letter = "\n".join(words(one) for one in view.mails("dana@example.org"))
        assert "#all, #call, #cover, #extend in your leave would go beyond what the practice allows" in letter
