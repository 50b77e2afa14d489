"""What is wrong with a page, in one line that says what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`where`: a path from the repository's root; `line`: from 1, or 0 for the whole file."""

    where: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.where}:{self.line}" if self.line else self.where
        return f"{place}: {self.what}: {self.remedy}"
