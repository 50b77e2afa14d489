"""Made-up people and times that the core's tests share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model import Client, Conflict, OccurrenceRef, Offer, OfferState, conflict_id
from syncd.core.model.practice import Practice, Therapist
from syncd.core.time.hours import ClockRange, WeeklyHours
from syncd.core.time.spans import Span

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = "home/Practice"
NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)  # a Monday
WORKDAY = (ClockRange(9 * 60, 13 * 60), ClockRange(14 * 60, 18 * 60))
HOURS = WeeklyHours(week=(WORKDAY,) * 5 + ((), ()))


def at(days: int, hour: int, minutes: int = 50) -> Span:
    """A span `days` after NOW's day at an hour in Berlin."""
    day = (NOW + timedelta(days=days)).date()
    start = datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)
    return Span(start, start.astimezone(UTC) + timedelta(minutes=minutes))


def dana() -> Therapist:
    """The one therapist."""
    return Therapist(
        id="dana",
        name="Dana Okafor",
        email="dana@example.org",
        zone=BERLIN,
        hours=HOURS,
        calendar=CALENDAR,
        addresses=("dana@example.org",),
    )


def practice() -> Practice:
    """Her practice."""
    return Practice(name="Maple Street", zone=BERLIN, phone="+49 30 1234", email="office@example.org")


def ada() -> Client:
    """A client with an address."""
    return Client(id="c1", name="Ada Brandt", email="ada@example.org", initials="AB", therapists=("dana",))


def conflict(span: Span | None = None, client: str = "c1", uid: str = "s1") -> Conflict:
    """A displaced session."""
    return Conflict(
        id=conflict_id("dana", uid, ""),
        therapist="dana",
        client=client,
        ref=OccurrenceRef(CALENDAR, uid),
        span=span or at(21, 10),
        absence="away",
        seen_at=NOW,
    )


def offer(state: OfferState = OfferState.HELD, span: Span | None = None, number: int = 1) -> Offer:
    """An offer for that session; sent where its state says so."""
    sent = state not in {OfferState.PLANNED, OfferState.HELD, OfferState.VETOED}
    return Offer(
        uid=f"offer{number}",
        conflict=conflict().id,
        number=number,
        therapist="dana",
        client="c1",
        calendar=CALENDAR,
        span=span or at(16, 15),
        state=state,
        planned_at=NOW,
        invited_at=NOW if sent else None,
        due=NOW + timedelta(days=7) if sent else None,
    )
