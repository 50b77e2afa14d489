"""Plain word of leave to clients of whom it takes no session: once, and once more where it changes or goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from syncd.core.model import Absence, Client
from syncd.core.model.effects import WORD_OF_LEAVE, Days, EffectKey, Sent, Word, read_word
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import SAYS_DAYS, MailFacts, MailKind, Outlook
from syncd.core.model.practice import Therapist
from syncd.core.policy.first_message import Gate, first_message
from syncd.core.policy.handover import NOTICE
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import Standing
from syncd.core.state.client_sessions import Pair, meetings
from syncd.core.state.heard import inside, outside
from syncd.core.telling.mail_facts import house
from syncd.core.time.spans import Span, day_span, first_and_last_day, local_date


def word_of_leave(standing: Standing) -> Iterator[Tell]:
    """The mails that should have left by now; a client in a quiet hour waits."""
    for absence in standing.absence.values():
        yield from _told(standing, absence)
    yield from _not_after_all(standing)


def word_at(standing: Standing) -> Iterator[datetime]:
    """When the next of them may leave, as far as it is known."""
    for absence in standing.absence.values():
        for client in outside(standing, absence):
            if subject(absence.id, client.id) not in standing.snapshot.words:
                opens = gate_of(standing, absence, client.id).opens
                yield from (opens, _wakes(standing, absence.therapist, client, max(opens, standing.now)))


def subject(absence: str, client: str) -> str:
    """What names the word to a client (id) of an absence (id), and says nothing of either."""
    return sha256("\x1f".join(("away", absence, client)).encode()).hexdigest()[:16]


def gate_of(standing: Standing, absence: Absence, client: str) -> Gate:
    """When a client (id) without a session inside may hear of it, counted from its first day; the yes is left aside."""
    timing = standing.snapshot.therapist[absence.therapist].policy.timing
    long = absence.id in standing.long
    return first_message(
        timing,
        standing.changed_at(absence),
        absence.span.start,
        standing.sessions_of(absence.therapist, client),
        "send" in absence.tags,
        absence.span.duration,
        standing.ahead_of(absence, NOTICE) if long else None,
    )


def _told(standing: Standing, absence: Absence) -> Iterator[Tell]:
    """First word of it to those outside; to whoever read other days, the ones that hold now."""
    if not _speakable(standing, absence):
        return
    therapist = standing.snapshot.therapist[absence.therapist]
    days = first_and_last_day(absence.span, therapist.zone)
    audience = {one.id for one in outside(standing, absence)}
    torn = inside(standing, absence)
    for client in standing.snapshot.clients:
        before = standing.snapshot.words.get(subject(absence.id, client.id)) or _of_other_leave(
            standing, client, therapist, days
        )
        news = before is None or before.gone
        if news:
            due = client.id in audience and standing.may_tell(absence, client.id)
            due = due and gate_of(standing, absence, client.id).open(standing.now)
        else:
            due = (
                before is not None
                and before.days != days
                and _reached(standing, client)
                and client.id not in torn
            )
        if due and _awake(standing, absence.therapist, client):
            yield _tell(standing, client, absence, days, before)


def _speakable(standing: Standing, absence: Absence) -> bool:
    """True once all of it has settled, waits for no yes and was shown to the therapist; while it is ahead."""
    sure = absence.span.end > standing.now and not absence.doubted and not standing.waits(absence)
    named = all(one.asked_at is None and standing.may_be_named(absence, one) for one in absence.blocks)
    return sure and named and standing.plan_shown(absence)


def _of_other_leave(standing: Standing, client: Client, therapist: Therapist, days: Days) -> Word | None:
    """What they were told of leave that lay over some of these days, and goes by another name now."""
    pair, sent = (client.id, therapist.id), standing.snapshot.word_to.values()
    words = [read_word(one.key.version) for one in sent if (one.client, one.therapist) == pair]
    return next((one for one in reversed(words) if one.on(days)), None)


def readers(standing: Standing, absence: str) -> tuple[Client, ...]:
    """Who was told of this absence (id), lost no session to it, and hears so if it goes; in the roster's order."""
    known = standing.snapshot.words
    told = {
        sent.client
        for name, sent in standing.snapshot.word_to.items()
        if sent.absence == absence and name in known and not known[name].gone
        if not _heard_since(standing, sent)
    }
    return tuple(one for one in standing.snapshot.clients if one.id in told and _reached(standing, one))


