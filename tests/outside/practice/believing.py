"""What each client of the practice believes, by their mails alone, held against the calendars (tests/belief)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from tests.belief.diaries import entries_of
from tests.belief.facts import Entry, Facts, Person
from tests.belief.late import Late
from tests.belief.mail import Mail
from tests.belief.truth import Finding
from tests.belief.watch import Watch
from tests.look.opened import read
from tests.outside.practice.house import House, View, address, method
from tests.scenario import ics


@dataclass
class Believers:
    """Everybody who gets mail from a house. `found`: whatever they were told that is not so."""

    house: House
    office: str = ""  # the practice's own address
    holidays: frozenset[date] = frozenset()
    found: list[Finding] = field(default_factory=list)
    late: Late = field(default_factory=Late)
    _read: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.watch = Watch.over(self.people())

    def people(self) -> Iterator[Person]:
        """The clients, as the roster names them; those who are phoned have no mailbox."""
        for one in self.house.therapists:
            for client in one.clients:
                phoned = client.cells.get("contact") == "phone"
                name = f"{client.initials[0]}lex {client.initials[1]}immer"
                mail = "" if phoned else address(one.id, client)
                yield Person(f"{one.id}-{client.initials}", name, client.initials, mail)

    def look(self, now: datetime) -> None:
        """What came since the last time is read."""
        at, facts = now.astimezone(UTC), self.facts(now)
        self.watch.acted()
        self.found += self.watch.step(at, self._unread(at), facts)
        self.found += self.late.look(at, self.watch, facts)

    def answers(self, therapist: str, initials: str, how: str, at: datetime) -> None:
        """A client answers what they were asked last, and knows what they said."""
        self.house.answers(therapist, initials, how, at)
        asked = [one for one in View(self.house.folder).got(therapist, initials) if method(one) == "REQUEST"]
        who = f"{therapist}-{initials.lower()}@example.net"
        self.watch.answered(who, ics.value(ics.part(asked[-1]), "UID"), how, at.astimezone(UTC))

    def facts(self, now: datetime) -> Facts:
        """All calendars. An appointment that is known by its guest only is that guest's."""
        known = {one.mail: one.initials for one in self.people() if one.mail}
        return Facts(tuple(_named(one, known) for one in self._entries(now)), self.holidays)

    def _entries(self, now: datetime) -> Iterator[Entry]:
        for one in self.house.therapists:
            texts = (
                path.read_bytes().decode() for path in View(self.house.folder).calendar(one.id).glob("*.ics")
            )
            yield from entries_of(texts, one.id, now)

    def _unread(self, now: datetime) -> list[Mail]:
        view, found = View(self.house.folder), []
        people = (one.mail for one in self.people())
        therapists = (one.address for one in self.house.therapists)
        for reader in filter(None, (*people, *therapists, self.office)):
            mails = view.mails(reader)
            for one in mails[self._read.get(reader, 0) :]:
                found.append(Mail(now, reader, "", str(one["Subject"]), read(one), ics.part(one)))
            self._read[reader] = len(mails)
        return found


def _named(one: Entry, known: dict[str, str]) -> Entry:
    guest = next((known[guest] for guest in one.guests if guest in known), "")
    return replace(one, title=guest) if guest and one.title == "Appointment" else one
