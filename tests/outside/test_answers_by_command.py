"""Mails that other programs wrote, from files on disk through a Maildir and the whole command line to the calendar."""

from __future__ import annotations

import email
import mailbox
from collections.abc import Iterator
from email.policy import SMTP
from pathlib import Path

import pytest

from tests.cli.office import MAIL_PASSWORD, SENDER, Office, monday, with_leave
from tests.scenario import ics
from tests.servers.dav import DavServer
from tests.servers.smtp import SmtpServer

CASES = Path(__file__).parent / "cases"
PLACEHOLDER = "0123456789abcdefghijklmnop"
VERDICT = "Authentication-Results: mx.example.org; dmarc={}\r\n"
SOON = 'tell_first = false\nquiet_sundays = false\nquiet_hours = "23:59-00:01"\n'


@pytest.fixture
def office(server: DavServer, tmp_path: Path) -> Iterator[Office]:
    """Two clients, a week of leave that is approved and sent at once."""
    folder = tmp_path / "office"
    folder.mkdir(mode=0o700)
    calendar = server.make_calendar("answers", "Answers")
    with SmtpServer(tmp_path / "mail", users={"office": MAIL_PASSWORD}) as smtp:
        made = Office(folder, server, calendar, smtp)
        inbox = str(made.keys["mailbox"])
        mailbox.Maildir(smtp.maildir(SENDER), create=True).close()
        made.keys |= {
            "mailbox": f'{inbox}\nauthserv_id = "mx.example.org"',
            "therapist": SOON,
        }
        yield made
    server.send("DELETE", calendar.path)


def invited(office: Office) -> dict[str, str]:
    """UIDs of the invitations, by client's address."""
    with_leave(office.calendar)
    office.calendar.remove("leave")
    assert office.run("once").status == 0
    office.calendar.put_text(ics.all_day("leave", "Vacation #ok #send", monday(4), 5), "leave")
    assert office.run("once").status == 0
    found = {}
    for client in ("ada@example.com", "ben@example.com"):
        parts = [ics.part(email.message_from_bytes(raw, policy=SMTP)) for raw in office.mail.messages(client)]
        found[client] = next(
            ics.value(part, "UID") for part in parts if ics.value(part, "METHOD") == "REQUEST"
        )
    return found


def arrive(office: Office, name: str, uid: str, client: str, head: str = "", number: int = 0) -> None:
    """A case about a real invitation and its client."""
    text = (CASES / f"{name}.eml").read_bytes().decode()
    text = text.replace("<r", f"<r{number}").replace("ada@example.com", client).replace(PLACEHOLDER, uid)
    mailbox.Maildir(office.mail.maildir(SENDER), create=True).add((head + text).encode())


def confirmed(office: Office) -> int:
    """How many entries the calendar shows as confirmed by a client's yes."""
    return office.server.send("GET", office.calendar.path).text.count("STATUS:CONFIRMED")


def test_forged_broken_and_genuine_answers(office: Office) -> None:
    """A stamp of the year 1 stops nobody, a forged yes is asked about, a genuine one counts."""
    uids = invited(office)
    ada, ben = uids["ada@example.com"], uids["ben@example.com"]
    before = confirmed(office)
    arrive(office, "28-reply-with-a-stamp-of-the-year-1", ada, "ada@example.com")
    arrive(office, "25-reply-from-with-comment", ada, "ada@example.com", VERDICT.format("fail"), 1)
    arrive(office, "23-reply-with-bom", ben, "ben@example.com", VERDICT.format("pass"), 2)
    ran = office.run("once")
    assert (ran.status, ran.err) == (0, "")
    assert confirmed(office) == before + 1
    letters = [email.message_from_bytes(raw, policy=SMTP) for raw in office.mail.messages("dana@example.org")]
    asked = [str(one["Subject"]) for one in letters if str(one["Subject"]).startswith("Please look at what")]
    assert asked != []
    assert office.run("once").status == 0
    assert confirmed(office) == before + 1


@pytest.mark.parametrize(
    ("yes", "other", "said"),
    [
        ("24-reply-with-broken-alarm", "26-counter-utc-with-tzid", "Fri 3 Jul, 10:00"),
        ("27-reply-octet-stream-without-name", "22-bounce-from-with-comment", "not be delivered"),
    ],
)
def test_odd_answers_beside_each_other(office: Office, yes: str, other: str, said: str) -> None:
    """A yes in an odd shape counts; a time proposed in UTC, or a mail that came back, is told to the therapist."""
    uids = invited(office)
    before, known = confirmed(office), len(office.mail.messages("dana@example.org"))
    vouched = VERDICT.format("pass")
    arrive(office, other, uids["ada@example.com"], "ada@example.com", vouched)
    arrive(office, yes, uids["ben@example.com"], "ben@example.com", vouched, 1)
    assert office.run("once").err == ""
    assert confirmed(office) == before + 1
    letters = office.mail.messages("dana@example.org")[known:]
    assert any(said in email.message_from_bytes(one, policy=SMTP).as_string() for one in letters)


def test_explain_and_plan_say_what_came_back(office: Office) -> None:
    """Whoever looks for why somebody is to be called finds the wrong address, and since when it is one."""
    uids = invited(office)
    arrive(office, "22-bounce-from-with-comment", uids["ada@example.com"], "ada@example.com")
    arrive(office, "24-reply-with-broken-alarm", uids["ben@example.com"], "ben@example.com", number=1)
    assert office.run("once").err == ""
    said = " ".join(office.run("explain", "ada@example.com").out.split())
    assert "the mail came back: it could not be delivered" in said
    assert "Mail to this client has come back since" in said
    assert "answered by mail: accepted" in " ".join(office.run("explain", "ben@example.com").out.split())
    calls = office.run("plan").out.partition("Call list")[2]
    assert "mail came back" in calls
