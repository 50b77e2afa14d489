"""What the offers made for a displaced session mean for it: open, settled or closed, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model import (
    LEFT_PRACTICE,
    MAKEUP,
    Client,
    Conflict,
    ConflictState,
    LeaveBlock,
    Offer,
    OfferKind,
    OfferState,
    OriginalState,
    Session,
)
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import Policy
from syncd.core.model.snapshot import Snapshot
from syncd.core.reading.vanished_leave import unsure_over
from syncd.core.time.spans import Span, day_span, local_date

TOO_NEAR = timedelta(hours=48)  # for an agreed time that was moved to wait for what may be a slip
MOVED = "the therapist moved the session"
FINAL = frozenset({ConflictState.SETTLED, ConflictState.CLOSED})
ONLY_MACHINES = "only machines answered"
MACHINES = 2  # times that machines may decline for one session before a person has to ask

AROUND_A_CALL = timedelta(hours=1)
NOES = 2  # to hours of one day: it is the day that does not suit
VETOES = 2  # holds deleted for one client in one absence: no make-up for them


def settle_conflict(
    row: Conflict,
    offers: tuple[Offer, ...],
    client: Client | None,
    policy: Policy,
    *,
    nothing_offered: bool = False,
    unwilling: bool = False,
) -> Conflict:
    """What the offers made so far mean for their conflict; a function of them, so it can be read off at any time.

    `unwilling`: the therapist deleted two holds for this client, be they for several sessions.
    """
    if not row.displaced:
        return row
    if row.extra or row.kept or any(offer.state in MAKEUP for offer in offers):
        return replace(row, state=ConflictState.SETTLED, reason="")
    if row.reason == LEFT_PRACTICE:
        return replace(row, state=ConflictState.CLOSED)
    reason = "the therapist deleted two holds" if unwilling else _closed_because(row, offers, client, policy)
    if nothing_offered and any(offer.sent for offer in offers):
        reason = "the therapist offers nothing for this leave any more"
    if any(offer.proposed and (offer.live or offer.state is OfferState.PROPOSED) for offer in offers):
        reason = ""  # the client asked for another time, and nobody has said no
    if reason:
        return replace(row, state=ConflictState.CLOSED, reason=reason)
    return replace(row, state=ConflictState.OPEN, reason="")


def _closed_because(row: Conflict, offers: tuple[Offer, ...], client: Client | None, policy: Policy) -> str:
    """What a colleague deletes says that they will not cover, and nothing of what the therapist may still offer."""
    limit = policy.eligibility.max_offers
    if client is not None and client.max_offers is not None:
        limit = client.max_offers
    offers = tuple(_without_open_choices(offers))
    own = tuple(offer for offer in offers if offer.therapist == row.therapist)
    if any(offer.sent and offer.reason == Ending.THERAPIST for offer in own):
        return "the therapist took the invitation back"
    if any(offer.sent and offer.reason == Ending.VANISHED for offer in own):
        return "the entry of its invitation has gone, by whom nobody knows"
    if any(offer.reason == Ending.UNMAILED for offer in own):
        return "they said no in person, and no mail was to follow"
    silent = [offer for offer in offers if offer.reason == Ending.SILENCE]
    if silent:
        wrote = silent[-1].frozen
        return "the time passed while words waited" if wrote else "nobody answered in time"
    declined = [offer for offer in offers if offer.state in {OfferState.DECLINED, OfferState.CANCELLED}]
    people = {offer.suggestion for offer in declined if offer.reason != Ending.MACHINE}
    if len(people) >= limit:
        return "all offers were declined"
    if len({offer.suggestion for offer in declined} - people) >= MACHINES:
        return ONLY_MACHINES
    return ""


def _without_open_choices(offers: Iterable[Offer]) -> Iterator[Offer]:
    """Those that say what came of what was suggested: not while another of the same suggestion may be taken."""
    known = tuple(offers)
    waiting = {offer.suggestion for offer in known if offer.kept}
    return (offer for offer in known if offer.kept or offer.suggestion not in waiting)


def refused(offers: Iterable[Offer], zone: ZoneInfo, *, by_day: bool) -> tuple[Span, ...]:
    """Times the client declined: not offered again. With `by_day` so is a whole day of which they declined two hours:
    a third would ask once more what was answered.
    """
    known = tuple(offers)
    ended = (one for one in known if one.state in {OfferState.DECLINED, OfferState.CANCELLED})
    noes = Counter(local_date(one.span.start, zone) for one in known if by_day and said_no(one))
    days = (day_span(day, zone) for day, times in noes.items() if times >= NOES)
    return (*map(around, ended), *days)


def said_no(offer: Offer) -> bool:
    """True where a person declined another hour with their own therapist: a call, or a colleague's time, is no hour."""
    ended = offer.state in {OfferState.DECLINED, OfferState.CANCELLED}
    return ended and offer.kind is OfferKind.MOVE and offer.reason != Ending.MACHINE


def around(offer: Offer) -> Span:
    """The time that a no to this offer means: of a call, which fits in anywhere, the hour before and after, too."""
    return offer.span.padded(AROUND_A_CALL) if offer.kind is OfferKind.CALL else offer.span


def knows_it_is_off(conflict: Conflict, snapshot: Snapshot) -> bool:
    """True where its client was told, in this life, that it does not take place."""
    made = snapshot.offers_of.get(conflict.id, ())
    return conflict.noticed_at is not None or any(one.sent and one.number > conflict.bygone for one in made)


def undecided(conflict: Conflict, offers: Iterable[Offer], blocks: Iterable[LeaveBlock]) -> bool:
    """True while it is not clear what holds for a session: nothing about it leaves."""
    gone = conflict.missing_at or conflict.extra_missing_at
    open_ones = (one for one in offers if not one.over)  # what ended otherwise is missed by nobody
    missing = gone is not None or any(one.missing_at or one.contested_at for one in open_ones)
    held = conflict.kept or unsure_over(conflict.span, blocks)
    return missing or (conflict.displaced and held)


def with_original_back(row: Conflict) -> Conflict:
    """The row; an original that stands although we cancelled it came back by another hand."""
    if row.original is OriginalState.IN_PLACE:
        return row
    return replace(row, original=OriginalState.IN_PLACE, pre_image="", revived=row.revived + 1)


def stands_by_hand(conflict: Conflict, here: Session | None) -> bool:
    """True for a session that stands although we cancelled it, or that `#keep` keeps: not for leave that is gone."""
    if conflict.kept or here is None or conflict.state is not ConflictState.HEALED:
        return conflict.kept
    return conflict.original is OriginalState.IN_PLACE and (here.keep or conflict.revived > 0)


def cannot_wait(conflict: Conflict, offer: Offer, now: datetime) -> bool:
    """True for an agreed time that was moved, and is near, or was; or whose original is off anyhow.

    Else it waits until leave that vanished is known to be gone: an invitation speaks of the original as off.
    """
    if offer.told is None or offer.told == offer.span:
        return False
    near = min(offer.span, offer.told).start <= now + TOO_NEAR
    return near or conflict.original is OriginalState.CANCELLED
