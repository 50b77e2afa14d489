"""What therapists do by hand beside the daemon: extra sessions, copies, splits, tags taken back, a lost store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from syncd.adopting import adopt
from syncd.core.model import Client
from syncd.store import open_store
from tests.diary.calendar_words import Days
from tests.diary.phrases.dana import leave
from tests.diary.phrases.shown import nothing_stands
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.seen import series_uid, session_on
from tests.diary.worlds.world import Desk
from tests.scenario import ics

Hours = tuple[datetime, datetime]


@phrase("{therapist} moves {title:text} to {hours}")
def move_entered(scene: Scene, therapist: Desk, title: str, hours: Hours) -> None:
    """Something that was entered before."""
    therapist.span(scene.events[title][1], *hours)


@phrase("{therapist} retitles {title:text} as {text}")
def retitle_entered(scene: Scene, therapist: Desk, title: str, text: str) -> None:
    """Something that was entered before; it goes by its old title in what follows."""
    therapist.retitle(scene.events[title][1], lambda _: text)


@phrase("{therapist} removes {tags} from the leave")
def untag_leave(scene: Scene, therapist: Desk, tags: str) -> None:
    """A tag out of its title."""
    therapist.retitle(leave(scene, therapist), lambda title: title.replace(f" {tags}", ""))


@phrase("{therapist} removes {tags} from {client}'s session on {day}")
def untag_session(scene: Scene, therapist: Desk, client: Client, day: date, tags: str) -> None:
    """A tag out of one session's title."""
    uid, start, _ = session_on(scene, client, day)
    therapist.retitle_one(uid, start, lambda _: client.initials)


@phrase("{therapist} meets {client} online at {text}")
def meet_online(scene: Scene, therapist: Desk, client: Client, text: str) -> None:
    """The series has the address of a video room, as the calendar program adds one."""
    therapist.meet_at(series_uid(client, 0), text)


@phrase("{therapist} splits {client}'s sessions on {day}")
def split_series(scene: Scene, therapist: Desk, client: Client, day: date) -> None:
    """ "This and following": the series ends before that day, and a new one goes on from it."""
    split_series_to(scene, therapist, client, day, session_on(scene, client, day)[1])


@phrase("{therapist} splits {client}'s sessions on {day} and moves them to {moment}")
def split_series_to(scene: Scene, therapist: Desk, client: Client, day: date, moment: datetime) -> None:
    """The same, with another hour or weekday; what stood differently in the old series stays in it."""
    _split_off(scene, therapist, client, day, (client.initials, moment))


@phrase("{therapist} splits {client}'s sessions on {day} and calls them {title:text}")
def split_series_as(scene: Scene, therapist: Desk, client: Client, day: date, title: str) -> None:
    """The same, with another title at the same hour."""
    _split_off(scene, therapist, client, day, (title, session_on(scene, client, day)[1]))


def _split_off(scene: Scene, therapist: Desk, client: Client, day: date, to: tuple[str, datetime]) -> None:
    uid, start, _ = session_on(scene, client, day)
    new = scene.fresh_uid("series")
    new = therapist.split(uid, start, ics.weekly(new, *to, 50), new)
    scene.events[f"{client.initials} from {day}"] = therapist, new


@phrase("{therapist} undoes the split of {client}'s sessions")
def undo_split(scene: Scene, therapist: Desk, client: Client) -> None:
    """The new series is gone, and the old one goes on."""
    for uid in _split(scene, client):
        therapist.remove(uid)
    therapist.go_on(series_uid(client, 0))


@phrase("{therapist} moves {client}'s sessions from {day} on to {moment}")
def move_following(scene: Scene, therapist: Desk, client: Client, day: date, moment: datetime) -> None:
    """ "This and following" inside one series (RFC 5545 §3.2.13)."""
    uid, start, _ = session_on(scene, client, day)
    therapist.move_following(uid, start, moment)


@phrase("{client}'s session at {moment} is cancelled")
def session_at_cancelled(scene: Scene, client: Client, moment: datetime) -> None:
    """Of any series of theirs."""
    assert _statuses_at(scene, client, moment) == {"CANCELLED"}


