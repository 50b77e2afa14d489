"""The few calls of google-api-python-client that are used, as types: the library has none."""

from __future__ import annotations

from functools import cached_property
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


class Kept:
    """The API with each resource made once: the library writes all its methods, help included, at each call."""

    def __init__(self, service: Service) -> None:
        """The resources of `service`, safe between threads as the library's own are: they hold no connection."""
        self._service = service

    def events(self) -> Events:
        """The resource of that name."""
        return self._events

    def calendarList(self) -> CalendarList:  # noqa: N802 - the API's name
        """The resource of that name."""
        return self._calendar_list

    def freebusy(self) -> FreeBusy:
        """The resource of that name."""
        return self._freebusy

    @cached_property
    def _events(self) -> Events:
        return self._service.events()

    @cached_property
    def _calendar_list(self) -> CalendarList:
        return self._service.calendarList()

    @cached_property
    def _freebusy(self) -> FreeBusy:
        return self._service.freebusy()
