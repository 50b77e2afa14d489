"""Wording's Compose on the mail connector, joined as wiring joins them."""

from __future__ import annotations

from connectors.mail import ids
from connectors.mail.itip import ItipMessage, Method, Party
from connectors.mail.mime import Letterhead, itip_mail, plain_mail
from syncd.core.actions import Mail
from syncd.core.model import EventStatus
from syncd.wording import Appointment, Correspondent, Envelope


class MailComposer:
    """Implements `syncd.wording.Compose`."""

    def message_id(self, subject: str, sequence: int, kind: str, sender: str) -> str:
        return ids.message_id(subject, sequence, kind, sender)

    def plain(self, envelope: Envelope) -> Mail:
        return plain_mail(_letterhead(envelope))

    def scheduling(self, envelope: Envelope, appointment: Appointment) -> Mail:
        return itip_mail(_letterhead(envelope), _itip(envelope, appointment))


def _party(correspondent: Correspondent) -> Party:
    return Party(correspondent.address, correspondent.name)


def _letterhead(envelope: Envelope) -> Letterhead:
    return Letterhead(
        message_id=envelope.message_id,
        date=envelope.date,
        sender=_party(envelope.sender),
        recipient=_party(envelope.recipient),
        subject=envelope.subject,
        text=envelope.text,
        html=envelope.html,
        in_reply_to=envelope.in_reply_to,
        language=envelope.language,
        headers=envelope.headers,
    )


def _itip(envelope: Envelope, appointment: Appointment) -> ItipMessage:
    return ItipMessage(
        method=Method.CANCEL if appointment.cancelled else Method.REQUEST,
        uid=appointment.uid,
        sequence=appointment.sequence,
        dtstamp=envelope.date,
        span=appointment.span,
        summary=appointment.summary,
        organizer=_party(envelope.sender),
        attendee=_party(envelope.recipient),
        zone=appointment.zone,
        description=appointment.description,
        location=appointment.location,
        url=appointment.url,
        status=EventStatus.CANCELLED if appointment.cancelled else EventStatus.CONFIRMED,
    )
