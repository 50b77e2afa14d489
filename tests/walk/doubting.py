"""What is not yet believed: nothing about it leaves, so nothing that was said of it need be true already."""

from __future__ import annotations

from syncd.core.offers.conflict_state import undecided
from syncd.ports import Memory


def doubted(memory: Memory) -> frozenset[str]:
    """Conflicts whose leave, session or entry has vanished or changed hands, and may be as it was again."""
    blocks = {one.therapist: one.blocks for one in memory.leave}
    looked_at = {(one.calendar, one.uid) for one in memory.traces if one.doubted_at is not None}
    found = set()
    for row in memory.conflicts:
        offers = [one for one in memory.offers if one.conflict == row.id]
        objects = {(row.ref.calendar, row.ref.uid), *((one.calendar, one.uid) for one in offers)}
        if undecided(row, offers, blocks.get(row.therapist, ())) or objects & looked_at:
            found.add(row.id)
    return frozenset(found)
