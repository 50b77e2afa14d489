"""What a database says when it fails, as a line that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from syncd.core.model.errors import StoreError

_SQLITE = {
    "SQLITE_FULL": "the disk is full; free some space there and start again",
    "SQLITE_BUSY": "another program keeps it locked; close whatever has it open and start again",
    "SQLITE_LOCKED": "another program keeps it locked; close whatever has it open and start again",
    "SQLITE_READONLY": "it cannot be written; give the file and its folder to the user that runs syncd",
    "SQLITE_PERM": "access is denied; give the file and its folder to the user that runs syncd",
    "SQLITE_AUTH": "access is denied; give the file and its folder to the user that runs syncd",
    "SQLITE_CANTOPEN": "it cannot be opened; give the file and its folder to the user that runs syncd",
    "SQLITE_CORRUPT": "the file is damaged; stop syncd and restore a backup",
    "SQLITE_NOTADB": "the file is damaged or no database; stop syncd and restore a backup",
    "SQLITE_IOERR": "the disk failed or is full; check it, then start again",
    "SQLITE_CONSTRAINT": "rows that contradict each other were refused; report this",
}

# SQLSTATE, by code or class: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES = {
    "53100": "the disk is full; free some space on the server and start again",
    "53300": "the server has no connection left; raise max_connections",
    "25006": "the server is read-only (a standby?); point [store] url at the primary",
    "42501": "access is denied; grant this role the rights on the database and its schema",
    "3D000": "the database does not exist; create it",
    "28": "the server refuses this role or password; correct [store] url",
    "23": "rows that contradict each other were refused; report this",
    "40": "another program wrote at the same time; the next pass tries again",
    "55": "another program keeps it locked; close whatever has it open",
    "57": "the server is going down; start again when it is up",
    "XX": "the database is damaged; stop syncd and restore a backup",
}


@contextmanager
def translated(place: str, undone: str = "") -> Iterator[None]:
    """Turn any database error inside into StoreError naming `place`, a remedy, and what became of the work."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{place}: {_advice(error)}{undone}") from None
    except SQLAlchemyError as error:
        raise StoreError(f"{place}: the database failed ({type(error).__name__}); report this") from None


def _advice(error: DBAPIError) -> str:
    original = error.orig
    name = getattr(original, "sqlite_errorname", None)
    if name:
        known = [_SQLITE[code] for code in _SQLITE if name == code or name.startswith(f"{code}_")]
        return f"{known[0] if known else 'the database failed'} ({name})"
    state = getattr(original, "sqlstate", None)
    if state:
        return f"{_POSTGRES.get(state) or _POSTGRES.get(state[:2], 'the database failed')} (SQLSTATE {state})"
    return f"the database cannot be reached; check that it runs and [store] url ({type(original).__name__})"
