"""What is so: the calendars as a bystander sees them, and whose each entry is. No rule of the product's is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache

from tests.belief.mail import HOME

OURS = re.compile(r"[0-9a-v]{26}")
LEAVE = re.compile(
    r"\b(?:leave|vacation|holiday|out of office|ooo|urlaub|ferien|congé|vacaciones|sick|ill|krank)\b|#leave",
    re.IGNORECASE,
)
TAGS = re.compile(r"#none(?: [A-ZÄÖÜ]{2,3}\b)?|#cover [A-ZÄÖÜ]{2,3} [a-z]+|#ok(?: [a-z]{2,4}\b)?|#\w+")
LONG = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Person:
    """A client as a bystander knows them. `mail`: where their mails come; "" for one whom no mail reaches."""

    id: str
    name: str
    initials: str
    mail: str
    others: tuple[str, ...] = ()  # further addresses


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a therapist's calendar, from start to end (UTC)."""

    desk: str
    uid: str
    start: datetime
    end: datetime
    title: str
    status: str = ""
    whole_day: bool = False
    guests: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    out_of_office: bool = False
    private: bool = True

    @property
    def ours(self) -> bool:
        """True for what syncd entered."""
        return self.private and OURS.fullmatch(self.uid.partition("@")[0]) is not None

    @property
    def stands(self) -> bool:
        """True unless it is cancelled."""
        return self.status != "CANCELLED"

    @property
    def bare(self) -> str:
        """Its title without tags."""
        return TAGS.sub("", self.title).strip()

    @property
    def mentions_leave(self) -> bool:
        """True for what may be leave."""
        long = self.whole_day or self.end - self.start >= LONG
        named = self.out_of_office or LEAVE.search(self.title) is not None
        return not self.ours and long and named

    @property
    def sure_leave(self) -> bool:
        """True for leave that nobody doubts: its title is a leave word and nothing else, or somebody said yes to it."""
        word = LEAVE.fullmatch(self.bare) is not None or "#leave" in self.title
        return self.mentions_leave and (self.out_of_office or word or "#ok" in self.title)

    def over(self, at: datetime) -> bool:
        """True when it covers this moment."""
        return self.start <= at < self.end


@dataclass(frozen=True)
class Facts:
    """All calendars of the practice at one moment, and the public holidays where it is."""

    entries: tuple[Entry, ...]
    holidays: frozenset[date] = frozenset()

    def sessions(self, person: Person) -> Iterator[Entry]:
        """A client's own sessions, cancelled ones too."""
        return (one for one in self._foreign if _named(one.title, person.initials, person.name))

    def offered(self, person: Person) -> Iterator[Entry]:
        """What syncd holds for a client, or has invited them to, in any calendar."""
        mine = {address for address in (person.mail, *person.others) if address}
        for one in self._kept:
            if not mine.isdisjoint(one.guests) or _named(one.title, person.initials, person.name):
                yield one

    def away(self, at: datetime, desk: str = "") -> bool:
        """True when leave that nobody doubts lies there."""
        return any(one.sure_leave and one.over(at) for one in self._leave if desk in {"", one.desk})

    def perhaps_away(self, at: datetime, desk: str = "") -> bool:
        """True when what may be leave lies there."""
        return any(one.over(at) for one in self._leave if desk in {"", one.desk})

    @cached_property
    def _foreign(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if not one.ours and not one.whole_day)

    @cached_property
    def _kept(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.entries if one.ours and not one.whole_day and one.stands)

    @cached_property
    def _leave(self) -> tuple[Entry, ...]:
        """What may be leave and is not cancelled."""
        return tuple(one for one in self.entries if one.mentions_leave and one.stands)

    def takes_place(self, person: Person, at: datetime) -> bool:
        """True when a session, or an appointment of ours, stands there and no leave lies on it."""
        return any(self.held(one) for one in self.sessions(person) if one.start == at) or any(
            one.start == at for one in self.offered(person)
        )

    def held(self, session: Entry) -> bool:
        """True when a session stands and is kept, or no undoubted leave lies on it."""
        return session.stands and (
            "#keep" in session.title.lower() or not self.away(session.start, session.desk)
        )

    def counted_on(self, session: Entry) -> bool:
        """True when it is held, and not one that somebody has to ask about: on a public holiday, without `#keep`."""
        shut = session.start.astimezone(HOME).date() in self.holidays
        return self.held(session) and (not shut or "#keep" in session.title.lower())

    def displaced(self, person: Person, at: datetime) -> bool:
        """True when nothing stands there, or only under what may be leave."""
        standing = [one for one in self.sessions(person) if one.start == at and one.stands]
        return all(
            "#keep" not in one.title.lower() and self.perhaps_away(one.start, one.desk) for one in standing
        )

    def days_away(self, first: date, last: date) -> Iterator[date]:
        """Working days between two days on which nobody's undoubted leave lies."""
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            start = datetime(day.year, day.month, day.day, tzinfo=HOME)
            end = start + timedelta(days=1)
            if day.weekday() < 5 and not any(
                one.sure_leave and one.start < end and start < one.end for one in self._leave
            ):
                yield day


@lru_cache(maxsize=1 << 14)
def _named(title: str, *names: str) -> bool:
    """True when a title begins with one of a client's names."""
    return any(re.match(rf"{re.escape(one)}(?!\w|!|:)", title) for one in names if one)
