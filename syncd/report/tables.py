"""What is away, what it displaces, who comes first and why, as tables for a terminal 100 columns wide.

Clients stand as initials (ids where the roster does not know them); `names=True` adds their names.
Times are the therapist's.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from syncd.core.approval import code, pending
from syncd.core.letters import status_of
from syncd.core.model import Absence, Conflict, OriginalState
from syncd.core.ranking import SCORE_MAX, Ranked
from syncd.core.standing import Standing
from syncd.report.columns import TIER_WORDS, Justify, filled, sparse, state_words
from syncd.report.words import days_words, named, span_words, when_words, who

FACTORS = ("interval", "gap", "relationship", "phase", "fairness")
_FACTOR_STYLES = dict(zip(FACTORS, ("blue", "cyan", "green", "yellow", "red"), strict=True))
_BAR = 16  # characters for a score of 1000
_FACTOR_COLUMNS: tuple[tuple[str, Justify], ...] = tuple((name, "right") for name in FACTORS)


def leave_table(standing: Standing) -> RenderableType:
    """Every absence: its days, its blocks, how many sessions it displaces, and what it waits for."""
    table = sparse("Leave and absences", "Therapist", "Days", "Blocks", ("Sessions", "right"), "Approval…")
    return filled(table, (_leave_row(standing, one) for one in absences(standing)), "No leave ahead.")


def absences(standing: Standing) -> tuple[Absence, ...]:
    """All absences that are not over, in order of time."""
    every = (one for one in standing.absence.values() if one.span.end > standing.now)
    return tuple(sorted(every, key=lambda one: (one.span, one.therapist, one.id)))


def _leave_row(standing: Standing, absence: Absence) -> tuple[str | Text, ...]:
    zone = standing.snapshot.therapist[absence.therapist].zone
    blocks = "\n".join(when_words(block.when, zone) for block in absence.blocks)
    displaced = standing.displaced(absence)
    return (
        absence.therapist,
        days_words(absence.span, zone),
        blocks if len(absence.blocks) > 1 else "one",
        str(len(displaced)),
        approval_words(standing, absence),
    )


def approval_words(standing: Standing, absence: Absence) -> Text:
    """Why an absence waits for a yes and how to give it; `not needed` or `given` otherwise."""
    conflicts = standing.displaced(absence)
    why = standing.waits(absence) if conflicts else ""
    if not why:
        given = any(row.conflicts & {one.id for one in conflicts} for row in standing.approvals)
        return Text("given", "green") if given else Text("not needed", "dim")
    short = code(pending(conflicts, standing.approvals))
    said = Text(f"waits: {why}\n", "yellow")
    return said + Text(f"#ok {short} in the block, or: syncd approve {short}", "default")


def conflicts_table(standing: Standing, *, names: bool = False) -> RenderableType:
    """Every displaced session in order of time: where it stands, and what has become of the original."""
    table = sparse(
        "Displaced sessions",
        "Client",
        "Original",
        ("Min", "right"),
        "State",
        "Original is",
        ("Offers", "right"),
        "Id",
    )
    rows = sorted((row for row in standing.conflicts if row.displaced), key=lambda row: (row.span, row.id))
    return filled(table, (_conflict_row(standing, row, names) for row in rows), "No session is displaced.")


def _conflict_row(standing: Standing, row: Conflict, names: bool) -> tuple[str | Text, ...]:
    cancelled = row.original is OriginalState.CANCELLED
    return (
        who(row.client, standing.snapshot.client, names),
        span_words(row.span, standing.therapist(row).zone),
        str(int(row.span.duration.total_seconds() // 60)),
        state_words(status_of(standing, row)),
        Text("cancelled", "dim") if cancelled else Text("standing"),
        str(len(standing.of(row))),
        Text(row.id, "dim"),
    )


def ranking_table(ranked: Sequence[Ranked], *, names: bool = False) -> RenderableType:
    """Everybody by rank: tier, score (0 to 1000 within the tier) and its bar, the points of each factor."""
    table = sparse("Ranking", ("#", "right"), "Client", "Tier", ("Score", "right"), *_columns(names))
    return filled(table, (_ranking_row(one, names) for one in _ordered(ranked)), "Nobody to rank.")


def _columns(names: bool) -> tuple[str | tuple[str, Justify], ...]:
    """The bar gives way to names."""
    return _FACTOR_COLUMNS if names else ("", *_FACTOR_COLUMNS)


def sentences_table(ranked: Sequence[Ranked], *, names: bool = False) -> RenderableType:
    """The ranking in words: for everybody the one sentence that a therapist would say."""
    table = sparse("Why in that order", ("#", "right"), "Client", "Because…")
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
