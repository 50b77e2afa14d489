"""Members of groups and couples whom no mail tells that a meeting falls out: a person does, by voice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from syncd.core.model import Absence, initials
from syncd.core.model.messages.letters import MemberToCall
from syncd.core.policy.first_message import URGENT
from syncd.core.reading import Together, told_by_name
from syncd.core.state import PassState
from syncd.core.time.spans import local_date, midnight

Member = tuple[Together, str]  # a meeting, and the client (id) who would come to it


def groups_in(pass_state: PassState, absence: Absence) -> list[Together]:
    """The meetings that it takes with what of it stands in the calendar yet."""
    stands = [one.span for one in absence.blocks if one.lifted_at is None]
    return [one for one in pass_state.torn[absence.id] if any(span.overlaps(one.span) for span in stands)]


def by_voice(pass_state: PassState, absence: Absence) -> Iterator[Member]:
    """Whom no mail tells as things stand, and of whom no tag says that they know, in order of time, then of the roster:
    none ever does, or theirs waits for a yes.
    """
    known = told_by_name(absence.tags)
    people = [one.id for one in pass_state.snapshot.clients if one.id not in known]
    for meeting in sorted(groups_in(pass_state, absence), key=lambda one: (one.span, one.mark)):
        theirs = (client for client in people if client in meeting.clients)
        yield from ((meeting, one) for one in theirs if _unmailed(pass_state, absence, meeting, one))


def _unmailed(pass_state: PassState, absence: Absence, meeting: Together, client: str) -> bool:
    if pass_state.snapshot.by_phone(client):
        return True
    read = pass_state.read_of(absence.therapist, client, meeting)
    waits = not (pass_state.may_tell(absence, client) or pass_state.urgent_meeting(absence, meeting))
    return waits and (read is None or read.stands)


def near(pass_state: PassState, members: Iterable[Member]) -> Iterator[Member]:
    """Whose meeting begins within a day."""
    return (one for one in members if one[0].span.start <= pass_state.now + URGENT)


def soon(pass_state: PassState, absence: Absence, members: Iterable[Member]) -> Iterator[Member]:
    """Whose meeting begins by the end of the day that the next 24 hours reach."""
    ends = end_of_next_day(pass_state, absence.therapist)
    return (one for one in members if one[0].span.start < ends)


def end_of_next_day(pass_state: PassState, therapist: str) -> datetime:
    """When the day of this therapist's ends that it is in 24 hours."""
    zone = pass_state.snapshot.therapist[therapist].zone
    return midnight(local_date(pass_state.now + URGENT, zone) + timedelta(days=1), zone)


def mark_of(member: Member) -> str:
    """What names them in the version of a list, and says nothing of them."""
    meeting, client = member
    return sha256("\x1f".join((meeting.mark, meeting.span.start.isoformat(), client)).encode()).hexdigest()[
        :6
    ]


def to_ring(pass_state: PassState, members: Iterable[Member]) -> tuple[MemberToCall, ...]:
    """They as a letter names them, each once, by the first meeting of theirs."""
    first: dict[str, Together] = {}
    for meeting, client in members:
        first.setdefault(client, meeting)
    known = ((pass_state.snapshot.client[client], meeting) for client, meeting in first.items())
    return tuple(MemberToCall(initials(one), one.name, one.phone, two.span.start) for one, two in known)
