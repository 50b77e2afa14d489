"""The demo's people with Google: on the stand-in, each with an account of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar, Event

from syncd.demo.desk import CALENDAR
from syncd.demo.practice import PEOPLE, THERAPIST, ZONE, address
from syncd.demo.servers import maildir
from syncd.standin.google import StandIn
from syncd.standin.google.post import message_of
from syncd.wiring.consent import PURPOSES

ANSWERS = {"accept": "accepted", "decline": "declined"}


@dataclass(slots=True)
class GoogleDesk:
    """Dana's calendar is with Google; so are her clients', who answer there."""

    work: Path
    server: StandIn

    @property
    def account(self) -> str:
        """An account whose owner has consented."""
        token = self.work / "token.json"
        token.touch(mode=0o600)
        token.write_text(json.dumps(self.server.consented(THERAPIST, PURPOSES)), encoding="utf-8")
        return f"""\
type = "google"
token = {{ file = "{token}" }}
api_endpoint = "{self.server.api_endpoint}"
token_uri = "{self.server.token_uri}"
"""

    @property
    def directions(self) -> tuple[str, ...]:
        """The stand-in has no screen."""
        return ()

    def put(self, name: str, text: str) -> None:
        """As an import does it: a series, then its occurrences that were moved."""
        dana = self.server.person(THERAPIST)
        for event in Calendar.from_ical(text).events:
            if "RECURRENCE-ID" in event:
                moved: datetime = event.decoded("RECURRENCE-ID").astimezone(UTC)
                times = {key: body for key, body in _body(event).items() if key in {"start", "end"}}
                dana.change(f"{name}_{moved:%Y%m%dT%H%M%SZ}", times, CALENDAR)
            else:
                dana.bring_in(name, _body(event), CALENDAR)

    def retitle(self, name: str, title: str) -> None:
        """In her calendar; nobody is invited to it."""
        self.server.person(THERAPIST).change(name, {"summary": title}, CALENDAR)

    def export(self, folder: Path, name: str) -> None:
        """As the API shows it."""
        events = self.server.person(THERAPIST).events(CALENDAR)
        text = json.dumps(events, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")

    def invited(self, address: str) -> Iterator[str]:
        """By Google's mails."""
        return (mail.event for mail in self.server.mails(address) if mail.method == "REQUEST")

    def answer(self, event: str, address: str, how: str, now: datetime) -> None:
        """In the client's own calendar."""
        self.server.person(address).answer(event, ANSWERS[how])

    def deliver(self, mails: Path) -> None:
        """All of Google's mails, beside those of the practice."""
        for person in PEOPLE:
            for mail in self.server.mails(address(person)):
                maildir(mails, mail.recipient).add(message_of(mail).as_bytes())


@contextmanager
def google_desk(work: Path, clock: Callable[[], datetime]) -> Iterator[GoogleDesk]:
    """The stand-in with Dana's empty calendar and every client's account, ended with the block."""
    with StandIn(clock) as server:
        server.person(THERAPIST, "Dana Okafor", str(ZONE))
        server.world.add_calendar(THERAPIST, CALENDAR, str(ZONE))
        for person in PEOPLE:
            if address(person):
                server.person(address(person), person.name, str(ZONE))
        yield GoogleDesk(work, server)


def _body(event: Event) -> dict[str, Any]:
    """An event as the API names its parts."""
    body: dict[str, Any] = {
        "summary": str(event["SUMMARY"]),
        "start": _point(event.decoded("DTSTART")),
        "end": _point(event.decoded("DTEND")),
    }
    rules = [
        line for line in str(event.to_ical(), "utf-8").splitlines() if line.startswith(("RRULE", "EXDATE"))
    ]
    if rules:
        body["recurrence"] = rules
    people = event.get("ATTENDEE", [])
    if people:
        listed = people if isinstance(people, list) else [people]
        body["attendees"] = [
            {"email": str(one).removeprefix("mailto:"), "responseStatus": "accepted"} for one in listed
        ]
    return body


def _point(moment: date) -> dict[str, str]:
    if isinstance(moment, datetime):
        return {"dateTime": moment.isoformat(), "timeZone": str(ZONE)}
    return {"date": moment.isoformat()}
