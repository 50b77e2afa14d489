"""Two therapists, each on a server of her own, one mailbox by IMAP and one post office; each of them can fail."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from syncd.core.model import Offer, OfferState
from syncd.cycle import PassReport, Practicing, run_until_quiet
from syncd.ports import Memory
from syncd.wiring.world import acting, world_of
from tests.core.people import BERLIN, NOW
from tests.outside.practice.house import words
from tests.scenario import ics
from tests.scenario.entries import Entry, entries
from tests.scenario.household import OFFICE, SetClock
from tests.servers.dav import DavCalendar
from tests.servers.imap import ImapServer
from tests.servers.proxy import Proxy, proxied, unchanged
from tests.servers.smtp import SmtpServer
from tests.servers.tap import Tap
from tests.whole.office import QUIET, Desk, Office
from tests.whole.reader import texts

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked
BY_MAIL: Mapping[str, tuple[str, ...]] = {"dana": ("ada", "ben", "dora"), "emil": ("fay", "gus")}
POLICY = {**QUIET, "tell_first": "false"}
EVIDENCE = {"evidence": f'"{OFFICE}"'}
_ROSTER = "id,name,email,phone,initials,therapist\n"


@dataclass
class Practice:
    """Everything that runs, and how it is broken: `dav` stands before each calendar, `tap` before the mailbox."""

    office: Office
    post: SmtpServer
    box: ImapServer
    tap: Tap
    dav: Mapping[str, Proxy]
    clock: SetClock
    world: Practicing
    opened: ExitStack

    def look(self, **ahead: float) -> tuple[PassReport, ...]:
        """Time goes by, then the daemon looks until nothing is left to do."""
        self.clock.moment += timedelta(**ahead)
        with acting(self.world) as fence:
            return run_until_quiet(self.world, fence)

    def looks(self, hours: int) -> list[PassReport]:
        """An hour between any two of them; what each said."""
        return [report for _ in range(hours) for report in self.look(hours=1)]

    def block(self) -> None:
        """Both therapists block the same week, and it is seen; an hour later it is believed."""
        for desk in self.office.desks:
            desk.calendar.put_text(ics.all_day("leave", "Vacation", MONDAY, 5), "leave")

    def invited(self) -> None:
        """Leave is blocked, times are held, and who is to be asked was asked."""
        self.block()
        self.looks(2)
        self.clock.moment = INVITED_BY
        self.look()

    def heal(self) -> None:
        """Every server is as it should be."""
        self.post.fail()
        self.tap.cut_after = None
        self.box.set_password(OFFICE, "secret")
        for proxy in self.dav.values():
            proxy.before, proxy.after, proxy.cut = unchanged, unchanged, lambda message: False

    def puts(self, therapist: str) -> list[str]:
        """What we tried to write into her calendar."""
        return [path for method, path in self.dav[therapist].seen if method == "PUT"]

    @property
    def memory(self) -> Memory:
        """What the store knows."""
        return self.world.store.load()

    def offer(self, client: str) -> Offer:
        """The newest offer of a client."""
        return max((one for one in self.memory.offers if one.client == client), key=lambda one: one.number)

    def states(self, therapist: str) -> list[OfferState]:
        """Where the offers of her clients stand, by client."""
        return [self.offer(client).state for client in BY_MAIL[therapist]]

    def kinds(self, client: str) -> list[str]:
        """METHOD of each mail that a client got, "" where no calendar part is in it."""
        return [ics.method(one) for one in self.office.received(address(client))]

    def letters(self) -> list[str]:
        """What the therapists and the office read, in whatever order."""
        readers = ("dana@example.org", "emil@example.org", OFFICE)
        return [words(one) for to in readers for one in self.office.received(to)]

    def calendar(self, therapist: str) -> DavCalendar:
        """As she handles it."""
        return next(desk.calendar for desk in self.office.desks if desk.id == therapist)

    def written(self, therapist: str) -> list[Entry]:
        """What stands at a time in her calendar and is neither a series of hers nor leave."""
        shown = entries(texts(self.calendar(therapist)), NOW, NOW + timedelta(days=60))
        return [
            one
            for one in shown
            if isinstance(one.start, datetime) and not one.uid.endswith("-series") and one.title != "Errand"
        ]

    def answer(self, client: str, how: str, newest: int = -1) -> bytes:
        """A client answers an invitation by mail; the answer."""
        parts = [
            ics.part(one) for one in self.office.received(address(client)) if ics.method(one) == "REQUEST"
        ]
        content = ics.reply(parts[newest], address(client), how, self.clock.now())
        self.box.deliver(OFFICE, content, self.clock.now())
        return content


def address(client: str) -> str:
    """Where a client reads mail."""
    return f"{client}@example.net"


@contextmanager
def practice(folder: Path, calendars: Mapping[str, DavCalendar]) -> Iterator[Practice]:
    """A practice whose syncd has looked once, before anything happened."""
    with ExitStack() as opened:
        post = opened.enter_context(SmtpServer(folder / "mail"))
        box = opened.enter_context(ImapServer(post.root, {OFFICE: "secret"}))
        tap = opened.enter_context(Tap(box.port))
        dav = {id_: opened.enter_context(proxied(one.server.url)) for id_, one in calendars.items()}
        desks = [Desk(id_, id_.title(), one, dav[id_].url, delivery="imip") for id_, one in calendars.items()]
        for desk in desks:
            _sessions(desk)
        office = Office(folder, desks, post, _roster(), policy=POLICY, mail=EVIDENCE)
        clock = SetClock(NOW)
        world = opened.enter_context(world_of(_by_imap(office, tap.port), os.environ, clock=clock))
        found = Practice(office, post, box, tap, dav, clock, world, opened)
        found.look()
        yield found


def _roster() -> str:
    lines = (
        f"{client},{client.title()} Brandt,{address(client)},,{client[:2].upper()},{therapist}\n"
        for therapist, clients in BY_MAIL.items()
        for client in clients
    )
    return _ROSTER + "".join(lines)


def _sessions(desk: Desk) -> None:
    for number, client in enumerate(BY_MAIL[desk.id]):
        start = datetime(2026, 6, 1 + number, 10 + number, tzinfo=BERLIN)
        text = ics.weekly(f"{client}-series", client[:2].upper(), start, 50)
        desk.calendar.put_text(text, f"{client}-series")


def _by_imap(office: Office, port: int) -> Path:
    """The settings, with the mailbox read over the line instead of from its folder."""
    path = office.write()
    (office.folder / "box-password").write_text("secret", encoding="utf-8")
    (office.folder / "box-password").chmod(0o600)
    server = f'host = "127.0.0.1", port = {port}, security = "none", username = "{OFFICE}"'
    folder = f'maildir = "{office.post.maildir(OFFICE)}"'
    text = path.read_text(encoding="utf-8")
    assert folder in text
    path.write_text(text.replace(folder, f'imap = {{ {server}, password = {{ file = "box-password" }} }}'))
    return path
