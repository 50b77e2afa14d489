"""What Prometheus reads. Every series with a fixed label is there before its first event."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import version

from prometheus_client import Counter, Gauge, Histogram, Info

from syncd.core.model import MAILBOX, Ground
from syncd.core.model.effects import IN_CALENDAR, EffectKey, EffectState
from syncd.cycle import PassReport
from syncd.ports import Memory

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
RELOADED = Gauge(
    "syncd_reload_successful", "0 while the settings on disk hold mistakes and older ones are in force"
)

FINISHED, STOPPED, FAILED = "finished", "stopped", "failed"
_SENT, _NOT_SENT = "sent", "failed"
_ODD = frozenset({EffectState.UNKNOWN, EffectState.ESCALATED})
_TRIED_IN_VAIN = frozenset({EffectState.READY, *_ODD})


def begin(memory: Memory, accounts: Iterable[str]) -> None:
    """Show what is known before the first look; a place that was never read was last read in 1970."""
    BUILD.info({"version": version("syncd"), "python": platform.python_version()})
    for result in (FINISHED, STOPPED, FAILED):
        PASSES.labels(result)
    for state in EffectState:
        EFFECTS.labels(state.value)
    for result in (_SENT, _NOT_SENT):
        MAILS.labels(result)
    for account in accounts:
        LAST_READ.labels(account)
    RELOADED.set(1)
    PAUSED.set(bool(memory.paused))
    if memory.newest is not None:
        LAST_PASS.set(memory.newest.timestamp())
    show_outbox(memory)
    show_grounds(memory.grounds)


def show_look(reports: Iterable[PassReport], memory: Memory) -> None:
    """A look has finished: its passes, and what the store holds after them."""
    PASSES.labels(FINISHED).inc()
    for report in reports:
        for key, state in report.outcomes:
            EFFECTS.labels(state.value).inc()
            _count_mail(key, state)
        LAST_PASS.set(report.now.timestamp())
        HALTED.set(report.halted is not None)
        PAUSED.set(report.decision.paused and report.halted is None)  # what is halted decides nothing, too
    show_outbox(memory)


def _count_mail(key: EffectKey, state: EffectState) -> None:
    if key.kind in IN_CALENDAR:
        return
    if state is EffectState.DONE:
        MAILS.labels(_SENT).inc()
    elif state in _TRIED_IN_VAIN:
        MAILS.labels(_NOT_SENT).inc()


def show_outbox(memory: Memory) -> None:
    """What is recorded and not over."""
    EFFECTS_WAITING.set(len(memory.effects))
    NEEDS_A_PERSON.set(sum(1 for row in memory.effects if row.state in _ODD))


def show_grounds(grounds: Iterable[Ground]) -> None:
    """When each account, each of its calendars (numbered: their names are people's) and the mailbox were read."""
    accounts: dict[str, list[Ground]] = {}
    for one in grounds:
        accounts.setdefault(one.account, []).append(one)
    for account, places in accounts.items():
        moments = [one.read_at.timestamp() if one.read_at else 0.0 for one in places]
        LAST_READ.labels(account).set(min(moments))
        for number, moment in enumerate(moments, start=1):
            if account != MAILBOX:
                LAST_READ.labels(f"{account}/{number}").set(moment)
