""" "This and following" at Google's own screens: one series ends, another goes on under an id made of the first's."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime, timedelta

from syncd.standin.google.answers import Json
from syncd.standin.google.series import occurrences, stem
from syncd.standin.google.world import CalendarBox, Stored, World
from syncd.standin.google.writing import existing, patch, put

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def split(world: World, box: CalendarBox, key: str, start: datetime, actor: str) -> Stored:
    """The series that goes on from the occurrence at `start`; nobody is told."""
    first = existing(world, box, key)
    going_on = _going_on(first, start)
    cut = (start - timedelta(seconds=1)).astimezone(UTC)
    ending = [_ended(line, f"UNTIL={cut:%Y%m%dT%H%M%SZ}") for line in first.data["recurrence"]]
    patch(world, box, key, {"recurrence": ending}, "none", actor, "")
    for one in [one for one in box.events.values() if one.series == key and one.gone and _from(one, start)]:
        del box.events[one.id]  # occurrences of the new series have these ids now
    return put(world, box, f"{stem(key)}_R{start.astimezone(UTC):%Y%m%dT%H%M%S}", going_on, "none", actor)


def _going_on(first: Stored, start: datetime) -> Json:
    data = copy.deepcopy(first.data)
    here = next(one for one in occurrences(data, start, start + timedelta(days=1)) if one.first == start)
    passed = sum(one.first < start for one in occurrences(data, _EARLIEST, start))
    data["recurrence"] = [
        re.sub(r"COUNT=(\d+)", lambda found: f"COUNT={int(found[1]) - passed}", line)
        for line in data["recurrence"]
    ]
    return {**data, "start": here.start, "end": here.end}


def _ended(line: str, until: str) -> str:
    if not line.upper().startswith("RRULE:"):
        return line
    return ";".join([part for part in line.split(";") if not part.startswith(("COUNT=", "UNTIL="))] + [until])


def _from(one: Stored, start: datetime) -> bool:
    return one.id.rpartition("_")[2] >= f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
