"""Time goes by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.halting import Watch
from syncd.ports import Halt
from tests.diary.registry import phrase
from tests.diary.scene import Scene


@phrase("the clock jumps ahead {number:count} days")
def jump_ahead(scene: Scene, number: int) -> None:
    """The wall clock of the machine that syncd runs on; everybody else's, servers included, stays right."""
    scene.world.clock.wrong = timedelta(days=number)


@phrase("the clock falls behind {number:count} days")
def fall_behind(scene: Scene, number: int) -> None:
    """The other way."""
    scene.world.clock.wrong = -timedelta(days=number)


@phrase("the clock is right again")
def right_again(scene: Scene) -> None:
    """Somebody, or the network, has set it."""
    scene.world.clock.wrong = timedelta()


@phrase("the machine sleeps for {number:count} days")
def asleep(scene: Scene, number: int) -> None:
    """Suspended: its clock is right when it wakes."""
    scene.world.clock.moment += timedelta(days=number)


@phrase("syncd is off for {number:count} days")
def off(scene: Scene, number: int) -> None:
    """Stopped by an admin: what starts again is a process that has seen no clock yet."""
    asleep(scene, number)
    scene.world.practicing = replace(scene.world.practicing, watch=Watch())


@phrase("syncd is off for {number:count} minutes")
def off_for_minutes(scene: Scene, number: int) -> None:
    """Started again the same day."""
    scene.world.clock.moment += timedelta(minutes=number)
    scene.world.practicing = replace(scene.world.practicing, watch=Watch())


@phrase("nothing is done because of the clock")
def silent(scene: Scene) -> None:
    """What `status` says."""
    halted = scene.world.store.load().halted
    assert halted is not None
    assert halted.kind is Halt.CLOCK, halted


@phrase("what is due is done")
def acting(scene: Scene) -> None:
    """Nothing stands against it."""
    assert scene.world.store.load().halted is None


@phrase("time goes by")
def time_goes_by(scene: Scene) -> None:
    """Nothing else happens."""
    del scene
