"""What cannot be read for a while: a calendar, an account whose password has expired, the mailbox."""

from __future__ import annotations

from collections.abc import Callable

from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.worlds.outage import away, expired, lose_account, lose_mailbox
from tests.diary.worlds.world import Desk


@phrase("{therapist}'s password has expired")
def password_expired(scene: Scene, therapist: Desk) -> None:
    """The server takes it no more, for reading and for writing."""
    _lost(scene, therapist.name, lose_account(scene.world, therapist, expired))


@phrase("{therapist}'s calendar cannot be read")
def calendar_away(scene: Scene, therapist: Desk) -> None:
    """Its server does not answer."""
    _lost(scene, therapist.name, lose_account(scene.world, therapist, away))


@phrase("{therapist} enters the new password", "{therapist}'s calendar can be read again")
def calendar_back(scene: Scene, therapist: Desk) -> None:
    """All is as before."""
    scene.lost.pop(therapist.name)()


@phrase("the mailbox cannot be read")
def mailbox_away(scene: Scene) -> None:
    """Its server lets nobody in; mail goes out as before."""
    _lost(scene, "mailbox", lose_mailbox(scene.world, expired))


@phrase("the mailbox can be read again")
def mailbox_back(scene: Scene) -> None:
    """What came meanwhile lies in it."""
    scene.lost.pop("mailbox")()


def _lost(scene: Scene, name: str, back: Callable[[], None]) -> None:
    scene.lost[name] = back
