"""The number of a pass, written where a restored store will find it before anything leaves (I22)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from syncd.core.model import Event, EventDraft, Marker, MarkerRole
from syncd.core.model.actions import Action, CancelOriginal, DeleteEvent, PutEvent, RestoreOriginal, SendMail
from syncd.core.model.effects import STAMP, EffectKey
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.time.spans import span_of


def stamps(snapshot: Snapshot, actions: Sequence[Action], after: int) -> tuple[PutEvent, ...]:
    """A write to one plan event of each therapist for whom something is done that leaves no number in a calendar.

    They come before `actions`, under the highest numbers of the pass. Where no plan event stands, the state
    directory and the evidence mailbox are all that tells.
    """
    number = max((after, *(one.number for one in actions)))
    written = {one.key.subject for one in actions if isinstance(one, PutEvent | DeleteEvent)}
    events: dict[str, Event] = {}
    for therapist in _concerned(snapshot, actions):
        found = next(_plans(snapshot, therapist, written), None)
        if found is not None:
            events[found.uid] = found
    return tuple(_stamp(event, number + place) for place, event in enumerate(events.values(), start=1))


def _concerned(snapshot: Snapshot, actions: Iterable[Action]) -> tuple[Therapist, ...]:
    named: set[str] = set()
    for one in actions:
        match one:
            case PutEvent():
                continue
            case SendMail(therapist=therapist):
                named.add(therapist)
            case DeleteEvent(calendar=calendar):
                named |= _whose(snapshot, calendar)
            case CancelOriginal(ref=ref) | RestoreOriginal(ref=ref):
                named |= _whose(snapshot, ref.calendar)
    return tuple(one for one in snapshot.therapists if one.id in named)


def _whose(snapshot: Snapshot, calendar: str) -> set[str]:
    return {one.id for one in snapshot.therapists if one.calendar == calendar}


def _plans(snapshot: Snapshot, therapist: Therapist, written: set[str]) -> Iterator[Event]:
    """Plan events that this pass neither writes nor removes: own before a colleague's, the next first."""
    mine = {therapist.calendar, therapist.plan_calendar}
    found = (
        event
        for event in snapshot.ours.values()
        if event.marker is not None
        and event.marker.role is MarkerRole.PLAN
        and event.calendar in snapshot.fresh
        and event.uid not in written
        and span_of(event.when, therapist.zone).end > snapshot.now
    )
    yield from sorted(
        found, key=lambda one: (one.calendar not in mine, span_of(one.when, therapist.zone), one.uid)
    )


def _stamp(event: Event, number: int) -> PutEvent:
    """The event as it stands, under another number."""
    draft = EventDraft(
        uid=event.uid,
        when=event.when,
        title=event.title,
        description=event.description,
        status=event.status,
        marker=replace(event.marker, number=number) if event.marker else Marker("", event.uid),
        transparency=event.transparency,
        location=event.location,
        sequence=event.sequence,
    )
    key = EffectKey(event.uid, str(number), STAMP)
    return PutEvent(key, event.calendar, draft, event.etag, number=number)
