"""`syncd report --html`: the office's page of a practice with everything on it, and nothing that it should not hold."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.outside.practice import files
from tests.outside.practice.house import AB, AWAY, BERLIN, CD, NOW, OFFICE, Client, House, Therapist, View
from tests.servers.smtp import SmtpServer

A_DAY = NOW + timedelta(hours=25)
LATER = A_DAY + timedelta(hours=3)
EF = Client("EF", 2, 12, {"email": "", "contact": "phone"})  # to be called
GH = Client("GH", 3, 9, {"priority": "crisis", "significance": "5"})
HELD_BACK = ("Panikanfall", "Zerrzeit", "Gutachten", "crisis", "protected", "Special care", "lee-AB")
LEAVE = {
    "leave": files.all_day("lee-leave", "Urlaub", AWAY, 5),
    "doubt": files.all_day("doubt", "Zerrzeit away", date(2026, 9, 7), 2),
}
SAYS = {"leave": files.all_day("noor-leave", "Urlaub", AWAY, 5, "DESCRIPTION:say: Panikanfall\r\n")}
BUSY = {"busy": files.timed("busy", "Gutachten Krampitz", datetime(2026, 6, 24, 9, 0, tzinfo=BERLIN), 50)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Lee's leave waits for answers; a client is to be called; Noor's waits for a yes; one has written."""
    folder = tmp_path_factory.mktemp("office")
    with SmtpServer(folder / "mail") as post:
        lee = Therapist("lee", clients=(AB, EF, CD, GH), leave="", later=LEAVE, events=BUSY)
        noor = Therapist("noor", 'approval = "review"', clients=(AB, CD), leave="", later=SAYS)
        house = House(folder, post, [lee, noor])
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
        with house.at(A_DAY):
            house.run("once")
            house.answers("lee", "GH", "ACCEPTED", A_DAY)
            house.run("once")
        house.moment = LATER
        yield house


def page(house: House, *more: str) -> str:
    """The page that the command writes."""
    file = house.folder / "office.html"
    with house.at(LATER):
        house.run("report", "--html", str(file), *more)
    return file.read_text()


def words_of(text: str) -> str:
    """What a reader sees of a page, drawings left out."""
    shown = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


