"""Long leave through the installed command, on a real calendar server: three therapists, sixteen clients."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syncd.resources import config_path
from tests.cli.office import Office, monday
from tests.scenario import ics
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.smtp import SmtpServer

CLIENTS = 16
AWAY = 10  # weeks from now
DAYS = 43
HOURS = (
    'hours = { mon = ["09:00-18:00"], tue = ["09:00-18:00"], wed = ["09:00-18:00"], thu = ["09:00-18:00"] }'
)
COLLEAGUE = """
[[therapists]]
id = "{key}"
name = "{name}"
email = "{key}@example.org"
account = "home"
calendar = "{calendar}"
covers_for = ["dana"]
{hours}
"""


def initials(number: int) -> str:
    """Two letters, each pair once."""
    return f"{chr(ord('A') + number)}X"


@pytest.fixture
def practice(office: Office, dav: DavServer) -> Iterator[Office]:
    """Dana is away for six weeks; Eli sees three of his own a week, Fay works one morning."""
    rows = ["id,name,email,phone,initials,priority,cover_ok,therapist"]
    for number in range(CLIENTS):
        priority = "crisis" if number == 5 else ""
        covered = "no" if number in {2, 7} else "yes"
        rows.append(
            f"c{number:02},Client {chr(65 + number)}son,c{number}@example.com,+49 30 55501{number:02},"
            f"{initials(number)},{priority},{covered},dana"
        )
        _weekly(office.calendar, initials(number), number % 4, 9 + 2 * (number // 4))
    rows += [f"e{n},Own {n},e{n}@example.com,,E{n},,,eli" for n in range(3)]
    office.roster = "\n".join(rows) + "\n"
    made = {
        key: dav.make_calendar(f"{office.calendar.name}{key}", f"{key} {office.calendar.name}")
        for key in ("eli", "fay")
    }
    for number in range(3):
        _weekly(made["eli"], f"E{number}", number, 9)
    eli = COLLEAGUE.format(key="eli", name="Eli Stone", calendar=made["eli"].name, hours=HOURS)
    fay = COLLEAGUE.format(
        key="fay", name="Fay Moss", calendar=made["fay"].name, hours='hours = { tue = ["09:00-12:00"] }'
    )
    office.keys["therapist"] = f"cover = true\n{eli}{fay}"
    office.calendar.put_text(ics.all_day("leave", "Vacation", monday(AWAY), DAYS), "leave")
    yield office
    for calendar in made.values():
        dav.send("DELETE", calendar.path)


def _weekly(calendar: DavCalendar, title: str, weekday: int, hour: int) -> None:
    first: date = monday(-8) + timedelta(days=weekday)
    start = datetime(first.year, first.month, first.day, hour, tzinfo=UTC)
    calendar.put_text(ics.weekly(f"{title}-series", title, start, 50), f"{title}-series")


def _document(practice: Office, *more: str) -> dict[str, Any]:
    shown = practice.run("handover", "--json", *more)
    assert shown.status == 0, shown.err
    found: dict[str, Any] = json.loads(shown.out)
    schema = json.loads((config_path() / "schema" / "handover.schema.json").read_text())
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(found)
    return found


def test_who_covers_is_worked_out_and_nothing_is_held(practice: Office, smtp: SmtpServer) -> None:
    """Everybody with the sessions before and after, crisis first; times of colleagues where allowed, once each."""
    first = practice.run("once")
    assert first.status == 0, first.err
    found = _document(practice)
    (absence,) = found["absences"]
    clients = absence["clients"]
    assert len(clients) == CLIENTS
    assert (clients[0]["client"], clients[0]["tier"]) == ("c05", "crisis")
    assert all(one["last_before"] and one["first_after"] and one["sessions"] in {6, 7} for one in clients)
    covered = {one["client"]: one["could_cover"] for one in clients if one["could_cover"]}
    assert found["proven"]
    assert covered["c05"]["every_weeks"] == 1
    assert not {"c02", "c07"} & set(covered)  # they are not to be covered for
    assert len(covered) == 13  # Eli has four sessions a week beside his own three, Fay three hours
    for one, other in combinations(covered.values(), 2):
        same = one["therapist"] == other["therapist"] and one["every_weeks"] == other["every_weeks"] == 1
        assert not same or one["first"]["start"] != other["first"]["start"]
    (letter,) = smtp.messages("dana@example.org")
    assert "handed over, not planned week by week" in _text(letter)
    assert all(not smtp.messages(f"c{n}@example.com") for n in range(CLIENTS))
    assert "STATUS:TENTATIVE" not in practice.server.send("GET", practice.calendar.path).text


def test_a_page_to_print(practice: Office, tmp_path: Path) -> None:
    """HTML without scripts and without anything from elsewhere; names only where they are asked for."""
    page = tmp_path / "handover.html"
    shown = practice.run("handover", "--page", str(page))
    assert shown.status == 0, shown.err
    text = page.read_text()
    assert not re.search(r"<script|src=|href=|url\(|https?:", text)
    assert text.count("<tr>") == CLIENTS + 1
    assert "Client Ason" not in text
    assert "5550100" in text
    practice.run("handover", monday(AWAY).isoformat(), "--names", "--page", str(page))
    assert "Client Ason" in page.read_text()
    assert practice.run("handover", "--page", str(tmp_path / "none" / "x.html")).status != 0


@pytest.mark.long
def test_a_colleague_is_named(practice: Office) -> None:
    """`#cover` in the leave: the document names the colleague, and keeps their times for this client."""
    practice.calendar.edit(
        "leave", lambda text: text.replace("SUMMARY:Vacation", "SUMMARY:Vacation #cover FX fay")
    )
    (absence,) = _document(practice)["absences"]
    named = next(one for one in absence["clients"] if one["initials"] == "FX")
    assert named["cover"] == "Fay Moss"
    assert named["could_cover"]["therapist"] == "fay"


def test_what_there_is_no_handover_of(practice: Office) -> None:
    """A first day that is none, a setting that is none, and leave of two days."""
    asked = practice.run("handover", "2001-01-01")
    assert asked.status != 0
    assert monday(AWAY).isoformat() in asked.err
    practice.keys["therapist"] = f'handover_above = "a while"\n{practice.keys["therapist"]}'
    practice.write()
    wrong = practice.run("handover")
    assert wrong.status == 78
    assert "handover_above" in wrong.err
    practice.keys["therapist"] = str(practice.keys["therapist"]).replace("a while", "28d")
    practice.write()
    practice.calendar.put_text(ics.all_day("leave", "Vacation", monday(AWAY), 2), "leave")
    assert "long enough" in practice.run("handover").out


def _text(message: bytes) -> str:
    body = message.decode(errors="replace").replace("=\r\n", "").replace("=\n", "")
    return " ".join(body.split())
