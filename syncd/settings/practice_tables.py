"""The tables of the people: practice, limits, therapists, clients; and the whole file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from syncd.settings.outside_tables import (
    AlertsTable,
    CalDavTable,
    DaemonTable,
    GoogleTable,
    MailTable,
    StoreTable,
)
from syncd.settings.policy_table import PolicyTable
from syncd.settings.public_holidays import region
from syncd.settings.scalars import (
    Count,
    DayHours,
    Email,
    Id,
    Language,
    Length,
    Line,
    Name,
    Urls,
    Words,
    Zone,
    several,
    wrong,
)
from syncd.settings.table import Table

Cap = Annotated[int, Field(ge=1, le=100_000)]
Region = Annotated[
    str, BeforeValidator(region), WithJsonSchema({"type": "string", "examples": ["DE-BE", "GB-SCT", "US"]})
]


def _day(value: object) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]
    except ValueError:
        raise wrong("a date such as 2026-07-13") from None


_FILES = WithJsonSchema(
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
)
Day = Annotated[date, BeforeValidator(_day)]


class CeilingTable(Table):
    """What nobody goes beyond, whatever [policy], a therapist's table or a tag says."""

    approach: Literal["none", "exceptional", "limited", "all"] | None = Field(
        None, description="the most generous approach"
    )
    budget: Count | None = Field(None, description='make-ups per absence at most; "all" then means so many')
    cover: bool = Field(True, description="false: no colleague's slot is ever offered")
    extension: Length | None = Field(None, description='the longest that a session is lengthened, "0m" never')
    call: Length | None = Field(None, description='the longest call that stands in for a session, "0m" never')
    min_notice: Length | None = Field(None, description="the shortest notice of an offered time")


class PracticeTable(Table):
    """Who it is for, and what outsiders may read."""

    name: Name = Field(description="the practice's name")
    public_name: Line = Field("", description="replaces the name in all that leaves the house")
    timezone: Zone = Field(description="the practice's time zone")
    language: Language = Field(
        "en", description="the language of all that is written; en-US: July 9, 3:00 pm"
    )
    phone: Line = Field("", description="the number that clients are given")
    email: Email | None = Field(None, description="where call lists and alerts go")
    crisis_contact: Words = Field(
        {},
        description="whom clients can reach during the leave, one for all or for each language; in mail text only",
    )
    fee_note: Words = Field(
        {}, description="what is charged or not, one for all or for each language; in mail text only"
    )
    resources_url: Urls = Field(
        {}, description="self-help resources, one address or one for each language; in mail text only"
    )
    holidays: Region | None = Field(None, description='country, or country and region, such as "DE-BE"')
    templates: Name | None = Field(
        None, description="a folder with own texts, looked into before those that ship"
    )
    rooms: int | None = Field(None, ge=0, le=1000, description="sessions that fit into the rooms at once")
    limits: CeilingTable = Field(default_factory=CeilingTable, description="[practice.limits]")


class LimitsTable(Table):
    """Hard stops on messages that ask something."""

    client_absence: Cap = Field(6, description="messages to one client about one absence")
    client_day: Cap = Field(3, description="messages to one client on one day")
    therapist_hour: Cap = Field(30, description="messages for one therapist in one hour")
    practice_hour: Cap = Field(120, description="messages of the whole practice in one hour")


class WeekTable(Table):
    """Hours of the week, in wall-clock time."""

    mon: DayHours = Field(default_factory=list, description='such as ["09:00-13:00", "14:00-18:00"]')
    tue: DayHours = Field(default_factory=list, description='such as ["09:00-17:00"]')
    wed: DayHours = Field(default_factory=list, description='such as ["09:00-17:00"]')
    thu: DayHours = Field(default_factory=list, description='such as ["09:00-17:00"]')
    fri: DayHours = Field(default_factory=list, description='such as ["09:00-17:00"]')
    sat: DayHours = Field(default_factory=list, description='such as ["09:00-17:00"]')
    sun: DayHours = Field(default_factory=list, description='such as ["09:00-17:00"]')

    @model_validator(mode="after")
    def _some(self) -> WeekTable:
        if not any(getattr(self, day) for day in type(self).model_fields):
            raise wrong('hours on at least one day, such as { mon = ["09:00-13:00"] }')
        return self


class TherapistTable(PolicyTable):
    """One therapist. The keys of [policy] may stand here again."""

    id: Id = Field(description="a short name of letters, digits, '.', '_' and '-'")
    name: Name = Field(description="the therapist's name")
    email: Email = Field(description="the therapist's address: letters go here")
    addresses: list[Email] = Field(
        default_factory=list, description="further addresses of the therapist's own"
    )
    account: Line = Field(description="the account whose calendars these are: a key of [accounts]")
    calendar: Name = Field(
        description="the calendar with the sessions, by name or address; syncd writes here"
    )
    leave_calendars: list[Name] = Field(
        default_factory=list, description="further calendars to read leave from"
    )
    busy_calendars: list[Name] = Field(
        default_factory=list, description="calendars read as busy time, nothing else"
    )
    plan_calendar: Name | None = Field(None, description="where the plan event goes instead of `calendar`")
    timezone: Zone | None = Field(None, description="of hours and all-day leave; default the practice's")
    language: Language | None = Field(
        None, description="of this therapist's letters and entries; default the practice's"
    )
    hours: WeekTable = Field(description='working hours, such as { mon = ["09:00-13:00"] }')
    hours_exceptions: dict[Day, DayHours] = Field(
        default_factory=dict,
        description='other hours on a date, such as { 2026-07-13 = ["10:00-12:00"], 2026-07-14 = [] }',
    )
    reserved: WeekTable | None = Field(None, description="hours kept for make-ups")
    covers_for: list[Id] = Field(
        default_factory=list,
        description="ids of therapists whose clients may be seen, and read who is there meanwhile",
    )


class ClientsTable(Table):
    """Where the roster is."""

    file: Annotated[list[Name], BeforeValidator(several), _FILES] = Field(
        min_length=1, description='a CSV file, or several: ["a.csv", "b.csv"]'
    )


class Document(Table):
    """A whole settings file."""

    practice: PracticeTable = Field(description="[practice]")
    policy: PolicyTable = Field(default_factory=PolicyTable, description="[policy]")
    limits: LimitsTable = Field(default_factory=LimitsTable, description="[limits]")
    therapists: list[TherapistTable] = Field(min_length=1, description="[[therapists]], at least one")
    accounts: dict[Id, Annotated[CalDavTable | GoogleTable, Field(discriminator="type")]] = Field(
        description="[accounts.NAME], at least one"
    )
    mail: MailTable | None = Field(None, description="[mail]")
    clients: ClientsTable = Field(description="[clients]")
    store: StoreTable = Field(default_factory=StoreTable, description="[store]")
    daemon: DaemonTable = Field(default_factory=DaemonTable, description="[daemon]")
    alerts: AlertsTable = Field(default_factory=AlertsTable, description="[alerts]")
