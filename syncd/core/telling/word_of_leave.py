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
from syncd.core.policy.handover import NOTICE_LEAD
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import PassState
from syncd.core.state.client_sessions import Pair, meets
from syncd.core.state.who_hears import inside, meetings, outside, told_together, torn_together
from syncd.core.telling.mail_facts import house
from syncd.core.time.spans import Span, day_span, first_and_last_day, local_date


def word_of_leave(pass_state: PassState) -> Iterator[Tell]:
    """The mails that should have left by now; a client in a quiet hour waits."""
    for absence in pass_state.absence.values():
        yield from _told(pass_state, absence)
        yield from _told_together(pass_state, absence)
    yield from _not_after_all(pass_state)


def word_at(pass_state: PassState) -> Iterator[datetime]:
    """When the next of them may leave, as far as it is known."""
    for absence in pass_state.absence.values():
        members = ((one, subject_together) for one in told_together(pass_state, absence))
        for client, name in (*((one, subject) for one in outside(pass_state, absence)), *members):
            if name(absence.id, client.id) not in pass_state.snapshot.words:
                yield from (
                    gate_of(pass_state, absence, client.id).opens,
                    leaves_at(pass_state, absence, client),
                )


def subject_together(absence: str, client: str) -> str:
    """The same of the word to a client of a group that would meet in it."""
    return sha256("\x1f".join(("together", absence, client)).encode()).hexdigest()[:16]


def subject(absence: str, client: str) -> str:
    """What names the word to a client (id) of an absence (id), and says nothing of either."""
    return sha256("\x1f".join(("away", absence, client)).encode()).hexdigest()[:16]


def gate_of(pass_state: PassState, absence: Absence, client: str) -> Gate:
    """When a client (id) without a session inside may hear of it, counted from its first day; the yes is left aside."""
    therapist = pass_state.snapshot.therapist[absence.therapist]
    long = absence.id in pass_state.long
    return first_message(
        therapist.policy.timing,
        pass_state.changed_at(absence),
        absence.span.start,
        pass_state.sessions_of(absence.therapist, client),
        "send" in absence.tags,
        absence.span.duration,
        pass_state.ahead_of(absence, NOTICE_LEAD) if long else None,
        zone=therapist.zone,
    )


def leaves_at(pass_state: PassState, absence: Absence, client: Client) -> datetime:
    """When it leaves for this client, once the yes is there: not in their quiet hours, and not before now."""
    opens = gate_of(pass_state, absence, client.id).opens
    return _wakes(pass_state, absence.therapist, client, max(opens, pass_state.now))


def _told(pass_state: PassState, absence: Absence) -> Iterator[Tell]:
    """First word of it to those outside; to whoever read other days, the ones that hold now."""
    if not _speakable(pass_state, absence):
        return
    therapist = pass_state.snapshot.therapist[absence.therapist]
    days = first_and_last_day(absence.span, therapist.zone)
    torn = inside(pass_state, absence) | {one.id for one in told_together(pass_state, absence)}
    audience = {one.id for one in outside(pass_state, absence)} - torn
    for client in pass_state.snapshot.clients:
        before = pass_state.snapshot.words.get(subject(absence.id, client.id)) or _of_other_leave(
            pass_state, client, therapist, days
        )
        news = before is None or before.gone
        if news:
            due = client.id in audience and pass_state.may_tell(absence, client.id)
            due = due and gate_of(pass_state, absence, client.id).open(pass_state.now)
        else:
            due = (
                before is not None
                and before.days != days
                and _reached(pass_state, client)
                and client.id not in torn
            )
        if due and _awake(pass_state, absence.therapist, client):
            yield _tell(pass_state, client, absence, days, before)


def _told_together(pass_state: PassState, absence: Absence) -> Iterator[Tell]:
    """That a group of theirs does not meet: once, and again where the leave changes."""
    if not _speakable(pass_state, absence):
        return
    days = first_and_last_day(absence.span, pass_state.snapshot.therapist[absence.therapist].zone)
    torn = torn_together(pass_state, absence)
    for client in told_together(pass_state, absence):
        before = pass_state.snapshot.words.get(subject_together(absence.id, client.id))
        news = before is None or before.gone or before.days != days
        opened = gate_of(pass_state, absence, client.id).open(pass_state.now) or not (
            before is None or before.gone
        )
        due = news and opened and pass_state.may_tell(absence, client.id)
        if due and _awake(pass_state, absence.therapist, client):
            yield _tell_together(pass_state, client, absence, days, torn[client.id], before)


