"""The body of `syncd doctor`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic_core import PydanticCustomError
from rich.console import Console

from syncd.core.model.errors import SyncdError
from syncd.doctor.examination import examine
from syncd.doctor.showing import document, tables
from syncd.settings import EX_CONFIG
from syncd.settings.scalars import duration

FAILED = 1


def doctor(path: Path, env: Mapping[str, str], *, wait: str, json: bool) -> int:
    """Examine and show; the exit status: 0 well, 1 something fails, 78 the settings cannot be used.

    Progress is shown on standard error where that is a terminal. Raises SyncdError for a `wait` that is none.
    """
    patience = _duration(wait)
    with Console(stderr=True).status("Looking …") as status:
        found = examine(path, env, patience, beginning=lambda what: status.update(f"Looking at {what} …"))
    console = Console()
    if json:
        print(document(found))  # noqa: T201
    else:
        for table in tables(found):
            console.print(table)
    if not found.usable:
        return EX_CONFIG
    return 0 if found.healthy else FAILED


def _duration(wait: str) -> timedelta:
    try:
        return duration(wait)
    except PydanticCustomError as error:
        raise SyncdError(f"--wait {wait}: {error.message()}") from None
