"""The world as one pass sees it: everything the pure middle decides with, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from syncd.core.model.client import Client, ClientFacts, initials
from syncd.core.model.conflict import Conflict
from syncd.core.model.effects import (
    ANSWER_LETTER,
    LETTER_DAY,
    RECEIPT_LETTER,
    TOGETHER,
    TOKEN_LENGTH,
    UNCLEAR,
    WORD_OF_LEAVE,
    EffectKey,
    EffectRow,
    EffectState,
    Sent,
    Told,
    Word,
    answers_for,
    asks_for_yes,
    read_word,
    told_by,
)
from syncd.core.model.event import MARKER_VERSION, Event, MarkerRole, OccurrenceRef
from syncd.core.model.ground import MAILBOX, Ground, Unread
from syncd.core.model.leave import Cost, KnownLeave, SeenLeave
from syncd.core.model.offer import Approval, Delivery, Offer, Reply
from syncd.core.model.practice import Practice, Therapist
from syncd.core.time.spans import span_of


class Missing(StrEnum):
    """What the settings name no more while offers ahead stand with it."""

    CLIENT = "client"
    THERAPIST = "therapist"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Aside:
    """Ids of those on whom a rule breaks in this pass: of theirs nothing is decided. `why` is the kind of error.

    `unnamed` are those among them who are set aside because the settings name somebody, or a calendar, no more.
    """

    therapists: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()
    why: str = ""
    unnamed: Mapping[str, Missing] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """True where anybody is."""
        return bool(self.therapists or self.clients)

    def joined(self, other: Aside) -> Aside:
        """Both."""
        therapists, clients = self.therapists | other.therapists, self.clients | other.clients
        return Aside(therapists, clients, other.why or self.why, {**self.unnamed, **other.unnamed})


@dataclass(frozen=True)
class Snapshot:
    """Frozen inputs of one pass. `fresh` names the calendars whose mirror was confirmed by this pass's read."""

    now: datetime
    instance: str
    practice: Practice
    therapists: tuple[Therapist, ...]
    clients: tuple[Client, ...]
    events: tuple[Event, ...] = ()
    before: tuple[Event, ...] = ()  # what this pass read otherwise, or no more, as the last one knew it
    changed: frozenset[tuple[str, str]] = (
        frozenset()
    )  # (calendar, UID) of what this pass read otherwise, or for the first time
    fresh: frozenset[str] = frozenset()
    initial: frozenset[str] = frozenset()  # calendars read for the first time in this pass
    conflicts: tuple[Conflict, ...] = ()
    offers: tuple[Offer, ...] = ()
    replies: tuple[Reply, ...] = ()  # those not yet taken in
    known_replies: frozenset[str] = frozenset()  # ids of those that were
    approvals: tuple[Approval, ...] = ()
    seen: tuple[SeenLeave, ...] = ()
    leave: tuple[KnownLeave, ...] = ()  # as the last pass knew it
    facts: tuple[ClientFacts, ...] = ()
    effects: tuple[EffectRow, ...] = ()
    keys: Mapping[EffectKey, EffectState] = field(default_factory=dict)
    ledger: tuple[Sent, ...] = ()
    delivery: Mapping[str, Delivery] = field(default_factory=dict)  # therapist id -> path
    organizer: Mapping[str, str] = field(default_factory=dict)  # therapist id -> the account's own address
    mail: bool = True  # False: no SMTP is configured, nothing can be mailed
    answerable: bool = False  # a mailbox is read, and its server vouches for senders: a yes can come by mail
    paused: str = ""
    paused_since: datetime | None = None
    catching_up: bool = False  # after `adopt`: what may have been told before is due now, whatever the hour
    doubted: Mapping[tuple[str, str], datetime] = field(
        default_factory=dict
    )  # (calendar, UID) of what may be our own hand, or another's; until when
    grounds: tuple[Ground, ...] = ()  # as they are after this pass's reading
    aside: Aside = Aside()
    waiting: tuple[Reply, ...] = ()  # answers about whoever is set aside
    stood_still: Mapping[str, datetime] = field(
        default_factory=dict
    )  # until when a calendar (by id) had been read that nobody looked into for hours before this pass
    costs: tuple[Cost, ...] = ()  # of questions, as they were worked out beside the passes

    def setting_aside(self, aside: Aside) -> Snapshot:
        """Without those: their calendars are not relied on, and answers about what is theirs wait for a later pass."""
        silent = {one.calendar for one in self.therapists if one.id in aside.therapists}
        left = replace(self, aside=self.aside.joined(aside), fresh=self.fresh - silent)
        waiting = tuple(one for one in self.replies if left.answers_aside(one))
        replies = tuple(one for one in self.replies if one not in waiting)
        return replace(left, replies=replies, waiting=(*self.waiting, *waiting))

    def left_aside(self, row: Conflict | Offer) -> bool:
        """True for a session whose client or therapist is set aside, and for whatever was offered for it."""
        if not self.aside:
            return False
        known = self.conflict.get(row.conflict) if isinstance(row, Offer) else None
        therapist = known.therapist if known is not None else row.therapist
        return row.client in self.aside.clients or therapist in self.aside.therapists

    def answers_aside(self, reply: Reply) -> bool:
        """True for an answer about what is left aside, or about time that a therapist who is set aside would give."""
        offers = [one for one in self.offers if one.uid == reply.offer]
        offers += self.offers_of.get(reply.offer, ())
        rows = [row for row in self.conflicts if row.id == reply.offer]
        given = any(one.therapist in self.aside.therapists for one in offers)
        asked = self.asking.get(reply.offer)
        given = given or (asked is not None and asked.therapist in self.aside.therapists)
        return given or any(map(self.left_aside, offers)) or any(map(self.left_aside, rows))

    @cached_property
    def ground(self) -> Mapping[str, Ground]:
        """How reading each place went, by calendar id; `MAILBOX` only where there is one."""
        return {one.place: one for one in self.grounds}

    @cached_property
    def read(self) -> frozenset[str]:
        """The places that this pass read to the end: its reading began after whatever is due now fell due (I25)."""
        mailbox = self.ground.get(MAILBOX)
        silent = mailbox is not None and mailbox.read_at != self.now
        return self.fresh if silent else self.fresh | {MAILBOX}

    def hears(self, offer: Offer) -> bool:
        """True when every channel by which an answer to this offer can have come was read in this pass."""
        return {MAILBOX, offer.calendar} <= self.read

    @cached_property
    def unread(self) -> Mapping[tuple[str, str], Unread]:
        """What could not be read, by calendar id and UID: what it was before may hold no more."""
        return {(one.place, each.uid): each for one in self.grounds for each in one.unread}

    @cached_property
    def client(self) -> Mapping[str, Client]:
        """Clients by id."""
        return {client.id: client for client in self.clients}

    def short(self, client: str) -> str:
        """What stands for a client (id): their initials, be they off the roster since; else the id."""
        known = self.client.get(client)
        return initials(known) if known is not None else self._initials.get(client, client)

    @cached_property
    def _initials(self) -> Mapping[str, str]:
        noted = sorted((row for row in self.conflicts if row.initials), key=lambda row: (row.seen_at, row.id))
        return {row.client: row.initials for row in noted}

    @cached_property
    def therapist(self) -> Mapping[str, Therapist]:
        """Therapists by id."""
        return {therapist.id: therapist for therapist in self.therapists}

    @cached_property
    def conflict(self) -> Mapping[str, Conflict]:
        """Conflicts by id."""
        return {conflict.id: conflict for conflict in self.conflicts}

    @cached_property
    def ours(self) -> Mapping[str, Event]:
        """Our own objects as they stand in the calendars, by UID."""
        return {event.uid: event for event in self.events if event.ours}

    @cached_property
    def event(self) -> Mapping[OccurrenceRef, Event]:
        """Every occurrence by its identity."""
        return {event.ref: event for event in self.events}

    @cached_property
    def events_in(self) -> Mapping[str, tuple[Event, ...]]:
        """Every occurrence by its calendar."""
        found: dict[str, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.calendar, []).append(event)
        return {calendar: tuple(some) for calendar, some in found.items()}

    @cached_property
    def offers_of(self) -> Mapping[str, tuple[Offer, ...]]:
        """Offers by conflict id, in order of their number."""
        return by_conflict(self.offers)

    @cached_property
    def strays(self) -> tuple[Event, ...]:
        """Entries of ours ahead that this store does not know, or that a newer syncd wrote (docs/admin/backup.md).

        The store was restored, lost or doubled; nothing is done at all until `syncd adopt`.
        """
        zones = {one.calendar: one.zone for one in self.therapists}
        known = {offer.uid for offer in self.offers}
        return tuple(
            event
            for event in self.ours.values()
            if event.calendar in zones
            and event.marker is not None
            and event.marker.role is MarkerRole.OFFER
            and (event.uid not in known or event.marker.version > MARKER_VERSION)
            and span_of(event.when, zones[event.calendar]).end > self.now
        )

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Therapists into whose calendars a colleague's client may be booked: read in this pass, and understood."""
        return frozenset(one.id for one in self.therapists if one.calendar in self.fresh)

    def by_phone(self, client: str) -> bool:
        """True for somebody whom no notice of ours reaches."""
        known = self.client.get(client)
        return known is None or not known.mailed or known.discreet or not self.mail

    @cached_property
    def word_to(self) -> Mapping[str, Sent]:
        """Word of leave that takes nothing of the client's, by its subject: the last one of each."""
        return {one.key.subject: one for one in self.ledger if one.key.kind == WORD_OF_LEAVE}

    @cached_property
    def asking(self) -> Mapping[str, Sent]:
        """Letters that asked for a yes, by the token in their Message-ID, and by that of letters that say how to, or
        that it counts; day's letters as well, to which a yes may come.
        """
        asked = [one for one in self.ledger if asks_for_yes(one.key) or one.key.kind == LETTER_DAY]
        told = [
            (two, one)
            for two in self.ledger
            if two.key.kind in {ANSWER_LETTER, RECEIPT_LETTER}
            for one in asked
            if answers_for(two.key, one.key)
        ]
        tokens = (
            (two.message_id[1:].partition(".")[0], one)
            for two, one in (*((one, one) for one in asked), *told)
        )
        return {token: one for token, one in tokens if len(token) == TOKEN_LENGTH}

    @cached_property
    def words(self) -> Mapping[str, Word]:
        """By the same subject, what was said last, tried to be said, or was perhaps said."""
        return {subject: some[-1] for subject, some in self.words_one_by_one.items()}

    @cached_property
    def words_one_by_one(self) -> Mapping[str, tuple[Word, ...]]:
        """The same, and all that was said before it, in that order."""
        found: dict[str, list[Word]] = {}
        for key, state in self.keys.items():
            if key.kind == WORD_OF_LEAVE and state not in _UNTRIED:
                found.setdefault(key.subject, []).append(read_word(key.version))
        return {subject: tuple(sorted(some)) for subject, some in found.items()}

    @cached_property
    def told_together(self) -> Mapping[tuple[str, Told], EffectState]:
        """By kind, what mails about several conflicts at once told, tried to tell, or perhaps told."""
        return {
            (key.kind, one): state
            for key, state in self.keys.items()
            if key.kind in TOGETHER and state not in _UNTRIED
            for one in told_by(key)
        }

    def done(self, key: EffectKey) -> bool:
        """True when this very effect has happened."""
        return self.keys.get(key) is EffectState.DONE

    def unclear(self, subject: str) -> bool:
        """True while an effect on this subject may or may not have happened."""
        return any(row.key.subject == subject and row.state in UNCLEAR for row in self.effects)


_UNTRIED = frozenset({EffectState.READY, EffectState.DROPPED})


def by_conflict(offers: Iterable[Offer]) -> Mapping[str, tuple[Offer, ...]]:
    """Offers by conflict id, in order of their number."""
    found: dict[str, list[Offer]] = {}
    for offer in sorted(offers, key=lambda offer: offer.number):
        found.setdefault(offer.conflict, []).append(offer)
    return {key: tuple(some) for key, some in found.items()}