class Balanced(HTMLParser):
    """Notes where an element ends that did not begin."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[str] = []
        self.ids: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """It begins; some have no end."""
        self.ids += [value for key, value in attrs if key == "id" and value is not None]
        if tag not in {"meta", "br"}:
            self.left.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """It begins and ends."""

    def handle_endtag(self, tag: str) -> None:
        """It ends."""
        if not self.left or self.left.pop() != tag:
            self.wrong.append(tag)


def test_what_the_office_has_to_know(house: House) -> None:
    """Who is away, whom to call and until when, what waits for whom, and who has what."""
    said = words_of(page(house))
    call = said.partition("Whom to call")[2].partition("What waits")[0]
    assert "EF Wed 1 Jul, 12:00 Dana Lee does not know yet that it falls out" in call
    assert "Thu 25 Jun, 17:00" in call  # on the Tuesday before it she is away
    assert "GH" not in call
    assert "Dana Noor: a yes to what is to be sent about 29 Jun" in said
    assert "Dana Lee: whether it is time away: 7 Sept" in said
    assert "AB: answer to Thu 25 Jun, 10:00, by" in said
    assert "GH Thu 2 Jul, 9:00 Mon 6 Jul, 9:00 agreed" in said
    assert "Dana Lee 29 Jun – 3 Jul 2026 4 3" in said


def test_what_it_must_not_hold(house: House) -> None:
    """No tier, no draft of words, no title; names and numbers only where asked for; nothing that runs or is fetched."""
    text, named = page(house), page(house, "--names")
    for one in (text, named):
        assert [word for word in HELD_BACK if word in one] == []
        assert not re.search(r"<script|<link|<img|src=|href=|https?:|@import|url\((?!#)|\bon\w+=", one)
        assert len(one.encode()) < 500_000
    assert "Alex Bimmer" not in text
    assert "5550100" not in text
    assert "Alex Bimmer" in named
    assert "+49 30 5550100" in named


def test_it_is_a_whole_page_with_the_weeks_drawn(house: House) -> None:
    """Elements end where they should, an id stands once, and each absence has its picture."""
    text, found = page(house), Balanced()
    found.feed(text)
    assert (found.left, found.wrong) == ([], [])
    assert len(found.ids) == len(set(found.ids))
    assert text.count("<svg") == text.count('<section class="leave">') == 2
    assert "@page { size: A4" in text


def test_it_changes_nothing_and_says_where_it_cannot_write(house: House) -> None:
    """Neither calendar nor store nor mail; a file that cannot be written is one clear line."""
    before = {path.name: path.read_bytes() for path in View(house.folder).calendar("lee").glob("*.ics")}
    mails = len(list((house.folder / "mail").rglob("*")))
    page(house)
    after = {path.name: path.read_bytes() for path in View(house.folder).calendar("lee").glob("*.ics")}
    assert before == after
    assert len(list((house.folder / "mail").rglob("*"))) == mails
    with house.at(LATER):
        refused = house.run("report", "--html", str(house.folder / "none" / "office.html"), status=1)
    assert "name a file that can be written" in refused.err


def test_by_its_own_clocks_beside_a_therapist_s(house: House) -> None:
    """Whoever lives an hour behind: the office reads its own hours, and both clocks are named; days stay days."""
    settings = house.settings.read_text()
    house.settings.write_text(
        settings.replace("[[therapists]]\n", '[[therapists]]\ntimezone = "Europe/London"\n', 1)
    )
    try:
        text = page(house)
    finally:
        house.settings.write_text(settings)
    said = words_of(text)
    assert "EF Wed 1 Jul, 12:00 Dana Lee" in said
    assert "GH Thu 2 Jul, 9:00 Mon 6 Jul, 9:00 agreed" in said
    assert "all times: Berlin time" in said
    assert "In the picture: London time." in said
    assert "Dana Noor: a yes to what is to be sent about 29 Jun" in said


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_in_the_practice_s_own_language(house: House, language: str) -> None:
    """No English sentence is left in it, and no word that the templates do not know."""
    settings = house.settings.read_text()
    house.settings.write_text(settings.replace("[practice]\n", f'[practice]\nlanguage = "{language}"\n', 1))
    try:
        text = page(house)
    finally:
        house.settings.write_text(settings)
    said, drawn = words_of(text), " ".join(re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL))
    assert [one for one in ("Leave", "displaced", "accepted", "held", "Mon ") if one in drawn] == []
    english = ("Whom to call", "falls out", "asked, no answer", "As of", "Therapist", "a yes to")
    assert [one for one in english if one in said] == []
    assert "Maple Street Practice" in said


def writes(house: House, who: str, words: str) -> None:
    """A client answers the newest mail in words of their own."""
    asked = View(house.folder).got("lee", who)[-1]
    mail = EmailMessage()
    mail["From"], mail["To"] = f"lee-{who.lower()}@example.net", OFFICE
    mail["Subject"], mail["In-Reply-To"] = f"Re: {asked['Subject']}", str(asked["Message-ID"])
    mail["Date"], mail["Message-ID"] = house.moment, f"<words-{who}@example.net>"
    mail.set_content(words)
    raw = f"Return-Path: <{mail['From']}>\r\n".encode() + mail.as_bytes()
    mailbox.Maildir(house.post.maildir(OFFICE), create=False).add(raw)


def test_each_call_has_its_end_and_who_wrote_is_not_waited_for(tmp_path: Path) -> None:
    """Without another time, the session that falls out is it; whose words wait for Dana stands there once."""
    none = Client("IJ", 2, 15, {"email": "", "contact": "phone", "approach": "none"})
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("lee", clients=(AB, none))])
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
        with house.at(A_DAY):
            house.run("once")
            writes(house, "AB", "I have to think about whether my mother could bring me then.")
            house.run("once")
        text = page(house)
        said = words_of(text)
    assert "IJ" in said.partition("Whom to call")[2].partition("What waits")[0]
    assert re.findall(r'<td data-head="By">(.*?)</td>', text) == ["Wed 1 Jul, 15:00"]
    assert "Dana Lee: has to read what came from AB" in said
    assert "AB: answer to" not in said
