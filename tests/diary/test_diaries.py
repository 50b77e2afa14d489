"""Every diary in every world it names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.diary import phrases  # noqa: F401  makes their sentences known
from tests.diary.playing import play
from tests.diary.reading import Diary, read_diary
from tests.diary.worlds.world import World

DIARIES = tuple(read_diary(path) for path in sorted(Path(__file__).parent.glob("*.diary")))
FEW = {"memory": 5}  # further passes in the short run
ALWAYS = ("memory", "google", "mixed", "xandikos-auto")  # each diary is played there in the short run
SERVERS = ("radicale", "xandikos", "google")  # and has its turn on one of these
ALL = 100
# In the wider run; with fewer than all, diaries are played only on servers that the short run has not.
PASSES = int(os.environ.get("DIARY_PASSES", ALL))


def pairs() -> Iterator[object]:
    """A diary, a world, and how many further passes: a few in the short run, a hundred everywhere in the wider one."""
    for number, diary in enumerate(DIARIES):
        servers = [world for world in SERVERS if world in diary.worlds]
        turns = {*ALWAYS, *servers[number % (len(servers) or 1) :][:1]}
        for world in diary.worlds:
            name = f"{diary.name}-{world}"
            if world in turns:
                yield pytest.param(diary, world, FEW.get(world, 1), id=name)
            if world not in (*ALWAYS, *SERVERS) or PASSES >= ALL:
                yield pytest.param(diary, world, PASSES, marks=pytest.mark.wider, id=f"{name}-{PASSES}")


@pytest.mark.parametrize(("diary", "world", "passes"), list(pairs()))
def test_diary(diary: Diary, world: str, passes: int, open_world: Callable[[str, Diary], World]) -> None:
    """Everything happens as it is written, exactly the messages listed go out, then nothing changes any more."""
    play(diary, open_world(world, diary), passes)
