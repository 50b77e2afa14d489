"""Two users of one server: the invitation arrives in the other's calendar, the answer in the organizer's copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from syncd.core.model import CalendarObject
from syncd.ports import Calendar
from tests.scheduling.practice import WINDOW, Practice, account_of, reply
from tests.servers.dav import DavCalendar
from tests.servers.scheduling import SchedulingServer

_numbers = count(1)


@pytest.fixture
def default(server: SchedulingServer) -> Iterator[Practice]:
    """A practice in the calendar that the server created for Dana; the client is Noor, on the same server."""
    path, name = first_of(server, "dana")
    calendar = DavCalendar(server.users["dana"], path, name)
    uid = f"d6k1r4t8w2x5z9b3m7p0q{next(_numbers)}"
    practice = Practice(server, calendar, server.address("noor"), uid)
    yield practice
    calendar.server.send("DELETE", f"{path}{uid}.ics")


def first_of(server: SchedulingServer, user: str) -> tuple[str, str]:
    """Path and name of the calendar that a user has from the start."""
    found = account_of(server.users[user], server.address(user)).discover()
    first = next(one for one in found if one.name in {"calendar", "personal"})
    return first.url.removeprefix(server.users[user].url), first.name


def noors(practice: Practice) -> Calendar:
    """The calendar where Noor gets invitations."""
    account = account_of(practice.server.users["noor"], practice.guest)
    return account.open(first_of(practice.server, "noor")[1])


def received(practice: Practice) -> CalendarObject | None:
    """Noor's copy."""
    return noors(practice).read(practice.uid, WINDOW)


def answer(practice: Practice, partstat: str) -> None:
    """Noor's own program stores her answer."""
    copy = received(practice)
    assert copy is not None
    noor = practice.server.users["noor"]
    text = noor.send("GET", copy.href).content.decode().replace("\r\n ", "")
    changed = re.sub(r"PARTSTAT=[A-Z-]+", f"PARTSTAT={partstat}", text)
    stored = noor.send("PUT", copy.href, changed, Content_Type="text/calendar; charset=utf-8")
    assert stored.status_code in {200, 201, 204}, stored.text


def invite(practice: Practice) -> str:
    """Hold, then invitation; what the server says of the delivery."""
    held = practice.port.create(practice.hold())
    return practice.port.replace(practice.invitation(), held.etag).schedule_status


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_an_answer_shows_in_the_organizers_copy(default: Practice, partstat: str) -> None:
    """Delivered without mail; NEEDS-ACTION at first; then what the other user answered."""
    assert invite(default) == {"xandikos": "2.0", "cyrus": "1.2"}[default.server.name]
    copy = received(default)
    assert copy is not None
    assert [(one.email, one.partstat.value) for one in copy.events[0].attendees] == [
        (default.guest, "NEEDS-ACTION")
    ]
    assert copy.events[0].organizer == default.email
    assert default.partstat() == "NEEDS-ACTION"
    answer(default, partstat)
    assert default.partstat() == partstat
    assert default.told() == []


def test_a_hold_stays_with_the_organizer(default: Practice) -> None:
    """Nobody else sees it."""
    default.port.create(default.hold())
    assert received(default) is None


def test_a_withdrawn_invitation_is_cancelled_in_the_other_calendar(default: Practice) -> None:
    """The copy is marked as cancelled, or gone."""
    invite(default)
    default.port.delete(default.uid, "")
    copy = received(default)
    assert copy is None or [one.status.value for one in copy.events] == ["CANCELLED"]


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED"])
def test_an_answer_by_mail_reaches_the_calendar(default: Practice, partstat: str) -> None:
    """A client outside answers our invitation by mail to the organizer; the server takes it in."""
    practice = replace(default, guest=f"bo{next(_numbers)}@example.com")
    invite(practice)
    (mail,) = practice.mails()
    practice.server.take_in("dana", reply(mail, practice.guest, partstat))
    assert practice.partstat() == partstat


def test_an_answer_by_mail_to_a_deleted_invitation_brings_nothing_back(default: Practice) -> None:
    """It is too late for the calendar; the mailbox still has it."""
    practice = replace(default, guest=f"bo{next(_numbers)}@example.com")
    invite(practice)
    (mail,) = practice.mails()
    practice.port.delete(practice.uid, "")
    practice.server.take_in("dana", reply(mail, practice.guest, "ACCEPTED"))
    assert practice.port.read(practice.uid, WINDOW) is None


def test_another_calendar_than_the_first(practice: Practice) -> None:
    """One server applies answers in the account's first calendar only: elsewhere only the mailbox tells."""
    invite(practice)
    (mail,) = practice.mails()
    practice.server.take_in("dana", reply(mail, practice.guest, "ACCEPTED"))
    assert practice.partstat() == {"xandikos": "NEEDS-ACTION", "cyrus": "ACCEPTED"}[practice.server.name]
