"""Words that everybody reads: dates once in a subject, hours as people say them, "before" only before, who JM is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from email.message import EmailMessage

import pytest

from tests.outside.conftest import case
from tests.outside.practice import files
from tests.outside.practice.carried import carries
from tests.outside.practice.conftest import Played
from tests.outside.practice.house import AB, AWAY, BERLIN, OFFICE, Client, House, Therapist, View, words
from tests.scenario import ics

DATE = re.compile(r"\b(\d{1,2})\.? (Jan|Feb|Mar|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)")
PADDED = re.compile(r"(?<![\d:.T-])0\d:\d\d")  # 09:00
BEFORE = re.compile(r"\b(before you (are|leave)|bevor Sie|vor Ihrer Abwesenheit)\b", re.IGNORECASE)
TODAY = date(2026, 6, 3)  # the Wednesday on which somebody is ill
EARLY = (replace(AB, hour=9, cells={"language": "en"}), Client("CD", 1, 9, {"language": "de"}))
ILL = (
    Client("AB", 2, 15, {"language": "en"}),
    Client("CD", 2, 16, {"language": "de"}),
    Client("EF", 2, 14, {"contact": "phone"}),
)
OF_JM = {  # what is written in a calendar about a client, and is no session
    "called": "JM cancelled",
    "moved": "JM moved to Thursday",
    "verschoben": "JM verschoben",
    "abgesagt": "JM abgesagt",
    "ausgefallen": "JM fällt aus",
}


def falls_ill(house: House, therapist: str) -> None:
    """Around noon a whole day is blocked, and it is this one."""
    title = "Krank" if therapist == "erkaeltet" else "Sick"
    house.put(therapist, "leave", files.all_day(f"{therapist}-leave", title, TODAY, 1))


EN, DE = (
    Therapist(one, f'language = "{language}"', ILL, leave="", acts=falls_ill)
    for one, language in (("coughs", "en"), ("erkaeltet", "de"))
)
NINE, NEUN = (
    Therapist(one, f'language = "{language}"', EARLY) for one, language in (("nine", "en"), ("neun", "de"))
)


def everything(view: View) -> Iterator[tuple[str, EmailMessage]]:
    """Every mail that anybody got."""
    for box in sorted((view.folder / "mail").iterdir()):
        if box.is_dir() and box.name != OFFICE:
            yield from ((box.name, mail) for mail in view.mails(box.name))


@carries(by=(EN, DE, NINE, NEUN))
def test_no_subject_says_a_date_twice(played: Played) -> None:
    """Of all that the whole practice has sent."""
    subjects = [str(mail["Subject"]) for _, mail in everything(played.sunday)]
    dated = [one for one in subjects if DATE.search(one)]
    assert len(dated) > 8
    assert [one for one in dated if max(Counter(DATE.findall(one)).values()) > 1] == []


@carries(by=(EN, DE, NINE, NEUN))
def test_nine_o_clock_is_9(played: Played) -> None:
    """In mails, in the entries that come with them, and in the calendar."""
    mails = [words(mail) + ics.value(ics.part(mail), "DESCRIPTION") for _, mail in everything(played.sunday)]
    shown = [one for who in ("nine", "neun") for one in played.first.entries(who)]
    entries = [one.title + ics.value(one.text, "DESCRIPTION") for one in shown]
    assert any("9:00" in one for one in mails)
    assert [PADDED.findall(one) for one in (*mails, *entries) if PADDED.search(one)] == []


@carries(by=(NINE, NEUN))
def test_no_mailed_time_needs_a_zone(played: Played) -> None:
    """Outlook reads single dates in a VTIMEZONE an hour off, as we once mailed them; UTC it reads as all do."""
    once = case("invite")
    parts = [part for _, mail in everything(played.sunday) if (part := ics.part(mail))]
    assert len(parts) > 3
    for name in ("BEGIN:VTIMEZONE", "RDATE", "TZID"):
        assert name in once
        assert [one for one in parts if name in one] == []
    starts = [ics.value(one, "DTSTART") for one in parts]
    assert [one for one in starts if not re.fullmatch(r"\d{8}T\d{6}Z", one)] == []


@pytest.mark.parametrize("therapist", ["coughs", "erkaeltet"])
@carries(by=(EN, DE, NINE, NEUN))
def test_on_the_sick_day_nothing_is_before_it(played: Played, therapist: str) -> None:
    """Clients and the therapist hear of today; nobody is told what is to be done before."""
    told = [words(mail) for who in ("AB", "CD") for mail in played.next_day.got(therapist, who)]
    letters = [words(mail) for mail in played.next_day.mails(f"{therapist}@example.org")]
    assert [bool(re.search("today|heute", one.splitlines()[0])) for one in told].count(True) == 2
    assert any("+49 30 5550100" in one for one in letters)  # whom to call
    assert [one for one in (*told, *letters) if BEFORE.search(one)] == []


NOTES = {
    name: files.timed(f"jm-{name}", title, datetime(2026, 6, 29, 11 + number, 0, tzinfo=BERLIN))
    for number, (name, title) in enumerate(OF_JM.items())
}


@carries(by=Therapist("notes", clients=(AB, Client("JM", 0, 10)), events=NOTES))
def test_what_is_noted_about_a_client_is_no_session(played: Played) -> None:
    """Only the series is theirs: one session on the Monday of the leave, one time kept."""
    (absence,) = [one for one in played.plan["absences"] if one["therapist"] == "notes"]
    theirs = [one["original"]["start"] for one in absence["sessions"] if one["initials"] == "JM"]
    assert theirs == [f"{AWAY}T10:00:00+02:00"]
    assert len(played.first.offers("notes")["JM"]) == 1
