"""Video rooms that Google makes for events: who asks for them, and which of them people are sent to."""

from __future__ import annotations

from syncd.core.model import Client
from tests.diary.phrases.groups import said_to
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.seen import series_uid
from tests.diary.worlds.world import Desk


@phrase("{therapist} adds Google Meet to {client}'s sessions")
def add_meet(scene: Scene, therapist: Desk, client: Client) -> None:
    """A room that Google makes for the series alone."""
    therapist.add_meet(series_uid(client, 0))


@phrase("{therapist} adds Google Meet to {client}'s entry")
def add_meet_to_entry(scene: Scene, therapist: Desk, client: Client) -> None:
    """A room of that entry's own; its guest is told of it."""
    therapist.add_meet(scene.newest(client).uid)


@phrase("Google makes no rooms")
def no_rooms(scene: Scene) -> None:
    """From now on a request with one is refused as a whole."""
    _rooms(scene, "refused")


@phrase("Google fails to make rooms")
def rooms_fail(scene: Scene) -> None:
    """From now on events are made, and their rooms are not."""
    _rooms(scene, "failed")


@phrase("Google makes rooms later")
def rooms_wait(scene: Scene) -> None:
    """From now on they are asked for, and not there yet."""
    _rooms(scene, "pending")


@phrase("Google has made the rooms")
def rooms_come(scene: Scene) -> None:
    """What was asked for is there."""
    for desk in scene.world.desks.values():
        desk.finish_rooms()


def _rooms(scene: Scene, how: str) -> None:
    for desk in scene.world.desks.values():
        desk.make_rooms(how)


@phrase("{client}'s entry has a room of its own")
def own_room(scene: Scene, client: Client) -> None:
    """There is one, and it is not that of the session in whose place it is."""
    offer = scene.newest(client)
    desk = scene.desk_of(offer)
    room = desk.room_of(offer.uid)
    assert room.startswith("https://meet.google.com/"), room
    assert room != desk.room_of(series_uid(client, 0))


@phrase("{client}'s message names the room of that entry")
def names_room(scene: Scene, client: Client) -> None:
    """That one, and no other."""
    offer = scene.newest(client)
    desk = scene.desk_of(offer)
    room, usual = desk.room_of(offer.uid), desk.room_of(series_uid(client, 0))
    said = said_to(scene, client)
    assert room, "there is none"
    assert any(room in one for one in said), "\n".join(said) or "there is no message"
    assert not any(usual in one for one in said), usual
