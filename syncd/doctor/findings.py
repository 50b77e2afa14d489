"""What a check found, as frozen values, and the guard that keeps one failing check from stopping the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from syncd.core.model.errors import ConfigError, ConfigProblem, SyncdError

log = logging.getLogger(__name__)
Got = TypeVar("Got")


class Verdict(StrEnum):
    """What a finding means for the set-up."""

    OK = "ok"
    WARN = "warn"  # it works, and may not be meant so or not last
    FAIL = "fail"
    SKIPPED = "skipped"  # not looked at, and why


class Check(StrEnum):
    """What is looked at; scripts may rely on these names."""

    SETTINGS = "settings"
    SECRETS = "secrets"
    TEMPLATES = "templates"
    PYTHON = "python"
    ZONES = "zones"
    SOLVER = "solver"
    STORE = "store"
    DISK = "disk"
    LOCK = "lock"
    METRICS = "metrics"
    CONNECTION = "connection"
    CERTIFICATE = "certificate"
    CLOCK = "clock"
    CONSENT = "consent"
    CREDENTIALS = "credentials"
    CALENDAR = "calendar"
    WRITABLE = "writable"
    CHANGES = "changes"
    CONDITIONAL_WRITES = "conditional_writes"
    SCHEDULING = "scheduling"
    ORGANIZER = "organizer"
    SMTP = "smtp"
    MAILBOX = "mailbox"
    ROUND_TRIP = "round_trip"
    SESSIONS = "sessions"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of one subject (a settings key or an opaque id): a line of what was seen and what to do."""

    check: Check
    subject: str
    verdict: Verdict
    said: str


def ok(check: Check, subject: str, said: str) -> Finding:
    """It works."""
    return Finding(check, subject, Verdict.OK, said)


def warn(check: Check, subject: str, said: str) -> Finding:
    """It works, and deserves a look."""
    return Finding(check, subject, Verdict.WARN, said)


def fail(check: Check, subject: str, said: str) -> Finding:
    """It does not work."""
    return Finding(check, subject, Verdict.FAIL, said)


def skipped(check: Check, subject: str, why: str) -> Finding:
    """It was not looked at."""
    return Finding(check, subject, Verdict.SKIPPED, why)


def failed(findings: Iterable[Finding]) -> bool:
    """True when one of them is a failure."""
    return any(one.verdict is Verdict.FAIL for one in findings)


def attempt(check: Check, subject: str, call: Callable[[], Got]) -> Got | Finding:
    """What `call` gives or, whatever goes wrong in it, the finding that says so."""
    try:
        return call()
    except SyncdError as error:
        return fail(check, subject, " ".join(str(error).split()))
    except Exception as error:
        # Its text may quote anything, a secret too; the traceback is for those who ask for it.
        log.debug("check %s failed", check, exc_info=True)
        return fail(check, subject, f"the check itself failed ({type(error).__name__}): report this")


def guarded(check: Check, subject: str, look: Callable[[], Iterable[Finding]]) -> tuple[Finding, ...]:
    """All that `look` finds; where it breaks off, a failure in its place."""
    found = attempt(check, subject, lambda: tuple(look()))
    return (found,) if isinstance(found, Finding) else found


def of_problem(check: Check, verdict: Verdict, problem: ConfigProblem) -> Finding:
    """A mistake or warning of the settings; its subject is `file: key`."""
    return Finding(check, f"{problem.file}: {problem.key}", verdict, f"{problem.value}: {problem.expected}")


def of_error(check: Check, error: ConfigError) -> tuple[Finding, ...]:
    """Every mistake as a failure."""
    return tuple(of_problem(check, Verdict.FAIL, problem) for problem in error.problems)
