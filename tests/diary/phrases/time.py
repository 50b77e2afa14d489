"""Time goes by."""

from __future__ import annotations

from tests.diary.registry import phrase
from tests.diary.scene import Scene


@phrase("time goes by")
def time_goes_by(scene: Scene) -> None:
    """Nothing else happens."""
    del scene
