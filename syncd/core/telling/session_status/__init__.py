"""Where a displaced session stands: what rows of letters and plan event say, and whether its client knows."""

from __future__ import annotations

from syncd.core.telling.session_status.by_voice import heard_by_voice, mark, stands_unheard
from syncd.core.telling.session_status.offer_words import BY_HAND, INTO_LEAVE, into_leave, made_up_as
from syncd.core.telling.session_status.status import (
    CALL_NEAR,
    HOLIDAY,
    OWED,
    PERHAPS_TOLD,
    STAYS_ASKED,
    TIME_STANDS,
    UNAWARE,
    WOULD_FALL_OUT,
    current_offer,
    has_time,
    knows,
    knows_it_fell_out,
    leaves_at,
    lost_anew,
    said_of,
    status_of,
    to_call,
    too_late,
    word_alone,
)

__all__ = [
    "BY_HAND",
    "CALL_NEAR",
    "HOLIDAY",
    "INTO_LEAVE",
    "OWED",
    "PERHAPS_TOLD",
    "STAYS_ASKED",
    "TIME_STANDS",
    "UNAWARE",
    "WOULD_FALL_OUT",
    "current_offer",
    "has_time",
    "heard_by_voice",
    "into_leave",
    "knows",
    "knows_it_fell_out",
    "leaves_at",
    "lost_anew",
    "made_up_as",
    "mark",
    "said_of",
    "stands_unheard",
    "status_of",
    "to_call",
    "too_late",
    "word_alone",
]
