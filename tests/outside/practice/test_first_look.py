"""The first dry run keeps and sends nothing; it says what was recognised, by which sign, and who was never seen."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.outside.practice import files
from tests.outside.practice.house import AB, BERLIN, CD, NOW, Client, House, Therapist, View
from tests.servers.smtp import SmtpServer

ELSE = datetime(2026, 6, 4, 9, tzinfo=BERLIN)


def test_the_first_dry_run_shows_what_was_recognised(tmp_path: Path) -> None:
    """One by guest, one by initials, one by a part of the name, one that nothing explains, one client without any."""
    rule = "RRULE:FREQ=WEEKLY\r\n"
    unseen = Client("IJ", 4, 9, {"name": "Ivo Jung"})
    events = {
        "IJ-0": files.timed("elsewhere", "Gundula", ELSE, rule=rule),
        "part": files.timed("part", "Emil", ELSE.replace(hour=11), rule=rule),
    }
    clients = (AB, CD, Client("EF", 3, 15, {"name": "Emil Fuchs"}, known="ef@dana.example"), unseen)
    with SmtpServer(tmp_path / "mail") as post:
        house = House(tmp_path, post, [Therapist("dana", clients=clients, events=events)])
        house.remove("dana", "EF-0")
        with house.at(NOW):
            house.blocks_leave()
            shown = house.run("once", "--dry-run").out
        assert View(tmp_path).offers("dana") == {}
        assert not View(tmp_path).mails("dana@example.org")
    at = shown.index("Recognised in the calendars")
    (row,) = [line for line in shown[at:].splitlines() if "IJ" in line]
    guest, initials, part, settle, whose = (
        int(word) for word in row.replace("│", " ").split() if word.isdigit()
    )
    assert guest >= 40
    assert initials >= 40
    assert part >= 40
    assert (settle, whose) == (0, 1)
    assert "syncd doctor proposes aliases" in shown
