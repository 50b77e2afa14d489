"""Model: what everything speaks of, as frozen values.

Rooms: event, changes, ground (calendars as they are read); client, leave, conflict, offer (the rows), offer_facts (what
can happen to an offer), unplaced; practice (who and what is allowed); messages (facts and intents); effects, actions
(what is done to the outside world), snapshot (all that one pass decides with), errors.
"""

from syncd.core.model.changes import CalendarObject, Changes, Copy, ReadProblem, Trace
from syncd.core.model.client import Client, ClientFacts, Contact, Mode, Phase, Priority, Tier, initials
from syncd.core.model.conflict import Conflict, ConflictState, OriginalState, conflict_id
from syncd.core.model.event import (
    MARKER_VERSION,
    Attendee,
    Event,
    EventDraft,
    EventKind,
    EventStatus,
    Marker,
    MarkerRole,
    OccurrenceRef,
    PartStat,
    Transparency,
    undelivered,
)
from syncd.core.model.ground import MAILBOX, Ground, Unread, noteworthy, problems_of
from syncd.core.model.leave import Absence, KnownLeave, LeaveBlock, SeenLeave, Session
from syncd.core.model.offer import (
    LIVE,
    MAKEUP,
    Approval,
    Delivery,
    Offer,
    OfferKind,
    OfferState,
    Reply,
    ReplyKind,
    Slot,
    next_sequence,
)

__all__ = [
    "LIVE",
    "MAILBOX",
    "MAKEUP",
    "MARKER_VERSION",
    "Absence",
    "Approval",
    "Attendee",
    "CalendarObject",
    "Changes",
    "Client",
    "ClientFacts",
    "Conflict",
    "ConflictState",
    "Contact",
    "Copy",
    "Delivery",
    "Event",
    "EventDraft",
    "EventKind",
    "EventStatus",
    "Ground",
    "KnownLeave",
    "LeaveBlock",
    "Marker",
    "MarkerRole",
    "Mode",
    "OccurrenceRef",
    "Offer",
    "OfferKind",
    "OfferState",
    "OriginalState",
    "PartStat",
    "Phase",
    "Priority",
    "ReadProblem",
    "Reply",
    "ReplyKind",
    "SeenLeave",
    "Session",
    "Slot",
    "Tier",
    "Trace",
    "Transparency",
    "Unread",
    "conflict_id",
    "initials",
    "next_sequence",
    "noteworthy",
    "problems_of",
    "undelivered",
]
