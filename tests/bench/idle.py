"""What a look costs in which nothing has happened: counted in calls of what detects, plans and expands, and as CPU time
against the bare requests that it cannot do without.
"""

from __future__ import annotations

import sys
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count, pairwise
from math import log
from time import process_time
from types import FrameType

import requests

from connectors.caldav.account import CalDavAccount
from connectors.caldav.bodies import LISTED, propfind
from connectors.caldav.config import CalDavConfig
from connectors.mail.replies import Ours
from syncd.core.model import Client
from syncd.core.model.practice import Aim, Approach, Therapist
from syncd.cycle import PassReport, Practicing, run_until_quiet
from syncd.gather import Sources
from syncd.lanes import SideBySide
from syncd.outcome import EffectPorts
from syncd.ports import Fence
from syncd.store import decode_action, open_store
from syncd.wiring.post import correspondence
from syncd.wording import load_templates
from tests.bench.shelves import CALENDAR, serving
from tests.core.people import BERLIN, dana, practice
from tests.scenario import ics
from tests.scenario.house import LEASE, planner
from tests.scenario.household import OFFICE, SetClock
from tests.scenario.post import Post

START = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
LOOKS = 5
WORK = {  # functions by what they are counted as
    ("syncd.core.reading.diary", "read_diary"): "detection",
    ("syncd.core.decide", "decide"): "decision",
    ("syncd.core.planning.plan", "plan"): "planning",
    ("syncd.mirror", "projected"): "projection",
    ("connectors.caldav.client", "_send"): "requests",
}


@dataclass(frozen=True, slots=True)
class Size:
    """A practice: therapists, each with an account of one calendar with so many objects, some of them series."""

    therapists: int
    objects: int
    clients: int

    @property
    def users(self) -> tuple[str, ...]:
        """The accounts' names."""
        return tuple(f"t{number:05d}" for number in range(self.therapists))


ONE = Size(1, 500, 20)
GROWING = tuple(Size(number, 20, 5) for number in (1, 10, 100))


@dataclass(frozen=True, slots=True)
class Idle:
    """What one look costs, in CPU time the mean of some; `raw` is what its requests alone do."""

    size: Size
    seconds: float
    raw: float
    calls: Mapping[str, int]


