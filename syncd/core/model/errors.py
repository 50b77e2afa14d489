"""The taxonomy of everything that can go wrong, translated once, at the door it came in by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


class SyncdError(Exception):
    """Root of all errors that syncd raises on purpose; its text is a line that a person can act on."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One mistake in a settings file: where it stands, what stands there, what would be right."""

    file: str
    key: str
    value: str
    expected: str

    def __str__(self) -> str:
        """One line: file, key path, offending value, remedy."""
        return f"{self.file}: {self.key}: {self.value}: {self.expected}"


class ConfigError(SyncdError):
    """Settings that cannot be used; carries every mistake found, not just the first."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        """Take all problems of one load."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ConnectorError(SyncdError):
    """A calendar account, mail server or mailbox did not do what was asked."""


class Transient(ConnectorError):
    """Refused or unreachable *before* anything happened; the same call may succeed later."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        """Keep the server's own Retry-After, where it named one."""
        super().__init__(message)
        self.retry_after = retry_after


class Unclear(ConnectorError):
    """A write whose outcome is unknown: it may or may not have been applied. Never repeat it blindly."""


class AuthExpired(ConnectorError):
    """The credentials are refused: this account pauses until the admin renews them."""


class Forbidden(ConnectorError):
    """The account may not do this (read-only calendar, missing scope); repeating does not help."""


class Rejected(ConnectorError):
    """The other side refused for good what we sent (an SMTP 5xx before DATA was accepted, a 4xx on a body)."""


class NotFound(ConnectorError):
    """The calendar or object does not exist (any more)."""


class CursorInvalid(ConnectorError):
    """The sync token is no longer known to the server: read everything once and compare."""


class VersionConflict(ConnectorError):
    """The object exists already, or changed since its etag was read: read, compare, decide anew."""


class Malformed(ConnectorError):
    """The other side answered with something that is not the protocol (HTML, a truncated page, a bomb)."""


class StoreError(SyncdError):
    """The store cannot be trusted with a promise (disk full, locked, corrupt): effects stop first."""


class SafetyStop(SyncdError):
    """Something looks wrong enough that doing nothing and asking a human is right."""

    def __init__(self, reason: str) -> None:
        """Say in one line what was seen and what resolves it."""
        super().__init__(reason)
        self.reason = reason
