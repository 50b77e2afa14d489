"""While people are set aside: their answers, messages that are due, a broken past, a store that is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from syncd import past
from syncd.adopting import adopt
from syncd.core.model import ClientFacts, Conflict, OfferState, Session
from syncd.core.model.errors import ConnectorError, Transient
from syncd.core.reading.history import facts_of
from syncd.ports import Incoming
from syncd.store import open_store
from tests.core.people import HOURS
from tests.scenario import ics
from tests.scenario.house import LEASE
from tests.scenario.post import Post
from tests.scenario.test_people_aside import INVITED_BY, MONDAY, Shared, away, shared
from tests.scenario.test_replies_aside import Careless, broken

__all__ = ["shared"]


def invited(house: Shared) -> None:
    """Dana's leave, and two clients invited by mail."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)


def breaks(house: Shared, *clients: str) -> None:
    """From now on these clients break the planner, which new leave makes everybody meet."""
    house.broken = frozenset(clients)
    house.block(MONDAY + timedelta(days=7), 1, uid="more")


def test_an_answer_that_comes_with_its_client_set_aside_waits(shared: Shared) -> None:
    """Two yeses in one look: the one of whoever is set aside counts as soon as nothing breaks any more, once."""
    invited(shared)
    breaks(shared, "c1")
    shared.answer("c1", "ACCEPTED")
    shared.answer("c2", "ACCEPTED")
    shared.later(minutes=2)
    assert (shared.shown("c1"), shared.shown("c2")[0]) == ([OfferState.INVITED], OfferState.ACCEPTED)
    told = len(shared.mails("c1"))
    shared.broken = frozenset()
    shared.later(minutes=2)
    assert shared.shown("c1")[0] is OfferState.ACCEPTED
    assert len(shared.mails("c1")) == told
    shared.later(minutes=2)
    assert [one.uid for one in shared.store.load().offers if one.client == "c1"].count(
        shared.offers("c1")[0].uid
    ) == 1


def test_a_broken_answer_and_a_broken_client_in_one_look(shared: Shared) -> None:
    """Each is set aside alone, and the third client's yes counts."""
    shared.post = post = Careless(shared.post.clock, shared.post.ours)
    invited(shared)
    breaks(shared, "c1")
    post.found.append(broken(shared, "c2"))
    shared.answer("c2", "ACCEPTED")
    (first, *_) = shared.later(minutes=2)
    assert sorted(one.calendar for one in first.problems) == ["mailbox", "roster"]
    assert shared.offers("c2")[0].frozen
    assert shared.shown("c1") == [OfferState.INVITED]


def test_an_invitation_that_waits_for_the_mail_server_is_sent_once(shared: Shared) -> None:
    """It was decided and refused; meanwhile its client is set aside; afterwards it leaves, once."""
    shared.block(MONDAY)
    shared.run()
    shared.post.refuse = [Transient("busy")] * 20
    shared.at(INVITED_BY)
    shared.post.refuse = []
    assert shared.kinds("c1") == []
    waited = shared.offers("c1")[0].uid
    breaks(shared, "c1")
    shared.later(minutes=30)
    assert shared.kinds("c1") == []
    shared.broken = frozenset()
    shared.later(days=1)  # the leave that grew has settled
    shared.later(minutes=30)
    asked = [ics.value(one, "UID") for one in shared.invitations("c1")]
    assert asked.count(waited) == 1
    assert len(asked) == len(set(asked)) == 2  # one for each Monday


def test_what_takes_back_waits_and_leaves_once(shared: Shared) -> None:
    """The leave goes, the mail server is away, the client is set aside: in the end one CANCEL, and no entry."""
    invited(shared)
    uid = shared.offers("c1")[0].uid
    shared.remove("leave")
    shared.run()
    shared.post.refuse = [Transient("busy")] * 50
    shared.later(hours=21)
    shared.post.refuse = []
    assert shared.kinds("c1") == ["REQUEST"]
    breaks(shared, "c1")
    shared.later(minutes=30)
    assert shared.kinds("c1") == ["REQUEST"]
    shared.broken = frozenset()
    for _ in range(3):
        shared.later(minutes=30)
    assert shared.kinds("c1")[:2] == ["REQUEST", "CANCEL"]
    assert shared.kinds("c1").count("CANCEL") == 1
    assert uid not in {one.uid for one in shared.entries()}


