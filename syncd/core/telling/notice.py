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
from syncd.core.state import Standing
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


def needs_notice(standing: Standing, conflict: Conflict) -> bool:
    """True when the client must hear of the absence by a message of its own: no invitation did or will.

    At the first of: nothing to offer once the waits are over, `release` before the session, within 24 h. Of what was
    cancelled before a store was put back it is due at once, as the client may know (docs/backup.md).
    A discreet client is called instead.
    """
    open_case = conflict.state in {ConflictState.OPEN, ConflictState.CLOSED}
    if not open_case or conflict.absence not in standing.absence:
        return False
    if (
        told_or_called(standing, conflict)
        or conflict.span.start <= standing.now
        or _on_its_way(standing, conflict)
    ):
        return False
    if standing.snapshot.catching_up and conflict.original is OriginalState.CANCELLED:
        return True  # it had its yes, or we had not cancelled it
    if standing.urgent(conflict):
        return standing.urgent_gate(conflict).open(standing.now)
    if not standing.cleared(conflict):
        return False
    return standing.released(conflict) or _hopeless(standing, conflict)


def _on_its_way(standing: Standing, conflict: Conflict) -> bool:
    """True while a hold is being written: the invitation that may follow at once says it all."""
    offer = standing.live(conflict)
    planned = offer is not None and offer.state is OfferState.PLANNED
    return planned and not standing.urgent(conflict)


def _hopeless(standing: Standing, conflict: Conflict) -> bool:
    nothing = conflict.id in standing.unplaced or conflict.state is ConflictState.CLOSED
    nothing = nothing or standing.spent(conflict)
    none = standing.policy(conflict).eligibility.approach is Approach.NONE
    waiting = standing.live(conflict) is not None
    return (nothing or none) and not waiting and standing.gate(conflict, None).open(standing.now)


def told_or_called(standing: Standing, conflict: Conflict) -> bool:
    """True when the client knows, or is not to be reached by mail and stands on the call list."""
    return standing.heard(conflict) or standing.snapshot.by_phone(conflict.client)


def undeliverable(standing: Standing, conflict: Conflict) -> bool:
    """True where the notice could not be delivered, or nobody knows whether it was: a human was told."""
    mine = (MailKind.NOTICE, (conflict.id, conflict.life))
    return standing.snapshot.told_together.get(mine) is EffectState.ESCALATED


def notices(standing: Standing, client: Client, rows: Conflicts, spoken: frozenset[str]) -> Iterator[Tell]:
    """The message of its own that tells of the absence, if it is due and the client is awake.

    Where a session is a make-up that they have accepted it takes that back, a CANCEL in the same mail: one for each.
    Where the calendar's server carries what it would be part of, it goes beside it.
    """
    due = tuple(
        row
        for row in rows
        if row.id not in spoken
        and needs_notice(standing, row)
        and not told_already(standing, MailKind.NOTICE, row)
        and invited_first(standing, row) is None
    )
    if any(premature(standing, row) for row in due):
        return
    alone = tuple((row,) for row in due if standing.makeup(row) is not None)
    rest = tuple(row for row in due if standing.makeup(row) is None)
    for some in (*alone, rest):
        if any(standing.may_hear(row, standing.urgent(row)) for row in some):
            yield _notice(standing, client, some)
    if not due:
        yield from _beside(standing, client, rows, spoken)


def _notice(standing: Standing, client: Client, rows: Conflicts) -> Tell:
    urgent = any(standing.urgent(row) for row in rows)
    who, makeup = Addressee(rows[0], client), standing.makeup(rows[0])
    kind = MailKind.SICK_TODAY if urgent else MailKind.NOTICE
    facts = facts_for(standing, who, kind, makeup, outlook=_prospect(standing, rows))
    changed = any(row.life > 1 for row in rows)
    facts = replace(
        facts, changed_again=changed, days=standing.days_said(rows), part=standing.part_said(rows)
    )
    facts = replace(facts, moved=moved_originals(standing, rows))
    facts = replace(
        facts, carried=tuple(one.span for one in _beside_it(standing, rows[0]) if _carried(standing, one))
    )
    return tell_together(MailKind.NOTICE, facts, client, rows, makeup)


