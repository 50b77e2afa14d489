"""One bad event never stops a calendar, one bad calendar never the rest: two therapists on two accounts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from syncd.core.model import OfferState
from syncd.core.time.spans import Span
from syncd.cycle import summed
from syncd.report.passes import problem_table
from syncd.store import open_store
from syncd.wiring import SystemClock
from tests.look.opened import read
from tests.scenario import ics
from tests.servers.dav import DavCalendar, DavServer
from tests.servers.entries import event_text
from tests.servers.process import free_port
from tests.servers.proxy import Message, Proxy, Quirk, proxied, unchanged
from tests.servers.radicale import USERS
from tests.servers.smtp import SmtpServer
from tests.whole.command import syncd
from tests.whole.conftest import calendar_on
from tests.whole.office import Desk, Office
from tests.whole.passes import look
from tests.whole.reader import texts
from tests.whole.weeks import AT_ONCE, LEAVE, block, monday, waking_zone, weekly_sessions

ADA, ERIN = "ada@example.net", "erin@example.net"
ROSTER = f"""\
id,name,email,initials,therapist
c1,Ada Brandt,{ADA} a.brandt@example.com,AB,dana
c2,Erin Falk,{ERIN},EF,noor
"""
SMALL_FILES = """\
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
os.execv(sys.argv[1], sys.argv[1:])
"""


@dataclass
class Two:
    """Dana, whose account goes through a proxy, and Noor, each with one client."""

    office: Office
    dana: DavCalendar
    noor: DavCalendar
    proxy: Proxy

    def look(self) -> str:
        """What `syncd once` does; returns what it says of what could not be read."""
        said = StringIO()
        Console(width=250, file=said).print(problem_table(summed(look(self.office))))
        return said.getvalue()

    def got(self) -> list[list[str]]:
        """METHOD of each message that Ada and Erin got."""
        return [[ics.method(one) for one in self.office.received(who)] for who in (ADA, ERIN)]

    def letters(self) -> str:
        """Everything that Dana was written."""
        return "\n".join(read(one) for one in self.office.received("dana@example.org"))

    def states(self) -> dict[str, OfferState]:
        """Where each client's offer stands."""
        with open_store(self.office.store_url) as store:
            return {one.client: one.state for one in store.load().offers}


@pytest.fixture
def two(tmp_path: Path, on_radicale: DavServer, post: SmtpServer) -> Iterator[Two]:
    """Both calendars read once, no leave yet."""
    other = replace(on_radicale, home="/noor/", username="noor", password=USERS["noor"])
    with calendar_on(on_radicale) as dana, calendar_on(other) as noor, proxied(on_radicale.url) as proxy:
        weekly_sessions(dana, waking_zone(), ("AB",))
        weekly_sessions(noor, waking_zone(), ("EF",))
        desks = [Desk("dana", "Dana Okafor", dana, proxy.url), Desk("noor", "Noor Haddad", noor)]
        found = Two(Office(tmp_path, desks, post, ROSTER, waking_zone(), dict(AT_ONCE)), dana, noor, proxy)
        assert "Everything was read" in found.look()
        yield found


def _elsewhere(two: Two) -> None:
    target = {"Location": "http://other.example.org/"}
    two.proxy.before = lambda request: Message(request.method, request.path, dict(target), b"", 302)


def _a_page(two: Two) -> None:
    kind, page = {"Content-Type": "text/html"}, b"<html><body>Please log in</body></html>"
    two.proxy.before = lambda request: Message(request.method, request.path, dict(kind), page, 207)


def _down(two: Two) -> None:
    two.office.desks[0].url = f"http://127.0.0.1:{free_port()}"


def _locked_out(two: Two) -> None:
    two.office.desks[0].password = "wrong"


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        pytest.param(_elsewhere, "other.example.org", id="redirect to another host"),
        pytest.param(_a_page, "where CalDAV was expected; correct `url`", id="HTML instead of XML"),
        pytest.param(_down, "cannot be reached; check `url` and the network", id="unreachable host"),
        pytest.param(_locked_out, "user name or password is refused; renew", id="wrong password"),
    ],
)
def test_an_account_that_cannot_be_read(two: Two, trouble: Callable[[Two], None], says: str) -> None:
    """It is named with what to do; nothing of it is taken back, the other account is served, and later it goes on."""
    block(two.dana)
    two.look()
    assert two.got() == [["REQUEST"], []]
    well = replace(two.office.desks[0])
    trouble(two)
    block(two.noor)
    said = two.look()
    assert "danas/Practice" in said
    assert says in said
    assert "noors/" not in said
    assert two.got() == [["REQUEST"], ["REQUEST"]]
    assert two.states() == {"c1": OfferState.INVITED, "c2": OfferState.INVITED}
    two.office.desks = [well, two.office.desks[1]]
    two.proxy.before = unchanged
    two.office.policy = {**two.office.policy, "settle_back": '"0m"'}
    two.dana.remove("leave")
    assert "Everything was read" in two.look()
    two.look()  # gone is believed at a later poll
    assert two.got() == [["REQUEST", "CANCEL"], ["REQUEST"]]


def _meeting(*lines: str, title: str = "Meeting", tzid: str = "") -> str:
    start = datetime.combine(monday(1), time(12), ZoneInfo("Europe/Berlin"))
    text = event_text(
        "bad", title, Span(start, start + timedelta(hours=1)), tzid="Europe/Berlin", lines=lines
    )
    return text.replace("TZID=Europe/Berlin", f"TZID={tzid}") if tzid else text


