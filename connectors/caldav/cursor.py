"""How far a calendar was read, and where it lies: enough to ask "anything new?" without looking around first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256

from syncd.core.model.errors import CursorInvalid

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Home:
    """A collection whose listing shows calendars: at depth 1, or itself at depth 0."""

    path: str
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """What the core keeps as an opaque string. `etags` only where the server has no sync tokens.

    `account` says whose it is: behind another address or for another user the same path is another calendar. `size`
    and `digest` are of the last whole listing.
    """

    home: Home
    path: str
    token: str = ""
    ctag: str = ""
    scheme: str = ""  # how the account authenticates
    account: str = ""
    size: int = 0
    digest: str = ""
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

    def whole(self, token: str, ctag: str, listing: Mapping[str, str]) -> Cursor:
        """The same calendar, read completely: `listing` is all that was in it, by path with etags."""
        etags = {} if token else listing
        return replace(self, token=token, ctag=ctag, etags=etags, size=len(listing), digest=_digest(listing))

    def lists(self, listing: Mapping[str, str]) -> bool:
        """True where nothing in the listing has changed since the last whole one."""
        return _digest(listing) == self.digest


def _digest(listing: Mapping[str, str]) -> str:
    lines = (f"{path} {etag.removeprefix('W/').strip(chr(34))}" for path, etag in sorted(listing.items()))
    return sha256("\n".join(lines).encode()).hexdigest()[:32]


def owner_of(url: str, username: str) -> str:
    """A digest of what an account's cursors belong to."""
    return sha256(f"{url}\x1f{username}".encode()).hexdigest()[:16]


def decode(text: str, account: str) -> Cursor:
    """Read `Cursor.encode` back. Raises CursorInvalid for anything else, and for another account's."""
    try:
        raw = json.loads(text)
        if raw.pop("v") != _VERSION:
            raise ValueError("another version")
        cursor = Cursor(**{**raw, "home": Home(**raw["home"])})
        if cursor.account != account:
            raise ValueError("another account's")
        return cursor
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CursorInvalid("the kept cursor is not one of this connector's") from error
