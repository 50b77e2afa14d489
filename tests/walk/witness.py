"""Calendar texts and mails as a bystander reads them; nothing here is the product's own code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import lru_cache
from zoneinfo import ZoneInfo

from tests.core.people import BERLIN
from tests.look.opened import read
from tests.scenario import ics

OURS = re.compile(r"[0-9a-v]{26}")
PLAN = re.compile(r"[0-9a-f]{32}")
SURE = {"vacation", "urlaub", "leave"}
CANCELLED = "CANCELLED"
_NUMBER = re.compile(r"\.\d+-[0-9a-f]{12}$")  # of the effect, in a Message-ID


@dataclass(frozen=True, slots=True)
class Block:
    """One VEVENT: its text and the first value of each property."""

    text: str
    values: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """A property's value, "" where there is none."""
        return next((value for key, value in self.values if key == name), "")


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """One occurrence: when it takes place, and which one of its series it is."""

    start: datetime
    end: datetime
    uid: str
    recurrence: datetime | None
    title: str
    status: str
    whole_day: bool = False

    def __str__(self) -> str:
        return f"{self.title!r} ({self.uid}, {self.start:%a %d %b %H:%M} {self.status})"

    @property
    def ours(self) -> bool:
        """True for an entry that syncd wrote."""
        return OURS.fullmatch(self.uid) is not None

    @property
    def stands(self) -> bool:
        """True unless it is cancelled."""
        return self.status != CANCELLED

    def overlaps(self, other: Standing) -> bool:
        """True when both take time at once."""
        return self.start < other.end and other.start < self.end

    def during(self, start: datetime, end: datetime) -> bool:
        """True when it takes any of this time."""
        return self.start < end and start < self.end


@lru_cache(maxsize=4096)
def blocks(text: str) -> tuple[Block, ...]:
    """The VEVENTs of an object."""
    plain = text.replace("\r\n", "\n").replace("\n ", "")
    return tuple(_block(found[0]) for found in re.finditer(r"BEGIN:VEVENT\n.*?END:VEVENT", plain, re.DOTALL))


def role_of(text: str) -> str:
    """What the mark on one of our objects says that it is, "" where it has none."""
    return next((one.get("X-SYNCD-ROLE") for one in blocks(text)), "")


def _block(text: str) -> Block:
    values = []
    for line in text.split("\n"):
        head, _, value = line.partition(":")
        values.append((head.partition(";")[0], value))
    return Block(text, tuple(values))


def moment(value: str) -> datetime:
    """A DATE-TIME or DATE as the walk's calendars write them: UTC, or Berlin wall clock."""
    if len(value) == 8:
        day = date(int(value[:4]), int(value[4:6]), int(value[6:8]))
        return datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)
    read = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(
        tzinfo=UTC if value.endswith("Z") else BERLIN
    )
    return read.astimezone(UTC)


@lru_cache(maxsize=4096)
def occurrences(text: str) -> tuple[Standing, ...]:
    """Everything that takes place by this text: a weekly rule with its exceptions, or one event."""
    found = blocks(text)
    masters = [one for one in found if not one.get("RECURRENCE-ID")]
    moved = {moment(one.get("RECURRENCE-ID")): one for one in found if one.get("RECURRENCE-ID")}
    return tuple(one for master in masters for one in _expanded(master, moved))


def _expanded(master: Block, moved: Mapping[datetime, Block]) -> Iterator[Standing]:
    if not master.get("RRULE"):
        yield _one(master, None)
        return
    skipped = {moment(value) for key, value in master.values if key == "EXDATE"}
    for start in _starts(master):
        if start not in skipped:
            yield _one(moved.get(start, master), start)


def _starts(master: Block) -> Iterator[datetime]:
    rule = dict(part.split("=") for part in master.get("RRULE").split(";"))
    first = moment(master.get("DTSTART")).astimezone(BERLIN).replace(tzinfo=None)
    until = moment(rule["UNTIL"]) if "UNTIL" in rule else None
    for number in range(int(rule.get("COUNT", "60"))):
        wall = first + timedelta(weeks=number * int(rule.get("INTERVAL", "1")))
        start = wall.replace(tzinfo=BERLIN).astimezone(UTC)
        if until is not None and start > until:
            return
        yield start


