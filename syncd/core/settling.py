"""What follows for offers and conflicts when an effect has happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from syncd.core.actions import (
    Action,
    CancelOriginal,
    DeleteEvent,
    Hearing,
    PutEvent,
    RestoreOriginal,
    SendMail,
)
from syncd.core.effects import Sent
from syncd.core.invitation import MailKind
from syncd.core.model import Conflict, Delivery, Offer, OriginalState
from syncd.core.offers import HoldWritten, InvitationSent, Reminded, advance


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the outside world said when the effect was done."""

    href: str = ""
    etag: str = ""
    pre_image: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """Rows as they are after the effect; None where nothing changes."""

    offer: Offer | None = None
    conflict: Conflict | None = None
    sent: Sent | None = None


def consequence(
    action: Action, evidence: Evidence, offer: Offer | None, conflict: Conflict | None, now: datetime
) -> Consequence:
    """The rows after `action` has happened. Pure; applying it twice to the same rows gives the same rows."""
    match action:
        case PutEvent(hearing=None) if offer is not None:
            return Consequence(offer=advance(offer, HoldWritten(evidence.href, evidence.etag), now))
        case PutEvent(hearing=Hearing() as hearing) if offer is not None:
            return _invited(action, hearing, offer, now)
        case CancelOriginal() if conflict is not None:
            cancelled = replace(
                conflict,
                original=OriginalState.CANCELLED,
                pre_image=evidence.pre_image,
                etag=evidence.etag,
            )
            return Consequence(conflict=cancelled)
        case RestoreOriginal() if conflict is not None:
            back = replace(conflict, original=OriginalState.STANDING, pre_image="", etag=evidence.etag)
            return Consequence(conflict=back)
        case DeleteEvent(quiet=False) if offer is not None and offer.sent:
            carried = offer.delivery is not Delivery.IMIP
            return Consequence(offer=replace(offer, cancelled_at=now)) if carried else Consequence()
        case SendMail():
            return _mailed(action, offer, conflict, now)
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


def _cancelled(offer: Offer, action: SendMail, now: datetime) -> Offer:
    return replace(offer, sequence=action.sequence, cancelled_at=now)


def _mailed(action: SendMail, offer: Offer | None, conflict: Conflict | None, now: datetime) -> Consequence:
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
    )
    match action.key.kind:
        case MailKind.INVITATION if offer is not None and action.due is not None:
            return Consequence(
                offer=advance(offer, InvitationSent(now, action.sequence, action.due), now), sent=sent
            )
        case MailKind.REMINDER if offer is not None:
            return Consequence(offer=advance(offer, Reminded(now), now), sent=sent)
        case "cancel" | MailKind.CLOSING if offer is not None:
            return Consequence(offer=_cancelled(offer, action, now), sent=sent)
        case MailKind.NOTICE if conflict is not None:
            ended = _cancelled(offer, action, now) if offer is not None else None
            return Consequence(ended, replace(conflict, noticed_at=now), sent)
        case _:
            return Consequence(sent=sent)
