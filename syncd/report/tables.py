"""What is away, what it displaces, who comes first and why, as tables for a terminal 100 columns wide.

Clients stand as initials (ids where the roster does not know them); `names=True` adds their names.
Times are the therapist's.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Column
from rich.text import Text

from syncd.core.model import Absence, Conflict, OriginalState
from syncd.core.planning.ranking import SCORE_MAX, Ranked
from syncd.core.reading.titles.sayings import sayings_of
from syncd.core.state import PassState
from syncd.core.state.approval.covered import sessions_among
from syncd.core.telling.session_status import status_of
from syncd.picture.words import days_words, span_words
from syncd.report.columns import TIER_WORDS, filled, fixed, flowing, number, sparse, state_words, words
from syncd.report.displacements import absences, displaced_rows
from syncd.report.words import named, when_words, who

FACTORS = ("interval", "gap", "relationship", "phase", "fairness")
_FACTOR_STYLES = dict(zip(FACTORS, ("blue", "cyan", "green", "yellow", "red"), strict=True))
_BAR = 16  # characters for a score of 1000


def leave_table(pass_state: PassState) -> RenderableType:
    """Every absence: its days, its blocks, how many sessions it displaces, and what it waits for."""
    table = sparse(
        "Leave and absences",
        words("Therapist"),
        fixed("Days"),
        number("Blocks"),
        number("Sessions"),
        flowing("Approval"),
    )
    return filled(table, (_leave_row(pass_state, one) for one in absences(pass_state)), "No leave ahead.")


def _leave_row(pass_state: PassState, absence: Absence) -> tuple[str | Text, ...]:
    zone = pass_state.snapshot.therapist[absence.therapist].zone
    days = Text(days_words(absence.span, zone))
    if len(absence.blocks) > 1:
        for block in absence.blocks:
            days.append(f"\n  {when_words(block.when, zone)}", "dim")
    displaced = str(len(pass_state.displaced(absence)))
    return absence.therapist, days, str(len(absence.blocks)), displaced, approval_words(pass_state, absence)


def approval_words(pass_state: PassState, absence: Absence) -> Text:
    """Why an absence waits for a yes and how to give it; `not needed` or `given` otherwise."""
    conflicts = pass_state.displaced(absence)
    why = pass_state.waits(absence) if conflicts else ""
    if not why:
        given = any(row.conflicts & {one.id for one in conflicts} for row in pass_state.approvals)
        return Text("given", "green") if given else Text("not needed", "dim")
    short = pass_state.code(absence)
    said = Text(f"waits: {why}\n", "yellow")
    if any(pass_state.approved(one) for one in conflicts):
        new = len(sessions_among(pass_state.pending(absence)))
        sessions = "one session is" if new == 1 else f"{new} sessions are"
        since = (
            f"{sessions} new or offered something new" if new else "what the mails say in own words is new"
        )
        said += Text(f"a yes was given before; since then {since}\n", "yellow")
    for one in sayings_of(absence):
        said += Text("" if one.fault else f"mails say: {one.text}\n")
    return said + Text(f"#ok {short} in the block, or: syncd approve {short}", "default")


def conflicts_table(pass_state: PassState, *, names: bool = False) -> RenderableType:
    """Every displaced session in order of time: where it stands, and what has become of the original."""
    table = sparse(
        "Displaced sessions",
        words("Client"),
        fixed("Original"),
        number("Min"),
        fixed("State"),
        words("Original is"),
        number("Offers"),
        words("Id"),
    )
    rows = (_conflict_row(pass_state, row, names) for row in displaced_rows(pass_state))
    return filled(table, rows, "No session is displaced.")


def _conflict_row(pass_state: PassState, row: Conflict, names: bool) -> tuple[str | Text, ...]:
    cancelled = row.original is OriginalState.CANCELLED
    return (
        who(row.client, pass_state.snapshot, names),
        span_words(row.span, pass_state.therapist(row).zone),
        str(int(row.span.duration.total_seconds() // 60)),
        state_words(status_of(pass_state, row)),
        Text("cancelled", "dim") if cancelled else Text("standing"),
        str(len(pass_state.of(row))),
        Text(row.id, "dim"),
    )


def ranking_table(ranked: Sequence[Ranked], *, names: bool = False) -> RenderableType:
    """Everybody by rank: tier, score (0 to 1000 within the tier) and its bar, the points of each factor."""
    table = sparse("Ranking", number("#"), words("Client"), fixed("Tier"), number("Score"), *_columns(names))
    return filled(table, (_ranking_row(one, names) for one in _ordered(ranked)), "Nobody to rank.")


def _columns(names: bool) -> list[Column]:
    """The bar gives way to names."""
    points = [number(name) for name in FACTORS]
    return points if names else [fixed(""), *points]


def sentences_table(ranked: Sequence[Ranked], *, names: bool = False) -> RenderableType:
    """The ranking in words: for everybody the one sentence that a therapist would say."""
    table = sparse("Why in that order", number("#"), words("Client"), flowing("Because"))
    rows = ((str(one.position), named(one.client, names), one.sentence) for one in _ordered(ranked))
    return filled(table, rows, "Nobody to rank.")


def _ordered(ranked: Sequence[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda one: one.position)


def _ranking_row(one: Ranked, names: bool) -> tuple[str | Text, ...]:
    points = {part.name: part.points for part in one.parts}
    return (
        str(one.position),
        named(one.client, names),
        TIER_WORDS[one.tier],
        str(one.score),
        *(() if names else (_bar(one),)),
        *(Text(f"{points.get(name, 0):.0f}", _FACTOR_STYLES[name]) for name in FACTORS),
    )


def _bar(one: Ranked) -> Text:
    """The score as a bar in the colours of its factors."""
    total = sum(part.points for part in one.parts)
    bar, reached = Text(), 0.0
    for part in one.parts:
        before = round(reached)
        reached += _BAR * one.score / SCORE_MAX * part.points / total if total > 0 else 0.0
        bar.append("▆" * (round(reached) - before), _FACTOR_STYLES.get(part.name, "dim"))
    return bar
