"""When a client hears of the absence by a message of its own, and when an original is let go (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from syncd.core.effects import EffectKey, EffectState
from syncd.core.invitation import MailKind, Outlook, Tell
from syncd.core.model import Conflict, ConflictState, OfferState
from syncd.core.policy import Approach
from syncd.core.saying import Addressee, facts_for, tell
from syncd.core.standing import Standing
from syncd.core.timing import last_waking

SPARE = timedelta(hours=1)


def notice_key(conflict: Conflict) -> EffectKey:
    """One notice per conflict, ever."""
    return EffectKey(conflict.id, "1", MailKind.NOTICE)


def notice(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """The one message of its own that tells a client of the absence, if it is due and they are awake.

    Where the session is a make-up that they have accepted, it takes that back: a CANCEL in the same mail.
    """
    urgent = standing.urgent(who.conflict)
    if needs_notice(standing, who.conflict) and standing.awake(who.conflict, urgent):
        kind = MailKind.SICK_TODAY if urgent else MailKind.NOTICE
        outlook = _prospect(standing, who)
        makeup = standing.makeup(who.conflict)
        facts = facts_for(standing, who, kind, makeup, outlook=outlook)
        yield tell(notice_key(who.conflict), facts, who, makeup)


def _prospect(standing: Standing, who: Addressee) -> Outlook:
    """What a notice may promise: a time that is held, one that may become free, or none."""
    never = not who.client.makeups or standing.policy(who.conflict).eligibility.approach is Approach.NONE
    if never or who.conflict.state is not ConflictState.OPEN:
        return Outlook.NOTHING
    return Outlook.PERHAPS if who.conflict.id in standing.unplaced else Outlook.ANOTHER


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


def stands_again(standing: Standing, who: Addressee) -> Iterator[Tell]:
    """Told by a notice that it does not take place, and now it does: one message says so."""
    conflict = who.conflict
    stands = conflict.state is ConflictState.HEALED or conflict.kept
    if who.client.discreet:
        return  # told by phone, if at all
    if not stands or conflict.noticed_at is None or standing.sent(conflict) or standing.made_up(conflict):
        return
    if conflict.span.start > standing.now and standing.awake(conflict):
        key = EffectKey(conflict.id, cycle(standing, conflict), "stands_again")
        facts = facts_for(standing, who, MailKind.TAKEN_BACK, None, outlook=Outlook.STANDS)
        yield tell(key, facts, who, None)


def cycle(standing: Standing, conflict: Conflict) -> str:
    """How often this conflict's original has come back, by us or by hand: the version of what is done to it."""
    keys = standing.snapshot.keys
    restored = [key for key in keys if key.subject == conflict.id and key.kind == "restore"]
    done = sum(keys[key] is EffectState.DONE for key in restored)
    return str(done + conflict.revived)


def told(standing: Standing, conflict: Conflict) -> bool:
    """True when the client knows, or is not to be reached by mail and stands on the call list."""
    by_phone = standing.snapshot.by_phone(conflict.client)
    return standing.sent(conflict) or conflict.noticed_at is not None or by_phone
