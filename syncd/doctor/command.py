"""The body of `syncd doctor`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from syncd.doctor.examination import examine
from syncd.doctor.showing import document, tables
from syncd.settings import EX_CONFIG

FAILED = 1


def doctor(path: Path, env: Mapping[str, str], *, wait: timedelta, json: bool) -> int:
    """Examine and show; the exit status: 0 well, 1 something fails, 78 the settings cannot be used.

    Progress is shown on standard error where that is a terminal.
    """
    with Console(stderr=True).status("Looking …") as status:
        found = examine(path, env, wait, beginning=lambda what: status.update(f"Looking at {what} …"))
    console = Console()
    if json:
        print(document(found))  # noqa: T201
    else:
        for table in tables(found):
            console.print(table)
    if not found.usable:
        return EX_CONFIG
    return 0 if found.healthy else FAILED
