"""Faults that strike what we write into a calendar."""

from __future__ import annotations

from datetime import timedelta

from tests.faults.ends import asked_once, held_once, nothing_more
from tests.faults.practice import BY_MAIL, INVITED_BY, Practice
from tests.faults.strikes import READS, WRITES, Stale, answering, cutting
from tests.faults.table import Fault, Place, cell, shown
from tests.servers.proxy import Message, unchanged
from tests.servers.quirks import QUIRKS

WRITE = Place.WRITE
ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Soon\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n"


@cell(Fault.REFUSED, WRITE)
def refused(practice: Practice) -> None:
    """Tried again until it succeeds; written once; the other therapist's times stand at once."""
    practice.dav["dana"].before = answering(WRITES, 503)
    practice.block()
    practice.looks(3)
    assert practice.written("dana") == []
    held_once(practice, "emil")
    practice.heal()
    practice.looks(2)
    held_once(practice, "dana")


@cell(Fault.UNCLEAR, WRITE)
def applied(practice: Practice) -> None:
    """Read back and found; never written a second time."""
    practice.dav["dana"].cut = cutting(WRITES)
    practice.block()
    practice.looks(2)
    assert practice.puts("dana")
    practice.heal()
    before = practice.puts("dana")
    practice.looks(1)
    held_once(practice, "dana")
    assert not set(before) & set(practice.puts("dana")[len(before) :])


@cell(Fault.LOST, WRITE)
def not_applied(practice: Practice) -> None:
    """Read back, not found, and written then."""
    practice.dav["dana"].before = answering(WRITES, 504)
    practice.block()
    practice.looks(2)
    assert practice.puts("dana")
    practice.heal()
    practice.looks(2)
    held_once(practice, "dana")


@cell(Fault.AUTH, WRITE)
def unauthorized(practice: Practice) -> None:
    """That account waits, and is named; everybody else goes on; healed, all is written once."""
    practice.dav["dana"].before = answering(WRITES | READS, 401)
    practice.block()
    reports = practice.looks(2)
    assert {one.calendar for report in reports for one in report.problems} == {"danas/Dana"}
    assert practice.written("dana") == []
    held_once(practice, "emil")
    practice.heal()
    practice.looks(2)
    held_once(practice, "dana")


@cell(Fault.QUOTA, WRITE)
def quota(practice: Practice) -> None:
    """Left alone until Retry-After is over, then written once."""
    practice.dav["dana"].before = answering(WRITES, 429, Retry_After="3600")
    practice.block()
    practice.looks(2)
    tried = len(practice.puts("dana"))
    assert tried
    practice.look(minutes=30)
    assert len(practice.puts("dana")) == tried
    held_once(practice, "emil")
    practice.heal()
    practice.looks(2)
    held_once(practice, "dana")


@cell(Fault.GONE, WRITE)
def deleted_by_hand(practice: Practice) -> None:
    """Who deleted it was a human: never written again, and its client is told once."""
    practice.invited()
    gone = practice.offer("ada").uid
    practice.calendar("dana").remove(gone)
    practice.looks(30)
    assert gone not in {one.uid for one in practice.written("dana")}
    assert practice.kinds("ada")[:2] == ["REQUEST", "CANCEL"]
    assert practice.kinds("ada").count("CANCEL") == 1
    asked_once(practice, "emil")


@cell(Fault.CHANGED, WRITE)
def changed_meanwhile(practice: Practice) -> None:
    """Read, compared and planned anew: what the therapist wrote meanwhile stands."""
    practice.block()
    practice.looks(2)
    mine = practice.offer("ada").uid
    hand = practice.calendar("dana")

    def edited_first(message: Message) -> None:
        if message.method == "PUT" and mine in message.path and not seen:
            seen.append(message.path)
            hand.edit(mine, lambda text: text.replace("END:VEVENT", f"{ALARM}END:VEVENT"))

    seen: list[str] = []
    practice.dav["dana"].before = edited_first
    practice.clock.moment = INVITED_BY
    practice.look()
    practice.looks(2)
    assert seen
    assert "TRIGGER:-PT15M" in hand.text(mine)
    asked_once(practice, "dana")


@cell(Fault.UNTRUE, WRITE)
def unseen(practice: Practice) -> None:
    """What we wrote a moment ago and a stale server does not show is not written again."""
    practice.block()
    practice.look()
    mirror = Stale()
    practice.dav["dana"].after = mirror.learn
    practice.look(minutes=2)
    practice.dav["dana"].after, practice.dav["dana"].before = unchanged, mirror.repeat
    practice.looks(1)
    before = practice.puts("dana")
    assert before
    practice.look(minutes=5)
    assert practice.puts("dana") == before
    practice.heal()
    practice.looks(1)
    held_once(practice, "dana")


@cell(Fault.REWRITTEN, WRITE)
def rewritten(practice: Practice) -> None:
    """A body that the server rewrote is the one we wrote: no further write."""
    quirk = QUIRKS["rewrites bodies"]
    practice.dav["dana"].before, practice.dav["dana"].after = quirk.before, quirk.after
    practice.invited()
    asked_once(practice, "dana")
    nothing_more(practice)


@cell(Fault.TWICE, WRITE)
def sent_twice(practice: Practice) -> None:
    """A write that arrives twice changes nothing."""

    def once_more(message: Message) -> None:
        if message.method == "PUT":
            hand.server.send("PUT", message.path, message.body.decode(), **_headers(message))

    hand = practice.calendar("dana")
    practice.dav["dana"].before = once_more
    practice.block()
    practice.looks(2)
    assert practice.puts("dana")
    practice.heal()
    practice.looks(1)
    held_once(practice, "dana")


@cell(Fault.CLOCK, WRITE)
def wrong_clock(practice: Practice) -> None:
    """Nothing is decided while our clock is wrong; right again, all is written once."""
    practice.clock.wrong = timedelta(hours=-5)
    practice.block()
    practice.looks(2)
    assert [practice.written(one) for one in BY_MAIL] == [[], []]
    practice.clock.wrong = timedelta(0)
    practice.looks(1)
    for therapist in BY_MAIL:
        held_once(practice, therapist)


KILLED = "tests/whole/test_killed.py"
shown(
    Fault.KILLED,
    WRITE,
    "nothing is lost, nothing is written twice",
    f"{KILLED}::test_before_a_write_reached_the_calendar",
    f"{KILLED}::test_after_a_write_and_before_it_was_settled",
    f"{KILLED}::test_a_write_that_arrives_after_all",
)


def _puts(practice: Practice) -> list[str]:
    return [path for method, path in practice.dav["dana"].seen if method == "PUT"]


def _headers(message: Message) -> dict[str, str]:
    kept = ("If-Match", "If-None-Match", "Content-Type")
    return {name.replace("-", "_"): message.header(name) for name in kept if message.header(name)}
