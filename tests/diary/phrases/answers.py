"""What clients' machines answer, and what letters and calendars then say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from email.message import EmailMessage

from syncd.core.model import Client
from tests.diary import answering
from tests.diary.kinds import kind_of
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.seen import entry_of
from tests.diary.shapes import Shape
from tests.diary.worlds.world import Desk
from tests.scenario import ics


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


@phrase("{client}'s other address has got: {kinds}")
def other_has_got(scene: Scene, client: Client, kinds: tuple[str, ...]) -> None:
    """All that came to the second of a client's addresses, so far."""
    found = tuple(kind_of(one, ics.part(one)) for one in scene.world.ours(client.second_email))
    assert found == kinds, f"got {', '.join(found) or 'nothing'}"


@phrase("{client}'s other address reads {text}")
def other_reads(scene: Scene, client: Client, text: str) -> None:
    """The newest mail to it says so."""
    body = scene.world.ours(client.second_email)[-1].get_body(("plain",))
    said = " ".join(str(body.get_content()).split()) if isinstance(body, EmailMessage) else ""
    assert text in said, said


@phrase("{client} {how} from {address} and adds {text}")
def answer_from_with_comment(scene: Scene, client: Client, how: str, address: str, text: str) -> None:
    """From one of two addresses, with a comment beside it."""
    said = answering.said(scene, client, how)
    answering.send(scene, replace(said, sender=address), Shape(comment=text))
