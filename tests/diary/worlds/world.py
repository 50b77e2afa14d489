"""A world: a practice at work on some server, and the hands of its therapists and clients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from syncd.core.model import Client
from syncd.cycle import PassReport, Practicing, passes
from syncd.ports import Fence, Store
from tests.diary.calendar_words import DiaryError
from tests.diary.letterbox import Box, written
from tests.scenario.entries import Entry
from tests.scenario.household import SetClock


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client answers to an invitation: its calendar part, and the mail with which it goes where mail goes."""

    request: str
    sender: str
    how: str
    mail: EmailMessage
    comment: str = ""

    @property
    def content(self) -> bytes:
        """The mail as it comes by the wire."""
        return self.mail.as_bytes(policy=SMTP)


class Desk(ABC):
    """One therapist at their calendar program. `carried`: a server or Google sends what clients get."""

    name: str
    email: str
    calendar: str
    carried: bool

    @abstractmethod
    def put(self, text: str, uid: str) -> None:
        """Store an object."""

    @abstractmethod
    def remove(self, uid: str) -> None:
        """Delete an object."""

    @abstractmethod
    def texts(self) -> Sequence[str]:
        """Every object, as an export shows it."""

    @abstractmethod
    def entries(self, now: datetime) -> list[Entry]:
        """Everything that a calendar program shows from two months back to eight months ahead."""

    def everything(self, now: datetime) -> list[Entry]:
        """The same of all calendars that are the therapist's own."""
        return self.entries(now)

    @abstractmethod
    def retitle(self, uid: str, change: Callable[[str], str]) -> None:
        """Change an object's title."""

    @abstractmethod
    def place_at(self, uid: str, place: str) -> None:
        """Enter where an event is, "" for nowhere."""

    def relocate(self, uid: str) -> None:
        """Move an object to the therapist's other calendar, as their program does: deleted here, stored there."""
        raise DiaryError(f"{self.name} has no other calendar here")

    def fall_silent(self, silent: bool) -> None:
        """The other calendar does not answer, or answers again."""
        raise DiaryError(f"{self.name}'s other calendar always answers here")

    @abstractmethod
    def meet_at(self, uid: str, link: str) -> None:
        """Give an event the address of a video room."""

    def add_meet(self, uid: str) -> None:
        """Press "Add Google Meet video conferencing", and tell the guests where there are any."""
        raise DiaryError(f"{self.name} is not with Google")

    def make_rooms(self, how: str) -> None:
        """What becomes of requests for video rooms from now on."""
        raise DiaryError(f"{self.name} is not with Google")

    def finish_rooms(self) -> None:
        """Those that were to come later come now."""
        raise DiaryError(f"{self.name} is not with Google")

    def room_of(self, uid: str) -> str:
        """The link of an event's video room, "" for none."""
        raise DiaryError(f"{self.name} is not with Google")

    @abstractmethod
    def copy(self, uid: str, new: str, start: datetime, end: datetime) -> None:
        """Copy an event with everything in it, under another UID, to other hours."""

    @abstractmethod
    def span(self, uid: str, start: datetime, end: datetime) -> None:
        """Drag an event to other hours."""

    @abstractmethod
    def respan(self, text: str, uid: str) -> None:
        """Give an event the days of another text."""

    @abstractmethod
    def retitle_one(self, uid: str, start: datetime, change: Callable[[str], str]) -> None:
        """Change the title of one occurrence of a series."""

    @abstractmethod
    def move_one(self, uid: str, start: datetime, to: datetime) -> None:
        """Drag one occurrence of a series."""

    @abstractmethod
    def drop_one(self, uid: str, start: datetime) -> None:
        """Delete one occurrence of a series."""

    @abstractmethod
    def bring_back_one(self, uid: str, start: datetime) -> None:
        """Undo that one occurrence of a series was deleted."""

    @abstractmethod
    def end_before(self, uid: str, start: datetime) -> None:
        """End a series before an occurrence."""

    @abstractmethod
    def go_on(self, uid: str) -> None:
        """Let a series that was ended go on."""

    def split(self, uid: str, start: datetime, text: str, new: str) -> str:
        """ "This and following": a series ends before an occurrence, another goes on; that one's UID."""
        self.end_before(uid, start)
        self.put(text, new)
        return new

    @abstractmethod
    def move_following(self, uid: str, start: datetime, to: datetime) -> None:
        """ "This and following" inside one series: an occurrence and those after it."""

    @abstractmethod
    def take(self, answer: Answer) -> None:
        """A client's answer to an invitation that stands in this calendar reaches it, or the practice's mailbox."""


@dataclass
class World:
    """A practice that is open. `carriers` are where servers' mails lie, `ours` where the practice's lie."""

    name: str
    clock: SetClock
    practicing: Practicing
    fence: Fence
    desks: Mapping[str, Desk]
    carriers: Sequence[Box]
    ours: Box
    arrive: Callable[[bytes], None]
    reopen: Callable[[], Practicing] | None = None  # with the settings file as it is now
    settings: Path | None = None
    former: dict[str, Client] = field(default_factory=dict)  # who was on the roster before it changed, by id

    def set_anew(self, change: Callable[[str], str]) -> None:
        """The office changes the settings file, and the daemon loads it around the store that is open."""
        if self.settings is None or self.reopen is None:
            raise DiaryError("there is no settings file here")
        self.settings.write_text(change(self.settings.read_text(encoding="utf-8")), encoding="utf-8")
        self.practicing = replace(self.reopen(), store=self.store)

    def set_roster(self, change: Callable[[str], str]) -> None:
        """The office changes the roster, and the daemon loads it."""
        if self.settings is None:
            raise DiaryError("there is no settings file here")
        self.former |= {one.id: one for one in self.clients}
        roster = self.settings.parent / "clients.csv"
        roster.write_text(change(roster.read_text(encoding="utf-8")), encoding="utf-8")
        self.set_anew(lambda text: text)

    @property
    def store(self) -> Store:
        """The practice's memory."""
        return self.practicing.store

    @property
    def clients(self) -> tuple[Client, ...]:
        """The roster, and who was taken off it."""
        here = {one.id: one for one in self.practicing.sources.clients}
        return tuple({**self.former, **here}.values())

    def run(self) -> Iterator[PassReport]:
        """Passes until nothing is left to do, each as it is over."""
        return passes(self.practicing, self.fence)

    def everything(self, addresses: Iterable[str]) -> tuple[object, ...]:
        """What further passes may not change: calendars, mailboxes, store and audit."""
        texts = [sorted(desk.texts()) for desk in self.desks.values()]
        mails = [
            [written(message) for message in box(address)]
            for address in addresses
            for box in (*self.carriers, self.ours)
        ]
        return texts, mails, self.store.load(), self.store.audit()


def window(now: datetime) -> tuple[datetime, datetime]:
    """What a calendar program is asked for."""
    return now - timedelta(days=60), now + timedelta(days=240)


def with_planner(practicing: Practicing, planner: object) -> Practicing:
    """The practice with a planner that solves in this process: a diary plans often."""
    return replace(practicing, planner=planner)  # type: ignore[arg-type]
