"""The panel's tables, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from tests.panel.baseline import Earlier
from tests.panel.judged import Figures
from tests.panel.rules import RULES
from tests.panel.sight import TIERS


def tables(every: Sequence[Figures], seed: int, earlier: Earlier) -> Iterator[Table]:
    """By practice, by rule, by tier; then what the whole says."""
    yield _practices(every)
    yield _rules(every)
    yield _tiers(every, seed, earlier)
    yield _whole(every)


def summed(lists: Sequence[Sequence[float]]) -> list[float]:
    """Tier by tier."""
    return [sum(tier) for tier in zip(*lists, strict=True)]


def share(part: float, whole: float) -> str:
    """A share in percent; a dash where there is nothing."""
    return f"{part / whole:.1%}" if whole else "-"


def _practices(every: Sequence[Figures]) -> Table:
    table = _table(
        "Practices",
        "practice",
        "displaced",
        "placed",
        "broken",
        "beside\nthe hour",
        "useless",
        "days off\nan hour",
        "proven",
    )
    for one in every:
        table.add_row(
            one.practice, str(one.displaced), str(sum(one.placements)), str(sum(one.broken)),
            str(sum(one.beside_hour)), str(sum(one.useless)), _ratio(sum(one.days_off), sum(one.hours)),
            "yes" if one.proven else "no",
        )  # fmt: skip
    return table


def _rules(every: Sequence[Figures]) -> Table:
    table = _table(
        "Broken by rule and tier (a placement may break several)", "rule", *TIERS, "all", "what it says"
    )
    for rule in RULES:
        tiers = summed([one.by_rule[rule.name] for one in every])
        table.add_row(rule.name, *(f"{tier:.0f}" for tier in tiers), f"{sum(tiers):.0f}", rule.sentence)
    return table


def _tiers(every: Sequence[Figures], seed: int, earlier: Earlier) -> Table:
    table = _table("By tier", "", *TIERS, "all")
    placed, broken = (summed([getattr(one, name) for one in every]) for name in ("placements", "broken"))
    beside = summed([one.beside_hour for one in every])
    days, spent = summed([one.days_off for one in every]), summed([one.hours for one in every])
    _line(table, "placements", placed)
    _line(table, "break a rule", broken)
    table.add_row("share that breaks one", *map(share, broken, placed), share(sum(broken), sum(placed)))
    table.add_row("without the hour of day", *map(share, beside, placed), share(sum(beside), sum(placed)))
    _line(table, "useless (no day off)", summed([one.useless for one in every]))
    _line(table, "days off longest stretches", days)
    _line(table, "make-up hours", spent)
    table.add_row("days off an hour", *map(_ratio, days, spent), _ratio(sum(days), sum(spent)))
    names = [one.practice for one in every]
    days_then, spent_then = (earlier.tiers(seed, names, name) for name in ("days_off", "hours"))
    if days_then and spent_then:
        table.add_section()
        _line(table, f"days off at {earlier.commit}", days_then)
        then = [
            _per(*pair)
            for pair in zip([*days_then, sum(days_then)], [*spent_then, sum(spent_then)], strict=True)
        ]
        now = [_per(*pair) for pair in zip([*days, sum(days)], [*spent, sum(spent)], strict=True)]
        table.add_row(f"days off an hour at {earlier.commit}", *(f"{one:.2f}" for one in then))
        table.add_row("times that", *(_ratio(a, b) for a, b in zip(now, then, strict=True)))
    return table


def _whole(every: Sequence[Figures]) -> Table:
    table = _table("Beside the rules", "", "how often")
    table.add_row(
        "crisis or crucial clients without a time while a lower tier has one",
        str(sum(one.passed_over for one in every)),
    )
    table.add_row("of these, with a time open to them", str(sum(one.needless for one in every)))
    table.add_row(
        "times of a lower tier that would serve a higher one by a day more",
        str(sum(one.day_more for one in every)),
    )
    table.add_row(
        "the same, if the higher one gave up their own weekday for another",
        str(sum(one.for_a_day for one in every)),
    )
    table.add_row("longer sessions (no meetings, judged by no rule)", str(sum(one.pieces for one in every)))
    for name in every[0].remarks:
        table.add_row(name, str(sum(one.remarks[name] for one in every)))
    return table


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title)
    for number, head in enumerate(heads):
        table.add_column(head, justify="left" if number == 0 or head == "what it says" else "right")
    return table


def _line(table: Table, name: str, tiers: Sequence[float]) -> None:
    table.add_row(name, *(f"{one:.0f}" for one in tiers), f"{sum(tiers):.0f}")


def _per(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _ratio(part: float, whole: float) -> str:
    return f"{part / whole:.2f}" if whole else "-"
