"""What every test shares."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, settings

from tests import chance
from tests.clock.sitecustomize import SHIFT, begin
from tests.portions import in_order, leave_two_thirds, shared
from tests.warmed import SELDOM

# Derandomized: a red run is red again. HYPOTHESIS_PROFILE=explore looks for new examples.
settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

IN_MEMORY = Path("/dev/shm")  # noqa: S108  pytest makes its own private folder there
ROOM = 2 * 1024**3
UNTIL = pytest.StashKey[float]()
NOT_BEGUN = "no time was left for it"
# A Sunday, early, in a season without a change of the clocks, Christmas or New Year's Eve; the past, for files are of
# the machine's own day, and nobody's mail is from before it was asked for.
BEGINS = datetime(2026, 9, 6, 5, 30, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """A share of a long run, chosen by the names of tests: the same ones each time."""
    parser.addoption("--share", type=int, default=1, help="run one test of so many")
    parser.addoption("--within", type=float, default=inf, help="begin no test once so many seconds are over")
    parser.addoption(
        "--turn", default="", help="in which order files are played, where not all of them may be"
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """What takes longest begins first, so that in the end no processor waits for one that works on it alone."""
    leave_two_thirds(items)
    yield  # tests are chosen by their marks
    share: int = config.getoption("--share")
    mine = [one for one in items if shared(one.nodeid, share)]
    if len(mine) < len(items):
        config.hook.pytest_deselected(items=[one for one in items if not shared(one.nodeid, share)])
    if config.getoption("--within") < inf:
        mine = in_order(mine, config.getoption("--turn"))
    items[:] = sorted(mine, key=lambda one: one.get_closest_marker("lengthy") is None)


def pytest_configure(config: pytest.Config) -> None:
    """The same day for everybody, whenever tests are run: leave three weeks from now may meet Christmas Eve."""
    config.stash[UNTIL] = monotonic() + config.getoption("--within")
    gc.set_threshold(*SELDOM)
    if SHIFT not in os.environ:
        os.environ[SHIFT] = str((BEGINS - datetime.now(UTC)).total_seconds())  # noqa: TID251  the machine's own clock
        paths = (str(Path(__file__).with_name("clock")), os.environ.get("PYTHONPATH", ""))
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        begin()
    chance.tame()
    _in_memory()


@pytest.hookimpl(tryfirst=True)  # its fixtures draw as well
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each test draws its own chance. What says that it takes minutes begins only where it can end in time."""
    mark = item.get_closest_marker("lengthy")
    takes = 60 * mark.kwargs.get("minutes", 0) if mark is not None else 0
    if monotonic() + takes > item.config.stash[UNTIL]:
        pytest.skip(NOT_BEGUN)
    chance.begin(item.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says of how many tests this machine had no time for."""
    skipped = terminalreporter.stats.get("skipped", ())
    if late := sum(NOT_BEGUN in str(one.longrepr) for one in skipped):
        terminalreporter.write_line(
            f"{late} tests were not begun: the time that they had was over", yellow=True
        )


def _in_memory() -> None:
    """Folders of tests lie in memory where there is room: on a disk they wait for it at each of many commits."""
    if "TMPDIR" in os.environ or not os.access(IN_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(IN_MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay to the end: nobody need search them for garbage again and again."""
    gc.collect()
    gc.freeze()
