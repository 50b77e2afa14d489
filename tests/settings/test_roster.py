"""Rosters: every column, every way a spreadsheet saves it, and every broken line."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from syncd.core.model import Client, Contact, Mode, Phase, Priority
from syncd.core.model.errors import ConfigProblem
from syncd.core.time.hours import ClockRange
from tests.settings.practices import DANA, LEE, PRACTICE, Folder, settings

TWO = settings(therapists=DANA + LEE)


def client(folder: Folder, header: str, line: str) -> Client:
    """The one client of a roster."""
    (found,) = folder.load(TWO, f"{header}\n{line}\n").clients
    return found


def mistakes(folder: Folder, *lines: str) -> list[tuple[str, str, str]]:
    """(key, value, expected) of each problem in a roster."""
    return [(one.key, one.value, one.expected) for one in folder.mistakes(TWO, "\n".join(lines) + "\n")]


def test_every_column(folder: Folder) -> None:
    """A full line is the whole client."""
    header = (
        "id;name;email;aliases;phone;therapist;initials;group;contact;consent;discreet;approach;priority;phase;since;"
        "significance;timezone;windows;fixed_hour;apart_from;language;mode;max_offers;max_makeups;choices;"
        "cover_ok;extend_ok"
    )
    line = (
        "c1;Ada Brandt;ADA@example.org, a.b@example.com;x@example.com;030 1;dana, lee;AB;Evening circle;mail;"
        "ja;x;none;Crisis;EARLY;"
        '31.03.2024;5;America/New_York;"mon 14:00-18:00, 19:00-20:00; Thu 09:00-12:00";yes;;de;Online;3;2;3;yes;no'
    )
    found = client(folder, header, line)
    windows = found.windows
    assert windows is not None
    assert windows.on(date(2026, 7, 6)) == (ClockRange(840, 1080), ClockRange(1140, 1200))
    assert windows.on(date(2026, 7, 9)) == (ClockRange(540, 720),)
    assert windows.on(date(2026, 7, 7)) == ()
    assert found == Client(
        id="c1",
        name="Ada Brandt",
        email="ada@example.org",
        aliases=("a.b@example.com", "x@example.com"),
        groups=("Evening circle",),
        phone="030 1",
        therapists=("dana", "lee"),
        initials="AB",
        contact=Contact.MAIL,
        discreet=True,
        makeups=False,
        priority=Priority.CRISIS,
        phase=Phase.EARLY,
        since=date(2024, 3, 31),
        significance=5,
        zone=ZoneInfo("America/New_York"),
        fixed_hour=True,
        windows=windows,
        language="de",
        mode=Mode.ONLINE,
        max_offers=3,
        max_makeups=2,
        choices=3,
        cover_ok=True,
        extend_ok=False,
    )


def test_only_the_id_is_required(folder: Folder) -> None:
    """A roster of ids alone plans and holds; nobody is mailed."""
    found = client(folder, "id", "c1")
    assert (found.contact, found.therapists, found.makeups, found.extend_ok) == (
        Contact.PHONE,
        ("dana", "lee"),
        True,
        True,
    )


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfid,name\r\nc1,Zo\xc3\xab Adler\r\n",
        b"id;name\nc1;Zo\xc3\xab Adler\n\n;\n",
        "ID\tName\nc1\tZoë Adler\n".encode(),
        'id,name\nc1,"Zoë Adler"'.encode(),
        '"id";"name"\r\n"c1";"Zoë Adler"\r\n'.encode(),
    ],
)
def test_files_as_spreadsheets_save_them(folder: Folder, content: bytes) -> None:
    """BOM, comma, semicolon, tab, CRLF, quotes, empty lines."""
    (found,) = folder.load(TWO, content).clients
    assert (found.id, found.name, found.initials) == ("c1", "Zoë Adler", "ZA")


@pytest.mark.parametrize(
    ("header", "line", "contact"),
    [
        ("id,email", "c1,a@example.org", Contact.MAIL),
        ("id,email,consent", "c1,a@example.org,no", Contact.PHONE),
        ("id,email", "c1,", Contact.PHONE),
        ("id,email,contact", "c1,a@example.org,phone", Contact.PHONE),
        ("id,email,contact", "c1,a@example.org,none", Contact.NONE),
        ("id,email,contact,consent", "c1,a@example.org,none,no", Contact.NONE),
        ("id,email,contact", "c1,,mail", Contact.PHONE),
    ],
)
def test_who_may_be_mailed(folder: Folder, header: str, line: str, contact: Contact) -> None:
    """Without consent or without an address: by phone."""
    found = client(folder, header, line)
    assert (found.contact, found.mailed) == (contact, contact is Contact.MAIL)


def test_two_addresses_in_one_cell(folder: Folder) -> None:
    """The first is written to, the others are known."""
    found = client(folder, "id,email", '"c1","ada@example.org; a.b@example.com"')
    assert (found.email, found.aliases) == ("ada@example.org", ("a.b@example.com",))


def test_initials_of_the_name_unless_written_for_another(folder: Folder) -> None:
    """AB is Ada's because the roster says so; Anton Bauer gets none rather than making hers ambiguous."""
    ada, anton, cleo = folder.load(
        TWO, "id,name,initials\nc1,Ada,AB\nc2,Anton Bauer,\nc3,Cleo van Dijk,\n"
    ).clients
    assert (ada.initials, anton.initials, cleo.initials) == ("AB", "", "CD")


