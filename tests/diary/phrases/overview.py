"""The plan event and the to-dos that stand where nothing can be mailed."""

from __future__ import annotations

import re
from datetime import date

from syncd.asked import work_out
from syncd.core.model import Client
from syncd.solver.costs import Costing
from tests.diary.phrases.dana import leave
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.worlds.world import Desk
from tests.scenario.entries import Entry


def plan_event(scene: Scene, therapist: Desk | None = None) -> Entry | None:
    """The one overview in the therapists' calendars (or this one's), or None; it is private, takes no time and names
    nobody.
    """
    desks = [therapist] if therapist is not None else list(scene.world.desks.values())
    found = [one for desk in desks for one in desk.entries(scene.now) if one.title.startswith("Plan ·")]
    assert len(found) < 2, f"there are {len(found)} plan events"
    for one in found:
        assert (one.private, one.transparent, one.days, one.attendees) == (True, True, 1, ())
        names = [client.name for client in scene.world.clients if client.name.split()[0] in one.description]
        assert not names, f"the plan event names {names}"
    return found[0] if found else None


def line(scene: Scene, client: Client, therapist: Desk | None = None) -> str:
    """The overview's line about a client."""
    found = plan_event(scene, therapist)
    assert found is not None, "there is no plan event"
    lines = [one for one in found.description.split("\n") if one.startswith(f"{client.initials} ·")]
    assert lines, f"nothing about {client.initials}: {found.description}"
    return lines[-1]


@phrase("the plan event says {client} {status:text}")
def says_of(scene: Scene, client: Client, status: str) -> None:
    """How the line about somebody ends."""
    said = line(scene, client)
    assert said.endswith(f"· {status}"), said


@phrase("{therapist}'s plan event says {client} {status:text}")
def says_of_theirs(scene: Scene, therapist: Desk, client: Client, status: str) -> None:
    """The same where several therapists have one."""
    said = line(scene, client, therapist)
    assert said.endswith(f"· {status}"), said


@phrase("the plan event says {text}")
def says(scene: Scene, text: str) -> None:
    """Its title or text holds this."""
    found = plan_event(scene)
    assert found is not None, "there is no plan event"
    assert text in f"{found.title}\n{found.description}", f"{found.title}\n{found.description}"


@phrase("the plan event is on {day}")
def lies_on(scene: Scene, day: date) -> None:
    """The first day of the absence."""
    found = plan_event(scene)
    assert found is not None, "there is no plan event"
    assert found.start == day, f"it is on {found.start}"


@phrase("there is no plan event")
def none(scene: Scene) -> None:
    """It was deleted."""
    assert plan_event(scene) is None


@phrase("{therapist} deletes the plan event")
def hide(scene: Scene, therapist: Desk) -> None:
    """Which hides it."""
    found = plan_event(scene)
    assert found is not None, "there is no plan event"
    therapist.remove(found.uid)


@phrase("{therapist} has a to-do {text}")
def to_do(scene: Scene, therapist: Desk, text: str) -> None:
    """An entry of today whose title or text holds this; private, for a whole day that stays free."""
    today = [one for one in therapist.entries(scene.now) if one.start == scene.today]
    found = [one for one in today if text in f"{one.title}\n{one.description}"]
    assert found, "\n\n".join(f"{one.title}\n{one.description}" for one in today) or "nothing today"
    assert all((one.private, one.transparent, one.days) == (True, True, 1) for one in found)


@phrase("{therapist} gives the code of the plan event")
def approve(scene: Scene, therapist: Desk) -> None:
    """Adds to the leave what the plan event asks for."""
    found = plan_event(scene)
    assert found is not None, "there is no plan event"
    _, _, code = found.title.partition("waits for ")
    assert code, f"it asks for nothing: {found.title}"
    therapist.retitle(scene.leaves[-1][1], lambda title: f"{title} {code}")


@phrase(
    "{therapist} titles the leave of {day} {title:text} and gives the code of the letter that says {text}"
)
def approve_what_a_letter_showed(scene: Scene, therapist: Desk, day: date, title: str, text: str) -> None:
    """By the code that stood in that letter, whatever is asked for by now."""
    found = [one for one in scene.post.all(therapist.email) if text in f"{one.subject}\n{one.text}"]
    code = re.search(r"#ok [a-z]+", found[0].text)
    assert code, f"it asks for nothing: {found[0].subject}"
    therapist.retitle(leave(scene, therapist, day), lambda _: f"{title} {code[0]}")


@phrase("nothing of {therapist}'s today says {text}")
def no_to_do(scene: Scene, therapist: Desk, text: str) -> None:
    """No entry of today holds this in its title or text."""
    today = [one for one in therapist.entries(scene.now) if one.start == scene.today]
    assert not [one.title for one in today if text in f"{one.title}\n{one.description}"]


def answer(scene: Scene, day: date | None = None) -> Entry | None:
    """The one answer to a question in the therapists' calendars, or None; private, takes no time, names nobody."""
    desks = scene.world.desks.values()
    found = [one for desk in desks for one in desk.entries(scene.now) if one.title.startswith("Question ·")]
    found = [one for one in found if day is None or one.start == day]
    assert len(found) < 2, f"there are {len(found)} answers"
    for one in found:
        assert (one.private, one.transparent, one.days, one.attendees) == (True, True, 1, ())
        names = [client.name for client in scene.world.clients if client.name.split()[0] in one.description]
        assert not names, f"the answer names {names}"
    return found[0] if found else None


@phrase("the answer to the question says {text}", "the answer to the question of {day} says {text}")
def answer_says(scene: Scene, text: str, day: date | None = None) -> None:
    """Its title or text holds this."""
    found = answer(scene, day)
    assert found is not None, "there is no answer"
    assert text in f"{found.title}\n{found.description}", f"{found.title}\n{found.description}"


@phrase("the answer to the question is on {day}")
def answer_lies_on(scene: Scene, day: date) -> None:
    """The first day of what is asked about."""
    found = answer(scene)
    assert found is not None, "there is no answer"
    assert found.start == day, f"it is on {found.start}"


@phrase("there is no answer to a question")
def no_answer(scene: Scene) -> None:
    """Nothing is asked any more."""
    assert answer(scene) is None


@phrase("what the questions cost is worked out")
def work_out_costs(scene: Scene) -> None:
    """Between two looks, by a process of its own, as `once` and the daemon do."""
    *_, last = scene.world.run()
    work_out(scene.world.practicing, scene.world.fence, last, Costing())


@phrase("no entry of {therapist}'s asks for {text}")
def asks_nowhere(scene: Scene, therapist: Desk, text: str) -> None:
    """On no day, be it over."""
    left = [one for one in therapist.entries(scene.now) if text in f"{one.title}\n{one.description}"]
    assert not left, [(one.title, one.start) for one in left]
