"""When a client hears of the absence by a message of its own, and when an original is let go (docs/offers.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from syncd.core.model import (
    UNSENT,
    Client,
    Conflict,
    ConflictState,
    Delivery,
    OfferKind,
    OfferState,
    OriginalState,
)
from syncd.core.model.effects import EffectState
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.model.practice import Approach
from syncd.core.model.unplaced import Cause
from syncd.core.state import PassState
from syncd.core.state.client_sessions import moved_originals
from syncd.core.state.outlook import invited_first, premature, prospect, word_by
from syncd.core.telling.mail_facts import (
    Addressee,
    Conflicts,
    facts_for,
    promised_by,
    tell_together,
    told_already,
)

BESIDE = "notice_beside"


def needs_notice(pass_state: PassState, conflict: Conflict) -> bool:
    """True when the client must hear of the absence by a message of its own: no invitation did or will.

    At the first of: nothing to offer once the waits are over, `release` before the session, within 24 h. Of what was
    cancelled before a store was put back it is due at once, as the client may know (docs/admin/backup.md).
    A discreet client is called instead.
    """
    open_case = conflict.state in {ConflictState.OPEN, ConflictState.CLOSED}
    if not open_case or conflict.absence not in pass_state.absence:
        return False
    if (
        told_or_called(pass_state, conflict)
        or conflict.span.start <= pass_state.now
        or _on_its_way(pass_state, conflict)
    ):
        return False
    if pass_state.snapshot.catching_up and conflict.original is OriginalState.CANCELLED:
        return True  # it had its yes, or we had not cancelled it
    if pass_state.urgent(conflict):
        return pass_state.urgent_gate(conflict).open(pass_state.now)
    if not pass_state.cleared(conflict):
        return False
    return pass_state.released(conflict) or _hopeless(pass_state, conflict)


def _on_its_way(pass_state: PassState, conflict: Conflict) -> bool:
    """True while a hold is being written: the invitation that may follow at once says it all."""
    offer = pass_state.live(conflict)
    planned = offer is not None and offer.state is OfferState.PLANNED
    return planned and not pass_state.urgent(conflict)


def _hopeless(pass_state: PassState, conflict: Conflict) -> bool:
    nothing = conflict.id in pass_state.unplaced or conflict.state is ConflictState.CLOSED
    nothing = nothing or pass_state.spent(conflict)
    none = pass_state.policy(conflict).eligibility.approach is Approach.NONE
    waiting = pass_state.live(conflict) is not None
    return (nothing or none) and not waiting and pass_state.gate(conflict, None).open(pass_state.now)


def told_or_called(pass_state: PassState, conflict: Conflict) -> bool:
    """True when the client knows, or is not to be reached by mail and stands on the call list."""
    return pass_state.heard(conflict) or pass_state.snapshot.by_phone(conflict.client)


def undeliverable(pass_state: PassState, conflict: Conflict) -> bool:
    """True where the notice could not be delivered, or nobody knows whether it was: a human was told."""
    mine = (MailKind.NOTICE, (conflict.id, conflict.life))
    return pass_state.snapshot.told_together.get(mine) is EffectState.ESCALATED


def notices(pass_state: PassState, client: Client, rows: Conflicts, spoken: frozenset[str]) -> Iterator[Tell]:
    """The message of its own that tells of the absence, if it is due and the client is awake.

    Where a session is a make-up that they have accepted it takes that back, a CANCEL in the same mail: one for each.
    Where the calendar's server carries what it would be part of, it goes beside it.
    """
    due = tuple(
        row
        for row in rows
        if row.id not in spoken
        and needs_notice(pass_state, row)
        and not told_already(pass_state, MailKind.NOTICE, row)
        and invited_first(pass_state, row) is None
    )
    if any(premature(pass_state, row) for row in due):
        return
    alone = tuple((row,) for row in due if pass_state.offer_behind(row) is not None)
    rest = tuple(row for row in due if pass_state.offer_behind(row) is None)
    for some in (*alone, rest):
        if any(pass_state.may_hear(row, pass_state.urgent(row)) for row in some):
            yield _notice(pass_state, client, some)
    if not due:
        yield from _beside(pass_state, client, rows, spoken)


def _notice(pass_state: PassState, client: Client, rows: Conflicts) -> Tell:
    urgent = any(pass_state.urgent(row) for row in rows)
    who, makeup = Addressee(rows[0], client), pass_state.offer_behind(rows[0])
    kind = MailKind.URGENT_NOTICE if urgent else MailKind.NOTICE
    facts = facts_for(pass_state, who, kind, makeup, outlook=_prospect(pass_state, rows))
    changed = any(row.life > 1 for row in rows)
    facts = replace(
        facts, changed_again=changed, days=pass_state.days_said(rows), part=pass_state.part_said(rows)
    )
    facts = replace(facts, moved=moved_originals(pass_state, rows))
    facts = replace(
        facts, carried=tuple(one.span for one in _beside_it(pass_state, rows[0]) if _carried(pass_state, one))
    )
    return tell_together(MailKind.NOTICE, facts, client, rows, makeup)


def prospect_beside(pass_state: PassState, notice: Tell, offer: str) -> tuple[Outlook, datetime | None]:
    """What a notice may promise in the mail that itself invites to `offer` (UID), and by when word comes in any case.

    That time is no other one; and where none would help beside it, nobody looks for one.
    """
    rows = tuple(pass_state.conflict[one] for one in (notice.conflict, *notice.besides))
    unplaced = [pass_state.unplaced.get(row.id) for row in rows]
    outlook = _prospect(pass_state, rows, offer)
    if outlook is Outlook.PERHAPS and all(one is not None and one.cause is Cause.SERVED for one in unplaced):
        outlook = Outlook.NOTHING
    return outlook, promised_by(pass_state, rows[0], outlook)


def _prospect(pass_state: PassState, rows: Conflicts, offered: str = "") -> Outlook:
    """What a notice may promise: a time that is held, one that may become free, or none; for several the least.

    Nobody reads that there is none at the moment while one is held for another session of theirs, be it not `offered`
    in the same mail.
    """
    found = {prospect(pass_state, row) for row in rows}
    if found == {Outlook.PERHAPS} and _held_beside(pass_state, rows[0], offered):
        return Outlook.ANOTHER
    if len(found) == 1:
        return found.pop()
    unsure = any(pass_state.now < word_by(pass_state, row) or not pass_state.cleared(row) for row in rows)
    return Outlook.PERHAPS if unsure else Outlook.ANOTHER


def _held_beside(pass_state: PassState, row: Conflict, offered: str) -> bool:
    """True while a time is held for another session of this client in this leave, be it one that waits for a yes."""
    live = (pass_state.live(one) for one in _beside_it(pass_state, row) if not _carried(pass_state, one))
    holds = (one for one in live if one is not None and one.uid != offered)
    return any(one.state in UNSENT and not (one.sent or one.frozen) for one in holds)


def _beside_it(pass_state: PassState, row: Conflict) -> Iterator[Conflict]:
    """The client's other sessions in this leave of which something may be told."""
    absence = pass_state.absence.get(row.absence)
    mine = (one for one in (pass_state.displaced(absence) if absence else ()) if one.client == row.client)
    yield from (one for one in mine if one.id != row.id and not pass_state.suspended(one))


