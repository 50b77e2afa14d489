"""Mails to clients: facts in, one frozen message out. Nothing of ours but the templates' words gets in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from syncd.core.model import OfferKind
from syncd.core.model.actions import Mail, SendMail
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import House, Instead, MailFacts, MailKind, Outlook
from syncd.core.time.spans import Span
from syncd.wording.dates import DateWords
from syncd.wording.outgoing import Appointment, Compose, Correspondent, Envelope
from syncd.wording.paragraphs import one_line
from syncd.wording.templates import Templates

# What takes an invitation back, where it names one.
REQUESTING = frozenset({MailKind.INVITATION, MailKind.AGREED})
CANCELLING = frozenset({MailKind.TAKEN_BACK, MailKind.CLOSING, MailKind.NOTICE, MailKind.URGENT_NOTICE})
SHORT = {  # of several that go together, of which another mail says all
    MailKind.INVITATION: "invitation_short",
    MailKind.TAKEN_BACK: "taken_back_short",
}
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}  # RFC 3834 §5
_FEW_OWN_WORDS = 12  # a mail has room for as many beside all that it may say


def send(tell: Tell, templates: Templates, compose: Compose, sender: str, number: int = 0) -> SendMail:
    """The message that `tell` wants, from `sender`, the address that answers come to; `number` is the effect's.

    Raises Rejected where the client's address is none, ConfigError where a template is at fault.
    """
    facts = tell.facts
    return SendMail(
        key=tell.key,
        mail=_mail(tell, templates, compose, sender, number),
        offer=tell.offer,
        conflict=tell.conflict,
        absence=tell.absence,
        client=tell.client,
        therapist=tell.therapist,
        sequence=facts.sequence,
        due=facts.due if facts.kind is MailKind.INVITATION else None,
        asks=facts.asks,
        promises=facts.outlook is Outlook.ANOTHER,
        put_down=facts.agreed if facts.outlook is Outlook.AGREED else None,
        after=tell.after,
        besides=tell.besides,
        days=facts.days if facts.names_days else None,
        revived=tell.revived,
        number=number,
    )


def _mail(tell: Tell, templates: Templates, compose: Compose, sender: str, number: int) -> Mail:
    facts = tell.facts
    values = mail_values(facts)
    written = templates.write(facts.language, _template(facts), values)
    envelope = Envelope(
        message_id=_message_id(tell, compose, sender, number),
        date=facts.sent_at,
        sender=Correspondent(sender, one_line(facts.house.therapist)),
        recipient=Correspondent(facts.to, one_line(facts.name)),
        also=Correspondent(facts.also, one_line(facts.name)) if facts.also else None,
        subject=written.heading,
        text=written.text + "\n",
        html=templates.page(facts.language, written),
        in_reply_to=facts.thread,
        language=templates.language(facts.language),
        headers=AUTOMATIC,
    )
    appointment = _appointment(facts, templates, values)
    return compose.scheduling(envelope, appointment) if appointment else compose.plain(envelope)


def _template(facts: MailFacts) -> str:
    return SHORT[facts.kind] if facts.brief else facts.kind.value


def _message_id(tell: Tell, compose: Compose, sender: str, number: int) -> str:
    """By UID, SEQUENCE and kind; a mail that names no event is told apart by its effect's key."""
    facts = tell.facts
    if facts.uid:
        return compose.message_id(facts.uid, facts.sequence, facts.kind.value, sender, number)
    return compose.message_id(
        tell.conflict, facts.sequence, f"{facts.kind.value}-{tell.key.mark}", sender, number
    )


def _appointment(facts: MailFacts, templates: Templates, values: dict[str, object]) -> Appointment | None:
    """The calendar part of what invites, and of what takes an invitation back."""
    cancelled = facts.kind in CANCELLING
    if not facts.uid or facts.slot is None or not (cancelled or facts.kind in REQUESTING):
        return None
    agreed = facts.kind is MailKind.AGREED
    entry = values | {"cancelled": cancelled, "alone": False, "confirmed": agreed}
    written = templates.write(facts.language, "appointment", entry)
    return Appointment(
        uid=facts.uid,
        sequence=facts.sequence,
        span=facts.slot,
        summary=written.heading,
        description=written.text,
        location=one_line(facts.location),
        url=one_line(facts.link),
        host=giver(facts),
        cancelled=cancelled,
    )


