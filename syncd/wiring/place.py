"""The state directory: what outlives a restart and is not the store stands there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import make_url

from syncd.settings import Settings

ALARMS = "alarms.json"


def state_directory(settings: Settings, env: Mapping[str, str]) -> Path | None:
    """What settings or STATE_DIRECTORY name, else the folder of the store's file; None where there is none."""
    if settings.store.state is not None:
        return settings.store.state
    named = env.get("STATE_DIRECTORY", "").split(":")[0]
    if named:
        return Path(named)
    url = make_url(settings.store.with_password())
    in_file = url.drivername.startswith("sqlite") and url.database not in {None, "", ":memory:"}
    return Path(str(url.database)).parent if in_file else None


def alarm_file(settings: Settings, env: Mapping[str, str]) -> Path | None:
    """Where alarms are remembered; None: in memory alone."""
    folder = state_directory(settings, env)
    return folder / ALARMS if folder else None
