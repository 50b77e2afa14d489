"""Words become mails here: the wording's Protocol on the connector that knows MIME and iTIP."""

from __future__ import annotations

from functools import partial

from connectors.mail.drawings import Drawing
from connectors.mail.ids import letter_token, message_id
from connectors.mail.itip import ItipMessage, Method, Party
from connectors.mail.mime import Letterhead, itip_mail, plain_mail
from syncd.core.model import EventStatus
from syncd.core.model.actions import Mail
from syncd.core.model.messages.letters import Detail
from syncd.deciding import Counted
from syncd.picture import letter_picture
from syncd.picture.labels import labels_of
from syncd.wording import AlarmWriter, Appointment, Envelope, Templates, word
from syncd.wording.outgoing import Illustration


class ItipComposer:
    """`wording.Compose` on connectors.mail."""

    def __init__(self, key: str = "") -> None:
        """`key` seals the numbers of effects in Message-IDs."""
        self._key = key

    def message_id(self, subject: str, sequence: int, kind: str, sender: str, number: int = 0) -> str:
        """As the connector makes and recognises them."""
        return message_id(subject, sequence, kind, sender, number, self._key)

    def token(self, name: str) -> str:
        """As the connector makes it."""
        return letter_token(self._key, name)

    def plain(self, envelope: Envelope) -> Mail:
        """A mail without a calendar part."""
        return plain_mail(_letterhead(envelope), _drawing(envelope.illustration))

    def scheduling(self, envelope: Envelope, appointment: Appointment) -> Mail:
        """A REQUEST, or a CANCEL."""
        return itip_mail(_letterhead(envelope), _itip(envelope, appointment))


def _letterhead(envelope: Envelope) -> Letterhead:
    return Letterhead(
        message_id=envelope.message_id,
        date=envelope.date,
        sender=Party(envelope.sender.address, envelope.sender.name),
        recipient=Party(envelope.recipient.address, envelope.recipient.name),
        also=_second(envelope),
        subject=envelope.subject,
        text=envelope.text,
        html=envelope.html,
        in_reply_to=envelope.in_reply_to,
        language=envelope.language,
        page=(envelope.page.name, envelope.page.html) if envelope.page else None,
        headers=envelope.headers,
    )


def _drawing(illustration: Illustration | None) -> Drawing | None:
    if illustration is None:
        return None
    labels = labels_of(illustration.words, illustration.language, illustration.weeks.zone)
    return Drawing(illustration.place, letter_picture(illustration.weeks, labels))


def _second(envelope: Envelope) -> Party | None:
    return Party(envelope.also.address, envelope.also.name) if envelope.also else None


def _itip(envelope: Envelope, appointment: Appointment) -> ItipMessage:
    return ItipMessage(
        method=Method.CANCEL if appointment.cancelled else Method.REQUEST,
        uid=appointment.uid,
        sequence=appointment.sequence,
        dtstamp=envelope.date,
        span=appointment.span,
        summary=appointment.summary,
        organizer=Party(envelope.sender.address, appointment.host),
        attendee=Party(envelope.recipient.address, envelope.recipient.name),
        also=_second(envelope),
        description=appointment.description,
        location=appointment.location,
        url=appointment.url,
        status=EventStatus.CANCELLED if appointment.cancelled else EventStatus.CONFIRMED,
    )


def alarm_writer(templates: Templates, instance: str, sender: str) -> AlarmWriter:
    """How alarms are put into words and mails; `sender` "" where no mail is configured."""
    return AlarmWriter(templates, ItipComposer() if sender else None, instance, sender)


def correspondence(
    templates: Templates, instance: str, sender: str, detail: Detail = Detail.NAMES
) -> Counted:
    """How intents are put into words and mails; `sender` "" where no mail is configured."""
    compose = ItipComposer(instance) if sender else None
    return partial(
        word, templates=templates, compose=compose, instance=instance, sender=sender, detail=detail
    )
