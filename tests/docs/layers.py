"""Imports that point up, and rooms outside the wings: in a line each, where import-linter says it in twenty."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.docs.findings import Finding
from tests.docs.rooms import CORE, layers, wings

MOST_WINGS, MOST_FILES, MOST_ROOMS = 9, 5, 15


def upward(root: Path) -> Iterator[Finding]:
    """Imports against the layers that pyproject.toml names."""
    for container, order in layers(root).items():
        folder = root / container.replace(".", "/")
        for path in sorted(folder.rglob("*.py")):
            own = order.get(_child(path.relative_to(folder).with_suffix("").parts))
            for line, name in _imported(path):
                target = order.get(_child(name.removeprefix(f"{container}.").split(".")))
                if (
                    name.startswith(f"{container}.")
                    and own is not None
                    and target is not None
                    and own > target
                ):
                    what = f"imports {name}, which lies above it"
                    where = path.relative_to(root).as_posix()
                    yield Finding(where, line, what, "move what it needs down, or this up")


def outside(root: Path) -> Iterator[Finding]:
    """Files of the core that stand in no wing and in no layer, wings that grew too large."""
    core, known = root / CORE, layers(root).get(CORE.replace("/", "."), {})
    files = [path for path in sorted(core.glob("*.py")) if path.name != "__init__.py"]
    for path in files:
        if path.stem not in known:
            what, remedy = "stands in no wing", "move it into the wing whose question it answers"
            yield Finding(path.relative_to(root).as_posix(), 0, what, remedy)
    houses = wings(root)
    if len(houses) > MOST_WINGS or len(files) > MOST_FILES:
        what = f"holds {len(houses)} wings and {len(files)} files, {MOST_WINGS} and {MOST_FILES} at most"
        yield Finding(CORE, 0, what, "put it into a wing that is there")
    for wing in houses:
        rooms = [path for path in wing.iterdir() if _room(path)]
        if len(rooms) > MOST_ROOMS:
            where, what = wing.relative_to(root).as_posix(), f"holds {len(rooms)} rooms, {MOST_ROOMS} at most"
            yield Finding(where, 0, what, "fold small ones into their noun, or make a package of some")


def _room(path: Path) -> bool:
    return (path / "__init__.py").exists() or (path.suffix == ".py" and path.stem != "__init__")


def _child(parts: list[str] | tuple[str, ...]) -> str:
    return parts[0] if parts else ""


def _imported(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                yield from ((node.lineno, f"{module}.{one.name}") for one in names)
            case ast.Import(names=names):
                yield from ((node.lineno, one.name) for one in names)
