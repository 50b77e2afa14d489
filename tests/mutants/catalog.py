"""The planted bugs as `catalog.toml` lists them, and where each of them stands in the code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIARY = "diary:"
WORLDS = ("-memory", "-google", "-radicale", "-xandikos")
CATALOG = Path(__file__).with_name("catalog.toml")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One line of the product changed so that it is wrong.

    `was` stands once in `file` and becomes `becomes`; `so` says what people would then meet. `caught_by` are tests as
    pytest takes them, or `diary:NAME` (in memory) and `diary:NAME-WORLD`: one of them has to fail.
    """

    name: str
    file: str
    was: str
    becomes: str
    so: str
    caught_by: tuple[str, ...]

    @property
    def wing(self) -> str:
        """The part of the product that it stands in: `core/offers`, `connectors/mail`, `syncd` for its top level."""
        folders = Path(self.file).parent.parts
        return "/".join(folders[1:3] if folders[:2] == ("syncd", "core") else folders[:2])

    def planted(self, text: str) -> str:
        """The file's text with the bug in it. Raises ValueError where the line does not stand there once."""
        if text.count(self.was) != 1:
            raise ValueError(f"{self.name}: its line stands {text.count(self.was)} times in {self.file}")
        return text.replace(self.was, self.becomes)

    def tests(self) -> Iterator[str]:
        """The tests that have to notice, as pytest takes them."""
        for one in self.caught_by:
            if not one.startswith(DIARY):
                yield one
                continue
            name = one.removeprefix(DIARY)
            played = name if name.endswith(WORLDS) else f"{name}-memory"
            yield f"tests/diary/test_diaries.py::test_diary[{played}]"

    def told_by(self) -> Iterator[str]:
        """The tests that have to notice, as pages name them: `tests/….py::test_…`, a diary's file, or a whole file."""
        for one in self.caught_by:
            if not one.startswith(DIARY):
                yield one.partition("[")[0]
                continue
            name, world = one.removeprefix(DIARY), next((end for end in WORLDS if one.endswith(end)), "")
            yield f"tests/diary/{name.removesuffix(world)}.diary"


def read_catalog(path: Path = CATALOG) -> tuple[Mutant, ...]:
    """Every planted bug, in the order of the file."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    return tuple(Mutant(**{**row, "caught_by": tuple(row["caught_by"])}) for row in rows)