def texts(size: Size, user: str) -> Iterator[str]:
    """The objects of one calendar: a series for each client, a week of leave, appointments of no interest."""
    monday = START - timedelta(days=28)
    for number in range(size.clients):
        day = monday + timedelta(days=number % 5)
        start = datetime(day.year, day.month, day.day, 9 + number // 5, tzinfo=BERLIN)
        yield ics.weekly(f"{user}-s{number}", initials(user, number), start, 50)
    if user in size.users[::10]:
        yield ics.all_day(f"{user}-leave", "Vacation", date(2026, 7, 6), 5)
    for number in range(size.objects - size.clients - 1):
        start = START + timedelta(days=number % 200 - 50, hours=8 + number // 200)
        yield ics.timed(f"{user}-e{number}", "Dentist", start, 30)


def initials(user: str, number: int) -> str:
    """By which titles call a client."""
    return f"{chr(65 + number)}X{user.upper()}"


def _clients(size: Size) -> Iterator[Client]:
    for user in size.users:
        for number in range(size.clients):
            yield Client(
                id=f"{user}-c{number}",
                name=f"Person {chr(97 + number)}{user}",
                email=f"{user}.c{number}@example.net",
                initials=initials(user, number),
                therapists=(user,),
            )


def _therapist(user: str) -> Therapist:
    own = f"{user}@example.org"
    found = dana()
    slots = replace(
        found.policy.slots,
        aim=Aim.SESSIONS,
        horizon_before=timedelta(days=28),
        horizon_after=timedelta(days=28),
        max_in_a_row=9,
        max_makeups_per_day=4,
        max_makeups_per_week=9,
    )
    rules = replace(
        found.policy, eligibility=replace(found.policy.eligibility, approach=Approach.ALL), slots=slots
    )
    return replace(
        found,
        id=user,
        name=f"Therapist {user}",
        email=own,
        addresses=(own,),
        calendar=f"{user}/{CALENDAR}",
        policy=rules,
    )


@contextmanager
def practising(
    size: Size,
    fill: Callable[[Size, str], Iterator[str]] = texts,
    away: timedelta = timedelta(),
    first: bool = True,
) -> Iterator[tuple[Practicing, Fence, str]]:
    """A practice on such a server, each answer of which is so far `away`; with `first`, read once and at rest."""
    with serving(size.users, partial(fill, size), away) as url, open_store("sqlite://") as store:
        clock = SetClock(START)
        post = Post(clock, Ours(frozenset({"example.org"})))
        therapists = tuple(map(_therapist, size.users))
        configs = {
            one.id: CalDavConfig(one.id, f"{url}/{one.id}/", one.id, "secret", BERLIN, address=one.email)
            for one in therapists
        }
        accounts = {user: CalDavAccount(config, clock) for user, config in configs.items()}
        ports = {f"{user}/{CALENDAR}": one.open(CALENDAR) for user, one in accounts.items()}
        world = Practicing(
            practice=practice(),
            sources=Sources(accounts, ports, post, therapists, tuple(_clients(size)), timedelta(days=730)),
            hands=partial(EffectPorts, ports, post, post),
            store=store,
            clock=clock,
            word=correspondence(load_templates(), store.load().instance, OFFICE),
            decode=decode_action,
            planner=planner,
            tokens=(f"{number:026d}" for number in count(1)),
            lanes=SideBySide(),
        )
        fence = store.acquire("bench", START, LEASE)
        while first and any(not one.decision.empty for one in run_until_quiet(world, fence)):
            clock.moment += timedelta(hours=12)
        yield world, fence, url


def measured(size: Size) -> Idle:
    """Looks some minutes apart, and as many bare requests."""
    with practising(size) as (world, fence, url):
        clock = world.clock
        assert isinstance(clock, SetClock)

        def look() -> tuple[PassReport, ...]:
            clock.moment += timedelta(minutes=1)
            return run_until_quiet(world, fence)

        look()
        seconds, raw = _timed(look), _timed(_bare(url, size))
        return Idle(size, seconds, raw, counted(look))


def _bare(url: str, size: Size) -> Callable[[], None]:
    """One request an account, asking what ours ask, nothing made of the answer."""
    body = propfind(*LISTED).encode()
    sessions = {user: requests.Session() for user in size.users}
    heads = {
        user: {"Authorization": f"Basic {b64encode(f'{user}:secret'.encode()).decode()}", "Depth": "1"}
        for user in size.users
    }

    def ask() -> None:
        for user, session in sessions.items():
            session.request("PROPFIND", f"{url}/{user}/", data=body, headers=heads[user], timeout=30)

    return ask


def _timed(work: Callable[[], object]) -> float:
    work()
    begun = process_time()
    for _ in range(LOOKS):
        work()
    return (process_time() - begun) / LOOKS


def counted(look: Callable[[], object]) -> Mapping[str, int]:
    """How often what is looked for was called, in whatever thread."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        name = WORK.get((frame.f_globals.get("__name__", ""), frame.f_code.co_name))
        if event == "call" and name:
            calls[name] += 1

    sys.setprofile(note)
    threading.setprofile(note)
    try:
        look()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return calls


def exponent(small: Idle, large: Idle) -> float:
    """How CPU time grows with the number of accounts: 1 is as many times as accounts."""
    return log(large.seconds / small.seconds) / log(large.size.therapists / small.size.therapists)


def line(one: Idle) -> str:
    """One look, in words."""
    told = ", ".join(f"{number} {name}" for name, number in sorted(one.calls.items()))
    many = "one account" if one.size.therapists == 1 else f"{one.size.therapists} accounts"
    cost = f"{one.seconds * 1000:.1f} ms CPU, {one.seconds / one.raw:.1f} times its bare requests"
    return f"An idle look at {many} of {one.size.objects} objects takes {cost}: {told}"


def main() -> None:
    """How it grows, a line a size."""
    done = []
    for size in GROWING:
        done.append(measured(size))
        print(line(done[-1]), flush=True)
    for small, large in pairwise(done):
        print(
            f"{large.size.therapists} for {small.size.therapists} accounts: exponent {exponent(small, large):.2f}"
        )


if __name__ == "__main__":
    main()