def _carried(pass_state: PassState, row: Conflict) -> bool:
    """True while the client has an invitation to it that a calendar carried, or gets it with this very mail."""
    hold = pass_state.live(row)
    if (
        hold is None
        or hold.delivery is Delivery.IMIP
        or hold.state not in UNSENT
        or hold.frozen
        or hold.clash
    ):
        return _invited_by_server(pass_state, row)
    cleared = pass_state.cleared(row) and pass_state.kind_cleared(row, hold)
    return cleared and pass_state.invites_at(row, hold).open(pass_state.now)


def _beside(pass_state: PassState, client: Client, rows: Conflicts, spoken: frozenset[str]) -> Iterator[Tell]:
    """What a calendar entry may not hold: whom to call, what may help, who covers; once beside the first invitation."""
    asked = tuple(row for row in rows if row.id not in spoken and _invited_by_server(pass_state, row))
    told = any(row.noticed_at is not None or told_already(pass_state, BESIDE, row) for row in rows)
    if not asked or told or client.discreet or not pass_state.may_hear(asked[0]):
        return
    facts = facts_for(pass_state, Addressee(asked[0], client), MailKind.NOTICE, None, outlook=Outlook.OFFERED)
    facts = replace(facts, carried_to=client.email if client.second_email else "")
    live = (pass_state.live(row) for row in asked)
    covers = facts.with_therapist and not any(one and one.kind is OfferKind.COVER for one in live)
    house = facts.house
    if house.crisis_contact or house.resources_url or house.fee_note or covers or facts.own_words:
        yield tell_together(BESIDE, facts, client, asked)


def _invited_by_server(pass_state: PassState, row: Conflict) -> bool:
    """True while the client has an invitation of this life that a calendar's server carried."""
    return any(
        offer.sent and offer.state is OfferState.INVITED and offer.delivery is not Delivery.IMIP
        for offer in pass_state.of(row)
        if offer.number > row.bygone
    )
