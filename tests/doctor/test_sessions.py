"""What the doctor says of sessions: how many, by which sign, who has none, and which alias explains more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from syncd.doctor import Check, Finding, Verdict
from tests.cli.office import ROSTER, Office, monday
from tests.doctor.conftest import Look
from tests.scenario import ics

SESSIONS = "therapists[0].calendar"


def weekly(office: Office, title: str, day: int, hour: int) -> None:
    """A series of the last half year."""
    first = monday(-26)
    start = datetime(first.year, first.month, first.day, hour, tzinfo=UTC) + timedelta(days=day)
    uid = f"{title}-{day}".lower()
    office.calendar.put_text(ics.weekly(uid, title, start, 50), uid)


def warned(found: list[Finding]) -> list[str]:
    """What deserves a look."""
    return [one.said for one in found if one.verdict is Verdict.WARN]


def test_an_alias_is_proposed_and_does_what_was_said(office: Office, look: Look) -> None:
    """A misspelt name is nobody's, and its client never seen, until the proposed word stands in the roster."""
    weekly(office, "AB", 0, 10)
    weekly(office, "Castilo", 1, 11)
    before = look(0).of(Check.SESSIONS, SESSIONS)
    counted = before[0].said
    missing, proposal = warned(before)
    assert counted.endswith("1 that say nobody's name: #AB in a title settles it")
    assert missing.startswith("no session found of c02")
    assert "sessions of c02, if that is who is meant" in proposal
    word = proposal.rpartition("column aliases, add: ")[2]
    assert word == "Castilo"
    head, *lines = ROSTER.splitlines()
    office.roster = "\n".join((f"{head},aliases", f"{lines[0]},", f"{lines[1]},{word}", ""))
    after = look(0).of(Check.SESSIONS, SESSIONS)
    assert warned(after) == []
    more = int(proposal.split()[0])
    assert int(after[0].said.split()[0]) == int(counted.split()[0]) + more
    assert f"{more} by a part of the name; 0 to settle" in after[0].said


def test_no_title_is_quoted(office: Office, look: Look) -> None:
    """Of what stands in a calendar the doctor says the proposed word, and nothing else."""
    weekly(office, "Castilo secret", 1, 11)
    weekly(office, "Physio private", 2, 11)
    said = look(0).text()
    assert not any(word in said for word in ("secret", "private", "Physio", "Castilo"))


def test_members_of_a_group_alone_are_not_missed(office: Office, look: Look) -> None:
    """Whoever comes to the group is seen there; a roster line of which nothing stands anywhere is named."""
    weekly(office, "AB", 0, 10)
    weekly(office, "Tuesday circle", 1, 17)
    head, *lines = ROSTER.splitlines()
    office.roster = "\n".join((f"{head},group", f"{lines[0]},", f"{lines[1]},Tuesday circle", ""))
    assert warned(look(0).of(Check.SESSIONS, SESSIONS)) == []
