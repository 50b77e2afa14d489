"""What makes an original be cancelled, and what brings it back. At the latest it goes at `Standing.release_at`."""

from __future__ import annotations

from collections.abc import Iterator

from syncd.core.model import (
    Conflict,
    ConflictState,
    Delivery,
    OriginalState,
)
from syncd.core.model.actions import CancelOriginal, RestoreOriginal
from syncd.core.model.effects import EffectKey, EffectState
from syncd.core.model.practice import OriginalsMode
from syncd.core.offers.conflict_state import cannot_wait
from syncd.core.reading import says_keep
from syncd.core.state import Standing
from syncd.core.telling.notice import needs_notice, told_or_called, undeliverable


def original(standing: Standing, conflict: Conflict) -> Iterator[CancelOriginal | RestoreOriginal]:
    """Cancel or bring back the displaced original (docs/offers.md#the-original); one occurrence only."""
    if _carried_by_server(standing, conflict) and not standing.awake(conflict, standing.urgent(conflict)):
        return
    version = cycle(standing, conflict)
    if conflict.original is OriginalState.IN_PLACE and _should_go(standing, conflict):
        waits = needs_notice(standing, conflict) and not undeliverable(standing, conflict)
        if not waits or _before_they_wake(standing, conflict):
            key = EffectKey(conflict.id, version, "cancel_original")
            yield CancelOriginal(key, conflict.ref, conflict.etag)
    elif conflict.original is OriginalState.CANCELLED and _should_return(standing, conflict):
        key = EffectKey(conflict.id, version, "restore")
        yield RestoreOriginal(key, conflict.ref, conflict.pre_image)


def _before_they_wake(standing: Standing, conflict: Conflict) -> bool:
    """The leave begins while the client sleeps: an original that nobody else attends goes at once, in silence (I23)."""
    event = standing.snapshot.event.get(conflict.ref)
    alone = event is not None and not event.attendees
    return alone and standing.absence[conflict.absence].span.start <= standing.wakes(conflict)


def _carried_by_server(standing: Standing, conflict: Conflict) -> bool:
    """True for a make-up that the calendar server carried: what happens to it is told to its client at once."""
    mine = (offer for offer in standing.offers if offer.uid == conflict.ref.uid)
    return any(offer.delivery is not Delivery.IMIP for offer in mine)


def _should_go(standing: Standing, conflict: Conflict) -> bool:
    """At the first of: acceptance; a notice that offers nothing; the end of its last offer; `release`."""
    mode = standing.policy(conflict).originals
    if mode is OriginalsMode.KEEP:
        return False
    if standing.suspended(conflict):
        return _moved_meanwhile(standing, conflict)
    if not conflict.displaced:
        return _agreed_meanwhile(standing, conflict)
    if conflict.absence not in standing.absence or conflict.ref.calendar not in standing.snapshot.fresh:
        return False
    if conflict.span.start <= standing.now or conflict.ref not in standing.snapshot.event:
        return False  # over, or taken away by hand
    if standing.taken_offer(conflict) is not None:
        return True
    if standing.urgent(conflict):
        return standing.urgent_gate(conflict).open(standing.now)
    if not standing.cleared(conflict):
        return False
    known = conflict.noticed_at is not None or bool(conflict.extra)
    ended = conflict.state is ConflictState.CLOSED and told_or_called(standing, conflict)
    at_notice = mode is OriginalsMode.AT_NOTICE and standing.sent(conflict)
    return known or ended or at_notice or standing.released(conflict)


def _moved_meanwhile(standing: Standing, conflict: Conflict) -> bool:
    """What was agreed on instead was moved, and is too near to wait: its invitation says that the original is off."""
    mine = standing.of(conflict)
    return any(
        standing.stays_anyway(conflict, one) and cannot_wait(conflict, one, standing.now) for one in mine
    )


def _agreed_meanwhile(standing: Standing, conflict: Conflict) -> bool:
    """The client said yes before it was clear that the leave is gone: the make-up stays, so the original goes.

    It was left alone until then; whoever brought it back or said #keep means that it takes place.
    """
    event = standing.snapshot.event.get(conflict.ref)
    if event is None or says_keep(event.title) or conflict.revived or conflict.span.start <= standing.now:
        return False
    ours = standing.snapshot.done(EffectKey(conflict.id, cycle(standing, conflict), "cancel_original"))
    agreed = any(offer.agreed and not offer.over for offer in standing.of(conflict))
    return conflict.state is ConflictState.HEALED and agreed and not ours


def _should_return(standing: Standing, conflict: Conflict) -> bool:
    """The leave is gone and nothing was accepted in the session's place."""
    healed = conflict.state is ConflictState.HEALED
    ahead = conflict.span.start > standing.now
    return healed and ahead and not standing.made_up(conflict)


def cycle(standing: Standing, conflict: Conflict) -> str:
    """How often this conflict's original has come back, by us or by hand: the version of what is done to it."""
    keys = standing.snapshot.keys
    restored = [key for key in keys if key.subject == conflict.id and key.kind == "restore"]
    done = sum(keys[key] is EffectState.DONE for key in restored)
    return str(done + conflict.revived)
