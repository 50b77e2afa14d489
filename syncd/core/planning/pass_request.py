"""From where things stand to what the planner is asked: ranked sessions, everybody's time, and what is fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta

from syncd.core.model import (
    MAKEUP,
    TIME_KEPT,
    UNSENT,
    Absence,
    Conflict,
    ConflictState,
    Delivery,
    Offer,
    OfferKind,
    OfferState,
    Slot,
)
from syncd.core.model.effects import names_times
from syncd.core.model.offer_facts import NOT_AGAIN, Ending
from syncd.core.offers.conflict_state import VETOES, around, refused
from syncd.core.planning.candidates import counted_on, just_left, ranking_of
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.request import Ask, Booked, ClientTime, Handover, PlanRequest, TherapistTime
from syncd.core.planning.slots import Occupied
from syncd.core.reading import excluded
from syncd.core.reading.diary import Diary
from syncd.core.reading.history import usual_load
from syncd.core.state import Standing
from syncd.core.state.outlook import closed, wanted
from syncd.core.time.spans import Span


def request_of(standing: Standing) -> PlanRequest | None:
    """What to plan now; None when every open conflict has its offer, so that nothing needs a planner."""
    open_rows = [row for row in standing.conflicts if plannable(standing, row)]
    if not open_rows or (not _leave_changed(standing) and all(_provided(standing, row) for row in open_rows)):
        return None
    return full_request(standing)


def _leave_changed(standing: Standing) -> bool:
    """True in the pass that first sees leave as it now is: its tags may ask for other times than those held."""
    return len(standing.seen) > len(standing.snapshot.seen)


def full_request(standing: Standing, verify: int = 0, about: frozenset[str] | None = None) -> PlanRequest:
    """Every open conflict, in the light of everything that stands.

    For people who read reasons, `verify` unplaced clients get their remedies checked: of all, or of these conflicts.
    """
    ranked = ranking_of(standing, (row for row in standing.conflicts if plannable(standing, row)))
    held = tuple(offer for offer in standing.offers if _movable(standing, offer))
    return PlanRequest(
        now=standing.now,
        asks=tuple(_ask(standing, absence, ranked) for absence in standing.absence.values()),
        therapists=tuple(_therapist_time(standing, diary) for diary in standing.diaries.values()),
        clients=_client_times(standing),
        fixed=tuple(_fixed(standing)),
        preferred=held,
        agreed=frozenset(one.uid for one in held if _counted_on(standing, standing.conflict[one.conflict])),
        rooms=standing.snapshot.practice.rooms,
        verify=verify,
        about=about,
        handovers=tuple(_handovers(standing)),
        tags=not standing.supposed,
    )


def _counted_on(standing: Standing, row: Conflict) -> bool:
    """True where the plan that holds a time had its yes, or the client was promised that one follows."""
    return standing.plan_agreed(row) or standing.promised(row)


def _handovers(standing: Standing) -> Iterator[Handover]:
    """Long leave with clients who may be covered for, each by the first session that is still ahead."""
    for absence in standing.absence.values():
        if absence.id not in standing.long or standing.in_doubt(absence):
            continue
        first: dict[str, Conflict] = {}
        for row in sorted(standing.displaced(absence), key=lambda one: (one.span, one.id)):
            if row.span.start > standing.now and not row.kept:
                first.setdefault(row.client, row)
        named = {client: one.id for client, one in standing.covers_named(absence.id).items()}
        rows = [row for row in first.values() if (who := standing.client(row)) and who.cover_ok]
        allowed = [row for row in rows if row.client in named or standing.policy(row).eligibility.cover]
        if allowed:
            yield Handover(
                absence,
                standing.policy(allowed[0]),
                ranking_of(standing, allowed),
                tuple(sorted(named.items())),
                standing.snapshot.practice.language,
            )


def plannable(standing: Standing, row: Conflict) -> bool:
    """An open conflict whose client still wants another time, leave that is certain, and no invitation or pinned hold
    of its own that will stand: who is about to lose theirs to leave is counted in before others get what is left.
    """
    if row.state is not ConflictState.OPEN or row.absence not in standing.absence:
        return False
    if not wanted(standing, row) or standing.client(row) is None or standing.doubtful(row):
        return False
    if closed(standing, row) or standing.spent(row) or standing.suspended(row):
        return False
    live = standing.live(row)
    waiting = any(offer.state in TIME_KEPT and not standing.falls(offer) for offer in standing.of(row))
    return not waiting and (live is None or _movable(standing, live) or standing.falls(live))


def _movable(standing: Standing, offer: Offer) -> bool:
    """Not sent, not pinned; a hold stays where its calendar does not answer, in leave that may be a slip, and where its
    session is over by now: nobody asks for that any more, and its time is still that client's. So does one that a
    person is to tell of.
    """
    silent = offer.state is OfferState.HELD and offer.calendar not in standing.snapshot.fresh
    row = standing.conflict.get(offer.conflict)
    left = row is None or standing.suspended(row)  # without one its session is set aside, or nobody's
    over = row is not None and row.span.start <= standing.now
    over = over or (row is not None and said_by_voice(standing, offer, row))
    kept = offer.sent or offer.pinned or offer.uid in standing.unspoken or standing.in_question(offer)
    return offer.state in UNSENT and not (kept or silent or left or over)


def said_by_voice(standing: Standing, offer: Offer, row: Conflict) -> bool:
    """True for a time that is held for whom no mail reaches, once a letter has asked to call about it, or it is under
    minimum notice: by a person they may have been promised it, be a yes due once more by then.

    Other tags on the leave ask for other times all the same; of what is `given_up` nobody was called.
    """
    client = standing.client(row)
    mailed = (
        client is not None
        and client.mailed
        and (standing.snapshot.mail or offer.delivery is not Delivery.IMIP)
    )
    if mailed or offer.span.start <= standing.now:
        return False
    near = offer.span.start - standing.now < standing.minimum_notice(row)
    named = _in_a_letter(standing, offer, row) and not standing.tagged_anew(row)
    return near or (named and offer.uid not in standing.given_up)


def _in_a_letter(standing: Standing, offer: Offer, row: Conflict) -> bool:
    """True once a letter that says which times are held has left since this one is; where nothing is mailed, any."""
    held, mail = offer.planned_at, standing.snapshot.mail
    sent = (one for one in standing.snapshot.ledger if held is not None and held <= one.at)
    return not mail or any(names_times(one.key, row.absence) for one in sent)


def yields(standing: Standing, offer: Offer) -> bool:
    """True for time whose client has not answered in time: it is kept for them until somebody needs it."""
    silent = (
        offer.state is OfferState.UNANSWERED and not offer.pinned and not offer.frozen and not offer.agreed
    )
    return silent and standing.snapshot.hears(offer)


def _provided(standing: Standing, row: Conflict) -> bool:
    """True with a live offer; one that waits to be written where a colleague's account does not answer is none."""
    offer = standing.live(row)
    if offer is None:
        return False
    elsewhere = offer.state is OfferState.PLANNED and offer.therapist != row.therapist
    return not elsewhere or offer.calendar in standing.snapshot.fresh


