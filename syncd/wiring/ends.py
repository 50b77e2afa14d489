"""When sign-ins end by themselves: Google's, where the consent screen is in "Testing"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from connectors.google.tokens import read_token
from syncd.core.model.errors import AuthExpired
from syncd.settings import CalDavAccount, GoogleAccount


def sign_ins_end(accounts: Iterable[CalDavAccount | GoogleAccount]) -> Mapping[str, datetime]:
    """By account, as its token file says at this moment: a consent given since counts. Nothing is asked of Google.

    Left out are those that Google does not end, or whose file cannot be read: that is told as an account unread.
    """
    people = (one for one in accounts if isinstance(one, GoogleAccount) and one.token is not None)
    found = ((one.id, _end(one)) for one in people)
    return {account: end for account, end in found if end is not None}


def _end(account: GoogleAccount) -> datetime | None:
    if account.token is None:
        return None
    try:
        stated = str(read_token(account.token, account.id).get("refresh_token_expires") or "")
        end = datetime.fromisoformat(stated) if stated else None
    except (AuthExpired, ValueError):
        return None
    return end if end is not None and end.tzinfo is not None else None
