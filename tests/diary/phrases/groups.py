"""Several therapists: whose calendar an entry stands in, and in whose name an invitation comes."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import icalendar

from syncd.core.model import Client
from tests.core.people import BERLIN
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.seen import entry_of
from tests.diary.worlds.settings import full_name
from tests.diary.worlds.world import Desk
from tests.scenario import ics


@phrase("{client}'s {entry} is in {therapist}'s calendar")
def in_calendar(scene: Scene, client: Client, entry: str, therapist: Desk) -> None:
    """The newest offer stands in this calendar, and in no other."""
    offer = scene.newest(client)
    found = [
        name
        for name, desk in scene.world.desks.items()
        if any(one.uid == offer.uid for one in desk.entries(scene.now))
    ]
    assert found == [therapist.name], f"it stands in {found}"


@phrase("nothing stands in {therapist}'s calendar for {client}")
def not_in_calendar(scene: Scene, therapist: Desk, client: Client) -> None:
    """No entry of ours for that client there."""
    uids = {one.uid for one in scene.offers(client)}
    left = [one.title for one in therapist.entries(scene.now) if one.uid in uids]
    assert not left, f"{left} stands"


@phrase("{client} is invited by {therapist}")
def invited_by(scene: Scene, client: Client, therapist: Desk) -> None:
    """The newest invitation is to this therapist: its title, and the organizer's name or address."""
    found = [one for one in scene.post.all(client.email) if one.method == "REQUEST"]
    assert found, "there is no invitation"
    (event,) = icalendar.Calendar.from_ical(ics.part(found[-1].message)).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"Appointment with {full_name(therapist.name)}"
    assert scene.desk_for(str(event["UID"])) is therapist, "it stands elsewhere"
    if "ORGANIZER" not in event:
        return  # the stand-in's mails name nobody: there who invites is whose calendar it stands in
    if therapist.carried:
        assert str(event["ORGANIZER"]).lower().endswith(f":{therapist.email}"), event["ORGANIZER"]
    else:
        assert event["ORGANIZER"].params["CN"] == full_name(therapist.name)


@phrase("{client}'s message says {text}")
def message_says(scene: Scene, client: Client, text: str) -> None:
    """One of the messages since the last entry says this, in its text or in its calendar part."""
    said = said_to(scene, client)
    assert any(text in one for one in said), "\n".join(said) or "there is no message"


@phrase("no message of {client}'s says {text}")
def message_never_says(scene: Scene, client: Client, text: str) -> None:
    """None of the messages since the last entry holds this."""
    said = said_to(scene, client)
    assert not any(text in one for one in said), "\n".join(said)


def said_to(scene: Scene, client: Client) -> list[str]:
    """The text of each message since the last entry, and of its calendar part."""
    said = []
    for one in scene.letters(client.email):
        part = ics.part(one.message).replace("\r\n ", "").replace("\n ", "").replace("\\n", " ")
        said.append(" ".join(f"{one.subject} {one.text} {part}".replace("\\,", ",").split()))
    return said


@phrase("{client}'s {entry} lies beside their session on {moment}")
def lies_beside(scene: Scene, client: Client, entry: str, moment: datetime) -> None:
    """Right before or right after a session of 50 minutes that starts then."""
    found = entry_of(scene, scene.newest(client))
    assert found is not None, "it is gone"
    offer = scene.newest(client)
    ends = (offer.span.end - moment).total_seconds() / 60, (offer.span.start - moment).total_seconds() / 60
    assert ends[0] == 0 or ends[1] == 50, f"it is at {found.begins.astimezone(BERLIN):%a %d %b %H:%M}"


@phrase("{therapist}'s entry for {client} says {text}")
def entry_says(scene: Scene, therapist: Desk, client: Client, text: str) -> None:
    """Title or description of the newest offer's entry."""
    found = entry_of(scene, scene.newest(client))
    assert found is not None, "it is gone"
    said = " ".join(f"{found.title} {found.description}".split())
    assert text in said, said


@phrase("no entry for {client} says {text}")
def no_entry_says(scene: Scene, client: Client, text: str) -> None:
    """No entry of any of the client's offers holds this, in title or description."""
    found = [entry for one in scene.offers(client) if (entry := entry_of(scene, one)) is not None]
    assert not any(text in f"{one.title} {one.description}" for one in found), found


@phrase("{client}'s sessions with everybody are apart")
def apart(scene: Scene, client: Client) -> None:
    """Whatever is offered or agreed stands in the calendars at different times."""
    found = [entry for one in scene.offers(client) if (entry := entry_of(scene, one)) is not None]
    spans = sorted(one.span for one in scene.offers(client) if any(e.uid == one.uid for e in found))
    assert len(spans) > 1, "there is but one"
    assert not any(one.overlaps(other) for one, other in pairwise(spans)), spans


@phrase("{client}'s mail says {text}")
def mail_says(scene: Scene, client: Client, text: str) -> None:
    """One of the practice's own mails since the last entry says this in its text."""
    said = [" ".join(one.text.split()) for one in scene.letters(client.email) if not one.carried]
    assert any(text in one for one in said), "\n".join(said) or "there is no mail"


@phrase("{client}'s mail does not say {text}")
def mail_never_says(scene: Scene, client: Client, text: str) -> None:
    """There is a mail since the last entry, and none holds this."""
    said = [" ".join(f"{one.subject} {one.text}".split()) for one in scene.letters(client.email)]
    assert said, "there is no mail"
    assert not any(text in one for one in said), "\n".join(said)


@phrase("no entry of {therapist}'s says {text}")
def nowhere_in_calendar(scene: Scene, therapist: Desk, text: str) -> None:
    """Nothing that was written into the calendar holds this, in title or description."""
    leave = {uid for _, uid, _ in scene.leaves}
    found = [one for one in therapist.entries(scene.now) if one.uid not in leave]
    assert not [one for one in found if text in f"{one.title} {one.description}"], found


@phrase("the practice has mailed {client} {often:word}")
def mailed(scene: Scene, client: Client, often: str) -> None:
    """From the first day on, as `never` or `twice`; what a calendar carried does not count."""
    ours = [one.subject for one in scene.post.all(client.email) if not one.carried]
    assert len(ours) == ("never", "once", "twice").index(often), ours
