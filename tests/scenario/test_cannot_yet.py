"""What was decided and cannot be done yet: a mail server that takes nothing for now, a calendar that cannot be read."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from sqlite3 import connect

from syncd.core.model import OriginalState
from syncd.core.model.errors import Transient
from tests.core.people import BERLIN
from tests.scenario.house import House

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked
ADA = "c1"


def test_an_invitation_that_could_not_leave_is_given_up_with_its_leave(house: House) -> None:
    """The mail server takes it again a day later: nobody is asked for a time of leave that is gone."""
    house.post.shy.add(house.client(ADA).email)
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    house.remove("leave")
    house.stays_away()
    house.post.shy.clear()
    house.later(days=1)
    assert house.kinds(ADA) == []


def test_a_session_stands_until_the_notice_about_it_has_left(house: House) -> None:
    """Whoever could not be told comes, and finds it in the calendar."""
    house.at(datetime(2026, 7, 2, 9, 0, tzinfo=BERLIN))
    house.post.shy.add(house.client(ADA).email)
    house.block(MONDAY, title="Vacation #none")
    house.run()
    house.later(hours=2)
    assert (house.kinds(ADA), house.conflicts()[0].original) == ([], OriginalState.IN_PLACE)
    house.post.shy.clear()
    house.later(hours=2)
    assert (house.kinds(ADA), house.conflicts()[0].original) == ([""], OriginalState.CANCELLED)


def test_a_mirror_that_was_dropped_says_nothing_while_the_calendar_cannot_be_read(
    house: House, tmp_path: Path
) -> None:
    """I18: that nothing is known of any entry is nobody's hand; read again, all stands as it stood."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    before = [(one.uid, one.state) for one in house.offers()]
    with closing(connect(tmp_path / "syncd.db")) as rows, rows:
        rows.executescript("DELETE FROM mirror; DELETE FROM calendars;")
    house.calendar.faults.reads.extend([Transient("down")] * 1000)
    for _ in range(24):
        house.later(hours=1)
    house.calendar.faults.reads.clear()
    house.later(hours=1)
    assert [(one.uid, one.state) for one in house.offers()] == before
    assert house.kinds(ADA) == ["REQUEST"]


def test_a_mirror_that_was_dropped_is_read_anew_and_nothing_else(house: House, tmp_path: Path) -> None:
    """It is a cache: nothing is written, sent or planned because of it, be it in the middle of a life."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)
    house.answer(ADA, "ACCEPTED")
    house.later(minutes=20)
    house.later(minutes=20)
    before, left, offers = sorted(house.texts()), len(house.post.delivered), house.offers()
    for _ in range(2):
        with closing(connect(tmp_path / "syncd.db")) as rows, rows:
            rows.executescript("DELETE FROM mirror; DELETE FROM calendars;")
        assert [report.actions for report in house.later(minutes=20)] == [()]
    assert (sorted(house.texts()), len(house.post.delivered)) == (before, left)
    assert house.offers() == offers


def test_a_server_that_drops_what_it_does_not_know_gives_a_session_back_as_it_was(house: House) -> None:
    """Title and time of the one occurrence are the therapist's own."""
    before = house.entries()
    house.block(MONDAY, title="Vacation #none")
    house.run()
    house.at(INVITED_BY)
    ref = house.conflicts()[0].ref
    house.edit(ref.uid, lambda text: re.sub(r"X-SYNCD[^\r\n]*(\r?\n[ \t][^\r\n]*)*\r?\n", "", text))
    house.remove("leave")
    house.stays_away()
    assert house.kinds(ADA) == ["", ""]
    assert house.entries() == before
