"""An account moves, a calendar is renamed, or turns out to be another one: nobody hears of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.outside.practice import files
from tests.outside.practice.house import AB, BERLIN, CD, NOW, House, Therapist, View, method
from tests.servers.smtp import SmtpServer

A_DAY = NOW + timedelta(hours=25)
LATER = A_DAY + timedelta(hours=3)
INVITED = ["REQUEST"]
TEN_TO_24 = {
    f"busy-{day}": files.timed(f"busy-{day}", "x", datetime(2026, 6, day, 7, 0, tzinfo=BERLIN), 30)
    for day in range(10, 24)
}


@pytest.fixture(params=[{}, TEN_TO_24], ids=["few events", "many events"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Lee's two clients are asked to another time."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("lee", clients=(AB, CD), events=request.param)])
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
        with house.at(A_DAY):
            house.run("once")
        assert got(house) == [INVITED, INVITED]
        yield house


def got(house: House) -> list[list[str]]:
    """METHOD of all that each client got."""
    return [[method(one) for one in View(house.folder).got("lee", who)] for who in ("AB", "CD")]


def events(house: House) -> int:
    """How many the store knows of that calendar."""
    (calendar,) = house.document("status")["calendars"]
    return int(calendar["objects"])


def test_an_account_that_moves_to_another_user(house: House) -> None:
    """The same events under other addresses: nothing is gone, nothing is known twice, and answers go on."""
    root = house.folder / "collections/collection-root"
    (root / "dana").rename(root / "erin")
    (root / "dana").symlink_to(root / "erin")
    before = len(View(house.folder).entries("lee"))
    house.user = "erin"
    house.write()
    with house.at(LATER):
        said = house.run("once").out
        assert "is clear" in said
        assert "gone at once" not in said
        assert events(house) == len({one.uid for one in View(house.folder).entries("lee")})
        house.answers("lee", "CD", "DECLINED", LATER)
        house.run("once")
    assert got(house) == [INVITED, ["REQUEST", "REQUEST"]]
    assert len(View(house.folder).entries("lee")) == before


def test_an_account_that_leads_to_an_empty_calendar(house: House) -> None:
    """Another place, be it of the same name: for days nothing is believed gone, nobody hears anything, and all goes on
    once the settings are right.
    """
    root = house.folder / "collections/collection-root"
    (root / "dana").rename(root / "kept")
    house.calendar("lee")
    for hours in range(0, 49, 12):
        with house.at(LATER + timedelta(hours=hours)):
            assert "events are gone at once" in house.run("once", status=1).out.replace("\n", " ")
    assert got(house) == [INVITED, INVITED]
    house.answers("lee", "CD", "DECLINED", LATER + timedelta(hours=49))
    with house.at(LATER + timedelta(hours=49, minutes=30)):
        house.run("once", status=1)
    assert View(house.folder).entries("lee") == []  # it may be somebody else's
    (root / "dana").rename(root / "other")
    (root / "kept").rename(root / "dana")
    with house.at(LATER + timedelta(hours=50)):
        house.run("once")
    assert got(house) == [INVITED, ["REQUEST", "REQUEST"]]


@pytest.mark.parametrize("looked", [False, True], ids=["told at once", "told after a look"])
def test_a_calendar_that_gets_another_name(house: House, looked: bool) -> None:
    """Offers in it freeze until the store is told; then all goes on, be it that syncd had looked into it meanwhile."""
    root = house.folder / "collections/collection-root/dana"
    (root / "lee").rename(root / "praxis")
    (root / "praxis/.Radicale.props").write_text(json.dumps({"tag": "VCALENDAR", "D:displayname": "praxis"}))
    house.settings.write_text(house.settings.read_text().replace('calendar = "lee"', 'calendar = "praxis"'))
    with house.at(LATER):
        assert "`syncd store calendar home/lee home/praxis`" in house.run("check").out
        if looked:
            assert "the settings name the calendar no more" in house.run("once").out
        asked = house.answers
        (root / "lee").mkdir()  # only for the reader below
        asked("lee", "CD", "DECLINED", LATER)
        (root / "lee").rmdir()
        unknown = house.run("store", "calendar", "home/none", "home/praxis", status=1)
        assert "knows no calendar 'home/none'" in unknown.err
        assert "home/lee is home/praxis" in house.run("store", "calendar", "home/lee", "home/praxis").out
        assert "Would freeze" not in house.run("check").out
        assert "is clear" in house.run("once").out
        assert "Nothing is due" in house.run("once").out
        (calendar,) = house.document("status")["calendars"]
        assert calendar["calendar"] == "home/praxis"
    titles = sorted(one.title for one in View(house.folder).entries("praxis") if one.status == "TENTATIVE")
    assert titles == ["AB · invited", "CD · invited"]
    (root / "lee").mkdir()
    assert got(house) == [INVITED, ["REQUEST", "REQUEST"]]
