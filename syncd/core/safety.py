"""Calendars that nothing is written to for now: their account is silent, or what stands there is not understood."""

from __future__ import annotations

from syncd.core.snapshot import Snapshot


def reachable(snapshot: Snapshot) -> frozenset[str]:
    """The therapists into whose calendars a colleague's client may be booked: read in this pass, and understood."""
    return frozenset(
        one.id
        for one in snapshot.therapists
        if one.calendar in snapshot.fresh and one.id not in snapshot.stopped
    )
