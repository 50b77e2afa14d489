"""Who hears of leave beside those whose sessions it takes: everybody who comes, and the members of groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import Absence, Client, ConflictState, Session
from syncd.core.reading import Together, excluded, told_by_name
from syncd.core.state.heard import Heard
from syncd.core.time.spans import Span

ONE_DAY = timedelta(days=1)
SEEN_WITHIN = timedelta(days=35)  # who is not seen so long before the leave, or so long after it, has paused


def outside(rows: Heard, absence: Absence) -> tuple[Client, ...]:
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


def meetings(rows: Heard, therapist: str) -> Iterator[Together]:
    """A therapist's (id) meetings with groups and couples, each with those who belong to it and hear of it from them.

    A group is known by its title, whoever of the practice leads it. Where it stands in the calendars of several at one
    hour, they lead it together: clients hear from their own therapist, else from the first. Where two lead groups of
    one title at different hours, clients belong to the one that their own therapist leads.
    """
    for one in rows.diaries[therapist].sessions.together:
        yield replace(one, clients=tuple(who for who in one.clients if _hears(rows, therapist, one, who)))


def leaders(rows: Heard, meeting: Together) -> frozenset[str]:
    """Therapists (ids) in whose calendars it stands at that hour; none where its members are named, not its title."""
    found = rows.group_meetings[meeting.title].items() if meeting.title else ()
    return frozenset(name for name, some in found if any(one.span.overlaps(meeting.span) for one in some))


def led_on(rows: Heard, therapist: str, meeting: Together) -> bool:
    """True where somebody else leads it, too, and is there: it takes place."""
    beside = (rows.diaries[one] for one in leaders(rows, meeting) if one != therapist)
    blocks = ((*diary.leave, *diary.questions) for diary in beside)
    return any(not any(one.span.overlaps(meeting.span) for one in some) for some in blocks)


def _hears(rows: Heard, therapist: str, meeting: Together, client: str) -> bool:
    own, there = set(rows.snapshot.client[client].therapists), leaders(rows, meeting)
    elsewhere = meeting.title and own & set(rows.group_meetings[meeting.title]) and not own & there
    return not elsewhere and therapist == min((*there, therapist), key=lambda name: (name not in own, name))


def torn_together(rows: Heard, absence: Absence) -> Mapping[str, tuple[Span, ...]]:
    """By client (id), when groups that they belong to would meet in this leave; while that is ahead."""
    found: dict[str, list[Span]] = {}
    for one in meetings(rows, absence.therapist):
        torn = absence.covers(one.span) and one.span.start > rows.now and not (one.keep or one.told)
        if torn and not led_on(rows, absence.therapist, one):
            for client in one.clients:
                found.setdefault(client, []).append(one.span)
    return {client: tuple(spans) for client, spans in found.items()}


def told_together(rows: Heard, absence: Absence) -> tuple[Client, ...]:
    """Those of them whom we may mail that, in the roster's order."""
    torn, snapshot = torn_together(rows, absence), rows.snapshot
    silent = told_by_name(absence.tags) | snapshot.aside.clients
    some = (one for one in snapshot.clients if one.id in torn and one.id not in silent)
    return tuple(one for one in some if snapshot.mail and one.mailed and not one.discreet)


def inside(rows: Heard, absence: Absence) -> frozenset[str]:
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


def _comes(rows: Heard, absence: Absence, client: str, intervals: Mapping[str, float | None]) -> bool:
    """True for somebody whom the therapist sees before and after it, not much later than usual, and has not told."""
    mine = sorted(rows.sessions_of(absence.therapist, client), key=lambda one: one.span)
    near = max(SEEN_WITHIN, 2 * timedelta(days=intervals.get(client) or 0))
    around = [one for one in mine if _distance(one, absence.span.start, absence.span.end) <= near]
    before = any(one.span.start < absence.span.start for one in around)
    after = any(one.span.start >= absence.span.end for one in around)
    return before and after and not any(one.told for one in around)


def _distance(one: Session, begins: datetime, ends: datetime) -> timedelta:
    return max(begins - one.span.end, one.span.start - ends)
