"""Dates and hours as the mails say them, in every language, read by patterns of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DE_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_DE_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"),
    *("November", "Dezember"),
)
_FR_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_FR_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre"),
    *("novembre", "décembre"),
)
_FR_SHORT = ("janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc")
_ES_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_ES_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre"),
    *("noviembre", "diciembre"),
)
_ES_SHORT = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic")
_EN_SHORT = tuple(one[:3] for one in _EN_MONTHS)
_DE_SHORT = ("Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sept", "Okt", "Nov", "Dez")
WEEKDAYS: Mapping[str, int] = {
    name: number
    for days in (
        *(_EN_DAYS, _DE_DAYS, _FR_DAYS, _ES_DAYS),
        *(
            tuple(one[:length] for one in days)
            for days, length in ((_EN_DAYS, 3), (_DE_DAYS, 2), (_FR_DAYS, 3), (_ES_DAYS, 3))
        ),
    )
    for number, name in enumerate(days)
}
MONTHS: Mapping[str, int] = {
    name: number
    for months in (
        _EN_MONTHS,
        _DE_MONTHS,
        _FR_MONTHS,
        _ES_MONTHS,
        _EN_SHORT,
        _DE_SHORT,
        _FR_SHORT,
        _ES_SHORT,
        ("", "", "Mär", "", "", "Jun", "Jul"),
    )
    for number, name in enumerate(months, start=1)
    if name
}
CLOCK = r"\d{1,2}:\d{2}"
_LONG_AGO = timedelta(days=120)  # a date without a year that lies further back means the next year


def _any(words: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one language writes times: patterns of the slots that a sentence's template may name."""

    slots: Mapping[str, str]


