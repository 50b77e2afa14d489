"""Every diary in every world it names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest

from tests.diary import phrases  # noqa: F401  makes their sentences known
from tests.diary.playing import play
from tests.diary.reading import Diary, read_diary
from tests.diary.worlds.world import World
from tests.portions import shared

DIARIES = tuple(read_diary(path) for path in sorted(Path(__file__).parent.glob("*.diary")))
FILE = "tests/diary/test_diaries.py"
FEW = {"memory": 2}  # further passes in the short and in the long run
ONCE = ("memory", "google", "radicale", "xandikos")  # the short run plays each diary in one of these
TURNS = ("memory", "google", "memory", "google", "radicale", "memory", "google", "xandikos")
SERVED = {
    "radicale",
    "xandikos",
}  # three times the work of memory: five sixths of what falls on them go there
LENGTHY = ("calendar_unread",)  # a look each quarter of an hour, for eight days
ALWAYS = ("mixed", "xandikos-auto")  # only where a diary names them
ALL = 100
# In the wider run; with fewer than all, diaries are played only on servers that the other runs have not.
PASSES = int(os.environ.get("DIARY_PASSES", ALL))


def pairs() -> Iterator[object]:
    """A diary, a world, and how many further passes.

    The short run plays it in the world that its name falls on, whichever other diaries there are, and leaves a third
    to the long one, of which `.ci/run` plays just these; the long one plays it in the others that come from the package
    index; a hundred further passes everywhere, and all servers, the wider one.
    """
    for diary in DIARIES:
        now = {*ALWAYS, *_in_turn(diary)}
        for world in diary.worlds:
            name = f"{diary.name}-{world}"
            if world in (*ONCE, *ALWAYS):
                left = shared(f"{FILE}::test_diary[{name}]")
                marks = () if world in now and not left else (pytest.mark.long,)
                yield pytest.param(diary, world, FEW.get(world, 1), id=name, marks=marks)
            if world not in (*ONCE, *ALWAYS) or PASSES >= ALL:
                yield pytest.param(diary, world, PASSES, marks=pytest.mark.wider, id=f"{name}-{PASSES}")


def _in_turn(diary: Diary) -> tuple[str, ...]:
    """The one world in which the short run plays it."""
    turn = [world for world in TURNS if world in diary.worlds and diary.name not in LENGTHY]
    round_, place = divmod(crc32(diary.name.encode()), len(turn) or 1)
    in_memory = {*turn[place : place + 1]} <= SERVED and "memory" in turn and round_ % 6 != 1
    return ("memory",) if in_memory else tuple(turn[place : place + 1])


@pytest.mark.parametrize(("diary", "world", "passes"), list(pairs()))
def test_diary(diary: Diary, world: str, passes: int, open_world: Callable[[str, Diary], World]) -> None:
    """Everything happens as it is written, exactly the messages listed go out, then nothing changes any more."""
    play(diary, open_world(world, diary), passes)
