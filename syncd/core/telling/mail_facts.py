"""The facts of one message to one client, and the intent that carries them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncd.core.model import (
    AWAITED,
    MAKEUP,
    Absence,
    Client,
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferKind,
    OfferState,
    next_sequence,
)
from syncd.core.model.effects import WORD_OF_LEAVE, EffectKey, key_together
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import (
    CARRIES_OWN_WORDS,
    SAYS_DAYS,
    Before,
    House,
    Instead,
    MailFacts,
    MailKind,
    Outlook,
)
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import Practice, Therapist, said_in
from syncd.core.policy.discretion import shown_place
from syncd.core.state import PassState
from syncd.core.state.anew import roomless
from syncd.core.state.client_sessions import (
    beside,
    in_leave_that_went,
    moved_originals,
    shown_kind,
    upcoming,
)
from syncd.core.state.outlook import word_by
from syncd.core.time.spans import Span

NO_OTHER_TIME = frozenset({Outlook.NOTHING, Outlook.PERHAPS, Outlook.ANOTHER})
SHORT_NOTICE = timedelta(hours=48)  # leave that was known for longer is no excuse for a late word

Conflicts = tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Addressee:
    """A conflict with the client that a message about it would go to."""

    conflict: Conflict
    client: Client


def tell(key: EffectKey, facts: MailFacts, who: Addressee, offer: Offer | None) -> Tell:
    """The intent that carries a message to the client, about `offer` or the session alone."""
    return Tell(
        key=key,
        facts=facts,
        client=who.client.id,
        therapist=who.conflict.therapist,
        conflict=who.conflict.id,
        absence=who.conflict.absence,
        offer=offer.uid if offer else "",
    )


def facts_for(
    pass_state: PassState,
    who: Addressee,
    kind: MailKind,
    offer: Offer | None,
    *,
    due: datetime | None = None,
    outlook: Outlook = Outlook.NOTHING,
    sequence: int | None = None,
    slot_of: Offer | None = None,
) -> MailFacts:
    """All that a message may say, in the client\'s zone and language; `offer` gives it a calendar part.

    `slot_of` is an offer that is only spoken of; `sequence` None takes the next one.
    """
    shown = offer or slot_of
    number = sequence if sequence is not None else (next_sequence(offer) if offer else 0)
    facts = replace(
        _of_session(pass_state, who, kind, outlook),
        uid=offer.uid if offer else "",
        sequence=number,
        due=due,
        before=_before(pass_state, who.conflict, shown),
        void=offer.told if offer and offer.told != offer.span else None,
        had_agreed=offer is not None and offer.agreed,
        maybe=offer is not None and offer.tentative,
        doubtful=offer is not None and offer.doubtful,
    )
    return _with_slot(_with_next_meetings(facts, pass_state, who.conflict, shown), pass_state, who, shown)


def _of_session(pass_state: PassState, who: Addressee, kind: MailKind, outlook: Outlook) -> MailFacts:
    """What is said of a displaced session whatever is offered for it."""
    practice, conflict, client = pass_state.snapshot.practice, who.conflict, who.client
    therapist = pass_state.therapist(conflict)
    return MailFacts(
        kind=kind,
        house=house(practice, therapist, client),
        to=client.written[0],
        also=client.written[1],
        name=client.name,
        salutation=client.salutation,
        language=client.language or practice.language,
        zone=pass_state.zone(conflict),
        original=conflict.known_as,
        moved=moved_originals(pass_state, (conflict,)),
        days=pass_state.days_said((conflict,)),
        part=pass_state.part_said((conflict,)),
        sent_at=pass_state.now,
        outlook=outlook,
        agreed=_agreed(pass_state, conflict, outlook),
        instead=tuple(_beside(pass_state, kind, outlook, conflict)),
        still_off=tuple(_still_off(pass_state, conflict)) if outlook is Outlook.STANDS else (),
        entry_gone=outlook is Outlook.STANDS and _taken_out(pass_state, conflict),
        one_off=conflict.ref.uid in pass_state.offer,
        one_off_with=_one_off_with(pass_state, conflict),
        word_by=promised_by(pass_state, conflict, outlook),
        short_notice=pass_state.now < _known_since(pass_state, conflict) + SHORT_NOTICE,
        discreet=client.discreet,
        changed_since=_changed_since(pass_state, conflict),
        changed_again=conflict.life > 1,
        own_words=_own_words(pass_state, who, kind),
        may_call=client.makeups and not pass_state.never_offered(conflict, OfferKind.CALL),
    )


def _own_words(pass_state: PassState, who: Addressee, kind: MailKind) -> str:
    """The therapist's own sentence, in what tells of the absence."""
    absence = pass_state.absence.get(who.conflict.absence)
    return pass_state.own_words(absence, who.client) if kind in CARRIES_OWN_WORDS else ""


