"""From where things stand to what the planner is asked: ranked sessions, everybody's time, and what is fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
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
    Tier,
)
from syncd.core.model.effects import names_times
from syncd.core.model.offer_facts import NOT_AGAIN, Ending
from syncd.core.offers.conflict_state import VETOES, around, refused, said_no
from syncd.core.planning.candidates import counted_on, just_left, just_taken, ranking_of
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.request import Ask, Booked, ClientTime, Handover, PlanRequest, TherapistTime
from syncd.core.planning.slots import Occupied
from syncd.core.reading import excluded
from syncd.core.reading.diary import Diary
from syncd.core.reading.history import usual_load
from syncd.core.state import PassState
from syncd.core.state.outlook import closed, leads, wanted
from syncd.core.time.spans import Span


def request_of(pass_state: PassState) -> PlanRequest | None:
    """What to plan now; None when every open conflict has its offer, so that nothing needs a planner."""
    open_rows = [row for row in pass_state.conflicts if plannable(pass_state, row)]
    if not open_rows or (
        not _leave_changed(pass_state) and all(_provided(pass_state, row) for row in open_rows)
    ):
        return None
    return full_request(pass_state)


def _leave_changed(pass_state: PassState) -> bool:
    """True in the pass that first sees leave as it now is: its tags may ask for other times than those held."""
    return len(pass_state.seen) > len(pass_state.snapshot.seen)


def full_request(pass_state: PassState, verify: int = 0, about: frozenset[str] | None = None) -> PlanRequest:
    """Every open conflict, in the light of everything that stands.

    For people who read reasons, `verify` unplaced clients get their remedies checked: of all, or of these conflicts.
    """
    ranked = ranking_of(pass_state, (row for row in pass_state.conflicts if plannable(pass_state, row)))
    held = tuple(one for one in pass_state.offers if _movable(pass_state, one) and leads(pass_state, one))
    return PlanRequest(
        now=pass_state.now,
        asks=tuple(_ask(pass_state, absence, ranked) for absence in pass_state.absence.values()),
        therapists=tuple(_therapist_time(pass_state, diary) for diary in pass_state.diaries.values()),
        clients=_client_times(pass_state),
        fixed=tuple(_fixed(pass_state)),
        preferred=held,
        agreed=frozenset(
            one.uid for one in held if _counted_on(pass_state, pass_state.conflict[one.conflict])
        ),
        rooms=pass_state.snapshot.practice.rooms,
        verify=verify,
        about=about,
        handovers=tuple(_handovers(pass_state)),
        tags=not pass_state.supposed,
    )


def _counted_on(pass_state: PassState, row: Conflict) -> bool:
    """True where the plan that holds a time had its yes, or the client was promised that one follows."""
    return pass_state.plan_agreed(row) or pass_state.promised(row)


def _handovers(pass_state: PassState) -> Iterator[Handover]:
    """Long leave with clients who may be covered for, each by the first session that is still ahead."""
    for absence in pass_state.absence.values():
        if absence.id not in pass_state.long or pass_state.in_doubt(absence):
            continue
        first: dict[str, Conflict] = {}
        for row in sorted(pass_state.displaced(absence), key=lambda one: (one.span, one.id)):
            if row.span.start > pass_state.now and not row.kept:
                first.setdefault(row.client, row)
        named = {client: one.id for client, one in pass_state.covers_named(absence.id).items()}
        rows = [row for row in first.values() if (who := pass_state.client(row)) and who.cover_ok]
        allowed = [row for row in rows if row.client in named or pass_state.policy(row).eligibility.cover]
        if allowed:
            yield Handover(
                absence,
                pass_state.policy(allowed[0]),
                ranking_of(pass_state, allowed),
                tuple(sorted(named.items())),
                pass_state.snapshot.practice.language,
            )


def plannable(pass_state: PassState, row: Conflict) -> bool:
    """An open conflict whose client still wants another time, leave that is certain, and no invitation or pinned hold
    of its own that will stand: who is about to lose theirs to leave is counted in before others get what is left.
    """
    if row.state is not ConflictState.OPEN or row.absence not in pass_state.absence:
        return False
    if not wanted(pass_state, row) or pass_state.client(row) is None or pass_state.doubtful(row):
        return False
    if closed(pass_state, row) or pass_state.spent(row) or pass_state.suspended(row):
        return False
    live = pass_state.live(row)
    waiting = any(offer.state in TIME_KEPT and not pass_state.falls(offer) for offer in pass_state.of(row))
    return not waiting and (live is None or _movable(pass_state, live) or pass_state.falls(live))


def _movable(pass_state: PassState, offer: Offer) -> bool:
    """Not sent, not pinned; a hold stays where its calendar does not answer, in leave that may be a slip, and where its
    session is over by now: nobody asks for that any more, and its time is still that client's. So does one that a
    person is to tell of.
    """
    silent = offer.state is OfferState.HELD and offer.calendar not in pass_state.snapshot.fresh
    row = pass_state.conflict.get(offer.conflict)
    left = row is None or pass_state.suspended(row)  # without one its session is set aside, or nobody's
    over = row is not None and row.span.start <= pass_state.now
    over = over or (row is not None and said_by_voice(pass_state, offer, row))
    kept = offer.sent or offer.pinned or offer.uid in pass_state.unspoken or pass_state.in_question(offer)
    return offer.state in UNSENT and not (kept or silent or left or over)


def said_by_voice(pass_state: PassState, offer: Offer, row: Conflict) -> bool:
    """True for a time that is held for whom no mail reaches, once a letter has asked to call about it, or it is under
    minimum notice: by a person they may have been promised it, be a yes due once more by then.

    Other tags on the leave that do not let it be ask for other times all the same; of what is `given_up` nobody was
    called.
    """
    client = pass_state.client(row)
    mailed = (
        client is not None
        and client.mailed
        and (pass_state.snapshot.mail or offer.delivery is not Delivery.IMIP)
    )
    if mailed or offer.span.start <= pass_state.now:
        return False
    near = offer.span.start - pass_state.now < pass_state.minimum_notice(row)
    named = _in_a_letter(pass_state, offer, row) and not pass_state.tagged_away(row, offer)
    return near or (named and offer.uid not in pass_state.given_up)


def _in_a_letter(pass_state: PassState, offer: Offer, row: Conflict) -> bool:
    """True once a letter that says which times are held has left since this one is; where nothing is mailed, any."""
    held, mail = offer.planned_at, pass_state.snapshot.mail
    sent = (one for one in pass_state.snapshot.ledger if held is not None and held <= one.at)
    return not mail or any(names_times(one.key, row.absence) for one in sent)


def yields(pass_state: PassState, offer: Offer) -> bool:
    """True for time whose client has not answered in time: it is kept for them until somebody needs it."""
    silent = (
        offer.state is OfferState.UNANSWERED and not offer.pinned and not offer.frozen and not offer.agreed
    )
    return silent and pass_state.snapshot.hears(offer)


def _provided(pass_state: PassState, row: Conflict) -> bool:
    """True with a live offer; one that waits to be written where a colleague's account does not answer is none."""
    offer = pass_state.live(row)
    if offer is None:
        return False
    elsewhere = offer.state is OfferState.PLANNED and offer.therapist != row.therapist
    return not elsewhere or offer.calendar in pass_state.snapshot.fresh


