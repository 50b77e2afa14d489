"""How many requests accounts made today: a small file in the state directory, so that a restart forgets none."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import Lock

from syncd.core.time.spans import aware
from syncd.ports import Usage
from syncd.store.files import write_whole

log = logging.getLogger(__name__)


class UsageFile:
    """By account; None: in memory alone. It holds account names and numbers. Safe between threads."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = Lock()
        self._held = _read(path) if path else {}

    def read(self) -> Mapping[str, Usage]:
        """As it stood when this was made, and what was kept since."""
        with self._lock:
            return dict(self._held)

    def keep(self, account: str, usage: Usage) -> None:
        """A count that is lost with the machine is no harm: nothing waits for the disk."""
        with self._lock:
            self._held[account] = usage
            if self._path is None:
                return
            try:
                write_whole(self._path, _text(self._held), lasting=False)
            except OSError as error:
                log.info("%s cannot be written: %s", self._path, error.strerror)


def _read(path: Path) -> dict[str, Usage]:
    """What cannot be read is counted anew."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return {account: _usage(one) for account, one in held.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s cannot be read: %s", path, type(error).__name__)
        return {}


def _usage(held: Mapping[str, object]) -> Usage:
    at = held["refused_at"]
    return Usage(
        _moment(held["since"]),
        _moment(held["until"]),
        requests=int(str(held["requests"])),
        busiest=int(str(held["busiest"])),
        refused=int(str(held["refused"])),
        refused_at=_moment(at) if at else None,
    )


def _moment(text: object) -> datetime:
    return aware(datetime.fromisoformat(str(text)))


def _text(held: Mapping[str, Usage]) -> str:
    return json.dumps({account: asdict(one) for account, one in sorted(held.items())}, default=str, indent=1)
