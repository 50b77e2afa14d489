"""How far a calendar was read, and where it lies: enough to ask "anything new?" without looking around first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from syncd.core.errors import CursorInvalid

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Home:
    """A collection whose listing shows calendars: at depth 1, or itself at depth 0."""

    path: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """What the core keeps as an opaque string. `etags` only where the server has no sync tokens."""

    home: Home
    path: str
    token: str = ""
    ctag: str = ""
    scheme: str = ""  # how the account authenticates
    etags: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> str:
        """As text."""
        return json.dumps({"v": _VERSION, **asdict(self)}, sort_keys=True, separators=(",", ":"))

    def differs(self, token: str, ctag: str) -> bool:
        """True unless the calendar surely stands where it stood: what both sides know has to be equal."""
        known = [
            (mine, theirs) for mine, theirs in ((self.token, token), (self.ctag, ctag)) if mine and theirs
        ]
        return not known or any(mine != theirs for mine, theirs in known)

    def moved(self, token: str, ctag: str, etags: Mapping[str, str] | None = None) -> Cursor:
        """The same calendar, read up to here."""
        return replace(self, token=token, ctag=ctag, etags=self.etags if etags is None else etags)


def decode(text: str) -> Cursor:
    """Read `Cursor.encode` back. Raises CursorInvalid for anything else."""
    try:
        raw = json.loads(text)
        if raw.pop("v") != _VERSION:
            raise ValueError("another version")
        return Cursor(**{**raw, "home": Home(**raw["home"])})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CursorInvalid("the kept cursor is not one of this connector's") from error
