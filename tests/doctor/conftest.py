"""The office that the commands are tested in, with a doctor."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest

from syncd.doctor import Check, Examination, Finding, Verdict, examine, machine
from syncd.ports import Clock
from syncd.solver import solve_here
from tests.cli.conftest import dav, office, smtp
from tests.cli.office import Office, now

__all__ = ["dav", "look", "office", "smtp"]


class Seen:
    """An examination, asked check by check."""

    def __init__(self, examination: Examination) -> None:
        self.examination = examination

    def of(self, check: Check, subject: str = "") -> list[Finding]:
        """The findings of one check, of one subject or all."""
        return [
            one
            for one in self.examination.findings
            if one.check is check and (not subject or one.subject == subject)
        ]

    def one(self, check: Check, subject: str = "") -> Finding:
        """The only finding of a check."""
        (finding,) = self.of(check, subject)
        return finding

    def failed(self) -> set[Check]:
        """The checks that failed."""
        return {one.check for one in self.examination.findings if one.verdict is Verdict.FAIL}

    def text(self) -> str:
        """All that was said."""
        return "\n".join(f"{one.subject} {one.said}" for one in self.examination.findings)


class Ahead:
    """A machine whose clock is five minutes fast."""

    def now(self) -> datetime:
        return now() + timedelta(minutes=5)

    def booted(self) -> timedelta:
        """It was set, and not restarted."""
        return timedelta()

    def ahead_of(self, date: datetime) -> timedelta:
        """As on any machine."""
        return self.now() - date


Look = Callable[..., Seen]


@pytest.fixture(autouse=True)
def _solver_in_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine is looked at (test_machine) the solver has its own process; elsewhere it is in this one."""
    if not request.module.__name__.endswith("test_machine"):
        monkeypatch.setattr(machine, "solver_process", lambda: nullcontext(solve_here))


@pytest.fixture
def look(office: Office) -> Look:
    def examined(seconds: float = 300, clock: Clock | None = None, env: dict[str, str] | None = None) -> Seen:
        return Seen(examine(office.write(), env or {}, timedelta(seconds=seconds), clock=clock))

    return examined