def _ask(pass_state: PassState, absence: Absence, ranked: tuple[Ranked, ...]) -> Ask:
    mine = tuple(one for one in ranked if one.conflict.absence == absence.id)
    any_row = next((one.conflict for one in mine), None)
    therapist = pass_state.snapshot.therapist[absence.therapist]
    rows = tuple(row for row in pass_state.conflicts if row.absence == absence.id)
    made = tuple(offer for row in rows for offer in pass_state.of(row))
    return Ask(
        absence=absence,
        policy=pass_state.policy(any_row) if any_row else therapist.policy,
        ranked=mine,
        excluded=excluded(absence.tags),
        sends_at={one.conflict.id: pass_state.sends_at(one.conflict) for one in mine},
        held_from={
            one.conflict.id: at
            for one in mine
            if pass_state.live(one.conflict) and (at := pass_state.held_from(one.conflict)) is not None
        },
        vetoed=tuple(Slot(one.therapist, one.span) for one in made if one.state is OfferState.VETOED),
        unwilling=frozenset(_unwilling(rows, made)),
        within={one.conflict.id: bounds for one in mine if (bounds := _bounds(pass_state, one.conflict))},
        calls=frozenset(one.conflict.id for one in mine if pass_state.called(one.conflict)),
        handed=frozenset(one.conflict.id for one in mine if _left_to_others(pass_state, one.conflict)),
        settled=sum(row.displaced for row in rows) - sum(one.conflict.displaced for one in mine),
        noes=Counter(one.client for one in made if said_no(one)),
    )