def _breaking(
    therapist: str,
    sessions: Iterable[Session],
    now: datetime,
    zone: ZoneInfo,
    conflicts: Iterable[Conflict] = (),
    since: datetime | None = None,
) -> tuple[ClientFacts, ...]:
    kept = tuple(sessions)
    if any(one.client == "c1" for one in kept):
        raise ArithmeticError
    return facts_of(therapist, kept, now, zone, conflicts, since)


def test_one_broken_past_costs_nobody_else_a_plan(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full read meets it: everybody else is held; her series counts as unread, and nobody writes to her."""
    monkeypatch.setattr(past, "facts_of", _breaking)
    shared.block(MONDAY)
    shared.later(days=8)  # a full audit is due
    assert shared.shown("c2") == [OfferState.HELD]
    unread = [each.uid for one in shared.store.load().grounds for each in one.unread]
    assert unread == ["c1-series"]
    assert shared.mails("c1") == []
    monkeypatch.undo()
    shared.edit("c1-series", lambda text: text.replace("SUMMARY:AB", "SUMMARY:AB "))
    shared.later(minutes=2)
    assert [each.uid for one in shared.store.load().grounds for each in one.unread] == []


def test_a_lost_store_is_taken_over_for_everybody_else(shared: Shared, tmp_path: Path) -> None:
    """Erin's calendar breaks a rule while the store is lost: Dana's entries are taken over, Erin's are named."""
    shared.hers.put_text(ics.all_day("off", "Vacation", MONDAY, 1))
    shared.run()
    invited(shared)
    away(shared, 2)
    shared.store = open_store(f"sqlite:///{tmp_path}/fresh.db")
    shared.fence = shared.store.acquire("test", shared.clock.now(), LEASE)
    shared.tokens = (f"fresh{number:021d}" for number in range(1, 1000))
    shared.run()
    before = dict(shared.hers.texts())
    lines = adopt(shared.world(), shared.fence)
    assert any("erin" in one for one in lines)
    assert OfferState.INVITED in shared.shown("c1")
    assert (shared.shown("c4"), dict(shared.hers.texts())) == ([OfferState.SETTLED], before)
    shared.later(minutes=2)
    assert shared.store.load().halted is None
    shared.erin = replace(shared.erin, hours=HOURS)
    shared.later(days=1)
    assert (len(shared.mails("c1")), len(shared.mails("c4"))) == (1, 1)


@dataclass(slots=True)
class Unreadable(Post):
    """A post office whose reader breaks on something that nobody foresaw."""

    def fetch(self, seen: frozenset[str], since: datetime) -> Iterable[Incoming]:
        """Never comes to an end."""
        raise KeyError("Ada Brandt")


def test_one_reader_that_breaks_stops_no_other(shared: Shared) -> None:
    """Erin's calendar, then the mailbox: Dana's clients are held all the same; of the error only its kind is said."""
    shared.hers.put_text(ics.timed("lunch", "Lunch", shared.clock.now(), 60))
    shared.hers.faults.reads = [cast("ConnectorError", ValueError("Eva Fuchs"))] * 20
    shared.block(MONDAY)
    (first, *_) = shared.run()
    assert shared.shown("c1") == [OfferState.HELD]
    grounds = {one.place: one for one in shared.store.load().grounds}
    assert grounds["home/Erin"].silent_since == shared.clock.now()
    assert [(one.calendar, "Eva" in one.reason, "ValueError" in one.reason) for one in first.problems] == [
        ("home/Erin", False, True)
    ]
    shared.hers.faults.reads = []
    shared.post = Unreadable(shared.post.clock, shared.post.ours)
    shared.block(MONDAY + timedelta(days=7), 1, uid="more")
    (report, *_) = shared.later(minutes=2)
    assert [(one.calendar, "Ada" in one.reason) for one in report.problems] == [("mailbox", False)]
    assert shared.shown("c1") == [OfferState.HELD, OfferState.HELD]
