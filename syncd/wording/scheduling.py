"""What a client reads of an offer in their calendar, where the calendar server carries it."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.model import Attendee, EventDraft, EventStatus, Marker, Transparency
from syncd.core.model.actions import DeleteEvent, Hearing, PutEvent
from syncd.core.model.errors import Rejected
from syncd.core.model.messages.intents import Invite
from syncd.wording.mails import giver, mail_values
from syncd.wording.paragraphs import one_line
from syncd.wording.templates import Templates

CALLED_OFF = "called_off"  # a template: what takes the place of a calendar entry's text


def invite(intent: Invite, templates: Templates, instance: str) -> PutEvent:
    """The object as the client may read it; with `attend` the client is on it and hears of it.

    Raises Rejected for an intent without a time, ConfigError where a template is at fault.
    """
    facts = intent.facts
    if facts.slot is None:
        raise Rejected(f"offer {intent.offer} has no time to invite to")
    values = mail_values(facts) | {"cancelled": False, "alone": True, "confirmed": intent.agreed}
    written = templates.write(facts.language, "appointment", values)
    draft = EventDraft(
        uid=intent.offer,
        when=facts.slot,
        title=written.heading,
        description=written.text,
        status=EventStatus.CONFIRMED if intent.confirmed else EventStatus.TENTATIVE,
        marker=Marker(instance, intent.offer, kind=facts.offer_kind.value),
        transparency=Transparency.OPAQUE,
        location=one_line(facts.location),
        organizer=Attendee(intent.organizer, name=giver(facts)) if intent.attend else None,
        attendee=Attendee(facts.to, name=one_line(facts.name)) if intent.attend else None,
        notify=intent.attend,
    )
    return PutEvent(intent.key, intent.calendar, draft, intent.etag, intent.after, _hearing(intent))


def taken_back(removal: DeleteEvent, templates: Templates) -> DeleteEvent:
    """The same with what the client reads at the end; raises ConfigError where the template is at fault."""
    return replace(removal, words=templates.write(removal.language, CALLED_OFF, {}).text)


def _hearing(intent: Invite) -> Hearing | None:
    if not intent.attend or intent.facts.due is None:
        return None
    return Hearing(
        client=intent.client,
        therapist=intent.therapist,
        conflict=intent.conflict,
        absence=intent.absence,
        sequence=intent.facts.sequence,
        due=intent.facts.due,
    )