_EN_DAY = rf"{_any(_EN_DAYS)} \d{{1,2}} {_any(_EN_MONTHS)}(?: \d{{4}})?"
_EN_PLACE = r"(?: \([^()]+ time\))?"
_EN_WHEN = rf"(?:(?:on )?{_EN_DAY},? at {CLOCK}|today at {CLOCK}|tomorrow at {CLOCK}){_EN_PLACE}"
_EN_PART = rf"(?: from {CLOCK} to {CLOCK}| from {CLOCK}| until {CLOCK})?"
ENGLISH = Tongue(
    {
        "when": _EN_WHEN,
        "void": _EN_WHEN,
        "whens": rf"{_EN_WHEN}(?:(?:, | and )(?:{_EN_WHEN}|{CLOCK}))*",
        "day": _EN_DAY,
        "spread": rf"(?:on {_EN_DAY}(?: and (?:on )?{_EN_DAY})*|from {_EN_DAY} to {_EN_DAY})",
        "line": rf"{_EN_DAY}, {CLOCK}[–-]{CLOCK}{_EN_PLACE}",
        "days": rf"(?:from {_EN_DAY}(?:, {CLOCK},)? (?:to|until) {_EN_DAY}(?:, {CLOCK})?|on {_EN_DAY}{_EN_PART})",
        "due": rf"{_EN_DAY},? (?:at )?{CLOCK}{_EN_PLACE}",
        "short": rf"{_any(tuple(one[:3] for one in _EN_DAYS))} \d{{1,2}} {_any(_EN_SHORT)}, {CLOCK}",
    }
)
_DE_DAY = rf"{_any(_DE_DAYS)}, \d{{1,2}}\. {_any(_DE_MONTHS)}(?: \d{{4}})?"
_DE_PLACE = r"(?: \(Ortszeit [^()]+\))?"
_DE_WHEN = rf"(?:[aA]m {_DE_DAY}, um {CLOCK} Uhr|heute um {CLOCK} Uhr|morgen um {CLOCK} Uhr){_DE_PLACE}"
_DE_PART = rf"(?:, von {CLOCK} bis {CLOCK} Uhr|, ab {CLOCK} Uhr|, bis {CLOCK} Uhr)?"
GERMAN = Tongue(
    {
        "when": _DE_WHEN,
        "void": _DE_WHEN,
        "whens": rf"{_DE_WHEN}(?:(?:, | und )(?:{_DE_WHEN}|um {CLOCK} Uhr))*",
        "day": _DE_DAY,
        "spread": rf"(?:am {_DE_DAY}(?:,? und am {_DE_DAY})*|von {_DE_DAY}, bis {_DE_DAY})",
        "line": rf"{_DE_DAY}, {CLOCK}[–-]{CLOCK} Uhr{_DE_PLACE}",
        "days": rf"(?:von {_DE_DAY}(?:, {CLOCK} Uhr)?, bis {_DE_DAY}(?:, {CLOCK} Uhr)?|am {_DE_DAY}{_DE_PART})",
        "due": rf"{_DE_DAY},? (?:um )?{CLOCK} Uhr{_DE_PLACE}",
        "short": rf"(?:Mo|Di|Mi|Do|Fr|Sa|So)\.?,? \d{{1,2}}\. {_any(_DE_SHORT)}\.?, {CLOCK}(?: Uhr)?",
    }
)
_FR_DAY = rf"{_any(_FR_DAYS)} \d{{1,2}}(?:er)? {_any(_FR_MONTHS)}(?: \d{{4}})?"
_FR_PLACE = r"(?: \(heure de [^()]+\))?"
_FR_WHEN = rf"(?:(?:[ld]e |du )?{_FR_DAY} à {CLOCK}|(?:d')?aujourd'hui à {CLOCK}|(?:de )?demain à {CLOCK}){_FR_PLACE}"
_FR_PART = rf"(?: de {CLOCK} à {CLOCK}| à partir de {CLOCK}| jusqu'à {CLOCK})?"
FRENCH = Tongue(
    {
        "when": _FR_WHEN,
        "void": _FR_WHEN,
        "whens": rf"{_FR_WHEN}(?:(?:, | et )(?:{_FR_WHEN}|{CLOCK}))*",
        "day": _FR_DAY,
        "spread": rf"(?:du {_FR_DAY}(?: et du {_FR_DAY})*|du {_FR_DAY} au {_FR_DAY})",
        "line": rf"{_FR_DAY}, de {CLOCK} à {CLOCK}{_FR_PLACE}",
        "days": rf"(?:du {_FR_DAY}(?:, {CLOCK},)? au {_FR_DAY}(?:, {CLOCK})?|le {_FR_DAY}{_FR_PART})",
        "due": rf"{_FR_DAY} à {CLOCK}{_FR_PLACE}",
        "short": rf"{_any(tuple(one[:3] for one in _FR_DAYS))}\.? \d{{1,2}} {_any(_FR_SHORT)}\.?, {CLOCK}",
    }
)
_ES_DAY = rf"{_any(_ES_DAYS)} \d{{1,2}} de {_any(_ES_MONTHS)}(?: de \d{{4}})?"
_ES_AT = rf"a las? {CLOCK}"
_ES_PLACE = r"(?: \(hora de [^()]+\))?"
_ES_WHEN = rf"(?:(?:el |del )?{_ES_DAY} {_ES_AT}|(?:de )?hoy {_ES_AT}|(?:de )?mañana {_ES_AT}){_ES_PLACE}"
_ES_PART = rf"(?: de {CLOCK} a {CLOCK}| a partir de las {CLOCK}| hasta las {CLOCK})?"
SPANISH = Tongue(
    {
        "when": _ES_WHEN,
        "void": _ES_WHEN,
        "whens": rf"{_ES_WHEN}(?:(?:, | y )(?:{_ES_WHEN}|{_ES_AT}))*",
        "day": _ES_DAY,
        "spread": rf"(?:del {_ES_DAY}(?: y del {_ES_DAY})*|del {_ES_DAY} al {_ES_DAY})",
        "line": rf"{_ES_DAY}, de {CLOCK} a {CLOCK}{_ES_PLACE}",
        "days": rf"(?:del {_ES_DAY}(?:, {CLOCK},)? al {_ES_DAY}(?:, {CLOCK})?|el {_ES_DAY}{_ES_PART})",
        "due": rf"{_ES_DAY} {_ES_AT}{_ES_PLACE}",
        "short": rf"{_any(tuple(one[:3] for one in _ES_DAYS))},? \d{{1,2}} {_any(_ES_SHORT)}, {CLOCK}",
    }
)
_ONE_DAY = re.compile(
    rf"(?:(?P<weekday>{_any(tuple(WEEKDAYS))})\.?,? )?(?P<day>\d{{1,2}})(?:\.|er)? (?:de )?"
    rf"(?P<month>{_any(tuple(MONTHS))})\b\.?"
    r"(?: (?:de )?(?P<year>\d{4}))?"
)
_RELATIVE = re.compile(
    rf"(today|tomorrow|heute|morgen|aujourd'hui|demain|hoy|mañana) (?:at|um|à|a las?) ({CLOCK})"
)
_PLACED = re.compile(r"\((?:Ortszeit |heure de |hora de )?([^()]+?)(?: time)?\)")
_HOUR = re.compile(r"(\d{1,2}):(\d{2})")


