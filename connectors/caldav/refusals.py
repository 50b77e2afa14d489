"""What an HTTP status means, for a read and for a write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from syncd.core.model.errors import (
    AuthExpired,
    ConnectorError,
    CursorInvalid,
    Forbidden,
    Malformed,
    NotFound,
    Rejected,
    Transient,
    Unclear,
    VersionConflict,
)

_ERROR = "{DAV:}error"
_TOKEN = "{DAV:}valid-sync-token"  # noqa: S105
_EXISTS = frozenset(
    {
        "{urn:ietf:params:xml:ns:caldav}no-uid-conflict",
        "{urn:ietf:params:xml:ns:caldav}unique-scheduling-object-resource",
    }
)


def preconditions(tree: Any) -> tuple[str, ...]:  # noqa: ANN401
    """The names inside a DAV:error body (RFC 4918 §16)."""
    if tree is None or tree.tag != _ERROR:
        return ()
    return tuple(str(child.tag) for child in tree)


def refused_read(status: int, where: str, named: Sequence[str], retry_after: float | None) -> ConnectorError:
    """The error for a read that the server refused. `named` are its preconditions; `retry_after` in seconds."""
    if _TOKEN in named:
        return CursorInvalid(f"{where}: the sync token is no longer known")
    match status:
        case 401:
            return AuthExpired(f"{where}: user name or password is refused; renew the account's credentials")
        case 403:
            return Forbidden(f"{where}: this account may not read that")
        case 404 | 410:
            return NotFound(f"{where}: is not there (any more)")
        case 408 | 425 | 429 | 502 | 503 | 504 | 500 | 507:
            return Transient(f"{where}: the server cannot answer now (HTTP {status})", _delta(retry_after))
        case _:
            return Malformed(
                f"{where}: the server refuses a plain CalDAV request (HTTP {status}); check `url`"
            )


def refused_write(status: int, where: str, named: Sequence[str], retry_after: float | None) -> ConnectorError:
    """The error for a write that the server refused, or may have carried out."""
    if _EXISTS.intersection(named):
        return VersionConflict(f"{where}: an object with this UID exists already")
    match status:
        case 401:
            return AuthExpired(f"{where}: user name or password is refused; renew the account's credentials")
        case 403 | 405:
            return Forbidden(
                f"{where}: this account may not write here; share the calendar with write access"
            )
        case 404 | 410:
            return NotFound(f"{where}: is not there (any more)")
        case 409 | 412 | 423:
            return VersionConflict(f"{where}: the object has changed since it was read")
        case 429:
            return Transient(f"{where}: the server wants fewer requests", _delta(retry_after))
        case 507:
            return Forbidden(f"{where}: the calendar is full")
        case _ if status == 408 or status >= 500:
            return Unclear(f"{where}: the server failed (HTTP {status}); the change may have been made")
        case _:
            return Rejected(f"{where}: the server refuses the object (HTTP {status})")


def _delta(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
