"""A lock of the database server, held by a connection of its own: free as soon as its holder's process has ended."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from syncd.core.model.errors import StoreError

_POOLED = (
    "a pooler stands between, and a lock would not end with its holder; name the server itself in [store] url"
)
# Several stores may stand in one database, each in a schema.
_SCHEMA = text("SELECT current_schema()")
_TAKE = text("SELECT pg_try_advisory_lock(hashtext('syncd/' || :schema), :token)")
_GIVE_UP = text("SELECT pg_advisory_unlock(hashtext('syncd/' || :schema), :token)")
_ANSWERS = text("SELECT 1")
_LIVES = text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
    " AND classid::bigint = hashtext('syncd/' || current_schema())::bigint & 4294967295 AND objid = :token"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)
# A machine that is gone, whose process can close nothing, is noticed within two minutes
_ALIVE = (
    "SELECT set_config('tcp_keepalives_idle', '60', false), set_config('tcp_keepalives_interval', '10', false),"
    " set_config('tcp_keepalives_count', '6', false)"
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The lock of one store, with the token of the lease that is held there."""

    schema: str
    token: int


@dataclass(slots=True)
class _Line:
    """This process's one connection to a database for the locks of all stores that it holds there."""

    _shown: set[_Shown] = field(default_factory=set)
    _connection: Connection | None = None
    _turn: Lock = field(default_factory=Lock)

    def show(self, one: _Shown, engine: Engine, place: str) -> None:
        """Hold this lock besides the others; a line that was lost is begun anew, with all of them."""
        with self._turn:
            line = self._standing()
            if line is None:
                line = self._connection = _begun(engine, place)
                for other in self._shown - {one}:
                    line.execute(_TAKE, _named(other))
            elif one in self._shown:
                return
            line.execute(_TAKE, _named(one))
            self._shown.add(one)

    def hide(self, one: _Shown) -> None:
        """Give this lock up at once; the session ends with the last one."""
        with self._turn:
            self._shown.discard(one)
            line = self._connection
            if line is None:
                return
            with suppress(SQLAlchemyError):
                line.execute(_GIVE_UP, _named(one))
            if not self._shown:
                self._hang_up()

    def _standing(self) -> Connection | None:
        if self._connection is not None:
            try:
                self._connection.execute(_ANSWERS)
            except SQLAlchemyError:
                self._hang_up()
        return self._connection

    def _hang_up(self) -> None:
        line, self._connection = self._connection, None
        if line is not None:
            with suppress(SQLAlchemyError):
                line.close()  # it is no pool's: the session ends


_LINES: dict[URL, _Line] = {}


class Session:
    """One lock for each token of the lease: whoever holds that of the acting one lives, or hangs."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._place = place
        # One for all schemas: a server has few connections for many stores that wait between turns.
        self._line = _LINES.setdefault(engine.url.difference_update_query(["options"]), _Line())
        self._shown: _Shown | None = None

    def free(self, connection: Connection, token: int) -> bool:
        """True where nobody who lives holds that token."""
        return not self.lives(connection, token)

    def lives(self, connection: Connection, token: int) -> bool:
        """True while the session lasts that took it."""
        return bool(connection.execute(_LIVES, {"token": token}).scalar_one())

    def take_over(self, connection: Connection, token: int) -> None:
        """Hold that token, and no other of this store. Raises StoreError behind a pooler.

        Only inside a transaction that holds the lease's row, so that no two do it at once.
        """
        fresh = _Shown(connection.execute(_SCHEMA).scalar_one(), token)
        self._line.show(fresh, self._engine, self._place)
        before, self._shown = self._shown, fresh
        if before is not None and before != fresh:
            self._line.hide(before)

    def leave(self) -> None:
        """Show that we are gone."""
        before, self._shown = self._shown, None
        if before is not None:
            self._line.hide(before)


def _named(one: _Shown) -> dict[str, str | int]:
    return {"schema": one.schema, "token": one.token}


def _begun(engine: Engine, place: str) -> Connection:
    fresh = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    fresh.detach()
    fresh.exec_driver_sql(_ALIVE)
    driver = fresh.connection.dbapi_connection
    if (
        driver is None
        or driver.info.backend_pid != fresh.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    ):
        fresh.close()
        raise StoreError(f"{place}: {_POOLED}")
    return fresh
