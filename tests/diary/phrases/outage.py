"""What cannot be read for a while: a calendar, an account whose password has expired, the mailbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time

from syncd.core.model import Client
from tests.core.people import BERLIN
from tests.diary.calendar_words import Days
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.seen import series_uid
from tests.diary.worlds.outage import away, expired, lose_account, lose_mailbox
from tests.diary.worlds.text_desk import TextDesk
from tests.diary.worlds.world import Desk
from tests.scenario import ics

_KNOWN, _NOWHERE = "TZID=Europe/Berlin", "TZID=Nowhere/Land"


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


@phrase("{client}'s series is saved in a form that cannot be read")
def series_broken(scene: Scene, client: Client) -> None:
    """By a program that writes what no other understands; it may have moved it as well."""
    _series(scene, client, lambda text: text.replace(_KNOWN, _NOWHERE))


@phrase("{client}'s series is saved anew")
def series_mended(scene: Scene, client: Client) -> None:
    """As it was."""
    _series(scene, client, lambda text: text.replace(_NOWHERE, _KNOWN))


@phrase("{therapist} enters leave {days} in a form that cannot be read")
def leave_broken(scene: Scene, therapist: Desk, days: Days) -> None:
    """It is there, and nobody can say when."""
    start = datetime.combine(days.first, time(8), BERLIN)
    text = ics.timed("unreadable-leave", "Vacation", start, days.count * 1440)
    therapist.put(re.sub(r"(DTSTART|DTEND):(\w+)Z", rf"\1;{_NOWHERE}:\2", text), "unreadable-leave")


@phrase("{therapist} deletes what cannot be read")
def leave_gone(scene: Scene, therapist: Desk) -> None:
    """The entry is no more."""
    therapist.remove("unreadable-leave")


@phrase("{number:word} thing is unread", "{number:word} things are unread")
def unread_now(scene: Scene, number: str) -> None:
    """As the store remembers, whatever was read since."""
    grounds = scene.world.store.load().grounds
    found = [each for one in grounds for each in one.unread]
    assert len(found) == ("no", "one", "two").index(number), found


def _series(scene: Scene, client: Client, change: Callable[[str], str]) -> None:
    uid = series_uid(client, 0)
    desk = next(iter(scene.world.desks.values()))
    assert isinstance(desk, TextDesk)
    desk.edit(uid, change)
