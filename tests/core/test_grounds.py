"""What each kind of message and write rests on: whatever of it was not read in a pass, it waits for (I25)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.model import MAILBOX, Ground, OfferState, OriginalState
from syncd.core.model.actions import CancelOriginal, DeleteEvent, RestoreOriginal
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Intent, Invite, Tell
from syncd.core.model.messages.mails import MailKind
from syncd.core.model.snapshot import Snapshot
from syncd.core.state import PassState
from syncd.core.state.grounds import Sieve
from tests.core.carried import about, carried, decided, entry, seen
from tests.core.people import CALENDAR, NOW

AWAY, FAMILY = "home/Away", "home/Family"  # a calendar of hers for leave; one that is read as busy
LEAVE = frozenset({CALENDAR, AWAY})
BUSY = frozenset({FAMILY})
HEARD = frozenset({MAILBOX})
SUBJECT = EffectKey("offer1", "0", "any")
HELD = carried(OfferState.HELD)


def read_of(snapshot: Snapshot, silent: str = "") -> Snapshot:
    """The pass, with all places but the silent one read."""
    fresh = frozenset({CALENDAR, AWAY, FAMILY} - {silent})
    read_at = NOW - timedelta(hours=1) if silent == MAILBOX else NOW
    dana = replace(snapshot.therapists[0], leave_calendars=(AWAY,), busy_calendars=(FAMILY,))
    return replace(snapshot, therapists=(dana,), fresh=fresh, grounds=(Ground(MAILBOX, read_at),))


def pass_state(silent: str, *, noticed: bool = False) -> PassState:
    """One session under leave, and a time that is held for it."""
    after = decided(read_of(seen(HELD, entry()), silent)).pass_state
    (row,) = after.conflicts
    return replace(after, conflicts=(replace(row, noticed_at=NOW if noticed else None),))


def invitation(*, attend: bool) -> Invite:
    """What a server or Google carries to the client; or the neutral wording that comes first."""
    made = about(decided(read_of(seen(HELD, entry())), done=[EffectKey("offer1", "0-neutral", "show")]))
    (found,) = (one for one in made if isinstance(one, Invite))
    return replace(found, attend=attend)


def mail(kind: MailKind) -> Tell:
    """A mail of ours about that session and that time."""
    asked = invitation(attend=True)
    facts = replace(asked.facts, kind=kind)
    return Tell(SUBJECT, facts, asked.client, asked.therapist, asked.conflict, asked.absence, "offer1")


def original(*, cancels: bool) -> CancelOriginal | RestoreOriginal:
    """The session itself is cancelled, or comes back."""
    (row,) = pass_state("").conflicts
    key = EffectKey(row.id, "0", OriginalState.CANCELLED)
    return CancelOriginal(key, row.ref, "s") if cancels else RestoreOriginal(key, row.ref, "")


RESTS_ON: dict[str, tuple[Intent, frozenset[str]]] = {
    "invitation by mail": (mail(MailKind.INVITATION), LEAVE | BUSY | HEARD),
    "reminder": (mail(MailKind.REMINDER), LEAVE | HEARD),
    "closing": (mail(MailKind.CLOSING), LEAVE | HEARD),
    "notice": (mail(MailKind.NOTICE), LEAVE | HEARD),
    "not settled between two addresses": (mail(MailKind.UNSURE), LEAVE | HEARD),
    "sick today": (mail(MailKind.URGENT_NOTICE), LEAVE),
    "taken back": (mail(MailKind.TAKEN_BACK), LEAVE),
    "too late": (mail(MailKind.TOO_LATE), LEAVE),
    "carried invitation": (invitation(attend=True), LEAVE | BUSY | HEARD),
    "neutral wording before it": (invitation(attend=False), frozenset({CALENDAR})),
    "withdrawn where a server tells": (DeleteEvent(SUBJECT, CALENDAR, "offer1", "e"), LEAVE),
    "removed, and nobody is told": (
        DeleteEvent(SUBJECT, CALENDAR, "offer1", "e", quiet=True),
        frozenset({CALENDAR}),
    ),
    "original let go because its time has come": (original(cancels=True), LEAVE | HEARD),
    "original brought back": (original(cancels=False), LEAVE),
}


@pytest.mark.parametrize("silent", ["", *sorted(LEAVE | BUSY | HEARD)])
@pytest.mark.parametrize("name", RESTS_ON)
def test_what_each_waits_for(name: str, silent: str) -> None:
    """One place that was not read is enough, where it rests on that place."""
    intent, places = RESTS_ON[name]
    assert Sieve(pass_state(silent)).lets(intent) is (silent not in places)


def test_an_original_of_which_its_client_knows_waits_for_no_answer() -> None:
    """It was told by a notice: nothing that anybody may have written since keeps it."""
    assert Sieve(pass_state(MAILBOX, noticed=True)).lets(original(cancels=True))