def _unwilling(rows: Iterable[Conflict], made: Iterable[Offer]) -> Iterator[tuple[str, str]]:
    """Who deleted two holds for one client, or an entry that the client knew of, does not cover for them."""
    made = tuple(made)
    vetoes = Counter((one.client, one.therapist) for one in made if one.state is OfferState.VETOED)
    never = [pair for pair, count in vetoes.items() if count >= VETOES]
    yield from ((row.id, therapist) for row in rows for client, therapist in never if client == row.client)
    yield from ((one.conflict, one.therapist) for one in made if one.sent and one.reason in NOT_AGAIN)


def _left_to_others(pass_state: PassState, row: Conflict) -> bool:
    """True for what lies in the middle of long leave."""
    return pass_state.handed_over(row) and pass_state.beside_long(row) is None


def _bounds(pass_state: PassState, row: Conflict) -> Span | None:
    """A cover session that fell through is made up for while the client's own therapist is away, the first and last
    session in long leave beside that; None: any time.
    """
    if pass_state.handed_over(row):
        return pass_state.beside_long(row)
    first = pass_state.covered(row)
    absence = pass_state.absence.get(first.absence) if first else None
    return absence.span if absence else None


def _therapist_time(pass_state: PassState, diary: Diary) -> TherapistTime:
    sessions = counted_on(pass_state, diary)
    known = {one.ref for one in sessions} | pass_state.gone | {block.ref for block in diary.leave}
    ours = {offer.uid for offer in pass_state.offers}
    busy = [Occupied(one.span) for one in diary.busy if one.ref not in known and one.ref.uid not in ours]
    busy += [Occupied(one.span, timedelta(0)) for one in diary.questions]  # nothing new is offered inside
    busy += map(Occupied, (*just_left(pass_state, diary), *just_taken(pass_state, diary)))
    return TherapistTime(
        therapist=diary.therapist,
        sessions=sessions,
        busy=tuple(busy),
        leave=tuple(block.span for block in diary.leave),
        opened=diary.opened,
        holidays=pass_state.snapshot.practice.holidays,
        reachable=diary.therapist.id in pass_state.snapshot.reachable,
        usual=usual_load(diary.sessions.sessions, diary.therapist.zone, pass_state.now),
    )


def _client_times(pass_state: PassState) -> tuple[ClientTime, ...]:
    sessions: dict[str, list[Span]] = {}
    away: dict[str, list[Span]] = {}
    for diary in pass_state.diaries.values():
        for session in counted_on(pass_state, diary):
            sessions.setdefault(session.client, []).append(session.span)
        for client, span in diary.client_absences:
            away.setdefault(client, []).append(span)
    asked: dict[str, list[Offer]] = {}
    left: dict[str, list[Span]] = {}
    zone = pass_state.snapshot.practice.zone
    crisis = {row.client for row in pass_state.conflicts if pass_state.tier(row) is Tier.CRISIS}
    lost: dict[str, list[Span]] = {}
    for row in pass_state.conflicts:
        if row.displaced:
            found = sessions if _takes_place_yet(pass_state, row) else lost
            found.setdefault(row.client, []).append(row.span)
        asked.setdefault(row.client, []).extend(pass_state.of(row))
        left.setdefault(row.client, []).extend(_taken_back(pass_state.of(row)))
    return tuple(
        ClientTime(
            client=client,
            sessions=tuple(sorted(sessions.get(client.id, ()))),
            away=tuple(sorted(away.get(client.id, ()))),
            refused=tuple(sorted(refused(asked.get(client.id, ()), zone, by_day=client.id not in crisis))),
            taken_back=tuple(sorted(left.get(client.id, ()))),
            displaced=tuple(sorted(lost.get(client.id, ()))),
        )
        for client in pass_state.snapshot.clients
    )


def _takes_place_yet(pass_state: PassState, row: Conflict) -> bool:
    """True under what may be no leave: until a yes it displaces nothing."""
    absence = pass_state.absence.get(row.absence)
    return absence is not None and pass_state.in_doubt(absence)


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


def _fixed(pass_state: PassState) -> Iterable[Booked]:
    """Whatever the planner must work around: invited, unanswered, accepted, dragged."""
    for offer in pass_state.offers:
        firm = (offer.live or offer.state in TIME_KEPT) and not pass_state.falls(offer)
        firm = firm or offer.state in MAKEUP
        row = pass_state.conflict.get(offer.conflict) or pass_state.snapshot.conflict.get(offer.conflict)
        lost = (
            offer.state is OfferState.DISPLACED
        )  # it takes nobody's hour any more, nor a unit of the budget
        if firm and not lost and not _movable(pass_state, offer) and row is not None:
            one = replace(offer, beside=0) if leads(pass_state, offer) else offer
            yield Booked(one, row.absence, yields(pass_state, offer))
