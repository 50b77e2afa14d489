"""The rooms of the core, each with the question it answers: the first line of its docstring."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.docs.findings import Finding

CORE = "syncd/core"
PICTURE = "docs/architecture.svg"


def rooms(root: Path) -> Iterator[str]:
    """A table for what stands above the wings, and one for each wing, in the order of their names."""
    core = root / CORE
    yield from _table(root, core, sorted(core.glob("*.py")))
    for wing in wings(root):
        yield ""
        yield from _table(root, wing, sorted(wing.rglob("*.py")))


def wings(root: Path) -> tuple[Path, ...]:
    """The packages of the core."""
    return tuple(sorted(path.parent for path in (root / CORE).glob("*/__init__.py")))


def drawn(root: Path) -> Iterator[Finding]:
    """Wings that the picture does not show."""
    picture = root / PICTURE
    text = picture.read_text(encoding="utf-8") if picture.exists() else ""
    for wing in wings(root):
        if f">{wing.name}<" not in text:
            yield Finding(PICTURE, 0, f"the wing {wing.name} is not in it", "draw it")


def _table(root: Path, folder: Path, files: list[Path]) -> Iterator[str]:
    yield f"**{folder.name}**: {_says(folder / '__init__.py')}"
    yield ""
    yield "| room | what it holds |"
    yield "|---|---|"
    for path in files:
        if path.name != "__init__.py":
            shown = path.relative_to(folder).as_posix()
            yield f"| [{shown}](../{path.relative_to(root).as_posix()}) | {_says(path)} |"


def _says(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = text.partition("\n\n")[0].replace("\n", " ")
    return re.sub(r" \((?:docs/|DESIGN)[^)]*\)", "", first).replace("|", "\\|")
