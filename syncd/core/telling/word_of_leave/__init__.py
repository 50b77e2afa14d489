"""Plain word of leave to clients of whom it takes no session: once, and once more where it changes or goes.

Rooms: gate (when), mail (what every one says); everyone, groups (who); after_all (who reads that it is gone); due.
"""

from syncd.core.telling.word_of_leave.after_all import readers
from syncd.core.telling.word_of_leave.due import word_at, word_of_leave
from syncd.core.telling.word_of_leave.gate import leaves_at, subject
from syncd.core.telling.word_of_leave.groups import away_by_now, falls_for_sure, off_that_day, takes_place
from syncd.core.telling.word_of_leave.no_more import NoMore, no_more

__all__ = [
    "NoMore",
    "away_by_now",
    "falls_for_sure",
    "leaves_at",
    "no_more",
    "off_that_day",
    "readers",
    "subject",
    "takes_place",
    "word_at",
    "word_of_leave",
]