def _grown(answer: Message) -> None:
    """The server hands out an object of more than 10 MB."""
    answer.body = answer.body.replace(
        b"SUMMARY:Meeting", b"SUMMARY:Meeting\r\nDESCRIPTION:" + b"x" * 10_500_000
    )


def _cut_off(answer: Message) -> None:
    """The server hands out half of an object."""
    head, found, rest = answer.body.partition(b"SUMMARY:Meeting")
    answer.body = head + rest[rest.find(b"END:VCALENDAR") + 13 :] if found else answer.body


@pytest.mark.parametrize(
    ("text", "after", "says"),
    [
        pytest.param(
            _meeting("RRULE:FREQ=SECONDLY"), unchanged, "repeats SECONDLY; only daily", id="SECONDLY"
        ),
        pytest.param(_meeting(tzid="Middle/Earth"), unchanged, "Middle/Earth", id="unknown zone"),
        pytest.param(_meeting(), _grown, "larger than 10 MiB; remove its attachments", id="10 MB"),
        pytest.param(_meeting(), _cut_off, "", id="cut off"),
    ],
)
def test_an_event_that_cannot_be_read(two: Two, text: str, after: Quirk, says: str) -> None:
    """It is named by calendar and UID with the reason; everything else in that calendar is served."""
    two.proxy.after = after
    two.dana.put_text(text, "bad")
    block(two.dana)
    block(two.noor)
    said = two.look()
    (line,) = (line for line in said.splitlines() if "danas/Practice" in line)
    assert "bad" in line
    assert says in line
    assert two.got() == [["REQUEST"], ["REQUEST"]]


def test_leave_without_an_end_waits(two: Two) -> None:
    """Nobody is told anything before the therapist has said yes; she is asked. The other's leave goes its way."""
    block(two.dana)
    two.dana.edit("leave", lambda text: text.replace("END:VEVENT", "RRULE:FREQ=WEEKLY\r\nEND:VEVENT"))
    block(two.noor)
    two.look()
    assert two.got() == [[], ["REQUEST"]]
    assert "#ok" in two.letters()


def test_a_client_with_two_addresses(two: Two) -> None:
    """One session with both as attendees, one invitation to the first, and a yes from the second counts."""
    start = datetime.combine(monday(LEAVE), time(15), ZoneInfo(waking_zone()))
    when = Span(start, start + timedelta(minutes=50))
    two.dana.remove("ab-series")
    people = (ADA, "a.brandt@example.com")
    two.dana.put_text(
        event_text("single", "Appointment", when, attendees=people, organizer="dana@example.org"), "single"
    )
    block(two.dana)
    two.look()
    (invitation,) = two.office.received(ADA)
    assert two.office.received(people[1]) == []
    two.office.arrive(ics.reply(ics.part(invitation), people[1], "ACCEPTED", SystemClock().now()))
    two.look()
    assert two.states() == {"c1": OfferState.ACCEPTED}
    assert "STATUS:CANCELLED" in two.dana.text("single")


def test_a_calendar_that_may_only_be_read(two: Two) -> None:
    """Nothing is sent that does not stand in the calendar; the therapist is told of whom; the other is served."""

    def read_only(request: Message) -> Message | None:
        refused = request.method in {"PUT", "DELETE"}
        return Message(request.method, request.path, {}, b"", 403) if refused else None

    two.proxy.before = read_only
    block(two.dana)
    block(two.noor)
    two.look()
    assert two.got() == [[], ["REQUEST"]]
    assert "AB" in two.letters()
    assert "could not be written to your calendar" in two.letters()
    assert len(texts(two.dana)) == 2


def test_settings_with_many_mistakes(two: Two) -> None:
    """Exit status 78 and a line for each, with file and place; the store is not touched, and no traceback is shown."""
    two.office.roster += "c3,Cleo Dietz,not an address,CD,dana\n"
    config = two.office.write()
    (two.office.folder / "more.csv").write_text("id,name\nc1,Ada Brandt\n")
    shared = config.read_text().replace('"clients.csv"', '["clients.csv", "more.csv"]')
    lee = shared[shared.index("[[therapists]]") : shared.index("[accounts.danas]")]
    config.write_text(shared + lee.replace('id = "dana"', 'id = "lee"').replace("dana@", "lee@"))
    store = Path(two.office.store_url.removeprefix("sqlite:///"))
    before = store.read_bytes()
    ended = syncd(config, "once")
    assert ended.status == 78
    assert all(line.startswith(f"syncd: {two.office.folder}") for line in ended.said)
    shared_calendar, broken_line, on_two_rosters = ended.said
    assert "therapists[2].calendar: " in shared_calendar
    assert "clients.csv: " in broken_line
    assert '"not an address"' in broken_line
    assert "more.csv: " in on_two_rosters
    assert store.read_bytes() == before


def test_a_full_disk(two: Two) -> None:
    """Nothing leaves the house that could not be recorded: one line, status 1; with space it happens, once."""
    for number in range(60):
        start = datetime.combine(monday(5), time(8), ZoneInfo("Europe/Berlin")) + timedelta(hours=number)
        two.dana.put_text(
            event_text(f"note{number}", f"AB {number}", Span(start, start + timedelta(minutes=5))),
            f"note{number}",
        )
    block(two.dana)
    before = len(texts(two.dana))
    ended = syncd(two.office.write(), "once", prefix=(sys.executable, "-c", SMALL_FILES))
    assert ended.status == 1
    (line,) = ended.said
    assert "the disk " in line
    assert two.got() == [[], []]
    assert len(texts(two.dana)) == before
    two.look()
    assert two.got() == [["REQUEST"], []]
    assert len(texts(two.dana)) == before + 2  # the make-up and the plan event
