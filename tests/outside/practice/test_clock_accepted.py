"""The clock of the machine, and of the calendar server on it, was wrong for one look of the daemon: the way out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.outside.practice.daemon import running
from tests.outside.practice.house import NOW, House, Therapist, View
from tests.servers.smtp import SmtpServer

WRONG = NOW + timedelta(days=84)
LATER = timedelta(days=2)


def told(house: House) -> dict[str, int]:
    """How many mails each client has got."""
    return {initials: len(View(house.folder).got("dana", initials)) for initials in ("AB", "CD")}


@pytest.mark.later
def test_a_look_by_a_wrong_clock_is_accepted_as_over(tmp_path: Path) -> None:
    """Killed in the wrong year, the next one stands still and names the command; then all is as it was, and goes on."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("dana")])
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        house.blocks_leave()
        with house.at(NOW):
            house.run("once")
        with house.at(NOW + LATER):
            house.run("once")
            before, offers = told(house), View(house.folder).offers("dana")
        assert before == {"AB": 1, "CD": 1}
        with running(house, WRONG):
            pass
        with house.at(NOW + LATER + timedelta(minutes=10)):
            assert "`syncd clock`" in house.run("once", status=1).err
            assert "81 days behind what was done last" in house.run("adopt", status=1).err
            shown = house.run("clock").out
            assert "syncd clock --accept" in shown
            assert "AB: invited again; it ended by the wrong clock" in shown
            assert "Accepted: " in house.run("clock", "--accept").out
        house.answers("dana", "CD", "ACCEPTED", NOW + LATER + timedelta(minutes=20))
        with house.at(NOW + LATER + timedelta(minutes=30)):
            house.run("once")
        assert told(house) == {"AB": 1, "CD": 2}  # thanks for the yes
        (kept,), (before_that,) = View(house.folder).offers("dana")["AB"], offers["AB"]
        assert (kept.title, kept.start, kept.uid) == (before_that.title, before_that.start, before_that.uid)
        assert "CD" in View(house.folder).cancelled("dana")
