"""The machine is gone; on another one the copy and the settings alone are there, and nobody is told twice."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests import forked
from tests.outside.practice import files
from tests.outside.practice.house import AB, AWAY, CD, NOW, House, Therapist, View, method
from tests.servers.smtp import SmtpServer

LEE = "lee@example.org"
A_DAY = NOW + timedelta(hours=25)
LOST = A_DAY + timedelta(hours=4)


@dataclass(frozen=True)
class Machine:
    """Another one: settings, roster and secret as they were, a folder of its own, and no store."""

    house: House
    folder: Path

    def run(self, *arguments: str) -> forked.Ended:
        """The installed command there."""
        command = [*arguments, "--config", str(self.folder / "syncd.toml")]
        return forked.run(command, self.house.env, 900, self.house.moment)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Lee's clients are asked to another time; AB has said yes: then the copy is made."""
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("lee", 'approach = "all"', clients=(AB, CD))])
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            house.blocks_leave()
            house.run("once")
        with house.at(A_DAY):
            house.run("once")
            house.answers("lee", "AB", "ACCEPTED", A_DAY)
            house.run("once")
            house.run("backup", str(tmp_path / "copy.db"))
        yield house


def second(house: House) -> Machine:
    """The first is gone, with all that lay in its folders."""
    for one in house.folder.glob("syncd.db*"):
        one.unlink()
    machine = Machine(house, house.folder / "second")
    machine.folder.mkdir(mode=0o700)
    text = house.settings.read_text().replace(f"{house.folder}/syncd.db", f"{machine.folder}/store/syncd.db")
    (machine.folder / "syncd.toml").write_text(text)
    for name in ("clients.csv", "password"):
        shutil.copy2(house.folder / name, machine.folder)
    return machine


def got(house: House) -> list[list[str]]:
    """METHOD of all that each client got."""
    return [[method(one) for one in View(house.folder).got("lee", who)] for who in ("AB", "CD")]


def asked(house: House) -> list[str]:
    """Codes that subjects of letters to Lee ask to be answered with, oldest first."""
    found = (re.findall(r"#ok (\w\w)\b", str(one["Subject"])) for one in View(house.folder).mails(LEE))
    return [code for codes in found for code in codes]


def test_nobody_is_told_twice_and_leave_entered_since_is_asked_about(house: House) -> None:
    """CD said no since, and Lee entered further leave twice; the store knows of neither: silence, then adoption."""
    with house.at(A_DAY + timedelta(hours=2)):
        house.answers("lee", "CD", "DECLINED", A_DAY + timedelta(hours=2))
        for name, weeks in (("later", 3), ("latest", 6)):
            first = AWAY + timedelta(weeks=weeks)
            house.put("lee", name, files.all_day(f"lee-{name}", "Vacation", first, 5))
        house.run("once")
    with house.at(LOST - timedelta(hours=1)):
        house.run("once")
    told, before = got(house), View(house.folder).entries("lee")
    machine = second(house)
    with house.at(LOST):
        assert machine.run("restore", str(house.folder / "copy.db")).status == 0
        assert (machine.folder / "store/syncd.db").is_file()
        refused = machine.run("once")
        assert (refused.status, "run `syncd adopt`" in refused.err) == (1, True)
        assert got(house) == told
        taken = machine.run("adopt", "--yes")
        assert taken.status == 0, taken.err
        assert "Leave that was entered since this store was written waits for #ok" in taken.out
        assert machine.run("once").status == 0
    assert len(asked(house)) == 2, "at once, by letter, as whoever just entered it is asked"
    for hours in (1, 26):
        with house.at(LOST + timedelta(hours=hours)):
            assert machine.run("once").status == 0
    assert got(house) == told
    assert len(asked(house)) == 2
    (after,) = [one for one in View(house.folder).entries("lee") if one.title.startswith("AB · accepted")]
    assert after.start in {one.start for one in before if one.title.startswith("AB · accepted")}
