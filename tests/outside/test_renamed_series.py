"""A series that gets another title, by files as calendar programs write them and the whole command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.cli.office import MAIL_PASSWORD, Office, monday
from tests.scenario import ics
from tests.servers.dav import DavServer
from tests.servers.smtp import SmtpServer

FORTNIGHTLY = "RRULE:FREQ=WEEKLY;INTERVAL=2"


@pytest.fixture
def office(server: DavServer, tmp_path: Path) -> Iterator[Office]:
    """Two clients and a couple, who have come every two weeks for a year, under a title that says so."""
    folder = tmp_path / "office"
    folder.mkdir(mode=0o700)
    calendar = server.make_calendar("renamed", "Renamed")
    with SmtpServer(tmp_path / "mail", users={"office": MAIL_PASSWORD}) as smtp:
        made = Office(folder, server, calendar, smtp)
        made.roster += "c03,Dieter und Eva Lang,lang@example.com,+49 30 5550103,DL,\n"
        series(made, "couple", "DL Paar", monday(-52))
        calendar.put_text(ics.all_day("leave", "Vacation", monday(4), 5), "leave")
        yield made
    server.send("DELETE", calendar.path)


def series(office: Office, uid: str, title: str, first: date, rule: str = FORTNIGHTLY) -> None:
    """Every two weeks on Mondays at 16:00."""
    text = ics.weekly(uid, title, datetime(first.year, first.month, first.day, 16, tzinfo=UTC), 80)
    office.calendar.put_text(text.replace("RRULE:FREQ=WEEKLY", rule), uid)


def test_its_past_counts_for_whom_it_names_now(office: Office) -> None:
    """As soon as it is renamed, not a week later."""
    assert office.run("once").status == 0
    office.calendar.remove("couple")
    series(office, "couple", "DL", monday(-52))
    assert_known(office)


def test_so_does_that_of_the_series_before_it(office: Office) -> None:
    """ "This and following" gets a title, and an identity, of its own."""
    assert office.run("once").status == 0
    office.calendar.remove("couple")
    series(office, "couple", "DL Paar", monday(-52), f"{FORTNIGHTLY};UNTIL={monday(-1):%Y%m%d}T000000Z")
    series(office, "couple-2", "DL", monday(0))
    assert_known(office)


def assert_known(office: Office) -> None:
    """How often and for how long they come is read off the calendar's past."""
    ran = office.run("once")
    assert (ran.status, ran.err) == (0, "")
    said = " ".join(office.run("explain", "DL").out.split())
    assert "comes every two weeks" in said
    assert "not known" not in said
