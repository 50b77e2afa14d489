"""The words and numbers that people write in settings and rosters, and what each becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta
from difflib import get_close_matches
from email.errors import HeaderParseError
from email.headerregistry import Address
from functools import cache
from ipaddress import ip_address
from itertools import pairwise
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from syncd.core.model.practice import QuietHours
from syncd.core.time.hours import ClockRange

Tongue = Literal["en", "de", "fr", "es"]
WRITTEN: tuple[str, ...] = get_args(Tongue)  # the languages that clients and therapists are written to in
AMERICAN = "en-US"

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHORT = re.compile(r"(\d{1,6})\s*([smhdwy])")
_ISO = re.compile(
    r"P(?:(?P<y>\d{1,3})Y)?(?:(?P<w>\d{1,4})W)?(?:(?P<d>\d{1,5})D)?"
    r"(?:T(?:(?P<h>\d{1,6})H)?(?:(?P<m>\d{1,6})M)?(?:(?P<s>\d{1,6})S)?)?"
)
_LONGEST = timedelta(days=20 * 365)
_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_QUIET = re.compile(r"([\d:]+\s*[-–]\s*[\d:]+)(\s+and sundays and holidays)?", re.IGNORECASE)


def _language(value: object) -> object:
    """A tag as it is written in the settings, whatever its case."""
    said = value.strip().casefold().replace("_", "-") if isinstance(value, str) else value
    return AMERICAN if said == AMERICAN.casefold() else said


Language = Annotated[Literal[Tongue, "en-US"], BeforeValidator(_language)]


def wrong(expected: str, key: str = "") -> PydanticCustomError:
    """The error of a validator: `expected` says what would be right; `key` where, if it is a whole table's."""
    return PydanticCustomError("expected", "{expected}", {"expected": expected, "key": key})


def nearest(word: str, known: list[str]) -> str:
    """` Did you mean "x"?` where something known is close, else nothing."""
    folded = {one.casefold(): one for one in sorted(known, reverse=True)}
    close = get_close_matches(word.casefold(), sorted(folded), n=1, cutoff=0.6)
    return f' Did you mean "{folded[close[0]]}"?' if close else ""


def text(value: object) -> str:
    """Text without control characters: line breaks would end a mail header."""
    if not isinstance(value, str):
        raise wrong("text in quotes")
    if not value.isprintable():
        raise wrong("one line of text without control characters")
    return value.strip()


def duration(value: object) -> timedelta:
    """`30m`, `48h`, `14d`, `2w`, `2y` (of 365 days) or ISO 8601 without months."""
    said = value.strip() if isinstance(value, str) else ""
    if short := _SHORT.fullmatch(said.lower()):
        number, unit = int(short[1]), short[2]
        parts = {"days": 365 * number} if unit == "y" else {_UNITS[unit]: number}
    elif (iso := _ISO.fullmatch(said.upper())) and any(iso.groups()):
        given = {unit: int(number) for unit, number in iso.groupdict(default="0").items()}
        parts = {name: given[unit] for unit, name in _UNITS.items()}
        parts["days"] += 365 * given["y"]
    else:
        raise wrong('a duration such as "30m", "48h", "14d", or ISO 8601 such as "PT30M"')
    length = timedelta(**parts)
    if length > _LONGEST:
        raise wrong("a duration of at most 20 years")
    return length


def settle(value: object) -> timedelta | str:
    """`auto`, or a duration."""
    return "auto" if value == "auto" else duration(value)


def auto_count(value: object) -> int | str:
    """`auto`, or a whole number."""
    if value == "auto":
        return "auto"
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
        raise wrong('"auto", or a whole number, at least 0 and at most 10000')
    return value


def several(value: object) -> object:
    """One text stands for a list of it."""
    return [value] if isinstance(value, str) else value


def at_least(least: timedelta, shown: str) -> Callable[[timedelta], timedelta]:
    """A validator for durations that must not be shorter."""

    def check(length: timedelta) -> timedelta:
        if length < least:
            raise wrong(f"at least {shown}")
        return length

    return check


