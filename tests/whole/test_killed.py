"""The real process killed with `kill -9` around an effect, and started again: everything once, nothing lost."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from syncd.core.model import OfferState
from syncd.core.model.effects import EffectState
from syncd.store import open_store
from syncd.wiring import SystemClock
from tests.scenario import ics
from tests.scenario.entries import Entry, entries
from tests.scenario.household import OFFICE
from tests.servers.dav import DavCalendar
from tests.servers.proxy import proxied
from tests.servers.smtp import SmtpServer
from tests.whole.command import started, syncd
from tests.whole.holding import Gate, HeldPost, holding, stopped_at
from tests.whole.office import ROSTER, Desk, Office
from tests.whole.passes import look
from tests.whole.reader import texts
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

BY_MAIL = ("ada@example.net", "ben@example.net")
EVIDENCE = {"evidence": f'"{OFFICE}"'}
DONE, READY, INFLIGHT = EffectState.DONE, EffectState.READY, EffectState.INFLIGHT


def opened(folder: Path, calendar: DavCalendar, post: SmtpServer, url: str = "") -> Office:
    """An office with three weekly clients, whose syncd has looked once before leave was blocked."""
    weekly_sessions(calendar, waking_zone(), ("AB", "BC", "CD"))
    desk = Desk("dana", "Dana Okafor", calendar, url)
    office = Office(folder, [desk], post, ROSTER, waking_zone(), AT_ONCE, EVIDENCE)
    look(office)
    block(calendar)
    return office


def kill(office: Office, gate: Gate, command: str = "once") -> Counter[EffectState]:
    """`syncd`, killed while something stands at the gate; what the store then knows of effects."""
    with started(office.write(), command) as process:
        process.await_gate(gate)
        process.kill()
    with open_store(office.store_url) as store:
        return Counter(store.load().keys.values())


def again(office: Office) -> None:
    """`syncd once` in a new process."""
    ended = syncd(office.write(), "once")
    assert (ended.status, ended.said) == (0, ())


def methods(office: Office, address: str) -> list[str]:
    """METHOD of each message that an address got."""
    return [ics.method(message) for message in office.received(address)]


def written(calendar: DavCalendar) -> list[Entry]:
    """What stands at a time in the calendar ahead and is not Dana's own."""
    now = SystemClock().now()
    shown = entries(texts(calendar), now, now + timedelta(days=60))
    return [one for one in shown if isinstance(one.start, datetime) and not one.uid.endswith("-series")]


def everything_once(office: Office, calendar: DavCalendar, ahead: timedelta = timedelta(0)) -> None:
    """One entry and one invitation for each client, and a further look changes nothing."""
    assert [one.status for one in written(calendar)] == ["TENTATIVE"] * 3
    assert [methods(office, address) for address in BY_MAIL] == [["REQUEST"], ["REQUEST"]]
    before = sorted(texts(calendar)), len(office.received(OFFICE))
    look(office, ahead)
    assert (sorted(texts(calendar)), len(office.received(OFFICE))) == before


def test_before_a_write_reached_the_calendar(tmp_path: Path, calendar: DavCalendar, post: SmtpServer) -> None:
    """Everything is recorded, the first write never arrives: it is read back, and written then."""
    gate = Gate()
    with proxied(calendar.server.url) as proxy:
        office = opened(tmp_path, calendar, post, proxy.url)
        proxy.before = holding(gate, "PUT", lost=True)
        left = kill(office, gate)
        assert (left[INFLIGHT], left[DONE]) == (1, 0)
        assert left[READY] >= 2  # recorded, and not begun
        assert written(calendar) == []
        gate.open()
        again(office)
        everything_once(office, calendar)


