"""The rows of a pass, found by name, and what each of them rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from syncd.core.model import (
    MAKEUP,
    Absence,
    Approval,
    Client,
    Conflict,
    Delivery,
    LeaveBlock,
    OccurrenceRef,
    Offer,
    OfferKind,
    OriginalState,
    Priority,
    SeenLeave,
    Session,
    confirmed_as_leave,
)
from syncd.core.model.effects import EffectKey
from syncd.core.model.leave import Cover
from syncd.core.model.practice import Approach, Policy, Therapist
from syncd.core.model.snapshot import Snapshot, by_conflict
from syncd.core.model.unplaced import Unplaced
from syncd.core.offers.answers.understood import UnderstoodReply
from syncd.core.policy.precedence import beyond, merge
from syncd.core.policy.short_answers import NotCounted
from syncd.core.reading import excluded
from syncd.core.reading.diary import Diary
from syncd.core.reading.history import agreed_end
from syncd.core.reading.vanished_leave import lifted_over
from syncd.core.time.spans import Span, local_date


@dataclass(frozen=True)
class Rows:
    """The snapshot, read, with rows brought up to date. What follows from them is asked of `PassState`."""

    snapshot: Snapshot
    diaries: Mapping[str, Diary]
    conflicts: tuple[Conflict, ...]
    offers: tuple[Offer, ...]
    seen: tuple[SeenLeave, ...]
    approvals: tuple[Approval, ...]
    taken: tuple[UnderstoodReply, ...] = ()
    collected: tuple[UnderstoodReply, ...] = ()  # what waited, and is told together now
    not_counted: tuple[NotCounted, ...] = ()  # answers to letters
    said_yes: tuple[EffectKey, ...] = ()  # letters that they answered with a yes in this pass
    said_leave: frozenset[str] = frozenset()  # absences that a yes by mail says just now to be leave
    unplaced: Mapping[str, Unplaced] = field(default_factory=dict)  # by conflict id: why no slot was found
    covers: Mapping[tuple[str, str], Cover] = field(default_factory=dict)  # long leave: by absence, client
    given_up: frozenset[str] = (
        frozenset()
    )  # UIDs of times that wait for a call, and go to whom they help more
    supposed: bool = False  # as they would be if somebody gave way: who gets no place then reads no reason
    put_off: set[datetime] = field(
        default_factory=set, compare=False, repr=False
    )  # until when something waits: named by whoever is asked whether it may be now

    @property
    def now(self) -> datetime:
        """The pass's one instant."""
        return self.snapshot.now

    @cached_property
    def conflict(self) -> Mapping[str, Conflict]:
        """Conflicts by id."""
        return {row.id: row for row in self.conflicts}

    @cached_property
    def offers_of(self) -> Mapping[str, tuple[Offer, ...]]:
        """Offers by conflict id, in order of their number."""
        return by_conflict(self.offers)

    @cached_property
    def offer(self) -> Mapping[str, Offer]:
        """Offers by UID."""
        return {offer.uid: offer for offer in self.offers}

    @cached_property
    def absence(self) -> Mapping[str, Absence]:
        """Absences by id."""
        return {one.id: one for diary in self.diaries.values() for one in diary.absences}

    @cached_property
    def at_rest(self) -> bool:
        """True when this pass has learnt nothing: whoever it found no time for, the next one finds none for either."""
        snapshot = self.snapshot
        rows = all(snapshot.conflict.get(row.id) == row for row in self.conflicts)
        offers = {offer.uid: offer for offer in snapshot.offers}
        same = rows and all(offers.get(offer.uid) == offer for offer in self.offers)
        return same and (self.seen, self.approvals) == (snapshot.seen, snapshot.approvals)

    @cached_property
    def gone(self) -> frozenset[OccurrenceRef]:
        """The sessions that do not take place: leave displaces them that is leave for sure, or by a yes."""
        doubted = {key for key, one in self.absence.items() if one.doubted}
        rows = (row for row in self.conflicts if row.displaced and not (row.kept or row.missing_at))
        return frozenset(row.ref for row in rows if row.absence not in doubted or self.believed(row))

    @cached_property
    def taking_place(self) -> Mapping[str, tuple[Session, ...]]:
        """The sessions that take place, by therapist: not what is gone; what comes back or left just now, too."""
        gone = self.gone
        return {
            key: (
                *(one for one in diary.all_sessions if not (one.ref in gone or self._called_off(one))),
                *(_as_it_was(row) for row in self.coming_back if row.therapist == key),
                *(one.session for one in diary.missed(self.now) if not one.moved),
            )
            for key, diary in self.diaries.items()
        }

    def _called_off(self, session: Session) -> bool:
        """True for a make-up that ended in this pass: its entry stands until it is taken down."""
        offer = self.offer.get(session.offer)
        return offer is not None and offer.state not in MAKEUP

    @cached_property
    def coming_back(self) -> tuple[Conflict, ...]:
        """Whose original we cancelled and bring back in this pass, as its leave is believed to be gone."""
        back = (row for row in self.conflicts if row.original is OriginalState.CANCELLED)
        healed = (row for row in back if row.takes_place(self.now))
        return tuple(row for row in healed if not self.made_up(row))

    def made_up(self, conflict: Conflict) -> bool:
        """True when another time stands in the session's place, by an offer or by the therapist's own hand."""
        moved = any(offer.agreed and not offer.over for offer in self.of(conflict))
        return bool(conflict.extra) or moved or self.makeup_of(conflict) is not None

    def counted_on(self, one: Session) -> bool:
        """False for a usual session on a public holiday: it is asked about, until `#keep` says that it is held."""
        return one.keep or not one.usual or not self.on_holiday(one.therapist, one.span)

    def on_holiday(self, therapist: str, span: Span) -> bool:
        """True for what begins on a public holiday where this therapist is."""
        zone = self.diaries[therapist].therapist.zone
        return local_date(span.start, zone) in self.snapshot.practice.holidays

    @cached_property
    def starts_of(self) -> Mapping[str, Mapping[str, Sequence[datetime]]]:
        """When those that are counted on begin, by therapist and client."""
        found: dict[str, dict[str, list[datetime]]] = {key: {} for key in self.taking_place}
        for key, sessions in self.taking_place.items():
            for one in filter(self.counted_on, sessions):
                found[key].setdefault(one.client, []).append(one.span.start)
        return found

    @cached_property
    def agreed_ends(self) -> Mapping[tuple[str, str], datetime]:
        """When the last session ends that a therapist and a client (ids) have agreed on, where there is an end."""
        booked: dict[tuple[str, str], list[Session]] = {}
        for key, diary in self.diaries.items():
            for one in diary.all_sessions:
                booked.setdefault((key, one.client), []).append(one)
        displaced: dict[tuple[str, str], list[Conflict]] = {}
        for row in self.conflicts:
            if row.displaced:
                displaced.setdefault((row.therapist, row.client), []).append(row)
        ends = {key: agreed_end(mine, displaced.get(key, ()), self.now) for key, mine in booked.items()}
        return {key: end for key, end in ends.items() if end is not None}

    def last(self, conflict: Conflict) -> bool:
        """True for the last session that was agreed on."""
        end = self.agreed_ends.get((conflict.therapist, conflict.client))
        return end is not None and end <= conflict.span.end

    def believed(self, conflict: Conflict) -> bool:
        """True when a yes said, of what might have been no leave, that it is."""
        return conflict.id in self._believed

    @cached_property
    def _believed(self) -> frozenset[str]:
        return confirmed_as_leave(self.in_force)

    @cached_property
    def in_force(self) -> tuple[Approval, ...]:
        """The yeses, each without the sessions whose leave went and came again since: one covers what it showed."""
        anew = {row.id: row.seen_at for row in self.conflicts if row.displaced}
        return tuple(one.without_later(anew) for one in self.approvals)

    def of(self, conflict: Conflict) -> tuple[Offer, ...]:
        """All offers made for a conflict."""
        return self.offers_of.get(conflict.id, ())

    def live(self, conflict: Conflict) -> Offer | None:
        """The one live offer of a conflict (I2), if there is one."""
        return next((offer for offer in self.of(conflict) if offer.live), None)

    def makeup_of(self, conflict: Conflict) -> Offer | None:
        """The offer that became the make-up, if there is one."""
        return next((offer for offer in self.of(conflict) if offer.state in MAKEUP), None)

    def offer_behind(self, conflict: Conflict) -> Offer | None:
        """The accepted offer that this session is, while its client was sent no CANCEL for it; only what we mailed."""
        return next(
            (
                offer
                for offer in self.offers
                if offer.uid == conflict.ref.uid
                and offer.delivery is Delivery.IMIP
                and offer.sent
                and offer.cancelled_at is None
            ),
            None,
        )

    def unsure(self, conflict: Conflict) -> bool:
        """True while the session, leave over it or an offer for it stands in the calendar in a form not understood."""
        absence = self.absence.get(conflict.absence)
        refs = [conflict.ref, *(block.ref for block in (absence.blocks if absence else ()))]
        places = {(ref.calendar, ref.uid) for ref in refs}
        places |= {(offer.calendar, offer.uid) for offer in self.of(conflict) if offer.live}
        return not places.isdisjoint(self.snapshot.unread)

    def client(self, conflict: Conflict) -> Client | None:
        """The conflict's client, if still on the roster."""
        return self.snapshot.client.get(conflict.client)

    def therapist(self, conflict: Conflict) -> Therapist:
        """The therapist whose session is displaced."""
        return self.snapshot.therapist[conflict.therapist]

    def zone(self, conflict: Conflict) -> ZoneInfo:
        """The client's zone: their own, else the therapist's."""
        client = self.client(conflict)
        return (client.zone if client else None) or self.therapist(conflict).zone

    def covered(self, conflict: Conflict) -> Conflict | None:
        """The conflict that this session with a colleague's client was to cover for; None else."""
        row, offer = conflict, self.offer.get(conflict.ref.uid)
        while offer is not None and offer.conflict in self.conflict:
            row = self.conflict[offer.conflict]
            offer = self.offer.get(row.ref.uid)
        return row if row.therapist != conflict.therapist else None

    def policy(self, conflict: Conflict) -> Policy:
        """What holds for this conflict: the therapist's policy with the absence's tags."""
        return self._policies.get(conflict.absence) or self.therapist(conflict).policy

    @cached_property
    def _policies(self) -> Mapping[str, Policy]:
        return {
            key: merge(self.snapshot.therapist[absence.therapist].policy, absence.tags)
            for key, absence in self.absence.items()
        }

    def beyond(self, absence: Absence) -> tuple[str, ...]:
        """The tags of its leave that would go beyond the practice's limits."""
        return beyond(self.snapshot.therapist[absence.therapist].policy, absence.tags)

    def stays_anyway(self, conflict: Conflict, offer: Offer) -> bool:
        """True for a make-up that is agreed on: it does not rest on leave that vanished."""
        gone = conflict.missing_at or conflict.extra_missing_at
        only_leave = self.lifted(conflict) is not None and not (conflict.kept or gone)
        there = (
            not (offer.missing_at or offer.contested_at)
            and (offer.calendar, offer.uid) not in self.snapshot.doubted
        )
        return offer.agreed and not offer.over and only_leave and there

    def lifted(self, conflict: Conflict) -> LeaveBlock | None:
        """The vanished leave that it rests on, while that is not yet believed, be it that what may be leave lies there
        now: before a yes that displaces nothing.
        """
        if not conflict.displaced:
            return None
        sure = self.believed(conflict)
        return lifted_over(conflict.span, (one for one in self._leave(conflict) if sure or not one.doubted))

    def _leave(self, conflict: Conflict) -> tuple[LeaveBlock, ...]:
        diary = self.diaries.get(conflict.therapist)
        return diary.leave if diary else ()

    def nothing_offered(self, conflict: Conflict) -> bool:
        """True where nothing at all is offered for this conflict: `#none`, `#none AB`, or a policy of none."""
        return all(self.never_offered(conflict, kind) for kind in OfferKind)

    def never_offered(self, conflict: Conflict, kind: OfferKind) -> bool:
        """True where this kind is not offered; an approach of none is one to make-ups, not to cover or calls."""
        absence, client = self.absence.get(conflict.absence), self.client(conflict)
        rules = self.policy(conflict).eligibility
        if absence is not None and conflict.client in excluded(absence.tags):
            return True
        match kind:
            case OfferKind.COVER:
                return not rules.cover or client is None or not client.cover_ok
            case OfferKind.CALL:
                return not (rules.call or self.called(conflict))
            case OfferKind.EXTEND if not rules.extension:
                return True
            case _:
                return rules.approach is Approach.NONE

    def called(self, conflict: Conflict) -> bool:
        """True where what leave takes is no session but a call that was agreed on: another call makes up for it."""
        offer = self.offer.get(conflict.ref.uid)
        return offer is not None and offer.kind is OfferKind.CALL

    def displaced(self, absence: Absence) -> tuple[Conflict, ...]:
        """All conflicts of an absence that still are ones."""
        return self._displaced.get(absence.id, ())

    @cached_property
    def _displaced(self) -> Mapping[str, tuple[Conflict, ...]]:
        found: dict[str, list[Conflict]] = {}
        for row in self.conflicts:
            if row.displaced:
                found.setdefault(row.absence, []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    def crisis(self, conflict: Conflict) -> bool:
        """True for a client in crisis, by roster or care note."""
        client = self.client(conflict)
        diary = self.diaries[conflict.therapist]
        noted = any(note.client == conflict.client and note.holds(self.now) for note in diary.notes)
        return noted or (client is not None and client.priority is Priority.CRISIS)


def _as_it_was(row: Conflict) -> Session:
    """The session of a conflict whose original stands again."""
    return Session(
        row.therapist,
        row.client,
        row.ref,
        row.span,
        location=row.location,
        link=row.link,
        conference=row.conference,
    )
