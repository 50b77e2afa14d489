"""People come and go: a therapist or client taken out while times stand, a calendar renamed, an account moved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.outside.practice.daemon import running
from tests.outside.practice.house import AB, CD, NOW, Client, House, Therapist, View, method, words
from tests.servers.smtp import SmtpServer

A_DAY = NOW + timedelta(hours=25)
LATER = A_DAY + timedelta(hours=3)
SOON = timedelta(minutes=20)
LEE, NOOR = Therapist("lee", clients=(AB, CD)), Therapist("noor", clients=(AB, CD))
INVITED = ["REQUEST"]
HEAD = "office-head@example.org"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Lee and Noor, two clients each, all asked to another time; AB of Lee's has said yes."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [LEE, NOOR], practice=f'email = "{HEAD}"')
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
        with house.at(A_DAY):
            house.run("once")
            house.answers("lee", "AB", "ACCEPTED", A_DAY)
            house.run("once")
        yield house


def with_settings(house: House, *therapists: Therapist) -> None:
    """Settings and roster name these alone."""
    house.therapists = therapists
    house.write()


def got(house: House, therapist: str) -> list[list[str]]:
    """METHOD of all that each of a therapist's clients got."""
    return [[method(one) for one in View(house.folder).got(therapist, who)] for who in ("AB", "CD")]


def stands(house: House, calendar: str) -> list[str]:
    """Titles of what we keep there for clients."""
    return sorted(
        one.title
        for one in View(house.folder).entries(calendar)
        if "·" in one.title and one.title[:2].isupper()
    )


def test_a_therapist_who_is_gone_is_retired(house: House) -> None:
    """Taken out with live offers: everybody else is served, the list says whom to call, `--yes` ends it, and nobody is
    written to.
    """
    with house.at(LATER):
        with_settings(house, NOOR)
        assert "syncd retire lee" in house.run("check").out
        assert "`syncd retire lee`" in _failing(house)
        assert "nothing is decided for lee" in house.run("once").out
        house.answers("noor", "AB", "ACCEPTED", LATER)
        house.run("once")
        assert "AB · accepted ✓" in stands(house, "noor")
        shown = house.run("retire", "lee").out
        assert [line[:11] for line in shown.splitlines()[:2]] == ["CALL lee-AB", "CALL lee-CD"]
        assert "agreed on Thu 2026-06-25 10:00" in shown
        assert "asked to Thu 2026-06-25 11:00 with lee, not answered" in shown
        assert "2 frozen, 2 to call" in shown
        assert "Entries stay in home/lee" in shown
        assert house.run("retire", "lee").out == shown  # showing changes nothing
        before, mails = got(house, "lee"), len(View(house.folder).mails(HEAD))
        assert "Over for syncd: 2" in house.run("retire", "lee", "--yes").out
        assert "Nothing stands with lee" in house.run("retire", "lee").out
        assert "Frozen" not in house.run("status").out
        assert "Everything was read and is clear" in house.run("once").out
    with house.at(LATER + timedelta(days=2)):
        house.run("once")
        assert got(house, "lee") == before == [INVITED, INVITED]
        assert len(View(house.folder).mails(HEAD)) == mails


def _failing(house: House) -> str:
    """What the doctor says of whoever is gone."""
    found = json.loads(house.run("doctor", "--json", "--wait", "0s", status=1).out)["findings"]
    return "\n".join(str(one["said"]) for one in found if one["verdict"] == "fail")


def test_who_is_put_back_later_is_not_planned_for_behind_their_backs(house: House) -> None:
    """Clients were called when their therapist left: nothing further is said of that leave, of new leave there is."""
    with house.at(LATER):
        before = got(house, "lee")
        with_settings(house, NOOR)
        house.run("retire", "lee", "--yes")
        with_settings(house, LEE, NOOR)
    for ahead in (1, 30, 60, 200):
        with house.at(LATER + timedelta(hours=ahead)):
            house.run("once")
            assert "left the practice" in house.run("explain", "lee-AB").out
    assert got(house, "lee") == before


def test_who_answers_after_that_is_not_lost(house: House) -> None:
    """A yes to a retired time: therapist and office read whom to call, once; no mail of ours says anything of it."""
    with house.at(LATER):
        with_settings(house, NOOR)
        house.run("retire", "lee", "--yes")
        house.answers("lee", "CD", "ACCEPTED", LATER)
        for _ in range(2):
            house.run("once")
        told = [one for one in View(house.folder).mails(HEAD) if "has left" in words(one)]
        assert len(told) == 1
        assert "CD (lee-CD) answered, or wrote" in words(told[0])
        assert "25 June" in words(told[0]) or "25 Jun" in words(told[0])
        assert got(house, "lee")[1] == INVITED


def test_a_line_that_names_who_is_gone(house: House) -> None:
    """It is refused, and the check says what is to be done with it."""
    left = Client("LB", 0, 10, {"id": "lee-AB", "therapist": "lee"})
    with_settings(house, replace(NOOR, clients=(AB, CD, left)))
    refused = house.run("check", status=78)
    assert "give their clients' lines to a colleague, or take them out" in refused.out + refused.err


