"""A person at Google Calendar's own screens: what a therapist or a client does by hand."""

from __future__ import annotations

from datetime import datetime

from syncd.standin.google import writing
from syncd.standin.google.answers import ApiError, Json
from syncd.standin.google.listing import list_events
from syncd.standin.google.splitting import split
from syncd.standin.google.views import shown
from syncd.standin.google.world import CalendarBox, Stored, World


class Person:
    """Somebody signed in at their own browser. Nothing here counts as a request of syncd's."""

    def __init__(self, world: World, email: str) -> None:
        self._world = world
        self.email = email

    def events(self, calendar: str = "primary") -> list[Json]:
        """What stands in the calendar: series as one event, nothing that is deleted."""
        with self._world.lock:
            box = self._box(calendar, "reader")
            return [shown(self._world, box, one) for one in self._world.visible(box) if not one.gone]

    def week(self, start: str, end: str, calendar: str = "primary") -> list[Json]:
        """What the screen shows between two instants (RFC 3339), occurrences one by one, by start."""
        with self._world.lock:
            given = {
                "singleEvents": True,
                "orderBy": "startTime",
                "timeMin": start,
                "timeMax": end,
                "maxResults": 2500,
            }
            items: list[Json] = list_events(self._world, self._box(calendar, "reader"), given, "owner")[
                "items"
            ]
            return items

    def event(self, key: str, calendar: str = "primary") -> Json | None:
        """One event or occurrence, or None when it is not there (any more)."""
        with self._world.lock:
            box = self._box(calendar, "reader")
            try:
                stored = writing.existing(self._world, box, key)
            except ApiError:
                return None
            return None if stored.gone else shown(self._world, box, stored)

    def enter(self, body: Json, calendar: str = "primary", *, send: str = "none") -> str:
        """Type in a new event; its id."""
        with self._world.lock:
            return writing.insert(self._world, self._box(calendar, "writer"), body, send, self.email).id

    def bring_in(self, key: str, body: Json, calendar: str = "primary") -> None:
        """Import an event under the id that it had elsewhere."""
        with self._world.lock:
            writing.put(self._world, self._box(calendar, "writer"), key, body, "none", self.email)

    def change(self, key: str, body: Json, calendar: str = "primary", *, send: str = "none") -> None:
        """Edit an event or one occurrence; `send` is what is pressed at "Send updates to guests?"."""
        with self._world.lock:
            writing.patch(self._world, self._box(calendar, "writer"), key, body, send, self.email, "")

    def drag(self, key: str, start: str, end: str, calendar: str = "primary", *, send: str = "all") -> None:
        """Move an event to other times (RFC 3339); what comes of the answers is `World.resets_answers`."""
        body = {"start": {"dateTime": start, "date": None}, "end": {"dateTime": end, "date": None}}
        self.change(key, body, calendar, send=send)

    def split(self, key: str, start: datetime, calendar: str = "primary") -> str:
        """Change a series from one occurrence on ("this and following events"); the new series' id."""
        with self._world.lock:
            return split(self._world, self._box(calendar, "writer"), key, start, self.email).id

    def delete(self, key: str, calendar: str = "primary", *, send: str = "all") -> None:
        """Delete an event or one occurrence."""
        with self._world.lock:
            writing.delete(self._world, self._box(calendar, "writer"), key, send, self.email, "")

    def answer(self, key: str, response: str, comment: str = "") -> None:
        """Press Yes, No or Maybe: in the calendar, or in the mail where the calendar does not show it."""
        with self._world.lock:
            stored = self._invited(key)
            writing.respond(self._world, stored, self.email, response, comment)
            self._world.mail(self._world.calendars[stored.home].owner, "REPLY", stored)

    def _invited(self, key: str) -> Stored:
        for box in self._world.calendars.values():
            try:
                stored = writing.existing(self._world, box, key)
            except ApiError:
                continue
            if stored.home != box.id:
                continue
            if stored.gone:
                raise ApiError(410, "deleted", "This event is no longer there.")
            return stored
        raise ApiError(404, "notFound", "Not Found")

    def _box(self, calendar: str, least: str) -> CalendarBox:
        named = [
            box.id
            for box in self._world.calendars.values()
            if box.summary == calendar and self.email in box.acl
        ]
        return self._world.calendar(self.email, named[0] if named else calendar, least)
