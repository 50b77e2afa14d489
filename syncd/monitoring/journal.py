"""What the service's journal gets: a line at the start, one for each look at which something happened; opaque ids only.

Under systemd a line begins with its priority (sd-daemon(3)), so that `journalctl -p warning` finds it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version

from syncd.core.model.effects import EffectKey, EffectState
from syncd.cycle import PassReport
from syncd.ports import Memory

log = logging.getLogger("syncd")

OTHERS = (
    "alembic",
    "apscheduler",
    "prometheus_client",
    "urllib3",
    "tenacity",
)  # whose lines are about themselves
AT_ONCE = "apscheduler.scheduler"  # warns of each look that would be a third at once: the one that waits does it all
MOST = 8  # subjects named in a line
_PRIORITY = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}
_IN_VAIN = frozenset({EffectState.READY, EffectState.UNKNOWN, EffectState.ESCALATED})


_practice: ContextVar[str] = ContextVar("practice", default="")


class _Named(logging.Filter):
    """Of many practices a line says whose it is."""

    def filter(self, record: logging.LogRecord) -> bool:
        if practice := _practice.get():
            record.name = f"{record.name}[{practice}]"
        return True


@contextmanager
def about(practice: str) -> Iterator[None]:
    """What is logged in this block is one practice's, of many."""
    token = _practice.set(practice)
    try:
        yield
    finally:
        _practice.reset(token)


class _Prefixed(logging.Formatter):
    """One record is one line, with its priority before it."""

    def format(self, record: logging.LogRecord) -> str:
        said = super().format(record)
        mark = f"<{_PRIORITY.get(record.levelno, 6)}>"
        return "\n".join(mark + line for line in said.splitlines())


def begin(env: Mapping[str, str], *, verbose: bool) -> None:
    """From here on this process is a service: a line for each look, and for each effect where `verbose`."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for name in OTHERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(AT_ONCE).setLevel(logging.ERROR)
    if not verbose:
        logging.getLogger("syncd.effecting").setLevel(logging.WARNING)
    for handler in root.handlers:
        handler.addFilter(_Named())
        if env.get("JOURNAL_STREAM"):
            handler.setFormatter(_Prefixed("%(name)s: %(message)s"))


def started(memory: Memory, therapists: int, clients: int, accounts: int) -> None:
    """What began, by numbers."""
    log.info(
        "syncd %s starts: %d therapists, %d clients, %d accounts, instance %s",
        version("syncd"),
        therapists,
        clients,
        accounts,
        memory.instance,
    )


def noted(memory: Memory) -> None:
    """How far the audit has come: who has this line notices when it is written anew (`syncd audit verify`)."""
    if memory.head:
        log.info("audit: %d rows, the last link is %s", memory.audited, memory.head)


def looked(reports: Sequence[PassReport], memory: Memory) -> None:
    """A look is over: what was read, done and refused; nothing where nothing happened."""
    outcomes = [one for report in reports for one in report.outcomes]
    done = [key for key, state in outcomes if state is EffectState.DONE]
    refused = [key for key, state in outcomes if state in _IN_VAIN]
    answers = sum(map(_dealt_with, reports))
    if not (done or refused or answers):
        return
    parts = [f"{answers} answers" if answers != 1 else "1 answer"] if answers else []
    parts += [f"{word}: {_kinds(keys)}" for word, keys in (("done", done), ("refused", refused)) if keys]
    parts.append(f"{len(memory.effects)} waiting")
    log.info("look: %s; about %s", "; ".join(parts), _subjects((*done, *refused)) or "no offer")


def _dealt_with(report: PassReport) -> int:
    """How many mails this pass took in; one about what nobody here knows is met at each look, and left alone."""
    taken = {one.reply.id for one in report.decision.pass_state.taken}
    return sum(one.id in taken for one in report.decision.pass_state.snapshot.replies)


def _kinds(keys: Iterable[EffectKey]) -> str:
    counted = Counter(key.kind for key in keys)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))


def _subjects(keys: Iterable[EffectKey]) -> str:
    names = list(dict.fromkeys(key.subject for key in keys))
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return " ".join(names[:MOST]) + more
