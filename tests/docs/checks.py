"""All that is asked of the pages."""

from __future__ import annotations

from pathlib import Path

from tests.docs import naming, promises
from tests.docs.findings import Finding

CHECKS = (naming.links, promises.promises)


def findings(root: Path) -> list[Finding]:
    """Everything that is wrong, by file and line."""
    return sorted({one for check in CHECKS for one in check(root)})
