"""The token file of one account: private, written whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from syncd.core.model.errors import AuthExpired

_log = logging.getLogger(__name__)

_NEEDED = ("refresh_token", "client_id", "client_secret")


def read_token(path: Path, account: str) -> dict[str, Any]:
    """What `syncd auth google` stored. Raises AuthExpired with the remedy where that is not there or not whole."""
    remedy = f"run `syncd auth google {account}`"
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AuthExpired(f"google: {path}: no token yet; {remedy}") from None
    except PermissionError:
        raise AuthExpired(
            f"google: {path}: belongs to another user; give it to the one that syncd runs as, or as that one {remedy}"
        ) from None
    except (OSError, ValueError) as error:
        raise AuthExpired(f"google: {path}: cannot be read ({type(error).__name__}); {remedy}") from None
    if not isinstance(held, dict) or any(not held.get(name) for name in _NEEDED):
        raise AuthExpired(f"google: {path}: not a token of `syncd auth`; {remedy}")
    return held


@contextlib.contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """One process at a time renews the tokens of a folder; where it cannot be locked, nobody waits."""
    with contextlib.ExitStack() as held:
        try:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            held.callback(os.close, folder)
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError:
            _log.debug("google: the folder of a token cannot be locked", exc_info=True)
        yield


def write_token(path: Path, held: Mapping[str, Any]) -> None:
    """Replace the file in one step, readable by its owner only. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(held, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
