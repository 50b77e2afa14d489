"""One displaced session as every report shows it: its rank, its offer, and why that slot or why none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from syncd.core.model import Absence, Client, Conflict, Offer
from syncd.core.model.unplaced import Unplaced
from syncd.core.planning.candidates import ranking_of
from syncd.core.planning.pass_request import full_request
from syncd.core.planning.placements import Placement, standing_sentence
from syncd.core.planning.plan import Plan
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.request import PlanRequest
from syncd.core.state import PassState
from syncd.core.state.outlook import choices_beside
from syncd.core.telling.session_status import status_of
from syncd.core.time.spans import Span


@dataclass(frozen=True, slots=True)
class Displacement:
    """A conflict with all that is known of it. `state` is the word of `status_of`.

    `offer` is the live one, or the one that became the make-up. `placement` and `unplaced` are what the last
    planning said of it: neither where nothing had to be planned.
    """

    ranked: Ranked
    state: str
    offer: Offer | None = None
    placement: Placement | None = None
    unplaced: Unplaced | None = None
    stands: str = (
        ""  # what a time that is not planned any more gives the client: sent, agreed, or put there by hand
    )
    said: str = ""  # why it has no slot, where only the words are left
    choices: tuple[Span, ...] = ()  # further times that are suggested with that of the offer

    @property
    def conflict(self) -> Conflict:
        """The displaced session."""
        return self.ranked.conflict

    @property
    def client(self) -> Client:
        """Whose session it is."""
        return self.ranked.client

    @property
    def why(self) -> str:
        """Why this slot, or why none, in one sentence; "" where nothing is known."""
        if self.offer is not None:
            return self.placement.sentence if self.placement else self.stands
        return self.unplaced.sentence if self.unplaced else self.said


def absences(pass_state: PassState) -> tuple[Absence, ...]:
    """All absences that are not over, in order of time."""
    every = (one for one in pass_state.absence.values() if one.span.end > pass_state.now)
    return tuple(sorted(every, key=lambda one: (one.span, one.therapist, one.id)))


def displaced_rows(pass_state: PassState) -> tuple[Conflict, ...]:
    """The sessions that these absences displace, in order of time; clients off the roster have theirs, too."""
    rows = (row for absence in absences(pass_state) for row in pass_state.displaced(absence))
    return tuple(sorted(rows, key=lambda row: (row.span, row.id)))


def displacements(pass_state: PassState, plan: Plan | None, absence: Absence) -> tuple[Displacement, ...]:
    """The displaced sessions of one absence in order of rank, which counts within the absence.

    Clients off the roster have no rank and are left out.
    """
    placed = {one.conflict: one for one in plan.placements} if plan else {}
    unplaced = {one.conflict: one for one in plan.unplaced} if plan else {}
    found = (
        _displacement(pass_state, one, placed.get(one.conflict.id), unplaced.get(one.conflict.id))
        for one in ranking_of(pass_state, pass_state.displaced(absence))
    )
    return tuple(_standing(pass_state, found, absence))


def _standing(
    pass_state: PassState, found: Iterable[Displacement], absence: Absence
) -> Iterator[Displacement]:
    """The same; what stands without being planned says what it gives the client."""
    request = None
    for one in found:
        if one.offer is None or one.placement is not None:
            yield one
            continue
        request = request or replace(full_request(pass_state), fixed=())
        (ranked,) = ranking_of(pass_state, (one.conflict,), one.offer)
        said = standing_sentence(_without(request, one.offer), one.offer, ranked, absence)
        yield replace(one, stands=said)


def _without(request: PlanRequest, made: Offer) -> PlanRequest:
    """As if this make-up were none of its client's own sessions, as it is once it is agreed on."""
    clients = (
        replace(one, sessions=tuple(span for span in one.sessions if span != made.span))
        if one.client.id == made.client
        else one
        for one in request.clients
    )
    return replace(request, clients=tuple(clients))


def _displacement(
    pass_state: PassState, ranked: Ranked, placement: Placement | None, unplaced: Unplaced | None
) -> Displacement:
    conflict = ranked.conflict
    offer = pass_state.live(conflict) or pass_state.makeup_of(conflict)
    fits = placement is not None and offer is not None and placement.span == offer.span
    return Displacement(
        ranked=ranked,
        state=status_of(pass_state, conflict) if offer is None or offer.live else offer.state.value,
        offer=offer,
        placement=placement if fits else None,
        unplaced=unplaced if offer is None else None,
        choices=choices_beside(pass_state, offer) if offer else (),
        said=found.sentence if (found := pass_state.unplaced.get(conflict.id)) else conflict.reason,
    )
