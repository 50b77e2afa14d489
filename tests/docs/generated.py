"""Parts of pages that are read off the code: `make docs` writes them, the checks compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tests.docs import cells, lives, reference, rooms
from tests.docs.findings import Finding

_BLOCK = re.compile(r"(<!-- from the code: ([\w-]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
Part = Callable[[Path], Iterable[str]]
PARTS: Mapping[str, Mapping[str, Part]] = {
    "docs/architecture.md": {
        "effects": lives.effects,
        "shell": rooms.shell,
        "shell-files": rooms.shell_files,
        "rooms": rooms.rooms,
    },
    "docs/admin/settings.md": {"settings": reference.settings, "roster": reference.roster},
    "docs/connectors.md": {"connectors": rooms.connectors},
    "docs/faults.md": {"faults": cells.table},
    "docs/offers.md": {"offers": lives.offers, "endings": lives.endings},
}


def stale(root: Path) -> Iterator[Finding]:
    """Pages whose parts are not what the code says now."""
    for name, parts in PARTS.items():
        path = root / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for part in sorted(set(parts) - {match[2] for match in _BLOCK.finditer(text)}):
            yield Finding(name, 0, f"no part `<!-- from the code: {part} -->`", "write it, then `make docs`")
        if text and _with(root, text, parts) != text:
            yield Finding(name, 0, "the code says otherwise", "run `make docs`, and read what changed")


def write(root: Path) -> None:
    """Bring every part to what the code says."""
    for name, parts in PARTS.items():
        path = root / name
        path.write_text(_with(root, path.read_text(encoding="utf-8"), parts), encoding="utf-8")


def _with(root: Path, text: str, parts: Mapping[str, Part]) -> str:
    def part(match: re.Match[str]) -> str:
        made = parts.get(match[2])
        body = match[3] if made is None else "\n".join(made(root)) + "\n"
        return f"{match[1]}{body}{match[4]}"

    return _BLOCK.sub(part, text)
