"""What a wrong clock noted: every moment of every stored value is known to be ours, others', or of what is to be."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syncd.core.model import KnownLeave, LeaveBlock, OccurrenceRef, SeenLeave
from syncd.core.time.spans import Span
from syncd.ports import PassRecord
from syncd.store import codec, moments, open_store

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=82)


def parts(kind: object) -> Iterator[object]:
    """A type and all it is made of."""
    yield kind
    for one in typing.get_args(kind):
        yield from parts(one)


def stored() -> Iterator[tuple[type, str, object]]:
    """Each field of each value that the store keeps in a row: whose, its name, its type."""
    forms = [one for one in vars(codec).values() if isinstance(one, codec.Form)]
    waiting = [part for one in forms for part in parts(one.adapter._type)]
    known: set[type] = set()
    while waiting:
        kind = waiting.pop()
        if not (isinstance(kind, type) and is_dataclass(kind)) or kind in known:
            continue
        known.add(kind)
        hints = typing.get_type_hints(kind)
        for one in fields(kind):
            yield kind, one.name, hints[one.name]
            waiting += parts(hints[one.name])


def test_each_moment_is_somebodys() -> None:
    """A field that is added has to be named; and nothing that is called so is anything else."""
    named = moments.NOTED | moments.FOLLOWS | moments.NOT_OURS
    times = {name for _, name, kind in stored() if datetime in parts(kind)}
    assert times == named
    ours = moments.NOTED | moments.FOLLOWS
    assert not [(kind, name) for kind, name, hint in stored() if name in ours and datetime not in parts(hint)]


def test_what_was_noted_later_was_noted_now_and_what_follows_follows(tmp_path: Path) -> None:
    """Leave that was seen gone at a wrong moment comes back as long after the right one; other moments stay."""
    span = Span(LATER, LATER + timedelta(days=1))
    gone, wait = LATER + timedelta(hours=2), timedelta(hours=12)
    block = LeaveBlock("dana", OccurrenceRef("home/work", "leave", ""), span, span)
    lifted = replace(block, lifted_at=gone, back_at=gone + wait)
    before = replace(block, lifted_at=NOW - wait, back_at=NOW)
    with open_store(f"sqlite:///{tmp_path}/syncd.db") as store:
        fence = store.acquire("test", NOW, timedelta(hours=1))
        seen = SeenLeave("f", LATER, initial=True)
        known = KnownLeave("dana", (lifted, before), ())
        store.record(fence, PassRecord(now=LATER, seen=(seen,), leave=(known,)))
        assert store.accept_clock(fence, (), NOW) == 2
        memory = store.load()
        assert memory.newest == NOW
        assert memory.seen == (replace(seen, seen_at=NOW),)
        assert memory.leave == (
            replace(known, blocks=(replace(lifted, lifted_at=NOW, back_at=NOW + wait), before)),
        )
        assert store.accept_clock(fence, (), NOW) == 0
        assert [one.event for one in store.audit()] == ["clock accepted", "clock accepted"]