def _taken_out(pass_state: PassState, conflict: Conflict) -> bool:
    """True for a make-up that they had agreed to, and that our CANCEL took out of their calendar when leave took it."""
    made = pass_state.offer.get(conflict.ref.uid)
    return made is not None and made.cancelled_at is not None


def _one_off_with(pass_state: PassState, conflict: Conflict) -> str:
    """The name of the colleague whose hour it is, where it stood for a session with another therapist."""
    made = pass_state.offer.get(conflict.ref.uid)
    return pass_state.therapist(conflict).name if made is not None and made.kind is OfferKind.COVER else ""


def _still_off(pass_state: PassState, conflict: Conflict) -> Iterator[Span]:
    """The client's other sessions ahead that they were told are off, and that have no other time in their place.

    Who reads that plans have changed would take them to be held again.
    """
    mine = (conflict.client, conflict.therapist)
    rows = (row for row in pass_state.conflicts if (row.client, row.therapist) == mine and row.displaced)
    for row in sorted(rows, key=lambda one: (one.span, one.id)):
        ahead = row.id != conflict.id and row.span.start > pass_state.now
        if ahead and pass_state.heard(row) and not (pass_state.made_up(row) or pass_state.suspended(row)):
            yield row.known_as


def _agreed(pass_state: PassState, conflict: Conflict, outlook: Outlook) -> Span | None:
    made = pass_state.makeup_of(conflict)
    match outlook:
        case Outlook.AGREED:
            return pass_state.agreed(conflict)
        case Outlook.ACCEPTED if made is not None:
            return made.span
        case _:
            return None


def _beside(pass_state: PassState, kind: MailKind, outlook: Outlook, conflict: Conflict) -> Iterator[Instead]:
    """What holds of the client's other sessions with that therapist, where a mail about one may be read as of all."""
    if outlook is Outlook.STANDS:
        yield from _instead(pass_state, conflict)
    elif kind in {MailKind.TAKEN_BACK, MailKind.CLOSING} and outlook in NO_OTHER_TIME:
        mine = (conflict.client, conflict.therapist)
        for row in sorted(pass_state.conflicts, key=lambda one: (one.span, one.id)):
            if (row.client, row.therapist) == mine and row.id != conflict.id:
                yield from (Instead(row.known_as, one.span, asked=True) for one in _asked(pass_state, row))


def _asked(pass_state: PassState, row: Conflict) -> Iterator[Offer]:
    """The times ahead that they were asked about, that are kept for them, and that wait for their answer alone."""
    for one in pass_state.of(row):
        kept = one.state in AWAITED and one.told_as_it_is and not (one.frozen or one.doubtful)
        if kept and one.span.start > pass_state.now and not pass_state.in_leave(one):
            yield one


def _instead(pass_state: PassState, stands: Conflict) -> Iterator[Instead]:
    """The client's other sessions of that leave that stay off, as the time agreed on in their place stays; or the one
    that they had agreed to before it was moved, and have not answered since.
    """
    for row in sorted(pass_state.conflicts, key=lambda one: (one.span, one.id)):
        mine = (row.client, row.therapist, row.absence) == (stands.client, stands.therapist, stands.absence)
        if mine and row.id != stands.id and row.state is ConflictState.HEALED:
            yield from _stays(pass_state, row)


