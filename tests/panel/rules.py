"""What a panel of clinicians objects to in a make-up: each rule a function that says what it breaks, "" for nothing.

Judged from the calendar by hours and days on the wall clock. The numbers are the panel's, written down here anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.panel.exchange import outranks
from tests.panel.free import LONG_LEAVE, open_times, suits
from tests.panel.hour import ODD, in_school, never_before, shift, welcome
from tests.panel.sight import CRISIS, Client, Given, Sight
from tests.panel.stretches import gain

_DAY = timedelta(days=1)
_WORTH = 1.5  # days off a stretch, for clients who come weekly or more rarely
_NEAR = 2.0  # days between a make-up and a weekly client's own session
_FARTHEST = 4.0  # however rarely somebody comes
NEXT_DAY = 0.75  # from one day to the next: somebody in crisis may be seen so
_MOST = 0.75  # of its relief, that a nearer time must have to be the better one


def little_gain(sight: Sight, client: Client, one: Given) -> str:
    """Takes less than a day and a half off the client's longest stretch (in proportion where they come more often)."""
    wanted = NEXT_DAY if client.tier == CRISIS else min(_WORTH, _WORTH * client.person.interval / 7)
    found = gain(client, one)
    return f"takes {found:.1f} days off" if found < wanted else ""


def near_own(sight: Sight, client: Client, one: Given) -> str:
    """Lies under 48 hours from the client's own usual session (in proportion for others, four days at most)."""
    least = NEXT_DAY if client.tier == CRISIS else min(_FARTHEST, _NEAR * client.person.interval / 7)
    apart = min((abs(one.start - own) / _DAY for own in client.kept), default=least)
    return f"{24 * apart:.0f} hours from their own session" if apart < least else ""


def three_in_nine(sight: Sight, client: Client, one: Given) -> str:
    """Makes three sessions in nine days for somebody who comes weekly and is not in crisis."""
    if not 6 <= client.person.interval <= 8 or client.tier == CRISIS:
        return ""
    days = sorted(start.date() for start in (*client.kept, *(this.start for this in client.meetings)))
    threes = zip(days, days[1:], days[2:], strict=False)
    close = [three for three in threes if one.start.date() in three and (three[2] - three[0]).days <= 8]
    return f"three sessions from {close[0][0]} to {close[0][2]}" if close else ""


def odd_hour(sight: Sight, client: Client, one: Given) -> str:
    """Three hours or more away, or in school: a nearer one was free, or their past or windows speak against it."""
    if not suits(client, one.start):
        return "outside the client's windows"
    school = in_school(client, one.start)
    if school and never_before(client):
        return "a child in school, who always came in the afternoon"
    if not school and (shift(client, one.start) < ODD or welcome(client, one.start)):
        return ""
    nearer = _nearer(sight, client, one)
    return (
        f"{shift(client, one.start) / 60:.1f} hours from their hour; {nearer:%a %d %b %H:%M} was free"
        if nearer
        else ""
    )


def _nearer(sight: Sight, client: Client, one: Given) -> datetime | None:
    """A time near the client's hour with most of the relief, free while everybody else keeps theirs.

    It relieves the same wait: one between other sessions of theirs leaves that wait as it is.
    """
    rest = client.without(one)
    wanted, wait = _MOST * gain(client, one), _wait(client, one.start)
    for start in open_times(sight.changed(rest), rest, one.original):
        other = Given(one.client, one.original, start, one.minutes, one.therapist)
        if (
            shift(client, start) < ODD
            and _wait(client, start) == wait
            and gain(rest.having(other), other) >= wanted
            and sound(sight, rest, other)
        ):
            return start
    return None


def _wait(client: Client, start: datetime) -> int:
    """Which of the waits between sessions that take place a time lies in."""
    return sum(own < start for own in client.kept)


def sound(sight: Sight, rest: Client, other: Given) -> bool:
    """True for a make-up that, beside the client's others, breaks no rule about days, nor school hours."""
    made = rest.having(other)
    rules = (little_gain, near_own, three_in_nine, before_long, wrong_day)
    return not (in_school(rest, other.start) or any(judge(sight, made, other) for judge in rules))


def outranked(sight: Sight, client: Client, one: Given) -> str:
    """A client of a lower tier holds the time that would serve a higher one by a day and a half more."""
    found = outranks(sight, client, one, _WORTH)
    return f"would take {found.days:.1f} days more off for {found.client}" if found else ""


def before_long(sight: Sight, client: Client, one: Given) -> str:
    """Exposure work in the last week before three weeks away."""
    if not client.person.exposure:
        return ""
    ahead = [
        leave for leave in sight.desk[client.person.therapist].leaves
        if leave.days >= LONG_LEAVE and timedelta(0) <= leave.begin - one.start < timedelta(days=7)
    ]  # fmt: skip
    return f"{(ahead[0].begin - one.start) / _DAY:.0f} days before three weeks away" if ahead else ""


def wrong_day(sight: Sight, client: Client, one: Given) -> str:
    """On 24 or 31 December, or after the agreed last session, unless it is that one that is saved."""
    if one.start.month == 12 and one.start.day in {24, 31}:
        return f"{one.start:%d %B}"
    until = client.person.until
    ended = until is not None and one.start.date() > until and client.last_agreed is None
    return "after the agreed last session" if ended else ""


@dataclass(frozen=True)
class Rule:
    """A rule by name; `of_hour`: it is about the hour of day."""

    name: str
    judge: Callable[[Sight, Client, Given], str]
    of_hour: bool = False

    @property
    def sentence(self) -> str:
        """What it says."""
        return (self.judge.__doc__ or "").strip()


RULES = (
    Rule("little gain", little_gain),
    Rule("near own session", near_own),
    Rule("three in nine days", three_in_nine),
    Rule("odd hour", odd_hour, of_hour=True),
    Rule("outranked", outranked),
    Rule("exposure before a long leave", before_long),
    Rule("wrong day", wrong_day),
)
