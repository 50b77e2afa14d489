"""A diary being played: its world, its people, their post, and what has been entered so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from syncd.core.agenda import next_due
from syncd.core.model import Client, Offer
from tests.belief.diaries import Reader
from tests.core.people import BERLIN
from tests.diary.calendar_words import DiaryError, hours
from tests.diary.letterbox import Letter, Letterbox
from tests.diary.reading import Diary
from tests.diary.worlds.world import Answer, Desk, World
from tests.scenario.household import OFFICE

HOP = timedelta(hours=48)  # the longest time without a look; what falls due is met in between
NAP = timedelta(minutes=15)  # the shortest


@dataclass
class Scene:
    """What the sentences of a diary work with. `leaves` and `events` are UIDs of what therapists entered."""

    diary: Diary
    world: World
    post: Letterbox
    reader: Reader  # of all mails, by nothing but what they say
    leaves: list[tuple[Desk, str, date]] = field(default_factory=list)
    events: dict[str, tuple[Desk, str]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)  # the last one of each address
    lost: dict[str, Callable[[], None]] = field(
        default_factory=dict
    )  # what does not answer: how it comes back
    due: datetime | None = None
    count: int = 0

    @property
    def now(self) -> datetime:
        """What the clock shows, in Berlin."""
        return self.world.clock.moment.astimezone(BERLIN)

    @property
    def today(self) -> date:
        """The day."""
        return self.now.date()

    def hours_today(self, text: str) -> tuple[datetime, datetime]:
        """`12:00-18:00` of today."""
        return hours(f"{self.today.day} {self.today:%B} {text}", self.today)

    # People

    def desk(self, name: str) -> Desk:
        """A therapist at their calendar."""
        found = self.world.desks.get(name)
        if found is None:
            raise DiaryError(f"no therapist is called {name}")
        return found

    def client(self, name: str) -> Client:
        """A line of the roster."""
        found = next((one for one in self.world.clients if one.name.split()[0] == name), None)
        if found is None:
            raise DiaryError(f"no client is called {name}")
        return found

    def address(self, name: str) -> str:
        """Where somebody gets mail; "" for a client by phone."""
        if name == "the office":
            return OFFICE
        if name in self.world.desks:
            return self.world.desks[name].email
        return self.client(name).email

    def everybody(self) -> dict[str, str]:
        """The address of everybody who can get mail, by name."""
        names = [*self.world.desks, *(one.name.split()[0] for one in self.world.clients), "the office"]
        return {name: address for name in names if (address := self.address(name))}

    # What happened so far

    def offers(self, client: Client) -> list[Offer]:
        """A client's offers, oldest first. Only who an entry belongs to is taken from here, see `seen`."""
        rows = [one for one in self.world.store.load().offers if one.client == client.id]
        return sorted(rows, key=lambda one: (one.planned_at or self.now, one.number))

    def newest(self, client: Client) -> Offer:
        """A client's newest offer."""
        found = self.offers(client)
        assert found, f"{client.name} has no offer"
        return found[-1]

    def desk_of(self, offer: Offer) -> Desk:
        """Whose calendar an offer stands in."""
        return next(one for one in self.world.desks.values() if one.calendar == offer.calendar)

    def desk_for(self, uid: str) -> Desk:
        """Whose calendar the offer with this UID stands, or stood, in."""
        return self.desk_of(next(one for one in self.world.store.load().offers if one.uid == uid))

    def letters(self, address: str) -> list[Letter]:
        """What somebody has got since the last entry."""
        return self.post.new(address)

    def fresh_uid(self, stem: str) -> str:
        """A UID for something that a therapist enters."""
        self.count += 1
        return f"{stem}{self.count}"

    # Time

    def look(self) -> None:
        """The daemon's passes, and the post that they bring."""
        reports = []
        for report in self.world.run():
            self.post.collect(self.now)
            reports.append(report)
        self.due = next_due(reports[-1].decision.pass_state, self.world.store.load().effects)
        self.post.edited.clear()
        self.reader.look(self.now, self.post.got)

    def wait(self, until: datetime) -> None:
        """Time passes; the daemon looks at whatever falls due before that moment."""
        clock = self.world.clock
        while clock.moment < until:
            due = max(self.due or until, clock.moment + NAP)
            clock.moment = min(until, due, clock.moment + HOP)
            if clock.moment < until:
                self.look()
