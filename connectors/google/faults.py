"""What the API answered -> the taxonomy. Texts carry the method and Google's reason, never an address or an id."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime

from googleapiclient.errors import HttpError

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

QUOTA = frozenset(
    {
        "quotaExceeded",
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "userRateLimitExceededUnreg",
        "concurrentLimitExceeded",
        "dailyLimitExceeded",
        "dailyLimitExceededUnreg",
        "variableTermLimitExceeded",
        "calendarUsageLimitsExceeded",
        "RATE_LIMIT_EXCEEDED",
        "RESOURCE_EXHAUSTED",
    }
)
ADMIN_ALLOWS = (
    "a Workspace admin has to allow the app: admin.google.com, Security, API controls, Manage app access"
)
# What keeps the whole account out until somebody changes a setting at Google's; nobody's sharing is at fault.
_PAUSING: Mapping[str, str] = {
    **dict.fromkeys(
        ("accessNotConfigured", "SERVICE_DISABLED"),
        "enable the Google Calendar API in the console: APIs & Services, Library",
    ),
    "domainPolicy": ADMIN_ALLOWS,
    "forbiddenForServiceAccounts": "a service account invites nobody by itself: set `subject`",
}
_SCOPES = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})


def reason_of(error: HttpError) -> str:
    """Google's own word for what is wrong, or ""."""
    try:
        told = json.loads(error.content)["error"]
        known = [
            one["reason"] for one in (*told.get("errors", ()), *told.get("details", ())) if "reason" in one
        ]
        return str(known[0] if known else told.get("status", ""))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return ""


def is_quota(error: HttpError) -> bool:
    """True where the server asks for fewer requests."""
    return error.status_code == 429 or (error.status_code == 403 and reason_of(error) in QUOTA)


def translate(
    error: HttpError, what: str, *, writing: bool, renewal: str, lacking: Sequence[str] = ()
) -> ConnectorError:
    """The error that `ports` speaks of. `what` names method and calendar; a write with a 5xx is Unclear.

    `renewal` is what an admin does where the sign-in does not do; `lacking` are the scopes that were not granted.
    """
    status, reason = error.status_code, reason_of(error)
    said = f"google: {what}: {status} {reason}".rstrip()
    if is_quota(error):
        return Transient(f"{said}: Google asks for patience", _retry_after(error))
    match status:
        case 401:
            return AuthExpired(f"{said}: the sign-in is refused; {renewal}")
        case 403:
            return _forbidden(said, reason, renewal, lacking)
        case 404:
            return NotFound(f"{said}: no such calendar or event")
        case 409 | 412:
            return VersionConflict(f"{said}: exists already, or changed since it was read")
        case 410 if writing:
            return NotFound(f"{said}: deleted")
        case 410:
            return CursorInvalid(f"{said}: the sync token is no longer known")
        case _ if 300 <= status < 400:
            return Malformed(f"{said}: redirected; check api_endpoint")
        case _ if status == 408 or status >= 500:
            return Unclear(f"{said}: outcome unknown") if writing else Transient(said, _retry_after(error))
        case _:
            return Rejected(f"{said}: refused for good")


def _forbidden(said: str, reason: str, renewal: str, lacking: Sequence[str]) -> ConnectorError:
    if not reason:
        return Transient(f"{said}: that is not the API's answer; check proxy and firewall")
    if reason in _SCOPES:
        names = ", ".join(sorted(lacking)) or "of this calendar"
        return AuthExpired(f"{said}: permissions are missing: {names}; {renewal}, tick all boxes")
    if reason in _PAUSING:
        return AuthExpired(f"{said}: {_PAUSING[reason]}")
    return Forbidden(f"{said}: this account may not do that; share the calendar with write access")


def _retry_after(error: HttpError) -> timedelta | None:
    """RFC 9110 §10.2.3: seconds, or a date measured against the answer's own Date."""
    value = str(error.resp.get("retry-after", ""))
    if value.isascii() and value.isdigit():
        return timedelta(seconds=int(value))
    try:
        left = parsedate_to_datetime(value) - parsedate_to_datetime(str(error.resp.get("date", "")))
    except (ValueError, TypeError):
        return None
    return max(left, timedelta(0))
