"""A year mistyped, a machine that was off for weeks, a clock that jumps under the daemon: by the real command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.outside.practice import files
from tests.outside.practice.believing import Believers
from tests.outside.practice.carried import carries
from tests.outside.practice.conftest import Played
from tests.outside.practice.daemon import running
from tests.outside.practice.house import AWAY, NOW, House, Therapist, View, method, words
from tests.servers.smtp import SmtpServer

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
UNTIL_2062 = files.all_day("typo-leave", "Vacation", AWAY, 36 * 365)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Two clients; syncd has looked once, then leave was blocked."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("dana")])
        with house.at(NOW - DAY):
            house.run("once")
        house.blocks_leave()
        yield house


def told(house: House) -> list[list[str]]:
    """METHOD of what each client has got."""
    return [[method(mail) for mail in View(house.folder).got("dana", who)] for who in ("AB", "CD")]


@carries(by=Therapist("typo", leave="", later={"leave": UNTIL_2062}))
def test_leave_until_2062_is_asked_about(played: Played) -> None:
    """One letter asks, in few lines; nothing is kept for anybody, and nobody outside hears of it."""
    assert played.sunday.offers("typo") == {}
    assert played.sunday.got("typo", "AB") == played.sunday.got("typo", "CD") == []
    (letter,) = map(words, played.sunday.mails("typo@example.org"))
    assert "more than thirteen months" in " ".join(letter.split())
    assert len(letter.splitlines()) < 60


def test_off_for_three_weeks(house: House) -> None:
    """It goes on where it was: nothing is taken for a wrong clock, and what it says then is so on that day."""
    read = Believers(house)
    for moment in (NOW, NOW + 21 * DAY, NOW + 22 * DAY):
        with house.at(moment):
            house.run("once")
            read.look(moment)
            assert "nothing is done" not in house.run("status").out
    assert not read.found, "\n".join(map(str, read.found))
    assert View(house.folder).cancelled("dana") == {"AB", "CD"}
    assert [one[:1] for one in told(house)] == [["REQUEST"], ["REQUEST"]]


def test_a_clock_that_jumps_under_the_daemon(house: House) -> None:
    """Seventeen days ahead of the server: it reads and does nothing; once it is right again all goes on, and once."""
    with running(house, NOW) as daemon:
        before = told(house)
        assert before == [["REQUEST"], ["REQUEST"]]
        stands = [one.text for one in View(house.folder).entries("dana")]
        daemon.looks(NOW + HOUR, machine=NOW + 17 * DAY)
        assert "nothing is done: the clock" in house.run("status").out
        assert told(house) == before
        assert [one.text for one in View(house.folder).entries("dana")] == stands
        daemon.looks(NOW + 2 * HOUR)
        assert "nothing is done" not in house.run("status").out
        daemon.looks(NOW + 4 * DAY)  # a Saturday; half of the time to answer is over
        assert [len(one) for one in told(house)] == [2, 2]
        daemon.stops()
