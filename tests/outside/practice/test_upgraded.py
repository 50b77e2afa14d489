"""A store of an earlier version, as that version left it, in this one: nothing is written anew, and the story goes on.

The stores of the last three forms, and the calendars beside them, were made by the programs of their time: leave was
entered, both clients were asked to another time, AB has said yes.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.outside.practice.house import AB, CD, NOW, House, Therapist, View, method
from tests.servers.smtp import SmtpServer

KEPT = Path(__file__).parents[2] / "store/kept"
FORMS = sorted(one.name for one in KEPT.iterdir())
LATER = NOW + timedelta(hours=28)


@pytest.fixture(params=FORMS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The practice with calendar and store as they were kept."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("lee", 'approach = "all"', clients=(AB, CD))])
        for one in house.calendar("lee").glob("*.ics"):
            one.unlink()
        shutil.copytree(KEPT / request.param / "lee", house.calendar("lee"), dirs_exist_ok=True)
        with closing(sqlite3.connect(tmp_path / "syncd.db")) as opened:
            opened.execute("PRAGMA journal_mode=WAL")
            opened.executescript((KEPT / request.param / "store.sql").read_text(encoding="utf-8"))
        yield house


def standing(house: House) -> dict[str, bytes]:
    """Every object of the calendar, byte by byte."""
    return {one.name: one.read_bytes() for one in house.calendar("lee").glob("*.ics")}


def posted(house: House) -> list[str]:
    """Every mail that left, to whomever."""
    return [one.name for one in (house.folder / "mail").rglob("new/*")]


def mails(house: House) -> list[list[str]]:
    """METHOD of all that each client got from this version."""
    return [[method(one) for one in View(house.folder).got("lee", who)] for who in ("AB", "CD")]


def test_a_store_of_an_earlier_version_goes_on(house: House) -> None:
    """It is said what would change, then a copy is made; nothing is written and nobody is mailed; then it goes on."""
    store, before = house.folder / "syncd.db", standing(house)
    with house.at(LATER):
        was = store.read_bytes()
        said = house.run("upgrade", "--check").out
        assert "A start brings the store from r000" in said
        assert "will stand in" in said
        assert "The settings are valid" in said
        assert store.read_bytes() == was
        assert "was brought from" in house.run("upgrade").out
        (kept,) = house.folder.glob("syncd.db.before-*")
        assert kept.stat().st_mode & 0o077 == 0
        with closing(sqlite3.connect(kept)) as opened:
            assert opened.execute("SELECT version_num FROM alembic_version").fetchone()[0] in FORMS
        assert "nothing changes in it" in house.run("upgrade", "--check").out
        for _ in range(2):
            house.run("once")
        assert "The audit is whole" in house.run("audit", "verify").out
        assert standing(house) == before
        assert posted(house) == []
    house.remove("lee", "leave")
    for hours in (1, 26, 27):
        with house.at(LATER + timedelta(hours=hours)):
            house.run("once")
    assert mails(house)[1] == ["CANCEL"]
    assert "REQUEST" not in mails(house)[0]


def test_it_is_refused_where_it_could_do_harm(house: House) -> None:
    """Settings with a mistake in this version: what the store would become is said all the same, with status 78."""
    house.settings.write_text(house.settings.read_text().replace("[policy]", "[policy]\nwaves = 3"))
    with house.at(LATER):
        ended = house.run("upgrade", "--check", status=78)
    assert "A start brings the store" in ended.out
    assert "policy.waves" in ended.err
