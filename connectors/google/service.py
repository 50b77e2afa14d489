"""The few calls of google-api-python-client that are used, as types: the library has none."""

from __future__ import annotations

from typing import Protocol


class Request(Protocol):
    """One prepared HTTP request."""

    uri: str
    headers: dict[str, str]

    def execute(self, *, http: object, num_retries: int) -> object:
        """The answer's JSON; raises HttpError for a status of 300 and above."""


class Events(Protocol):
    """The resource `events`."""

    def list(self, **given: object) -> Request:
        """GET calendars/{calendarId}/events."""

    def instances(self, **given: object) -> Request:
        """GET calendars/{calendarId}/events/{eventId}/instances."""

    def get(self, **given: object) -> Request:
        """GET calendars/{calendarId}/events/{eventId}."""

    def insert(self, **given: object) -> Request:
        """POST calendars/{calendarId}/events."""

    def patch(self, **given: object) -> Request:
        """PATCH calendars/{calendarId}/events/{eventId}."""

    def delete(self, **given: object) -> Request:
        """DELETE calendars/{calendarId}/events/{eventId}."""


class CalendarList(Protocol):
    """The resource `calendarList`."""

    def list(self, **given: object) -> Request:
        """GET users/me/calendarList."""


class FreeBusy(Protocol):
    """The resource `freebusy`."""

    def query(self, **given: object) -> Request:
        """POST freeBusy."""


class Service(Protocol):
    """The API."""

    def events(self) -> Events:
        """The resource of that name."""

    def calendarList(self) -> CalendarList:  # noqa: N802 - the API's name
        """The resource of that name."""

    def freebusy(self) -> FreeBusy:
        """The resource of that name."""