def _speakable(pass_state: PassState, absence: Absence) -> bool:
    """True once all of it has settled, waits for no yes and was shown to the therapist; while it is ahead."""
    sure = absence.span.end > pass_state.now and not absence.doubted and not pass_state.waits(absence)
    named = all(one.asked_at is None and pass_state.may_be_named(absence, one) for one in absence.blocks)
    return sure and named and pass_state.plan_shown(absence)


def _of_other_leave(pass_state: PassState, client: Client, therapist: Therapist, days: Days) -> Word | None:
    """What they were told of leave that lay over some of these days, and goes by another name now."""
    pair, sent = (client.id, therapist.id), pass_state.snapshot.word_to.values()
    mine = (one for one in sent if (one.client, one.therapist) == pair and not _of_group(one))
    words = [read_word(one.key.version) for one in mine]
    return next((one for one in reversed(words) if one.on(days)), None)


def readers(pass_state: PassState, absence: str) -> tuple[Client, ...]:
    """Who was told of this absence (id), lost no session to it, and hears so if it goes; in the roster's order."""
    known = pass_state.snapshot.words
    told = {
        sent.client
        for name, sent in pass_state.snapshot.word_to.items()
        if sent.absence == absence and name in known and not known[name].gone
        if not _heard_since(pass_state, sent)
    }
    return tuple(one for one in pass_state.snapshot.clients if one.id in told and _reached(pass_state, one))


def _not_after_all(pass_state: PassState) -> Iterator[Tell]:
    """To whoever was told of leave that is gone, and that no other leave lies over by now."""
    for name, sent in pass_state.snapshot.word_to.items():
        client, word = pass_state.snapshot.client.get(sent.client), pass_state.snapshot.words.get(name)
        if client is None or word is None or word.gone or sent.therapist not in pass_state.diaries:
            continue
        over = word.days[1] < local_date(pass_state.now, pass_state.snapshot.therapist[sent.therapist].zone)
        if (
            over
            or not _reached(pass_state, client)
            or (_lies_over(pass_state, sent, word) and not _meets_after_all(pass_state, sent))
            or _heard_since(pass_state, sent)
        ):
            continue
        if _awake(pass_state, sent.therapist, client):
            yield _tell_gone(pass_state, client, sent, word)


def _of_group(sent: Sent) -> bool:
    return sent.key.subject == subject_together(sent.absence, sent.client)


def _meets_after_all(pass_state: PassState, sent: Sent) -> bool:
    """True for who read that a group of theirs does not meet, where no leave takes any of it now."""
    mine = (one for one in pass_state.absence.values() if one.therapist == sent.therapist)
    return _of_group(sent) and not any(sent.client in torn_together(pass_state, one) for one in mine)


def _lies_over(pass_state: PassState, sent: Sent, word: Word) -> bool:
    """True while leave, be it in doubt or in question, lies over one of these days."""
    therapist = pass_state.snapshot.therapist[sent.therapist]
    diary = pass_state.diaries[sent.therapist]
    spans = (*(one.span for one in diary.leave), *(one.span for one in diary.questions))
    return any(word.on(first_and_last_day(one, therapist.zone)) for one in spans)


def _heard_since(pass_state: PassState, sent: Sent) -> bool:
    """True for who lost a session to it later and was told so: of that session another mail says that it stands.

    And for who got word of these days once more, by another name of the leave: that word is the last one.
    """
    days = read_word(sent.key.version).days
    pair = (sent.client, sent.therapist)
    later = [
        one for one in pass_state.snapshot.ledger if (one.client, one.therapist) == pair and one.at >= sent.at
    ]
    torn = any(
        one.key.kind in SAYS_DAYS and one.absence == sent.absence for one in later if not _of_group(sent)
    )
    words = (one for one in later if one.key.kind == WORD_OF_LEAVE and one.key.subject != sent.key.subject)
    return torn or any(read_word(one.key.version).on(days) for one in words)


def _reached(pass_state: PassState, client: Client) -> bool:
    return not pass_state.snapshot.by_phone(client.id) and client.id not in pass_state.snapshot.aside.clients


def _awake(pass_state: PassState, therapist: str, client: Client) -> bool:
    return _wakes(pass_state, therapist, client, pass_state.now) == pass_state.now


