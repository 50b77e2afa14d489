"""Every diary is read along: its people's minds, held against its desks after each look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from tests.belief.facts import Entry, Facts, Person
from tests.belief.known import MAILED
from tests.belief.late import Late
from tests.belief.mail import HOME, Mail
from tests.belief.truth import Finding
from tests.belief.watch import Watch
from tests.diary.worlds.text_desk import TextDesk
from tests.scenario import entries as seen

if TYPE_CHECKING:
    from tests.diary.letterbox import Letter
    from tests.diary.worlds.world import Desk, World


class Reader:
    """Reads along with one diary."""

    def __init__(self, world: World, holidays: frozenset[date] = frozenset()) -> None:
        """The people of a world's roster."""
        people = [
            Person(one.id, one.name, one.initials, one.email, tuple(one.addresses)) for one in world.clients
        ]
        self.watch = Watch.over(people)
        self.elsewhere = {one.second_email for one in world.clients if one.second_email}
        self.world, self.holidays = world, holidays
        self.found: list[Finding] = []
        self.late = Late()
        self._read: dict[str, int] = {}
        self._said_leave: set[str] = set()

    def look(self, now: datetime, got: dict[str, list[Letter]]) -> None:
        """What came with this look."""
        mails = [mail_of(one, address) for address, one in self._unread(got)]
        facts = self.facts(now)
        if mails:
            self.found += self.watch.step(now.astimezone(UTC), mails, facts)
        if self.world.name in MAILED:
            self.found += self.late.look(now.astimezone(UTC), self.watch, facts)

    def answered(self, address: str, uid: str, how: str, now: datetime) -> None:
        """A client answered an invitation; wherever their answer goes, they know what they said.

        What somebody says at a second address, who reads the first one does not know.
        """
        if address in self.elsewhere:
            return
        self.watch.answered(address, uid, how, now.astimezone(UTC))

    def bounced(self, address: str, subject: str) -> None:
        """A mail came back, so nobody read it."""
        mind = self.watch.of(address)
        if mind is not None:
            mind.never_got(subject)

    def said(self, client: str, at: datetime) -> None:
        """The therapist says that a client knows, or has answered, in person; be it in a title that is gone at once."""
        self.watch.by_hand.add((client, at.astimezone(UTC)))

    def is_leave(self, uid: str) -> None:
        """The therapist says by mail that an entry is leave: nothing of it stands in the calendar."""
        self._said_leave.add(uid)

    def facts(self, now: datetime) -> Facts:
        """All desks as they are."""
        entries = (one for desk in self.world.desks.values() for one in desk_entries(desk, now))
        return Facts(tuple(map(self._as_said, entries)), self.holidays)

    def _as_said(self, one: Entry) -> Entry:
        return replace(one, title=f"{one.title} #ok") if one.uid in self._said_leave else one

    def _unread(self, got: dict[str, list[Letter]]) -> Iterator[tuple[str, Letter]]:
        for address, letters in got.items():
            for one in letters[self._read.get(address, 0) :]:
                yield address, one
            self._read[address] = len(letters)


def mail_of(letter: Letter, address: str) -> Mail:
    """As the reader of mails takes it."""
    sender = letter.message["From"]
    name = sender.addresses[0].display_name if sender is not None and sender.addresses else ""
    at = letter.at.astimezone(UTC)
    return Mail(at, address, name, letter.subject, letter.text, letter.part, letter.carried)


def desk_entries(desk: Desk, now: datetime) -> Iterator[Entry]:
    """What a therapist's calendar shows."""
    if isinstance(desk, TextDesk):
        yield from entries_of(desk.texts(), desk.name, now)
    else:
        for one in desk.everything(now):
            yield _entry(one, desk.name)


def entries_of(texts: Iterable[str], desk: str, now: datetime) -> Iterator[Entry]:
    """What objects of a therapist's calendar show, from two months before to nine months ahead."""
    for text in texts:
        for one in seen.around(text, now):
            yield _entry(one, desk)


def _entry(one: seen.Entry, desk: str) -> Entry:
    if isinstance(one.start, datetime):
        start = one.start.astimezone(UTC)
        end = start + timedelta(minutes=one.minutes)
    else:
        start = datetime.combine(one.start, time(0), HOME).astimezone(UTC)
        end = datetime.combine(one.start + timedelta(days=one.days), time(0), HOME).astimezone(UTC)
    whole = not isinstance(one.start, datetime)
    guests, away = (one.attendees, one.answers), one.out_of_office
    return Entry(desk, one.uid, start, end, one.title, one.status, whole, *guests, away, one.private)
