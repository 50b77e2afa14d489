"""A client's sessions that stand: when they meet their therapist next, and how an offer lies beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from syncd.core.model import Conflict, ConflictState, Offer, OfferKind, Session
from syncd.core.model.messages.mails import SAYS_DAYS, Instead
from syncd.core.model.practice import Therapist
from syncd.core.offers.extra_sessions import usual_start
from syncd.core.offers.lost_slot import side
from syncd.core.state.gates import PassState
from syncd.core.time.spans import Span, first_and_last_day


class Pair(NamedTuple):
    """A therapist and a client, by id."""

    therapist: str
    client: str


@dataclass(frozen=True, slots=True)
class Upcoming:
    """`next` is the first meeting ahead, agreed on or usual; `afterwards` the first usual one after the leave.

    `again`: they do not meet before the leave is over. `agreed` are further make-ups that stand.
    """

    therapist: Therapist
    next: Session | None
    afterwards: Session | None
    again: bool
    agreed: tuple[Session, ...] = ()


def upcoming(
    pass_state: PassState, conflict: Conflict, said: set[Span], *, names_days: bool = True
) -> Upcoming:
    """What stands ahead with the client's own therapist, what the message itself names (`said`) left aside.

    Where a session with a colleague fell through, their own therapist is meant. A message that does not name the days
    of the leave (`names_days` False) says nothing beyond a session of which its client has not been told yet.
    """
    row = pass_state.covered(conflict) or conflict
    pair = Pair(row.therapist, row.client)
    untold = () if names_days else _untold(pass_state, pair)
    first = min((one.span.start for one in untold), default=None)
    found = _ahead(pass_state, pair, said, row.id)
    ahead = tuple(one for one in found if first is None or one.span.start < first)
    away = pass_state.named_leave(row) if row.absence in pass_state.absence else None
    return _upcoming(pass_state.therapist(row), ahead, away)


def meets(pass_state: PassState, pair: Pair, away: Span | None) -> Upcoming:
    """The same for a client of whom nothing falls out; `away` is the leave that they hear of, None where it went."""
    return _upcoming(
        pass_state.snapshot.therapist[pair.therapist], tuple(_ahead(pass_state, pair, set())), away
    )


def _upcoming(therapist: Therapist, ahead: tuple[Session, ...], away: Span | None) -> Upcoming:
    usual = (one for one in ahead if one.usual and away and one.span.start >= away.end)
    first = next(iter(ahead), None)
    again = first is not None and (away is None or first.span.start >= away.end)
    agreed = tuple(one for one in ahead[1:] if one.offer)
    return Upcoming(therapist, first, next(usual, None), again, agreed)


def _ahead(pass_state: PassState, pair: Pair, said: set[Span], apart: str = "") -> Iterator[Session]:
    """In order of time, up to what may fall into leave of which this client may not hear yet, or that vanished.

    Without calls, where they do not see each other, and without what one of two has agreed to alone. `apart` is the
    conflict (id) that is spoken of.
    """
    mine = pass_state.sessions_of(pair.therapist, pair.client)
    unclear = [one.span for one in _theirs(pass_state, pair) if _unclear(pass_state, one, apart)]
    missed = pass_state.diaries[pair.therapist].missed(pass_state.now)
    unclear += [one.session.span for one in missed if one.session.client == pair.client]
    for one in sorted(mine, key=lambda one: one.span):
        if pass_state.perhaps_away(pair.therapist, one.span) or (unclear and one.span >= min(unclear)):
            return
        if one.span.start > pass_state.now and one.span not in said and not _no_meeting(pass_state, one):
            yield one


def _untold(pass_state: PassState, pair: Pair) -> Iterator[Conflict]:
    """The client's sessions ahead that fall out, and of which nobody has told them since they last heard otherwise."""
    for one in _theirs(pass_state, pair):
        ahead = one.displaced and not one.kept and one.span.start > pass_state.now
        if ahead and not pass_state.heard(one) and not pass_state.made_up(one):
            yield one