def test_all_broken_lines_are_reported_by_number(folder: Folder) -> None:
    """Good lines between them hide nothing, and a cell over two lines does not shift the numbers."""
    found = mistakes(
        folder,
        "id,name,email,timezone,windows,therapist,significance,since",
        "c1,Ada,ada@example,,,,,",
        'c2,"Ben Castillo",ben@,,,,,',
        "c3,Cleo,cleo@example.org,Europe/Berln,,,,",
        ",Dario,,,,,,",
        "c5,Elif,,,monday 9-12,,,",
        "c6,Finn,,,,dna,,",
        "c7,Greta,,,,,9,",
        "c8,Hugo,,,,,,31.02.2024",
        "c 9,Ines,,,,,,",
        "c10,Jonas,,,,,,,,more",
    )
    assert [key for key, _, _ in found] == [
        "line 3, email",
        "line 4, timezone",
        "line 5, id",
        "line 6, windows",
        "line 8, significance",
        "line 9, since",
        "line 10, id",
        "line 11",
        "line 7, therapist",
    ]
    expected = {key: text for key, _, text in found}
    assert 'Did you mean "Europe/Berlin"?' in expected["line 4, timezone"]
    assert 'Did you mean "dana"?' in expected["line 7, therapist"]
    assert "mon 14:00-18:00" in expected["line 6, windows"]


def test_a_client_on_two_lines(folder: Folder) -> None:
    """The same id, also where only case and punctuation differ: the later line is named."""
    ((key, value, expected), other) = mistakes(folder, "id", "c-1", "c2", "C-1", "c_1")
    assert (key, value) == ("line 4, id", '"C-1"')
    assert "line 2 has the id c-1" in expected
    assert other[0] == "line 5, id"


def test_one_address_on_two_clients(folder: Folder) -> None:
    """As address or alias: nobody could say whose answer it is."""
    ((key, value, expected),) = mistakes(
        folder, "id,email,aliases", "c1,ada@example.org,shared@example.org", "c2,Shared@example.org,"
    )
    assert (key, value) == ("line 3, email", '"shared@example.org"')
    assert "line 2 has it too" in expected


def test_a_client_on_two_rosters(folder: Folder) -> None:
    """Both files are named."""
    (folder.path / "more.csv").write_text("id\nc1\n")
    toml = TWO.replace('file = "clients.csv"', 'file = ["clients.csv", "more.csv"]')
    found = folder.mistake(toml, "id\nc1\n")
    assert found.file == str(folder.path / "more.csv")
    assert f"line 2 of {folder.path / 'clients.csv'}" in found.expected


