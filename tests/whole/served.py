"""The same practice on real servers: CalDAV, SMTP and Maildirs, wired from a settings file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from email.message import EmailMessage

from syncd.cycle import PassReport, Practicing, run_until_quiet
from syncd.ports import Fence
from syncd.wiring.world import acting, world_of
from tests.scenario.household import Household, SetClock
from tests.servers.dav import DavCalendar
from tests.whole.office import Office
from tests.whole.reader import texts


class ServedHouse(Household):
    """An office with one desk, and the daemon's own parts. Nothing but the clock is set by hand."""

    def __init__(self, office: Office, clock: SetClock, opened: ExitStack) -> None:
        """Everything that is opened is closed with `opened`."""
        self.office = office
        self.clock = clock
        self.world: Practicing = opened.enter_context(world_of(office.write(), os.environ, clock=clock))
        self.fence: Fence = opened.enter_context(acting(self.world))
        self.store = self.world.store
        self.clients = self.world.sources.clients
        self.therapist = self.world.sources.therapists[0]

    @property
    def calendar(self) -> DavCalendar:
        """Dana's calendar, as she handles it."""
        return self.office.desks[0].calendar

    def run(self) -> tuple[PassReport, ...]:
        """Passes until nothing is left to do."""
        return run_until_quiet(self.world, self.fence)

    def put(self, text: str, uid: str) -> None:
        """Dana stores an object in her calendar."""
        self.calendar.put_text(text, uid)

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Dana changes an object's text."""
        self.calendar.edit(uid, change)

    def remove(self, uid: str) -> None:
        """Dana deletes an object."""
        self.calendar.remove(uid)

    def texts(self) -> Sequence[str]:
        """Every object in the calendar, as a query shows it."""
        return texts(self.calendar)

    def received(self, address: str) -> list[EmailMessage]:
        """What an address has got, oldest first."""
        return self.office.received(address)

    def arrive(self, content: bytes) -> None:
        """A message for the practice arrives now."""
        self.office.arrive(content, self.clock.now())
