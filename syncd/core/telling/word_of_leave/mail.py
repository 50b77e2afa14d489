"""What such a mail says of every leave: whose, when, and when they meet next."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.model import Client
from syncd.core.model.effects import WORD_OF_LEAVE, Days, EffectKey, Word
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import MailFacts, MailKind
from syncd.core.model.practice import Therapist
from syncd.core.state import PassState
from syncd.core.state.client_sessions import Pair, meets
from syncd.core.telling.mail_facts import house
from syncd.core.telling.word_of_leave.gate import (
    subject,
    zone_of,
)
from syncd.core.time.spans import Span, day_span, first_and_last_day


def said(
    pass_state: PassState, facts: MailFacts, pair: Pair, absence: str, word: Word, name: str = ""
) -> Tell:
    """The mail as an effect, and what is remembered of it: `name` is its subject where a group is told."""
    name = name or subject(absence, pair.client)
    before = pass_state.snapshot.words.get(name)
    version = replace(word, number=before.number + 1 if before else 1).version
    key = EffectKey(name, version, WORD_OF_LEAVE)
    return Tell(key, facts, pair.client, pair.therapist, name, absence)


def facts_for(
    pass_state: PassState, client: Client, therapist: Therapist, days: Days, away: Span | None
) -> MailFacts:
    """What it says whoever it is for; `away`: the leave, None where it went."""
    practice = pass_state.snapshot.practice
    ahead = meets(pass_state, Pair(therapist.id, client.id), away)
    first = ahead.next.span if ahead.next else None
    return MailFacts(
        kind=MailKind.AWAY,
        house=house(practice, therapist, client),
        to=client.written[0],
        also=client.written[1],
        name=client.name,
        salutation=client.salutation,
        language=client.language or practice.language,
        zone=zone_of(client, therapist),
        original=first or day_span(days[0], therapist.zone),  # its text names none
        days=days,
        part=_part(days, away, therapist),
        sent_at=pass_state.now,
        next_session=first,
        again=ahead.again,
        next_agreed=ahead.next is not None and not ahead.next.usual,
        afterwards=ahead.afterwards.span if ahead.afterwards else None,
        meetings=tuple(one.span for one in ahead.agreed),
    )


def _part(days: Days, away: Span | None, therapist: Therapist) -> Span | None:
    """The leave, where these are its days and it begins or ends within one of them: its hours are said."""
    if away is None or first_and_last_day(away, therapist.zone) != days:
        return None
    first, last = days
    whole = Span(day_span(first, therapist.zone).start, day_span(last, therapist.zone).end)
    return None if away == whole else away
