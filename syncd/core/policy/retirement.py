"""Who left the practice: what stands with them, whom to call about it, and the rows once a person has seen to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from syncd.core.model import LEFT_PRACTICE, Conflict, ConflictState, Offer, OfferState
from syncd.core.model.effects import EffectKey, EffectState
from syncd.core.model.offer_facts import Ending
from syncd.core.model.snapshot import Missing, Snapshot
from syncd.core.policy.unnamed import AHEAD, missing_of, owner_of

STANDS = AHEAD | {OfferState.PROPOSED}


@dataclass(frozen=True, slots=True)
class Left:
    """A time or displaced session ahead, of one client with somebody. `row` None: the session is not known any more.

    `missing` is what of it the settings name no more, None where they name all.
    """

    client: str
    row: Conflict | None
    offer: Offer | None
    missing: Missing | None

    @property
    def told(self) -> bool:
        """True where the client has heard anything that will not come true by itself."""
        heard = self.row is not None and (self.row.noticed_at or self.row.promised_at) is not None
        asked = self.offer is not None and (self.offer.sent or self.offer.agreed or self.offer.proposed)
        return heard or asked

    @property
    def starts(self) -> datetime:
        """By what they are put in order: the time that is offered, else the session's own."""
        spans = [one.span.start for one in (self.offer, self.row) if one is not None]
        return spans[0]


@dataclass(frozen=True, slots=True)
class Retirement:
    """What a yes to `syncd retire` changes: rows, and recorded effects that nobody wants any more."""

    offers: tuple[Offer, ...]
    conflicts: tuple[Conflict, ...]
    dropped: tuple[EffectKey, ...]


def standing_with(snapshot: Snapshot, who: str) -> tuple[Left, ...]:
    """Everything ahead with a therapist, or of a client, by their id; in order of time.

    Displaced sessions without a time count while they are ahead, or their client was promised another time; not those
    of a client who is gone, whom nobody will see.
    """
    found = list(_times(snapshot, who))
    known = {one.row.id for one in found if one.row is not None}
    found += [one for one in _waiting(snapshot, who) if one.row is not None and one.row.id not in known]
    return tuple(sorted(found, key=lambda one: (one.starts, one.client)))


def retired(snapshot: Snapshot, those: Iterable[Left]) -> Retirement:
    """The rows once a person has told whoever had to be told. Whatever is named still stays as it is.

    An offer stays as a tombstone, with its UID and the number of its last message: taken back, and said in person.
    """
    gone = [one for one in those if one.missing is not None]
    offers = tuple(_over(one.offer) for one in gone if one.offer is not None)
    rows = {one.row.id: one.row for one in gone if one.row is not None and one.row.displaced}
    left = [row for row in rows.values() if _nobody_named(row, snapshot)]
    closed = tuple(
        replace(row, state=ConflictState.CLOSED, reason=LEFT_PRACTICE, promised_at=None) for row in left
    )
    subjects = {one.uid for one in offers} | {row.id for row in closed}
    dropped = (
        row.key for row in snapshot.effects if row.key.subject in subjects and row.state is EffectState.READY
    )
    return Retirement(offers, closed, tuple(dropped))


def _nobody_named(row: Conflict, snapshot: Snapshot) -> bool:
    return row.therapist not in snapshot.therapist or row.client not in snapshot.client


def _times(snapshot: Snapshot, who: str) -> Iterator[Left]:
    for offer in snapshot.offers:
        if offer.state not in STANDS or offer.span.end <= snapshot.now:
            continue
        if who in {offer.client, offer.therapist, owner_of(offer, snapshot)}:
            row = snapshot.conflict.get(offer.conflict)
            yield Left(offer.client, row, offer, missing_of(offer, snapshot))


def _waiting(snapshot: Snapshot, who: str) -> Iterator[Left]:
    for row in snapshot.conflicts:
        ahead = row.span.start > snapshot.now or row.promised_at is not None
        if (
            who not in {row.client, row.therapist}
            or not (row.displaced and ahead)
            or row.reason == LEFT_PRACTICE
        ):
            continue
        gone = row.therapist not in snapshot.therapist
        if gone or row.client in snapshot.client:
            yield Left(row.client, row, None, Missing.THERAPIST if gone else None)


def _over(offer: Offer) -> Offer:
    return replace(offer, state=OfferState.WITHDRAWN, reason=Ending.TOLD, agreed=False, frozen=False)
