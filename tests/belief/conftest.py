"""The worlds of the diaries, for stories that are told here."""

from tests.diary.conftest import on_cyrus, on_radicale, on_xandikos, open_world

__all__ = ["on_cyrus", "on_radicale", "on_xandikos", "open_world"]