def mail_values(facts: MailFacts) -> dict[str, object]:
    """What a mail's template may use. Nothing in here knows why the client comes."""
    words = DateWords(facts.language, facts.zone, facts.house.zone)
    others = sorted({*facts.others} - {facts.original})  # what was entered twice is one appointment
    return _house(facts.house) | {
        "name": one_line(facts.salutation or facts.name),
        "colleague": one_line(facts.with_therapist),
        "giver": giver(facts),
        "days": words.days(facts.days, facts.part),
        "original": words.span(facts.original, facts.sent_at),
        "originals": [words.span(one, facts.sent_at) for one in sorted((facts.original, *others))],
        "others": [words.span(one, facts.sent_at) for one in others],
        "moved": [_instead(one, words, facts.sent_at) for one in facts.moved],
        "suggested": [_instead(one, words, facts.sent_at) for one in facts.suggested],
        "appointments": [words.span(one, facts.sent_at) for one in _in_place_of(facts.suggested)],
        "one_of": facts.one_of,
        "stand_in": one_line(facts.stand_in),
        "also_away": [words.days(one) for one in facts.also_away],
        "slot": words.span(facts.slot, facts.sent_at) if facts.slot else None,
        "due": words.moment(facts.due, facts.sent_at) if facts.due else None,
        "next": words.span(facts.next_session, facts.sent_at) if facts.next_session else None,
        "again": facts.again,
        "next_agreed": facts.next_agreed,
        "afterwards": words.span(facts.afterwards, facts.sent_at) if facts.afterwards else None,
        "next_with": one_line(facts.next_with),
        "offer": facts.offer_kind.value,
        "outlook": facts.outlook.value,
        "agreed": words.span(facts.agreed, facts.sent_at) if facts.agreed else None,
        "instead": [_instead(one, words, facts.sent_at) for one in facts.instead],
        "still_off": [words.span(one, facts.sent_at) for one in facts.still_off],
        "meetings": [words.span(one, facts.sent_at) for one in facts.meetings],
        "together": [words.span(one, facts.sent_at) for one in facts.together],
        "off_again": [words.moment(one, facts.sent_at) for one in facts.off_again],
        "before": facts.before.value,
        "word_by": words.moment(facts.word_by, facts.sent_at) if facts.word_by else None,
        "last_word": facts.last_word,
        "called_off": facts.called_off,
        "by_other": facts.by_other,
        "entry_gone": facts.entry_gone,
        "one_off": facts.one_off,
        "one_off_with": one_line(facts.one_off_with),
        "had_agreed": facts.had_agreed,
        "maybe": facts.maybe,
        "doubtful": facts.doubtful,
        "renewed": facts.sequence > 0,
        "void": words.span(facts.void, facts.sent_at) if facts.void else None,
        "short_notice": facts.short_notice,
        "invited": bool(facts.uid),
        "carried": [words.span(one, facts.sent_at) for one in facts.carried],
        "carried_to": one_line(facts.carried_to),
        "over": facts.original.start <= facts.sent_at,
        "location": one_line(facts.location),
        "link": one_line(facts.link),
        "sends_link": facts.sends_link,
        "while_away": facts.while_away,
        "beside": facts.beside,
        "number_known": facts.number_known,
        "may_call": facts.may_call,
        "discreet": facts.discreet,
        "here_then": facts.here_then,
        "changed_again": facts.changed_again,
        "changed_since": facts.changed_since,
        "same_again": facts.same_again,
        "back": words.moment(facts.back, facts.sent_at) if facts.back else None,
        "reads": one_line(facts.reads),
        "slot_over": facts.slot is not None and facts.slot.start <= facts.sent_at,
        "own_words": facts.own_words,
        "many_own_words": len(facts.own_words.split()) > _FEW_OWN_WORDS,
    }


def _instead(one: Instead, words: DateWords, now: datetime) -> dict[str, object]:
    original, slot = words.span(one.original, now), words.span(one.slot, now)
    over = one.original.start <= now
    return {"original": original, "slot": slot, "asked": one.asked, "over": over}


def _in_place_of(suggested: Iterable[Instead]) -> Iterable[Span]:
    """The appointments in place of which the times are suggested, each once."""
    return dict.fromkeys(one.original for one in suggested)


def giver(facts: MailFacts) -> str:
    """Whom the appointment is with: the colleague who covers, else who writes."""
    cover = facts.with_therapist if facts.offer_kind is OfferKind.COVER else ""
    return one_line(cover) or one_line(facts.house.therapist)


def _house(house: House) -> dict[str, object]:
    return {
        "practice": one_line(house.practice),
        "therapist": one_line(house.therapist),
        "phone": one_line(house.phone),
        "email": one_line(house.email),
        "crisis_contact": one_line(house.crisis_contact),
        "resources_url": one_line(house.resources_url),
        "fee_note": one_line(house.fee_note),
    }
