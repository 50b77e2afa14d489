"""Who hears of leave beside those whose sessions it takes: everybody who comes, and the members of groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from zoneinfo import ZoneInfo

from syncd.core.model import Absence, Client, ConflictState, Session
from syncd.core.model.effects import WORD_OF_LEAVE, EffectKey, Meeting, Word
from syncd.core.reading import Together, excluded, told_by_name
from syncd.core.reading.titles import Words
from syncd.core.state.heard import Heard
from syncd.core.time.spans import Span, first_and_last_day

ONE_DAY = timedelta(days=1)
SEEN_WITHIN = timedelta(days=35)  # who is not seen so long before the leave, or so long after it, has paused


@dataclass(frozen=True, slots=True)
class Read:
    """What a client read of a meeting; of none by name in what was sent before each was named: of all on its days."""

    subject: str
    word: Word
    meeting: Meeting | None = None

    @property
    def stands(self) -> bool:
        """True where they read that it takes place."""
        return self.meeting.stands if self.meeting else self.word.gone

    def of(self, one: Together, zone: ZoneInfo) -> bool:
        """True where it is about this one, be it moved since, or entered anew at the same hour."""
        if self.meeting is None:
            return self.word.on(first_and_last_day(one.span, zone))
        return self.meeting.mark == one.mark or self.meeting.start == one.span.start

    def says(self, span: Span) -> bool:
        """True where it says that hour."""
        return self.meeting is None or self.meeting.start == span.start


@dataclass(frozen=True)
class WhoHears(Heard):
    """The rows, and meetings of groups and couples: who hears of each from whom, what leave takes, who read what."""

    @cached_property
    def group_meetings(self) -> Mapping[Words, Mapping[str, Sequence[Together]]]:
        """Meetings of groups by their title, then by whose calendar (therapist id) they stand in."""
        found: dict[Words, dict[str, list[Together]]] = {}
        for therapist, diary in self.diaries.items():
            for one in diary.sessions.together:
                found.setdefault(one.title, {}).setdefault(therapist, []).append(one)
        return found

    @cached_property
    def meetings(self) -> Mapping[str, tuple[Together, ...]]:
        """By therapist (id), their meetings with those who belong to each and hear of it from them.

        A group is known by its title, whoever of the practice leads it. Where it stands in the calendars of several at
        one hour, they lead it together: clients hear from their own therapist, else from the first. Where two lead
        groups of one title at different hours, clients belong to the one that their own therapist leads.
        """
        return {
            name: tuple(
                replace(one, clients=tuple(who for who in one.clients if self._hears(name, one, who)))
                for one in diary.sessions.together
            )
            for name, diary in self.diaries.items()
        }

    def leaders(self, meeting: Together) -> frozenset[str]:
        """Therapists (ids) in whose calendars it stands at that hour; none where it names its members alone."""
        found = self.group_meetings[meeting.title].items() if meeting.title else ()
        return frozenset(name for name, some in found if any(one.span.overlaps(meeting.span) for one in some))

    def led_on(self, therapist: str, meeting: Together) -> bool:
        """True where somebody else leads it, too, and is there: it takes place."""
        beside = (self.diaries[one] for one in self.leaders(meeting) if one != therapist)
        blocks = ((*diary.leave, *diary.questions) for diary in beside)
        return any(not any(one.span.overlaps(meeting.span) for one in some) for some in blocks)

    def _hears(self, therapist: str, meeting: Together, client: str) -> bool:
        own, there = set(self.snapshot.client[client].therapists), self.leaders(meeting)
        elsewhere = meeting.title and own & set(self.group_meetings[meeting.title]) and not own & there
        first = min((*there, therapist), key=lambda name: (name not in own, name))
        return not elsewhere and therapist == first

    @cached_property
    def torn(self) -> Mapping[str, tuple[Together, ...]]:
        """By absence (id), the meetings that it takes, while they are ahead."""
        return {name: tuple(self._torn(one)) for name, one in self.absence.items()}

    def _torn(self, absence: Absence) -> Iterator[Together]:
        for one in self.meetings.get(absence.therapist, ()):
            torn = absence.covers(one.span) and one.span.start > self.now and not (one.keep or one.told)
            if torn and not self.led_on(absence.therapist, one):
                yield one

    @cached_property
    def _read(self) -> Mapping[tuple[str, str], tuple[Read, ...]]:
        """What clients read of meetings, by therapist and client (ids), the newest first."""
        at = {one.key: one.at for one in self.snapshot.ledger if one.key.kind == WORD_OF_LEAVE}
        found: dict[tuple[str, str], list[tuple[datetime, Word, str]]] = {}
        for whom, name in self._told_subjects():
            for word in self.snapshot.words_one_by_one.get(name, ()):
                key = EffectKey(name, word.version, WORD_OF_LEAVE)
                found.setdefault(whom, []).append((at.get(key, self.now), word, name))
        return {whom: tuple(_newest_first(some)) for whom, some in found.items()}

    def _told_subjects(self) -> Iterator[tuple[tuple[str, str], str]]:
        """Therapist and client of each word to a member: as the ledger has it, or, where nobody knows whether it left,
        as its name says.
        """
        for name, sent in self.snapshot.word_to.items():
            if name == subject_together(sent.absence, sent.client):
                yield (sent.therapist, sent.client), name
        unsure = self.snapshot.words_one_by_one.keys() - self.snapshot.word_to.keys()
        for absence in self.absence.values() if unsure else ():
            for client in self.snapshot.clients:
                if (name := subject_together(absence.id, client.id)) in unsure:
                    yield (absence.therapist, client.id), name

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """By therapist (id), the clients (ids) of the roster who read anything of meetings."""
        found: dict[str, list[str]] = {}
        for therapist, client in self._read:
            if client in self.snapshot.client:
                found.setdefault(therapist, []).append(client)
        return {therapist: tuple(sorted(some)) for therapist, some in found.items()}

    def read_last(self, therapist: str, client: str) -> Iterator[Read]:
        """What this client read last of each meeting that was named to them, the newest first."""
        known: set[str | datetime] = set()
        for read in self._read.get((therapist, client), ()):
            if read.meeting is not None:
                names: set[str | datetime] = {read.meeting.mark, read.meeting.start}
                if known.isdisjoint(names):
                    yield read
                known |= names

    def read_of(self, therapist: str, client: str, one: Together) -> Read | None:
        """What this client read last of a meeting."""
        zone = self.snapshot.therapist[therapist].zone
        return next((read for read in self._read.get((therapist, client), ()) if read.of(one, zone)), None)


def _newest_first(words: Iterable[tuple[datetime, Word, str]]) -> Iterator[Read]:
    for _, word, name in sorted(words, reverse=True):
        yield from (Read(name, word, one) for one in word.meetings or (None,))


def subject_together(absence: str, client: str) -> str:
    """What names the word to a client (id) whose group would meet in an absence (id), and says nothing of either."""
    return sha256("\x1f".join(("together", absence, client)).encode()).hexdigest()[:16]


def outside(rows: WhoHears, absence: Absence) -> tuple[Client, ...]:
    """The clients who are to hear of this leave though it takes no session of theirs, in the roster's order.

    Whom we may mail, who comes at present and goes on coming afterwards, and of whom nothing says that they know.
    Nobody where the leave takes a session from nobody, or lasts for a day at most.
    """
    snapshot, whose = rows.snapshot, absence.therapist
    wanted = snapshot.therapist[whose].policy.timing.tell_everyone
    if not wanted or not snapshot.mail or absence.span.duration <= ONE_DAY or not rows.displaced(absence):
        return ()
    silent = (
        excluded(absence.tags) | told_by_name(absence.tags) | inside(rows, absence) | snapshot.aside.clients
    )
    intervals = {one.client: one.interval for one in snapshot.facts if one.therapist == whose}
    return tuple(
        one
        for one in snapshot.clients
        if whose in one.therapists and one.mailed and not one.discreet and one.id not in silent
        if _comes(rows, absence, one.id, intervals)
    )


def subject_of_groups(therapist: str) -> str:
    """What names letters to a therapist (id) about their groups."""
    return sha256("\x1f".join(("groups", therapist)).encode()).hexdigest()[:16]


def told_together(rows: WhoHears, absence: Absence) -> tuple[Client, ...]:
    """Members of groups that leave takes whom we may mail that, in the roster's order."""
    torn, snapshot = {who for one in rows.torn.get(absence.id, ()) for who in one.clients}, rows.snapshot
    silent = told_by_name(absence.tags) | snapshot.aside.clients
    some = (one for one in snapshot.clients if one.id in torn and one.id not in silent)
    return tuple(one for one in some if snapshot.mail and one.mailed and not one.discreet)


