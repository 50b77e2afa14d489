"""Whether a store is older than what was done in its name: restored, copied, rolled back or lost (I22)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.core.model import Copy, Event

LATELY = timedelta(days=30)  # evidence from before may be of what the store has forgotten since
_COUNTED = re.compile(r"\.(\d+)-[0-9a-f]{12}@")  # the number in a Message-ID of ours


@dataclass(frozen=True, slots=True)
class Count:
    """How far a store has counted, and what it knows. `witnessed` is the state directory's own number."""

    number: int
    vouched: int = 0
    witnessed: int = 0
    known: frozenset[str] = frozenset()  # Message-IDs of mails that left
    under_way: frozenset[int] = frozenset()  # numbers of effects that are not over


def highest(count: Count, ours: Iterable[Event], copies: Iterable[Copy]) -> int:
    """The highest number that is known anywhere."""
    told = (one.number for one in copies)
    return max((count.number, count.witnessed, *_numbers(ours), *told))


def signs(count: Count, ours: Iterable[Event], copies: Iterable[Copy], now: datetime) -> Iterator[str]:
    """What knows more than the store does, in words that follow "older than". Nothing: it is as new as it can tell."""
    if count.witnessed > count.number:
        yield f"the state directory (effect {count.witnessed})"
    written = max(_numbers(ours), default=0)
    if written > count.number:
        yield f"entries in the calendars (effect {written})"
    if any(unknown(copies, count, now)):
        yield "mails in the evidence mailbox"


def complete(count: Count, copies: Iterable[Copy]) -> bool:
    """True where copies reach as far as the mails that the store knows of: what has no copy then did not leave.

    A few old ones prove nothing of what left since.
    """
    known = (int(found[1]) for one in count.known if (found := _COUNTED.search(one)))
    newest = max((one.number for one in copies), default=0)
    return newest > 0 and newest >= max(known, default=0)


def _numbers(entries: Iterable[Event]) -> Iterator[int]:
    yield from (one.marker.number for one in entries if one.marker is not None)


def entries(events: Iterable[Event], own: frozenset[str]) -> tuple[Event, ...]:
    """Our own entries. What somebody else than `own` (addresses, lower case) organises may carry any marker."""
    return tuple(one for one in events if one.ours and (not one.organizer or one.organizer.lower() in own))


def unknown(copies: Iterable[Copy], count: Count, now: datetime) -> Iterator[Copy]:
    """Copies of mails of which the store does not know that they left."""
    return (one for one in copies if _unknown(one, count, now))


def _unknown(copy: Copy, count: Count, now: datetime) -> bool:
    if copy.number > count.number:
        return True
    forgotten = copy.number <= count.vouched or copy.arrived < now - LATELY
    return not forgotten and copy.message_id not in count.known and copy.number not in count.under_way
