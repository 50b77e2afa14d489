"""A store in a container's own layer goes with the container: said before it is begun, not when it is gone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from syncd.core.model.errors import ConfigError, ConfigProblem
from syncd.settings import Settings

IN_CONTAINER = "SYNCD_CONTAINER"  # set by the image (container/Containerfile)
MOUNTS = Path("/proc/self/mountinfo")
FLEETING = frozenset({"tmpfs", "ramfs"})
EXPECTED = (
    "a folder on a volume: in the container itself it would be gone with the container, and with it who was told "
    "what. Give it one, such as --volume syncd:/var/lib/syncd"
)


def refuse_fleeting(settings: Settings, env: Mapping[str, str]) -> None:
    """Raise ConfigError where our image runs, and the store or its state directory lies on no volume."""
    if not env.get(IN_CONTAINER) or not MOUNTS.exists():
        return
    mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    scheme, _, file = settings.store.url.partition(":///")
    folders = {
        "store.url": Path(file).parent if scheme == "sqlite" else None,
        "store.state": settings.store.state,
    }
    wrong = {key: folder for key, folder in folders.items() if folder and not lasts(folder.resolve(), mounts)}
    if wrong:
        key, folder = next(iter(wrong.items()))
        raise ConfigError((ConfigProblem(str(settings.path), key, str(folder), EXPECTED),))


def lasts(folder: Path, mounts: str) -> bool:
    """False on the container's own root, and in memory. `mounts` as /proc/self/mountinfo (proc_pid_mountinfo(5))."""
    point, kind = Path("/"), ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        place = Path(re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), before.split()[4]))
        if folder.is_relative_to(place) and len(place.parts) >= len(point.parts):
            point, kind = place, after.partition(" ")[0]
    return point != Path("/") and kind not in FLEETING
