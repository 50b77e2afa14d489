"""What the command line shows of one pass: every report, in the order in which a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from syncd import picture
from syncd.core.model import Absence, Client, ReadProblem
from syncd.core.model.effects import EffectState
from syncd.core.planning.plan import Plan
from syncd.core.reading.roster import letters_of
from syncd.core.state import PassState
from syncd.cycle import PassReport
from syncd.picture.words import days_words
from syncd.report.absence_pictures import picture_of
from syncd.report.displacements import absences, displacements
from syncd.report.documents import plan_of
from syncd.report.lists import (
    actions_table,
    call_list_table,
    outcomes_table,
    problems_table,
    unsayable_table,
    unsettled_table,
)
from syncd.report.plans import plan_table, unplaced_table
from syncd.report.questions import questions_table
from syncd.report.recognised import alias_hint, recognised_table
from syncd.report.tables import conflicts_table, leave_table, ranking_table, sentences_table


def plan_tables(report: PassReport, *, names: bool = False) -> tuple[RenderableType, ...]:
    """Leave and displaced sessions; for each absence ranking, plan, those without a time; whom to call; trouble."""
    pass_state, plan = report.decision.pass_state, report.decision.plan
    shown = [one for one in absences(pass_state) if pass_state.displaced(one)]
    tables: list[RenderableType] = [*_held(report), leave_table(pass_state)]
    if shown:
        tables.append(conflicts_table(pass_state, names=names))
        for absence in shown:
            if len(shown) > 1:
                tables.append(_heading(pass_state, absence))
            tables += _absence_tables(pass_state, plan, absence, names)
        tables.append(call_list_table(pass_state, names=names))
    if any(diary.questions for diary in pass_state.diaries.values()):
        tables.append(questions_table(pass_state))
    return tuple(_spaced([*tables, *trouble_tables(report, names=names)]))


def _heading(pass_state: PassState, absence: Absence) -> Text:
    zone = pass_state.snapshot.therapist[absence.therapist].zone
    return Text(f"{absence.therapist}, {days_words(absence.span, zone)}", "bold underline")


def _absence_tables(
    pass_state: PassState, plan: Plan | None, absence: Absence, names: bool
) -> list[RenderableType]:
    found = displacements(pass_state, plan, absence)
    ranked = [one.ranked for one in found]
    return [
        ranking_table(ranked, names=names),
        sentences_table(ranked, names=names),
        plan_table(pass_state, plan, found, names=names),
        unplaced_table(pass_state, found, names=names),
    ]


def trouble_tables(report: PassReport, *, names: bool = False) -> tuple[RenderableType, ...]:
    """What only people can settle, and what could not be read; nothing where there is nothing."""
    pass_state = report.decision.pass_state
    tables: list[RenderableType] = []
    if any(one.sessions.unsettled or one.sessions.strangers for one in pass_state.diaries.values()):
        tables.append(unsettled_table(pass_state, names=names))
    problems = (*report.problems, *_shared_initials(pass_state))
    if problems:
        tables.append(problems_table(problems))
    if report.unsayable:
        tables.append(unsayable_table(report.unsayable))
    return tuple(tables)


def _shared_initials(pass_state: PassState) -> Iterator[ReadProblem]:
    """Clients of one therapist whom titles of initials cannot tell apart."""
    for therapist in pass_state.snapshot.therapists:
        found: dict[str, list[Client]] = {}
        for one in pass_state.snapshot.clients:
            if one.initials and therapist.id in one.therapists:
                found.setdefault(letters_of(one.initials).casefold(), []).append(one)
        for clients in found.values():
            if len(clients) > 1:
                said = f"the initials {clients[0].initials} are those of several clients of {therapist.id}: a title"
                said += " of these alone names nobody; give each client initials of their own"
                yield ReadProblem("roster", ", ".join(one.id for one in clients), said)


def action_table(report: PassReport, *, dry: bool, names: bool = False) -> RenderableType:
    """What a pass would do (`dry`), or what it did and how that ended."""
    pass_state, unread = report.decision.pass_state, bool(report.problems)
    if report.halted is not None and not report.outcomes:
        return Group(*_held(report))
    if dry:
        done = actions_table(report.actions, pass_state, unread=unread, names=names)
        hint = Text(alias_hint(pass_state), "dim")
        return Group(recognised_table(pass_state, names=names), hint, *_held(report), done)
    done = outcomes_table(report.actions, report.outcomes, pass_state, unread=unread, names=names)
    return Group(*_held(report), done)


def problem_table(report: PassReport, *, names: bool = False) -> RenderableType:
    """Everything that needs a person, or a line that says nothing does."""
    tables = trouble_tables(report, names=names)
    if report.halted is not None and not tables:
        return Group()  # what stops it was said first, and is all that is wrong
    return Group(*_spaced(list(tables))) if tables else Text("Everything was read and is clear.", "dim")


def week_pictures(report: PassReport) -> str:
    """The weeks around every absence ahead that displaces sessions, as one SVG; initials only."""
    pass_state, plan = report.decision.pass_state, report.decision.plan
    shown = [one for one in absences(pass_state) if pass_state.displaced(one)]
    return picture.week_pictures([picture_of(pass_state, plan, one) for one in shown])


def plan_document(report: PassReport, *, names: bool = False) -> str:
    """`plan --json`: as `plan.schema.json` says, indented, keys in a fixed order."""
    decision = report.decision
    document = plan_of(decision.pass_state, decision.plan, report.problems, names=names)
    return document.model_dump_json(indent=2)


def pass_line(report: PassReport, took: str = "") -> Text:
    """One tidy line about a pass: when, what it decided, how it ended."""
    done = sum(1 for _, state in report.outcomes if state is EffectState.DONE)
    left = len(report.outcomes) - done
    said = Text(f"{_clock(report)}  ", "dim")
    if report.outcomes:
        said.append(f"{done} done", "green")
        said.append(f", {left} not yet" if left else "", "yellow")
    elif report.actions:
        said.append(f"{len(report.actions)} to do", "yellow")
    else:
        said.append("nothing to do", "dim")
    if report.problems:
        said.append(f", {len(report.problems)} not read", "red")
    if report.halted is not None:
        said.append(", stopped", "red")
    elif report.decision.paused:
        said.append(", paused", "yellow")
    return said.append(f"  {took}", "dim") if took else said


def _clock(report: PassReport) -> str:
    zone = report.decision.pass_state.snapshot.practice.zone
    now: datetime = report.now.astimezone(zone)
    return f"{now:%H:%M:%S}"


def _held(report: PassReport) -> list[RenderableType]:
    """What keeps everything in the house, first of all."""
    if report.halted is not None:
        return [Text(f"Stopped: {report.halted.why}. Nothing leaves the house.", "bold red")]
    if not report.decision.paused:
        return []
    return [Text(f"Paused: {report.decision.pass_state.paused}. Nothing leaves the house.", "bold yellow")]


def _spaced(tables: list[RenderableType]) -> list[RenderableType]:
    """A blank line after each."""
    return [Group(table, Text()) for table in tables]