@phrase("{client}'s session at {moment} stands")
def session_at_stands(scene: Scene, client: Client, moment: datetime) -> None:
    """Of any series of theirs."""
    assert _statuses_at(scene, client, moment) - {"CANCELLED"}


def _statuses_at(scene: Scene, client: Client, moment: datetime) -> set[str]:
    uids = {series_uid(client, 0), *_split(scene, client)}
    desks = scene.world.desks.values()
    entries = (one for desk in desks for one in desk.entries(scene.now))
    return {one.status for one in entries if one.begins == moment and one.uid in uids}


def _split(scene: Scene, client: Client) -> set[str]:
    """The series that went on after a split."""
    return {uid for title, (_, uid) in scene.events.items() if title.startswith(f"{client.initials} from")}


@phrase("{client}'s new session on {day} is cancelled")
def new_session_cancelled(scene: Scene, client: Client, day: date) -> None:
    """The session of a series that went on after a split."""
    assert _new_status(scene, client, day) == "CANCELLED"


@phrase("{client}'s new session on {day} stands")
def new_session_stands(scene: Scene, client: Client, day: date) -> None:
    """The session of a series that went on after a split."""
    assert _new_status(scene, client, day) not in {"CANCELLED", "gone"}


def _new_status(scene: Scene, client: Client, day: date) -> str:
    start = session_on(scene, client, day)[1]
    uids = _split(scene, client)
    found = [
        one
        for desk in scene.world.desks.values()
        for one in desk.entries(scene.now)
        if one.uid in uids and one.begins == start
    ]
    return found[0].status if found else "gone"


@phrase("{therapist} copies {client}'s {entry} to {moment}")
def copy_entry(scene: Scene, therapist: Desk, client: Client, entry: str, moment: datetime) -> None:
    """As calendar programs do: everything in it, under another UID, at another time."""
    offer, uid = scene.newest(client), scene.fresh_uid("copy")
    therapist.copy(offer.uid, uid, moment, moment + offer.span.duration)
    scene.events["the copy"] = therapist, uid


@phrase("somebody invites {therapist} to {title:text} for {days}")
def foreign_days(scene: Scene, therapist: Desk, title: str, days: Days) -> None:
    """What others organise: the therapist only attends."""
    uid = scene.fresh_uid("foreign")
    lines = (
        "ORGANIZER:mailto:somebody@example.com",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:somebody@example.com",
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{therapist.email}",
        "END:VEVENT",
    )
    text = ics.all_day(uid, title, days.first, days.count)
    therapist.put(text.replace("END:VEVENT", "\r\n".join(lines)), uid)
    scene.events[title] = therapist, uid


@phrase("the store is lost")
def lose_store(scene: Scene) -> None:
    """It is deleted; the daemon begins with a new one."""
    store = open_store(f"sqlite:///{Path(mkdtemp())}/fresh.db")
    scene.world.practicing = replace(scene.world.practicing, store=store)
    scene.world.fence = store.acquire("diary", scene.world.clock.now(), timedelta(days=3650))


@phrase("the office runs syncd adopt")
def adopted(scene: Scene) -> None:
    """What stands in the calendars is taken over."""
    adopt(scene.world.practicing, scene.world.fence)


@phrase("{client}'s {entry} is before {day}")
def stands_before(scene: Scene, client: Client, entry: str, day: date) -> None:
    """The newest offer lies before a day."""
    assert scene.newest(client).span.start.date() < day


@phrase("{client}'s {entry} is on {day}")
def stands_on(scene: Scene, client: Client, entry: str, day: date) -> None:
    """The newest offer lies on a day."""
    assert scene.newest(client).span.start.date() == day


@phrase("{clients} have nothing in the calendar")
def nobody_stands(scene: Scene, clients: tuple[Client, ...]) -> None:
    """No entry of ours for these clients."""
    for client in clients:
        nothing_stands(scene, client)
