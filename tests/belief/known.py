"""What is found today and shall not be: each line of `known.txt` fails once it is no longer found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.belief.truth import Finding

MAILED, CARRIED = ("memory", "radicale"), ("google", "xandikos", "cyrus")
SERVED = ("xandikos", "cyrus")
_GROUPS = {"mailed": MAILED, "carried": CARRIED, "served": SERVED, "mixed": ("mixed",)}
STRICT = ("memory", "google", "mixed")  # each diary is played there in every run; servers may find it or not


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of this kind in this diary (or `walks`), in these worlds, and the report's sentence."""

    kind: str
    diary: str
    worlds: tuple[str, ...]
    report: str


@lru_cache(maxsize=1)
def known() -> tuple[Known, ...]:
    """All lines: `kind | diary | mailed, carried, served | sentence`."""
    lines = (Path(__file__).parent / "known.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_known(line) for line in lines if line.strip() and not line.startswith("#"))


def _known(line: str) -> Known:
    kind, diary, groups, report = (one.strip() for one in line.split("|"))
    worlds = tuple(world for group in groups.split(",") for world in _GROUPS[group.strip()])
    assert report, f"known.txt: no sentence says what is wrong: {line}"
    return Known(kind, diary, worlds, report)


def unexpected(diary: str, world: str, found: Iterable[Finding]) -> list[str]:
    """What nobody knows of yet, and what is known and no longer found, each as a sentence."""
    mine = [one for one in known() if one.diary == diary and world in one.worlds]
    kinds = {one.kind for one in mine}
    new = [str(one) for one in found if one.kind not in kinds]
    seen = {one.kind for one in found}
    gone = [
        f"no longer found in {diary} ({world}), so remove its line from known.txt: {one.kind} | {one.report}"
        for one in mine
        if world in STRICT and one.kind not in seen
    ]
    return [*new, *gone]


def tolerated() -> frozenset[str]:
    """Kinds that walks may find: a life does not find the same faults twice."""
    return frozenset(one.kind for one in known() if one.diary == "walks")