def none_or(least: timedelta, most: timedelta, expected: str) -> Callable[[timedelta], timedelta]:
    """A validator for durations that are nothing, or lie between two others."""

    def check(length: timedelta) -> timedelta:
        if length and not least <= length <= most:
            raise wrong(expected)
        return length

    return check


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())  # they are looked up on the disk: once is enough


def zone(value: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    name = text(value)
    if name not in _zone_names():
        hint = nearest(name, sorted(_zone_names()))
        raise wrong(f'an IANA time zone such as "Europe/Berlin".{hint}')
    return ZoneInfo(name)


def email(value: object) -> str:
    """One plain ASCII address without a name, lower case."""
    address = text(value)
    try:
        parsed = Address(addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        raise wrong("one e-mail address such as ada@example.org") from None
    if not parsed.username or not parsed.domain or parsed.addr_spec != address or " " in address:
        raise wrong("one e-mail address such as ada@example.org")
    if not address.isascii():
        raise wrong("an e-mail address in ASCII (write its domain as xn--…)")
    return address.lower()


def clock_range(value: object) -> ClockRange:
    """`09:00-13:00`, ending after it starts, within one day; 24:00 is the end of the day."""
    found = _RANGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found[2]) > 59 or int(found[4]) > 59:
        raise wrong('hours such as "09:00-13:00"')
    start, end = (60 * int(found[at]) + int(found[at + 1]) for at in (1, 3))
    if start >= end:
        raise wrong("hours that start before they end, within one day")
    if end > 24 * 60:
        raise wrong("hours between 00:00 and 24:00")
    return ClockRange(start, end)


def apart(ranges: list[ClockRange]) -> list[ClockRange]:
    """The ranges of one day in order; they must not overlap."""
    inorder = sorted(ranges)
    for one, two in pairwise(inorder):
        if two.start < one.end:
            raise wrong(f"hours that do not overlap: {one} and {two} do")
    return inorder


def quiet_hours(value: object) -> QuietHours:
    """`20:00-08:00`: over the night, or in the morning from 00:00; Sundays and holidays are quiet besides."""
    said = _QUIET.fullmatch(value.strip()) if isinstance(value, str) else None
    found = _RANGE.fullmatch(said[1]) if said else None
    if found is None:
        raise wrong('hours over the night such as "20:00-08:00"')
    try:
        start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError:
        raise wrong('hours over the night such as "20:00-08:00"') from None
    if start == end or time(0) < start < end:
        raise wrong("quiet hours that last over the night: they end the next morning")
    return QuietHours(start, end)


def time_of_day(value: object) -> time:
    """`07:30`."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise wrong('a time of day such as "07:30"')
    return time(int(found[1]), int(found[2]))


def time_or_off(value: object) -> time | Literal["off"]:
    """`07:30`, or `off`."""
    if isinstance(value, str) and value.strip().lower() == "off":
        return "off"
    try:
        return time_of_day(value)
    except PydanticCustomError:
        raise wrong('a time of day such as "07:30", or "off"') from None


def web_address(value: object) -> str:
    """An http or https URL with a host and without a password."""
    url = text(value)
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        usable = whole and not re.search(r"\s", url)
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable:
        raise wrong("an address such as https://dav.example.org/")
    if parts.username or parts.password:
        raise wrong("an address without user and password: they have keys of their own")
    return url


def loopback(url: str) -> bool:
    """True when the host of a URL is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def api_address(value: object) -> str:
    """An https URL, or http to this machine."""
    url = web_address(value)
    if not url.startswith("https:") and not loopback(url):
        raise wrong("an https:// address (http:// to this machine only)")
    return url


def reaches_only_them(address: str) -> bool:
    """True for an address that `api_address` takes."""
    try:
        api_address(address)
    except PydanticCustomError:
        return False
    return True


def by_language(value: object) -> dict[str, str]:
    """One web address for everybody, or one for each of the languages that clients are written to in."""
    return _in_languages(value, web_address, 'an address, or { en = "https://…", de = "https://…" }')


def words_by_language(value: object) -> dict[str, str]:
    """Words for everybody, or for each of the languages that clients are written to in."""
    return _in_languages(value, text, 'words, or { en = "…", de = "…" }')


def _in_languages(value: object, read: Callable[[object], str], expected: str) -> dict[str, str]:
    if not isinstance(value, dict):
        return {"": read(value)}
    if not value or set(value) - set(WRITTEN):
        raise wrong(expected)
    return {language: read(said) for language, said in sorted(value.items())}


def store_url(value: object) -> str:
    """Where the store is: a SQLite file or a PostgreSQL database, without a password."""
    url = text(value)
    if not re.match(r"sqlite:///.|postgresql(\+psycopg)?://.", url) or url == "sqlite:///:memory:":
        raise wrong('"sqlite:////var/lib/syncd/syncd.db" or "postgresql+psycopg://user@host/name"')
    if re.match(r"[^:]+://[^/@]*:[^/@]*@", url):
        raise wrong("no password in the address: give it as password = { file = … }")
    return url


def host_port(value: object) -> str:
    """`host:port`, or "" for none."""
    said = text(value)
    host, _, port = said.rpartition(":")
    if said and not (host and port.isdecimal() and 0 < int(port) < 65536):
        raise wrong('"host:port" such as "127.0.0.1:9464", or "" for none')
    return said


def _schema(example: str, pattern: str = "") -> WithJsonSchema:
    described: dict[str, Any] = {"type": "string", "examples": [example]}
    return WithJsonSchema(described | ({"pattern": pattern} if pattern else {}))


_CLOCKS = r"[0-9]{1,2}:[0-9]{2} *[-–] *[0-9]{1,2}:[0-9]{2}"
_LENGTH = r"^([0-9]{1,6} *[smhdwySMHDWY]|[Pp].+)$"

Line = Annotated[str, BeforeValidator(text), Field(max_length=500)]
Name = Annotated[str, BeforeValidator(text), Field(min_length=1, max_length=200)]
Id = Annotated[str, BeforeValidator(text), Field(pattern=r"^[\w.-]{1,64}$")]
Email = Annotated[str, BeforeValidator(email), _schema("ada@example.org", "^[^@ ]+@[^@ ]+$")]
Zone = Annotated[ZoneInfo, BeforeValidator(zone), _schema("Europe/Berlin")]
Length = Annotated[timedelta, BeforeValidator(duration), _schema("30m", _LENGTH)]
Settle = Annotated[Literal["auto"] | timedelta, BeforeValidator(settle), _schema("auto", f"^auto$|{_LENGTH}")]
Hours = Annotated[ClockRange, BeforeValidator(clock_range), _schema("09:00-13:00", f"^{_CLOCKS}$")]
DayHours = Annotated[list[Hours], AfterValidator(apart)]
Quiet = Annotated[QuietHours, BeforeValidator(quiet_hours), _schema("20:00-08:00")]
Url = Annotated[str, BeforeValidator(web_address), _schema("https://dav.example.org/", "^https?://")]
Urls = Annotated[
    dict[str, str],
    BeforeValidator(by_language),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^https?://"},
                {
                    "type": "object",
                    "properties": {key: {"type": "string", "pattern": "^https?://"} for key in WRITTEN},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
Words = Annotated[
    dict[str, Annotated[str, Field(max_length=500)]],
    BeforeValidator(words_by_language),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": 500},
                {
                    "type": "object",
                    "properties": {key: {"type": "string", "maxLength": 500} for key in WRITTEN},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
ApiUrl = Annotated[str, BeforeValidator(api_address), _schema("https://www.googleapis.com/calendar/v3/")]
StoreUrl = Annotated[str, BeforeValidator(store_url), _schema("sqlite:////var/lib/syncd/syncd.db")]
HostPort = Annotated[str, BeforeValidator(host_port), _schema("127.0.0.1:9464")]
Count = Annotated[int, Field(ge=0, le=10_000)]
AutoCount = Annotated[
    Literal["auto"] | int,
    BeforeValidator(auto_count),
    WithJsonSchema({"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 0, "maximum": 10_000}]}),
]
