"""When word of leave may leave for a client of whom it takes no session, and what names it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from hashlib import sha256
from zoneinfo import ZoneInfo

from syncd.core.model import Absence, Client
from syncd.core.model.practice import Therapist
from syncd.core.policy.first_message import Gate, first_message, urgent_message
from syncd.core.policy.handover import NOTICE_LEAD
from syncd.core.policy.quiet_hours import waking
from syncd.core.reading import Together
from syncd.core.state import PassState


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
        wakes=partial(_wakes, pass_state, absence.therapist, pass_state.snapshot.client[client]),
    )


def leaves_at(
    pass_state: PassState, absence: Absence, client: Client, meeting: Together | None = None
) -> datetime:
    """When it leaves for this client, once the yes is there: not in their quiet hours, and not before now. That an
    urgent `meeting` falls out waits for no yes, and for 06:00 alone.
    """
    urgent = meeting is not None
    opens = (
        urgent_gate(pass_state, absence, meeting) if meeting else gate_of(pass_state, absence, client.id)
    ).opens
    return _wakes(pass_state, absence.therapist, client, max(opens, pass_state.now), urgent)


def urgent_gate(pass_state: PassState, absence: Absence, meeting: Together) -> Gate:
    """When members of a group that meets within 24 h may be told that it does not."""
    timing, seen = (
        pass_state.snapshot.therapist[absence.therapist].policy.timing,
        pass_state.changed_at(absence),
    )
    return urgent_message(timing, seen, meeting.span.start, "send" in absence.tags)


def speakable(pass_state: PassState, absence: Absence) -> bool:
    """True once all of it has settled, waits for no yes and was shown to the therapist; while it is ahead."""
    sure = absence.span.end > pass_state.now and not absence.doubted and not pass_state.waits(absence)
    named = all(one.asked_at is None and pass_state.may_be_named(absence, one) for one in absence.blocks)
    return sure and named and pass_state.plan_shown(absence)


def reached(pass_state: PassState, client: Client) -> bool:
    """True where a mail reaches them, and nothing of theirs is set aside."""
    return not pass_state.snapshot.by_phone(client.id) and client.id not in pass_state.snapshot.aside.clients


def awake(pass_state: PassState, therapist: str, client: Client, urgent: bool = False) -> bool:
    """True outside their quiet hours; what is urgent only waits for 06:00."""
    return pass_state.has_come(_wakes(pass_state, therapist, client, pass_state.now, urgent))


def _wakes(
    pass_state: PassState, therapist: str, client: Client, moment: datetime, urgent: bool = False
) -> datetime:
    whose = pass_state.snapshot.therapist[therapist]
    quiet = whose.policy.timing.quiet
    return waking(moment, zone_of(client, whose), quiet, pass_state.snapshot.practice.holidays, urgent)


def zone_of(client: Client, therapist: Therapist) -> ZoneInfo:
    """By whose clocks they read."""
    return client.zone or therapist.zone
