"""From leave blocks to holds, where the calendars are a tenth of a second away: requests, and how long it takes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter

import requests

from syncd.core.model.actions import PutEvent
from syncd.core.model.effects import EffectState
from syncd.cycle import PassReport, run_until_quiet
from tests.bench.idle import START, Size, counted, initials, practising
from tests.bench.shelves import CALENDAR
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.household import SetClock

AWAY = timedelta(seconds=0.1)
FULL = tuple(Size(number, 25, 25) for number in (1, 4))


@dataclass(frozen=True, slots=True)
class Blocked:
    """One look after each therapist has blocked a week."""

    size: Size
    seconds: float
    holds: int
    calls: Mapping[str, int]


def weeks(size: Size, user: str) -> Iterator[str]:
    """A series for each client: five a day."""
    monday = START - timedelta(days=28)
    for number in range(size.clients):
        day = monday + timedelta(days=number % 5)
        hour = (9, 10, 11, 14, 15)[number // 5]
        start = datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)
        yield ics.weekly(f"{user}-s{number}", initials(user, number), start, 50)


def block(size: Size, url: str) -> None:
    """Everybody blocks the same week."""
    for user in size.users:
        told = b64encode(f"{user}:secret".encode()).decode()
        text = ics.all_day(f"{user}-leave", "Vacation", date(2026, 7, 6), 5)
        path = f"{url}/{user}/{CALENDAR}/leave.ics"
        head = {"Authorization": f"Basic {told}", "If-None-Match": "*"}
        requests.put(path, data=text.encode(), headers=head, timeout=30).raise_for_status()


def blocked(size: Size) -> Blocked:
    """The look that finds these weeks blocked, until nothing is left to do: timed, and counted where nothing is far."""
    reports, seconds = _timed(size)
    return Blocked(size, seconds, sum(map(_held, reports)), calls(size))


def _timed(size: Size) -> tuple[list[PassReport], float]:
    with _before(size, AWAY) as look:
        begun = perf_counter()
        reports = look()
        return reports, perf_counter() - begun


def calls(size: Size) -> Mapping[str, int]:
    """What the look does, counted."""
    with _before(size, timedelta()) as look:
        return counted(look)


@contextmanager
def _before(size: Size, away: timedelta) -> Iterator[Callable[[], list[PassReport]]]:
    with practising(size, weeks, away) as (world, fence, url):
        block(size, url)
        clock = world.clock
        assert isinstance(clock, SetClock)
        clock.moment += timedelta(minutes=2)
        yield lambda: list(run_until_quiet(world, fence))


def _held(report: PassReport) -> int:
    done = {key for key, state in report.outcomes if state is EffectState.DONE}
    puts = (one for one in report.actions if isinstance(one, PutEvent) and one.key in done)
    return sum(one.draft.marker.role.value == "offer" for one in puts)


def line(one: Blocked) -> str:
    """One such look, in words."""
    told = ", ".join(f"{number} {name}" for name, number in sorted(one.calls.items()))
    many = "one therapist" if one.size.therapists == 1 else f"{one.size.therapists} therapists"
    away = f"{AWAY.total_seconds() * 1000:.0f} ms away"
    return f"From leave of {many} to {one.holds} holds {away}: {one.seconds:.1f} s, {told}"


def main() -> None:
    """A line a size."""
    for size in FULL:
        print(line(blocked(size)), flush=True)


if __name__ == "__main__":
    main()
