"""The fenced lease that makes one instance the acting one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, or_, select, update

from syncd.core.model.errors import SafetyStop
from syncd.ports import Fence
from syncd.store.presence import Presence
from syncd.store.tables import lease as table

_HELD = select(table).with_for_update()
_LEFT = "/"  # between a circle and the one of it who has left the lease to the others


def in_use(place: object) -> SafetyStop:
    """What is said where somebody acts on the store at `place`, and nobody else may."""
    return SafetyStop(
        f"{place}: a syncd acts on it; stop it first (systemctl stop syncd; of a worker: take this practice out of its "
        "folder)"
    )


def acquire(
    connection: Connection,
    owner: str,
    now: datetime,
    lease: timedelta,
    *,
    mine: Fence | None,
    presence: Presence | None,
    circle: str = "",
) -> Fence:
    """Take the lease with the next token. Raises SafetyStop while another's runs that is not left to our `circle`.

    `mine` is the fence that this process took last: an equal owner alone proves nothing. `presence` tells that the
    holder's process has ended: its lease is then not waited for.
    """
    held = _held(connection)
    again = mine is not None and (owner, mine) == (mine.owner, Fence(held.owner, held.token))
    ours = again or (circle and held.owner.startswith(f"{circle}{_LEFT}"))
    runs = held.until is not None and held.until > now and not ours
    if runs and (_LEFT in held.owner or not (presence and presence.free(connection, held.token))):
        raise SafetyStop(
            f"another instance ({held.owner}) acts on this store, until {held.until.isoformat(timespec='seconds')}; "
            "stop it (of a worker: take this practice out of its folder), or wait until then"
        )
    fence = Fence(owner, held.token + 1)
    if presence:
        presence.take_over(connection, fence.token)
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
        presence.take_over(connection, fence.token)
    connection.execute(update(table).values(until=now + lease))


def release(connection: Connection, fence: Fence) -> bool:
    """Give the lease up; False where it was another's already."""
    owners = or_(table.c.owner == fence.owner, table.c.owner.endswith(_LEFT + fence.owner, autoescape=True))
    mine = owners & (table.c.token == fence.token)
    return connection.execute(update(table).where(mine).values(owner="", until=None)).rowcount == 1


def leave_to(connection: Connection, fence: Fence, circle: str, until: datetime) -> None:
    """Whoever is of this circle may take the lease from now on, and nobody else before `until`."""
    check(connection, fence)
    connection.execute(update(table).values(owner=f"{circle}{_LEFT}{fence.owner}", until=until))


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


def acting(connection: Connection, now: datetime, presence: Presence | None) -> str:
    """Who acts, "" where nobody does: its lease runs and, where that can be seen, its process lives.

    A lease that was left to others is theirs until it runs out: of them each may live.
    """
    held = connection.execute(select(table)).one()
    if held.until is None or held.until <= now:
        return ""
    lives = _LEFT in held.owner or presence is None or presence.lives(connection, held.token)
    return held.owner if lives else ""


def _held(connection: Connection) -> Row[tuple[int, str, int, datetime | None]]:
    return connection.execute(_HELD).one()
