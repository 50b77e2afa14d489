"""Recorded effects are had, each once, and settled with all that follows; one write for one object in a pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from syncd.apply import resolve
from syncd.core.model.actions import Action
from syncd.core.model.effects import EffectKey, EffectRow, EffectState
from syncd.effecting.settling import settle
from syncd.effecting.turn import Turn
from syncd.effecting.workbench import Workbench, account_of
from syncd.reading import in_sight
from syncd.subjects import Subjects


def have_effects(
    bench: Workbench,
    ready: Iterable[EffectRow],
    actions: Iterable[Action],
    rows: Subjects,
    stop: Callable[[], bool],
) -> Iterator[tuple[EffectKey, EffectState]]:
    """Claim and perform whatever is ready; what waits for a predecessor gets its turn.

    First what numbers the pass (I22), then what calendars show, those of different accounts side by side and in
    recorded order within one, then mails: once all is shown, or the bench's patience is over, and each after what it
    names. What is for an account that has not answered, or a calendar that is not believed, stays ready, and so does
    what comes after an effect for which somebody was waited for in vain; what was tried there is tried last.
    """
    waiting = tuple(ready)
    known = {row.key: bench.decode(row.payload) for row in waiting} | {one.key: one for one in actions}
    tried = {row.key for row in waiting if row.attempts and account_of(known[row.key]) in bench.rests.failing}
    order = sorted(known, key=tried.__contains__)
    left = {key: known[key] for key in order if bench.answered(known[key])}
    progress = True
    while progress:
        progress = False
        for numbering in (True, False):
            turn = Turn.of(bench, left, numbering)
            for key, state in turn.had(rows, stop):
                progress = True
                yield key, state


def resolve_unclear(bench: Workbench, unclear: Iterable[EffectRow], rows: Subjects) -> None:
    """Effects whose outcome is unknown are looked up; nothing is written outside."""
    now = bench.clock.now()
    for row in unclear:
        action = bench.decode(row.payload)
        if not bench.answered(action):
            continue
        outcome = resolve(action, bench.hands(in_sight(now)), now, row.changed_at or now)
        if outcome.state is not EffectState.UNKNOWN:
            settle(bench, action, outcome, rows)
