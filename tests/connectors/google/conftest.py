"""A Google server, a therapist and a client, and the connector pointed at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.google.account import GoogleAccount
from syncd.ports import Calendar
from tests.connectors.google.samples import CLIENT, THERAPIST, TODAY, WINDOW, Clock
from tests.servers.google import GoogleServer, Person, Phase

HANGS = (Phase.HANG_BEFORE, Phase.HANG_AFTER)


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    """A server that fails the test for any request the documentation does not allow."""
    with GoogleServer() as server:
        yield server


@pytest.fixture
def dana(google: GoogleServer) -> Person:
    """The therapist, who has a calendar named Practice beside the main one."""
    person = google.person(THERAPIST, "Dana Okafor")
    google.world.add_calendar(THERAPIST, "Practice")
    return person


@pytest.fixture
def ada(google: GoogleServer) -> Person:
    """A client with a Google account of her own."""
    return google.person(CLIENT, "Ada Example")


@pytest.fixture
def clock() -> Clock:
    """Monotonic time that moves when somebody sleeps."""
    return Clock()


@pytest.fixture
def account(
    request: pytest.FixtureRequest, google: GoogleServer, dana: Person, tmp_path: Path, clock: Clock
) -> GoogleAccount:
    """The connector under test, with the therapist's consent; it waits for long only where nothing hangs."""
    params = getattr(request.node, "callspec", None)
    hangs = params is not None and params.params.get("phase") in HANGS
    patience = timedelta(seconds=2) if hangs else timedelta(minutes=2)
    config = replace(google.config("work", dana.email, tmp_path), timeout=patience)
    return GoogleAccount(config, TODAY, sleep=clock.sleep, monotonic=clock)


@pytest.fixture
def calendar(google: GoogleServer, account: GoogleAccount) -> Calendar:
    """The calendar Practice; the requests that opened it are not counted."""
    opened = account.open("Practice")
    assert opened.read("nothing", WINDOW) is None
    google.calls.clear()
    return opened


@pytest.fixture
def account_primary(account: GoogleAccount) -> Calendar:
    """The therapist's main calendar, where invitations of others land."""
    return account.open("primary")
