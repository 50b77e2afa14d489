"""The documented JSON of plan, explain and status."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from syncd.core.model import ConflictState, Ground, OfferState
from syncd.core.model.effects import EffectKey, EffectRow, EffectState, Sent
from syncd.core.time.spans import Span
from syncd.ports import CalendarState, Memory, Usage
from syncd.report.documents import plan_of
from syncd.report.explain import explain
from syncd.report.explanations import explain_document
from syncd.report.passes import plan_document
from syncd.report.records import ExplainDocument, PlanDocument, StatusDocument
from syncd.report.schemas import schemas
from syncd.report.status import rated, stands, status_document
from syncd.report.status_tables import status_tables
from syncd.resources import config_path
from tests.core.people import BERLIN
from tests.report import practice
from tests.report.passes import decision, pass_report, shown

HOLDER = "box:run:3fa2"


def document() -> dict[str, Any]:
    """`plan --json` of the made-up practice."""
    made: dict[str, Any] = json.loads(plan_document(pass_report()))
    return made


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_shipped_schema_is_the_one_of_the_code(name: str) -> None:
    """`make schemas` writes what stands in config/schema."""
    shipped = (config_path() / "schema" / name).read_text(encoding="utf-8")
    assert shipped == schemas()[name]


def test_the_plan_validates_and_every_session_has_a_time_or_a_reason() -> None:
    """Read back strictly; exactly one of `offer` and `without_time` is set, and the reason is said."""
    read = PlanDocument.model_validate_json(plan_document(pass_report()))
    (absence,) = read.absences
    assert len(absence.sessions) == 23
    for session in absence.sessions:
        assert (session.offer is None) is not (session.without_time is None)
        assert session.offer or (session.without_time and session.without_time.sentence)
    assert [one.rank.position for one in absence.sessions] == list(range(1, 24))
    assert read.proven is True


def test_times_carry_the_offset_of_the_day() -> None:
    """Summer time before the clocks change, winter time after it; never naive, never another zone."""
    sessions = document()["absences"][0]["sessions"]
    slots = [one["offer"]["time"]["start"] for one in sessions if one["offer"]]
    assert {slot[-6:] for slot in slots if slot < "2026-10-25"} == {"+02:00"}
    assert {slot[-6:] for slot in slots if slot > "2026-10-26"} == {"+01:00"}


def test_names_only_where_asked_for() -> None:
    """`name` is null without the flag; addresses and phone numbers are in no document."""
    quiet, loud = plan_document(pass_report()), plan_document(pass_report(), names=True)
    for client in practice.clients():
        assert client.name not in quiet
        assert client.name in loud or client.id == "c14"
        assert client.phone not in loud
        assert not client.email or client.email not in loud


def test_the_same_world_in_any_order_gives_the_same_bytes() -> None:
    """Events may come in any order."""
    snapshot = practice.snapshot()
    events = list(snapshot.events)
    Random(3).shuffle(events)
    one, two = (decision(each) for each in (snapshot, replace(snapshot, events=tuple(events))))
    assert plan_of(one.pass_state, one.plan) == plan_of(two.pass_state, two.plan)


def test_a_pass_that_plans_nothing_still_tells_where_things_stand() -> None:
    """`planned` is false, `proven` unknown, the offers are there."""
    read = plan_of(pass_report().decision.pass_state, None)
    assert (read.planned, read.proven, read.digest) == (False, None, None)
    assert sum(1 for one in read.absences[0].sessions if one.offer) == len(
        [offer for offer in pass_report().decision.pass_state.offers if offer.live]
    )


def test_explain_validates() -> None:
    """One client's document reads back strictly, with other times and history."""
    decided = pass_report().decision
    found = explain(decided.pass_state, decided.plan, "OP")
    read = ExplainDocument.model_validate_json(explain_document(decided.pass_state, found))
    assert read.sessions[0].session.initials == "OP"
    assert read.sessions[0].alternatives
    assert read.sessions[0].history


def memory() -> Memory:
    """A store with a calendar, offers under way, an unclear effect and two messages."""
    now = practice.NOW
    pass_state = pass_report().decision.pass_state
    first, *rest = pass_state.offers
    invited = replace(first, state=OfferState.INVITED, invited_at=now, due=now + timedelta(days=3))
    key = EffectKey(first.uid, "0", "invitation")
    unclear = EffectRow(
        key, EffectState.UNKNOWN, "{}", attempts=1, detail="timeout after DATA", changed_at=now
    )
    sent = [
        Sent(
            now - ago,
            replace(key, version=str(number)),
            f"<{number}@example.org>",
            "c01",
            "dana",
            "",
            "",
            "",
            0,
            True,
        )
        for number, ago in enumerate((timedelta(hours=1), timedelta(days=2)))
    ]
    calendar = CalendarState("home/Practice", "token", now, now, Span(now, now + timedelta(days=1)), "lens")
    return Memory(
        "instance-1",
        calendars=(calendar,),
        conflicts=pass_state.conflicts,
        offers=(invited, *rest),
        effects=(unclear,),
        ledger=tuple(sent),
        paused="moving house",
    )


def now_of(memory: Memory, *, running: bool = True) -> StatusDocument:
    """What `status` shows of it at the practice's own moment."""
    return stands(memory, practice.NOW, BERLIN, acting=HOLDER if running else "")


def test_status_counts_what_the_store_knows() -> None:
    """States are counted, unclear effects named, messages of the last day told apart, no name said."""
    text = status_document(now_of(memory()))
    read = StatusDocument.model_validate_json(text)
    assert read.paused == "moving house"
    assert read.offers["invited"] == 1
    assert read.effects == {"unknown": 1}
    assert read.needs_a_look[0].detail == "timeout after DATA"
    assert (read.messages.total, read.messages.last_24h) == (2, 1)
    assert json.loads(text)["next_answer_due"] == "2026-09-24T10:00:00+02:00"
    assert not any(client.name in text for client in practice.clients())


