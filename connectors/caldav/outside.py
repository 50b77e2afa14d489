"""Telling from the text alone that an object lies outside a window: the past is long, parsing is slow."""

from __future__ import annotations

import re
from datetime import date, timedelta

from connectors.foreign import unfolded
from syncd.core.time.spans import Span

_MARGIN = timedelta(days=2)  # zones, and the day that an all-day end excludes
_LONGEST = timedelta(days=31)
_LINES = re.MULTILINE | re.IGNORECASE  # property names have no case (RFC 5545 §2)
_EVENT = re.compile(r"^BEGIN:VEVENT[ \t]*$(.*?)^END:VEVENT[ \t]*$", _LINES | re.DOTALL)
_BEGIN = re.compile(r"^BEGIN:VEVENT[ \t]*$", _LINES)
_EDGE = re.compile(r"^(DTSTART|DTEND)(?:;[^\n]*)?:(\d{8})(?:T\d{6}Z?)?$", _LINES)
_UNTIL = re.compile(r"^RRULE:(?=[^\n]*FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY))[^\n]*UNTIL=(\d{8})", _LINES)
_HARD = re.compile(r"^(?:RDATE|EXRULE|DURATION|RECURRENCE-ID)\b", _LINES)
_RULE = re.compile(r"^RRULE\b", _LINES)


def surely_outside(text: str, window: Span) -> bool:
    """True only for an object of plain shape, wholly outside; False means: parse it and see.

    A plain shape is one event with a start, an end, and at most one rule that has an end.
    """
    plain = unfolded(text)
    if len(_BEGIN.findall(plain)) != 1:
        return False
    match = _EVENT.search(plain)
    if match is None:
        return False
    body = match.group(1)
    if _HARD.search(body):
        return False
    edges = {name.upper(): _day(digits) for name, digits in _EDGE.findall(body)}
    start, end = edges.get("DTSTART"), edges.get("DTEND")
    if start is None or end is None or end < start:
        return False
    first, last = (window.start - _MARGIN).date(), (window.end + _MARGIN).date()
    return start > last or _ended(body, start, end, first)


def _ended(body: str, start: date, end: date, first: date) -> bool:
    rules = len(_RULE.findall(body))
    if not rules:
        return end < first
    until = _UNTIL.search(body)
    if rules > 1 or until is None or end - start > _LONGEST:
        return False
    stated = _day(until.group(1))
    return stated is not None and start <= stated < first - _LONGEST


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
