"""What speaks against a release, a line each that says what to do."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from release.pins import CONSTRAINTS, HASHED, asked_for, needed, pinned, unhashed


@dataclass(frozen=True, slots=True)
class Tree:
    """What lies there to be released. `committed`: seconds since 1970 of the commit; `tags`: those on it."""

    root: Path
    version: str
    changes: str
    committed: int
    tags: frozenset[str]
    edited: tuple[str, ...]

    @classmethod
    def read(cls, root: Path) -> Tree:
        """A checkout, as git and its files tell it."""
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return cls(
            root,
            project["version"],
            (root / "CHANGELOG.md").read_text(encoding="utf-8"),
            int(_git(root, "log", "-1", "--format=%ct")),
            frozenset(_git(root, "tag", "--points-at", "HEAD").split()),
            tuple(_git(root, "status", "--porcelain").splitlines()),
        )


def problems(tree: Tree, *, rehearsal: bool) -> list[str]:
    """All of them. A rehearsal is asked for neither date, nor tag, nor commit."""
    found = [*changelog(tree, rehearsal=rehearsal), *requirements(tree.root)]
    return found if rehearsal else [*found, *committed(tree)]


def changelog(tree: Tree, *, rehearsal: bool) -> Iterator[str]:
    """The version has a section, with its day."""
    title = re.search(rf"^## {re.escape(tree.version)}(?: \((.+)\))?$", tree.changes, re.MULTILINE)
    if title is None:
        yield f"CHANGELOG.md has no section `## {tree.version} (YYYY-MM-DD)`: say there what changed"
    elif not rehearsal and not re.fullmatch(r"\d{4}-\d\d-\d\d", title[1] or ""):
        yield f"CHANGELOG.md: `{title[0]}` has no day: put it as (YYYY-MM-DD)"


def committed(tree: Tree) -> Iterator[str]:
    """Everything is committed, and the commit has the version's tag and no other version's."""
    if tree.edited:
        yield f"{len(tree.edited)} files are not committed, the first {tree.edited[0].strip()}: commit or remove"
    versions = {tag for tag in tree.tags if re.match(r"v\d", tag)}
    if versions != {f"v{tree.version}"}:
        yield (
            f"the commit's tags are {', '.join(sorted(versions)) or 'none'}, the version is {tree.version}: "
            f"git tag -s v{tree.version}, or mend `version` in pyproject.toml"
        )


def requirements(root: Path) -> Iterator[str]:
    """requirements.txt holds what a service needs, at the versions of constraints.txt, each with its hashes."""
    text = (root / HASHED).read_text(encoding="utf-8")
    pins, hashed = pinned((root / CONSTRAINTS).read_text(encoding="utf-8")), pinned(text)
    for name in sorted(needed(asked_for(root)) - set(hashed)):
        yield f"{HASHED} lacks {name}: make hashes"
    for name in sorted(set(pins) & set(hashed)):
        if pins[name] != hashed[name]:
            yield f"{HASHED} has {name} {hashed[name]}, {CONSTRAINTS} {pins[name]}: make hashes"
    for name in unhashed(text):
        yield f"{HASHED} has no hash for {name}: make hashes"


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()
