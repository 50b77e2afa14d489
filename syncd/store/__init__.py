"""State that survives: SQLAlchemy Core on SQLite or PostgreSQL, its schema kept by Alembic."""

from syncd.store.alarmbook import AlarmFile
from syncd.store.audit import place_mark
from syncd.store.codec import decode_action, encode_action
from syncd.store.copies import back_up, note_copy, put_back
from syncd.store.moving import Place, copy_store
from syncd.store.opening import open_store
from syncd.store.store import SqlStore
from syncd.store.upgrading import ahead, upgrade
from syncd.store.usagebook import UsageFile

__all__ = [
    "AlarmFile",
    "Place",
    "SqlStore",
    "UsageFile",
    "ahead",
    "back_up",
    "copy_store",
    "decode_action",
    "encode_action",
    "note_copy",
    "open_store",
    "place_mark",
    "put_back",
    "upgrade",
]
