"""A therapist's calendar on a server that schedules, and what a client outside gets by mail."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from zoneinfo import ZoneInfo

import icalendar

from connectors.caldav.account import CalDavAccount
from connectors.caldav.config import CalDavConfig
from syncd.core.model import Attendee, CalendarObject, EventDraft, EventStatus, Marker
from syncd.core.time.spans import Span
from syncd.ports import Calendar
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.scheduling import SchedulingServer
from tests.servers.worlds import StoppedClock

ZONE = ZoneInfo("Europe/Berlin")
WINDOW = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))
SECOND = "20260713T070000Z"


@dataclass(frozen=True)
class Told:
    """One calendar message: what it says of each component (recurrence id, SEQUENCE, STATUS, the guest's PARTSTAT)."""

    method: str
    parts: tuple[tuple[str, int, str, str], ...]

    @property
    def sequence(self) -> int:
        """Of the only component, or the series."""
        return self.parts[0][1]


@dataclass
class Practice:
    """Dana's calendar, by our connector and by her own program, and one guest whom nobody else writes to."""

    server: SchedulingServer
    calendar: DavCalendar
    guest: str
    uid: str
    user: str = "dana"
    base: str = ""
    _read: int = field(default=0)

    @property
    def email(self) -> str:
        """Dana's own address."""
        return self.server.address(self.user)

    @property
    def account(self) -> CalDavAccount:
        """Our connector."""
        return account_of(self.server.users[self.user], self.email, self.base)

    @property
    def port(self) -> Calendar:
        """Our connector's view of the calendar."""
        return self.account.open(self.calendar.name)

    def read(self) -> CalendarObject:
        """The object as our connector reads it."""
        found = self.port.read(self.uid, WINDOW)
        assert found is not None
        return found

    def partstat(self) -> str:
        """What the organizer's copy says of the guest."""
        (guest,) = [one for one in self.read().events[0].attendees if one.email == self.guest]
        return guest.partstat.value

    def hold(self) -> EventDraft:
        """What only the therapist sees; its wording is neutral already."""
        return EventDraft(
            uid=self.uid,
            when=MONDAY,
            title="Appointment",
            description="To be confirmed.",
            status=EventStatus.TENTATIVE,
            marker=Marker("instance-1", self.uid),
        )

    def invitation(self) -> EventDraft:
        """The same with organizer and attendee."""
        return replace(
            self.hold(), organizer=Attendee(self.email, name="Dana Okafor"), attendee=Attendee(self.guest)
        )

    def invite(self) -> None:
        """Hold, then invitation; the guest's mail about it is read."""
        held = self.port.create(self.hold())
        self.port.replace(self.invitation(), held.etag)
        assert [one.method for one in self.told()] == ["REQUEST"]

    def told(self) -> list[Told]:
        """What the guest got since the last look. Both servers mail before they answer the request."""
        return [said(one) for one in self.mails()]

    def mails(self) -> list[EmailMessage]:
        """The guest's new mails."""
        found = self.server.post.messages(self.guest)
        new, self._read = found[self._read :], len(found)
        return [message_from_bytes(one, policy=policy.default) for one in new]


def account_of(server: DavServer, email: str, base: str = "") -> CalDavAccount:
    """Our connector on a user's account; `base` where a proxy stands before the server."""
    url = f"{base or server.url}{server.home}"
    config = CalDavConfig("home", url, server.username, server.password, ZONE, timeout=120, address=email)
    return CalDavAccount(config, StoppedClock())


def said(mail: EmailMessage) -> Told:
    """The calendar part of a mail, in which MIME parameter and METHOD have to agree."""
    (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    method = str(calendar["METHOD"])
    assert part["Content-Type"].params["method"].upper() == method
    return Told(method, tuple(sorted(_part(one) for one in calendar.walk("VEVENT"))))


def _part(event: icalendar.Component) -> tuple[str, int, str, str]:
    recurrence = event.get("RECURRENCE-ID")
    at = recurrence.dt.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if recurrence is not None else ""
    people = event.get("ATTENDEE", [])
    first = people[0] if isinstance(people, list) and people else people
    partstat = str(first.params.get("PARTSTAT", "")) if first != [] else ""
    return at, int(event.get("SEQUENCE", 0)), str(event.get("STATUS", "")), partstat


def reply(request: EmailMessage, guest: str, partstat: str) -> EmailMessage:
    """The guest's answer to a REQUEST, as a calendar program mails it to the organizer (RFC 6047)."""
    (part,) = [one for one in request.walk() if one.get_content_type() == "text/calendar"]
    (asked,) = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Phone//EN", "METHOD:REPLY", "BEGIN:VEVENT"),
        *(f"UID:{asked['UID']}", f"SEQUENCE:{asked.get('SEQUENCE', 0)}", "DTSTAMP:20260602T080000Z"),
        *(f"DTSTART:{MONDAY.start:%Y%m%dT%H%M%SZ}", f"DTEND:{MONDAY.end:%Y%m%dT%H%M%SZ}"),
        *(f"ORGANIZER:{asked['ORGANIZER']}", f"ATTENDEE;PARTSTAT={partstat}:mailto:{guest}"),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    mail = EmailMessage()
    mail["From"], mail["To"] = guest, str(asked["ORGANIZER"]).removeprefix("mailto:")
    mail["Subject"], mail["Message-ID"] = f"{partstat}: Appointment", make_msgid(domain="example.com")
    mail["Date"] = format_datetime(datetime(2026, 6, 2, 8, tzinfo=UTC))
    mail.set_content("\r\n".join(lines), subtype="calendar", params={"method": "REPLY"}, cte="base64")
    return mail
