"""The rooms of the house, each with the question it answers: the first line of its docstring."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.docs.findings import Finding

CORE = "syncd/core"
PICTURE = "docs/architecture.svg"
LOOKED_INTO = ("settings", "wording", "store", "solver")  # parts of the shell with a line for each file


def layers(root: Path) -> Mapping[str, Mapping[str, int]]:
    """The contracts of pyproject.toml: by container, each of its parts with its layer; 0 is the top."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings.get("tool", {}).get("importlinter", {}).get("contracts", ())
    return {
        container: {
            part: level for level, line in enumerate(one["layers"]) for part in re.findall(r"\w+", line)
        }
        for one in contracts
        if one["type"] == "layers"
        for container in one.get("containers", ())
    }


def wings(root: Path) -> tuple[Path, ...]:
    """The packages of the core, from the lowest layer to the highest."""
    order = layers(root).get(CORE.replace("/", "."), {})
    found = (path.parent for path in (root / CORE).glob("*/__init__.py"))
    return tuple(sorted(found, key=lambda path: (-order.get(path.name, 0), path.name)))


def rooms(root: Path) -> Iterator[str]:
    """A table for each wing, and one for what stands above them."""
    for wing in (*wings(root), root / CORE):
        yield f"**{wing.name}.** {_introduces(wing / '__init__.py')}"
        yield ""
        yield "| room | what it holds |"
        yield "|---|---|"
        for path in sorted(wing.glob("*.py") if wing.name == "core" else wing.rglob("*.py")):
            if path.name != "__init__.py":
                yield _row(root, path, path.relative_to(wing).as_posix())
        yield ""


def shell(root: Path) -> Iterator[str]:
    """What stands around the core, from the top layer to the lowest."""
    yield "| part | what it does |"
    yield "|---|---|"
    for part in layers(root).get("syncd", {}):
        folder, file = root / "syncd" / part, root / f"syncd/{part}.py"
        if part != "core" and (folder.exists() or file.exists()):
            inside = folder / "__init__.py" if folder.exists() else file
            yield _row(root, inside, f"{part}/" if folder.exists() else f"{part}.py")


def shell_files(root: Path) -> Iterator[str]:
    """A table of the files for each part of the shell that is `LOOKED_INTO`; folders inside it are left out."""
    for part in LOOKED_INTO:
        yield from _files(root, root / "syncd" / part)


def connectors(root: Path) -> Iterator[str]:
    """A table of the files for each connector, and one for what they share."""
    for folder in sorted(path.parent for path in (root / "connectors").rglob("__init__.py")):
        yield from _files(root, folder)


def _files(root: Path, folder: Path) -> Iterator[str]:
    files = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    if not files:
        return
    claim, _, _ = _docstring(folder / "__init__.py").partition("\n\n")
    yield f"**{folder.name}.** {_cell(claim)}"
    yield ""
    yield "| file | what it holds |"
    yield "|---|---|"
    yield from (_row(root, path, path.name) for path in files)
    yield ""


def drawn(root: Path) -> Iterator[Finding]:
    """Wings that the picture does not show."""
    picture = root / PICTURE
    text = picture.read_text(encoding="utf-8") if picture.exists() else ""
    for wing in wings(root):
        if f">{wing.name}<" not in text:
            yield Finding(PICTURE, 0, f"the wing {wing.name} is not in it", "draw it")


def _row(root: Path, path: Path, shown: str) -> str:
    target = path.parent if path.name == "__init__.py" else path
    claim, _, _ = _docstring(path).partition("\n\n")
    return f"| [{shown}](../{target.relative_to(root).as_posix()}) | {_cell(claim)} |"


def _introduces(path: Path) -> str:
    """What a wing says of itself, but for the list of its rooms; without its name, which stands before."""
    said = _cell(re.split(r"\n\s*Rooms:", _docstring(path))[0])
    return re.sub(rf"^{path.parent.name.title()}: (\w)", lambda match: match[1].upper(), said)


def _docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def _cell(text: str) -> str:
    plain = re.sub(r" \(docs/[^)]*\)", "", " ".join(text.split()))
    return plain.replace("|", "\\|")
