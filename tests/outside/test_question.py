"""A question mark on a real server, by the installed command: answered beside the passes, and nobody hears of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from syncd.resources import config_path
from tests.cli.office import MAIL_PASSWORD, Office, monday
from tests.scenario import ics
from tests.servers.dav import DavServer
from tests.servers.smtp import SmtpServer

CLIENTS = 14
ASKED = 6  # weeks ahead


@pytest.fixture
def office(server: DavServer, tmp_path: Path) -> Iterator[Office]:
    """Fourteen weekly clients, one of them in crisis, and days that end in a question mark."""
    folder = tmp_path / "office"
    folder.mkdir(mode=0o700)
    calendar = server.make_calendar("question", "Question")
    with SmtpServer(tmp_path / "mail", users={"office": MAIL_PASSWORD}) as smtp:
        made = Office(folder, server, calendar, smtp)
        lines = [_line(number) for number in range(CLIENTS)]
        made.roster = "\n".join(("id,name,email,initials,since,priority", *lines)) + "\n"
        first = monday(-26)
        for number in range(CLIENTS):
            day, hour = divmod(number, 4)
            start = datetime(first.year, first.month, first.day, 8 + 2 * hour, tzinfo=UTC) + timedelta(
                days=day
            )
            calendar.put_text(ics.weekly(f"s{number}", _initials(number), start, 52), f"s{number}")
        calendar.put_text(ics.all_day("leave", "Urlaub?", monday(ASKED), 5), "leave")
        yield made
    server.send("DELETE", calendar.path)


def _initials(number: int) -> str:
    return f"Q{chr(ord('A') + number)}"


def _line(number: int) -> str:
    priority = "crisis" if number == 3 else ""
    mail = f"client{number}@example.com"
    return f"c{number:02d},Client {_initials(number)}berg,{mail},{_initials(number)},2025-01-13,{priority}"


def test_a_question_is_answered_and_nobody_hears_of_it(office: Office) -> None:
    """`once`, `plan` and `explain` say what it would cost; a second look changes nothing; without it, it is leave."""
    done = office.run("once")
    assert done.status == 0, done.err
    text = office.server.send("GET", office.calendar.path).text.replace("\r\n ", "")
    assert f"{CLIENTS} appointments would fall out" in text
    assert "Who comes first · 1 person · 1.0" in text
    assert "Worked out on" in text
    assert "TENTATIVE" not in text
    assert not any(office.mail.messages(f"client{number}@example.com") for number in range(CLIENTS))

    document = json.loads(office.run("plan", "--json").out)
    schema = json.loads((config_path() / "schema" / "plan.schema.json").read_text())
    Draft202012Validator(schema).validate(document)
    (asked,) = document["questions"]
    assert asked["first"] == str(monday(ASKED))
    assert len(asked["would_displace"]) == CLIENTS
    assert 0 <= asked["left"] < asked["burden"] == CLIENTS
    assert asked["proven"]
    assert asked["compared"] > 0
    assert [one["tier"] for one in asked["tiers"]] == ["crisis", "routine"]
    table = office.run("plan").out
    assert "Question marks" in table
    assert "proven best" in table
    assert "A question mark over" in office.run("explain", "QA").out

    again = office.run("once")
    assert again.status == 0, again.err
    assert office.server.send("GET", office.calendar.path).text.replace("\r\n ", "") == text

    office.calendar.put_text(ics.all_day("leave", "Urlaub", monday(ASKED), 5), "leave")
    assert office.run("once").status == 0
    text = office.server.send("GET", office.calendar.path).text
    assert "STATUS:TENTATIVE" in text
    assert "would fall out" not in text