def test_status_shows_what_was_used_of_a_quota_on_the_servers_own_day() -> None:
    """For people and as JSON; what was counted on another day is over."""
    since = practice.NOW - timedelta(hours=2)
    today = Usage(since, practice.NOW + timedelta(hours=9), 412, 38, 2, practice.NOW)
    usage = {"work": today, "home": replace(today, until=practice.NOW)}
    found = stands(memory(), practice.NOW, BERLIN, (), usage, acting=HOLDER)
    (line,) = json.loads(status_document(found))["quota"]
    assert (line["account"], line["requests"], line["busiest_minute"], line["refused"]) == (
        "work",
        412,
        38,
        2,
    )
    said = shown(*status_tables(found, BERLIN))
    assert "Requests to Google today" in said
    assert "412" in said


def test_whose_clock_stands_still_is_not_waited_for() -> None:
    """Somebody wrote: what they would have had to answer until then is due no more."""
    first, *rest = memory().offers
    waits = replace(memory(), offers=(replace(first, frozen=True), *rest))
    assert json.loads(status_document(now_of(waits)))["next_answer_due"] is None


def test_status_for_people() -> None:
    """The same as tables; a fresh store says so instead of showing nothing."""
    said = shown(*status_tables(now_of(memory()), BERLIN))
    assert "paused: moving house" in said
    assert f"runs ({HOLDER})" in said
    assert "2, 1 in 24 h" in said
    assert "timeout after DATA" in said
    accepted = replace(memory().offers[0], state=OfferState.ACCEPTED)
    first = replace(memory().conflicts[0], state=ConflictState.SETTLED)
    settled = replace(memory(), offers=(accepted,), conflicts=(first,))
    said = shown(*status_tables(now_of(settled), BERLIN))
    assert "1 settled" in said
    assert "by hand" not in said
    fresh = shown(*status_tables(now_of(Memory("new"), running=False), BERLIN))
    assert "does not run" in fresh
    assert "No calendar has been read yet." in fresh


GOOD = Memory("one", newest=practice.NOW - timedelta(minutes=2))
QUIET = replace(
    GOOD,
    newest=practice.NOW - timedelta(hours=9),
    grounds=(Ground("home/Practice", practice.NOW - timedelta(minutes=2)),),
)
UNCLEAR = EffectRow(EffectKey("o1", "0", "invitation"), EffectState.UNKNOWN, "")


@pytest.mark.parametrize(
    ("known", "running", "rating"),
    [
        (GOOD, True, 0),
        (QUIET, True, 0),
        (replace(GOOD, paused="moving house"), True, 1),
        (replace(GOOD, effects=(UNCLEAR,)), True, 1),
        (GOOD, False, 2),
        (replace(GOOD, newest=practice.NOW - timedelta(hours=1)), True, 2),
        (Memory("new"), True, 2),
        (replace(GOOD, paused="moving house"), False, 2),
    ],
    ids=[
        "good",
        "nothing new for a night",
        "paused",
        "needs a look",
        "not running",
        "no pass for an hour",
        "no pass yet",
        "stopped",
    ],
)
def test_status_is_rated_for_monitoring(known: Memory, running: bool, rating: int) -> None:
    """What waits for a human is a warning; nothing done is critical, whatever else is so."""
    assert rated(now_of(known, running=running), practice.NOW) == rating


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("copied", "within", "rating"),
    [(None, None, 0), (None, DAY, 1), (DAY * 2, DAY, 1), (DAY / 2, DAY, 0), (DAY * 900, None, 0)],
    ids=["never, and nobody asks", "never", "too old", "new enough", "old, and nobody asks"],
)
def test_a_copy_is_missed_where_one_is_expected(
    copied: timedelta | None, within: timedelta | None, rating: int
) -> None:
    """Who copies otherwise, as PostgreSQL is dumped, asks for none; when the last was made is said in any case."""
    at = practice.NOW - copied if copied else None
    found = now_of(replace(GOOD, copied=at))
    assert rated(found, practice.NOW, within) == rating
    assert found.last_backup == at
    said = shown(*status_tables(found, BERLIN))
    assert ("none by `syncd backup`" in said) is (copied is None)


@pytest.mark.parametrize(("left", "rating"), [(DAY * 4, 0), (DAY * 2, 1), (-DAY, 1)])
def test_a_sign_in_that_ends_is_a_warning_when_the_letters_begin(left: timedelta, rating: int) -> None:
    """Three days before, and while it has ended."""
    ends = {"work": practice.NOW + left}
    found = stands(GOOD, practice.NOW, BERLIN, ends=ends, acting=HOLDER)
    assert rated(found, practice.NOW) == rating
    assert json.loads(status_document(found))["sign_ins_end"] == {
        "work": ends["work"].astimezone(BERLIN).isoformat()
    }
    assert "work" in shown(*status_tables(found, BERLIN))


def test_the_oldest_effect_that_waits_is_named() -> None:
    """One that only a human can settle does not wait: it needs a look."""
    early, late = practice.NOW - timedelta(hours=5), practice.NOW - timedelta(hours=1)
    rows = tuple(
        EffectRow(EffectKey("o1", str(at.hour), "show"), EffectState.READY, "", recorded_at=at)
        for at in (late, early)
    )
    assert now_of(replace(memory(), effects=(*memory().effects, *rows))).oldest_waiting == early
    assert now_of(memory()).oldest_waiting is None
