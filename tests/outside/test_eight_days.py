"""Eight days without the calendar: clients get nothing, the house a letter a day; a store that cannot be used is told.

What eight days without the mailbox are like, and a copy put back after them, shows practice/test_run.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.outside.practice.believing import Believers
from tests.outside.practice.daemon import running
from tests.outside.practice.house import NOW, House, Therapist, View
from tests.servers.smtp import SmtpServer

HALF_A_DAY = timedelta(hours=12)
DAY = timedelta(days=1, minutes=1)  # so that a letter that is due daily is due again
DANA = "dana@example.org"
FRONT = "front@example.org"  # the practice's own address, beside the one that answers come to
UNUSABLE = "syncd needs help: its store cannot be used"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Two clients; syncd has looked once, then leave was blocked."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(
            tmp_path,
            post,
            [Therapist("dana", 'answer_within = "4d"')],
            practice=f'email = "{FRONT}"',
        )
        with house.at(NOW - DAY):
            house.run("once")
        house.blocks_leave()
        yield house


def alarms(house: House, address: str, subject: str) -> list[datetime]:
    """When somebody was told that this is wrong."""
    mails = (one for one in View(house.folder).mails(address) if str(one["Subject"]) == subject)
    return [parsedate_to_datetime(str(one["Date"])) for one in mails]


def told(house: House) -> list[int]:
    """How many mails each client has got."""
    return [len(View(house.folder).got("dana", who)) for who in ("AB", "CD")]


def test_eight_days_without_the_calendar(house: House) -> None:
    """AB has accepted, CD has not; nobody is reminded, closed or told anything. After it what is due leaves once."""
    read = Believers(house, FRONT)
    with running(house, NOW) as daemon:
        read.look(NOW)
        assert told(house) == [1, 1]
        house.password = "renewed"
        read.answers("dana", "AB", "ACCEPTED", NOW)
        for day in range(1, 9):
            daemon.looks(NOW + day * DAY)
            read.look(NOW + day * DAY)
        assert told(house) == [1, 1]
        for reader in (DANA, FRONT):
            days = [
                one.date()
                for one in alarms(house, reader, "syncd needs help: the account home cannot be read")
            ]
            assert days == [(NOW + day * DAY).date() for day in range(2, 9)]  # six hours after the first
        assert "degraded" in house.run("status").out
        house.secret("password", house.password)
        for day in (9, 10):
            daemon.looks(NOW + day * DAY)
            read.look(NOW + day * DAY)
        assert told(house) == [1, 1]
        assert View(house.folder).cancelled("dana") == {"AB"}
        assert "degraded" not in house.run("status").out
        daemon.stops()
    assert not read.found, "\n".join(map(str, read.found))


def breaks(house: House) -> Path:
    """The store is no database any more."""
    store = house.folder / "syncd.db"
    store.write_bytes(b"no database" * 100)
    return store


def test_a_store_that_cannot_be_used_is_told(house: House) -> None:
    """The letter needs no store: who must hear of it is remembered beside it."""
    breaks(house)
    for halves in (1, 2):
        with house.at(NOW + halves * HALF_A_DAY):
            assert house.run("once", status=1).err.startswith("syncd: ")
    for reader in (DANA, FRONT):
        assert len(alarms(house, reader, UNUSABLE)) == 1


def test_who_heard_before_an_upgrade_hears_once(house: House) -> None:
    """What an older syncd kept in systemd's state directory is found there; from now on it stands beside the store."""
    beside, former = breaks(house).with_name("alarms.json"), house.folder / "systemd"
    with house.at(NOW):
        house.run("once", status=1)
    former.mkdir()
    beside.rename(former / beside.name)
    for halves, heard in ((1, 1), (4, 2)):
        with house.at(NOW + halves * HALF_A_DAY):
            house.run("once", status=1, STATE_DIRECTORY=str(former))
        for reader in (DANA, FRONT):
            assert len(alarms(house, reader, UNUSABLE)) == heard
    assert beside.exists()
