"""Detection: what a therapist's events say (DESIGN §6). Pure; the order of the events never matters."""

from syncd.core.detection.busy import Busy, find_busy
from syncd.core.detection.conflicts import find_conflicts
from syncd.core.detection.leave import absences, find_client_absences, find_leave
from syncd.core.detection.notes import CareNote, find_notes, find_opened, find_pause
from syncd.core.detection.projection import lens, redact, redact_shared
from syncd.core.detection.roster import Roster
from syncd.core.detection.sessions import Sessions, Stranger, Unsettled, find_sessions, kept, told
from syncd.core.detection.speaker import speaks
from syncd.core.detection.tags import codes, excluded, policy_tags

__all__ = [
    "Busy",
    "CareNote",
    "Roster",
    "Sessions",
    "Stranger",
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
    "kept",
    "lens",
    "policy_tags",
    "redact",
    "redact_shared",
    "speaks",
    "told",
]
