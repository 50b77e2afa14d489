"""Members of groups from which leave takes a meeting: once, again where more of them fall, or they meet after all."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import Absence, Client
from syncd.core.model.effects import GROUP_LETTER, Meeting, Sent, Word
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import Instead, Outlook
from syncd.core.reading import Together
from syncd.core.reading.vanished_leave import settle_edit
from syncd.core.state import PassState
from syncd.core.state.client_sessions import Pair
from syncd.core.state.who_hears import Read, subject_together, told_together
from syncd.core.telling.word_of_leave.gate import awake, gate_of, reached, speakable, urgent_gate
from syncd.core.telling.word_of_leave.mail import facts_for, said
from syncd.core.time.spans import Span, first_and_last_day

Meetings = tuple[Together, ...]


def to_groups(pass_state: PassState, absence: Absence, first: Container[str]) -> Iterator[Tell]:
    """That groups of theirs do not meet: once, and again where more of them do not. Days alone that change are no news.

    Who is to read before that others meet after all (`first`: the names of these words) waits for that.
    """
    away = away_by_now(pass_state, absence)
    for client in told_together(pass_state, absence):
        torn = _torn_in(pass_state, absence, client, away)
        soon, said = _urgent(pass_state, absence, client), away
        if soon and not (set(soon) <= set(torn) and pass_state.may_tell(absence, client.id)):
            said, torn = _hull(one.span for one in soon), soon
        due = bool(soon) or _due(pass_state, absence, client, torn)
        due = due and subject_together(absence.id, client.id) not in first
        if said and due and awake(pass_state, absence.therapist, client, urgent=bool(soon)):
            yield _tell_off(pass_state, client, absence, said, torn)


def _due(pass_state: PassState, absence: Absence, client: Client, torn: Meetings) -> bool:
    read = [pass_state.read_of(absence.therapist, client.id, one) for one in torn]
    news = any(one is None or one.stands for one in read)
    knows = any(one is not None and not one.stands for one in read)
    due = news and (knows or gate_of(pass_state, absence, client.id).open(pass_state.now))
    return due and pass_state.may_tell(absence, client.id)


def _urgent(pass_state: PassState, absence: Absence, client: Client) -> Meetings:
    """Meetings within 24 h of which the client is to read now, be a yes missing, and has not read."""
    if not pass_state.plan_shown(absence):
        return ()
    return tuple(
        one
        for one in pass_state.torn[absence.id]
        if client.id in one.clients and pass_state.urgent_meeting(absence, one)
        if urgent_gate(pass_state, absence, one).open(pass_state.now)
        if (read := pass_state.read_of(absence.therapist, client.id, one)) is None or read.stands
        if falls_for_sure(pass_state, absence, one)
    )


def falls_for_sure(pass_state: PassState, absence: Absence, meeting: Together) -> bool:
    """True where whoever leads it, too, is known to be away: that leave has settled as well, or need not."""
    beside = pass_state.leaders(meeting) - {absence.therapist}
    over = (
        one for one in pass_state.absence.values() if one.therapist in beside and one.covers(meeting.span)
    )
    return all(_known_away(pass_state, one, meeting) for one in over)


def _known_away(pass_state: PassState, absence: Absence, meeting: Together) -> bool:
    span = away_by_now(pass_state, absence)
    return pass_state.urgent_meeting(absence, meeting) or (span is not None and span.overlaps(meeting.span))


def away_by_now(pass_state: PassState, absence: Absence) -> Span | None:
    """From when to when members of groups may read that the therapist is away: all of it once that may be spoken of;
    while something that was added waits for a yes, what had one.
    """
    if speakable(pass_state, absence):
        return absence.span
    if absence.doubted or not pass_state.waits(absence) or not pass_state.plan_shown(absence):
        return None
    named = (one for one in absence.blocks if one.asked_at is None and pass_state.may_be_named(absence, one))
    spans = [one.span for one in named]
    return _hull(spans) if spans else None


def _hull(spans: Iterable[Span]) -> Span:
    some = tuple(spans)
    return Span(min(one.start for one in some), max(one.end for one in some))


def _torn_in(pass_state: PassState, absence: Absence, client: Client, away: Span | None) -> Meetings:
    """Which meetings of groups of theirs do not take place between these times."""
    return tuple(
        one
        for one in pass_state.torn[absence.id]
        if away is not None and client.id in one.clients and one.span.overlaps(away)
        if falls_for_sure(pass_state, absence, one)
    )


def of_group(sent: Sent) -> bool:
    """True for word of a meeting that leave took."""
    return sent.key.subject == subject_together(sent.absence, sent.client)


Again = tuple[Together, Read]  # what takes place, and what one of its members read otherwise
Whose = tuple[
    str, str, str
]  # therapist and client (ids), and what names the words to them about that absence


def after_all(pass_state: PassState) -> Mapping[Whose, Sequence[Again]]:
    """The groups that meet, of which clients whom we may mail read that they do not."""
    found: dict[Whose, list[Again]] = {}
    for therapist, meetings in pass_state.meetings.items():
        for one in meetings:
            for client in one.clients if takes_place(pass_state, therapist, one) else ():
                read = pass_state.read_of(therapist, client, one)
                if read is not None and _untrue(pass_state, therapist, read, one):
                    found.setdefault((therapist, client, read.subject), []).append((one, read))
    clients = pass_state.snapshot.client
    return {whose: some for whose, some in found.items() if reached(pass_state, clients[whose[1]])}


def meet_after_all(pass_state: PassState, again: Mapping[Whose, Sequence[Again]]) -> Iterator[Tell]:
    """One mail that says so, for each absence of which they read."""
    for (therapist, name, subject), some in again.items():
        client = pass_state.snapshot.client[name]
        if awake(pass_state, therapist, client):
            yield _tell_on(pass_state, therapist, client, subject, some)


def _untrue(pass_state: PassState, therapist: str, read: Read, one: Together) -> bool:
    """True where they read that it falls out; or another hour than that at which it has stood for long enough."""
    if read.subject not in pass_state.snapshot.word_to:
        return False
    if read.says(one.span):
        return not read.stands
    since = _there_since(pass_state, one)
    return since is not None and since + _stays(pass_state, therapist) <= pass_state.now


def moves_at(pass_state: PassState) -> Iterator[datetime]:
    """When members may read that a meeting takes place elsewhere."""
    for therapist, meetings in pass_state.meetings.items():
        since = (_there_since(pass_state, one) for one in meetings)
        yield from (at + _stays(pass_state, therapist) for at in since if at is not None)


def _there_since(pass_state: PassState, one: Together) -> datetime | None:
    """Since when its therapist has read, and nothing else since, that it takes place at this hour."""
    named = (sent for sent in pass_state.snapshot.ledger if sent.key.kind == GROUP_LETTER)
    newest = max(
        (sent for sent in named if one.mark in sent.key.version), key=lambda sent: sent.at, default=None
    )
    there = str(Meeting(one.mark, one.span.start, stands=True))
    return newest.at if newest is not None and there in newest.key.version else None


def _stays(pass_state: PassState, therapist: str) -> timedelta:
    return settle_edit(pass_state.snapshot.therapist[therapist].policy.timing)


def takes_place(pass_state: PassState, therapist: str, one: Together) -> bool:
    """True for a meeting ahead over which no leave lies, nor what may be leave; or that is held all the same. Of one on
    a public holiday nobody knows, unless its title says so.
    """
    if one.span.start <= pass_state.now or one.told or off_that_day(pass_state, therapist, one):
        return False
    diary = pass_state.diaries[therapist]
    away = any(two.span.overlaps(one.span) for two in (*diary.leave, *diary.questions))
    return not away or one.keep or pass_state.led_on(therapist, one)


def off_that_day(pass_state: PassState, therapist: str, one: Together) -> bool:
    """True for one of a series on a public holiday without `#keep`: that it takes place is told to nobody."""
    return one.recurring and not one.keep and pass_state.on_holiday(therapist, one.span)


def _tell_off(pass_state: PassState, client: Client, absence: Absence, away: Span, torn: Meetings) -> Tell:
    therapist = pass_state.snapshot.therapist[absence.therapist]
    days, name = first_and_last_day(away, therapist.zone), subject_together(absence.id, client.id)
    before = pass_state.snapshot.words.get(name)
    facts = replace(
        facts_for(pass_state, client, therapist, days, absence.span),
        own_words=pass_state.own_words(absence, client),
        changed_again=before is not None and before.gone,
        changed_since=before is not None and not before.gone,
        together=tuple(sorted(_as_known(pass_state, therapist.id, client, one) for one in torn)),
        next_session=_next_together(pass_state, client, absence, torn[0].span),
    )
    word = Word(0, days, gone=False, meetings=tuple(Meeting(one.mark, one.span.start) for one in torn))
    return said(pass_state, facts, Pair(therapist.id, client.id), absence.id, word, name)


def _as_known(pass_state: PassState, therapist: str, client: Client, one: Together) -> Span:
    """When they count on it: of one that was moved, where they read that it takes place, be it back in leave since."""
    read = pass_state.read_of(therapist, client.id, one)
    if read is None or read.meeting is None or not read.stands or read.says(one.span):
        return one.span
    return Span(read.meeting.start, read.meeting.start + one.span.duration)


def _tell_on(
    pass_state: PassState, therapist: str, client: Client, subject: str, some: Sequence[Again]
) -> Tell:
    to, days = pass_state.snapshot.therapist[therapist], some[0][1].word.days
    facts = replace(
        facts_for(pass_state, client, to, days, None),
        outlook=Outlook.STANDS,
        together=tuple(one.span for one, read in some if read.says(one.span)),
        instead=tuple(
            Instead(Span(read.meeting.start, read.meeting.start + one.span.duration), one.span)
            for one, read in some
            if read.meeting is not None and not read.says(one.span)
        ),
        still_off=tuple(still_off(pass_state, therapist, client)),
    )
    named = tuple(Meeting(one.mark, one.span.start, stands=True) for one, _ in some)
    absence = pass_state.snapshot.word_to[subject].absence
    pair, word = Pair(therapist, client.id), Word(0, days, gone=True, meetings=named)
    return said(pass_state, facts, pair, absence, word, subject)


def still_off(pass_state: PassState, therapist: str, client: Client) -> Iterator[Span]:
    """Meetings ahead of which they read that they fall out, and that do so still."""
    for one in pass_state.meetings[therapist]:
        ahead = client.id in one.clients and one.span.start > pass_state.now
        read = pass_state.read_of(therapist, client.id, one) if ahead else None
        if read is not None and not read.stands and not takes_place(pass_state, therapist, one):
            yield one.span


def next_meeting(pass_state: PassState, therapist: str, client: Client, after: datetime) -> Span | None:
    """When a group of theirs meets first after a moment, as far as the calendar says so for sure."""
    for one in sorted(pass_state.meetings[therapist], key=lambda one: one.span):
        mine = client.id in one.clients and one.span.start > after
        if mine and takes_place(pass_state, therapist, one):
            return one.span
    return None


def _next_together(pass_state: PassState, client: Client, absence: Absence, torn: Span) -> Span | None:
    """When a group of theirs meets first after the one that is torn: once the leave is over, or in it, where somebody
    else leads it. None where the calendar does not say so, or what comes first may fall into other leave of which they
    have not heard. None on a public holiday is one, unless its title says so.
    """
    whose = absence.therapist
    mine = (one for one in pass_state.meetings[whose] if client.id in one.clients)
    for one in sorted(mine, key=lambda one: one.span):
        stands = one.keep or pass_state.led_on(whose, one)
        if one.span.start <= torn.start or (one.span.start < absence.span.end and not stands):
            continue
        away = any(two.therapist == whose and two.covers(one.span) for two in pass_state.absence.values())
        read = pass_state.read_of(whose, client.id, one)
        if away and not stands and (read is None or read.stands):
            return None
        if (stands or not away) and not off_that_day(pass_state, whose, one):
            return one.span
    return None
