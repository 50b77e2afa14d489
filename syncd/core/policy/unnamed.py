"""Whom the settings name no more while offers ahead stand with them: those offers freeze, everybody else goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from syncd.core.model import LIVE, Client, Offer, OfferState
from syncd.core.model.snapshot import Aside, Missing, Snapshot

AHEAD = LIVE | {OfferState.UNANSWERED, OfferState.SETTLED}


@dataclass(frozen=True, slots=True)
class Concerned:
    """A client whose times nobody sees to: `known` as the roster has them, None where it names them no more."""

    id: str
    starts: tuple[datetime, ...]
    known: Client | None
    initials: str = ""  # as the roster has, or had, them; "" where nobody knows


def without_unnamed(snapshot: Snapshot) -> Snapshot:
    """The snapshot with these set aside: clients, therapists, and clients with a time in a calendar that is gone.

    Whose therapist is gone is set aside with them; a client of somebody else whom a colleague who is gone, or in a
    calendar that is gone, was to see, is set aside alone.
    """
    therapists: dict[str, Missing] = {}
    clients: dict[str, Missing] = {}
    for offer in offers_ahead(snapshot):
        owner, missing = owner_of(offer, snapshot), missing_of(offer, snapshot)
        if owner not in snapshot.therapist:
            therapists[owner] = Missing.THERAPIST
        elif missing is not None:
            clients[offer.client] = missing
    if not (therapists or clients):
        return snapshot
    named = {**clients, **therapists}
    return snapshot.setting_aside(Aside(frozenset(therapists), frozenset(clients), unnamed=named))


def offers_ahead(snapshot: Snapshot) -> Iterator[Offer]:
    """Offers ahead that stand in a calendar, or are about to."""
    return (one for one in snapshot.offers if one.state in AHEAD and one.span.end > snapshot.now)


def concerned(snapshot: Snapshot, offers: Iterable[Offer]) -> tuple[Concerned, ...]:
    """Whose these offers are, by id, each with the beginnings of theirs."""
    starts: dict[str, set[datetime]] = {}
    for one in offers:
        starts.setdefault(one.client, set()).add(one.span.start)
    return tuple(
        Concerned(who, tuple(sorted(starts[who])), snapshot.client.get(who), _short(who, snapshot))
        for who in sorted(starts)
    )


def _short(client: str, snapshot: Snapshot) -> str:
    short = snapshot.short(client)
    return short if short != client else ""


def owner_of(offer: Offer, snapshot: Snapshot) -> str:
    """Id of the therapist whose session it is for."""
    row = snapshot.conflict.get(offer.conflict)
    return row.therapist if row is not None else offer.therapist


def missing_of(offer: Offer, snapshot: Snapshot) -> Missing | None:
    """What of this offer the settings name no more; None where they name all of it."""
    therapist = snapshot.therapist.get(offer.therapist)
    if owner_of(offer, snapshot) not in snapshot.therapist:
        return Missing.THERAPIST
    if offer.client not in snapshot.client:
        return Missing.CLIENT
    if therapist is None:
        return Missing.THERAPIST
    return Missing.CALENDAR if therapist.calendar != offer.calendar else None