def _stays(pass_state: PassState, row: Conflict) -> Iterator[Instead]:
    """The time that stands in its place, as its client knows it: not one of whose move they have not heard yet, nor one
    that leave is about to take.
    """
    for one in () if pass_state.both_stand(row) else pass_state.of(row):
        asked = one.live and one.agreed and one.told == one.span
        ahead = one.span.start > pass_state.now and not pass_state.in_leave(one)
        if ahead and (one.state in MAKEUP or asked):
            yield Instead(row.known_as, one.span, asked=one.state not in MAKEUP)


def _with_next_meetings(
    facts: MailFacts, pass_state: PassState, conflict: Conflict, shown: Offer | None
) -> MailFacts:
    """With when the client meets a therapist next, the offer left aside."""
    names_days = facts.kind in {MailKind.INVITATION, MailKind.NOTICE, MailKind.URGENT_NOTICE}
    said = {span for span in (facts.agreed, shown.span if shown else None) if span}
    ahead = upcoming(pass_state, conflict, said, names_days=names_days)
    return replace(
        facts,
        next_session=ahead.next.span if ahead.next else None,
        again=ahead.again,
        next_agreed=ahead.next is not None and not ahead.next.usual,
        next_with=ahead.therapist.name if ahead.therapist.id != conflict.therapist else "",
        afterwards=ahead.afterwards.span if ahead.afterwards else None,
        meetings=tuple(one.span for one in ahead.agreed),
    )


def _with_slot(facts: MailFacts, pass_state: PassState, who: Addressee, shown: Offer | None) -> MailFacts:
    """With the time that is offered or spoken of, and whom it is with."""
    if shown is None:
        colleague = pass_state.stand_in(who.conflict)
        away = pass_state.also_away(who.conflict.absence, colleague)
        return replace(facts, with_therapist=colleague.name if colleague else "", also_away=away)
    giver = pass_state.snapshot.therapist.get(shown.therapist)
    covers = giver is not None and giver.id != who.conflict.therapist
    return replace(
        facts,
        slot=shown.span,
        same_again=_taken_back_before(pass_state, who.conflict, shown),
        offer_kind=shown_kind(pass_state, shown),
        with_therapist=giver.name if giver is not None and covers else "",
        location=_place(pass_state, who.client, shown),
        link="" if covers else shown.link,
        sends_link=roomless(pass_state, who.client, shown)
        or (covers and bool(shown.link) and not shown.location),
        while_away=pass_state.named_leave(who.conflict).overlaps(shown.span),
        here_then=in_leave_that_went(pass_state, who.conflict, shown.span),
        beside=beside(pass_state, shown),
        number_known=bool(who.client.phone),
    )


def _taken_back_before(pass_state: PassState, conflict: Conflict, shown: Offer) -> bool:
    """True for a time that the client was asked about before they heard that the session takes place after all."""
    earlier = (one for one in pass_state.of(conflict) if one.number <= conflict.bygone and one.sent)
    return any(one.span == shown.span and one.uid != shown.uid for one in earlier)


def _known_since(pass_state: PassState, conflict: Conflict) -> datetime:
    """Since when it is known that this session cannot take place: leave that was moved since may have lain over it."""
    absence = pass_state.absence.get(conflict.absence)
    return min(conflict.seen_at, pass_state.changed_at(absence)) if absence else conflict.seen_at


def _changed_since(pass_state: PassState, conflict: Conflict) -> bool:
    """True where the client read other days, of another session of theirs, before the leave was as it is now, or before
    all of it might be named.
    """
    absence = pass_state.absence.get(conflict.absence)
    if absence is None or absence.doubted:
        return False
    mine = pass_state.displaced(absence)
    others = {row.id for row in mine if row.client == conflict.client and row.id != conflict.id}
    told = [
        sent.at
        for sent in pass_state.snapshot.ledger
        if sent.client == conflict.client
        and (
            (sent.key.kind in SAYS_DAYS and not others.isdisjoint({sent.conflict, *sent.besides}))
            or (sent.key.kind == WORD_OF_LEAVE and sent.absence == absence.id)
        )
    ]
    last = max(told, default=None)
    return last is not None and (
        last < pass_state.changed_at(absence) or _named_less(pass_state, absence, last)
    )


