"""A whole practice for scenarios: a calendar, a post office, a clock that is set by hand, and the real cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from itertools import count

from connectors.mail.replies import Ours
from connectors.memory import MemoryAccount, MemoryCalendar
from syncd.apply import Hands
from syncd.core.asking import request_of
from syncd.core.model import Client, Conflict, Event, Offer
from syncd.core.planning import Plan, plan
from syncd.core.policy import Practice, Therapist
from syncd.core.spans import Span
from syncd.core.standing import Standing
from syncd.cycle import PassReport, Practicing, run_until_quiet
from syncd.gather import Sources
from syncd.ports import Fence, Store
from syncd.solver import solve_here
from syncd.store import decode_action, open_store
from syncd.wiring.post import correspondence
from syncd.wording import load_templates
from tests.core.people import BERLIN, CALENDAR, dana, practice
from tests.scenario import ics
from tests.scenario.post import Post

OFFICE = "office@example.org"
LEASE = timedelta(days=3650)


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is set."""

    moment: datetime

    def now(self) -> datetime:
        """The instant it was set to, in UTC."""
        return self.moment.astimezone(UTC)


def planner(standing: Standing) -> Plan | None:
    """The real planner with the real solver, in this process."""
    request = request_of(standing)
    return plan(request, solve_here) if request else None


@dataclass(slots=True)
class House:
    """Dana's practice on the memory connector. The calendar's methods act as Dana; `answer` acts as a client."""

    store: Store
    clock: SetClock
    clients: tuple[Client, ...]
    therapist: Therapist = field(default_factory=dana)
    practice: Practice = field(default_factory=practice)
    mail: bool = True
    reports: list[PassReport] = field(default_factory=list)
    account: MemoryAccount = field(init=False)
    post: Post = field(init=False)
    fence: Fence = field(init=False)
    tokens: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        """Open the house."""
        name = CALENDAR.partition("/")[2]
        self.account = MemoryAccount("home", BERLIN, calendars=[name], clock=self.clock)
        self.post = Post(self.clock, Ours(frozenset({"example.org"})))
        self.fence = self.store.acquire("test", self.clock.now(), LEASE)
        self.tokens = (f"{number:026d}" for number in count(1))

    @property
    def calendar(self) -> MemoryCalendar:
        """Dana's calendar, as she handles it."""
        return self.account.calendar(CALENDAR.partition("/")[2])

    def world(self) -> Practicing:
        """The parts, wired by hand."""
        port = self.account.open(CALENDAR.partition("/")[2])
        words = correspondence(load_templates(), self.store.load().instance, OFFICE if self.mail else "")
        post = self.post if self.mail else None
        return Practicing(
            practice=self.practice,
            sources=Sources(
                accounts={"home": self.account},
                calendars={CALENDAR: port},
                mailbox=post,
                therapists=(self.therapist,),
                clients=self.clients,
                history=timedelta(days=730),
            ),
            hands=partial(Hands, {CALENDAR: port}, post, post),
            store=self.store,
            clock=self.clock,
            word=words,
            decode=decode_action,
            planner=planner,
            tokens=self.tokens,
        )

    # What happens

    def run(self) -> tuple[PassReport, ...]:
        """Passes until nothing is left to do."""
        reports = run_until_quiet(self.world(), self.fence)
        self.reports.extend(reports)
        return reports

    def later(self, **ahead: float) -> tuple[PassReport, ...]:
        """Time goes by, then passes."""
        self.clock.moment += timedelta(**ahead)
        return self.run()

    def at(self, moment: datetime) -> tuple[PassReport, ...]:
        """Set the clock, then passes."""
        self.clock.moment = moment
        return self.run()

    def block(self, first: date, days: int = 5, title: str = "Vacation", uid: str = "leave") -> None:
        """Dana blocks days in her calendar."""
        self.calendar.put_text(ics.all_day(uid, title, first, days))

    def answer(self, client: str, how: str) -> None:
        """A client answers the newest invitation by mail: ACCEPTED, DECLINED or TENTATIVE."""
        address = self.client(client).email
        self.post.arrive(ics.reply(self.invitations(client)[-1], address, how, self.clock.now()))

    # What is

    def client(self, client: str) -> Client:
        """A roster line."""
        return next(one for one in self.clients if one.id == client)

    def mails(self, client: str) -> list[EmailMessage]:
        """What a client has received, oldest first."""
        return self.post.to(self.client(client).email)

    def letters(self) -> list[EmailMessage]:
        """What Dana has received."""
        return self.post.to(self.therapist.email)

    def kinds(self, client: str) -> list[str]:
        """METHOD of each message a client got, "" for one without a calendar part."""
        return [ics.method(message) for message in self.mails(client)]

    def invitations(self, client: str) -> list[str]:
        """The calendar part of every REQUEST a client got."""
        return [ics.part(message) for message in self.mails(client) if ics.method(message) == "REQUEST"]

    def offers(self, client: str = "") -> list[Offer]:
        """Offers as the store remembers them, oldest first."""
        rows = sorted(
            self.store.load().offers, key=lambda one: (one.planned_at or self.clock.now(), one.number)
        )
        return [row for row in rows if not client or row.client == client]

    def conflicts(self) -> list[Conflict]:
        """Conflicts as the store remembers them."""
        return sorted(self.store.load().conflicts, key=lambda row: row.span)

    def events(self, days: int = 120) -> list[Event]:
        """Everything in the calendar now, straight from it."""
        window = Span(self.clock.now() - timedelta(days=30), self.clock.now() + timedelta(days=days))
        objects = self.calendar.changes("", window).objects
        return sorted(
            (event for one in objects for event in one.events), key=lambda one: (str(one.when), one.uid)
        )

    def entry(self, uid: str) -> Event:
        """One of our entries as it stands in the calendar."""
        return next(event for event in self.events() if event.uid == uid)

    def another_store(self) -> House:
        """The same calendar and people, met by a syncd that knows nothing yet."""
        fresh = House(open_store("sqlite://"), self.clock, self.clients, self.therapist, self.practice)
        fresh.account = self.account
        return fresh

    def approve(self) -> None:
        """Dana's practice trusts the daemon: nothing waits for a yes."""
        rules = replace(self.therapist.policy.approval, review_first=0)
        self.therapist = replace(self.therapist, policy=replace(self.therapist.policy, approval=rules))


def sessions(house: House, people: Iterable[tuple[str, datetime]], minutes: int = 50) -> None:
    """Weekly sessions, known by initials, from each start on."""
    for client, start in people:
        initials = house.client(client).initials
        house.calendar.put_text(ics.weekly(f"{client}-series", initials, start, minutes))
