"""The content lines (RFC 5545 §3.1) that an answer is made of, and nothing else of a calendar text. Pure.

Alarms, to-dos, rules, broken definitions of zones: nothing we need is in them, so they cannot cost an answer.
"""

from __future__ import annotations

import re

BOMS = ("\ufeff", "\xef\xbb\xbf")  # the second is what the first becomes in Latin-1
_ENDS = re.compile(r"\r\n|\r")
_FOLD = re.compile(r"\n[ \t]")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_UTC = re.compile(r"([A-Za-z-]+)[;][^:]*:\s*(\d{8}T\d{6}Z)\s*")
_OF_CALENDAR = frozenset({"METHOD", "PRODID"})
_OF_EVENT = frozenset(
    {
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "DURATION",
        "SEQUENCE",
        "ATTENDEE",
        "ORGANIZER",
        "COMMENT",
        "SUMMARY",
    }
)
_WANTED = {("VCALENDAR",): _OF_CALENDAR, ("VCALENDAR", "VEVENT"): _OF_EVENT}


def unfolded(text: str) -> str:
    """A calendar text without byte order mark, its lines whole and ended by line feeds alone."""
    for mark in BOMS:
        text = text.removeprefix(mark)
    return _FOLD.sub("", _ENDS.sub("\n", text))


def essential(text: str) -> str:
    """An unfolded text with only what an answer needs.

    A UTC time loses its TZID, which says nothing about it (RFC 5545 §3.2.19).
    """
    kept: list[str] = []
    open_in: list[str] = []
    for line in text.split("\n"):
        name = _name(line)
        if name == "BEGIN":
            open_in.append(_value(line))
        wanted = name in _WANTED.get(tuple(open_in), ())
        structure = name in {"BEGIN", "END"} and tuple(open_in) in _WANTED
        if wanted or structure:
            kept.append(_UTC.sub(r"\1:\2", line) if wanted else f"{name}:{_value(line)}")
        if name == "END" and open_in and open_in[-1] == _value(line):
            open_in.pop()
    return "\n".join(kept) + "\n"


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def _value(line: str) -> str:
    return line.partition(":")[2].strip().upper()