def _not_after_all(standing: Standing) -> Iterator[Tell]:
    """To whoever was told of leave that is gone, and that no other leave lies over by now."""
    for name, sent in standing.snapshot.word_to.items():
        client, word = standing.snapshot.client.get(sent.client), standing.snapshot.words.get(name)
        if client is None or word is None or word.gone or sent.therapist not in standing.diaries:
            continue
        over = word.days[1] < local_date(standing.now, standing.snapshot.therapist[sent.therapist].zone)
        if (
            over
            or not _reached(standing, client)
            or _lies_over(standing, sent, word)
            or _heard_since(standing, sent)
        ):
            continue
        if _awake(standing, sent.therapist, client):
            yield _tell_gone(standing, client, sent, word)


def _lies_over(standing: Standing, sent: Sent, word: Word) -> bool:
    """True while leave, be it in doubt or in question, lies over one of these days."""
    therapist = standing.snapshot.therapist[sent.therapist]
    diary = standing.diaries[sent.therapist]
    spans = (*(one.span for one in diary.leave), *(one.span for one in diary.questions))
    return any(word.on(first_and_last_day(one, therapist.zone)) for one in spans)


def _heard_since(standing: Standing, sent: Sent) -> bool:
    """True for who lost a session to it later and was told so: of that session another mail says that it stands.

    And for who got word of these days once more, by another name of the leave: that word is the last one.
    """
    days = read_word(sent.key.version).days
    pair = (sent.client, sent.therapist)
    later = [
        one for one in standing.snapshot.ledger if (one.client, one.therapist) == pair and one.at >= sent.at
    ]
    torn = any(one.key.kind in SAYS_DAYS and one.absence == sent.absence for one in later)
    words = (one for one in later if one.key.kind == WORD_OF_LEAVE and one.key.subject != sent.key.subject)
    return torn or any(read_word(one.key.version).on(days) for one in words)


def _reached(standing: Standing, client: Client) -> bool:
    return not standing.snapshot.by_phone(client.id) and client.id not in standing.snapshot.aside.clients


def _awake(standing: Standing, therapist: str, client: Client) -> bool:
    return _wakes(standing, therapist, client, standing.now) == standing.now


def _wakes(standing: Standing, therapist: str, client: Client, moment: datetime) -> datetime:
    whose = standing.snapshot.therapist[therapist]
    quiet = whose.policy.timing.quiet
    return waking(moment, _zone(client, whose), quiet, standing.snapshot.practice.holidays)


def _zone(client: Client, therapist: Therapist) -> ZoneInfo:
    return client.zone or therapist.zone


def _tell(standing: Standing, client: Client, absence: Absence, days: Days, before: Word | None) -> Tell:
    therapist = standing.snapshot.therapist[absence.therapist]
    colleague = standing.steps_in(absence, client)
    facts = replace(
        _facts(standing, client, therapist, days, absence.span),
        changed_again=before is not None and before.gone,
        changed_since=before is not None and not before.gone,
        with_therapist=colleague.name if colleague else "",
    )
    return _said(standing, facts, Pair(therapist.id, client.id), absence.id, Word(0, days, gone=False))


def _tell_gone(standing: Standing, client: Client, sent: Sent, word: Word) -> Tell:
    therapist = standing.snapshot.therapist[sent.therapist]
    facts = replace(_facts(standing, client, therapist, word.days, None), outlook=Outlook.STANDS)
    return _said(standing, facts, Pair(therapist.id, client.id), sent.absence, replace(word, gone=True))


def _said(standing: Standing, facts: MailFacts, pair: Pair, absence: str, word: Word) -> Tell:
    name = subject(absence, pair.client)
    before = standing.snapshot.words.get(name)
    version = replace(word, number=before.number + 1 if before else 1).version
    key = EffectKey(name, version, WORD_OF_LEAVE)
    return Tell(key, facts, pair.client, pair.therapist, name, absence)


def _facts(
    standing: Standing, client: Client, therapist: Therapist, days: Days, away: Span | None
) -> MailFacts:
    practice = standing.snapshot.practice
    ahead = meetings(standing, Pair(therapist.id, client.id), away)
    meets = ahead.next.span if ahead.next else None
    return MailFacts(
        kind=MailKind.AWAY,
        house=house(practice, therapist, client),
        to=client.written[0],
        also=client.written[1],
        name=client.name,
        salutation=client.salutation,
        language=client.language or practice.language,
        zone=_zone(client, therapist),
        original=meets or day_span(days[0], therapist.zone),  # its text names none
        days=days,
        sent_at=standing.now,
        next_session=meets,
        again=ahead.again,
        next_agreed=ahead.next is not None and not ahead.next.usual,
        afterwards=ahead.afterwards.span if ahead.afterwards else None,
        meetings=tuple(one.span for one in ahead.agreed),
    )
