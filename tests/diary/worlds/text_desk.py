"""A therapist whose calendar keeps iCalendar text: the memory connector and every CalDAV server."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors.memory import MemoryCalendar
from syncd.core.model.errors import Transient
from tests.diary.worlds import texts
from tests.diary.worlds.world import Answer, Desk, window
from tests.scenario import ics
from tests.scenario.entries import Entry, around
from tests.scenario.household import OFFICE
from tests.servers.dav import DavCalendar
from tests.servers.scheduling import SchedulingServer
from tests.whole.reader import texts as stored


class TextDesk(Desk):
    """Edits are edits of texts."""

    @abstractmethod
    def text(self, uid: str) -> str:
        """What is stored under a UID, "" where nothing is."""

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Change a text that is there."""
        found = self.text(uid)
        assert found, f"{uid} is not in the calendar"
        self.put(change(found), uid)

    def entries(self, now: datetime) -> list[Entry]:
        found = [one for text in self.texts() for one in around(text, now, window(now)[1] - now)]
        return sorted(found, key=lambda one: (one.begins, one.uid))

    def retitle(self, uid: str, change: Callable[[str], str]) -> None:
        self.edit(uid, lambda text: texts.retitled(text, change(texts.title(text))))

    def place_at(self, uid: str, place: str) -> None:
        self.edit(uid, lambda text: texts.placed(text, place))

    def meet_at(self, uid: str, link: str) -> None:
        room = f"CONFERENCE;VALUE=URI;FEATURE=VIDEO:{link}\r\nRRULE:"
        self.edit(uid, lambda text: room.join(text.rsplit("RRULE:", 1)))  # a VTIMEZONE has rules, too

    def copy(self, uid: str, new: str, start: datetime, end: datetime) -> None:
        self.put(texts.named(texts.spanned(self.text(uid), start, end), new), new)

    def span(self, uid: str, start: datetime, end: datetime) -> None:
        self.edit(uid, lambda text: texts.spanned(text, start, end))

    def respan(self, text: str, uid: str) -> None:
        self.edit(uid, lambda old: texts.respanned(old, text))

    def retitle_one(self, uid: str, start: datetime, change: Callable[[str], str]) -> None:
        self.edit(uid, lambda text: texts.with_override(text, start, start, change(texts.title(text)), 50))

    def move_one(self, uid: str, start: datetime, to: datetime) -> None:
        self.edit(uid, lambda text: texts.with_override(text, start, to, texts.title(text), 50))

    def move_following(self, uid: str, start: datetime, to: datetime) -> None:
        one = "RANGE=THISANDFUTURE"
        self.edit(uid, lambda text: texts.with_override(text, start, to, texts.title(text), 50, one))

    def drop_one(self, uid: str, start: datetime) -> None:
        self.edit(uid, lambda text: texts.with_exdate(text, start))

    def bring_back_one(self, uid: str, start: datetime) -> None:
        self.edit(uid, lambda text: texts.without_exdate(text, start))

    def end_before(self, uid: str, start: datetime) -> None:
        self.edit(uid, lambda text: texts.ended(text, start))

    def go_on(self, uid: str) -> None:
        self.edit(uid, texts.going_on)


@dataclass
class MemoryDesk(TextDesk):
    """On the memory connector. Clients answer by mail to the practice."""

    name: str
    email: str
    calendar: str
    kept: MemoryCalendar
    arrive: Callable[[bytes], None]
    carried: bool = False
    other: MemoryCalendar | None = None  # of `leave_calendars`

    def put(self, text: str, uid: str) -> None:
        self._of(uid).put_text(text)

    def remove(self, uid: str) -> None:
        self._of(uid).remove(uid)

    def text(self, uid: str) -> str:
        return self._of(uid).texts().get(f"{uid}.ics", "")

    def texts(self) -> tuple[str, ...]:
        there = self.other.texts().values() if self.other is not None else ()
        return (*self.kept.texts().values(), *there)

    def relocate(self, uid: str) -> None:
        assert self.other is not None, f"{self.name} has one calendar"
        text = self.text(uid)
        self.remove(uid)
        self.other.put_text(text)

    def fall_silent(self, silent: bool) -> None:
        assert self.other is not None, f"{self.name} has one calendar"
        self.other.faults.reads[:] = [Transient("the server is busy")] * 1000 if silent else []

    def _of(self, uid: str) -> MemoryCalendar:
        there = self.other is not None and f"{uid}.ics" in self.other.texts()
        return self.other if self.other is not None and there else self.kept

    def take(self, answer: Answer) -> None:
        self.arrive(answer.content)


@dataclass
class DavDesk(TextDesk):
    """On a CalDAV server beside which the practice mails. Clients answer by mail to the practice."""

    name: str
    email: str
    calendar: str
    kept: DavCalendar
    arrive: Callable[[bytes], None]
    carried: bool = False
    other: DavCalendar | None = None  # of `leave_calendars`

    def put(self, text: str, uid: str) -> None:
        self._of(uid).put_text(text, uid)

    def remove(self, uid: str) -> None:
        self._of(uid).remove(uid)

    def text(self, uid: str) -> str:
        return self._of(uid).text(uid)

    def texts(self) -> list[str]:
        return [*stored(self.kept), *(stored(self.other) if self.other is not None else ())]

    def relocate(self, uid: str) -> None:
        assert self.other is not None, f"{self.name} has one calendar"
        text = self.text(uid)
        self.remove(uid)
        self.other.put_text(text, uid)

    def _of(self, uid: str) -> DavCalendar:
        return self.other if self.other is not None and self.other.text(uid) else self.kept

    def take(self, answer: Answer) -> None:
        self.arrive(answer.content)

    def clear(self) -> None:
        """Delete everything."""
        for uid in {ics.value(text, "UID") for text in self.texts()}:
            self.kept.remove(uid)


@dataclass
class ScheduledDesk(DavDesk):
    """On a server that schedules. Clients answer by mail to whoever invites: what is for the therapist the server takes
    in, what is for the practice does not come to it.
    """

    server: SchedulingServer | None = None
    carried: bool = True

    def take(self, answer: Answer) -> None:
        assert self.server is not None
        if str(answer.mail["To"]) == OFFICE:
            self.arrive(answer.content)
        else:
            self.server.take_in(self.kept.server.username, answer.mail)
