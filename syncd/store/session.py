"""A lock of the database server, held by a connection of its own: free as soon as its holder's process has ended."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from syncd.core.model.errors import StoreError

_POOLED = (
    "a pooler stands between, and a lock would not end with its holder; name the server itself in [store] url"
)
# Several stores may stand in one database, each in a schema.
_TAKE = text(
    "SELECT pg_advisory_unlock_all(), pg_try_advisory_lock(hashtext('syncd/' || current_schema()), :token)"
)
_GIVE_UP = text("SELECT pg_advisory_unlock_all()")
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


class Session:
    """One lock for each token of the lease: whoever holds that of the acting one lives, or hangs."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._place = place
        self._connection: Connection | None = None

    def free(self, connection: Connection, token: int) -> bool:
        """True where nobody who lives holds that token."""
        return not self.lives(connection, token)

    def lives(self, connection: Connection, token: int) -> bool:
        """True while the session lasts that took it."""
        return bool(connection.execute(_LIVES, {"token": token}).scalar_one())

    def take_over(self, token: int) -> None:
        """Hold that token, and no other; a session that was lost is begun anew. Raises StoreError behind a pooler.

        Only inside a transaction that holds the lease's row, so that no two do it at once.
        """
        if self._connection is not None:
            try:
                self._connection.execute(_TAKE, {"token": token})
            except SQLAlchemyError:
                self.leave()
            else:
                return
        self._connection = self._begun()
        self._connection.execute(_TAKE, {"token": token})

    def leave(self) -> None:
        """Show that we are gone."""
        held, self._connection = self._connection, None
        if held is not None:
            with suppress(SQLAlchemyError):
                held.execute(_GIVE_UP)  # at once: the server may notice later that the session is over
            with suppress(SQLAlchemyError):
                held.close()  # it is no pool's: the session ends

    def _begun(self) -> Connection:
        fresh = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        fresh.detach()
        fresh.exec_driver_sql(_ALIVE)
        driver = fresh.connection.dbapi_connection
        if (
            driver is None
            or driver.info.backend_pid != fresh.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        ):
            fresh.close()
            raise StoreError(f"{self._place}: {_POOLED}")
        return fresh