def _no_meeting(pass_state: PassState, one: Session) -> bool:
    """True for a call, and for a time to which one of the client's two addresses said yes and the other no."""
    offer = pass_state.offer.get(one.offer)
    return offer is not None and (offer.kind is OfferKind.CALL or offer.at_odds)


def _unclear(pass_state: PassState, one: Conflict, apart: str) -> bool:
    """True for another session whose leave vanished, or of whose leave its client may not hear yet; or that stands
    again, which another mail of this pass has to say first.
    """
    lost = one.displaced and one.id != apart and one.span.start > pass_state.now and not one.kept
    back = one in pass_state.coming_back and pass_state.heard(one)
    return pass_state.lifted(one) is not None or (lost and not pass_state.off(one)) or back


def _theirs(pass_state: PassState, pair: Pair) -> Iterator[Conflict]:
    mine = (pair.therapist, pair.client)
    return (one for one in pass_state.conflicts if (one.therapist, one.client) == mine)


def beside(pass_state: PassState, offer: Offer) -> str:
    """Where extra time lies: "before" or "after" a session of its client and therapist; "" where it touches none."""
    return side(offer, pass_state.sessions_of(offer.therapist, offer.client))


def shown_kind(pass_state: PassState, offer: Offer) -> OfferKind:
    """What it is called: extra time that was dragged away from the usual session is a time of its own."""
    moved = offer.kind is OfferKind.EXTEND and offer.pinned and not beside(pass_state, offer)
    return OfferKind.MOVE if moved else offer.kind


def usual_place(pass_state: PassState, therapist: str) -> str:
    """Where this therapist sees most of their clients; "" where their sessions do not say."""
    sessions = pass_state.diaries[therapist].sessions.sessions
    places = Counter(one.location for one in sessions if one.location)
    return min(places, key=lambda place: (-places[place], place), default="")


def moved_originals(pass_state: PassState, rows: Iterable[Conflict]) -> tuple[Instead, ...]:
    """The sessions that had been moved before leave took them, with the day by which their clients may know them.

    Not where more of the series moved by as much: then the new day is the usual one.
    """
    return tuple(
        Instead(Span(usual, usual + row.span.duration), row.known_as)
        for row in rows
        if (usual := usual_start(row.ref)) is not None and usual != row.known_as.start
        if not _moved_with_others(pass_state, row, row.known_as.start - usual)
    )


def _moved_with_others(pass_state: PassState, row: Conflict, shift: timedelta) -> bool:
    for one in pass_state.sessions_of(row.therapist, row.client):
        usual = usual_start(one.ref) if one.ref.uid == row.ref.uid and one.ref != row.ref else None
        if usual is not None and one.span.start - usual == shift:
            return True
    return False


def in_leave_that_went(pass_state: PassState, conflict: Conflict, slot: Span) -> bool:
    """True for a time on days of which its client may have read that the therapist is away, as a part of that leave,
    with sessions in it that stand again, has gone since.
    """
    absence = pass_state.absence.get(conflict.absence)
    if absence is None or pass_state.named_leave(conflict).overlaps(slot):
        return False
    mine = {
        row.id for row in pass_state.conflicts if (row.absence, row.client) == (absence.id, conflict.client)
    }
    about = (one for one in pass_state.snapshot.ledger if not mine.isdisjoint({one.conflict, *one.besides}))
    told = [one for one in about if one.client == conflict.client and one.key.kind in SAYS_DAYS]
    read = max((one for one in told if one.days), key=lambda one: one.at, default=None)
    if read is not None and read.days is not None:
        first, last = first_and_last_day(slot, pass_state.zone(conflict))
        return read.days[0] <= last and first <= read.days[1]
    heard = [one.at for one in told]
    if not heard or max(heard) >= pass_state.changed_at(absence):
        return False
    back = (row for row in pass_state.conflicts if row.absence == absence.id and row.seen_at <= max(heard))
    spans = (absence.remaining, *(row.span for row in back if row.state is ConflictState.HEALED))
    return Span(min(one.start for one in spans), max(one.end for one in spans)).overlaps(slot)
