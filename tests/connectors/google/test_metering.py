"""What counts an account's requests: by the day and the minute that it is at Google."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.google.metering import Meter
from syncd.ports import Usage
from tests.connectors.google.samples import Standing

MIDNIGHT = datetime(2026, 6, 15, 7, tzinfo=UTC)  # in California


def test_a_day_ends_at_midnight_in_california() -> None:
    """What was counted before is kept until then; a kept count of the same day goes on."""
    kept: list[Usage] = []
    for now, requests in ((MIDNIGHT - timedelta(minutes=1), 1), (MIDNIGHT, 1), (MIDNIGHT, 2)):
        Meter(Standing(now), kept[-1] if kept else None, kept.append).asked()
        assert kept[-1].requests == requests
    assert kept[-1].since == MIDNIGHT
    assert kept[-1].until == MIDNIGHT + timedelta(days=1)
    later = Meter(Standing(MIDNIGHT + timedelta(days=1)), kept[-1], kept.append)
    assert later.usage.requests == 0


def test_the_busiest_minute_is_remembered() -> None:
    """Not the newest one."""
    kept: list[Usage] = []
    clock = Standing(MIDNIGHT)
    meter = Meter(clock, None, kept.append)
    for count in (3, 2):
        for _ in range(count):
            meter.asked()
        clock.moment += timedelta(minutes=1)
    assert (kept[-1].requests, kept[-1].busiest) == (5, 3)
