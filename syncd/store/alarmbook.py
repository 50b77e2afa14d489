"""What is remembered of alarms: a small file in the state directory, independent of the store."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from syncd.core.telling.alarms.heard import AlarmState
from syncd.core.time.spans import aware
from syncd.store.files import write_whole

log = logging.getLogger(__name__)

ROOM = 16_384  # bytes that the file takes at least: on a full disk it is written in its place


@dataclass(slots=True)
class AlarmFile:
    """`ports.AlarmBook` on a file, or, with None, in memory alone. It holds account names, and ids of
    therapists and clients.

    `formerly` is where an older syncd kept it: read while there is none in the new place.
    """

    path: Path | None
    formerly: Path | None = None
    _rungs: Mapping[str, AlarmState] | None = field(default=None, init=False)

    def read(self) -> Mapping[str, AlarmState]:
        if self._rungs is None:
            kept = self.formerly if self.formerly and self.path and not self.path.exists() else self.path
            self._rungs = _read(kept) if kept else {}
        return self._rungs

    def write(self, rungs: Mapping[str, AlarmState]) -> None:
        if rungs == self.read():
            return
        self._rungs = dict(rungs)
        if self.path is None:
            return
        text = _text(rungs)
        try:
            write_whole(self.path, text)
        except OSError as error:
            if not _overwritten(self.path, text):
                log.info("%s cannot be written: %s", self.path, error.strerror)


def _read(path: Path) -> dict[str, AlarmState]:
    """What cannot be read was never written: an alarm is then told once more."""
    try:
        return {key: _rung(one) for key, one in json.loads(path.read_text(encoding="utf-8")).items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("%s cannot be read: %s", path, type(error).__name__)
        return {}


def _overwritten(path: Path, text: str) -> bool:
    """True where it could be written over what stands there, as on a disk that is full: else each start of a service
    that cannot begin would tell everybody once more.
    """
    data = text.encode()
    try:
        if path.stat().st_size < len(data):
            return False
        with path.open("r+b") as file:
            file.write(data)
            file.truncate()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def _rung(held: dict[str, object]) -> AlarmState:
    told = held["told"]
    if not isinstance(told, dict):
        raise TypeError(type(told).__name__)
    since = held["since"]
    return AlarmState(_moment(since) if since else None, {who: _moment(at) for who, at in told.items()})


def _moment(text: object) -> datetime:
    return aware(datetime.fromisoformat(str(text)))


def _text(rungs: Mapping[str, AlarmState]) -> str:
    held = {
        key: {
            "since": rung.since.isoformat() if rung.since else None,
            "told": {who: at.isoformat() for who, at in sorted(rung.told.items())},
        }
        for key, rung in sorted(rungs.items())
    }
    return (json.dumps(held, indent=1) + "\n").ljust(ROOM)
