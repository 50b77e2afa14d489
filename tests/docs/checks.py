"""All that is asked of the pages."""

from __future__ import annotations

from pathlib import Path

from tests.docs import commands, generated, layers, naming, promises, rooms
from tests.docs.findings import Finding

CHECKS = (
    naming.merged,
    naming.links,
    naming.names,
    naming.citations,
    commands.understood,
    promises.promises,
    rooms.drawn,
    layers.upward,
    layers.outside,
    generated.stale,
)


def findings(root: Path) -> list[Finding]:
    """Everything that is wrong, by file and line."""
    return sorted({one for check in CHECKS for one in check(root)})
