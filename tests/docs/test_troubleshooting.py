"""What the page on trouble says that somebody sees is what the program says."""

from __future__ import annotations

import re

from tests.docs.findings import ROOT

PAGE = (ROOT / "docs/admin/troubleshooting.md").read_text(encoding="utf-8")


def test_what_somebody_sees_stands_in_the_code() -> None:
    """Each quotation in a first column, the parts around "…" one by one; commands are looked at elsewhere."""
    sources = (
        path.read_text(encoding="utf-8")
        for top in ("syncd", "connectors")
        for path in (ROOT / top).rglob("*.py")
    )
    said = re.sub(r"\"\n\s*f?\"", "", "\n".join(sources))
    cells = re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE)
    quoted = [one for cell in cells for one in re.findall(r"`([^`]+)`", cell) if not one.startswith("syncd ")]
    parts = [part for one in quoted for part in re.split(r"[()…]+", one) if part.strip()]
    assert [part for part in parts if part.strip() not in said] == []
    assert len(parts) >= 5
