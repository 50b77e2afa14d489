"""The pinned requirements: constraints.txt, and requirements.txt with the hashes of every file of each version."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS, HASHED = "constraints.txt", "requirements.txt"
NOT_SERVED = frozenset({"demo", "dev"})  # extras that a service has no use for
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def pinned(text: str) -> Mapping[str, str]:
    """Versions by canonical name."""
    return {canonicalize_name(name): version for name, version in _PIN.findall(text)}


def unhashed(text: str) -> Iterator[str]:
    """Names of pins without a hash."""
    starts = [*_PIN.finditer(text)]
    ends = [*(one.start() for one in starts[1:]), len(text)]
    for one, end in zip(starts, ends, strict=True):
        if not _HASH.search(text, one.start(), end):
            yield canonicalize_name(one[1])


def asked_for(root: Path) -> tuple[Requirement, ...]:
    """What pyproject.toml asks for on a machine that serves: all but the extras of demo and development."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    lines = [*project["dependencies"], *(one for name in set(extras) - NOT_SERVED for one in extras[name])]
    return tuple(map(Requirement, lines))


def needed(roots: tuple[Requirement, ...]) -> frozenset[str]:
    """Canonical names of these and of all that they ask for in turn, as this environment has them."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        one = waiting.pop()
        if one.marker is not None and not one.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(one.name)
        if name not in found or one.extras:
            waiting += _below(one, frozenset(found))
        found.add(name)
    return frozenset(found)


def _below(one: Requirement, known: frozenset[str]) -> Iterator[Requirement]:
    try:
        lines = requires(one.name) or []
    except PackageNotFoundError:
        return
    for line in lines:
        further = Requirement(line)
        wanted = further.marker is None or any(
            further.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)
        )
        if wanted and canonicalize_name(further.name) not in known:
            further.marker = None
            yield further
