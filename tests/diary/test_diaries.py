"""Every diary in every world it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.diary import phrases  # noqa: F401  makes their sentences known
from tests.diary.playing import play
from tests.diary.reading import Diary, read_diary
from tests.diary.worlds.world import World

DIARIES = tuple(read_diary(path) for path in sorted(Path(__file__).parent.glob("*.diary")))
PASSES = {"memory": 100}  # further ones that must change nothing
ELSEWHERE = 5


def pairs() -> Iterator[object]:
    """A diary and a world; `wider` where the server is not on every machine."""
    for diary in DIARIES:
        for world in diary.worlds:
            marks = [pytest.mark.wider] if world == "cyrus" else []
            yield pytest.param(diary, world, marks=marks, id=f"{diary.name}-{world}")


@pytest.mark.parametrize(("diary", "world"), list(pairs()))
def test_diary(diary: Diary, world: str, open_world: Callable[[str, Diary], World]) -> None:
    """Everything happens as it is written, exactly the messages listed go out, then nothing changes any more."""
    play(diary, open_world(world, diary), PASSES.get(world, ELSEWHERE))
