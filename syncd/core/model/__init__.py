"""What the core thinks in: events as calendars show them, and the words of the trade as frozen values."""

from syncd.core.model.client import Client, ClientFacts, Contact, Mode, Phase, Priority
from syncd.core.model.conflict import Conflict, ConflictState, OriginalState, conflict_id
from syncd.core.model.event import (
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
)
from syncd.core.model.leave import Absence, LeaveBlock, SeenLeave, Session
from syncd.core.model.offer import (
    LIVE,
    Approval,
    Delivery,
    Offer,
    OfferKind,
    OfferState,
    Reply,
    ReplyKind,
    Slot,
)
from syncd.core.model.reading import CalendarObject, Changes, ReadProblem

__all__ = [
    "LIVE",
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
    "Delivery",
    "Event",
    "EventDraft",
    "EventKind",
    "EventStatus",
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
    "Transparency",
    "conflict_id",
]