def _named_less(pass_state: PassState, absence: Absence, at: datetime) -> bool:
    """True where a part of the leave had no yes yet at that time, and has one now."""
    yes = pass_state.said_yes_at
    return any(row.seen_at <= at < yes.get(row.id, at) for row in pass_state.displaced(absence))


def promised_by(pass_state: PassState, conflict: Conflict, outlook: Outlook) -> datetime | None:
    """By when the client hears of it in any case; None where that is not said: what waits for a yes may stay unsaid
    (I11).
    """
    by = word_by(pass_state, conflict)
    said = outlook is Outlook.PERHAPS and pass_state.now < by and pass_state.cleared(conflict)
    return by if said else None


def _place(pass_state: PassState, client: Client, shown: Offer) -> str:
    """Where it is, unless that gives the visit away; a discreet client's entry does not name the practice either.

    Of an entry that its calendar shows to the client: where the therapist typed another place into it, that one.
    """
    practice = pass_state.snapshot.practice
    hidden = (practice.name, practice.shown_name) if client.discreet else ()
    event = pass_state.snapshot.ours.get(shown.uid)
    theirs = event is not None and shown.delivery is not Delivery.IMIP
    return shown_place(event.location if event is not None and theirs else shown.location, *hidden)


def _before(pass_state: PassState, conflict: Conflict, shown: Offer | None) -> Before:
    """What the client heard, or said, of this session before, since it was last said to take place."""
    if shown is not None and shown.proposed:
        return Before.PROPOSED
    if shown is not None and shown.sent and shown.state is OfferState.HELD:
        return Before.MOVED
    mine = (offer for offer in pass_state.of(conflict) if offer.number > conflict.bygone)
    others = (offer for offer in pass_state.of(conflict) if shown is None or offer.number < shown.number)
    asked = sum(offer.sent for offer in others)
    earlier = [offer for offer in mine if offer.sent and not offer.live]
    match earlier[-1].reason if earlier else None:
        case Ending.CLIENT | Ending.IN_PERSON:
            return Before.TOLD if pass_state.snapshot.done(closing_key(conflict, asked)) else Before.DECLINED
        case Ending.MACHINE:
            return Before.MACHINE
        case _ if pass_state.written(conflict):
            return Before.TOLD
        case _:
            return Before.NOTHING


def closing_key(conflict: Conflict, asked: int) -> EffectKey:
    """The one message that thanks for a refusal where nothing else is offered, after so many times asked about."""
    return EffectKey(conflict.id, str(asked), MailKind.CLOSING)


def house(practice: Practice, therapist: Therapist, client: Client | None = None) -> House:
    """What a client may read of us; a discreet client's messages name neither the practice nor whom to turn to."""
    hide = client is not None and client.discreet
    own = client.resources if client else ""
    language = (client.language if client else "") or practice.language
    return House(
        practice="" if hide else practice.shown_name,
        therapist=therapist.name,
        phone=practice.phone,
        email=practice.email,
        crisis_contact="" if hide else said_in(practice.crisis_contact, language),
        fee_note="" if hide else said_in(practice.fee_note, language),
        resources_url="" if hide else own or said_in(practice.resources, language),
        zone=therapist.zone,
    )


def told_already(pass_state: PassState, kind: str, row: Conflict) -> bool:
    """True when a mail of this kind told, tried to tell, or may have told this life of the session."""
    return (kind, (row.id, row.life)) in pass_state.snapshot.told_together


def tell_together(
    kind: str, facts: MailFacts, client: Client, rows: Conflicts, makeup: Offer | None = None
) -> Tell:
    """The intent of one mail about several sessions of a client; the first is its subject."""
    key = key_together(kind, tuple((row.id, row.life) for row in rows))
    facts = replace(facts, others=tuple(row.known_as for row in rows[1:]))
    said = tell(key, facts, Addressee(rows[0], client), makeup)
    return replace(said, besides=tuple(row.id for row in rows[1:]))
