"""Whether nothing falls due before the moment that a look names: a daemon that finds nothing changed relies on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from syncd.core.agenda import next_due
from syncd.core.decide import Decision, decide
from syncd.core.model.snapshot import Snapshot
from syncd.core.reading.diary import detect, detected, events_of
from syncd.core.reading.roster import Roster
from syncd.core.time.spans import local_date, midnight, span_of
from syncd.cycle import preview
from tests.scenario.house import planner
from tests.walk.life import Life

PROBES = 2  # moments of each look
POLL = timedelta(minutes=2)
FAR = timedelta(days=10)  # what is named for later than this is tried no further ahead
SELDOM = 3  # of looks after which nothing is other than before, one in so many is asked: they ask the same


def asked(life: Life) -> bool:
    """True after each look at which anything happened, and after some of the others."""
    return not life.idle or not Random(f"{life.now}/asked").randrange(SELDOM)


def overlooked(life: Life, probes: int = PROBES) -> Iterator[str]:
    """What a decision from nothing would do at moments before the next that is named; where the last look repeated
    a decision, what one from nothing does now.
    """
    if life.troubled or life.broke_off or life.restored or life.house.gate.death or not life.house.reports:
        return
    report = life.house.reports[-1]
    yield from _kept_otherwise(report.decision.pass_state.snapshot)
    if report.rested is not None:
        yield from (
            f"{life.now}: at rest, yet {what}" for what in _does(preview(life.house.world()).decision)
        )
    snapshot, decision = report.decision.pass_state.snapshot, report.decision
    if report.halted or report.outcomes or not decision.empty or decision.paused or snapshot.aside:
        return
    rest = _decided(snapshot, snapshot.now + POLL)  # by a daemon that has looked a moment ago
    if not rest.empty:
        return
    due = next_due(rest.pass_state, life.moments[-1].memory.effects)
    for moment in sorted(_probes(rest.pass_state.snapshot, due, Random(f"{life.now}"), probes)):
        for what in _does(_decided(snapshot, moment)):
            yield f"{snapshot.now}: due {due}, yet at {moment} {what}"


def _kept_otherwise(snapshot: Snapshot) -> Iterator[str]:
    """Whose events were kept to say something else than they do when they are read from nothing."""
    roster = Roster.of(snapshot.clients)
    for one in snapshot.therapists:
        events = events_of(snapshot, one)
        if detected(events, one, roster) != detect(events, one, roster):
            yield f"{snapshot.now}: of {one.id} something else is kept than the events say"


def _decided(snapshot: Snapshot, moment: datetime) -> Decision:
    return decide(_at(snapshot, moment), planner, (f"p{number:025d}" for number in count(1)))


def _does(decision: Decision) -> Iterator[str]:
    if not decision.empty:
        keys: Sequence[object] = (*(one.key for one in decision.intents), *decision.dropped)
        rows = (*decision.conflicts, *decision.offers, *decision.leave, *decision.seen)
        yield f"it decides {[str(one) for one in keys]}, and knows otherwise {[type(one).__name__ for one in rows]}"


def _at(snapshot: Snapshot, moment: datetime) -> Snapshot:
    """The same world, read again at that moment."""
    return replace(
        snapshot,
        now=moment,
        grounds=tuple(replace(one, read_at=moment) for one in snapshot.grounds),
        replies=(),
        before=(),
        changed=frozenset(),
        initial=frozenset(),
        stood_still={},
    )


def _probes(snapshot: Snapshot, due: datetime | None, dice: Random, most: int) -> Iterator[datetime]:
    """Where days turn, and events and offers begin and end, is likelier than anywhere else."""
    now, zone = snapshot.now, snapshot.therapists[0].zone
    until = min(due or now + FAR, now + FAR)
    spans = [*(span_of(one.when, zone) for one in snapshot.events), *(one.span for one in snapshot.offers)]
    turns = {moment for span in spans for moment in (span.start, span.end)}
    turns |= {midnight(local_date(now, zone) + timedelta(days=ahead), zone) for ahead in range(1, 11)}
    likely = sorted(one for one in turns if now < one < until)
    yield from dice.sample(likely, min(most - 1, len(likely)))
    if now < until:
        yield now + (until - now) * dice.random()
