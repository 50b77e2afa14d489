"""Days and times as people write them, in a language and a zone (CLDR data from Babel)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_gmt, get_timezone_location

from syncd.core.time.spans import Span, aware, local_date, midnight

FAR = 99
AMERICAN = "en_US"  # months before days, and twelve hours: "July 9", "3:00 pm"
PLAIN_HOURS = frozenset(
    {"en", "de", "es"}
)  # people write 9:05 by 24 hours; CLDR fills up with a zero, as tables do
# From when to when, where a dash alone is for tables.
BETWEEN = {"fr": "de {} à {}", "es": "de {} a {}", AMERICAN: "{} to {}"}
DAY_AND_MONTH = {"es": "EEEE d 'de' MMMM"}  # in full, where CLDR has it for short names alone
FULL_DAY = {"es": "EEEE d 'de' MMMM 'de' y"}


@dataclass(frozen=True, slots=True)
class SaidTime:
    """A moment or span in words. `place` is where clocks show it, "" where that goes without saying.

    en: day "Thursday 9 July 2026", weekday "Thursday 9 July", times "15:00–15:50", start "15:00",
    short "Thu 9 Jul, 15:00"; `near` counts the days from the sending to the day: 0 today, 1 tomorrow.
    """

    day: str
    weekday: str
    times: str
    start: str
    short: str
    place: str = ""
    near: int = FAR


@dataclass(frozen=True, slots=True)
class SaidDays:
    """First and last day of a leave in words ("Monday 6 July"), and in short ("6 – 17 Jul 2026").

    `since` and `until`: its hours on these days ("13:00"), "" where the whole day is meant.
    """

    first: str
    last: str
    short: str
    one: bool
    since: str = ""
    until: str = ""


class DateWords:
    """Says days and times in one language, by the clocks of `zone`; `home` is the zone that needs no mention."""

    def __init__(self, language: str, zone: ZoneInfo, home: ZoneInfo | None = None) -> None:
        """Take any language tag; English where CLDR does not know it."""
        self.language, self.locale = language, locale_of(language)
        self._country = str(self.locale)
        self.zone = zone
        self.home = home or zone
        self._weekday_pattern = weekday_pattern(self.locale)

    def span(self, span: Span, sent_at: datetime | None = None) -> SaidTime:
        """A span; the day of its end is named where it is another one."""
        said = self.moment(span.start, sent_at)
        start, end = (self._clock(moment) for moment in (span.start, span.end))
        if local_date(span.start, self.zone) == local_date(span.end, self.zone):
            times = BETWEEN.get(self._country, BETWEEN.get(self.locale.language, "{}–{}")).format(start, end)
        else:
            times = f"{start} – {self._short(span.end)}"
        return SaidTime(said.day, said.weekday, times, start, said.short, said.place, said.near)

    def moment(self, moment: datetime, sent_at: datetime | None = None) -> SaidTime:
        """One instant."""
        day, clock = local_date(moment, self.zone), self._clock(moment)
        near = FAR if sent_at is None else (day - local_date(sent_at, self.zone)).days
        return SaidTime(
            self._day(day), self._weekday(day), clock, clock, self._short(moment), self._place(moment), near
        )

    def days(self, days: tuple[date, date], part: Span | None = None) -> SaidDays:
        """A first and a last day; with the hours of `part` on them, by clocks that show the same as at home."""
        first, last = days
        short = self.day(last)
        if first != last:
            pattern = "MMMd" if first.year == last.year else "yMMMd"
            short = f"{_skeleton(pattern, first, self.locale)} – {short}"
        since, until = self._hours(part) if part else ("", "")
        if part and since and until and first == last:
            short = f"{short}, {self.span(part).times}"
        return SaidDays(self._weekday(first), self._weekday(last), short, first == last, since, until)

    def _hours(self, part: Span) -> tuple[str, str]:
        if self._place(part.start) or self._place(part.end):
            return "", ""
        return (
            ""
            if midnight(local_date(part.start, self.zone), self.zone) == part.start
            else self._clock(part.start),
            "" if midnight(local_date(part.end, self.zone), self.zone) == part.end else self._clock(part.end),
        )

    def day(self, day: date) -> str:
        """A day in short: "6 Jul 2026"."""
        return _skeleton("yMMMd", day, self.locale)

    def weekday_short(self, day: date) -> str:
        """A day as it heads a column: "Mon 6 Jul"."""
        return _skeleton("MMMEd", day, self.locale).replace(",", "")

    def _day(self, day: date) -> str:
        text = _date(FULL_DAY.get(self.locale.language, "full"), day, self.locale)
        return text.replace(",", "") if self._country == "en_GB" else self._first(text)

    def _weekday(self, day: date) -> str:
        return self._first(_date(self._weekday_pattern, day, self.locale))

    def _first(self, text: str) -> str:
        """French has a word of its own for the first of a month alone: `jeudi 1er octobre`."""
        return re.sub(r"\b1 (?=\w)", "1er ", text) if self.locale.language == "fr" else text

    def _short(self, moment: datetime) -> str:
        day = _skeleton("MMMEd", local_date(moment, self.zone), self.locale)
        return f"{day}, {self._clock(moment)}"

    def _clock(self, moment: datetime) -> str:
        here = aware(moment).astimezone(self.zone)
        if self.locale.language == "fr":
            return f"{here.hour} h {here.minute:02}" if here.minute else f"{here.hour} h"
        if self._country == AMERICAN:
            return f"{here.hour % 12 or 12}:{here.minute:02} {'am' if here.hour < 12 else 'pm'}"
        if self.locale.language in PLAIN_HOURS:
            return f"{here.hour}:{here.minute:02}"
        return format_time(here.timetz(), "short", tzinfo=self.zone, locale=self.locale)

    def _place(self, moment: datetime) -> str:
        """Only where both clocks differ at that moment: Vienna and Berlin need no telling apart."""
        here, home = aware(moment).astimezone(self.zone), aware(moment).astimezone(self.home)
        if here.utcoffset() == home.utcoffset():
            return ""
        if "/" not in self.zone.key or self.zone.key.startswith("Etc/"):
            return get_timezone_gmt(here, locale=self.locale)
        return get_timezone_location(self.zone, locale=self.locale, return_city=True)


def other_clocks(language: str, zone: ZoneInfo, elsewhere: ZoneInfo | None, at: datetime) -> str:
    """What to call these clocks beside times of somebody's `elsewhere`; "" where both show the same at that moment."""
    return DateWords(language, zone, elsewhere).moment(at).place


@lru_cache(maxsize=4096)  # a practice's mails speak of the same few days over and over
def _skeleton(skeleton: str, day: date, locale: Locale) -> str:
    return format_skeleton(skeleton, day, locale=locale)


@lru_cache(maxsize=4096)
def _date(pattern: str, day: date, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)


def weekday_pattern(locale: Locale) -> str:
    """How a weekday and a date without its year are written in full."""
    if locale.language in DAY_AND_MONTH:
        return DAY_AND_MONTH[locale.language]
    short: str = locale.datetime_skeletons["MMMEd"].pattern
    return re.sub("M+", "MMMM", re.sub("E+", "EEEE", short))


def locale_of(language: str) -> Locale:
    """CLDR's rules for a language; English with days before months and 24 hours, unless it is the United States'."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    if locale.language != "en":
        return locale
    return Locale.parse(AMERICAN if locale.territory == "US" else "en_GB")