def _one(block: Block, recurrence: datetime | None) -> Standing:
    start, end = moment(block.get("DTSTART")), moment(block.get("DTEND"))
    if recurrence is not None and not block.get("RECURRENCE-ID"):
        start, end = recurrence, recurrence + (end - start)
    return Standing(
        start,
        end,
        block.get("UID"),
        recurrence,
        block.get("SUMMARY"),
        block.get("STATUS") or "CONFIRMED",
        len(block.get("DTSTART")) == 8,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """A calendar at one moment: every stored text by href."""

    texts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Page:
        """As the calendar exports them."""
        return cls(tuple(texts.items()))

    @property
    def all(self) -> Iterator[Standing]:
        """Everything that is written there."""
        return (one for _, text in self.texts for one in occurrences(text))

    @property
    def entries(self) -> dict[str, Standing]:
        """Entries of ours, by UID."""
        return {
            one.uid: one
            for href, text in self.texts
            if OURS.fullmatch(href.removesuffix(".ics"))
            for one in occurrences(text)
            if one.ours
        }

    @property
    def plans(self) -> dict[str, tuple[Standing, str]]:
        """Plan events, by UID, each with its text."""
        return {
            one.uid: (one, text)
            for _, text in self.texts
            for one in occurrences(text)
            if PLAN.fullmatch(one.uid)
        }

    def text(self, uid: str) -> str:
        """The stored text of an object, "" where there is none."""
        return dict(self.texts).get(f"{uid}.ics", "")

    @property
    def leave(self) -> tuple[Standing, ...]:
        """Blocks that say beyond doubt that Dana is away."""
        return tuple(one for one in self.all if one.uid.startswith("leave") and certain(one))

    @property
    def doubtful(self) -> tuple[Standing, ...]:
        """Blocks that only mention leave."""
        return tuple(
            one
            for one in self.all
            if one.uid.startswith("leave") and not certain(one) and mentions(one.title)
        )

    @property
    def paused(self) -> tuple[Standing, ...]:
        """Events `#syncd pause`."""
        return tuple(one for one in self.all if "#syncd pause" in one.title)

    @property
    def sessions(self) -> tuple[Standing, ...]:
        """Sessions of the clients' own series and extra ones, cancelled ones among them."""
        return tuple(one for one in self.all if "-series" in one.uid or "-extra" in one.uid)

    @property
    def busy(self) -> tuple[Standing, ...]:
        """Other things that take time."""
        return tuple(one for one in self.all if one.uid.startswith(("busy", "copy")) and one.stands)


def client_of(session: Standing) -> str:
    """Whose series a session belongs to."""
    return session.uid.partition("-")[0]


def bare(title: str) -> str:
    """A title without its tags."""
    return re.sub(r"#none [A-Z]{2}|#\S+( [a-z]{2}\b)?", "", title).strip()


def tags_of(title: str) -> set[str]:
    """The tags in a title; `#none AB` is one."""
    return set(re.findall(r"#none [A-Z]{2}\b|#\w+", title))


def sure(title: str) -> bool:
    """True for a title that is a leave word and nothing else, beside tags."""
    return bare(title).lower() in SURE or "#leave" in title


def certain(block: Standing) -> bool:
    """True for leave that needs no yes: what comes again every week always does."""
    return sure(block.title) and (block.recurrence is None or "#ok" in block.title)


def mentions(title: str) -> bool:
    """True when a leave word stands among others."""
    return any(word in bare(title).lower() for word in SURE)


@dataclass(frozen=True, slots=True)
class Posted:
    """One mail that reached an address: when, and what stands in it."""

    at: datetime
    to: str
    id: str
    kind: str  # as the Message-ID names it
    subject: str
    method: str
    uid: str
    sequence: int
    start: datetime | None
    end: datetime | None
    part: str
    text: str
    alarm: bool  # it went past the outbox: it has no number


def posted(message: EmailMessage, at: datetime) -> Posted:
    """Read a delivered mail."""
    part = ics.part(message)
    identity = str(message["Message-ID"]).strip("<>").partition("@")[0]
    named = _NUMBER.sub("", identity).split(".")
    return Posted(
        at=at,
        to=str(message["To"].addresses[0].addr_spec),
        id=identity,
        kind=named[-1].partition("-")[0],
        subject=str(message["Subject"]),
        method=ics.method(message),
        uid=ics.value(part, "UID") if part else "",
        sequence=int(ics.value(part, "SEQUENCE") or 0) if part else 0,
        start=_zoned(part, "DTSTART"),
        end=_zoned(part, "DTEND"),
        part=part,
        text=read(message),
        alarm=_NUMBER.search(identity) is None,
    )


def _zoned(part: str, name: str) -> datetime | None:
    """A DATE-TIME of a mailed event, in the zone that it names."""
    event = part.partition("BEGIN:VEVENT")[2]
    found = re.search(rf"^{name}(?:;TZID=([^:;\n]+))?[^:\n]*:(\d{{8}}T\d{{6}})(Z?)", event, re.MULTILINE)
    if found is None:
        return None
    zone = UTC if found[3] or not found[1] else ZoneInfo(found[1])
    return datetime.strptime(found[2], "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)
