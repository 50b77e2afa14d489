"""Members of groups that leave takes a meeting from: once, again where it changes, and that they meet after all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import Absence, Client
from syncd.core.model.effects import Days, Sent, Word
from syncd.core.model.messages.intents import Tell
from syncd.core.state import PassState
from syncd.core.state.client_sessions import Pair
from syncd.core.state.who_hears import leaders, led_on, meetings, told_together, torn_together
from syncd.core.telling.word_of_leave.gate import (
    awake,
    gate_of,
    speakable,
)
from syncd.core.telling.word_of_leave.mail import facts_for, said
from syncd.core.time.spans import Span, first_and_last_day


def subject_together(absence: str, client: str) -> str:
    """What names the word to a client (id) whose group would meet in an absence (id), and says nothing of either."""
    return sha256("\x1f".join(("together", absence, client)).encode()).hexdigest()[:16]


def to_groups(pass_state: PassState, absence: Absence) -> Iterator[Tell]:
    """That a group of theirs does not meet: once, and again where the leave changes."""
    away = _away_by_now(pass_state, absence)
    if away is None:
        return
    days = _days(pass_state, absence, away)
    for client, torn in _torn_in(pass_state, absence, away).items():
        before = pass_state.snapshot.words.get(subject_together(absence.id, client.id))
        standing = before if before is not None and not before.gone else None
        if standing is None:
            news = gate_of(pass_state, absence, client.id).open(pass_state.now)
        else:
            news = standing.days != days and not _first_undone(pass_state, absence, client, standing)
        due = news and pass_state.may_tell(absence, client.id)
        if due and awake(pass_state, absence.therapist, client):
            yield _tell_together(pass_state, client, absence, days, torn, before)


def _sure_of_all(pass_state: PassState, absence: Absence) -> frozenset[Span]:
    """When meetings in it are of which whoever leads them, too, is known to be away: that leave has settled as well."""
    found = set()
    for meeting in meetings(pass_state, absence.therapist):
        beside = leaders(pass_state, meeting) - {absence.therapist}
        over = (
            one for one in pass_state.absence.values() if one.therapist in beside and one.covers(meeting.span)
        )
        spans = (_away_by_now(pass_state, one) for one in over)
        if all(span is not None and span.overlaps(meeting.span) for span in spans):
            found.add(meeting.span)
    return frozenset(found)


def _days(pass_state: PassState, absence: Absence, away: Span) -> Days:
    return first_and_last_day(away, pass_state.snapshot.therapist[absence.therapist].zone)


def _first_undone(pass_state: PassState, absence: Absence, client: Client, before: Word) -> bool:
    """True where another mail says first that a meeting of the earlier days takes place."""
    sent = pass_state.snapshot.word_to.get(subject_together(absence.id, client.id))
    return sent is not None and bool(meet_after_all(pass_state, sent, before))


def _away_by_now(pass_state: PassState, absence: Absence) -> Span | None:
    """From when to when members of groups may read that the therapist is away: all of it once that may be spoken of;
    while something that was added waits for a yes, what had one.
    """
    if speakable(pass_state, absence):
        return absence.span
    if absence.doubted or not pass_state.waits(absence) or not pass_state.plan_shown(absence):
        return None
    named = (one for one in absence.blocks if one.asked_at is None and pass_state.may_be_named(absence, one))
    spans = [one.span for one in named]
    return Span(min(one.start for one in spans), max(one.end for one in spans)) if spans else None


def _torn_in(pass_state: PassState, absence: Absence, away: Span) -> Mapping[Client, tuple[Span, ...]]:
    """Whom we may mail that groups of theirs do not meet between these times, and when those would."""
    torn, sure = torn_together(pass_state, absence), _sure_of_all(pass_state, absence)
    found = {
        client: tuple(one for one in torn[client.id] if one.overlaps(away) and one in sure)
        for client in told_together(pass_state, absence)
    }
    return {client: spans for client, spans in found.items() if spans}


def of_group(sent: Sent) -> bool:
    """True for word of a meeting that leave took."""
    return sent.key.subject == subject_together(sent.absence, sent.client)


def meet_after_all(pass_state: PassState, sent: Sent, word: Word) -> tuple[Span, ...]:
    """When groups meet of which this client read that they do not, and ahead; () while those days take any still."""
    therapist, diary = pass_state.snapshot.therapist[sent.therapist], pass_state.diaries[sent.therapist]
    mine = (one for one in pass_state.absence.values() if one.therapist == sent.therapist)
    torn = (one for one in mine if sent.client in torn_together(pass_state, one))
    if any(_days(pass_state, one, _away_by_now(pass_state, one) or one.span) == word.days for one in torn):
        return ()
    away = [one.span for one in (*diary.leave, *diary.questions)]
    return tuple(
        one.span
        for one in meetings(pass_state, sent.therapist)
        if sent.client in one.clients and one.span.start > pass_state.now and not one.told
        if word.on(first_and_last_day(one.span, therapist.zone))
        if one.keep
        or led_on(pass_state, sent.therapist, one)
        or not any(span.overlaps(one.span) for span in away)
    )


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
        facts_for(pass_state, client, therapist, days, absence.span),
        own_words=pass_state.own_words(absence, client),
        changed_again=before is not None and before.gone,
        changed_since=before is not None and not before.gone,
        together=torn,
        next_session=_next_together(pass_state, client, absence),
    )
    pair, name = Pair(therapist.id, client.id), subject_together(absence.id, client.id)
    return said(pass_state, facts, pair, absence.id, Word(0, days, gone=False), name)


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
        unheard = (
            two for two in leave if subject_together(two.id, client.id) not in pass_state.snapshot.words
        )
        if any(unheard) and not led_on(pass_state, whose, one):
            return None
        if (not leave or led_on(pass_state, whose, one)) and (
            one.keep or not pass_state.on_holiday(whose, one.span)
        ):
            return one.span
    return None
