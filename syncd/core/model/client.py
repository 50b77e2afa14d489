"""Clients: one roster line each, and what the calendar's own past says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

from syncd.core.time.hours import WeeklyHours


class Contact(StrEnum):
    """How a client may be reached."""

    MAIL = "mail"
    PHONE = "phone"
    NONE = "none"


class Priority(StrEnum):
    """The clinician's word on how urgent a client is; the first two share the top tier."""

    CRISIS = "crisis"
    PROTECTED = "protected"
    ROUTINE = "routine"
    MAINTENANCE = "maintenance"


class Tier(IntEnum):
    """Never traded against each other: a lower number is served first."""

    CRISIS = 0
    CRUCIAL = 1
    ROUTINE = 2
    MAINTENANCE = 3


class Phase(StrEnum):
    """Where the treatment stands."""

    EARLY = "early"
    CRUCIAL = "crucial"
    EXPOSURE = "exposure"
    STEADY = "steady"
    ENDING = "ending"


class Mode(StrEnum):
    """Where sessions can take place."""

    ANY = "any"
    ONLINE = "online"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Client:
    """One roster line. `zone` None means the therapist's; `windows` None means any hour.

    `second_email` gets whatever the first address gets, such as a second parent's. `fixed_hour`: only the hour of day
    of the displaced session will do. `apart_from` are the ids of clients whom this
    one must not meet; each of two names the other. `resources`: their own self-help page in place of the practice's.
    `salutation`: who is greeted in place of the name, such as a child's parent.
    """

    id: str
    name: str = ""
    salutation: str = ""
    email: str = ""
    second_email: str = ""
    aliases: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()  # words by which titles call them
    groups: tuple[
        str, ...
    ] = ()  # titles by which the groups or the couple that they belong to stand in the calendar
    phone: str = ""
    resources: str = ""
    therapists: tuple[str, ...] = ()
    initials: str = ""
    contact: Contact = Contact.MAIL
    discreet: bool = False
    makeups: bool = True
    priority: Priority | None = None
    phase: Phase | None = None
    since: date | None = None
    significance: int | None = None
    zone: ZoneInfo | None = None
    windows: WeeklyHours | None = None
    fixed_hour: bool = False
    apart_from: tuple[str, ...] = ()
    language: str = ""
    mode: Mode = Mode.ANY
    max_offers: int | None = None
    choices: int | None = None
    max_makeups: int | None = None
    cover_ok: bool = False
    extend_ok: bool = True
    returned_at: datetime | None = None  # since when mail comes back from every address
    returned: tuple[str, ...] = ()  # of two addresses the one that mail comes back from

    @property
    def mailed(self) -> bool:
        """True when messages may go to this client's address, and nothing says that it takes none."""
        return self.contact is Contact.MAIL and bool(self.email) and self.returned_at is None

    @property
    def written(self) -> tuple[str, str]:
        """The one or two addresses that a mail goes to, the second "" where there is none."""
        known = (one for one in (self.email, self.second_email) if one and one not in self.returned)
        first, second, *_ = (*known, "", "")
        return first, second

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that is this client's, lower case, the one we write to first."""
        return tuple(address for address in (self.email, self.second_email, *self.aliases) if address)


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What the calendar's own past says of one client with one therapist."""

    therapist: str
    client: str
    first: date | None = None
    interval: float | None = None  # usual days between sessions
    disruptions: tuple[date, ...] = ()  # sessions cancelled, cut out of their series, or passed over
    last: date | None = None
    at_least: bool = False  # history ends about where their sessions begin: they may have come long before
    sessions: int | None = None  # how many took place, as far as history reaches; None: not counted
    came: tuple[
        tuple[int, int], ...
    ] = ()  # (weekday from Monday 0, minute of the local day) of all that took place


def address_mark(address: str) -> str:
    """Names an address without saying it."""
    return sha256(address.encode()).hexdigest()[:8]


def initials(client: Client) -> str:
    """What stands for the client in a calendar: roster initials, else those of the name, else the id."""
    if client.initials:
        return client.initials
    return "".join(part[0].upper() for part in client.name.split()) or client.id
