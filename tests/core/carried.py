"""One displaced session whose offer the calendar server carries, as a pass sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from syncd.core.decide import Decision, decide
from syncd.core.model import (
    Attendee,
    Delivery,
    Event,
    EventStatus,
    Marker,
    Offer,
    OfferState,
    PartStat,
    Transparency,
)
from syncd.core.model.effects import EffectKey, EffectState
from syncd.core.model.messages.intents import Intent, Write
from syncd.core.model.snapshot import Snapshot
from syncd.core.time.spans import AllDay, Span
from tests.core.people import CALENDAR, NOW, ada, at, conflict, dana, offer, practice

LEAVE = Event(CALENDAR, "leave", AllDay(date(2026, 7, 6), date(2026, 7, 11)), title="Vacation #send #ok")
SESSION = Event(CALENDAR, "s1", at(21, 10), attendees=(Attendee(ada().email),), etag="s")


def carried(state: OfferState, delivery: Delivery = Delivery.GOOGLE, span: Span | None = None) -> Offer:
    """Ada's offer; asked where it was sent."""
    made = offer(state, span)
    return replace(made, delivery=delivery, asked=made.sent)


def entry(
    answer: PartStat | None = None,
    span: Span | None = None,
    title: str = "Appointment with Dana Okafor",
    comment: str = "",
) -> Event:
    """Our object for it; with an answer the client is on it."""
    client = () if answer is None else (Attendee(ada().email, answer, comment=comment),)
    return Event(
        CALENDAR,
        "offer1",
        span or at(16, 15),
        title=title,
        status=EventStatus.TENTATIVE,
        transparency=Transparency.OPAQUE,
        attendees=client,
        marker=Marker("i1", "offer1"),
        etag="e",
    )


def seen(made: Offer, event: Event | None, *, now: datetime = NOW, leave: bool = True) -> Snapshot:
    """What a pass reads."""
    events = (SESSION, *((LEAVE,) if leave else ()), *((event,) if event else ()))
    return Snapshot(
        now=now,
        instance="i1",
        practice=practice(),
        therapists=(dana(),),
        clients=(ada(),),
        events=events,
        fresh=frozenset({CALENDAR}),
        conflicts=(replace(conflict(), etag="s"),),
        offers=(made,),
        delivery={"dana": made.delivery},
    )


def decided(snapshot: Snapshot, done: Iterable[EffectKey] = ()) -> Decision:
    """What the pass decides; nothing new is planned."""
    keys = dict.fromkeys(done, EffectState.DONE)
    return decide(replace(snapshot, keys=keys), lambda _: None, iter(()))


def about(decision: Decision) -> list[Intent]:
    """What is to happen to the offer's own object, or be said of it to its client."""
    mine = (one for one in decision.intents if one.key.subject == "offer1")
    return [one for one in mine if not isinstance(one, Write)]
