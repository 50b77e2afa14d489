"""What follows for offers and conflicts when an effect has happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.core.model import Conflict, Delivery, Offer, OriginalState
from syncd.core.model.actions import (
    Action,
    CancelOriginal,
    DeleteEvent,
    Hearing,
    PutEvent,
    RestoreOriginal,
    SendMail,
)
from syncd.core.model.effects import ASTRAY, Sent
from syncd.core.model.messages.mails import INVITING, MailKind
from syncd.core.model.offer_facts import Ending, HoldWritten, InvitationSent, Reminded, Undelivered
from syncd.core.offers.transitions import advance
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class EffectResult:
    """What the outside world said when the effect was done."""

    href: str = ""
    etag: str = ""
    pre_image: str = ""
    undelivered: bool = False  # the server says that it could not tell the client
    unreached: str = ""  # mark of the address that was refused, while the client's other one got it


@dataclass(frozen=True, slots=True)
class Consequence:
    """Rows as they are after the effect; None where nothing changes."""

    offer: Offer | None = None
    conflicts: tuple[Conflict, ...] = ()
    sent: Sent | None = None


def consequence(
    action: Action,
    evidence: EffectResult,
    offer: Offer | None,
    conflicts: tuple[Conflict, ...],
    now: datetime,
) -> Consequence:
    """The rows after `action` has happened. Pure; applying it twice gives the same rows.

    `conflicts` are those that it is about; the first is its subject.
    """
    conflict = next(iter(conflicts), None)
    match action:
        case PutEvent(hearing=None) if offer is not None:
            return Consequence(offer=advance(offer, HoldWritten(evidence.href, evidence.etag), now))
        case PutEvent(hearing=Hearing()) if offer is not None and evidence.undelivered:
            return Consequence(offer=advance(offer, Undelivered(), now))
        case PutEvent(hearing=Hearing() as hearing) if offer is not None:
            return replace(_invited(action, hearing, offer, now), conflicts=tuple(map(_named, conflicts)))
        case CancelOriginal() if conflict is not None:
            cancelled = replace(
                conflict,
                original=OriginalState.CANCELLED,
                pre_image=evidence.pre_image,
                etag=evidence.etag,
            )
            return Consequence(conflicts=(cancelled,))
        case RestoreOriginal() if conflict is not None:
            back = replace(conflict, original=OriginalState.IN_PLACE, pre_image="", etag=evidence.etag)
            return Consequence(conflicts=(back,))
        case DeleteEvent(quiet=False) if offer is not None and offer.sent:
            carried = offer.delivery is not Delivery.IMIP
            return Consequence(offer=replace(offer, cancelled_at=now)) if carried else Consequence()
        case SendMail():
            return _mailed(action, evidence, offer, conflicts, now)
        case _:
            return Consequence()


def _invited(action: PutEvent, hearing: Hearing, offer: Offer, now: datetime) -> Consequence:
    """The calendar server has carried the invitation."""
    sent = Sent(
        at=now,
        key=action.key,
        message_id="",
        client=hearing.client,
        therapist=hearing.therapist,
        absence=hearing.absence,
        conflict=hearing.conflict,
        offer=offer.uid,
        sequence=hearing.sequence,
        asks=True,
    )
    return Consequence(
        offer=advance(offer, InvitationSent(now, hearing.sequence, hearing.due), now), sent=sent
    )


def _named(row: Conflict) -> Conflict:
    return replace(row, told=row.known_as)


def _cancelled(offer: Offer, action: SendMail, now: datetime) -> Offer:
    return replace(offer, sequence=action.sequence, cancelled_at=now)


def _mailed(
    action: SendMail,
    evidence: EffectResult,
    offer: Offer | None,
    conflicts: tuple[Conflict, ...],
    now: datetime,
) -> Consequence:
    sent = Sent(
        at=now,
        key=action.key,
        message_id=action.mail.message_id,
        client=action.client,
        therapist=action.therapist,
        absence=action.absence,
        conflict=action.conflict,
        offer=action.offer,
        sequence=action.sequence,
        asks=action.asks,
        besides=action.besides,
        days=action.days,
        unreached=evidence.unreached,
    )
    known = {row.id: row for row in (*conflicts, *_heard(action, conflicts, now))}
    heard = tuple(row for row in _promised(action, known.values(), now) if row not in conflicts)
    match action.key.kind:
        case MailKind.INVITATION if offer is not None and action.due is not None:
            return Consequence(
                advance(offer, InvitationSent(now, action.sequence, action.due), now), heard, sent
            )
        case MailKind.AGREED if offer is not None:
            told = replace(offer, sequence=action.sequence, told=offer.span, reason=_said(offer))
            return Consequence(offer=told, conflicts=heard, sent=sent)
        case MailKind.REMINDER if offer is not None:
            return Consequence(offer=advance(offer, Reminded(now), now), sent=sent)
        case "cancel" | MailKind.CLOSING | MailKind.NOTICE if offer is not None:
            return Consequence(_cancelled(offer, action, now), heard, sent)
        case _:
            return Consequence(conflicts=heard, sent=sent)


def _said(offer: Offer) -> str:
    """Why it is as it is, once a mail has said what was agreed on in person."""
    return Ending.TOLD if offer.reason == Ending.SPOKEN else offer.reason


def _heard(action: SendMail, conflicts: tuple[Conflict, ...], now: datetime) -> Iterator[Conflict]:
    """The conflicts after their client was told that they do not take place, or that they do."""
    lives = {one.conflict: one for one in action.revived}
    for row in conflicts:
        beside = row.displaced and row.id in action.besides
        if row.id in lives:
            yield row.reborn(lives[row.id].life, lives[row.id].bygone)
        elif action.key.kind == MailKind.NOTICE or (action.key.kind in {*INVITING, "cancel"} and beside):
            yield replace(row, noticed_at=now)


def _promised(action: SendMail, conflicts: Iterable[Conflict], now: datetime) -> Iterator[Conflict]:
    """The conflicts with what the mail promised of them; what it invites to is no promise any more."""
    invites = action.key.kind in INVITING
    for row in conflicts:
        told = row.id == action.conflict or row.id in action.besides
        promises = action.promises and row.displaced and not (invites and row.id == action.conflict)
        known = replace(row, promised_at=now if promises else None, told=_read(action, row)) if told else row
        yield _put_down(action, known) if row.id == action.conflict else known


def _read(action: SendMail, row: Conflict) -> Span | None:
    """When its client reads that it would have been: what they read first stands, until they hear that it is held."""
    revived = any(one.conflict == row.id for one in action.revived)
    return row.told if revived else row.known_as


def _put_down(action: SendMail, row: Conflict) -> Conflict:
    """The conflict with where its client now reads that the therapist put it."""
    if action.put_down is None and action.key.kind != ASTRAY:
        return row
    return replace(row, put_down=action.put_down, astray_at=None)
