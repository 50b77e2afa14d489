"""With Google's stand-in: therapists and clients have Google accounts, clients answer in their own calendars."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from syncd.standin.google.answers import Json
from syncd.standin.google.conferences import Rooms, link_of
from syncd.standin.google.listing import list_events
from syncd.standin.google.post import message_of
from syncd.standin.google.world import CalendarBox
from syncd.standin.google.writing import put
from tests.diary.calendar_words import DiaryError
from tests.diary.letterbox import Box
from tests.diary.reading import Diary
from tests.diary.worlds import texts
from tests.diary.worlds.served import arriving, radicale_desk, wired
from tests.diary.worlds.settings import Premises, Seat, full_name
from tests.diary.worlds.world import Answer, Desk, World, window
from tests.scenario import ics
from tests.scenario.entries import Entry
from tests.scenario.household import OFFICE, SetClock
from tests.servers.dav import DavServer
from tests.servers.google import GoogleServer, Person
from tests.servers.google.owner import body_of
from tests.servers.smtp import SmtpServer
from tests.whole.google import entry_of

ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
# What a copied event keeps: everything that its owner may write, our marker included, but its time and its guests.
COPIED = (
    "summary",
    "description",
    "location",
    "visibility",
    "transparency",
    "reminders",
    "extendedProperties",
)
_ACCOUNT = """\
type = "google"
token = {{ file = "{token}" }}
api_endpoint = "{server.api_endpoint}"
token_uri = "{server.token_uri}"
auth_uri = "{server.auth_uri}"
timeout = "2m"
"""


@dataclass
class GoogleDesk(Desk):
    """At Google's own screens. What invites clients is sent to them, as Google asks; the rest is not."""

    name: str
    email: str
    calendar: str
    server: GoogleServer
    folder: Path = Path()  # where the account's token is
    carried: bool = True

    @property
    def person(self) -> Person:
        """The therapist, signed in."""
        return self.server.person(self.email)

    def put(self, text: str, uid: str) -> None:
        world, body = self.server.world, body_of(text) | _people(text)
        if "date" in body["start"]:
            body = {"transparency": "transparent"} | body  # what its screens enter for whole days is free
        with world.lock:
            put(world, self._box, uid, body, "none", self.email)

    def remove(self, uid: str) -> None:
        self.person.delete(uid, "Practice", send=self._send(uid))

    def texts(self) -> Sequence[str]:
        return [json.dumps(one, sort_keys=True) for one in self.person.events("Practice")]

    def entries(self, now: datetime) -> list[Entry]:
        return self._listed(self._box, now)

    def everything(self, now: datetime) -> list[Entry]:
        """What all calendars that the therapist owns show: Google keeps times out of office in the main one."""
        boxes = [one for one in self.server.world.calendars.values() if one.owner == self.email]
        return [entry for box in boxes for entry in self._listed(box, now)]

    def _listed(self, box: CalendarBox, now: datetime) -> list[Entry]:
        start, end = window(now)
        given = {
            "singleEvents": True,
            "showDeleted": True,
            "timeMin": start.isoformat(),
            "timeMax": end.isoformat(),
            "maxResults": 2500,
        }
        world = self.server.world
        with world.lock:
            items: list[Json] = list_events(world, box, given, "owner")["items"]
        found = [
            entry_of(item) for item in items if item["status"] != "cancelled" or "recurringEventId" in item
        ]
        return sorted(found, key=lambda one: (one.begins, one.uid))

    def retitle(self, uid: str, change: Callable[[str], str]) -> None:
        self._change(uid, {"summary": change(self._title(uid))})

    def place_at(self, uid: str, place: str) -> None:
        self._change(uid, {"location": place})

    def meet_at(self, uid: str, link: str) -> None:
        room = {"entryPoints": [{"entryPointType": "video", "uri": link}]}
        self._change(uid, {"conferenceData": room})

    def add_meet(self, uid: str) -> None:
        asked = {"requestId": f"by-hand-{uid}", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
        with self.server.world.lock:
            rooms, self.server.world.rooms = self.server.world.rooms, Rooms.MADE  # at her own screen it works
        self.person.change(
            uid, {"conferenceData": {"createRequest": asked}}, "Practice", send=self._send(uid)
        )
        self.server.world.rooms = rooms

    def make_rooms(self, how: str) -> None:
        self.server.world.rooms = Rooms(how)

    def finish_rooms(self) -> None:
        with self.server.world.lock:
            self.server.world.finish_rooms()

    def room_of(self, uid: str) -> str:
        return link_of(self.person.event(uid, "Practice") or {})

    def copy(self, uid: str, new: str, start: datetime, end: datetime) -> None:
        event = self.person.event(uid, "Practice")
        assert event is not None, f"{uid} is not in the calendar"
        kept = {name: event[name] for name in COPIED if name in event}
        hours = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}
        self.person.bring_in(new, {**kept, **hours}, "Practice")

    def span(self, uid: str, start: datetime, end: datetime) -> None:
        self.person.drag(uid, start.isoformat(), end.isoformat(), "Practice", send=self._send(uid))

    def respan(self, text: str, uid: str) -> None:
        body = body_of(text)
        self._change(uid, {"start": body["start"], "end": body["end"]})

    def retitle_one(self, uid: str, start: datetime, change: Callable[[str], str]) -> None:
        self._change(_one(uid, start), {"summary": change(self._title(uid))})

    def move_one(self, uid: str, start: datetime, to: datetime) -> None:
        event = self.person.event(_one(uid, start), "Practice")
        assert event is not None
        length = datetime.fromisoformat(event["end"]["dateTime"]) - datetime.fromisoformat(
            event["start"]["dateTime"]
        )
        self.person.drag(_one(uid, start), to.isoformat(), (to + length).isoformat(), "Practice", send="none")

    def drop_one(self, uid: str, start: datetime) -> None:
        self.person.delete(_one(uid, start), "Practice", send="none")

    def bring_back_one(self, uid: str, start: datetime) -> None:
        self._change(_one(uid, start), {"status": "confirmed"})

    def end_before(self, uid: str, start: datetime) -> None:
        event = self.person.event(uid, "Practice")
        assert event is not None
        until = (start - timedelta(seconds=1)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        self._change(
            uid,
            {"recurrence": [re.sub(r"COUNT=\d+", f"UNTIL={until}", rule) for rule in event["recurrence"]]},
        )

    def split(self, uid: str, start: datetime, text: str, new: str) -> str:
        going_on = self.person.split(uid, start, "Practice")
        body = body_of(text)
        self._change(going_on, {name: body[name] for name in ("start", "end", "summary")})
        return going_on

    def go_on(self, uid: str) -> None:
        event = self.person.event(uid, "Practice")
        assert event is not None
        self._change(uid, {"recurrence": [texts.going_on(rule) for rule in event["recurrence"]]})

    def move_following(self, uid: str, start: datetime, to: datetime) -> None:
        raise DiaryError("Google makes two series of it")

    def take(self, answer: Answer) -> None:
        client = self.server.person(answer.sender)
        client.answer(ics.value(answer.request, "UID"), ANSWERS[answer.how], answer.comment)

    @property
    def _box(self) -> CalendarBox:
        boxes = self.server.world.calendars.values()
        return next(box for box in boxes if box.summary == "Practice" and box.owner == self.email)

    def _title(self, uid: str) -> str:
        event = self.person.event(uid, "Practice")
        assert event is not None, f"{uid} is not in the calendar"
        return str(event.get("summary", ""))

    def _change(self, key: str, body: Json) -> None:
        self.person.change(key, body, "Practice", send="none")

    def _send(self, uid: str) -> str:
        event = self.person.event(uid, "Practice")
        return "all" if event is not None and event.get("attendees") else "none"


def google_world(diary: Diary, folder: Path, clock: SetClock, opened: ExitStack) -> World:
    """Every therapist with Google; a request against Google's rules fails the diary in the end."""
    server, post, place = _premises(diary, folder, clock, opened)
    desks = {name: google_desk(server, name, place.folder) for name in diary.therapists}
    seats = {name: google_seat(server, name, place.folder) for name in diary.therapists}
    return wired("google", (diary, place, seats), post, clock, desks, (_mailed(server),), opened)


def mixed_world(diary: Diary, folder: Path, clock: SetClock, opened: ExitStack, dav: DavServer) -> World:
    """The first therapist with Google, the others on Radicale, where the practice mails."""
    server, post, place = _premises(diary, folder, clock, opened)
    first, *others = diary.therapists
    desks: dict[str, Desk] = {first: google_desk(server, first, place.folder)}
    seats = {first: google_seat(server, first, place.folder)}
    for name in others:
        desks[name], seats[name] = radicale_desk(dav, name, arriving(post, clock), opened)
    return wired("mixed", (diary, place, seats), post, clock, desks, (_mailed(server),), opened)


def _premises(
    diary: Diary, folder: Path, clock: SetClock, opened: ExitStack
) -> tuple[GoogleServer, SmtpServer, Premises]:
    """Google, where every client who has mail has an account, a mail server, and the practice's folder."""
    server = opened.enter_context(GoogleServer(clock.now))
    post = opened.enter_context(SmtpServer(folder / "mail"))
    place = Premises(folder / "practice", post.port, post.maildir(OFFICE))
    place.folder.mkdir(parents=True)
    for person in diary.people:
        if person.columns.get("email") != "":
            server.person(f"{person.name.lower()}@{place.domain}", person.full_name)
    return server, post, place


def _mailed(server: GoogleServer) -> Box:
    """What Google has mailed to somebody."""

    written = lru_cache(maxsize=512)(message_of)  # each look reads all of them again

    def found(address: str) -> list[EmailMessage]:
        mails = server.mails(address) if address else []
        return [written(mail) for mail in mails if mail.method != "REPLY"]

    return found


def google_desk(server: GoogleServer, name: str, folder: Path) -> Desk:
    """A therapist with Google, and their calendar called Practice."""
    email = f"{name.lower()}@example.org"
    server.person(email, full_name(name))
    server.world.add_calendar(email, "Practice")
    return GoogleDesk(name, email, f"{name.lower()}s/Practice", server, folder)


def google_seat(server: GoogleServer, name: str, folder: Path) -> Seat:
    """Their part of the settings; they have consented."""
    config = server.config(f"{name.lower()}s", f"{name.lower()}@example.org", folder)
    return Seat("Practice", _ACCOUNT.format(token=config.token, server=server))


def _people(text: str) -> Json:
    """Who organises an event, where that is somebody else, and whom they invited."""
    organizer = re.search(r"(?m)^ORGANIZER[^:]*:mailto:(\S+)", text)
    if organizer is None:
        return {}
    guests = re.findall(r"(?m)^ATTENDEE;PARTSTAT=(\w+):mailto:(\S+)", text)
    return {
        "organizer": {"email": organizer[1]},
        "attendees": [{"email": email, "responseStatus": ANSWERS[how]} for how, email in guests],
    }


def _one(uid: str, start: datetime) -> str:
    return f"{uid}_{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
