"""Everything about one client or session: rank, reasons, rules, state, what was sent when, and other times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from syncd.core.model import (
    MAKEUP,
    Client,
    Conflict,
    ConflictState,
    Offer,
    OfferKind,
    OfferState,
    Reply,
    initials,
)
from syncd.core.model.actions import AuditEntry
from syncd.core.model.effects import Sent
from syncd.core.model.errors import SyncdError
from syncd.core.model.unplaced import Rule
from syncd.core.planning.limits.occupancy import occupancy
from syncd.core.planning.options import Finder
from syncd.core.planning.pass_request import full_request
from syncd.core.planning.placements import Placement
from syncd.core.planning.plan import ALTERNATIVES, Plan, alternatives
from syncd.core.planning.relief.continuity import Continuity, continuity_of
from syncd.core.planning.request import Booked, PlanRequest
from syncd.core.state import PassState
from syncd.core.time.minutes import day_number, minute_of
from syncd.core.time.spans import Span
from syncd.report.displacements import Displacement, displacements
from syncd.report.words import effect_words, reply_words

_NOTHING = Plan((), (), (), (), proven=True, note="", digest="")
TENTHS = 10  # in which burdens are counted
MOST_PAST = 10
_SHORTEST = 4  # characters of a conflict's id that are enough to name it


@dataclass(frozen=True, slots=True, order=True)
class Happened:
    """One thing that was sent, decided or done."""

    at: datetime
    what: str
    subject: str


@dataclass(frozen=True, slots=True)
class Records:
    """What a store keeps of what was sent, what came back, and what was done."""

    ledger: tuple[Sent, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    replies: tuple[Reply, ...] = ()


NOTHING_KEPT = Records()


@dataclass(frozen=True, slots=True)
class Wait:
    """The wait from one session to the next that leave makes long, and what the offered time does about it.

    Burdens in missed sessions: without any make-up, and with this time and the client's others (docs/planning.md).
    `chance` in hundredths of their own usual hour and weekday, with what it rests on; None without a time. `assumed`:
    the past does not show how often they come, and a week stands in.
    """

    before: float
    after: float
    chance: int | None = None
    says: str = ""
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """One displaced session with all there is to say.

    `free` counts the times that the rules leave to this client, `ruled_out` those that each rule forbade; both are
    None and empty where nothing can be planned for it any more. `forbidden_by` is the rule that allows none of them as
    things stand: they are then as the planning found them. `wait` is None outside a wait that leave tears; `waits_for`
    is what its first message waits for.
    """

    displacement: Displacement
    of: int  # how many are ranked with it
    free: int | None = None
    ruled_out: Mapping[Rule, int] = field(default_factory=dict)
    forbidden_by: Rule | None = None
    wait: Wait | None = None
    waits_for: str = ""
    alternatives: tuple[Placement, ...] = ()
    history: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """A session of which leave says nothing any more: it is over, or takes place again; and what was sent about it."""

    conflict: Conflict
    history: tuple[Happened, ...]


def explain(
    pass_state: PassState,
    plan: Plan | None,
    wanted: str,
    *,
    records: Records = NOTHING_KEPT,
) -> tuple[Explained, ...]:
    """The displaced sessions that `wanted` names, absence by absence; () for a client who has none.

    `wanted` is a client's id, initials, name or address, an id of a conflict (or its beginning), or an offer's UID;
    case does not matter. Raises SyncdError where it names nobody.
    """
    rows = named(pass_state, wanted)
    known = sorted(pass_state.absence.values(), key=lambda one: (one.span, one.id))
    return tuple(
        _explained(pass_state, one, len(found), records)
        for found in (displacements(pass_state, plan, absence) for absence in known)
        for one in found
        if one.conflict.id in rows
    )


def past(
    pass_state: PassState,
    wanted: str,
    shown: Iterable[Explained],
    *,
    records: Records = NOTHING_KEPT,
) -> tuple[Past, ...]:
    """What else `wanted` names, as `explain` takes it, the newest last: at most ten sessions. Raises as `explain`."""
    now_displaced = {one.displacement.conflict.id for one in shown}
    rows = [row for row in pass_state.conflicts if row.id in named(pass_state, wanted) - now_displaced]
    rows.sort(key=lambda row: (row.span, row.id))
    return tuple(Past(row, tuple(sorted(_history(pass_state, row, records)))) for row in rows[-MOST_PAST:])


def named(pass_state: PassState, name: str) -> frozenset[str]:
    """The ids of the conflicts that are meant, as `explain` takes them. Raises SyncdError where it names nobody."""
    wanted = name.strip().casefold()
    people = {client.id for client in pass_state.snapshot.clients if wanted in calls(client)}
    rows = {row.id for row in pass_state.conflicts if row.client in people or _is(row, wanted)}
    rows |= {offer.conflict for offer in pass_state.offers if offer.uid.casefold() == wanted}
    if not rows and not people:
        raise SyncdError(
            "explain: no client and no displaced session is called that; give a client's id, initials or name, "
            "or an id from `syncd plan`"
        )
    return frozenset(rows)


def calls(client: Client) -> set[str]:
    """What a client may be called on the command line, in lower case."""
    known = (client.id, initials(client), client.name, *client.addresses)
    return {one.casefold() for one in known if one}


def _is(row: Conflict, wanted: str) -> bool:
    return len(wanted) >= _SHORTEST and row.id.startswith(wanted)


def _explained(pass_state: PassState, one: Displacement, of: int, records: Records) -> Explained:
    explained = Explained(
        displacement=one,
        of=of,
        waits_for=_waits_for(pass_state, one),
        history=tuple(sorted(_history(pass_state, one.conflict, records))),
    )
    request = _request(pass_state, one.conflict)
    if one.conflict.id not in request.ask_of:
        return explained
    found = Finder(request, occupancy(request)).of(one.conflict.id)
    planned = one.unplaced if found.ruled_out else None
    others = alternatives(request, _NOTHING, one.conflict.id, ALTERNATIVES + 1)
    return replace(
        explained,
        wait=_wait(request, one),
        free=planned.options if planned else len(found.options),
        ruled_out=dict(planned.killed) if planned else found.killed,
        forbidden_by=found.ruled_out,
        alternatives=tuple(each for each in others if not _same(each, one))[:ALTERNATIVES],
    )


def _wait(request: PlanRequest, one: Displacement) -> Wait | None:
    known, offer = continuity_of(request, one.client.id), one.offer
    torn = _place(known, one.conflict.span)
    placed = None if offer is None or offer.kind is OfferKind.EXTEND else _place(known, offer.span)
    if torn is None:
        return None
    stretch = known.stretches[torn if placed is None else placed]
    days = () if offer is None or placed is None else (_day(known, offer.span),)
    chance, says = None, ""
    if offer is not None:
        chance = known.habits.chance(minute_of(offer.span.start))
        says = known.habits.sentence(minute_of(offer.span.start))
    return Wait(stretch.burden / TENTHS, stretch.left(days) / TENTHS, chance, says, not known.known)


def _place(known: Continuity, span: Span) -> int | None:
    return known.place(_day(known, span))


def _day(known: Continuity, span: Span) -> int:
    return day_number(minute_of(span.start), known.habits.zone)


def _request(pass_state: PassState, conflict: Conflict) -> PlanRequest:
    """As if this session alone were open: everybody else keeps what they have, be it only held.

    What was agreed on for it is no session either.
    """
    mine = {offer.uid for offer in pass_state.offers if offer.conflict == conflict.id and _firm(offer)}
    offers = tuple(offer for offer in pass_state.offers if offer.uid not in mine)
    diaries = {
        key: replace(diary, makeups=tuple(one for one in diary.makeups if one.offer not in mine))
        for key, diary in pass_state.diaries.items()
    }
    rows = tuple(_opened(row) if row.id == conflict.id else row for row in pass_state.conflicts)
    request = full_request(replace(pass_state, offers=offers, conflicts=rows, diaries=diaries))
    absences = {row.id: row.absence for row in pass_state.conflicts}
    held = (Booked(offer, absences.get(offer.conflict, "")) for offer in request.preferred)
    return replace(request, fixed=(*request.fixed, *held), preferred=())


def _firm(offer: Offer) -> bool:
    return offer.live or offer.state is OfferState.UNANSWERED or offer.state in MAKEUP


def _opened(row: Conflict) -> Conflict:
    return replace(row, state=ConflictState.OPEN)


def _same(placement: Placement, one: Displacement) -> bool:
    offer = one.offer
    return offer is not None and (offer.span, offer.therapist) == (placement.span, placement.therapist)


def _waits_for(pass_state: PassState, one: Displacement) -> str:
    if pass_state.heard(one.conflict):
        return ""
    row, offer = one.conflict, one.offer
    if not pass_state.cleared(row) or (offer is not None and not pass_state.kind_cleared(row, offer)):
        return f"approval: {pass_state.waits(pass_state.absence[row.absence])}"
    gate = pass_state.invites_at(one.conflict, one.offer)
    return "" if gate.open(pass_state.now) else gate.why


def _history(pass_state: PassState, conflict: Conflict, records: Records) -> Iterator[Happened]:
    offers = pass_state.of(conflict)
    subjects = {conflict.id, *(offer.uid for offer in offers)}
    yield Happened(conflict.seen_at, "displaced session first seen", conflict.id)
    for offer in offers:
        if offer.planned_at is not None:
            yield Happened(offer.planned_at, f"offer {offer.number} planned", offer.uid)
        if offer.answered_at is not None:
            now = f"answer to offer {offer.number}, which is {offer.state.value} now"
            yield Happened(offer.answered_at, now, offer.uid)
    for sent in records.ledger:
        if conflict.id in {sent.conflict, *sent.besides} or sent.offer in subjects:
            yield Happened(sent.at, f"{effect_words(sent.key.kind)} left for the client", sent.key.subject)
    for reply in records.replies:
        if reply.offer in subjects:
            yield Happened(reply.received, reply_words(reply), reply.offer)
    for entry in records.audit:
        if entry.subject in subjects:
            yield Happened(entry.at, _audited(entry), entry.subject)


def _audited(entry: AuditEntry) -> str:
    """`invitation: recorded`, `invitation: done`; other entries by their event."""
    effect = entry.detail.get("effect", "")
    if not effect:
        return entry.event
    ended = entry.detail.get("to", entry.event)
    detail = f" ({entry.detail['detail']})" if entry.detail.get("detail") else ""
    return f"{effect_words(effect.rsplit(':', 1)[-1])}: {ended}{detail}"