def inside(rows: WhoHears, absence: Absence) -> frozenset[str]:
    """Who hears, or has heard, of this leave by what it takes from them; who comes in spite of it; who is away."""
    diary = rows.diaries[absence.therapist]
    torn = (row for row in rows.conflicts if row.absence == absence.id)
    gone = {row.client for row in torn if row.displaced or row.state is ConflictState.GONE or rows.heard(row)}
    there = {one.client for one in diary.all_sessions if absence.covers(one.span)}
    away = {
        client
        for client, span in diary.client_absences
        if span.start <= absence.span.start and absence.span.end <= span.end
    }
    return frozenset(gone | there | away)


def _comes(rows: WhoHears, absence: Absence, client: str, intervals: Mapping[str, float | None]) -> bool:
    """True for somebody whom the therapist sees before and after it, not much later than usual, and has not told."""
    mine = sorted(rows.sessions_of(absence.therapist, client), key=lambda one: one.span)
    near = max(SEEN_WITHIN, 2 * timedelta(days=intervals.get(client) or 0))
    around = [one for one in mine if _distance(one, absence.span.start, absence.span.end) <= near]
    before = any(one.span.start < absence.span.start for one in around)
    after = any(one.span.start >= absence.span.end for one in around)
    return before and after and not any(one.told for one in around)


def _distance(one: Session, begins: datetime, ends: datetime) -> timedelta:
    return max(begins - one.span.end, one.span.start - ends)
