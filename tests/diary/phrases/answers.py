"""What clients' machines answer, and what letters and calendars then say."""

from __future__ import annotations

from datetime import date

from syncd.core.model import Client
from tests.diary import answering
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.seen import entry_of
from tests.diary.shapes import Shape
from tests.diary.worlds.world import Desk


@phrase("{client}'s mail server declines by itself")
def server_declines(scene: Scene, client: Client) -> None:
    """A responder's decline (RFC 3834)."""
    shape = Shape(headers=(("Auto-Submitted", "auto-replied"),))
    answering.send(scene, answering.said(scene, client, "DECLINED"), shape)


@phrase("nothing stands in {therapist}'s calendar on {day} for {client}")
def nothing_on(scene: Scene, therapist: Desk, day: date, client: Client) -> None:
    """No entry of ours for that client on that day."""
    there = [one for one in scene.offers(client) if one.span.start.date() == day]
    assert there
    assert all(entry_of(scene, one) is None for one in there)
