"""Weeks of a practice as an outsider lived them: leave cut, lengthened, retyped and deleted, beside a public holiday.

The installed command, a real calendar server, files as other programs write them; whoever gets mail believes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.outside.practice import files
from tests.outside.practice.believing import Believers
from tests.outside.practice.house import AWAY, BERLIN, NOW, House, Therapist, View, method, words
from tests.outside.practice.test_commands import HOURS, client
from tests.servers.smtp import SmtpServer

FRONT = "front@example.org"
BASTILLE = date(2026, 7, 14)  # a Tuesday
KEYS = (
    'approach = "all"\nreview_first = 1\ntell_first = true\nsettle = "auto"\n'
    "approval_above = { sessions = 99, days = 40 }"
)


class Story:
    """The house, its clock, and whoever reads along."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.read = Believers(house, FRONT, frozenset({BASTILLE}))
        self.now = NOW

    def leave(self, first: date, days: int, uid: str = "leave", title: str = "Vacation #ok") -> None:
        """Dana types her leave, or changes what she has typed."""
        self.house.put("dana", uid, files.all_day(f"dana-{uid}", title, first, days))

    def looks(self, at: datetime) -> None:
        """The command runs once; everybody reads their mail and holds it against what stands in the calendars."""
        self.now = self.house.moment = at
        self.house.run("once")
        self.read.look(at)
        assert not self.read.found, "\n".join(map(str, self.read.found))

    def days(self, first: int, last: int) -> None:
        """A look at half past five on each of these days after the beginning."""
        for day in range(first, last + 1):
            self.looks(datetime.combine(NOW.date() + timedelta(day), time(17, 30), BERLIN))

    def code(self) -> str:
        """The code that the overview asks for."""
        found = self.house.document("plan")["absences"]
        return str(next(one["approval"]["code"] for one in found if one["approval"]["waits"]))

    def asked(self) -> list[str]:
        """Initials of those who hold an invitation now."""
        return [
            one.initials for one in self.house.therapists[0].clients if self._last(one.initials) == "REQUEST"
        ]

    def _last(self, initials: str) -> str:
        said = [method(one) for one in View(self.house.folder).got("dana", initials)]
        return next((one for one in reversed(said) if one), "")

    def mails(self) -> Iterator[str]:
        """All that clients were told, subject and text."""
        for one in self.house.therapists[0].clients:
            yield from map(words, View(self.house.folder).got("dana", one.initials))


@pytest.mark.lengthy
@pytest.mark.long
@pytest.mark.parametrize("clients", [14])
def test_a_summer(tmp_path: Path, clients: int) -> None:
    """Nobody believes what is not so, after any look; nobody is told that a session on the holiday takes place."""
    people = tuple(replace(client(n), weeks=1) for n in range(clients))
    with SmtpServer(tmp_path / "mail") as post:
        dana = Therapist("dana", KEYS, people, hours=HOURS)
        house = House(
            tmp_path, post, [dana], practice=f'holidays = "FR"\nphone = "+49 30 5550100"\nemail = "{FRONT}"'
        )
        story = Story(house)
        with house.at(NOW - timedelta(days=1)):
            house.run("once")
        with house.at(NOW):
            story.leave(AWAY, 17, title="Vacation")  # over the holiday, to Wednesday
            story.looks(NOW)
            story.leave(AWAY, 17, title=f"Vacation #ok {story.code()}")
            story.looks(NOW + timedelta(minutes=20))
            story.days(1, 5)
            invited = story.asked()
            assert len(invited) > 2
            for who, how in zip(invited, ("ACCEPTED", "DECLINED", "TENTATIVE", "ACCEPTED"), strict=False):
                story.read.answers("dana", who, how, story.now)
            story.days(6, 6)
            story.leave(AWAY, 12)  # cut to the first two weeks
            story.days(7, 8)
            story.leave(AWAY, 17)  # and lengthened again, after everybody was told
            story.days(9, 10)
            house.remove("dana", "leave")  # cut, and pasted half an hour later under another name
            story.looks(story.now + timedelta(minutes=10))
            story.leave(AWAY, 17, "pasted")
            story.days(11, 12)
            house.remove("dana", "pasted")
            story.days(13, 15)
        told = list(story.mails())
    assert len(told) > 2 * clients
    said = [" ".join(one.split()) for one in told]
    assert not [one for one in said if "14 July" in one and "place as usual" in one]
    assert not [one for one in said if "14. Juli" in one and "wie gewohnt statt" in one]
