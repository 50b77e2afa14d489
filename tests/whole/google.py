"""The same practice with Google: clients have Google accounts, get Google's mails and answer in their own calendars."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from connectors.google.scopes import LEAST_SCOPES
from syncd.standin.google.answers import Json
from syncd.standin.google.listing import list_events
from syncd.standin.google.post import message_of
from tests.scenario.entries import Entry
from tests.scenario.household import SetClock
from tests.scenario.people import PEOPLE
from tests.servers.google import GoogleServer, Mail, Person
from tests.servers.google.owner import IcalOwner
from tests.servers.smtp import SmtpServer
from tests.whole.office import HOURS, Office
from tests.whole.served import ServedHouse

DANA = "dana@example.org"
ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
PARTSTAT = {
    "needsAction": "NEEDS-ACTION",
    "accepted": "ACCEPTED",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
}
ACCOUNT = """
[[therapists]]
id = "dana"
name = "Dana Okafor"
email = "dana@example.org"
account = "work"
calendar = "Practice"
hours = {{ mon = {hours}, tue = {hours}, wed = {hours}, thu = {hours}, fri = {hours} }}

[accounts.work]
type = "google"
token = {{ file = "{token}" }}
api_endpoint = "{server.api_endpoint}"
token_uri = "{server.token_uri}"
auth_uri = "{server.auth_uri}"
timeout = "2m"
"""


def google_desk(server: GoogleServer, folder: Path, scopes: Iterable[str] = LEAST_SCOPES) -> str:
    """Dana's part of the settings; she has consented, and has a calendar called Practice."""
    server.person(DANA, "Dana Okafor")
    server.world.add_calendar(DANA, "Practice")
    config = server.config("work", DANA, folder, scopes)
    return ACCOUNT.format(hours=HOURS, token=config.token, server=server)


Desk = Callable[[GoogleServer, Path], str]


class GoogleHouse(ServedHouse):
    """An office whose one therapist is with Google."""

    beside = ("",)

    def __init__(
        self,
        folder: Path,
        post: SmtpServer,
        clock: SetClock,
        opened: ExitStack,
        desk: Desk = google_desk,
    ) -> None:
        """Everything that is opened is closed with `opened`; a request against the rules fails the test there."""
        self.server = opened.enter_context(GoogleServer(clock.now))
        for client in PEOPLE:
            if client.email:
                self.server.person(client.email, client.name)
        office = Office(folder, [], post, therapists=desk(self.server, folder))
        super().__init__(office, clock, opened)

    @property
    def owner(self) -> IcalOwner:
        """Dana, who speaks iCalendar as elsewhere."""
        return IcalOwner(self.server)

    @property
    def dana(self) -> Person:
        """Dana at Google's own screens."""
        return self.server.person(DANA)

    def person(self, client: str) -> Person:
        """A client at Google's own screens."""
        return self.server.person(self.client(client).email)

    def put(self, text: str, uid: str) -> None:
        """Dana stores an object in her calendar."""
        self.owner.put_text(text, uid)

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Dana changes an object's text."""
        self.owner.edit(uid, change)

    def remove(self, uid: str) -> None:
        """Dana deletes an object, and presses "don't send"."""
        self.owner.remove(uid)

    def block(self, first: date, days: int = 5, title: str = "Vacation", uid: str = "leave") -> None:
        """Dana blocks days in her calendar, as Google's screen does."""
        until = first + timedelta(days=days)
        body = {"summary": title, "start": {"date": str(first)}, "end": {"date": str(until)}, "id": uid}
        self.dana.enter(body, "Practice")

    def answer(self, client: str, how: str) -> None:
        """A client answers the newest invitation in their own calendar."""
        self.person(client).answer(self.asked(client)[-1].event, ANSWERS[how])

    def asked(self, client: str) -> list[Mail]:
        """Google's invitations to a client, oldest first."""
        return [mail for mail in self.server.mails(self.client(client).email) if mail.method == "REQUEST"]

    def received(self, address: str) -> list[EmailMessage]:
        """What an address has got from the practice and from Google, oldest first; notes of answers left out."""
        ours = [(message["Date"].datetime, message) for message in super().received(address)]
        theirs = [
            (mail.at.replace(microsecond=0), message_of(mail))  # as a mail says when it left
            for mail in self.server.mails(address)
            if mail.method != "REPLY"
        ]
        return [message for _, message in sorted((*theirs, *ours), key=lambda one: one[0])]

    def texts(self) -> Sequence[str]:
        """Every event as the API shows it."""
        return [json.dumps(one, sort_keys=True) for one in self.dana.events("Practice")]

    def entries(self, days: int = 120) -> list[Entry]:
        """Everything that a calendar program shows from a month back on, as the server itself expands it."""
        now, world = self.clock.now(), self.server.world
        given = {
            "singleEvents": True,
            "showDeleted": True,
            "timeMin": (now - timedelta(days=30)).isoformat(),
            "timeMax": (now + timedelta(days=days)).isoformat(),
            "maxResults": 2500,
        }
        with world.lock:
            box = next(box for box in world.calendars.values() if box.summary == "Practice")
            items: list[Json] = list_events(world, box, given, "owner")["items"]
        found = [
            entry_of(item) for item in items if item["status"] != "cancelled" or "recurringEventId" in item
        ]
        return sorted(found, key=lambda one: (one.begins, one.uid))


def entry_of(item: Json) -> Entry:
    """Google states `confirmed` where nobody stated anything: on what is not syncd's it says nothing."""
    ours = "syncdUid" in item.get("extendedProperties", {}).get("private", {})
    status = item["status"].upper()
    organizer = item.get("organizer", {})
    return Entry(
        uid=item.get("recurringEventId") or item["id"],
        start=_point(item.get("start") or item["originalStartTime"]),
        status=status if ours or status != "CONFIRMED" else "",
        title=item.get("summary", ""),
        description=item.get("description", ""),
        organizer="" if organizer.get("self") else organizer.get("email", ""),
        attendees=tuple(one["email"] for one in item.get("attendees", ())),
        answers=tuple(PARTSTAT[one["responseStatus"]] for one in item.get("attendees", ())),
        private=item.get("visibility") == "private",
        transparent=item.get("transparency") == "transparent",
        days=_days(item),
        minutes=_minutes(item),
        out_of_office=item.get("eventType") == "outOfOffice",
        place=item.get("location", ""),
    )


def _days(item: Json) -> int:
    start, end = (item.get(point, {}).get("date") for point in ("start", "end"))
    return (date.fromisoformat(end) - date.fromisoformat(start)).days if start and end else 0


def _minutes(item: Json) -> int:
    start, end = (item.get(point, {}).get("dateTime") for point in ("start", "end"))
    if not start or not end:
        return 0
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()) // 60


def _point(point: Json) -> datetime | date:
    if "date" in point:
        return date.fromisoformat(point["date"])
    return datetime.fromisoformat(point["dateTime"])
