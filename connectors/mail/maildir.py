"""The way in for mail that is delivered into a Maildir on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from connectors.mail.arrivals import copy_of, identity, ours_by_header, unseen
from connectors.mail.parts import MAX_BYTES, MAX_HEADERS, field, headers_of
from connectors.mail.replies import Ours, mentioned, read_replies, too_large
from syncd.core.model import Copy
from syncd.core.model.errors import Forbidden, NotFound, Transient
from syncd.ports import Incoming

SIDECAR = "syncd-used"


class MaildirMailbox:
    """`ports.Mailbox` on a Maildir. A position is the file's unique name, which outlives moves and flags.

    Nothing in `new`, `cur` and `tmp` is ever renamed or written. What was used is listed in the file `syncd-used`
    beside them, which mail programs do not look at; where it cannot be written, nothing is marked.
    """

    def __init__(self, path: Path, ours: Ours) -> None:
        """Nothing is read yet; the directory need not exist before the first `fetch`."""
        self._path = path
        self._ours = ours
        self._since: datetime | None = None
        self._looked_at: set[str] = set()
        self._found: dict[str, Incoming] = {}
        self._copies: dict[str, Copy] = {}

    def fetch(self, seen: frozenset[str], since: datetime) -> list[Incoming]:
        """The time of arrival is the file's: delivery sets it, and no mail program changes it."""
        if self._since is None or since < self._since:
            self._since, self._looked_at, self._found, self._copies = since, set(), {}, {}
        files = self._files()
        self._looked_at &= set(files)
        self._found = {name: found for name, found in self._found.items() if name in files}
        for name, (path, arrived) in sorted(files.items(), key=lambda item: item[1][1]):
            late_enough = arrived >= since.replace(microsecond=0)
            if name not in self._looked_at and (not late_enough or self._take(name, path, arrived, seen)):
                self._looked_at.add(name)
        return unseen(self._found.values(), seen)

    def mark(self, positions: Iterable[str]) -> None:
        """Names of files that are gone leave the list on the way."""
        sidecar = self._path / SIDECAR
        with suppress(OSError):
            known = sidecar.read_text(encoding="utf-8").split("\n") if sidecar.exists() else []
            standing = set(self._files())
            names = sorted({name for name in [*known, *positions] if name in standing})
            fresh = sidecar.with_name(f"{SIDECAR}.{os.getpid()}")
            fresh.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
            fresh.replace(sidecar)

    def copies(self) -> list[Copy]:
        """By Message-ID; a relay that replaces it leaves no evidence."""
        return list(self._copies.values())

    def holds(self, message_id: str) -> bool:
        """Newest first: a copy that is looked for has just been sent."""
        files = self._files().values()
        for path, _ in sorted(files, key=lambda item: item[1], reverse=True):
            if field(headers_of(_beginning(path, MAX_HEADERS)), "Message-ID") == message_id:
                return True
        return False

    def check(self) -> None:
        """Raises as `fetch` does when the directory is no Maildir or may not be read."""
        self._files()

    def _files(self) -> dict[str, tuple[Path, datetime]]:
        """Every message by its unique name, with the time of its arrival."""
        found: dict[str, tuple[Path, datetime]] = {}
        try:
            for folder in ("new", "cur"):
                for entry in os.scandir(self._path / folder):
                    if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
                        with suppress(FileNotFoundError):  # a mail program moves it just now
                            arrived = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
                            found[entry.name.partition(":")[0]] = (Path(entry.path), arrived)
        except FileNotFoundError as error:
            raise NotFound(f"{self._path}: not a Maildir: it has no folders new and cur") from error
        except PermissionError as error:
            raise Forbidden(f"{self._path}: may not be read by the user that syncd runs as") from error
        except OSError as error:
            raise Transient(f"{self._path}: cannot be read now: {error.strerror}") from error
        return found

    def _take(self, name: str, path: Path, arrived: datetime, seen: frozenset[str]) -> bool:
        """Look at one file; False when it moved away meanwhile and has to be looked for again."""
        beginning = _beginning(path, MAX_HEADERS)
        headers = headers_of(beginning)
        copy = copy_of(headers, self._ours, arrived)
        if copy is not None:
            self._copies[name] = copy
        if name in seen or identity(headers) in seen or ours_by_header(headers, self._ours) is False:
            return bool(beginning)
        content = _beginning(path, MAX_BYTES + 1)
        known_as = identity(headers, content)
        if len(content) > MAX_BYTES:
            replies = too_large(headers, self._ours, known_as, arrived, mentioned(content, self._ours))
        else:
            replies = read_replies(content, self._ours, known_as, arrived)
        if replies:
            self._found[name] = Incoming(name, known_as, replies)
        return bool(content)


def _beginning(path: Path, most: int) -> bytes:
    """At most so many bytes of a file; b"" when it is not there any more."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        return b""
