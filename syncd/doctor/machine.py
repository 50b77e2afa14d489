"""What this machine brings: Python, zone data, the solver, the templates."""

from __future__ import annotations

import platform
import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo

from syncd.core.planning.solving.problem import Choice, Problem
from syncd.doctor.findings import Check, Finding, Verdict, attempt, fail, guarded, of_problem, ok, warn
from syncd.settings import Settings
from syncd.solver import solver_process
from syncd.wiring.checking import prove_headers
from syncd.wording import load_templates, rehearse

_AHEAD = timedelta(days=400)
_STEP = timedelta(hours=6)
_TINY = Problem((Choice(0, 0, first=1, value=1, keeps=0, quality=1, tie=1),), (0,), ())


def machine_findings(settings: Settings | None, now: datetime) -> Iterator[Finding]:
    """Everything that needs no network; without settings, what ships is looked at."""
    yield _python()
    yield from guarded(Check.ZONES, "tzdata", lambda: _zones(settings, now))
    yield from guarded(Check.SOLVER, "highspy", _solver)
    own = settings.templates if settings else None
    yield from guarded(Check.TEMPLATES, "practice.templates", lambda: _templates(own))


def _python() -> Finding:
    version = platform.python_version()
    said = f"{version} lets no text become a mail header"
    return attempt(Check.PYTHON, "headers", prove_headers) or ok(Check.PYTHON, "headers", said)


def _solver() -> Iterator[Finding]:
    with solver_process() as solve:
        found = solve(_TINY)
    if found.proven and found.chosen == (0,):
        yield ok(Check.SOLVER, "highspy", "solves exactly")
    else:
        yield warn(Check.SOLVER, "highspy", f"plans are not proven best: {found.note}; install syncd again")


def _templates(own: Path | None) -> Iterator[Finding]:
    problems = rehearse(load_templates(own))
    yield from (of_problem(Check.TEMPLATES, Verdict.FAIL, problem) for problem in problems)
    if not problems:
        yield ok(Check.TEMPLATES, "practice.templates", "every message can be written")


def _zones(settings: Settings | None, now: datetime) -> Iterator[Finding]:
    """The rules in force are the system's where it has any, else those of the package tzdata."""
    version = metadata.version("tzdata")
    said = f"package tzdata {version}"
    if now.year - int(version[:4]) > 1:
        yield warn(Check.ZONES, "tzdata", f"{said} is old: pip install --upgrade tzdata")
    else:
        yield ok(Check.ZONES, "tzdata", said)
    for zone in _used(settings):
        yield _zone(zone, now)


def _used(settings: Settings | None) -> Iterable[ZoneInfo]:
    if settings is None:
        return ()
    clients = [one.zone for one in settings.clients if one.zone]
    every = (settings.practice.zone, *(one.zone for one in settings.therapists), *clients)
    return dict.fromkeys(every)


def _zone(zone: ZoneInfo, now: datetime) -> Finding:
    packaged = resources.files("tzdata.zoneinfo").joinpath(*zone.key.split("/"))
    if not packaged.is_file():
        return fail(Check.ZONES, zone.key, "not among the IANA zones: correct `timezone`")
    with packaged.open("rb") as stream:
        newest = ZoneInfo.from_file(stream, zone.key)
    moment, end = now, now + _AHEAD
    while moment < end:
        if moment.astimezone(zone).utcoffset() != moment.astimezone(newest).utcoffset():
            said = "this system's zone data disagrees with the package tzdata"
            return warn(Check.ZONES, zone.key, f"{said} from {moment:%Y-%m-%d} on: update the system's")
        moment += _STEP
    system = any(Path(folder, zone.key).is_file() for folder in zoneinfo.TZPATH)
    return ok(Check.ZONES, zone.key, "the system's zone data is current" if system else "from tzdata")