def _ask(standing: Standing, absence: Absence, ranked: tuple[Ranked, ...]) -> Ask:
    mine = tuple(one for one in ranked if one.conflict.absence == absence.id)
    any_row = next((one.conflict for one in mine), None)
    therapist = standing.snapshot.therapist[absence.therapist]
    rows = tuple(row for row in standing.conflicts if row.absence == absence.id)
    made = tuple(offer for row in rows for offer in standing.of(row))
    return Ask(
        absence=absence,
        policy=standing.policy(any_row) if any_row else therapist.policy,
        ranked=mine,
        excluded=excluded(absence.tags),
        sends_at={one.conflict.id: standing.sends_at(one.conflict) for one in mine},
        held_from={
            one.conflict.id: at
            for one in mine
            if standing.live(one.conflict) and (at := standing.held_from(one.conflict)) is not None
        },
        vetoed=tuple(Slot(one.therapist, one.span) for one in made if one.state is OfferState.VETOED),
        unwilling=frozenset(_unwilling(rows, made)),
        within={one.conflict.id: bounds for one in mine if (bounds := _bounds(standing, one.conflict))},
        calls=frozenset(one.conflict.id for one in mine if standing.called(one.conflict)),
        handed=frozenset(one.conflict.id for one in mine if _left_to_others(standing, one.conflict)),
        settled=sum(row.displaced for row in rows) - sum(one.conflict.displaced for one in mine),
    )


def _unwilling(rows: Iterable[Conflict], made: Iterable[Offer]) -> Iterator[tuple[str, str]]:
    """Who deleted two holds for one client, or an entry that the client knew of, does not cover for them."""
    made = tuple(made)
    vetoes = Counter((one.client, one.therapist) for one in made if one.state is OfferState.VETOED)
    never = [pair for pair, count in vetoes.items() if count >= VETOES]
    yield from ((row.id, therapist) for row in rows for client, therapist in never if client == row.client)
    yield from ((one.conflict, one.therapist) for one in made if one.sent and one.reason in NOT_AGAIN)


def _left_to_others(standing: Standing, row: Conflict) -> bool:
    """True for what lies in the middle of long leave."""
    return standing.handed_over(row) and standing.beside_long(row) is None


