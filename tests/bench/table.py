"""The tables, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import mean

from rich.table import Table

from tests.bench.hidden import TOLD
from tests.bench.measure import Line
from tests.bench.uncertain import BOUND, CLAIRVOYANT, Outcome


def comparison(every: Sequence[Line]) -> Table:
    """How each method does against the proven best, family by family."""
    table = Table(title="Leaves rescheduled by different methods, against the proven best")
    for head in ("instances", "method"):
        table.add_column(head)
    for head in (
        "leaves", "all tiers\noptimal", "relief per tier\ncrisis·crucial·routine·maint.", "value lost\nmean", "worst",
        "gap to\nLP bound", "proven", "time\nmedian", "plans",
    ):  # fmt: skip
        table.add_column(head, justify="right")
    family = ""
    for line in every:
        if family and line.family != family:
            table.add_section()
        table.add_row(
            line.family if line.family != family else "",
            line.method,
            str(line.leaves),
            f"{line.all_tiers:.0%}",
            " · ".join(f"{relief:.1f}" for relief in line.relief),
            f"{line.value_lost:.2%}",
            f"{line.value_lost_worst:.1%}",
            f"{line.gap:.2%}",
            f"{line.proven:.0%}",
            f"{line.seconds:.2f} s",
            line.plans,
        )
        family = line.family
    return table


def uncertainty(every: Sequence[Outcome]) -> Iterator[Table]:
    """What is relieved where nobody knows who would say yes: one table for each manner of answering."""
    for manner in dict.fromkeys(one.manner for one in every):
        table = Table(
            title=f"Answers uncertain, clients {manner}: up to three offers each, relief in missed sessions"
        )
        table.add_column("strategy")
        for head in (
            "relief of a\nclairvoyant's", "by tier, a leave\ncrisis·crucial·routine·maint.",
            "days off an hour\nby tier",
            "days off\nan hour", "offers\nper leave",
        ):  # fmt: skip
            table.add_column(head, justify="right")
        mine = [one for one in every if one.manner == manner]
        best = sum(sum(one.relief) for one in mine if one.strategy == CLAIRVOYANT)
        for strategy in dict.fromkeys(one.strategy for one in mine):
            table.add_row(strategy, *_strategy([one for one in mine if one.strategy == strategy], best))
        yield table


def availability(every: Sequence[Outcome]) -> Iterator[Table]:
    """What planners reach that do not know when clients can come: one table for each kind of past."""
    for manner in dict.fromkeys(one.manner for one in every):
        table = Table(title=f"Clients {manner}: of what a planner reaches that was told their weeks")
        table.add_column("what the planner knows")
        for head in ("relief", "clients\nrelieved", "offers\nper leave", "days off\nan hour"):
            table.add_column(head, justify="right")
        mine = [one for one in every if one.manner == manner]
        told = [one for one in mine if one.strategy == TOLD]
        for strategy in dict.fromkeys(one.strategy for one in mine):
            table.add_row(strategy, *_of_told([one for one in mine if one.strategy == strategy], told))
        yield table


def _of_told(mine: Sequence[Outcome], told: Sequence[Outcome]) -> list[str]:
    hours = sum(sum(one.hours) for one in mine)
    return [
        f"{sum(sum(one.relief) for one in mine) / sum(sum(one.relief) for one in told):.1%}",
        f"{sum(one.served for one in mine) / sum(one.served for one in told):.1%}",
        f"{mean(one.offers for one in mine):.1f}",
        f"{sum(sum(one.days_off) for one in mine) / hours:.2f}" if hours else "-",
    ]


def _strategy(mine: Sequence[Outcome], best: float) -> list[str]:
    total = f"{sum(sum(one.relief) for one in mine) / best:.1%}"
    if mine[0].strategy == BOUND:
        return [total, "", "", "", ""]
    reached = _by_tier([one.relief for one in mine])
    days, hours = _by_tier([one.days_off for one in mine]), _by_tier([one.hours for one in mine])
    return [
        total,
        " · ".join(f"{tier / len(mine):.2f}" for tier in reached),
        " · ".join(f"{day / hour:.1f}" if hour else "-" for day, hour in zip(days, hours, strict=True)),
        f"{sum(days) / sum(hours):.2f}" if sum(hours) else "-",
        f"{mean(one.offers for one in mine):.1f}" if mine[0].strategy != CLAIRVOYANT else "",
    ]


def _by_tier(lists: Sequence[Sequence[float]]) -> list[float]:
    return [sum(tier) for tier in zip(*lists, strict=True)]
