"""A copy of the store is put back in the middle of a life: silence until `syncd adopt`, and nobody is told twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from sqlite3 import connect

import pytest

from syncd.adopting import adopt
from syncd.ports import Halt
from syncd.store import SqlStore, open_store
from tests.core.people import NOW
from tests.scenario import ics
from tests.scenario.house import LEASE, House
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS, PEOPLE
from tests.scenario.test_by_hand import INVITED_BY, MONDAY

Step = Callable[[House], object]


def _blocks(house: House) -> None:
    house.block(MONDAY)
    house.run()


def _accepts(house: House) -> None:
    house.answer("c1", "ACCEPTED")
    house.later(minutes=20)


def _declines(house: House) -> None:
    house.answer("c2", "DECLINED")
    house.later(minutes=20)


def _removes(house: House) -> None:
    house.remove(house.offers("c2")[-1].uid)
    house.later(minutes=20)
    house.later(hours=13)  # it has stayed away


def _returns(house: House) -> None:
    house.remove("leave")
    house.later(days=1)


STORY: dict[str, Step] = {
    "blocked": _blocks,
    "invited": lambda house: house.at(INVITED_BY),
    "accepted": _accepts,
    "declined": _declines,
    "reminded": lambda house: house.later(days=4),
    "taken away": _removes,
    "leave deleted": _returns,
}
NAMES = tuple(STORY)


class Restored:
    """A house whose store is a file that can be copied, and put back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "syncd.db"
        self.kept = folder / "kept.db"
        self.counted = b""
        self.store: SqlStore = open_store(f"sqlite:///{self.path}")
        self.house = House(self.store, SetClock(NOW), PEOPLE)
        self.house.approve()
        sessions(self.house, MONDAYS)
        self.house.run()

    @property
    def _number(self) -> Path:
        return self.folder / "syncd.db-number"

    def copy(self) -> None:
        """A backup of now."""
        with closing(connect(self.path)) as source, closing(connect(self.kept)) as target:
            source.backup(target)
        self.counted = self._number.read_bytes() if self._number.exists() else b""

    def put_back(self, *, whole: bool) -> None:
        """The backup stands where the store was; `whole`: with the whole state directory, as a VM is rolled back."""
        self.store.close()
        for name in ("syncd.db", "syncd.db-wal", "syncd.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        self.path.write_bytes(self.kept.read_bytes())
        if whole:
            self._number.write_bytes(self.counted or b"0\n")
        self.store = self.house.store = open_store(f"sqlite:///{self.path}")
        later = self.house.clock.now() + timedelta(days=4000)
        self.house.fence = self.store.acquire("restored", later, LEASE)
        self.house.tokens = (f"again{number:021d}" for number in range(1, 1000))


def told(house: House) -> dict[str, Counter[tuple[str, str, str]]]:
    """How often each client got each message: METHOD, the time it is about, the subject."""
    return {
        client: Counter(
            (
                ics.method(one),
                ics.value(ics.part(one), "DTSTART") if ics.method(one) else "",
                str(one["Subject"]),
            )
            for one in house.mails(client)
        )
        for client in ("c1", "c2")
    }


def test_the_story(tmp_path: Path) -> None:
    """What everybody hears when nothing is put back: the later tests measure against it."""
    house = Restored(tmp_path).house
    for step in STORY.values():
        step(house)
    assert house.kinds("c1") == ["REQUEST", ""]  # and thanks for the yes
    assert house.kinds("c2")[:2] == ["REQUEST", "REQUEST"]
    assert all(count == 1 for each in told(house).values() for count in each.values())
    (reminder,) = (one for one in house.mails("c2") if ".reminder." in str(one["Message-ID"]))
    asked = [one for one in house.mails("c2") if ics.method(one) == "REQUEST"]
    assert reminder["In-Reply-To"] == asked[1]["Message-ID"]


@pytest.mark.parametrize(
    ("kept", "whole"),
    [
        pytest.param(
            kept,
            whole,
            id=f"{kept}-{'rolled-back' if whole else 'copied'}",
            marks=() if whole == bool(number % 2) else pytest.mark.long,
        )
        for number, kept in enumerate(NAMES[:-1])
        for whole in (False, True)
    ],
)
def test_a_copy_put_back_tells_nobody_twice(tmp_path: Path, kept: str, whole: bool) -> None:
    """The copy is one step of the story behind: silent, then taken over, then the story goes on."""
    restored = Restored(tmp_path)
    house = restored.house
    at = NAMES.index(kept) + 1
    for name in NAMES[:at]:
        STORY[name](house)
    restored.copy()
    STORY[NAMES[at]](house)
    before = told(house)
    entries = sorted(house.texts())
    restored.put_back(whole=whole)
    house.later(minutes=20)
    halted = restored.store.load().halted
    assert halted is not None
    assert halted.kind is Halt.OLDER
    assert sorted(house.texts()) == entries
    assert told(house) == before
    adopt(house.world(), house.fence)
    house.later(minutes=20)
    assert restored.store.load().halted is None
    assert told(house) == before
    for name in NAMES[at + 1 :]:
        STORY[name](house)
    house.later(days=1)
    assert all(count == 1 for each in told(house).values() for count in each.values())
    assert {offer.uid for offer in house.offers() if offer.live} <= {one.uid for one in house.entries()}


def test_copies_from_before_prove_nothing(tmp_path: Path) -> None:
    """The practice kept copies until the backup; of what Ben was told after his late no none is left: he is not told
    again, and a letter says that nobody knows whether he was.
    """
    restored = Restored(tmp_path)
    house = restored.house
    house.clients = tuple(replace(one, max_offers=1) for one in house.clients)
    house.post.evidence = True
    for name in ("blocked", "invited", "accepted"):
        STORY[name](house)
    house.later(days=8)  # Ben has not answered in time
    house.post.evidence = False
    restored.copy()
    _declines(house)
    before = told(house)
    assert house.kinds("c2") == ["REQUEST", ""]
    restored.put_back(whole=False)
    house.later(minutes=20)
    adopt(house.world(), house.fence)
    house.later(minutes=20)
    house.later(minutes=20)
    assert told(house) == before
    letter = house.letters()[-1].get_body(("plain",))
    assert letter is not None
    assert "BC" in letter.get_content()
    assert "perhaps not told; please call" in letter.get_content()
    house.later(days=1)
    assert told(house) == before


def test_where_only_mails_left_since_the_state_directory_tells(tmp_path: Path) -> None:
    """Dana had hidden the overview, and a reminder wrote nothing into her calendar: the number on disk knows."""
    restored = Restored(tmp_path)
    house = restored.house
    for name in ("blocked", "invited", "accepted"):
        STORY[name](house)
    overview = next(one.uid for one in house.entries() if "Plan" in one.title)
    house.remove(overview)
    house.later(minutes=20)
    restored.copy()
    entries = sorted(house.texts())
    house.later(days=4)
    before = told(house)
    assert house.kinds("c2") == ["REQUEST", ""]
    assert sorted(house.texts()) == entries
    restored.put_back(whole=False)
    house.later(minutes=20)
    halted = restored.store.load().halted
    assert halted is not None
    assert "the state directory" in halted.why
    adopt(house.world(), house.fence)
    house.later(minutes=20)
    assert told(house) == before