def _bounds(standing: Standing, row: Conflict) -> Span | None:
    """A cover session that fell through is made up for while the client's own therapist is away, the first and last
    session in long leave beside that; None: any time.
    """
    if standing.handed_over(row):
        return standing.beside_long(row)
    first = standing.covered(row)
    absence = standing.absence.get(first.absence) if first else None
    return absence.span if absence else None


def _therapist_time(standing: Standing, diary: Diary) -> TherapistTime:
    sessions = counted_on(standing, diary)
    known = {one.ref for one in sessions} | standing.gone | {block.ref for block in diary.leave}
    ours = {offer.uid for offer in standing.offers}
    busy = [Occupied(one.span) for one in diary.busy if one.ref not in known and one.ref.uid not in ours]
    busy += [Occupied(one.span, timedelta(0)) for one in diary.questions]  # nothing new is offered inside
    busy += map(Occupied, just_left(standing, diary))
    return TherapistTime(
        therapist=diary.therapist,
        sessions=sessions,
        busy=tuple(busy),
        leave=tuple(block.span for block in diary.leave),
        opened=diary.opened,
        holidays=standing.snapshot.practice.holidays,
        reachable=diary.therapist.id in standing.snapshot.reachable,
        usual=usual_load(diary.sessions.sessions, diary.therapist.zone, standing.now),
    )


def _client_times(standing: Standing) -> tuple[ClientTime, ...]:
    sessions: dict[str, list[Span]] = {}
    away: dict[str, list[Span]] = {}
    for diary in standing.diaries.values():
        for session in counted_on(standing, diary):
            sessions.setdefault(session.client, []).append(session.span)
        for client, span in diary.client_absences:
            away.setdefault(client, []).append(span)
    declined: dict[str, list[Span]] = {}
    left: dict[str, list[Span]] = {}
    lost: dict[str, list[Span]] = {}
    for row in standing.conflicts:
        if row.displaced:
            found = sessions if _takes_place_yet(standing, row) else lost
            found.setdefault(row.client, []).append(row.span)
        declined.setdefault(row.client, []).extend(refused(standing.of(row)))
        left.setdefault(row.client, []).extend(_taken_back(standing.of(row)))
    return tuple(
        ClientTime(
            client=client,
            sessions=tuple(sorted(sessions.get(client.id, ()))),
            away=tuple(sorted(away.get(client.id, ()))),
            refused=tuple(sorted(declined.get(client.id, ()))),
            taken_back=tuple(sorted(left.get(client.id, ()))),
            displaced=tuple(sorted(lost.get(client.id, ()))),
        )
        for client in standing.snapshot.clients
    )


def _takes_place_yet(standing: Standing, row: Conflict) -> bool:
    """True under what may be no leave: until a yes it displaces nothing."""
    absence = standing.absence.get(row.absence)
    return absence is not None and standing.in_doubt(absence)


def _taken_back(offers: Iterable[Offer]) -> Iterator[Span]:
    """Times that a client was asked about and has lost while nothing stood there: not offered to them again.

    What they left unanswered until it was to go to somebody else, be it for another session of their own; what the
    therapist took back, or moved to where it cannot be, or to where the answer was no. Else one mail takes back the
    very time that the next one offers. Where a server carries it, the client was told of the move, and its CANCEL is
    about the other time.
    """
    for offer in offers:
        if offer.state is OfferState.VETOED and offer.kind is OfferKind.CALL:
            yield around(offer)
        if offer.live and offer.told is not None and offer.told != offer.span:
            yield offer.told  # the mail about the move calls it void
        if offer.state not in {OfferState.WITHDRAWN, OfferState.CANCELLED, OfferState.DECLINED}:
            continue
        if offer.sent and offer.reason in {Ending.SILENCE, *NOT_AGAIN}:
            yield around(offer)
        unheard = offer.delivery is Delivery.IMIP and offer.state is not OfferState.CANCELLED
        if unheard and offer.told is not None and offer.told != offer.span:
            yield offer.told


def _fixed(standing: Standing) -> Iterable[Booked]:
    """Whatever the planner must work around: invited, unanswered, accepted, dragged."""
    for offer in standing.offers:
        firm = (offer.live or offer.state in TIME_KEPT) and not standing.falls(offer)
        firm = firm or offer.state in MAKEUP
        row = standing.conflict.get(offer.conflict) or standing.snapshot.conflict.get(offer.conflict)
        lost = (
            offer.state is OfferState.DISPLACED
        )  # it takes nobody's hour any more, nor a unit of the budget
        if firm and not lost and not _movable(standing, offer) and row is not None:
            yield Booked(offer, row.absence, yields(standing, offer))
