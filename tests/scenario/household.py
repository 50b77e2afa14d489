"""A practice as scenarios see it: what people do, how time goes by, and what results, whatever stands behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

from syncd.core.model import Client, Conflict, Offer
from syncd.core.model.practice import Therapist
from syncd.cycle import PassReport
from syncd.ports import Store
from tests.scenario import ics
from tests.scenario.entries import Entry, entries

OFFICE = "office@example.org"
START = datetime(2026, 1, 1, tzinfo=UTC)
FRACTION = timedelta(microseconds=44087)  # no machine's clock stands at a whole second


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is set: `moment` is the time everywhere, our wall clock may be `wrong` by something.

    Servers, real ones too, count as showing that time.
    """

    moment: datetime
    wrong: timedelta = timedelta()

    def now(self) -> datetime:
        """What our wall clock shows, in UTC."""
        return self.moment.astimezone(UTC) + self.wrong + FRACTION

    def booted(self) -> timedelta:
        """The machine started when the clock was made for; nobody can set this."""
        return self.moment - START

    def ahead_of(self, date: datetime) -> timedelta:
        """By how much our wall clock is wrong, whatever year a server on this machine is in."""
        del date
        return self.wrong


class Household(ABC):
    """Dana's practice. `put`, `edit` and `remove` act as Dana, `answer` as a client; the daemon acts in `run`."""

    store: Store
    clock: SetClock
    clients: tuple[Client, ...]
    therapist: Therapist
    beside: tuple[str, ...] = ()  # kinds of what we write beside a CANCEL that others carry

    # What stands behind it

    @abstractmethod
    def run(self) -> tuple[PassReport, ...]:
        """Passes until nothing is left to do."""

    @abstractmethod
    def put(self, text: str, uid: str) -> None:
        """Dana stores an object in her calendar."""

    @abstractmethod
    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Dana changes an object's text."""

    @abstractmethod
    def remove(self, uid: str) -> None:
        """Dana deletes an object."""

    @abstractmethod
    def texts(self) -> Sequence[str]:
        """Every object in the calendar, as an export shows it."""

    @abstractmethod
    def received(self, address: str) -> list[EmailMessage]:
        """What an address has got, oldest first."""

    @abstractmethod
    def arrive(self, content: bytes) -> None:
        """A message for the practice arrives now."""

    # What happens

    def later(self, **ahead: float) -> tuple[PassReport, ...]:
        """Time goes by, then passes."""
        self.clock.moment += timedelta(**ahead)
        return self.run()

    def at(self, moment: datetime) -> tuple[PassReport, ...]:
        """Set the clock, then passes."""
        self.clock.moment = moment
        return self.run()

    def stays_away(self) -> None:
        """What vanished is seen to be gone, and stays away until it is believed: the next morning."""
        self.run()
        self.later(hours=21)

    def block(self, first: date, days: int = 5, title: str = "Vacation", uid: str = "leave") -> None:
        """Dana blocks days in her calendar."""
        self.put(ics.all_day(uid, title, first, days), uid)

    def answer(self, client: str, how: str) -> None:
        """A client answers the newest invitation by mail: ACCEPTED, DECLINED or TENTATIVE."""
        address = self.client(client).email
        self.arrive(ics.reply(self.invitations(client)[-1], address, how, self.clock.now()))

    # What is

    def client(self, client: str) -> Client:
        """A roster line."""
        return next(one for one in self.clients if one.id == client)

    def mails(self, client: str) -> list[EmailMessage]:
        """What a client has received, oldest first."""
        address = self.client(client).email
        return self.received(address) if address else []

    def letters(self) -> list[EmailMessage]:
        """What Dana has received."""
        return self.received(self.therapist.email)

    def kinds(self, client: str) -> list[str]:
        """METHOD of each message a client got, "" for one without a calendar part."""
        return [ics.method(message) for message in self.mails(client)]

    def invitations(self, client: str) -> list[str]:
        """The calendar part of every REQUEST a client got."""
        return [ics.part(message) for message in self.mails(client) if ics.method(message) == "REQUEST"]

    def offers(self, client: str = "") -> list[Offer]:
        """Offers as the store remembers them, oldest first."""
        rows = sorted(
            self.store.load().offers, key=lambda one: (one.planned_at or self.clock.now(), one.number)
        )
        return [row for row in rows if not client or row.client == client]

    def conflicts(self) -> list[Conflict]:
        """Conflicts as the store remembers them."""
        return sorted(self.store.load().conflicts, key=lambda row: row.span)

    def entries(self, days: int = 120) -> list[Entry]:
        """Everything that a calendar program shows from a month back on."""
        now = self.clock.now()
        return entries(self.texts(), now - timedelta(days=30), now + timedelta(days=days))

    def entry(self, uid: str) -> Entry:
        """The one entry with this UID as it stands in the calendar."""
        (found,) = (one for one in self.entries() if one.uid == uid)
        return found


def sessions(household: Household, people: Iterable[tuple[str, datetime]], minutes: int = 50) -> None:
    """Weekly sessions, known by initials, from each start on."""
    for client, start in people:
        initials = household.client(client).initials
        household.put(ics.weekly(f"{client}-series", initials, start, minutes), f"{client}-series")
