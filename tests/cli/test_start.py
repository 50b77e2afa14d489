"""What a command loads before it does anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

GOOGLE = {"googleapiclient", "google.auth", "httplib2"}
SOLVER = {"highspy", "numpy"}
OUTSIDE = {
    "connectors",
    "caldav",
    "icalendar",
    "recurring_ical_events",
    "requests",
    "lxml",
    "imap_tools",
    "tenacity",
}


@pytest.mark.parametrize(
    ("loaded", "spared"),
    [
        ("syncd.cli", {"caldav", "sqlalchemy", "pydantic", "jinja2", *GOOGLE, *SOLVER}),
        ("syncd.wiring.world", {"holidays", "alembic", *GOOGLE, *SOLVER}),
        ("syncd.wiring, syncd.report.status", {*OUTSIDE, "syncd.core.decide", "alembic", *GOOGLE, *SOLVER}),
        ("syncd.solver", {"syncd.core.model", "syncd.core.planning.plan", "sqlalchemy", *SOLVER}),
    ],
)
def test_a_command_loads_only_what_it_needs(loaded: str, spared: set[str]) -> None:
    """The command line loads no connector, what looks at the store alone neither (`status`, `audit`, `pause`), and a
    set-up without Google none of its libraries; the solver comes last. Its own process has nothing but integers.
    """
    shown = f"import sys, {loaded}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, check=True, text=True)
    assert spared.isdisjoint(done.stdout.split())
