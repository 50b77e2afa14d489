"""A session with a Google Meet of its own, by the installed command: which room the client and the therapist see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from syncd.standin.google.answers import Json
from syncd.standin.google.conferences import Rooms, link_of
from tests.servers.google import GoogleServer
from tests.servers.google.owner import IcalOwner
from tests.servers.smtp import SmtpServer
from tests.whole.command import syncd
from tests.whole.google import DANA, google_desk
from tests.whole.office import ROSTER, Office
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

ADA, BEN = "ada@example.net", "ben@example.net"
MEET = {"createRequest": {"requestId": "by-hand", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


@dataclass
class Practice:
    """Dana with Google; Ada is met in a room that Google made for her series, Ben in the practice."""

    server: GoogleServer
    office: Office
    post: SmtpServer

    def entries(self) -> dict[str, Json]:
        """What stands in the calendar for each guest."""
        events = self.server.person(DANA).events("Practice")
        guests = ((event, event.get("attendees", ())) for event in events)
        return {one["email"]: event for event, some in guests for one in some}

    def letters(self) -> list[str]:
        """Subjects of Dana's letters."""
        mails = (message_from_bytes(one, policy=policy.default) for one in self.post.messages(DANA))
        return [str(one["Subject"]).strip() for one in mails]


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """Everything is due at once; a first look has been taken."""
    with GoogleServer() as server, SmtpServer(tmp_path / "mail") as post:
        desk, owner, zone = google_desk(server, tmp_path), IcalOwner(server), waking_zone()
        for address in (ADA, BEN):
            server.person(address)
        weekly_sessions(owner, zone, ("AB", "BC"))
        server.person(DANA).change("ab-series", {"conferenceData": MEET}, "Practice")
        made = Practice(
            server, Office(tmp_path, [], post, ROSTER, zone, dict(AT_ONCE), therapists=desk), post
        )
        made.office.write()
        _passes(made, 1)
        yield made
        assert server.violations == []


def test_a_make_up_is_in_a_room_of_its_own(practice: Practice) -> None:
    """The entry has one, Google's invitation leads there, and neither names that of the usual hour."""
    usual = link_of(practice.server.person(DANA).event("ab-series", "Practice") or {})
    block(IcalOwner(practice.server))
    _passes(practice, 3)
    entries = practice.entries()
    room = link_of(entries[ADA])
    assert (room.startswith("https://meet.google.com/"), room == usual) == (True, False)
    assert link_of(entries[BEN]) == ""
    assert "https://" not in entries[ADA]["description"]
    (asked,) = practice.server.mails(ADA)
    assert asked.room == room
    assert [one.room for one in practice.server.mails(BEN)] == [""]


@pytest.mark.parametrize("rooms", [Rooms.REFUSED, Rooms.FAILED])
def test_where_google_makes_none_nobody_is_sent_to_a_wrong_one(practice: Practice, rooms: Rooms) -> None:
    """The client reads that the link follows, Dana that one is to be added, and she alone is asked for it."""
    practice.server.world.rooms = rooms
    block(IcalOwner(practice.server))
    _passes(practice, 3)
    (asked,) = practice.server.mails(ADA)
    assert (asked.room, "https://" in asked.description) == ("", False)
    assert "Online: the link follows." in asked.description
    assert practice.letters().count("Please add a link: no video room for AB") == 1


def _passes(practice: Practice, count: int) -> None:
    for _ in range(count):
        ended = syncd(practice.office.config, "once")
        assert ended.status == 0, ended.said
