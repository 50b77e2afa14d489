"""One practice for all tests of keys, columns and gestures: each therapist has one thing that is unlike the others."""

from __future__ import annotations

import fcntl
import importlib
import json
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.outside.practice.carried import NEEDED, THERAPISTS
from tests.outside.practice.house import NOBODY, NOW, House, View
from tests.servers.smtp import Fault, Phase, SmtpServer

SUNDAY = NOW + timedelta(days=5)
COMPARED = frozenset({"usual", "none"})  # many tests look at what differs from these
FILES = (
    "test_policy",
    "test_therapists",
    "test_clients",
    "test_gestures",
    "test_sentences",
    "test_odd_times",
    "test_word_of_leave",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever looks at the practice first plays it for all, so that it begins before anybody waits for it."""
    for item in items:
        if "played" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lengthy)


@dataclass(frozen=True)
class Played:
    """The practice at three times: leave has just been entered; a day later; on the Sunday."""

    plan: dict[str, Any]
    first: View
    next_day: View
    sunday: View

    def of(self, therapist: str) -> dict[str, dict[str, Any]]:
        """What `plan --json` says of a therapist's displaced sessions, by initials; the last of several."""
        return {
            session["initials"]: session
            for absence in self.plan["absences"]
            if absence["therapist"] == therapist
            for session in absence["sessions"]
        }


@pytest.fixture(scope="session")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The therapists of all tests of this run, with all that is unlike, in one practice: each test looks at its own.

    It is played once, whichever of the workers that run tests side by side comes first.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "practice"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "plan.json").exists():
            for name in FILES:
                importlib.import_module(f"tests.outside.practice.{name}")
            tests = {getattr(item, "function", None) for item in request.session.items}
            wanted = COMPARED.union(*(who for test, who in NEEDED.items() if test in tests))
            with SmtpServer(folder / "mail") as post:
                post.fail(Fault(Phase.RCPT, "550 nobody here", recipient=NOBODY))
                _play(House(folder, post, [one for key, one in THERAPISTS.items() if key in wanted]))
    views = (View(folder / "seen" / name) for name in ("first", "next day", "sunday"))
    return Played(json.loads((folder / "plan.json").read_text()), *views)


def _play(house: House) -> None:
    late = [one.id for one in house.therapists if one.acts == "on Sunday"]
    with house.at(NOW - timedelta(days=1)):
        house.run("once")
    with house.at(NOW):
        house.blocks_leave(*(one.id for one in house.therapists if one.id not in late))
        house.run("once")
        plan = house.run("plan", "--json").out
        house.seen("first")
    with house.at(NOW + timedelta(hours=25)):
        for one in house.therapists:
            if callable(one.acts):
                one.acts(house, one.id)
        house.run("once")
        house.seen("next day")
    with house.at(SUNDAY):
        if late:
            house.blocks_leave(*late)
        house.run("once")
        house.seen("sunday")
    (house.folder / "plan.json").write_text(plan)
