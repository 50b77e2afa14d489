"""Meetings of groups that members read take place, and that their therapist has deleted since: they read that, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncd.core.model import Client, EventStatus, conflict_id
from syncd.core.model.effects import GROUP_LETTER, Meeting, Word
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import Outlook
from syncd.core.reading.diary import events_of
from syncd.core.reading.vanished_leave import settle_edit
from syncd.core.state import PassState
from syncd.core.state.client_sessions import Pair
from syncd.core.state.who_hears import Read
from syncd.core.telling.word_of_leave.gate import awake, reached
from syncd.core.telling.word_of_leave.groups import Whose, next_meeting, still_off
from syncd.core.telling.word_of_leave.mail import facts_for, said

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoMore:
    """One such meeting, and which clients (ids) count on it."""

    meeting: Meeting
    clients: tuple[str, ...]


def no_more(pass_state: PassState, therapist: str) -> tuple[NoMore, ...]:
    """Those ahead, in order of time: by who read it in a mail, and who belongs to the same group and gets none."""
    found: dict[Meeting, list[str]] = {}
    for client, read in _counted_on(pass_state, therapist):
        if read.meeting is not None:
            found.setdefault(read.meeting, []).append(client)
    there = _standing(pass_state, therapist) if found else frozenset[str]()
    gone = ((one, who) for one, who in sorted(found.items()) if one.mark not in there)
    return tuple(NoMore(one, (*who, *_by_voice(pass_state, who))) for one, who in gone)


def _counted_on(pass_state: PassState, therapist: str) -> Iterator[tuple[str, Read]]:
    """Clients, and what each read last of a meeting ahead where that is that it takes place."""
    for client in pass_state.readers.get(therapist, ()):
        for read in pass_state.read_last(therapist, client):
            ahead = read.meeting is not None and read.meeting.start > pass_state.now
            if ahead and read.stands and not _at_that_hour(pass_state, therapist, client, read):
                yield client, read


def _at_that_hour(pass_state: PassState, therapist: str, client: str, read: Read) -> bool:
    """True where a meeting of theirs stands at the hour that they read, be it entered anew."""
    mine = (one for one in pass_state.meetings.get(therapist, ()) if client in one.clients)
    return any(read.meeting is not None and one.span.start == read.meeting.start for one in mine)


def _standing(pass_state: PassState, therapist: str) -> frozenset[str]:
    """What names the entries of a therapist's calendars, whatever they are called by now."""
    events = events_of(pass_state.snapshot, pass_state.snapshot.therapist[therapist])
    there = (one.ref for one in events if one.status is not EventStatus.CANCELLED)
    return frozenset(conflict_id(one.calendar, one.uid, one.recurrence_id) for one in there)


def _by_voice(pass_state: PassState, read: Sequence[str]) -> Iterator[str]:
    """Who belongs to the group that they all belong to, and hears of it from the therapist alone."""
    known = pass_state.snapshot.client
    shared = frozenset.intersection(*(frozenset(known[one].groups) for one in read))
    for client in pass_state.snapshot.clients:
        if shared & frozenset(client.groups) and pass_state.snapshot.by_phone(client.id):
            yield client.id


def off_again(pass_state: PassState) -> Mapping[Whose, Sequence[Meeting]]:
    """Those of which clients whom we may mail are to read: their therapist has read it for long enough."""
    found: dict[Whose, list[Meeting]] = {}
    left = pass_state.snapshot.word_to  # of others nobody knows whether they were read
    for therapist in pass_state.diaries:
        for one in no_more(pass_state, therapist):
            opens = _opens(pass_state, therapist, one.meeting)
            for client in one.clients if opens is not None and opens <= pass_state.now else ():
                if reached(pass_state, pass_state.snapshot.client[client]):
                    for read in pass_state.read_last(therapist, client):
                        if read.meeting == one.meeting and read.subject in left:
                            found.setdefault((therapist, client, read.subject), []).append(one.meeting)
    return found


def off_again_at(pass_state: PassState) -> Iterator[datetime]:
    """When members may read so."""
    for therapist in pass_state.diaries:
        opens = (_opens(pass_state, therapist, one.meeting) for one in no_more(pass_state, therapist))
        yield from (at for at in opens if at is not None)


def _opens(pass_state: PassState, therapist: str, meeting: Meeting) -> datetime | None:
    """Once its therapist has read so, and nothing else since, for as long as an edit takes to settle; None before."""
    named = [one for one in pass_state.snapshot.ledger if one.key.kind == GROUP_LETTER]
    named = [one for one in named if meeting.mark in one.key.version]
    newest = max(named, key=lambda sent: sent.at, default=None)
    falls = str(Meeting(meeting.mark, meeting.start))
    if newest is None or falls not in newest.key.version:
        return None
    return newest.at + settle_edit(pass_state.snapshot.therapist[therapist].policy.timing)


def tell_off_again(pass_state: PassState, off: Mapping[Whose, Sequence[Meeting]]) -> Iterator[Tell]:
    """One mail that says so, for each absence of which they read."""
    for (therapist, name, subject), some in off.items():
        client = pass_state.snapshot.client[name]
        soon = min(one.start for one in some) - pass_state.now < ONE_DAY
        if awake(pass_state, therapist, client, urgent=soon):
            yield _tell(pass_state, therapist, client, subject, some)


def _tell(
    pass_state: PassState, therapist: str, client: Client, subject: str, some: Sequence[Meeting]
) -> Tell:
    to, before = pass_state.snapshot.therapist[therapist], pass_state.snapshot.words[subject]
    starts = tuple(sorted(one.start for one in some))
    facts = replace(
        facts_for(pass_state, client, to, before.days, None),
        outlook=Outlook.GONE,
        off_again=starts,
        still_off=tuple(still_off(pass_state, therapist, client)),
        next_session=next_meeting(pass_state, therapist, client, starts[0]),
    )
    falls = tuple(Meeting(one.mark, one.start) for one in some)
    word = Word(0, before.days, gone=before.gone, meetings=falls)
    pair, absence = Pair(therapist, client.id), pass_state.snapshot.word_to[subject].absence
    return said(pass_state, facts, pair, absence, word, subject)
