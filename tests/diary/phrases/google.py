"""What there is with Google only: its question whether to tell guests, events that say out of office, access itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from connectors.google.scopes import LEAST_SCOPES
from syncd.core.model import Client
from tests.core.people import BERLIN
from tests.diary import answering
from tests.diary.calendar_words import Days, DiaryError
from tests.diary.registry import phrase
from tests.diary.scene import Scene
from tests.diary.shapes import Shape
from tests.diary.worlds.google import GoogleDesk
from tests.diary.worlds.world import Desk


@phrase("{therapist} drags {client}'s {entry} to {moment} and sends nothing")
def drag_silently(scene: Scene, therapist: Desk, client: Client, entry: str, moment: datetime) -> None:
    """At "Send updates to guests?" Dana presses "Don't send"."""
    offer = scene.newest(client)
    ends = moment + offer.span.duration
    person = _with_google(therapist).person
    person.drag(offer.uid, moment.isoformat(), ends.isoformat(), "Practice", send="none")


@phrase("{therapist} deletes {client}'s {entry} and sends nothing")
def delete_silently(scene: Scene, therapist: Desk, client: Client, entry: str) -> None:
    """The same question at a deletion, the same answer."""
    _with_google(therapist).person.delete(scene.newest(client).uid, "Practice", send="none")


@phrase("{therapist} is out of office {days}")
def out_of_office(scene: Scene, therapist: Desk, days: Days) -> None:
    """An event of that type, which stands in the main calendar only, and has hours even where it means days."""
    first = datetime.combine(days.first, datetime.min.time(), BERLIN)
    last = datetime.combine(days.first + timedelta(days=days.count), datetime.min.time(), BERLIN)
    body = {
        "summary": "Away",
        "eventType": "outOfOffice",
        "start": {"dateTime": first.isoformat(), "timeZone": BERLIN.key},
        "end": {"dateTime": last.isoformat(), "timeZone": BERLIN.key},
        "outOfOfficeProperties": {"autoDeclineMode": "declineAllConflictingInvitations"},
    }
    scene.events["Away"] = therapist, _with_google(therapist).person.enter(body)


@phrase("{therapist} is back in office")
def back(scene: Scene, therapist: Desk) -> None:
    """That event is deleted."""
    _with_google(therapist).person.delete(scene.events.pop("Away")[1], send="none")


@phrase("{client}'s calendar declines by itself")
def auto_decline(scene: Scene, client: Client) -> None:
    """The client is out of office, and their calendar says so to whoever invites them."""
    said = answering.said(scene, client, "DECLINED")
    answering.send(scene, said, Shape(comment="Declined because I am out of office"))


@phrase("{therapist} withdraws the access")
def withdraw(scene: Scene, therapist: Desk) -> None:
    """At myaccount.google.com; or Google itself, after the seven days of a consent screen in "Testing"."""
    desk = _with_google(therapist)
    desk.server.oauth.revoke(desk.email)


@phrase("{therapist} signs in again")
def sign_in(scene: Scene, therapist: Desk) -> None:
    """`syncd auth google` has stored another token."""
    desk = _with_google(therapist)
    desk.server.config(desk.calendar.partition("/")[0], desk.email, desk.folder, LEAST_SCOPES)


@phrase("{therapist}'s access is missing")
def access_missing(scene: Scene, therapist: Desk) -> None:
    """A look says so, in one line with the command that helps."""
    account = _with_google(therapist).calendar.partition("/")[0]
    lines = [one.reason for report in scene.world.run() for one in report.problems]
    assert any(f"run `syncd auth google {account}`" in line for line in lines), lines


def _with_google(desk: Desk) -> GoogleDesk:
    if not isinstance(desk, GoogleDesk):
        raise DiaryError(f"{desk.name} is not with Google")
    return desk