def test_an_address_that_is_the_practices_own(folder: Folder) -> None:
    """A client with the therapist's or the office's address would be read as the therapist."""
    found = mistakes(folder, "id,email", "c1,dana@example.org", "c2,office@example.org")
    assert [key for key, _, _ in found] == ["line 2, email", "line 3, email"]


@pytest.mark.parametrize(
    ("roster", "key", "expected"),
    [
        ("", "line 1", "header"),
        ("c1,Ada\nc2,Ben\n", "line 1", "column id"),
        ("id,emial\nc1,x\n", "line 1, column emial", 'Did you mean "email"?'),
        ("id,name,name\nc1,a,b\n", "line 1, column name", "once"),
        ('id,name\nc1,Ada\nc2,"Ben\nc3,Cleo\n', "line 3", "closed"),
        (b"id,name\nc1,Zo\xeb\n", "line 2", "UTF-8"),
        ("id;name\nc1;Ada\n".encode("utf-16"), "line 1", "UTF-8"),
        ("id;name\nc1;Ada\n".encode("utf-16-le"), "line 1", "UTF-8"),
    ],
)
def test_files_that_are_no_roster(folder: Folder, roster: str | bytes, key: str, expected: str) -> None:
    """Header, quotes, encoding: where, and what to do."""
    found: ConfigProblem = next(one for one in folder.mistakes(TWO, roster) if one.key == key)
    assert expected in found.expected


def test_without_therapists_the_roster_is_read_all_the_same(folder: Folder) -> None:
    """A broken therapist does not hide a broken line, nor make good lines look broken."""
    keys = [
        one.key
        for one in folder.mistakes(
            PRACTICE + DANA.replace("09:00-13:00", "x"), "id,email,therapist\nc1,,dana\n"
        )
    ]
    assert "therapists[0].hours.mon[0]" in keys
    assert not [key for key in keys if key.startswith("line")]


def test_who_must_not_meet_is_said_of_either(folder: Folder) -> None:
    """One line is enough for both."""
    roster = "id,apart_from\nc1,c2; c3\nc2,\nc3,c1\n"
    found = {one.id: one.apart_from for one in folder.load(TWO, roster).clients}
    assert found == {"c1": ("c2", "c3"), "c2": ("c1",), "c3": ("c1",)}


def test_nobody_is_kept_apart_from_themselves_or_from_nobody(folder: Folder) -> None:
    """Both mistakes are named with line and column."""
    assert mistakes(folder, "id,apart_from", "c1,c1", "c22,c33", "c333,") == [
        ("line 2, apart_from", '"c1"', "ids of other clients: nobody is kept apart from themselves"),
        ("line 3, apart_from", '"c33"', 'the id of a client on the roster. Did you mean "c333"?'),
    ]


def test_a_second_address_is_written_to_as_well(folder: Folder) -> None:
    """It is no alias; twice the same is one; alone it is the first."""
    one = client(folder, "id,email,second_email,aliases", "c1,a@x.org,B@x.org,b@x.org c@x.org")
    assert (one.email, one.second_email, one.aliases) == ("a@x.org", "b@x.org", ("c@x.org",))
    assert one.addresses == ("a@x.org", "b@x.org", "c@x.org")
    same = client(folder, "id,email,second_email", "c1,a@x.org,a@x.org")
    assert (same.email, same.second_email) == ("a@x.org", "")
    alone = client(folder, "id,second_email", "c1,b@x.org")
    assert (alone.email, alone.second_email, alone.mailed) == ("b@x.org", "", True)


def test_aliases_are_addresses_and_words_by_which_titles_call_the_client(folder: Folder) -> None:
    """A word is no address; what is neither is refused."""
    one = client(folder, "id,name,email,aliases", "c1,Ada Brandt,a@x.org,b@x.org Addi Anne-Lou")
    assert (one.aliases, one.nicknames) == (("b@x.org",), ("Addi", "Anne-Lou"))
