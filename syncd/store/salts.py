"""Salts of the audit's digests, one for each client and each matter: without it a digest tells nobody anything."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, select

from syncd.core.model.actions import Action, PutEvent, SendMail
from syncd.store.codec import encode_action
from syncd.store.rows import upsert
from syncd.store.tables import salts


def told(connection: Connection, action: Action, now: datetime) -> dict[str, str]:
    """What an audit row says of an effect: who it is for, and a digest of what left, by mark alone."""
    client = _client(action)
    salt = _salt(connection, _of_client(client) if client else _of_matter(action.key.subject), now)
    therapist = action.therapist if isinstance(action, SendMail) and not client else ""
    who = {"client": _mark(salt, client)} if client else {"therapist": therapist} if therapist else {}
    return who | {"digest": _digest(salt, action)}


def mark_of_client(connection: Connection, client: str) -> str:
    """By which the audit names a client; "" where it knows of none, or no more."""
    salt = _known(connection, _of_client(client))
    return _mark(salt, client) if salt else ""


def digest_of(connection: Connection, action: Action) -> str:
    """What the audit says of this very mail, if it left; "" where its salt is gone."""
    client = _client(action)
    salt = _known(connection, _of_client(client) if client else _of_matter(action.key.subject))
    return _digest(salt, action) if salt else ""


def forget(connection: Connection, client: str, subjects: Iterable[str]) -> None:
    """The salts of a client, and of what else named them."""
    owners = [_of_client(client), *map(_of_matter, sorted(subjects))]
    connection.execute(delete(salts).where(salts.c.owner.in_(owners)))


def _client(action: Action) -> str:
    match action:
        case SendMail(client=client):
            return client
        case PutEvent(hearing=hearing) if hearing is not None:
            return hearing.client
        case _:
            return ""


def _of_client(client: str) -> str:
    return f"client/{client}"


def _of_matter(subject: str) -> str:
    return f"about/{subject}"


def _known(connection: Connection, owner: str) -> str:
    return connection.execute(select(salts.c.salt).where(salts.c.owner == owner)).scalar() or ""


def _salt(connection: Connection, owner: str, now: datetime) -> str:
    salt = _known(connection, owner) or secrets.token_hex(16)
    upsert(connection, salts, [{"owner": owner, "salt": salt, "used": now}])
    return salt


def _mark(salt: str, client: str) -> str:
    return _keyed(salt, client.encode())[:16]


def _digest(salt: str, action: Action) -> str:
    """Of a mail's bytes; of anything else's whole action."""
    what = action.mail.content if isinstance(action, SendMail) else encode_action(action).encode()
    return _keyed(salt, what)


def _keyed(salt: str, what: bytes) -> str:
    return hmac.new(salt.encode(), what, sha256).hexdigest()
