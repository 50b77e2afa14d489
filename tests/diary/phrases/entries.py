"""What therapists do to entries of ours, and to their clients' own sessions."""

from __future__ import annotations

from datetime import date, datetime

from syncd.core.model import Client
from tests.belief.watch import SAID
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.seen import session_on
from tests.diary.worlds.world import Desk
from tests.scenario import ics


@phrase("{therapist} deletes {client}'s {entry}")
def delete_entry(scene: Scene, therapist: Desk, client: Client, entry: str) -> None:
    """A hold, an invitation, a make-up."""
    uid = scene.newest(client).uid
    therapist.remove(uid)
    scene.post.removed.add(uid)


@phrase("{therapist} drags {client}'s {entry} to {moment}")
def drag_entry(scene: Scene, therapist: Desk, client: Client, entry: str, moment: datetime) -> None:
    """To another time, as long as it was."""
    offer = scene.newest(client)
    therapist.span(offer.uid, moment, moment + offer.span.duration)


@phrase("{therapist} adds {tags} to {client}'s {entry}")
def tag_entry(scene: Scene, therapist: Desk, client: Client, entry: str, tags: str) -> None:
    """`#yes`, `#no`, `#told`, `#send` in its title."""
    uid = scene.newest(client).uid
    therapist.retitle(uid, lambda title: f"{title} {tags}")
    scene.post.edited.add(uid)
    if SAID.search(tags):
        scene.reader.said(client.id, scene.newest(client).span.start)
    if {"#no", "#told"} <= set(tags.lower().split()):
        scene.post.declined.add(uid)


@phrase("{therapist} enters {title:text} on {client}'s slot")
def enter_on_slot(scene: Scene, therapist: Desk, client: Client, title: str) -> None:
    """Something else at the time of a client's entry."""
    span, uid = scene.newest(client).span, scene.fresh_uid("entered")
    therapist.put(ics.timed(uid, title, span.start, 50), uid)
    scene.events[title] = therapist, uid


@phrase("{therapist} types {title:text} into the title of {client}'s {entry}")
def type_into(scene: Scene, therapist: Desk, client: Client, entry: str, title: str) -> None:
    """Behind what stands there, as it comes."""
    uid = scene.newest(client).uid
    therapist.retitle(uid, lambda before: f"{before} {title}")
    scene.post.edited.add(uid)


@phrase("{therapist} enters {title:text} as the place of {client}'s {entry}")
def place_entry(scene: Scene, therapist: Desk, client: Client, entry: str, title: str) -> None:
    """Where it is, "" for nowhere."""
    therapist.place_at(scene.newest(client).uid, title)


@phrase("{therapist} adds {tags} to {client}'s session on {day}")
def tag_session(scene: Scene, therapist: Desk, client: Client, day: date, tags: str) -> None:
    """`#keep` or `#told` in its title."""
    uid, start, _ = session_on(scene, client, day)
    therapist.retitle_one(uid, start, lambda title: f"{title} {tags}")
    if "#told" in tags:
        scene.reader.said(client.id, start)


@phrase("{therapist} calls {client}'s session on {day} {title:text}")
def retitle_session(scene: Scene, therapist: Desk, client: Client, day: date, title: str) -> None:
    """One session of the series, whatever it was called."""
    uid, start, _ = session_on(scene, client, day)
    therapist.retitle_one(uid, start, lambda _: title)


@phrase("{therapist} moves {client}'s session on {day} to {moment}")
def move_session(scene: Scene, therapist: Desk, client: Client, day: date, moment: datetime) -> None:
    """One session of the series."""
    uid, start, _ = session_on(scene, client, day)
    therapist.move_one(uid, start, moment)


@phrase("{therapist} deletes {client}'s session on {day}")
def drop_session(scene: Scene, therapist: Desk, client: Client, day: date) -> None:
    """One session of the series."""
    uid, start, _ = session_on(scene, client, day)
    therapist.drop_one(uid, start)


@phrase("{therapist} ends {client}'s sessions before {day}")
def end_series(scene: Scene, therapist: Desk, client: Client, day: date) -> None:
    """No session from that day on."""
    uid, start, _ = session_on(scene, client, day)
    therapist.end_before(uid, start)


@phrase("{therapist} brings back {client}'s session on {day}")
def bring_back_session(scene: Scene, therapist: Desk, client: Client, day: date) -> None:
    """One session of the series that was deleted: the deletion is undone."""
    uid, start, _ = session_on(scene, client, day)
    therapist.bring_back_one(uid, start)
