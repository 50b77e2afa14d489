"""Figures of an earlier planner on the same practices, so that one run says how much better a plan is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.panel.judged import Figures

KEPT = Path(__file__).with_name("baseline.json")
_FIELDS = ("placements", "broken", "beside_hour", "days_off", "hours", "useless", "passed_over", "day_more")


@dataclass(frozen=True)
class Earlier:
    """What was recorded, by seed and practice; `commit` names the planner."""

    commit: str
    seeds: dict[str, dict[str, dict[str, object]]]

    def tiers(self, seed: int, practices: Iterable[str], name: str) -> list[float] | None:
        """The sum of a list by tier over these practices; None where one of them was not recorded."""
        known = self.seeds.get(str(seed), {})
        rows = [known.get(one) for one in practices]
        if not rows or None in rows:
            return None
        lists = [row[name] for row in rows if row]
        return [sum(float(str(value)) for value in tier) for tier in zip(*lists, strict=True)]


def recorded(path: Path = KEPT) -> Earlier:
    """Read a baseline; an empty one where there is none."""
    if not path.exists():
        return Earlier("", {})
    data = json.loads(path.read_text(encoding="utf-8"))
    return Earlier(data["commit"], data["seeds"])


def record(path: Path, commit: str, seed: int, every: Sequence[Figures]) -> None:
    """Put one seed's figures down, one practice a line; other seeds of the same commit stay."""
    before = recorded(path)
    seeds = dict(before.seeds) if before.commit == commit else {}
    seeds[str(seed)] = {one.practice: {name: getattr(one, name) for name in _FIELDS} for one in every}
    blocks = []
    for number in sorted(seeds, key=int):
        rows = ",\n".join(f"   {json.dumps(name)}: {json.dumps(row)}" for name, row in seeds[number].items())
        blocks.append(f'  "{number}": {{\n{rows}\n  }}')
    body = ",\n".join(blocks)
    text = f'{{\n "commit": {json.dumps(commit)},\n "seeds": {{\n{body}\n }}\n}}\n'
    path.write_text(text, encoding="utf-8")
