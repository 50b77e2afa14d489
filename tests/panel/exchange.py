"""Brute exchange: whom else of a higher tier a make-up's time would serve, everything else left as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.panel.free import fits
from tests.panel.hour import ODD, in_school, shift, welcome
from tests.panel.sight import CRISIS, Client, Given, Sight
from tests.panel.stretches import gain, taken_off

_DAY = timedelta(days=1)
_CLOSE = 2.0  # days to an own session, for weekly clients
_WORTH, _CRISIS = 1.5, 0.75  # days that a make-up takes off at least, weekly and in crisis
_EVEN = 30  # minutes by which a time may be farther from the client's hour than the one they have


@dataclass(frozen=True)
class Better:
    """A client of a higher tier, and how many days more the time would take off for them."""

    client: str
    days: float


def outranks(
    sight: Sight, holder: Client, one: Given, days: float, *, weekday: bool = False
) -> Better | None:
    """The client of a higher tier for whom `one`'s time takes at least so many `days` more off than what they have.

    They take it in place of one of their own make-ups or for a session without one; the holder goes without. It must
    be a time that they can be given: open to them, not close to their own sessions, at no odder hour than now.
    `weekday`: nor on a weekday that is not theirs, where what they give up lies on one that is.
    """
    if one.piece or one.therapist != holder.person.therapist:
        return None
    emptied = sight.changed(holder.without(one))
    rivals = [
        other for other in sight.clients.values()
        if other.tier < holder.tier and other.person.therapist == one.therapist and other.displaced
    ]  # fmt: skip
    found = [
        better for other in rivals if (better := _better(emptied, other, one, weekday=weekday)) is not None
    ]
    best = max(found, key=lambda better: (better.days, better.client), default=None)
    return best if best is not None and best.days >= days else None


def _better(sight: Sight, other: Client, one: Given, *, weekday: bool) -> Better | None:
    before, gains = taken_off(other), []
    for original in other.displaced:
        limits = sight.displacing(other, original)
        had = [this for this in other.given if this.original == original]
        rest = other
        for this in had:
            rest = rest.without(this)
        if limits is None or not limits.owes(original) or len(rest.meetings) >= limits.makeups_a_client:
            continue
        if weekday and had and _usual(other, one.start) < min(_usual(other, this.start) for this in had):
            continue
        wished = Given(other.person.id, original, one.start, other.person.minutes, one.therapist)
        if _may(rest, had, wished) and fits(sight.changed(rest), rest, original, one.start):
            having = rest.having(wished)
            if all(gain(having, this) >= _least(other) for this in having.meetings):
                gains.append(taken_off(having) - before)
    return Better(other.person.id, max(gains)) if gains else None


def _usual(client: Client, start: datetime) -> bool:
    """On a weekday of theirs."""
    return start.weekday() in {day for day, _ in client.person.places}


def _least(client: Client) -> float:
    """What each make-up of theirs takes off at least: one more beside which another is of no use serves nobody."""
    return _CRISIS if client.tier == CRISIS else min(_WORTH, _WORTH * client.person.interval / 7)


def _may(rest: Client, had: list[Given], wished: Given) -> bool:
    """Sound for the client: apart from their own sessions; where they have a time already, at no odder an hour."""
    least = _CRISIS if rest.tier == CRISIS else min(4.0, _CLOSE * rest.person.interval / 7)
    own = (*rest.kept, *(this.start for this in rest.meetings))
    if any(abs(wished.start - start) / _DAY < least for start in own):
        return False
    child = in_school(rest, wished.start)
    if child or not had:
        return not child
    now = min(shift(rest, this.start) for this in had)
    return shift(rest, wished.start) <= now + _EVEN or (
        shift(rest, wished.start) < ODD and welcome(rest, wished.start)
    )
