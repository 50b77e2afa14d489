"""Question marks in `plan` and `explain`: by tier, with the starts that cost less, as tables and as JSON."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

from rich.console import Console

from syncd.core.planning.asked.costing import costs
from syncd.core.planning.asked.due import wanted
from syncd.core.state import PassState
from syncd.report.questions import asked_lines, asked_records, question_records, questions_table
from syncd.solver import solve_here, unless_alone
from tests.core.asked_worlds import ASKED, asked, question, standing_of

WEEK = timedelta(days=7)


def _costed() -> PassState:
    snapshot = asked(question(ASKED + WEEK), clients=6)
    jobs = wanted(standing_of(snapshot))
    return standing_of(replace(snapshot, costs=costs(snapshot, jobs, unless_alone(solve_here))))


def _shown(*what: object) -> str:
    console = Console(file=io.StringIO(), width=220, no_color=True)
    for one in what:
        console.print(one)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_the_table_says_what_the_record_says() -> None:
    """Burdens, proof and starts; names only where they were asked for."""
    pass_state = _costed()
    (record,) = question_records(pass_state)
    (named,) = question_records(pass_state, names=True)
    said = _shown(questions_table(pass_state))
    assert record.burden is not None
    assert record.left is not None
    assert f"{record.burden:.1f} → {record.left:.1f}" in said
    assert "proven best" in said
    assert [one.tier for one in record.tiers] == ["crisis", "routine"]
    assert all(
        f"{one.sessions} sessions, {one.left:.1f} left" in " ".join(said.split()) for one in record.starts[:1]
    )
    assert {one.name for one in record.would_displace} == {None}
    assert all(one.name for one in named.would_displace)


def test_what_is_not_known_yet_is_said_and_null() -> None:
    """Before it is worked out, and where that failed."""
    pass_state = standing_of(asked())
    (record,) = question_records(pass_state)
    assert (record.burden, record.worked_out_at, record.tiers) == (None, None, [])
    assert "not worked out yet" in _shown(questions_table(pass_state))
    cost = replace(_costed().snapshot.costs[0], failed="TimeoutExpired")
    failed = standing_of(replace(asked(), costs=(cost,)))
    assert question_records(failed)[0].failed == "TimeoutExpired"
    assert "TimeoutExpired" in _shown(questions_table(failed))


def test_explain_names_the_sessions_of_one_client() -> None:
    """By id, initials or name; nobody else's."""
    pass_state = _costed()
    (one,) = asked_records(pass_state, "qa")
    assert one.first == ASKED + WEEK
    assert "would displace" in _shown(*asked_lines(pass_state, "c0"))
    assert asked_lines(pass_state, "nobody") == ()
