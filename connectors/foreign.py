"""iCalendar text as other programs write it, brought to what the standard means, before a library reads it.

Nothing here changes what is stored: these lines are only read.
"""

from __future__ import annotations

import re

_FOLD = re.compile(r"\n[ \t]")
_TIMED = re.compile(r"(?:DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)[;:]", re.IGNORECASE)
_PARAM = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_DATE = re.compile(r"\d{8}")
_ESCAPED = re.compile(r"\\([\\,;])")


def plain_lines(text: str) -> str:
    r"""The text without a byte order mark, each line ended by `\n`, whatever ended it."""
    return text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n")


def unfolded(text: str) -> str:
    """The text with every property on one line (RFC 5545 §3.1)."""
    return _FOLD.sub("", plain_lines(text))


def unescaped(text: str) -> str:
    """A TEXT value without its escapes (RFC 5545 §3.3.11); Exchange names zones with commas."""
    return _ESCAPED.sub(r"\1", text)


def mended(line: str) -> tuple[str, ...]:
    """One unfolded property line as the reader is to see it: a TZID counts for local times only (§3.2.19).

    A UTC time or a date that carries one is that UTC time or date; a list of both kinds becomes two lines.
    """
    if not _TIMED.match(line) or "TZID=" not in line.upper():
        return (line,)
    head, _, stated = line.rstrip("\r").rpartition(":")  # no date holds a colon; names of zones do
    name, *params = _PARAM.split(head)
    others = [one for one in params if not one.upper().startswith("TZID=")]
    zones = [one for one in params if one.upper().startswith("TZID=")]
    values = stated.split(",")
    local = [value for value in values if not _settled(value)]
    settled = [value for value in values if _settled(value)]
    lines = []
    if local:
        lines.append((name, [*map(_quoted, zones), *others], local))
    if settled:
        lines.append((name, _kind(others, settled), settled))
    return tuple(f"{';'.join((name, *given))}:{','.join(dates)}" for name, given, dates in lines)


def _settled(value: str) -> bool:
    """True for a date, and for a time or period that says itself that it is UTC."""
    start = value.partition("/")[0].strip()
    return bool(_DATE.fullmatch(start)) or start.upper().endswith("Z")


def _kind(params: list[str], values: list[str]) -> list[str]:
    dates = all(_DATE.fullmatch(value.strip()) for value in values)
    stated = any(one.upper().startswith("VALUE=") for one in params)
    return [*params, "VALUE=DATE"] if dates and not stated else params


def _quoted(param: str) -> str:
    name, _, value = param.partition("=")
    bare = unescaped(value.strip('"'))
    return f'{name}="{bare}"' if re.search("[,:;]", bare) else f"{name}={bare}"
