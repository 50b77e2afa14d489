"""What there is with servers that schedule only: whom they reach, and settings that choose who carries invitations."""

from __future__ import annotations

from syncd.core.model import Client
from tests.diary.calendar_words import DiaryError
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.worlds.text_desk import ScheduledDesk
from tests.servers.smtp import Fault, Phase


@phrase("the server cannot reach {client}")
def unreachable(scene: Scene, client: Client) -> None:
    """Whoever it hands its mail to takes none for them."""
    for desk in scene.world.desks.values():
        if not isinstance(desk, ScheduledDesk) or desk.server is None:
            raise DiaryError(f"{desk.name}'s calendar lies on no server that schedules")
        desk.server.post.fail(Fault(Phase.RCPT, "550 5.1.1 no such user", recipient=client.email))


@phrase("the office sets delivery to {word}")
def set_delivery(scene: Scene, word: str) -> None:
    """For every account."""
    paths = ("auto", "server", "imip")

    def changed(text: str) -> str:
        for one in paths:
            text = text.replace(f'delivery = "{one}"', f'delivery = "{word}"')
        return text

    scene.world.set_anew(changed)
