"""`syncd audit` after a real leave: it is whole, says who was told what, and finds what was changed afterwards."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.outside.practice.daemon import running
from tests.outside.practice.house import AB, CD, NOW, House, Therapist, View, method
from tests.servers.smtp import SmtpServer

A_DAY = NOW + timedelta(hours=25)
NOTED = re.compile(r"audit: (\d+) rows, the last link is ([0-9a-f]{64})")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Lee's two clients are asked to another time, one says yes; a copy was made before that."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("lee", 'approach = "all"', clients=(AB, CD))])
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
            house.run("backup", str(tmp_path / "copy.db"))
        with house.at(A_DAY):
            house.run("once")
            house.answers("lee", "AB", "ACCEPTED", A_DAY)
            house.run("once")
        yield house


def lines(house: House, *more: str) -> list[dict[str, object]]:
    """What `syncd audit show` says, as data."""
    return [json.loads(one) for one in house.run("audit", "show", "--json", *more).out.splitlines()]


def by_hand(house: House, statement: str) -> None:
    """What somebody does who may write to the file."""
    with closing(sqlite3.connect(house.folder / "syncd.db")) as opened:
        opened.execute("DROP TRIGGER IF EXISTS audit_no_update")
        opened.execute(statement)
        opened.commit()


def test_who_was_told_what_when_on_which_grounds(house: House) -> None:
    """One line for each message that the client got, with the places that had been read; no name, no address, no id."""
    with house.at(A_DAY):
        got = [method(one) for one in View(house.folder).got("lee", "AB")]
        mine = lines(house, "--client", "lee-AB")
        told = [one for one in mine if one["client"] and one["outcome"] == "done"]
        assert len(told) == len(got) >= 1
        for one in told:
            assert "mailbox" in str(one["grounds"])
            assert "home/lee" in str(one["grounds"])
            assert len(str(one["digest"])) == 64
        assert len({one["client"] for one in told}) == 1
        said = house.run("audit", "show").out
        assert len(said.splitlines()) > len(mine)
        assert [one for one in ("lee-AB", "@", "Lee", "AB") if one in said] == []
        assert "knows no client 'zoe'" in house.run("audit", "show", "--client", "zoe", status=1).err


def test_what_was_changed_afterwards_is_found(house: House) -> None:
    """Whole at first; then one row says something else, and the first that does not fit is named, with status 1."""
    with house.at(A_DAY):
        assert "The audit is whole" in house.run("audit", "verify").out
        by_hand(house, "UPDATE audit SET at = replace(at, '2026', '2025') WHERE id = 3")
        assert "row 3 (id 3, 2025-" in house.run("audit", "verify", status=1).err


def test_what_the_journal_noted_stands_in_it(house: House) -> None:
    """The daemon notes the last link once a day; an older copy that was put back does not know it, and is whole."""
    with running(house, A_DAY) as daemon:
        for hours in (1, 2, 24):
            daemon.looks(A_DAY + timedelta(hours=hours))
        daemon.stops()
    noted = NOTED.findall(daemon.log.read_text())
    assert len(noted) == 2
    link = noted[-1][1]
    with house.at(A_DAY + timedelta(days=2)):
        house.run("audit", "verify", "--noted", link)
        house.run("restore", str(house.folder / "copy.db"))
        assert "The audit is whole" in house.run("audit", "verify").out
        assert "does not stand in the audit" in house.run("audit", "verify", "--noted", link, status=1).err


def test_a_client_who_is_erased_breaks_nothing(house: House) -> None:
    """It is whole, before and after a copy is put back; what it says of them leads to nobody."""
    with house.at(A_DAY):
        mark = next(one["client"] for one in lines(house, "--client", "lee-AB") if one["client"])
        house.therapists = [Therapist("lee", 'approach = "all"', clients=(CD,))]
        house.write()
        house.run("once")
        house.run("retire", "lee-AB", "--yes")
        house.run("once")
        house.run("erase", "lee-AB", "--yes")
        house.run("audit", "verify")
        assert "knows no client" in house.run("audit", "show", "--client", "lee-AB", status=1).err
        assert str(mark) in house.run("audit", "show").out
        house.run("restore", str(house.folder / "copy.db"))
        house.run("audit", "verify")
        assert "knows no client" in house.run("audit", "show", "--client", "lee-AB", status=1).err
