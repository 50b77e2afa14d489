"""Eight days without the calendar, and eight without the mailbox: clients get nothing, the house gets a letter a day.

Each look is a start of its own from the settings file, as a timer's is: what is counted outlives it. The calendar
server refuses the password; the mailbox is a folder that is not there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from syncd.core.model.errors import SyncdError
from syncd.cycle import run_until_quiet
from syncd.wiring import SystemClock, acting, world_of
from tests.outside.weeks import CLIENTS, answered, calendar_on
from tests.scenario import ics
from tests.scenario.household import OFFICE, SetClock
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.smtp import SmtpServer
from tests.whole.command import syncd
from tests.whole.office import Desk, Office
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

HALF_A_DAY = timedelta(hours=12)
DANA = "dana@example.org"
FRONT = "front@example.org"  # the practice's own address, beside the one that answers come to
EVERYBODY = (*CLIENTS, DANA, FRONT)


@pytest.fixture
def calendar(server: DavServer) -> Iterator[DavCalendar]:
    """Dana's calendar."""
    with calendar_on(server) as found:
        yield found


@pytest.fixture
def office(tmp_path: Path, calendar: DavCalendar) -> Iterator[Office]:
    """Three clients; syncd has looked once, then a leave was blocked and they were invited."""
    with SmtpServer(tmp_path / "mail") as post:
        weekly_sessions(calendar, waking_zone(), ("AB", "BC", "CD"))
        policy = {**AT_ONCE, "answer_within": '"4d"'}
        desks = [Desk("dana", "Dana Okafor", calendar)]
        office = Office(tmp_path, desks, post, zone=waking_zone(), policy=policy)
        office.write()
        text = office.config.read_text().replace(f'email = "{OFFICE}"', f'email = "{FRONT}"', 1)
        office.config.write_text(text)
        look(office)
        block(calendar)
        look(office)
        assert got(office) == {"ada@example.net": 1, "ben@example.net": 1, DANA: 1, FRONT: 0}
        yield office


def look(office: Office, ahead: timedelta = timedelta(), **env: str) -> None:
    """What `syncd once` does, so much later."""
    clock = SetClock(SystemClock().now() + ahead)
    with (
        world_of(office.config, {**os.environ, **env}, clock=clock, rings=True) as world,
        acting(world) as fence,
    ):
        run_until_quiet(world, fence)


def got(office: Office) -> dict[str, int]:
    """How many mails everybody has got."""
    return {one: len(office.received(one)) for one in EVERYBODY}


def eight_days(office: Office) -> datetime:
    """Two looks a day, with everything else as it is; returns what the clock shows in the end."""
    for halves in range(1, 17):
        look(office, halves * HALF_A_DAY)
    return SystemClock().now() + 16 * HALF_A_DAY


def alarms(office: Office, address: str) -> list[str]:
    """Subjects of what somebody was told of what is wrong."""
    subjects = (str(mail["Subject"]) for mail in office.received(address))
    return [one for one in subjects if one.startswith("syncd needs help")]


def told_clients(office: Office) -> list[int]:
    """How many mails each client has got."""
    return [got(office)[one] for one in CLIENTS]


def test_eight_days_without_the_calendar(office: Office, calendar: DavCalendar) -> None:
    """Ada has accepted, Ben has not; nobody is reminded, closed or told anything. After it what is due leaves once."""
    secret = office.folder / "dana-password"
    password = secret.read_text()
    secret.write_text("expired")
    office.arrive(answered(office, "ada@example.net", "ACCEPTED"))
    before = told_clients(office)
    eight_days(office)
    assert told_clients(office) == before
    for reader in (DANA, FRONT):
        assert alarms(office, reader) == ["syncd needs help: the account danas cannot be read"] * 8
    assert "degraded" in syncd(office.config, "status").out
    secret.write_text(password)
    for _ in range(2):
        look(office, 18 * HALF_A_DAY)
    assert told_clients(office) == before
    assert ics.value(calendar.text("ab-series"), "STATUS") == "CANCELLED"
    for reader in (DANA, FRONT):
        assert len(alarms(office, reader)) == 8
    assert "degraded" not in syncd(office.config, "status").out


def test_eight_days_without_the_mailbox(office: Office, calendar: DavCalendar) -> None:
    """The same where nobody can read what clients answered: their sessions stay as they are."""
    good = office.config.read_text()
    office.config.write_text(
        good.replace(f'maildir = "{office.post.maildir(OFFICE)}"', 'maildir = "/nowhere"')
    )
    assert "/nowhere" in office.config.read_text()
    office.arrive(answered(office, "ada@example.net", "ACCEPTED"))
    before, stands = told_clients(office), calendar.text("ab-series")
    eight_days(office)
    assert told_clients(office) == before
    assert calendar.text("ab-series") == stands
    for reader in (DANA, FRONT):
        assert alarms(office, reader) == ["syncd needs help: the mailbox cannot be read"] * 8
    office.config.write_text(good)
    for _ in range(2):
        look(office, 18 * HALF_A_DAY)
    assert told_clients(office) == before
    assert ics.value(calendar.text("ab-series"), "STATUS") == "CANCELLED"


def test_a_store_that_cannot_be_used_is_told(office: Office) -> None:
    """The letter needs no store: who must hear of it is remembered beside it."""
    store = office.folder / "state" / "syncd.db"
    store.write_bytes(b"no database" * 100)
    for _ in range(2):
        with pytest.raises(SyncdError):
            look(office, HALF_A_DAY)
    for reader in (DANA, FRONT):
        assert alarms(office, reader) == ["syncd needs help: its store cannot be used"]


def test_who_heard_before_an_upgrade_hears_once(office: Office) -> None:
    """What an older syncd kept in systemd's state directory is found there; from now on it stands beside the store."""
    beside, former = office.folder / "state", office.folder / "systemd"
    (beside / "syncd.db").write_bytes(b"no database" * 100)
    with pytest.raises(SyncdError):
        look(office, HALF_A_DAY)
    former.mkdir()
    (beside / "alarms.json").rename(former / "alarms.json")
    for halves, heard in ((1, 1), (4, 2)):
        with pytest.raises(SyncdError):
            look(office, halves * HALF_A_DAY, STATE_DIRECTORY=str(former))
        for reader in (DANA, FRONT):
            assert alarms(office, reader) == ["syncd needs help: its store cannot be used"] * heard
    assert (beside / "alarms.json").exists()
