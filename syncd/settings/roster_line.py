"""One line of a roster: its columns, and the client it becomes."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from syncd.core.model import Client, Contact, Mode, Phase, Priority
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.settings.scalars import (
    Id,
    Language,
    Line,
    Zone,
    apart,
    clock_range,
    email,
    text,
    web_address,
    wrong,
)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "j"})
_NO = frozenset({"no", "n", "false", "0", "nein"})
_NICKNAME = re.compile(r"[^\W\d_][^\W\d_'’-]{1,39}(?:[-'’][^\W\d_]+)*")
_SEPARATORS = re.compile(r"[\s,;|]+")
_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)


def _yes(value: object) -> bool:
    said = str(value).strip().casefold()
    if said not in _YES | _NO:
        raise wrong('"yes" or "no"')
    return said in _YES


def _whole(value: object) -> int:
    said = str(value).strip()
    if not (said.isascii() and said.isdigit()):
        raise wrong("a whole number")
    return int(said)


def _date(value: object) -> date:
    said = str(value).strip()
    found = next((match for form in _DATES if (match := form.fullmatch(said))), None)
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"] or 1))  # type: ignore[index]
    except (TypeError, ValueError):
        raise wrong("a date such as 2024-03-31 or 31.03.2024, or a month such as 2024-03") from None


def _emails(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(email(one) for one in _words(value)))


def _aliases(value: object) -> tuple[str, ...]:
    """Further addresses, and single words by which titles call the client."""
    return tuple(dict.fromkeys(one if _NICKNAME.fullmatch(one) else email(one) for one in _words(value)))


def _address(value: object) -> str:
    return email(value)


def _words(value: object) -> tuple[str, ...]:
    return tuple(word for word in _SEPARATORS.split(text(value)) if word)


def _titles(value: object) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in text(value).split(";"))))


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def read_windows(value: object) -> WeeklyHours:
    """`mon 14:00-18:00; thu 09:00-12:00`: when a client can come; several ranges a day by a comma."""
    week: dict[str, list[ClockRange]] = {day: [] for day in _DAYS}
    for part in filter(None, (one.strip() for one in text(value).split(";"))):
        day, _, hours = part.partition(" ")
        if day.lower() not in week or not hours.strip():
            raise wrong('windows such as "mon 14:00-18:00; thu 09:00-12:00"')
        week[day.lower()] += [clock_range(one) for one in hours.split(",")]
    return WeeklyHours(tuple(tuple(apart(ranges)) for ranges in week.values()))


def _page(value: object) -> str:
    return web_address(value) if text(value) else ""


def _cell(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example]})


Yes = Annotated[bool, BeforeValidator(_yes), WithJsonSchema({"type": "string", "enum": ["yes", "no"]})]
Lower = BeforeValidator(_lower)


class RosterLine(BaseModel):
    """The columns of a roster; an empty cell is an absent one. Only `id` is required."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    id: Id = Field(description="a short id without meaning: it stands in logs")
    name: Line = Field("", description="the client's name")
    salutation: Line = Field(
        "",
        max_length=100,
        description="whom mails greet instead of the name, such as a child's parent: Ms Brandt",
    )
    email: Annotated[tuple[str, ...], BeforeValidator(_emails), _cell("ada@example.org")] = Field(
        (), description="the address that is written to; further ones are aliases; empty: by phone"
    )
    second_email: Annotated[str, BeforeValidator(_address), _cell("max@example.org")] = Field(
        "",
        description="whoever gets all of the client's mails too, such as a second parent; either may answer",
    )
    aliases: Annotated[tuple[str, ...], BeforeValidator(_aliases), _cell("a.b@example.com Addi")] = Field(
        (), description="further addresses by which calendars know the client, and words by which titles do"
    )
    phone: Line = Field("", description="for the call list")
    therapist: Annotated[tuple[str, ...], BeforeValidator(_words), _cell("dana")] = Field(
        (), description="ids of the client's therapists; empty: every therapist"
    )
    initials: Line = Field("", max_length=12, description="as in calendar titles; empty: from the name")
    group: Annotated[tuple[str, ...], BeforeValidator(_titles), _cell("Tuesday circle")] = Field(
        (),
        description="titles of the client's groups, or couple, in the leader's calendar, parted by a semicolon",
    )
    contact: Annotated[Literal["mail", "phone", "none"], Lower] = Field(
        "mail", description="mail, phone (call list) or none"
    )
    consent: Yes = Field(True, description="no: never mailed, on the call list")
    discreet: Yes = Field(
        False, description="yes: no practice name, crisis contact or resources, no notice by mail"
    )
    approach: Annotated[Literal["none"] | None, Lower] = Field(None, description="none: never a make-up")
    priority: Annotated[Priority | None, Lower] = Field(
        None, description="crisis, protected, routine or maintenance"
    )
    phase: Annotated[Phase | None, Lower] = Field(
        None, description="early, crucial, exposure, steady or ending"
    )
    since: Annotated[date | None, BeforeValidator(_date), _cell("2024-03-31")] = Field(
        None, description="when treatment began"
    )
    significance: Annotated[int | None, BeforeValidator(_whole), Field(ge=1, le=5), _cell("3")] = Field(
        None, description="of the relationship, 1 (little) to 5 (much)"
    )
    timezone: Zone | None = Field(None, description="the client's time zone; empty: the therapist's")
    windows: Annotated[
        WeeklyHours | None, BeforeValidator(read_windows), _cell("mon 14:00-18:00; thu 09:00-12:00")
    ] = Field(None, description="when the client can come, such as after school; empty: any time")
    fixed_hour: Yes = Field(False, description="yes: only at the hour of day of the displaced session")
    apart_from: Annotated[tuple[str, ...], BeforeValidator(_words), _cell("c07")] = Field(
        (),
        description="ids of clients whom this one must not meet: an hour between, at one therapist or place",
    )
    language: Language | None = Field(None, description="the language of this client's mails")
    resources: Annotated[str, BeforeValidator(_page), _cell("https://www.example.org/calm")] = Field(
        "", description="the client's own self-help page, in place of the practice's; in mail text only"
    )
    mode: Annotated[Mode, Lower] = Field(Mode.ANY, description="any, online or room")
    max_offers: Annotated[int | None, BeforeValidator(_whole), Field(le=20), _cell("2")] = Field(
        None, description="offers per displaced session"
    )
    max_makeups: Annotated[int | None, BeforeValidator(_whole), Field(le=50), _cell("2")] = Field(
        None, description="make-ups per absence"
    )
    choices: Annotated[int | None, BeforeValidator(_whole), Field(ge=1, le=3), _cell("2")] = Field(
        None, description="times suggested at once for one session, of which the client takes one"
    )
    cover_ok: Yes = Field(False, description="yes: a colleague may see the client")
    extend_ok: Yes = Field(True, description="no: sessions are not lengthened")

    def client(self, therapists: tuple[str, ...]) -> Client:
        """The client; `therapists` are those meant by an empty cell."""
        written = tuple(dict.fromkeys(filter(None, (*self.email[:1], self.second_email))))
        known = dict.fromkeys((*self.email[1:], *(one for one in self.aliases if "@" in one)))
        others = tuple(one for one in known if one not in written)
        return Client(
            id=self.id,
            name=self.name,
            email=written[0] if written else "",
            second_email=written[1] if len(written) > 1 else "",
            aliases=others,
            nicknames=tuple(one for one in self.aliases if "@" not in one),
            therapists=tuple(dict.fromkeys(self.therapist)) or therapists,
            contact=self._contact(),
            makeups=self.approach is None,
            zone=self.timezone,
            groups=self.group,
            language=self.language or "",
            **{name: getattr(self, name) for name in _SAME},
        )

    def _contact(self) -> Contact:
        reachable = self.consent and bool(self.email or self.second_email)
        return Contact.PHONE if self.contact == "mail" and not reachable else Contact(self.contact)


_SAME: tuple[Any, ...] = (
    *(
        "phone",
        "salutation",
        "resources",
        "initials",
        "discreet",
        "priority",
        "phase",
        "since",
        "significance",
        "windows",
    ),
    *("fixed_hour", "apart_from"),
    *("mode", "max_offers", "max_makeups", "choices", "cover_ok", "extend_ok"),
)