class Unreadable(Exception):
    """A date that is none: a weekday that does not agree, a place nobody knows."""


def read_day(text: str, sent: datetime) -> date:
    """The first day named; without a year the one around the day of the mail. Raises Unreadable."""
    found = _ONE_DAY.search(text)
    if found is None:
        raise Unreadable(f"no day: {text}")
    month, number = MONTHS[found["month"]], int(found["day"])
    year = int(found["year"] or sent.year)
    given = date(year, month, number)
    if not found["year"] and given < sent.date() - _LONG_AGO:
        given = given.replace(year=year + 1)
    elif not found["year"] and given > sent.date() + timedelta(days=365) - _LONG_AGO:
        given = given.replace(year=year - 1)
    if found["weekday"] and WEEKDAYS[found["weekday"]] != given.weekday():
        raise Unreadable(f"{given} is no {found['weekday']}: {text}")
    return given


def read_days(text: str, sent: datetime) -> tuple[date, date]:
    """`from … to …`, or one day twice."""
    found = [read_day(one[0], sent) for one in _ONE_DAY.finditer(text)]
    return found[0], found[-1]


def read_hours(text: str) -> tuple[time, time]:
    """From which hour of the first day and to which of the last; midnight and the last minute where none is named."""
    first, *rest = re.split(r" (?:to|until) (?=[A-Z])| bis (?=[A-Z])| au (?=[a-z])| al (?=[a-z])", text)
    begins, ends = time.min, time.max
    if rest:
        return _hour(first) or begins, _hour(rest[-1]) or ends
    if match := re.search(rf"(?:from|von|de) {CLOCK} (?:to|bis|à|a) {CLOCK}", text):
        hours = [time(int(one[1]), int(one[2])) for one in _HOUR.finditer(match[0])]
        return hours[0], hours[1]
    only = _hour(text)
    if only is None:
        return begins, ends
    return (only, ends) if re.search(r"(?:from|ab|partir de|partir de las) \d", text) else (begins, only)


def _hour(text: str) -> time | None:
    found = _HOUR.search(text)
    return time(int(found[1]), int(found[2])) if found else None


def read_moment(text: str, sent: datetime, home: ZoneInfo) -> datetime:
    """The first moment named, in UTC: at home unless a place is named. Raises Unreadable."""
    placed = _PLACED.search(text)
    zone = zone_of(placed[1]) if placed else home
    relative = _RELATIVE.search(text)
    if relative is not None:
        ahead = 0 if relative[1] in {"today", "heute", "aujourd'hui", "hoy"} else 1
        on, clock = sent.astimezone(zone).date() + timedelta(days=ahead), relative[2]
    else:
        on = read_day(text, sent.astimezone(zone))
        dated = _ONE_DAY.search(text)
        assert dated is not None
        found = _HOUR.search(text, dated.end())
        if found is None:
            raise Unreadable(f"no hour: {text}")
        clock = found[0]
    hour, _, minute = clock.partition(":")
    return datetime(on.year, on.month, on.day, int(hour), int(minute), tzinfo=zone).astimezone(UTC)


def read_moments(text: str, when: str, sent: datetime, home: ZoneInfo) -> Iterator[datetime]:
    """Every moment that looks like this; an hour alone is of the day before it."""
    last: datetime | None = None
    for found in re.finditer(rf"{when}|{CLOCK}", text):
        if last is not None and re.fullmatch(CLOCK, found[0]):
            hour, _, minute = found[0].partition(":")
            last = last.astimezone(home).replace(hour=int(hour), minute=int(minute)).astimezone(UTC)
        else:
            last = read_moment(found[0], sent, home)
        yield last


@lru_cache(maxsize=64)
def zone_of(place: str) -> ZoneInfo:
    """The zone of a place: `New York`. Raises Unreadable."""
    tail = place.strip().replace(" ", "_")
    found = sorted(one for one in available_timezones() if one.rpartition("/")[2] == tail and "/" in one)
    if not found:
        raise Unreadable(f"nobody knows where {place} is")
    return ZoneInfo(found[0])
