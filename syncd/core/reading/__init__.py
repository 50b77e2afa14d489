"""Reading: what calendars say. Pure; the order of the events never matters.

In: events, the roster, leave as it was known. Out: a `Diary` of each therapist: leave, sessions, busy time, notes.
Rooms: diary; leave, vanished_leave, first_seen, sessions, displaced, busy, notes, history (what is found); speaker,
tags, titles, roster (who says what of whom); projection (what the mirror keeps), store_age (what our own
entries say of the store).
"""

from syncd.core.reading.busy import Busy, find_busy
from syncd.core.reading.displaced import find_conflicts
from syncd.core.reading.leave import absences, find_client_absences, find_leave
from syncd.core.reading.notes import CareNote, find_notes, find_opened, find_pause
from syncd.core.reading.projection import lens, redact, redact_shared
from syncd.core.reading.roster import Roster
from syncd.core.reading.sessions import (
    Sessions,
    Stranger,
    Together,
    Unsettled,
    find_sessions,
    says_keep,
    says_told,
)
from syncd.core.reading.speaker import speaks
from syncd.core.reading.tags import codes, excluded, named_covers, policy_tags, told_by_name

__all__ = [
    "Busy",
    "CareNote",
    "Roster",
    "Sessions",
    "Stranger",
    "Together",
    "Unsettled",
    "absences",
    "codes",
    "excluded",
    "find_busy",
    "find_client_absences",
    "find_conflicts",
    "find_leave",
    "find_notes",
    "find_opened",
    "find_pause",
    "find_sessions",
    "lens",
    "named_covers",
    "policy_tags",
    "redact",
    "redact_shared",
    "says_keep",
    "says_told",
    "speaks",
    "told_by_name",
]
