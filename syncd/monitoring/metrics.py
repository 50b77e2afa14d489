"""What Prometheus reads. Every series with a fixed label is there before its first event.

Several practices in one process are counted together; a gauge shows the sum of theirs, or the worst.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from math import inf
from threading import Lock

from prometheus_client import Counter, Gauge, Histogram, Info

from syncd.core.model import MAILBOX, Ground
from syncd.core.model.effects import IN_CALENDAR, EffectKey, EffectState
from syncd.cycle import PassReport
from syncd.ports import Memory, Usage

BUILD = Info("syncd_build", "The version that runs")
PASSES = Counter("syncd_passes", "Passes over the calendars, by how they ended", ["result"])
LOOK_SECONDS = Histogram(
    "syncd_look_duration_seconds",
    "How long a look took, passes and effects included",
    buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600),
)
EFFECTS = Counter("syncd_effects", "Effects on the outside world, by the state they reached", ["state"])
MAILS = Counter("syncd_mails", "Mails that were sent, and tries that failed", ["result"])
PROBLEMS = Gauge("syncd_problems", "Calendars, events and mailboxes that cannot be read now")
LAST_READ = Gauge("syncd_last_read_timestamp_seconds", "When a place was last read completely", ["place"])
LAST_PASS = Gauge("syncd_last_pass_timestamp_seconds", "When the last pass finished")
HALTED = Gauge(
    "syncd_halted", "1 while passes read and do nothing else: the clock is wrong, or the store too old"
)
PAUSED = Gauge("syncd_paused", "1 while nothing leaves the house because somebody paused it")
EFFECTS_WAITING = Gauge("syncd_effects_waiting", "Recorded effects that have not happened yet")
NEEDS_A_PERSON = Gauge("syncd_needs_a_person", "Effects of which only a human can tell whether they happened")
BACKUP = Gauge("syncd_last_backup_timestamp_seconds", "When `syncd backup` last made a copy; 0: never")
SIGN_IN_ENDS = Gauge(
    "syncd_sign_in_ends_timestamp_seconds",
    "When an account's sign-in ends; +Inf where it does not, or nobody knows",
    ["account"],
)
RELOADED = Gauge(
    "syncd_reload_successful", "0 while the settings on disk hold mistakes and older ones are in force"
)

USED = Gauge(
    "syncd_quota_requests", "Requests to Google on its day, which ends at midnight Pacific", ["account"]
)
BUSIEST = Gauge("syncd_quota_busiest_minute", "The most of them within one minute", ["account"])
REFUSED = Gauge("syncd_quota_refusals", "How often Google asked for fewer on that day", ["account"])

PRACTICES = Gauge("syncd_practices", "Practices of a worker, by how they are", ["state"])

FINISHED, STOPPED, FAILED = "finished", "stopped", "failed"
_SENT, _NOT_SENT = "sent", "failed"
_ODD = frozenset({EffectState.UNKNOWN, EffectState.ESCALATED})
_TRIED_IN_VAIN = frozenset({EffectState.READY, *_ODD})


_WORST: dict[Gauge, Callable[[Iterable[float]], float]] = {
    LAST_PASS: min,
    HALTED: max,
    PAUSED: max,
    RELOADED: min,
    BACKUP: lambda values: min(filter(None, values), default=0),
}
_shown: dict[Gauge, dict[str, float]] = {}
_guard = Lock()


def begin() -> None:
    """Show what is known before any practice is."""
    BUILD.info({"version": version("syncd"), "python": platform.python_version()})
    for result in (FINISHED, STOPPED, FAILED):
        PASSES.labels(result)
    for state in EffectState:
        EFFECTS.labels(state.value)
    for result in (_SENT, _NOT_SENT):
        MAILS.labels(result)


@dataclass(slots=True)
class Board:
    """What is shown of one practice; `practice` "" where the process serves no other."""

    practice: str = ""
    _named: set[tuple[Gauge, str]] = field(default_factory=set)

    def begin(self, memory: Memory, accounts: Iterable[str]) -> None:
        """Show what is known before the first look; a place that was never read was last read in 1970."""
        begin()
        for account in accounts:
            self._read(account, 0.0)
            self._show_named(REFUSED, account, 0)
            self._show_named(SIGN_IN_ENDS, account, inf)
        self.show(RELOADED, 1)
        self.show(PAUSED, bool(memory.paused))
        if memory.newest is not None:
            self.show(LAST_PASS, memory.newest.timestamp())
        self._show_kept(memory)
        self.show_grounds(memory.grounds)

    def show(self, gauge: Gauge, value: float) -> None:
        """As it is in this practice."""
        with _guard:
            shown = _shown.setdefault(gauge, {})
            shown[self.practice] = value
            gauge.set(_WORST.get(gauge, sum)(shown.values()))

    def show_look(self, reports: Iterable[PassReport], memory: Memory) -> None:
        """A look has finished: its passes, and what the store holds after them."""
        PASSES.labels(FINISHED).inc()
        for report in reports:
            for key, state in report.outcomes:
                EFFECTS.labels(state.value).inc()
                _count_mail(key, state)
            self.show(LAST_PASS, report.now.timestamp())
            self.show(HALTED, report.halted is not None)
            # What is halted decides nothing, too.
            self.show(PAUSED, report.decision.paused and report.halted is None)
        self._show_kept(memory)

    def show_grounds(self, grounds: Iterable[Ground]) -> None:
        """When each account, each of its calendars (numbered: their names are people's) and the mailbox were read."""
        accounts: dict[str, list[Ground]] = {}
        for one in grounds:
            accounts.setdefault(one.account, []).append(one)
        for account, places in accounts.items():
            moments = [one.read_at.timestamp() if one.read_at else 0.0 for one in places]
            self._read(account, min(moments))
            for number, moment in enumerate(moments, start=1):
                if account != MAILBOX:
                    self._read(f"{account}/{number}", moment)

    def show_usage(self, usage: Mapping[str, Usage]) -> None:
        """What accounts have used of their quota."""
        for account, one in usage.items():
            self._show_named(USED, account, one.requests)
            self._show_named(BUSIEST, account, one.busiest)
            self._show_named(REFUSED, account, one.refused)

    def show_sign_ins(self, accounts: Iterable[str], ends: Mapping[str, datetime]) -> None:
        """When they end, of these accounts."""
        for account in accounts:
            self._show_named(SIGN_IN_ENDS, account, ends[account].timestamp() if account in ends else inf)

    def clear(self) -> None:
        """The practice is served no more."""
        with _guard:
            for gauge, shown in _shown.items():
                if shown.pop(self.practice, None) is not None:
                    gauge.set(_WORST.get(gauge, sum)(shown.values()) if shown else 0)
        for gauge, name in self._named:
            gauge.remove(name)
        self._named.clear()

    def _read(self, place: str, moment: float) -> None:
        self._show_named(LAST_READ, place, moment)

    def _show_named(self, gauge: Gauge, name: str, value: float) -> None:
        named = f"{self.practice}:{name}" if self.practice else name
        self._named.add((gauge, named))
        gauge.labels(named).set(value)

    def _show_kept(self, memory: Memory) -> None:
        """What is recorded and not over, and when a copy of it was made."""
        self.show(BACKUP, memory.copied.timestamp() if memory.copied else 0)
        self.show(EFFECTS_WAITING, len(memory.effects))
        self.show(NEEDS_A_PERSON, sum(1 for row in memory.effects if row.state in _ODD))


def _count_mail(key: EffectKey, state: EffectState) -> None:
    if key.kind in IN_CALENDAR:
        return
    if state is EffectState.DONE:
        MAILS.labels(_SENT).inc()
    elif state in _TRIED_IN_VAIN:
        MAILS.labels(_NOT_SENT).inc()