@pytest.mark.parametrize("command", ["once", "run"])
def test_after_a_write_and_before_it_was_settled(
    tmp_path: Path, calendar: DavCalendar, post: SmtpServer, command: str
) -> None:
    """The calendar has it, the store does not know: it is found there, and not written again."""
    gate = Gate()
    with proxied(calendar.server.url) as proxy:
        office = opened(tmp_path, calendar, post, proxy.url)
        proxy.after = holding(gate, "PUT")
        left = kill(office, gate, command)
        assert (left[INFLIGHT], left[DONE]) == (1, 0)
        (first,) = written(calendar)
        gate.open()
        again(office)
        everything_once(office, calendar)
        assert (first.uid, first.start) in {(one.uid, one.start) for one in written(calendar)}


def test_a_write_that_arrives_after_all(tmp_path: Path, calendar: DavCalendar, post: SmtpServer) -> None:
    """Held up on its way until the next process has done everything: the calendar refuses the second of two."""
    gate = Gate()
    with proxied(calendar.server.url) as proxy:
        office = opened(tmp_path, calendar, post, proxy.url)
        proxy.before = holding(gate, "PUT")
        kill(office, gate)
        office.desks[0].url = ""  # another way to the server
        again(office)
        gate.open()
        everything_once(office, calendar)


def test_after_a_mail_and_before_it_was_settled(tmp_path: Path, calendar: DavCalendar) -> None:
    """The client has it, the store does not know: the copy in our own mailbox tells, and none goes out again."""
    gate = Gate()
    with HeldPost(tmp_path / "mail", after=gate) as post:
        office = opened(tmp_path, calendar, post)
        left = kill(office, gate)
        assert left[INFLIGHT] == 1
        gate.open()
        again(office)
        everything_once(office, calendar)


def test_a_mail_that_may_not_have_left(tmp_path: Path, calendar: DavCalendar) -> None:
    """No copy arrives, so nobody knows: it is never sent again, and after a while the therapist is told."""
    gate = Gate()
    with HeldPost(tmp_path / "mail", before=gate) as post:
        office = opened(tmp_path, calendar, post)
        kill(office, gate)
        gate.open()
        again(office)
        silent = [address for address in BY_MAIL if not office.received(address)]
        letters = len(office.received("dana@example.org"))
        look(office, timedelta(minutes=16))
        look(office, timedelta(minutes=20))
        assert len(silent) == 1
        assert office.received(silent[0]) == []
        (letter,) = office.received("dana@example.org")[letters:]
        assert {"ada@example.net": "AB", "ben@example.net": "BC"}[silent[0]] in str(letter)


def test_between_the_record_and_the_first_effect(
    tmp_path: Path, calendar: DavCalendar, post: SmtpServer
) -> None:
    """An answer is taken in and recorded, nothing of it has happened: it happens once, later."""
    office = opened(tmp_path, calendar, post)
    look(office)
    (invitation,) = office.received("ada@example.net")
    office.arrive(ics.reply(ics.part(invitation), "ada@example.net", "ACCEPTED", SystemClock().now()))
    used = post.maildir(OFFICE) / "syncd-used"  # written after the commit and before the first effect
    with stopped_at(used) as somebody_reads, started(office.write(), "once") as process:
        somebody_reads()
        process.kill()
    with open_store(office.store_url) as store:
        memory = store.load()
    assert [one.state for one in memory.offers if one.client == "c1"] == [OfferState.ACCEPTED]
    assert {one.state for one in memory.effects} == {READY}
    assert [one.status for one in written(calendar)] == ["TENTATIVE"] * 3
    again(office)
    assert sorted(one.status for one in written(calendar)) == ["CONFIRMED", "TENTATIVE", "TENTATIVE"]
    cancelled = [one for one in _shown(calendar) if one.status == "CANCELLED"]
    assert [one.uid for one in cancelled] == ["ab-series"]
    assert methods(office, "ada@example.net") == ["REQUEST"]


def _shown(calendar: DavCalendar) -> list[Entry]:
    now = SystemClock().now()
    return entries(texts(calendar), now, now + timedelta(days=60))
