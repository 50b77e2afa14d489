"""Calendar files of other programs (../cases) by command: who is told of which hour, what is cancelled.

Each file lies in the calendar of a therapist of its own, on a server that keeps every byte; all are away from 6 July.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from tests.outside.conftest import case
from tests.outside.practice import files
from tests.outside.practice.house import AB, BERLIN, House, Therapist, View, words
from tests.scenario.entries import entries
from tests.servers.proxy import proxied
from tests.servers.smtp import SmtpServer
from tests.servers.verbatim import Shelf

DAY = timedelta(days=1, hours=1)
HOURS_OF_ALL = 'hours = { mon = ["09:00-17:00"], tue = ["09:00-17:00"], thu = ["09:00-17:00"] }'
NOW = datetime(2026, 6, 16, 11, 0, tzinfo=BERLIN)
WEEK = datetime(2026, 7, 6, tzinfo=UTC), datetime(2026, 7, 11, tzinfo=UTC)
HOURS = {  # of the session in the week from 6 July, in words
    "01": "Monday 6 July at 10:00",
    "03": "Monday 6 July at 10:00",
    "05": "Monday 6 July at 10:00",
    "10": "Tuesday 7 July at 9:00",
    "12": "Monday 6 July at 10:00",
    "13": "Tuesday 7 July at 10:00",
    "17": "Monday 6 July at 10:00",
    "18": "Monday 6 July at 10:00",
}
NONE = ("11", "14")  # no session in that week
LEAVE = ("06", "16")  # the file is the leave
REFUSED = "08"
SILENT = 'approach = "none"'  # an honest notice each, and the original is cancelled at once


@dataclass
class Wall:
    """The house, and the shelf on which the files lie as they were written."""

    house: House
    shelf: Shelf = field(default_factory=Shelf)

    def put(self, number: str, url: str) -> None:
        """A program stores a file; whoever the client in it is has an address of their own here."""
        text = case(number).replace("ada@example.com", f"c{number}-ab@example.net").encode()
        url = f"{url}/dana/c{number}/case.ics"
        assert requests.put(url, text, auth=("dana", "x"), timeout=120).status_code == 201

    def standing(self, number: str) -> list[str]:
        """STATUS of what stands in that week in the file that lies there now."""
        return statuses(self.shelf.texts[f"/dana/c{number}/case.ics"].decode())

    def told(self, number: str) -> list[str]:
        """What the client has read."""
        who = "bc" if number == "13" else "ab"
        return [words(one) for one in View(self.house.folder).mails(f"c{number}-{who}@example.net")]

    def letters(self, number: str) -> list[str]:
        """What the therapist has read."""
        return [words(one) for one in View(self.house.folder).mails(f"c{number}@example.org")]

    def looks(self, moment: datetime) -> None:
        """The command, at this moment."""
        with self.house.at(moment):
            self.house.run("once")


def statuses(text: str) -> list[str]:
    """STATUS of each occurrence in that week. A broken alarm, or definition of a known zone, is left aside."""
    readable = re.sub(r"BEGIN:(VALARM|VTIMEZONE).*?END:\1\r?\n", "", text, flags=re.DOTALL)
    return [one.status for one in entries([readable], *WEEK)]


def desk(number: str) -> Therapist:
    """Whose calendar holds the file."""
    client = replace(AB, initials="BC") if number == "13" else AB
    leave = "" if number in LEAVE else "Vacation"
    return Therapist(f"c{number}", SILENT, (client,), leave, hours=HOURS_OF_ALL)


@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    """syncd has looked, all have entered their leave, syncd has looked again."""
    folder = tmp_path_factory.mktemp("cases")
    numbers = (*HOURS, *NONE, *LEAVE, REFUSED)
    with SmtpServer(folder / "mail") as post:
        wall = Wall(House(folder, post, [desk(one) for one in numbers]))
        house = wall.house
        for number in numbers:
            if number not in LEAVE:
                house.remove(f"c{number}", f"{desk(number).clients[0].initials}-0")
        with proxied(f"http://127.0.0.1:{house.port}", wall.shelf.before, wall.shelf.after) as proxy:
            text = house.settings.read_text()
            house.settings.write_text(text.replace(f"http://127.0.0.1:{house.port}", proxy.url))
            with house.at(NOW - DAY):
                for number in (*HOURS, *NONE):
                    wall.put(number, proxy.url)
                house.run("once")
            with house.at(NOW):
                for number in (*LEAVE, REFUSED):
                    wall.put(number, proxy.url)
                for number in (*HOURS, *NONE, REFUSED):
                    house.put(f"c{number}", "leave", files.all_day("leave", "Vacation", date(2026, 7, 6), 5))
                house.run("once")
            yield wall


@pytest.mark.parametrize("number", HOURS)
def test_each_client_is_told_of_the_hour_that_was_meant(wall: Wall, number: str) -> None:
    """Once, to the minute; and that session is cancelled in the file, where its writer's program shows it."""
    (told,) = wall.told(number)
    assert HOURS[number] in told
    assert wall.standing(number) == ["CANCELLED"]


@pytest.mark.parametrize("number", NONE)
def test_where_no_session_is_nobody_is_told(wall: Wall, number: str) -> None:
    """A series that is over before it begins; an occurrence that was called off by its writer."""
    assert wall.told(number) == []


@pytest.mark.parametrize("number", LEAVE)
def test_leave_is_leave(wall: Wall, number: str) -> None:
    """Whole days with a zone beside them, and what Outlook calls out of office: the usual Monday is called off."""
    (told,) = wall.told(number)
    assert "Monday 6 July at 10:00" in told


def test_what_is_refused_is_told_to_a_person(wall: Wall) -> None:
    """Two events under one UID: its therapist reads which and why; nobody else waits, and no client is written to."""
    told = "\n".join(wall.letters(REFUSED))
    assert "two events under one UID" in told, told
    assert wall.told(REFUSED) == []


def test_leave_that_goes_brings_each_of_them_back(wall: Wall) -> None:
    """As its writer had it."""
    for number in HOURS:
        wall.house.remove(f"c{number}", "leave")
    for day in (1, 2):
        wall.looks(NOW + day * DAY)
    assert {number: wall.standing(number) for number in HOURS} == {
        number: statuses(case(number)) for number in HOURS
    }
    for number, hour in HOURS.items():
        (_, back) = wall.told(number)
        assert hour in back
