"""What the demo's clients send is iCalendar that any organizer's program reads."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from icalendar import Calendar

from connectors.mail.replies import Ours, read_replies
from syncd.core.model import PartStat, ReplyKind
from syncd.demo.clients import answer, invitations, uid
from syncd.demo.servers import maildir, smtp

ADA, OFFICE = "ada@example.com", "office@example.org"
NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
# Each half of the zone has a DTSTART of its own.
ZONED = """\
BEGIN:VCALENDAR
PRODID:-//Another program//EN
VERSION:2.0
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Vienna
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:6h2m8q0t4v9b1d7f3j6k0n5p2s
DTSTAMP:20260601T090000Z
SEQUENCE:2
DTSTART;TZID=Europe/Vienna:20260703T100000
DTEND;TZID=Europe/Vienna:20260703T105000
SUMMARY:Appointment
ORGANIZER;CN="Okafor: Dana":mailto:office@example.org
ATTENDEE;CN="Ada Holm";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ada@example.com
END:VEVENT
END:VCALENDAR
"""


def _mailed(calendar: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = OFFICE, ADA, "Appointment"
    message.set_content("Please answer.\n")
    message.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    return message.as_bytes()


INVITATIONS = {
    "of syncd": Path(__file__).parents[1].joinpath("golden/mail/request.eml").read_bytes(),
    "with a time zone": _mailed(ZONED),
}


@pytest.mark.parametrize(("how", "said"), [("accept", PartStat.ACCEPTED), ("decline", PartStat.DECLINED)])
@pytest.mark.parametrize("invitation", INVITATIONS.values(), ids=INVITATIONS.keys())
def test_an_answer_is_one_whole_event(tmp_path: Path, invitation: bytes, how: str, said: PartStat) -> None:
    """One start, one end, the zones that they name, nothing the parser stumbles over; and it is understood."""
    maildir(tmp_path, ADA).add(invitation)
    (asked,) = invitations(tmp_path, ADA)
    with smtp(tmp_path) as port:
        answer(asked, ADA, how, port, NOW)
    (content,) = (bytes(mail) for mail in maildir(tmp_path, OFFICE))
    text = _calendar(content)
    _, _, event = text.partition("BEGIN:VEVENT\r\n")
    names = [line.partition(":")[0].partition(";")[0] for line in event.split("\r\n")]
    once = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "ORGANIZER", "ATTENDEE")
    assert [names.count(name) for name in once] == [1] * len(once)
    read = Calendar.from_ical(text)
    assert [part.errors for part in read.walk() if part.errors] == []
    assert read.get_missing_tzids() == set()
    assert (read.events[0].start, read.events[0].end) == (asked.events[0].start, asked.events[0].end)
    (reply,) = read_replies(content, Ours(frozenset({"example.org"})), "1", NOW)
    assert (reply.offer, reply.kind, reply.partstat) == (uid(asked), ReplyKind.ANSWER, said)


def _calendar(content: bytes) -> str:
    (part,) = (
        part
        for part in message_from_bytes(content, policy=SMTP).walk()
        if part.get_content_type() == "text/calendar"
    )
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8").replace("\r\n", "\n").replace("\n", "\r\n")
