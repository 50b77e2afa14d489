"""What questions cost, from a process of its own: the same as here, and a failure that says so where it breaks."""

from __future__ import annotations

import sys
from threading import Thread

import pytest

from syncd.core.planning.asked.costing import costs
from syncd.core.planning.asked.due import material, wanted
from syncd.solver import solve_here, unless_alone
from syncd.solver.costs import Costing
from tests.core.asked_worlds import asked, standing_of


def test_the_process_says_what_this_one_would() -> None:
    """To the byte, whatever order its material came in."""
    standing = standing_of(asked(clients=12))
    jobs = wanted(standing)
    here = costs(material(standing), jobs, unless_alone(solve_here))
    assert Costing().work_out(material(standing), jobs) == here
    shuffled = standing_of(asked(clients=12, shuffle=3))
    assert Costing().work_out(material(shuffled), wanted(shuffled)) == here


@pytest.mark.parametrize(
    ("command", "patience", "why"),
    [
        ([sys.executable, "-c", "raise SystemExit(3)"], 60.0, "ValueError"),
        ([sys.executable, "-c", "print('no JSON at all')"], 60.0, "ValidationError"),
        ([sys.executable, "-c", "print('[{}]')"], 60.0, "ValidationError"),
        ([sys.executable, "-c", "import time; time.sleep(600)"], 0.2, "TimeoutExpired"),
        (["/does/not/exist"], 60.0, "FileNotFoundError"),
    ],
    ids=["dies", "babbles", "other JSON", "hangs", "missing"],
)
def test_a_broken_process_is_told_and_costs_nothing_else(
    command: list[str], patience: float, why: str
) -> None:
    """Each question's cost says why there is none, and is due again after an hour."""
    standing = standing_of(asked())
    (job,) = wanted(standing)
    (found,) = Costing(command, patience).work_out(material(standing), (job,))
    assert (found.question, found.rests_on, found.failed, found.tiers) == (
        job.question,
        job.rests_on,
        why,
        (),
    )


def test_stopping_ends_the_job_in_hand() -> None:
    """And begins no other."""
    standing = standing_of(asked())
    jobs = wanted(standing)
    costing = Costing([sys.executable, "-c", "import time; time.sleep(600)"])
    found: list[str] = []
    job = Thread(
        target=lambda: found.extend(one.failed for one in costing.work_out(material(standing), jobs))
    )
    job.start()
    costing.stop()
    job.join(60)
    assert not job.is_alive()
    assert len(found) == 1
    assert costing.work_out(material(standing), jobs)[0].failed == "ValueError"
