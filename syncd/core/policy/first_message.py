"""When a first message may leave the house: settle, invite ahead, tell first. Quiet hours are asked beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model import Session
from syncd.core.model.practice import Timing
from syncd.core.time.spans import shifted

URGENT = timedelta(hours=24)
URGENT_SETTLE = timedelta(minutes=5)
TELL_FIRST_BEYOND = timedelta(days=21)
AFTER_SESSION = timedelta(hours=2)
SAME_DAY = timedelta(hours=12)  # of long leave nobody reads in the morning whom they see that day
CRISIS_IN_PERSON = timedelta(hours=24)
TWO_WEEKS = timedelta(days=11)  # from a Monday to the Friday of the week after, and not much less
WAVES_WITHIN = timedelta(days=7)  # nearer than this to the session no first message waits for others' answers

Wakes = Callable[[datetime], datetime]  # the first waking moment from this one on


@dataclass(frozen=True, slots=True)
class Gate:
    """The earliest instant at which a first message may leave, and what it waits for (for people)."""

    opens: datetime
    why: str

    def open(self, now: datetime) -> bool:
        """True when nothing is left to wait for."""
        return self.opens <= now


def at_once(moment: datetime) -> datetime:
    """Of whoever is awake at any hour."""
    return moment


def settle_for(timing: Timing, first_displaced: datetime, seen: datetime) -> timedelta:
    """How long the block must have stood unchanged: the policy's, or by how near the first session is."""
    if timing.settle is not None:
        return timing.settle
    ahead = first_displaced - seen
    if ahead <= URGENT:
        return URGENT_SETTLE
    return timedelta(minutes=30) if ahead <= timedelta(days=7) else timedelta(hours=24)


def urgent_message(timing: Timing, seen: datetime, first_displaced: datetime, send_now: bool) -> Gate:
    """The gate of the word that a session within 24 h does not take place.

    Settling that was to take longer, because the leave was seen earlier or the policy says so, is cut short.
    """
    wait = timedelta() if send_now else min(settle_for(timing, first_displaced, seen), URGENT_SETTLE)
    return Gate(seen + wait, "the leave settles" if wait else "")


def first_message(
    timing: Timing,
    seen: datetime,
    first_displaced: datetime,
    sessions: Iterable[Session],
    send_now: bool,
    away: timedelta = timedelta(0),
    told_from: datetime | None = None,
    *,
    zone: ZoneInfo,
    wakes: Wakes = at_once,
) -> Gate:
    """The gate of a client's first message about an absence, quiet hours and approval left aside.

    `seen` is when the leave last changed, `first_displaced` the start of the client's first displaced session,
    `sessions` the client's standing ones, `away` how long the therapist is away: of two weeks and more clients hear
    earlier; of leave that is handed over everybody does so `told_from` one moment on. It never opens while the client,
    who reads it as soon as `wakes` says, is in a session, of handed over leave not before it on that day either.
    `#send` (`send_now`) skips all of it.
    Days ahead are days on the clocks of `zone`.
    """
    ahead = timing.invite_ahead if away < TWO_WEEKS else max(timing.invite_ahead, timing.invite_ahead_long)
    gates = [Gate(seen, "")]
    if not send_now:
        gates.append(Gate(seen + settle_for(timing, first_displaced, seen), "the leave settles"))
        gates.append(Gate(told_from or shifted(first_displaced, -ahead, zone), "it is not yet near enough"))
        gates.extend(_told_in_person(timing, seen, first_displaced, sessions, zone))
    latest = max(gates, key=lambda gate: gate.opens)
    if send_now:
        return latest
    before = SAME_DAY if told_from else timedelta(0)
    return out_of_the_room(latest, first_displaced - URGENT, sessions, before, wakes)


def out_of_the_room(
    gate: Gate,
    latest: datetime,
    sessions: Iterable[Session],
    before: timedelta = timedelta(0),
    wakes: Wakes = at_once,
) -> Gate:
    """The same gate; 2 h after a session where the client, awake, would read it there or so long `before`.

    Weeks before a weekly session are sessions. There is no waiting past the `latest` moment.
    """
    read = wakes(gate.opens)
    for one in sorted(sessions, key=lambda one: one.span.start):
        after = one.span.end + AFTER_SESSION
        if one.span.start - before <= read < one.span.end and after <= latest:
            gate, read = Gate(after, "the client is in a session, and hears it there first"), wakes(after)
    return gate


def _told_in_person(
    timing: Timing, seen: datetime, first_displaced: datetime, sessions: Iterable[Session], zone: ZoneInfo
) -> Iterable[Gate]:
    """While more than 21 days remain: until 2 h after the next session, so that they hear it in the room."""
    latest = shifted(first_displaced, -TELL_FIRST_BEYOND, zone)
    ends = [session.span.end + AFTER_SESSION for session in sessions if session.span.start >= seen]
    if timing.tell_first and ends and seen < latest:
        yield Gate(min(*ends, latest), "the client hears it in the next session first")
