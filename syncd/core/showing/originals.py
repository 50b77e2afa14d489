"""What makes an original be cancelled, and what brings it back. At the latest it goes at `PassState.release_at`."""

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
from syncd.core.state import PassState
from syncd.core.telling.notice import needs_notice, told_or_called, undeliverable


def original(pass_state: PassState, conflict: Conflict) -> Iterator[CancelOriginal | RestoreOriginal]:
    """Cancel or bring back the displaced original (docs/offers.md#the-original); one occurrence only."""
    if _carried_by_server(pass_state, conflict) and not pass_state.awake(
        conflict, pass_state.urgent(conflict)
    ):
        return
    version = cycle(pass_state, conflict)
    if conflict.original is OriginalState.IN_PLACE and _should_go(pass_state, conflict):
        waits = needs_notice(pass_state, conflict) and not undeliverable(pass_state, conflict)
        if not waits or _before_they_wake(pass_state, conflict):
            key = EffectKey(conflict.id, version, "cancel_original")
            yield CancelOriginal(key, conflict.ref, conflict.etag)
    elif conflict.original is OriginalState.CANCELLED and _should_return(pass_state, conflict):
        key = EffectKey(conflict.id, version, "restore")
        yield RestoreOriginal(key, conflict.ref, conflict.pre_image)


def _before_they_wake(pass_state: PassState, conflict: Conflict) -> bool:
    """The leave begins while the client sleeps: an original that nobody else attends goes at once, in silence (I23)."""
    event = pass_state.snapshot.event.get(conflict.ref)
    alone = event is not None and not event.attendees
    return alone and pass_state.absence[conflict.absence].span.start <= pass_state.wakes(conflict)


def _carried_by_server(pass_state: PassState, conflict: Conflict) -> bool:
    """True for a make-up that the calendar server carried: what happens to it is told to its client at once."""
    mine = (offer for offer in pass_state.offers if offer.uid == conflict.ref.uid)
    return any(offer.delivery is not Delivery.IMIP for offer in mine)


def _should_go(pass_state: PassState, conflict: Conflict) -> bool:
    """At the first of: acceptance; a notice that offers nothing; the end of its last offer; `release`."""
    mode = pass_state.policy(conflict).originals
    if mode is OriginalsMode.KEEP:
        return False
    if pass_state.suspended(conflict):
        return _moved_meanwhile(pass_state, conflict)
    if not conflict.displaced:
        return _agreed_meanwhile(pass_state, conflict)
    if conflict.absence not in pass_state.absence or conflict.ref.calendar not in pass_state.snapshot.fresh:
        return False
    if conflict.span.start <= pass_state.now or conflict.ref not in pass_state.snapshot.event:
        return False  # over, or taken away by hand
    if pass_state.makeup_of(conflict) is not None:
        return True
    if pass_state.urgent(conflict):
        return pass_state.urgent_gate(conflict).open(pass_state.now)
    if not pass_state.cleared(conflict):
        return False
    known = conflict.noticed_at is not None or bool(conflict.extra)
    ended = conflict.state is ConflictState.CLOSED and told_or_called(pass_state, conflict)
    at_notice = mode is OriginalsMode.AT_NOTICE and pass_state.sent(conflict)
    return known or ended or at_notice or pass_state.released(conflict)


def _moved_meanwhile(pass_state: PassState, conflict: Conflict) -> bool:
    """What was agreed on instead was moved, and is too near to wait: its invitation says that the original is off."""
    mine = pass_state.of(conflict)
    return any(
        pass_state.stays_anyway(conflict, one) and cannot_wait(conflict, one, pass_state.now) for one in mine
    )


def _agreed_meanwhile(pass_state: PassState, conflict: Conflict) -> bool:
    """The client said yes before it was clear that the leave is gone: the make-up stays, so the original goes.

    It was left alone until then; whoever brought it back or said #keep means that it takes place.
    """
    event = pass_state.snapshot.event.get(conflict.ref)
    if event is None or says_keep(event.title) or conflict.revived or conflict.span.start <= pass_state.now:
        return False
    ours = pass_state.snapshot.done(EffectKey(conflict.id, cycle(pass_state, conflict), "cancel_original"))
    agreed = any(offer.agreed and not offer.over for offer in pass_state.of(conflict))
    return conflict.state is ConflictState.HEALED and agreed and not ours


def _should_return(pass_state: PassState, conflict: Conflict) -> bool:
    """The leave is gone and nothing was accepted in the session's place."""
    healed = conflict.state is ConflictState.HEALED
    ahead = conflict.span.start > pass_state.now
    return healed and ahead and not pass_state.made_up(conflict)


def cycle(pass_state: PassState, conflict: Conflict) -> str:
    """How often this conflict's original has come back, by us or by hand: the version of what is done to it."""
    keys = pass_state.snapshot.keys
    restored = [key for key in keys if key.subject == conflict.id and key.kind == "restore"]
    done = sum(keys[key] is EffectState.DONE for key in restored)
    return str(done + conflict.revived)
