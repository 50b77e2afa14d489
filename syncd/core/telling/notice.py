"""When a client hears of the absence by a message of its own, and when an original is let go (docs/offers.md)."""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core.model import Conflict, ConflictState, OfferState
from syncd.core.model.effects import EffectState
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.practice import Approach
from syncd.core.policy.quiet_hours import last_waking
from syncd.core.state.standing import Standing

SPARE = timedelta(hours=1)


def needs_notice(standing: Standing, conflict: Conflict) -> bool:
    """True when the client must hear of the absence by a message of its own: no invitation did or will.

    At the first of: nothing to offer once the waits are over, `release` before the session, within 24 h.
    A discreet client is called instead.
    """
    open_case = conflict.state in {ConflictState.OPEN, ConflictState.CLOSED}
    if not open_case or conflict.absence not in standing.absence:
        return False
    if told(standing, conflict) or conflict.span.start <= standing.now or _on_its_way(standing, conflict):
        return False
    if standing.urgent(conflict):
        return standing.urgent_gate(conflict).open(standing.now)
    if not standing.cleared(conflict):
        return False
    return released(standing, conflict) or _hopeless(standing, conflict)


def _on_its_way(standing: Standing, conflict: Conflict) -> bool:
    """True while a hold is being written: the invitation that may follow at once says it all."""
    offer = standing.live(conflict)
    planned = offer is not None and offer.state is OfferState.PLANNED
    return planned and not standing.urgent(conflict)


def released(standing: Standing, conflict: Conflict) -> bool:
    """True from the moment on at which an original is let go; once the leave settled."""
    return release_at(standing, conflict) <= standing.now and standing.gate(conflict, None).open(standing.now)


def release_at(standing: Standing, conflict: Conflict) -> datetime:
    """When an original is let go: `release` before its start, at the latest an hour before its client's last
    waking moment before the leave begins (I23): a mail that is put off once must not be put off overnight.
    """
    timing = standing.policy(conflict).timing
    begins = standing.absence[conflict.absence].span.start
    holidays = standing.snapshot.practice.holidays
    evening = last_waking(begins, standing.zone(conflict), timing.quiet, holidays)
    return min(conflict.span.start - timing.release, evening - SPARE)


def _hopeless(standing: Standing, conflict: Conflict) -> bool:
    nothing = conflict.id in standing.unplaced or conflict.state is ConflictState.CLOSED
    none = standing.policy(conflict).eligibility.approach is Approach.NONE
    waiting = standing.live(conflict) is not None
    return (nothing or none) and not waiting and standing.gate(conflict, None).open(standing.now)


def cycle(standing: Standing, conflict: Conflict) -> str:
    """How often this conflict's original has come back, by us or by hand: the version of what is done to it."""
    keys = standing.snapshot.keys
    restored = [key for key in keys if key.subject == conflict.id and key.kind == "restore"]
    done = sum(keys[key] is EffectState.DONE for key in restored)
    return str(done + conflict.revived)


def told(standing: Standing, conflict: Conflict) -> bool:
    """True when the client knows, or is not to be reached by mail and stands on the call list."""
    return standing.heard(conflict) or standing.snapshot.by_phone(conflict.client)


def refused(standing: Standing, conflict: Conflict) -> bool:
    """True where the notice could not be delivered, or nobody knows whether it was: a human was told."""
    mine = (MailKind.NOTICE, (conflict.id, conflict.life))
    return standing.snapshot.told.get(mine) is EffectState.ESCALATED
