"""What came of an effect is recorded together with all that follows from it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from syncd.apply import Occurrence
from syncd.core.model import CalendarObject, Trace
from syncd.core.model.actions import Action
from syncd.core.model.effects import EffectState
from syncd.core.offers import Consequence, consequence
from syncd.effecting.workbench import Workbench
from syncd.mirror import projected, unforeseen
from syncd.outcome import Outcome
from syncd.ports import Settlement
from syncd.reading import in_sight
from syncd.subjects import Subjects
from syncd.traces import same_but_for_etag, traced, unseen

log = logging.getLogger(__name__)


def settle(bench: Workbench, action: Action, outcome: Outcome, rows: Subjects) -> None:
    """Record what came of an effect together with all that follows from it."""
    now = bench.clock.now()
    result = Consequence()
    if outcome.state is EffectState.DONE or outcome.presumed:
        result = consequence(action, outcome.evidence, *rows.subject(action), now)
        rows.take(result)
    kept = _kept(bench, outcome, rows, now)
    bench.store.settle(
        bench.fence,
        Settlement(
            key=action.key,
            state=outcome.state,
            now=now,
            detail=outcome.detail,
            not_before=outcome.not_before,
            offers=(result.offer,) if result.offer else (),
            conflicts=result.conflicts,
            objects=(kept,) if kept else (),
            gone=rows.places(outcome.gone),
            sent=(result.sent,) if result.sent else (),
            traces=tuple(_traces(action, outcome, kept, rows, now)),
        ),
    )
    log.info("effect %s: %s %s", action.key, outcome.state.value, outcome.detail)


def _kept(
    bench: Workbench, outcome: Outcome, rows: Subjects, now: datetime
) -> tuple[str, CalendarObject] | None:
    """What was read back after a write, by calendar id, as the mirror keeps it.

    None where a rule of ours breaks on it: the next look at its calendar meets it, and sets it aside alone. After a
    write that was refused only a new etag counts: what else is another may be somebody's hand: reading judges.
    """
    if outcome.seen is None:
        return None
    calendar, stored = outcome.seen
    sources = bench.sources
    try:
        kept = projected(stored, in_sight(now), sources.read_by(calendar), sources.roster)
    except Exception as error:
        log.warning("%s: what was written breaks %s", calendar, unforeseen(error))
        return None
    refused = outcome.state is EffectState.DROPPED
    known = rows.stood((calendar, stored.uid)) if refused else None
    return None if refused and not same_but_for_etag(known, kept) else (calendar, kept)


def _traces(
    action: Action, outcome: Outcome, kept: tuple[str, CalendarObject] | None, rows: Subjects, now: datetime
) -> Iterator[Trace]:
    """What we have just written, so that seeing it later, or no longer, is not taken for somebody's hand."""
    if outcome.state is not EffectState.DONE:
        return
    if outcome.gone is not None:
        yield traced(*outcome.gone, now, rows.stood(outcome.gone), None)
    elif outcome.unseen and outcome.seen is not None:
        calendar, before = outcome.seen
        yield unseen(calendar, before.uid, now)
    elif kept is not None:
        calendar, after = kept
        yield traced(calendar, after.uid, now, rows.stood((calendar, after.uid)), after)
    elif isinstance(action, Occurrence):
        yield unseen(action.ref.calendar, action.ref.uid, now)
