"""Calendars that nothing is written to for now: their account is silent, or what stands there is not understood."""

from __future__ import annotations

from collections.abc import Iterable

from syncd.core.model import Event
from syncd.core.snapshot import Snapshot


def stopped(snapshot: Snapshot) -> dict[str, str]:
    """Therapists in whose calendars nothing is done for now, and why (DESIGN §5 Identity).

    Marked objects of another instance, or that the store does not know: it was restored, lost or doubled.
    """
    known = {offer.uid for offer in snapshot.offers}
    strange = tuple(event for event in snapshot.ours.values() if _strange(event, snapshot, known))
    return {
        therapist.id: "the calendar holds entries of a syncd that this store does not know: run `syncd adopt`"
        for therapist in snapshot.therapists
        if any(event.calendar == therapist.calendar for event in strange)
    }


def _strange(event: Event, snapshot: Snapshot, known: Iterable[str]) -> bool:
    marker = event.marker
    if marker is None:
        return False
    return marker.instance != snapshot.instance or (marker.role == "offer" and event.uid not in known)


def reachable(snapshot: Snapshot) -> frozenset[str]:
    """The therapists into whose calendars a colleague's client may be booked: read in this pass, and understood."""
    halted = stopped(snapshot)
    return frozenset(
        one.id for one in snapshot.therapists if one.calendar in snapshot.fresh and one.id not in halted
    )
