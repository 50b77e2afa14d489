"""Names, addresses, titles, words and a password that stand nowhere else are looked for in all that a run wrote.

They belong in calendar, mails, roster and store; not in logs, metrics, what a service manager is told, names of files,
the audit, or what commands show without `--names` (I20).
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from syncd.store import open_store
from syncd.wiring import SystemClock
from tests.scenario import ics
from tests.scenario.household import OFFICE
from tests.servers.dav import DavCalendar
from tests.servers.process import free_port
from tests.servers.smtp import SmtpServer
from tests.whole.command import started, syncd
from tests.whole.holding import wait_until
from tests.whole.office import Desk, Office
from tests.whole.passes import look
from tests.whole.systemd import notify_socket
from tests.whole.weeks import AT_ONCE, block, waking_zone, weekly_sessions

YES, WORDS, STRANGER = "qwilda@inbox.example", "zbigniewa@inbox.example", "stranger@elsewhere.example"
ROSTER = f"""\
id,name,email,phone,initials,therapist
c1,Qwilda Ostrowanz,{YES},,QO,dana
c2,Zbigniewa Fjordquist,{WORDS},,ZF,dana
c3,Xanthippe Mullwurf,,0049 8888 4711,XM,dana
"""
NAMES = ("Qwilda", "Ostrowanz", "Zbigniewa", "Fjordquist", "Xanthippe", "Mullwurf")
ADDRESSES = (YES, WORDS, STRANGER, "8888 4711")
TITLES = ("Phobiewoche", "Klinikurlaub", "Gutachten Krampitz", "Zerrzeit")
SAID = ("Panikanfall", "Erbschleicher")
MEANT = {("syncd plan", "8888 4711")}  # its call list is for whoever is to call
COMMANDS = (
    ("status",),
    ("status", "--json"),
    ("plan",),
    ("plan", "--json"),
    ("explain", "c1"),
    ("explain", "c2", "--json"),
    ("handover",),
    ("retire", "dana"),
    ("once", "--dry-run"),
    ("once",),
    ("doctor", "--wait", "0s"),
)


@pytest.fixture
def office(tmp_path: Path, calendar: DavCalendar, post: SmtpServer) -> Office:
    """Three weekly clients under names that nobody else has, and leave, something busy and something broken beside."""
    weekly_sessions(calendar, waking_zone(), ("QO", "ZF", "XM"))
    calendar.edit("qo-series", lambda text: text.replace("SUMMARY:", "DESCRIPTION:Phobiewoche\r\nSUMMARY:"))
    soon = SystemClock().now() + timedelta(days=9)
    calendar.put_text(ics.timed("busy", "Gutachten Krampitz", soon, 50), "busy")
    desk = Desk("dana", "Dana Okafor", calendar)
    office = Office(tmp_path, [desk], post, ROSTER, waking_zone(), dict(AT_ONCE))
    look(office)
    block(calendar)
    calendar.edit("leave", lambda text: text.replace("SUMMARY:", "DESCRIPTION:Klinikurlaub\r\nSUMMARY:"))
    return office


def test_what_belongs_to_people_stands_where_people_look(office: Office, calendar: DavCalendar) -> None:
    """Answers, words, a stranger's forged yes, an event that cannot be read; then every command that shows."""
    written = dict(_live(office, calendar))
    for arguments in COMMANDS:
        ended = syncd(office.config, *arguments)
        written[f"syncd {' '.join(arguments)}"] = ended.out + "\n".join(ended.said)
    with open_store(office.store_url) as store:
        written["audit"] = repr(store.audit())
    written["names of files"] = "\n".join(str(one) for one in (office.folder / "state").rglob("*"))
    canaries = (*NAMES, *ADDRESSES, *TITLES, *SAID, calendar.server.password)
    found = {
        (where, one) for where, text in written.items() for one in canaries if one.lower() in text.lower()
    }
    assert found == MEANT
    kept = b"".join(one.read_bytes() for one in (office.folder / "state").glob("syncd.db*"))
    assert b"Krampitz" not in kept  # what is nobody's session says when, and no more
    assert calendar.server.password.encode() not in kept


def _live(office: Office, calendar: DavCalendar) -> Iterator[tuple[str, str]]:
    """What the daemon says while everything happens."""
    port = free_port()
    office.daemon = {"metrics": f'"127.0.0.1:{port}"'}
    with notify_socket() as said:
        with started(office.write(), "run", NOTIFY_SOCKET=said.address) as process:
            said.await_state("READY=1")
            wait_until(lambda: all(office.received(one) for one in (YES, WORDS)))
            _answers(office)
            odd = ics.timed("odd", "Zerrzeit", SystemClock().now() + timedelta(days=8), 50)
            calendar.put_text(odd.replace("DTSTART:", "RRULE:FREQ=SECONDLY\r\nDTSTART:"), "odd")
            said.await_look(lambda: process.signal(signal.SIGHUP))
            assert any("Fjordquist" in _text(one) for one in office.received("dana@example.org"))
            assert "odd: " in syncd(office.config, "status").out
            yield "metrics", requests.get(f"http://127.0.0.1:{port}/metrics", timeout=120).text
            process.signal(signal.SIGTERM)
            assert process.ends() == 0
        yield "log", process.log.read_text(encoding="utf-8")
        yield "notes to systemd", "\n".join(said.heard)


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""


def _answers(office: Office) -> None:
    """A yes; words from the other one; a yes that a stranger forged."""
    now = SystemClock().now()
    yes, other = (ics.part(office.received(one)[-1]) for one in (YES, WORDS))
    office.arrive(ics.reply(yes, YES, "ACCEPTED", now))
    office.arrive(ics.reply(other, STRANGER, "ACCEPTED", now))
    words = EmailMessage()
    words["From"], words["To"], words["Subject"] = WORDS, OFFICE, "Re: Erbschleicher"
    words["In-Reply-To"] = office.received(WORDS)[-1]["Message-ID"]
    words["Message-ID"] = "<words.1@inbox.example>"
    words.set_content("Ich hatte einen Panikanfall.")
    office.arrive(words.as_bytes())
