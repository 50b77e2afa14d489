"""What entries say in words: titles, whether they speak of leave, whom they name; sentences for clients below them."""

from syncd.core.reading.titles.leave import (
    LeaveReading,
    Spoken,
    hear_leave,
    kinds_of,
    read_leave,
)
from syncd.core.reading.titles.words import Words, words

__all__ = ["LeaveReading", "Spoken", "Words", "hear_leave", "kinds_of", "read_leave", "words"]
