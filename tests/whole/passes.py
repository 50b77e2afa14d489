"""Passes in this process, wired from an office's settings."""

from __future__ import annotations

import os
from datetime import timedelta

from syncd.cycle import PassReport, run_until_quiet
from syncd.wiring import SystemClock
from syncd.wiring.world import acting, world_of
from tests.scenario.household import SetClock
from tests.whole.office import Office


def look(office: Office, ahead: timedelta = timedelta(0)) -> tuple[PassReport, ...]:
    """What `syncd once` does, `ahead` of the machine's clock."""
    clock = SetClock(SystemClock().now() + ahead)
    with world_of(office.write(), os.environ, clock=clock) as world, acting(world) as fence:
        return run_until_quiet(world, fence)
