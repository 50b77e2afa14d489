"""Values that the tests of the store put into it; all names and addresses are made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from syncd.core.model import (
    Attendee,
    CalendarObject,
    Conflict,
    Event,
    EventDraft,
    EventStatus,
    Marker,
    OccurrenceRef,
    Offer,
    OfferState,
)
from syncd.core.model.actions import DeleteEvent, Mail, PutEvent, SendMail
from syncd.core.model.effects import EffectKey, Sent
from syncd.core.time.spans import Span
from syncd.ports import CalendarState, MirrorChange

NOW = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
CALENDAR = "home/Practice"
HOUR = Span(NOW, NOW + timedelta(hours=1))


def key(subject: str = "offer1", version: str = "1", kind: str = "put") -> EffectKey:
    """An effect's key."""
    return EffectKey(subject, version, kind)


def conflict(ident: str = "c1", span: Span = HOUR) -> Conflict:
    """A displaced session."""
    return Conflict(
        ident, "dana", "AB", OccurrenceRef(CALENDAR, f"{ident}@example.org"), span, "absence1", NOW
    )


def offer(
    uid: str = "offer1", of: str = "c1", state: OfferState = OfferState.PLANNED, span: Span = HOUR
) -> Offer:
    """A proposal for that session."""
    return Offer(uid, of, 1, "dana", "AB", CALENDAR, span, state=state)


def delete(of: EffectKey | None = None, after: EffectKey | None = None, etag: str = "") -> DeleteEvent:
    """The shortest of actions."""
    return DeleteEvent(of or key(), CALENDAR, "offer1", etag, after)


def put(of: EffectKey | None = None, title: str = "Hold") -> PutEvent:
    """A write of one of our own objects."""
    draft = EventDraft("offer1", HOUR, title, "", EventStatus.TENTATIVE, Marker("instance", "offer1"))
    return PutEvent(of or key(), CALENDAR, draft)


def send(of: EffectKey | None = None, after: EffectKey | None = None) -> SendMail:
    """A frozen message."""
    mail = Mail(
        "<1@example.org>", "office@example.org", "ada@example.com", b"Subject: \xc3\xa4\r\n\r\n\x00\xff"
    )
    return SendMail(of or key(kind="request"), mail, offer="offer1", client="AB", asks=True, after=after)


def sent(of: EffectKey | None = None, message_id: str = "<1@example.org>") -> Sent:
    """A message that left."""
    return Sent(
        at=NOW,
        key=of or key(kind="request"),
        message_id=message_id,
        client="AB",
        therapist="dana",
        absence="absence1",
        conflict="c1",
        offer="offer1",
        sequence=1,
        asks=True,
    )


def stored(number: int = 1, etag: str = "e1", title: str = "Ada", occurrences: int = 1) -> CalendarObject:
    """An object of the mirror; with several occurrences, a weekly series."""
    uid = f"{number}@example.org"
    events = tuple(
        Event(
            calendar=CALENDAR,
            uid=uid,
            when=HOUR.moved_to(NOW + timedelta(days=7 * week, minutes=number)),
            recurrence_id=f"{NOW + timedelta(days=7 * week, minutes=number):%Y%m%dT%H%M%SZ}",
            title=title,
            attendees=(Attendee(f"client{number}@example.com"),),
            recurring=True,
        )
        for week in range(occurrences)
    )
    return CalendarObject(f"/cal/{number}.ics", etag, uid, events)


def read(
    *objects: CalendarObject, gone: tuple[str, ...] = (), cursor: str = "1", replace: bool = False
) -> MirrorChange:
    """What reading the calendar brought."""
    state = CalendarState(CALENDAR, cursor, NOW, NOW, HOUR, "lens")
    return MirrorChange(state, objects, gone, replace)
