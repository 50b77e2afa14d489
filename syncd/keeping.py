"""What outlives a pass beside its decisions: what was read, how reading went, which mails were used."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.decide import Decision
from syncd.core.model import Ground, noteworthy
from syncd.core.model.actions import Action
from syncd.deciding import Decided
from syncd.ports import Fence, Mailbox, Memory, PassRecord, Store
from syncd.reading import Gathered

log = logging.getLogger(__name__)

UNHEARD_EVERY = timedelta(hours=1)


def record_pass(
    store: Store,
    fence: Fence,
    gathered: Gathered,
    found: Decided,
    actions: tuple[Action, ...],
    now: datetime,
) -> None:
    """One transaction, before any effect; nothing at all when nothing changed."""
    decision = found.decision
    read = gathered.changes or gathered.facts or gathered.traces
    if decision.empty and not read and not found.replies:
        return
    store.record(
        fence,
        PassRecord(
            now=now,
            mirror=gathered.changes,
            conflicts=decision.conflicts,
            offers=decision.offers,
            seen=decision.seen,
            leave=decision.leave,
            traces=gathered.traces,
            approvals=decision.approvals,
            facts=gathered.facts,
            replies=found.replies,
            sent=decision.sent,
            actions=actions,
            dropped=decision.dropped,
            clients=frozenset(decision.pass_state.snapshot.client),
            read=decision.pass_state.snapshot.read,
        ),
    )


def record_reading(store: Store, fence: Fence, gathered: Gathered, decision: Decision) -> None:
    """What was read, and nothing of what follows from it."""
    if gathered.changes or gathered.facts or gathered.traces or decision.seen:
        now = decision.pass_state.now
        store.record(
            fence,
            PassRecord(
                now,
                mirror=gathered.changes,
                facts=gathered.facts,
                seen=decision.seen,
                traces=gathered.traces,
            ),
        )


def keep_grounds(store: Store, fence: Fence, memory: Memory, gathered: Gathered) -> None:
    """How reading went outlives restarts; while all is well it is noted every few minutes only (I15)."""
    if noteworthy(memory.grounds, gathered.grounds):
        store.keep(fence, gathered.grounds)


def keep_unheard(store: Store, fence: Fence, memory: Memory, gathered: Gathered, now: datetime) -> None:
    """That a look was had though no server could say what time it is: the next start finds no long stop before it."""
    if not gathered.ahead and memory.newest is not None and memory.newest + UNHEARD_EVERY <= now:
        store.record(fence, PassRecord(now))


def keep_aside(store: Store, fence: Fence, memory: Memory, gathered: Gathered, found: Decided) -> None:
    """Calendars of therapists who were set aside are no ground for anything: until then they count as not read."""
    aside = {one.calendar: one.reason for one in found.problems if not one.uid}
    if aside:
        before = {one.place: one for one in memory.grounds}
        store.keep(fence, tuple(_silent(one, before, aside, found) for one in gathered.grounds))


def _silent(ground: Ground, before: Mapping[str, Ground], aside: Mapping[str, str], found: Decided) -> Ground:
    """Since the first pass in a row that says so."""
    reason, known = aside.get(ground.place), before.get(ground.place)
    if reason is None or ground.silent_since is not None:
        return ground
    since = known.silent_since if known is not None and known.reason == reason else None
    return replace(ground, silent_since=since or found.decision.pass_state.now, reason=reason)


def mark_used(mailbox: Mailbox | None, gathered: Gathered) -> None:
    """After the commit only; a keyword that could not be set is no reason to stop."""
    if mailbox is None or not gathered.incoming:
        return
    try:
        mailbox.mark([message.position for message in gathered.incoming])
    except Exception as error:
        log.warning("mailbox: could not mark what was used (%s)", type(error).__name__)
