"""A PostgreSQL dump is put back in the middle of a life: silence until `syncd adopt`, and nobody is told twice."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from syncd.adopting import adopt
from syncd.ports import Halt
from syncd.store import open_store
from tests.core.people import NOW
from tests.scenario.house import LEASE, House
from tests.scenario.household import SetClock, sessions
from tests.scenario.people import MONDAYS, PEOPLE
from tests.scenario.test_older import NAMES, STORY, told
from tests.store.postgres import postgres_environment, postgres_url

pytestmark = pytest.mark.wider


def run(program: str, *arguments: str) -> None:
    """A program of PostgreSQL's, as its owner."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    env = {**os.environ, **postgres_environment()}
    subprocess.run([program, *arguments], env=env, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("state", [True, False], ids=["state-kept", "state-lost"])
@pytest.mark.parametrize("kept", ["blocked", "invited", "accepted"])
def test_a_dump_put_back_tells_nobody_twice(tmp_path: Path, kept: str, state: bool) -> None:
    """As the admin's page says: pg_dump, pg_restore, `syncd adopt`; then the story goes on."""
    dump, folder = tmp_path / "dump", tmp_path / "state"
    folder.mkdir()
    with postgres_url() as url:
        database = str(make_url(url).database)
        store = open_store(url, state=folder)
        house = House(store, SetClock(NOW), PEOPLE)
        house.approve()
        sessions(house, MONDAYS)
        house.run()
        at = NAMES.index(kept) + 1
        for name in NAMES[:at]:
            STORY[name](house)
        run("pg_dump", "--format=custom", f"--file={dump}", database)
        STORY[NAMES[at]](house)
        before, entries = told(house), sorted(house.texts())
        store.close()
        if not state:
            shutil.rmtree(folder)
            folder.mkdir()
        run("pg_restore", "--clean", "--if-exists", f"--dbname={database}", str(dump))
        with open_store(url, state=folder) as store:
            house.store = store
            house.fence = store.acquire("restored", house.clock.now() + timedelta(days=4000), LEASE)
            house.tokens = (f"again{number:021d}" for number in range(1, 1000))
            house.later(minutes=20)
            halted = store.load().halted
            assert halted is not None
            assert halted.kind is Halt.OLDER
            assert (told(house), sorted(house.texts())) == (before, entries)
            adopt(house.world(), house.fence)
            house.later(minutes=20)
            assert store.load().halted is None
            assert told(house) == before
            for name in NAMES[at + 1 :]:
                STORY[name](house)
            house.later(days=1)
            assert all(count == 1 for each in told(house).values() for count in each.values())
