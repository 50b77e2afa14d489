"""What therapists do in their calendars: leave, and what else they enter."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.diary.calendar_words import Days
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.worlds.world import Desk
from tests.scenario import ics

Hours = tuple[datetime, datetime]


@phrase("{therapist} blocks {days}", "{therapist} blocks {days} as {title:text}")
def block(scene: Scene, therapist: Desk, days: Days, title: str = "Vacation") -> None:
    """Whole days away."""
    uid = scene.fresh_uid("leave")
    therapist.put(ics.all_day(uid, title, days.first, days.count), uid)
    scene.leaves.append((therapist, uid, days.first))


@phrase("{therapist} blocks {days} and notes {note:text}")
def block_with_a_note(scene: Scene, therapist: Desk, days: Days, note: str) -> None:
    """Whole days, and a description; `|` ends a line."""
    uid = scene.fresh_uid("leave")
    therapist.put(_noted(uid, days, note), uid)
    scene.leaves.append((therapist, uid, days.first))


@phrase("{therapist} notes {note:text} in the leave of {days}")
def note_in_leave(scene: Scene, therapist: Desk, note: str, days: Days) -> None:
    """Another description of leave that stands there."""
    uid = leave(scene, therapist, days.first)
    therapist.put(_noted(uid, days, note), uid)


def _noted(uid: str, days: Days, note: str) -> str:
    text = note.replace(",", "\\,").replace("|", "\\n")
    return ics.all_day(uid, "Vacation", days.first, days.count, f"DESCRIPTION:{text}")


@phrase("{therapist} blocks {days} as {title:text} with {address}")
def block_with_a_guest(scene: Scene, therapist: Desk, days: Days, title: str, address: str) -> None:
    """Whole days, and somebody is invited."""
    uid = scene.fresh_uid("leave")
    people = ("ORGANIZER:mailto:dana@example.org", f"ATTENDEE:mailto:{address}")
    therapist.put(ics.all_day(uid, title, days.first, days.count, *people), uid)
    scene.leaves.append((therapist, uid, days.first))


@phrase("{therapist} blocks {days} as Outlook writes it")
def block_busily(scene: Scene, therapist: Desk, days: Days) -> None:
    """Away, and out of office, which keeps the time busy."""
    uid = scene.fresh_uid("leave")
    status = "X-MICROSOFT-CDO-BUSYSTATUS:OOF"
    therapist.put(ics.all_day(uid, "Vacation", days.first, days.count, "TRANSP:OPAQUE", status), uid)
    scene.leaves.append((therapist, uid, days.first))


@phrase("{therapist} blocks {hours}", "{therapist} blocks {hours} as {title:text}")
def block_hours(scene: Scene, therapist: Desk, hours: Hours, title: str = "Vacation") -> None:
    """Some hours away."""
    uid = scene.fresh_uid("leave")
    therapist.put(_timed(uid, title, hours), uid)
    scene.leaves.append((therapist, uid, hours[0].date()))


@phrase("{therapist} blocks today {clock}", "{therapist} blocks today {clock} as {title:text}")
def block_today(scene: Scene, therapist: Desk, clock: Hours, title: str = "Leave") -> None:
    """Sick today."""
    block_hours(scene, therapist, clock, title)


@phrase("{therapist} deletes the leave", "{therapist} deletes the leave of {day}")
def unblock(scene: Scene, therapist: Desk, day: date | None = None) -> None:
    """The newest, or the one that began on a day."""
    uid = leave(scene, therapist, day)
    therapist.remove(uid)
    scene.leaves = [one for one in scene.leaves if one[1] != uid]


@phrase(
    "{therapist} makes the leave {days}",
    "{therapist} makes the leave of {day} last {days}",
)
def change_leave(scene: Scene, therapist: Desk, days: Days, day: date | None = None) -> None:
    """Longer, shorter, at other days."""
    uid = leave(scene, therapist, day)
    therapist.respan(ics.all_day(uid, "", days.first, days.count), uid)


@phrase("{therapist} moves the leave to another calendar")
def relocate_leave(scene: Scene, therapist: Desk) -> None:
    """To the one in `leave_calendars`."""
    therapist.relocate(leave(scene, therapist))


@phrase("{therapist}'s other calendar does not answer")
def other_silent(scene: Scene, therapist: Desk) -> None:
    """The one in `leave_calendars`, until it answers again."""
    del scene
    therapist.fall_silent(True)


@phrase("{therapist}'s other calendar answers again")
def other_answers(scene: Scene, therapist: Desk) -> None:
    """It is read with the next look."""
    del scene
    therapist.fall_silent(False)


@phrase("{therapist} calls the leave {title:text}", "{therapist} calls the leave of {day} {title:text}")
def rename_leave(scene: Scene, therapist: Desk, title: str, day: date | None = None) -> None:
    """Another title."""
    therapist.retitle(leave(scene, therapist, day), lambda _: title)


@phrase("{therapist} adds {tags} to the leave", "{therapist} adds {tags} to the leave of {day}")
def tag_leave(scene: Scene, therapist: Desk, tags: str, day: date | None = None) -> None:
    """A tag in its title."""
    therapist.retitle(leave(scene, therapist, day), lambda title: f"{title} {tags}")


@phrase("{therapist} enters {title:text} {hours}", "{therapist} enters {title:text} on {hours}")
def enter(scene: Scene, therapist: Desk, title: str, hours: Hours) -> None:
    """Anything else with hours: an appointment, `#makeup`, `#syncd pause`."""
    uid = scene.fresh_uid("entered")
    therapist.put(_timed(uid, title, hours), uid)
    scene.events[title] = therapist, uid


@phrase("{therapist} enters {title:text} {hours} on sixty working days")
def enter_daily(scene: Scene, therapist: Desk, title: str, hours: Hours) -> None:
    """One series, from this hour on."""
    uid, (start, end) = scene.fresh_uid("entered"), hours
    rule = "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=60"
    therapist.put(ics.timed(uid, title, start, int((end - start) / timedelta(minutes=1)), rule), uid)
    scene.events[title] = therapist, uid


@phrase("{therapist} enters {title:text} for {days} as Outlook writes it")
def enter_busily(scene: Scene, therapist: Desk, title: str, days: Days) -> None:
    """Whole days that keep the time busy."""
    uid = scene.fresh_uid("entered")
    therapist.put(ics.all_day(uid, title, days.first, days.count, "TRANSP:OPAQUE"), uid)
    scene.events[title] = therapist, uid


@phrase("{therapist} enters {title:text} for {days}")
def enter_days(scene: Scene, therapist: Desk, title: str, days: Days) -> None:
    """Anything else with whole days: a care note, `#syncd pause`."""
    uid = scene.fresh_uid("entered")
    therapist.put(ics.all_day(uid, title, days.first, days.count), uid)
    scene.events[title] = therapist, uid


@phrase("{therapist} deletes {title:text}")
def delete_entered(scene: Scene, therapist: Desk, title: str) -> None:
    """Something that was entered before."""
    desk, uid = scene.events.pop(title)
    assert desk is therapist
    therapist.remove(uid)


def leave(scene: Scene, therapist: Desk, day: date | None = None) -> str:
    """The UID of a therapist's newest leave, or of the one that began on a day."""
    found = [uid for desk, uid, first in scene.leaves if desk is therapist and day in {None, first}]
    assert found, "there is no such leave"
    return found[-1]


def _timed(uid: str, title: str, hours: Hours) -> str:
    start, end = hours
    return ics.timed(uid, title, start, int((end - start) / timedelta(minutes=1)))
