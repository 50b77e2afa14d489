"""The two tables, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

from rich.table import Table

from tests.bench.measure import Line
from tests.bench.uncertain import Outcome


def comparison(every: Sequence[Line]) -> Table:
    """How each method does against the proven best, family by family."""
    table = Table(title="Leaves rescheduled by different methods, against the proven best")
    for head in ("instances", "method"):
        table.add_column(head)
    for head in (
        "leaves", "all tiers\noptimal", "served per tier\ncrisis·crucial·routine·maint.", "value lost\nmean", "worst",
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
            " · ".join(f"{served:.1f}" for served in line.served),
            f"{line.value_lost:.2%}",
            f"{line.value_lost_worst:.1%}",
            f"{line.gap:.2%}",
            f"{line.proven:.0%}",
            f"{line.seconds:.2f} s",
            line.plans,
        )
        family = line.family
    return table


def uncertainty(every: Sequence[Outcome]) -> Table:
    """What is rescued where half of the clients' half-days are impossible and nobody knows which."""
    table = Table(title="Answers uncertain: share of what a clairvoyant would rescue, three offers each")
    table.add_column("strategy")
    for head in ("leaves", "rescued\nmean", "worst", "offers\nper leave"):
        table.add_column(head, justify="right")
    for strategy in dict.fromkeys(one.strategy for one in every):
        mine = [one for one in every if one.strategy == strategy]
        table.add_row(
            strategy,
            str(len(mine)),
            f"{mean(one.rescued for one in mine):.1%}",
            f"{min(one.rescued for one in mine):.1%}",
            f"{mean(one.offers for one in mine):.1f}",
        )
    return table
