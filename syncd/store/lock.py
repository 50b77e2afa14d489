"""The fenced lease that makes one instance the acting one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from syncd.core.model.errors import SafetyStop
from syncd.ports import Fence
from syncd.store.presence import Presence
from syncd.store.tables import lease as table

_HELD = select(table).with_for_update()


def acquire(
    connection: Connection,
    owner: str,
    now: datetime,
    lease: timedelta,
    *,
    mine: Fence | None,
    presence: Presence | None,
) -> Fence:
    """Take the lease with the next token. Raises SafetyStop while another's runs.

    `mine` is the fence that this process took last: an equal owner alone proves nothing. `presence` tells that the
    holder's process has ended: its lease is then not waited for.
    """
    held = _held(connection)
    again = mine is not None and (owner, mine) == (mine.owner, Fence(held.owner, held.token))
    runs = held.until is not None and held.until > now and not again
    if runs and not (presence and presence.free(connection, held.token)):
        raise SafetyStop(
            f"another instance ({held.owner}) acts on this store, "
            f"until {held.until.isoformat(timespec='seconds')}; stop it, or wait until then"
        )
    fence = Fence(owner, held.token + 1)
    if presence:
        presence.take_over(fence.token)
    connection.execute(update(table).values(owner=owner, token=fence.token, until=now + lease))
    return fence


def renew(
    connection: Connection, fence: Fence, now: datetime, lease: timedelta, presence: Presence | None
) -> None:
    """Let the lease run on from `now`, and show that we live where that was lost. Raises SafetyStop where the fence is
    stale.
    """
    check(connection, fence)
    if presence and not presence.lives(connection, fence.token):
        presence.take_over(fence.token)
    connection.execute(update(table).values(until=now + lease))


def release(connection: Connection, fence: Fence) -> bool:
    """Give the lease up; False where it was another's already."""
    mine = (table.c.owner == fence.owner) & (table.c.token == fence.token)
    return connection.execute(update(table).where(mine).values(owner="", until=None)).rowcount == 1


def check(connection: Connection, fence: Fence) -> None:
    """Raise SafetyStop unless `fence` is the acting one; it stays so until this transaction ends."""
    held = _held(connection)
    if (held.owner, held.token) == (fence.owner, fence.token):
        return
    if not held.owner:
        raise SafetyStop(
            f"this instance ({fence.owner}) has given up its lease and may not write; start it again"
        )
    raise SafetyStop(f"another instance ({held.owner}) has taken over; this one ({fence.owner}) stops")


def runs(connection: Connection, now: datetime, presence: Presence | None) -> bool:
    """True while an instance acts: its lease runs and, where that can be seen, its process lives."""
    held = connection.execute(select(table)).one()
    running = held.until is not None and held.until > now
    return running and (presence is None or presence.lives(connection, held.token))


def _held(connection: Connection) -> Row[tuple[int, str, int, datetime | None]]:
    return connection.execute(_HELD).one()