def _wakes(pass_state: PassState, therapist: str, client: Client, moment: datetime) -> datetime:
    whose = pass_state.snapshot.therapist[therapist]
    quiet = whose.policy.timing.quiet
    return waking(moment, _zone(client, whose), quiet, pass_state.snapshot.practice.holidays)


def _zone(client: Client, therapist: Therapist) -> ZoneInfo:
    return client.zone or therapist.zone


def _tell(pass_state: PassState, client: Client, absence: Absence, days: Days, before: Word | None) -> Tell:
    therapist = pass_state.snapshot.therapist[absence.therapist]
    colleague = pass_state.steps_in(absence, client)
    facts = replace(
        _facts(pass_state, client, therapist, days, absence.span),
        own_words=pass_state.own_words(absence, client),
        changed_again=before is not None and before.gone,
        changed_since=before is not None and not before.gone,
        with_therapist=colleague.name if colleague else "",
    )
    return _said(pass_state, facts, Pair(therapist.id, client.id), absence.id, Word(0, days, gone=False))


def _tell_together(
    pass_state: PassState,
    client: Client,
    absence: Absence,
    days: Days,
    torn: tuple[Span, ...],
    before: Word | None,
) -> Tell:
    therapist = pass_state.snapshot.therapist[absence.therapist]
    facts = replace(
        _facts(pass_state, client, therapist, days, absence.span),
        own_words=pass_state.own_words(absence, client),
        changed_again=before is not None and before.gone,
        changed_since=before is not None and not before.gone,
        together=torn,
        next_session=_next_together(pass_state, client, absence),
    )
    pair, name = Pair(therapist.id, client.id), subject_together(absence.id, client.id)
    return _said(pass_state, facts, pair, absence.id, Word(0, days, gone=False), name)


def _next_together(pass_state: PassState, client: Client, absence: Absence) -> Span | None:
    """When a group of theirs meets first once it is over; None where the calendar does not say so, or what comes first
    may fall into other leave of which they have not heard. None on a public holiday is one, unless its title says so.
    """
    whose = absence.therapist
    mine = (one for one in meetings(pass_state, whose) if client.id in one.clients)
    for one in sorted(mine, key=lambda one: one.span):
        if one.span.start < absence.span.end:
            continue
        leave = [
            two for two in pass_state.absence.values() if two.therapist == whose and two.covers(one.span)
        ]
        if any(subject_together(two.id, client.id) not in pass_state.snapshot.words for two in leave):
            return None
        if not leave and (one.quiet or not pass_state.on_holiday(whose, one.span)):
            return one.span
    return None


def _tell_gone(pass_state: PassState, client: Client, sent: Sent, word: Word) -> Tell:
    therapist = pass_state.snapshot.therapist[sent.therapist]
    facts = replace(_facts(pass_state, client, therapist, word.days, None), outlook=Outlook.STANDS)
    if _of_group(sent) and _lies_over(pass_state, sent, word):
        found = meetings(pass_state, sent.therapist)
        mine = (one.span for one in found if client.id in one.clients and one.span.start > pass_state.now)
        there = (one for one in mine if word.on(first_and_last_day(one, therapist.zone)))
        facts = replace(facts, together=tuple(there))
    pair = Pair(therapist.id, client.id)
    return _said(pass_state, facts, pair, sent.absence, replace(word, gone=True), sent.key.subject)


def _said(
    pass_state: PassState, facts: MailFacts, pair: Pair, absence: str, word: Word, name: str = ""
) -> Tell:
    name = name or subject(absence, pair.client)
    before = pass_state.snapshot.words.get(name)
    version = replace(word, number=before.number + 1 if before else 1).version
    key = EffectKey(name, version, WORD_OF_LEAVE)
    return Tell(key, facts, pair.client, pair.therapist, name, absence)


def _facts(
    pass_state: PassState, client: Client, therapist: Therapist, days: Days, away: Span | None
) -> MailFacts:
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
        zone=_zone(client, therapist),
        original=first or day_span(days[0], therapist.zone),  # its text names none
        days=days,
        sent_at=pass_state.now,
        next_session=first,
        again=ahead.again,
        next_agreed=ahead.next is not None and not ahead.next.usual,
        afterwards=ahead.afterwards.span if ahead.afterwards else None,
        meetings=tuple(one.span for one in ahead.agreed),
    )
