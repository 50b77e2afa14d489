"""Where a calendar lies: remembered from a cursor or a listing, else found out once."""

from __future__ import annotations

from collections.abc import Callable

from connectors.caldav.client import DavDoor
from connectors.caldav.cursor import Cursor, Home, decode
from connectors.caldav.discovery import Listed, state_of
from connectors.caldav.reading import Shelf


class Place:
    """One calendar's place in its account; `locate` looks it up (anew, if asked so)."""

    def __init__(self, door: DavDoor, what: str, locate: Callable[[bool], Listed]) -> None:
        """Nothing is sent yet. `what` names account and calendar for messages."""
        self._door = door
        self._what = what
        self._locate = locate
        self._home: Home | None = None
        self._shelf: Shelf | None = None
        self._seen: tuple[str, str] | None = None
        self._anew = False

    def shelf(self) -> Shelf:
        """The collection, looked up if need be. Raises NotFound."""
        if self._shelf is None:
            listed = self._locate(self._anew)
            self._anew = False
            self._home = listed.home
            self._shelf = Shelf(self._door, listed.path, self._what)
        return self._shelf

    def cursor(self) -> Cursor:
        """A cursor for this place that has read nothing yet."""
        shelf = self.shelf()
        home = self._home or Home(shelf.path, 0)
        return Cursor(home, shelf.path, scheme=self._door.scheme, account=self._door.owner)

    def decoded(self, cursor: str) -> Cursor:
        """A cursor of this account's. Raises CursorInvalid."""
        return decode(cursor, self._door.owner)

    def take(self, cursor: Cursor) -> None:
        """Trust a cursor about where the calendar lies, unless it is known already."""
        self._door.expect(cursor.scheme)
        if self._shelf is None or self._shelf.path != cursor.path:
            self._home = cursor.home
            self._shelf = Shelf(self._door, cursor.path, self._what)

    def forget(self) -> None:
        """Look it up again at the next use."""
        self._shelf = self._home = self._seen = None
        self._anew = True

    def saw(self, token: str, ctag: str) -> None:
        """Note what a listing said, for the read that follows it."""
        self._seen = (token, ctag)

    def state(self) -> tuple[str, str]:
        """Token and change tag as of before the read that follows: the last ones seen, or asked for now."""
        seen, self._seen = self._seen, None
        return seen or state_of(self._door, self.shelf().path, self._what)