def prospect_beside(standing: Standing, notice: Tell, offer: str) -> tuple[Outlook, datetime | None]:
    """What a notice may promise in the mail that itself invites to `offer` (UID), and by when word comes in any case.

    That time is no other one; and where none would help beside it, nobody looks for one.
    """
    rows = tuple(standing.conflict[one] for one in (notice.conflict, *notice.besides))
    unplaced = [standing.unplaced.get(row.id) for row in rows]
    outlook = _prospect(standing, rows, offer)
    if outlook is Outlook.PERHAPS and all(one is not None and one.cause is Cause.SERVED for one in unplaced):
        outlook = Outlook.NOTHING
    return outlook, promised_by(standing, rows[0], outlook)


def _prospect(standing: Standing, rows: Conflicts, offered: str = "") -> Outlook:
    """What a notice may promise: a time that is held, one that may become free, or none; for several the least.

    Nobody reads that there is none at the moment while one is held for another session of theirs, be it not `offered`
    in the same mail.
    """
    found = {prospect(standing, row) for row in rows}
    if found == {Outlook.PERHAPS} and _held_beside(standing, rows[0], offered):
        return Outlook.ANOTHER
    if len(found) == 1:
        return found.pop()
    unsure = any(standing.now < word_by(standing, row) or not standing.cleared(row) for row in rows)
    return Outlook.PERHAPS if unsure else Outlook.ANOTHER


def _held_beside(standing: Standing, row: Conflict, offered: str) -> bool:
    """True while a time is held for another session of this client in this leave, be it one that waits for a yes."""
    live = (standing.live(one) for one in _beside_it(standing, row) if not _carried(standing, one))
    holds = (one for one in live if one is not None and one.uid != offered)
    return any(one.state in UNSENT and not (one.sent or one.frozen) for one in holds)


def _beside_it(standing: Standing, row: Conflict) -> Iterator[Conflict]:
    """The client's other sessions in this leave of which something may be told."""
    absence = standing.absence.get(row.absence)
    mine = (one for one in (standing.displaced(absence) if absence else ()) if one.client == row.client)
    yield from (one for one in mine if one.id != row.id and not standing.suspended(one))


def _carried(standing: Standing, row: Conflict) -> bool:
    """True while the client has an invitation to it that a calendar carried, or gets it with this very mail."""
    hold = standing.live(row)
    if (
        hold is None
        or hold.delivery is Delivery.IMIP
        or hold.state not in UNSENT
        or hold.frozen
        or hold.clash
    ):
        return _invited_by_server(standing, row)
    cleared = standing.cleared(row) and standing.kind_cleared(row, hold)
    return cleared and standing.invites_at(row, hold).open(standing.now)


def _beside(standing: Standing, client: Client, rows: Conflicts, spoken: frozenset[str]) -> Iterator[Tell]:
    """What a calendar entry may not hold: whom to call, what may help, who covers; once beside the first invitation."""
    asked = tuple(row for row in rows if row.id not in spoken and _invited_by_server(standing, row))
    told = any(row.noticed_at is not None or told_already(standing, BESIDE, row) for row in rows)
    if not asked or told or client.discreet or not standing.may_hear(asked[0]):
        return
    facts = facts_for(standing, Addressee(asked[0], client), MailKind.NOTICE, None, outlook=Outlook.OFFERED)
    facts = replace(facts, carried_to=client.email if client.second_email else "")
    live = (standing.live(row) for row in asked)
    covers = facts.with_therapist and not any(one and one.kind is OfferKind.COVER for one in live)
    if facts.house.crisis_contact or facts.house.resources_url or facts.house.fee_note or covers:
        yield tell_together(BESIDE, facts, client, asked)


def _invited_by_server(standing: Standing, row: Conflict) -> bool:
    """True while the client has an invitation of this life that a calendar's server carried."""
    return any(
        offer.sent and offer.state is OfferState.INVITED and offer.delivery is not Delivery.IMIP
        for offer in standing.of(row)
        if offer.number > row.bygone
    )