def test_an_answer_to_a_frozen_time_is_read_by_somebody(house: House) -> None:
    """At the next look, once: by whoever has that client now, with the name, or else by the office alone."""
    with house.at(LATER):
        given = Client("LB", 0, 10, {"id": "lee-AB", "name": "Lara Berg", "email": "lee-ab@example.net"})
        with_settings(house, replace(NOOR, clients=(AB, CD, given)))
        house.run("once")
        frozen = [words(one) for one in View(house.folder).mails(HEAD) if "no longer name" in words(one)]
        assert len(frozen) == 1
        assert "Lara Berg (LB), +49 30 5550100, Thu 25 Jun, 10:00" in frozen[0]
        assert "CD (lee-CD), Thu 25 Jun, 11:00" in frozen[0]
        house.answers("lee", "AB", "DECLINED", LATER)
        house.answers("lee", "CD", "ACCEPTED", LATER)
        for _ in range(2):
            house.run("once")
        assert "Lara Berg (LB)" in not_taken_in(house, HEAD)
        assert "CD (lee-CD) answered, or wrote" in not_taken_in(house, HEAD)
        assert "Lara Berg (LB), +49 30 5550100 answered, or wrote" in not_taken_in(house, NOOR.address)
        assert "lee-CD" not in not_taken_in(house, NOOR.address)
    with house.at(LATER + timedelta(days=2)):
        house.run("once")
        assert "comes again" not in not_taken_in(house, HEAD)  # nor did it
        assert got(house, "lee") == [INVITED, INVITED]


def not_taken_in(house: House, reader: str) -> str:
    """The one letter to this reader about answers that wait for somebody who is missing."""
    (letter,) = (words(one) for one in View(house.folder).mails(reader) if "not taken in" in words(one))
    return letter


def test_a_therapist_who_is_to_leave(house: House) -> None:
    """Named still: the list says how; `approach = "none"` takes back what nobody agreed to; one is left. Of who is in
    crisis Lee hears at once.
    """
    with house.at(LATER):
        shown = house.run("retire", "lee", "--names").out
        assert "CALL lee-AB Alex Bimmer, +49 30 5550100" in shown
        assert 'approach = "none"' in shown
        refused = house.run("retire", "lee", "--yes", status=1)
        assert "nothing of lee is frozen" in refused.err
        assert "nobody here is or was called 'zoe'" in house.run("retire", "zoe", status=1).err
        crisis = replace(CD, cells={"priority": "crisis"})
        with_settings(house, replace(LEE, clients=(AB, crisis), keys='approach = "none"'), NOOR)
        house.run("once")
    with house.at(LATER + SOON):
        house.run("once")
        assert got(house, "lee") == [["REQUEST", ""], ["REQUEST", "CANCEL"]]
        told = [words(one) for one in View(house.folder).mails(LEE.address) if "is taken back" in words(one)]
        assert ["get in touch with CD" in one for one in told] == [True]
        calls = [line for line in house.run("retire", "lee").out.splitlines() if line.startswith("CALL")]
        assert [line.split()[1] for line in calls] == ["lee-AB"]
        with_settings(house, NOOR)
        assert "1 to call" in house.run("retire", "lee").out
        house.run("retire", "lee", "--yes")
        assert "is clear" in house.run("once").out
    assert got(house, "noor") == [INVITED, INVITED]


def test_a_client_who_is_gone_is_retired(house: House) -> None:
    """Their line is taken out: theirs freeze; after `--yes` their entries leave the calendar, and no mail leaves. The
    overview calls them by the initials that they had.
    """
    with house.at(LATER):
        house.run("once")
        mails = got(house, "lee")
        with_settings(house, replace(LEE, clients=(AB,)), NOOR)
        assert "syncd retire lee-CD" in house.run("check").out
        house.run("once")
        assert stands(house, "lee") == ["AB · accepted ✓", "CD · invited"]
        assert "lee-CD CD: " in house.run("retire", "lee-CD").out
        assert "1 frozen, 1 to call" in house.run("retire", "lee-CD").out
        house.run("retire", "lee-CD", "--yes")
        house.run("once")
        assert stands(house, "lee") == ["AB · accepted ✓"]
        told = "".join(one.text.replace("\n ", "") for one in View(house.folder).entries("lee"))
        assert "CD · Tue 30 Jun" in told
        assert "lee-CD ·" not in told
        assert "Nothing stands with lee-CD" in house.run("retire", "lee-CD").out
    with house.at(LATER + timedelta(days=2)):
        house.run("once")
    assert got(house, "lee") == mails


def test_a_client_who_is_renamed_hears_nothing(house: House) -> None:
    """The calendar's titles are as they were, and nothing in it has changed: nothing is taken back, a yes counts."""
    with house.at(LATER):
        house.run("once")
        mails = got(house, "lee")
        roster = house.folder / "clients.csv"
        lines = roster.read_text().splitlines(keepends=True)
        renamed = [one.replace(",CD,", ",XY,") if one.startswith("lee-CD,") else one for one in lines]
        assert renamed != lines
        roster.write_text("".join(renamed))
        house.run("once")
    with house.at(LATER + timedelta(days=2)):
        house.run("once")
        assert [one for one in stands(house, "lee") if "invited" in one] == ["XY · invited"]
        assert [one[: len(two)] for one, two in zip(got(house, "lee"), mails, strict=True)] == mails
        assert not any("CANCEL" in one for one in got(house, "lee"))
        house.answers("lee", "CD", "ACCEPTED", LATER + timedelta(days=2))
        house.run("once")
        assert len(stands(house, "lee")) == 2
        assert not [one for one in stands(house, "lee") if "invited" in one]


def test_nobody_is_retired_beside_a_daemon(house: House) -> None:
    """The rows belong to whoever acts: with a lease held, `--yes` says so and changes nothing."""
    with_settings(house, NOOR)
    with running(house, LATER) as daemon:
        refused = house.run("retire", "lee", "--yes", status=1)
        assert "another instance" in refused.err
        daemon.stops()
    with house.at(LATER):
        assert "2 frozen" in house.run("retire", "lee").out
