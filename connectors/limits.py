"""What an iCalendar object may be at most: checked before any library reads or expands it.

Without these limits one hostile or broken event stops the whole account: FREQ=SECONDLY, INTERVAL=0, an EXRULE
or a huge line keep the parser or the expander busy for minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from math import prod

from dateutil.rrule import rrulestr
from icalendar.prop import vRecur

MAX_BYTES = 1024 * 1024
MAX_COMPONENTS = 1000
MAX_LINES = 20_000  # unfolded
MAX_COUNT = 10_000
MAX_DATES = 10_000
MAX_INTERVAL = 10_000
MAX_PER_DAY = 24
MAX_OCCURRENCES = 2000
MAX_RULES = 4
MAX_TITLE = 1000  # characters that are read of a title, a place, a link or a category
MAX_NOTES = 65_536  # and of a description
MAX_PEOPLE = 1000
MAX_CATEGORIES = 100
MAX_SEQUENCE = 2**31 - 2  # the next one is still an INTEGER (RFC 5545 §3.3.8)
YEARS = range(1970, 2101)
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})

_BOUNDS = frozenset({"COUNT", "UNTIL", "INTERVAL"})
_LATE = datetime(9972, 1, 3, tzinfo=UTC).replace(tzinfo=None)  # wall time, as rules are expanded
_BEGIN = re.compile(r"^BEGIN:", re.MULTILINE | re.IGNORECASE)
_LINE = re.compile(r"\n(?![ \t])")


class Unreadable(ValueError):
    """An event that cannot be used; the text says why and what to do, without quoting the event."""

    def __init__(self, reason: str, uid: str = "") -> None:
        """`uid` names the event where it could be found out."""
        super().__init__(reason)
        self.reason = reason
        self.uid = uid


def check_text(text: str) -> None:
    """Raise Unreadable for a text that is too large, too nested or of too many lines to be parsed."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise Unreadable("larger than 1 MiB; remove its attachments or notes")
    if sum(1 for _ in _BEGIN.finditer(text)) > MAX_COMPONENTS:
        raise Unreadable(f"more than {MAX_COMPONENTS} components; split the series")
    if sum(1 for _ in _LINE.finditer(text)) > MAX_LINES:
        raise Unreadable(f"more than {MAX_LINES:,} lines; copy it without what other programs added")


def check_people(people: int) -> None:
    """Raise Unreadable for more attendees than a session, or anything else that we read, ever has."""
    if people > MAX_PEOPLE:
        raise Unreadable(f"more than {MAX_PEOPLE} attendees")


def check_count(occurrences: int) -> None:
    """Raise Unreadable for more occurrences than can be planned with."""
    if occurrences > MAX_OCCURRENCES:
        raise Unreadable(f"more than {MAX_OCCURRENCES} occurrences in the time that is planned")


def sequence(stated: object) -> int:
    """A SEQUENCE that can be counted on from; 0 for what is no number."""
    digits = str(stated).strip()
    if not (digits.isascii() and digits.isdecimal()):
        return 0
    return min(int(digits), MAX_SEQUENCE) if len(digits) <= len(str(MAX_SEQUENCE)) else MAX_SEQUENCE


def check_year(moment: date) -> None:
    """Raise Unreadable for a date outside 1970-2100 (`datetime` is a `date` too)."""
    if moment.year not in YEARS:
        raise Unreadable(f"a date in the year {moment.year:04d}; only 1970 to 2100 can be planned with")


def check_dates(moments: Iterable[object]) -> None:
    """Raise Unreadable for more RDATE or EXDATE values than a life has sessions."""
    if sum(1 for _ in moments) > MAX_DATES:
        raise Unreadable(f"more than {MAX_DATES} single dates in one series")


def check_rules(rules: Sequence[vRecur]) -> None:
    """Raise Unreadable for RRULEs that could not be expanded in bounded time."""
    if len(rules) > MAX_RULES:
        raise Unreadable(f"more than {MAX_RULES} recurrence rules in one event")
    for rule in rules:
        _check_rule(rule)


def _check_rule(rule: vRecur) -> None:
    frequency = str(_one(rule, "FREQ", "")).upper()
    if frequency not in FREQUENCIES:
        raise Unreadable(f"repeats {frequency or 'without FREQ'}; only daily to yearly rules are read")
    interval = _number(rule, "INTERVAL", 1)
    if not 1 <= interval <= MAX_INTERVAL:
        raise Unreadable(f"a rule with INTERVAL={interval}; it has to be 1 or more")
    count = _number(rule, "COUNT", 1)
    if count > MAX_COUNT:
        raise Unreadable(f"a rule with COUNT={count}; at most {MAX_COUNT} are read")
    if prod(len(_list(rule, part)) or 1 for part in ("BYHOUR", "BYMINUTE", "BYSECOND")) > MAX_PER_DAY:
        raise Unreadable(f"a rule that repeats more than {MAX_PER_DAY} times a day")
    pattern = vRecur({name: value for name, value in rule.items() if name not in _BOUNDS})
    written: Callable[[], bytes] = pattern.to_ical
    if not _comes_true(written().decode()):
        raise Unreadable("a rule that never comes true, as on 30 February")


@lru_cache(maxsize=1024)
def _comes_true(pattern: str) -> bool:
    """Whether a rule without its bounds matches in the last 28 years that a date can name.

    All weekdays meet all dates in them. The expander looks for a match until the year 9999 whatever the rule's end.
    """
    try:
        return next(iter(rrulestr(pattern, dtstart=_LATE)), None) is not None
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise Unreadable("a recurrence rule that is not one") from error


def until_of(rule: vRecur) -> date | datetime | None:
    """The rule's UNTIL, or None where it has none."""
    value = _one(rule, "UNTIL", None)
    return value if isinstance(value, date) else None


def _list(rule: vRecur, part: str) -> list[object]:
    value = rule.get(part, [])
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _one(rule: vRecur, part: str, default: object) -> object:
    values = _list(rule, part)
    return values[0] if values else default


def _number(rule: vRecur, part: str, default: int) -> int:
    value = _one(rule, part, default)
    if not isinstance(value, int):
        raise Unreadable(f"a rule whose {part} is not a number")
    return value
