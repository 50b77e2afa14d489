"""Where lives are lived: the House with its people, series and rules, and a post office that notes the hour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from functools import partial
from zoneinfo import ZoneInfo

from connectors.mail.replies import Ours, read_replies
from connectors.memory import Faults, MemoryCalendar
from syncd.alarms import Alarms
from syncd.core.model import Client, Contact, Priority
from syncd.core.model.actions import Mail
from syncd.core.model.practice import ApprovalMode, Caps, Policy, Therapist
from syncd.cycle import Practicing
from syncd.outcome import EffectPorts
from syncd.ports import Incoming
from syncd.store import AlarmFile, SqlStore
from syncd.wiring.post import alarm_writer, correspondence
from syncd.wording import load_templates
from tests.core.people import BERLIN, CALENDAR
from tests.scenario import ics
from tests.scenario.house import LEASE, House, SetClock
from tests.scenario.post import Post
from tests.walk.gate import Gate
from tests.walk.keeping import HISTORY

CLIENTS = {
    one.id: one
    for one in (
        Client(
            id="c1",
            name="Ada Brandt",
            email="ada@example.net",
            aliases=("ada.b@example.org",),
            initials="AB",
            therapists=("dana",),
        ),
        Client(id="c2", name="Ben Castillo", email="ben@example.net", initials="BC", therapists=("dana",)),
        Client(
            id="c3",
            name="Cleo Dietz",
            initials="CD",
            phone="030 5550103",
            contact=Contact.PHONE,
            therapists=("dana",),
        ),
        Client(
            id="c4",
            name="Dario Engel",
            email="dario@example.net",
            initials="DE",
            zone=ZoneInfo("America/New_York"),
            therapists=("dana",),
        ),
        Client(
            id="c5",
            name="Emre Fuchs",
            email="emre@example.net",
            initials="EF",
            discreet=True,
            phone="030 5550105",
            priority=Priority.CRISIS,
            therapists=("dana",),
        ),
        Client(
            id="c6",
            name="Fina Gross",
            email="fina@example.net",
            initials="FG",
            priority=Priority.MAINTENANCE,
            therapists=("dana",),
        ),
    )
}


# weekday (Monday 0), hour, weeks between two sessions
SERIES = {
    "c1": (0, 10, 1),
    "c2": (0, 14, 1),
    "c3": (1, 16, 1),
    "c4": (3, 15, 1),
    "c5": (2, 11, 2),
    "c6": (4, 12, 1),
}


def _trusting(policy: Policy) -> Policy:
    return replace(policy, approval=replace(policy.approval, review_first=0))


def _careful(policy: Policy) -> Policy:
    return replace(policy, approval=replace(policy.approval, mode=ApprovalMode.REVIEW))


def _whole_hours(policy: Policy) -> Policy:
    """A quarter of the places to plan with: a life costs less."""
    return replace(policy, slots=replace(policy.slots, grid=timedelta(hours=1)))


def _hours_trusting(policy: Policy) -> Policy:
    return _whole_hours(_trusting(policy))


def _choosing(policy: Policy) -> Policy:
    """Clients take one of two times for each session."""
    return replace(policy, eligibility=replace(policy.eligibility, choices=2))


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in a life."""

    policy: Callable[[Policy], Policy]
    caps: Caps = field(default_factory=Caps)


RULES = {
    "plain": Rules(_trusting),
    "review": Rules(_careful),
    "hours": Rules(_hours_trusting),
    "hours, few asked": Rules(_hours_trusting, Caps(client_absence=2, client_day=1, therapist_hour=2)),
    "hours, review": Rules(lambda policy: _whole_hours(_careful(policy))),
    "hours, choices": Rules(lambda policy: _choosing(_hours_trusting(policy))),
    "hours, choices, few asked": Rules(
        lambda policy: _choosing(_hours_trusting(policy)),
        Caps(client_absence=2, client_day=1, therapist_hour=2),
    ),
}

# What calendar servers do, each in its own way; in memory an object is a whole series with one etag
SERVERS: dict[str, Callable[[], Faults]] = {
    "plain": Faults,
    "weak etags": partial(Faults, flaky_etags=True),
    "no etags": partial(Faults, null_etags=True),
    "no tokens": partial(Faults, lists_whole=True),
    "late lists": partial(Faults, late_lists=True),
    "stale reads": partial(Faults, lags=timedelta(minutes=3)),
    "silent deltas": partial(Faults, silent_gone=True),  # what people delete is seen in the weekly full read
    "no conditions": partial(Faults, unconditional=True),
}


OFFICE = "office@example.org"
AWAY, LEE = "Away", "Lee"


TEMPLATES = load_templates()


class Letterbox(Post):
    """The post office with the hour of each delivery. What arrived is read once."""

    def __init__(self, clock: SetClock) -> None:
        super().__init__(clock, Ours(frozenset({"example.org"})))
        self.clock: SetClock = clock
        self.hours: list[datetime] = []
        self.read: list[Incoming] = []

    def fetch(self, seen: frozenset[str], since: datetime) -> Iterator[Incoming]:
        """As the post office."""
        for number, (content, hour) in enumerate(self.arrived[len(self.read) :], start=len(self.read)):
            message_id = str(message_from_bytes(content, policy=SMTP)["Message-ID"] or number)
            replies = read_replies(content, self.ours, message_id, hour)
            self.read.append(Incoming(str(number), message_id, replies))
        for one in self.read:
            if one.replies and not any(reply.id in seen for reply in one.replies):
                yield one

    def send(self, mail: Mail, *, partly: bool = False) -> tuple[str, ...]:
        """As the post office, with a note of the hour."""
        before = len(self.delivered)
        try:
            return super().send(mail, partly=partly)
        finally:
            now = self.clock.now() - self.clock.wrong
            self.hours.extend([now] * (len(self.delivered) - before))


class Dwelling(House):
    """The House with a second calendar of Dana's, its parts wired once: templates are compiled once for all lives."""

    store: SqlStore
    wired: Practicing | None = None
    colleague: Therapist | None = None
    gate: Gate
    book: AlarmFile

    def __post_init__(self) -> None:
        """Open the house."""
        super().__post_init__()
        self.gate, self.book = Gate(self.clock), AlarmFile(None)
        self.account.add(AWAY)
        self.therapist = replace(self.therapist, leave_calendars=(f"home/{AWAY}",))

    @property
    def away(self) -> MemoryCalendar:
        """Dana's other calendar."""
        return self.account.calendar(AWAY)

    @property
    def lee(self) -> MemoryCalendar:
        """The calendar of Dana's colleague."""
        return self.account.calendar(LEE)

    def share(self, client: str) -> None:
        """Lee sees this client, too, on Tuesdays and Fridays."""
        lee = self.account.add(LEE)
        self.colleague = replace(
            self.therapist,
            id="lee",
            name="Lee Park",
            email="lee@example.org",
            addresses=("lee@example.org",),
            calendar=lee.id,
            leave_calendars=(),
        )
        self.clients = tuple(
            replace(one, therapists=("dana", "lee")) if one.id == client else one for one in self.clients
        )
        for weekday, hour in ((1, 11), (4, 10)):
            start = _first(self.clock.moment.date(), weekday, hour)
            initials = CLIENTS[client].initials
            lee.put_text(weekly(f"{client}-lee-{weekday}", initials, start, "COUNT=12"))

    def reopen(self, store: SqlStore) -> None:
        """The daemon starts on this store."""
        self.store = store
        self.wired = None
        self.fence = store.acquire("test", self.clock.now(), LEASE)

    def killed(self) -> None:
        """The process ends as it stands. Nothing gives its lease up: it runs out, or another sees that it is dead."""
        SqlStore(self.store.database, HISTORY).release(self.fence)
        self.reopen(SqlStore(self.store.database, HISTORY))

    def world(self) -> Practicing:
        """As the House, each of its ports behind the gate."""
        if self.wired is None:
            instance = self.store.load().instance
            built, guarded = super().world(), self.gate.guarded
            names = (CALENDAR, f"home/{AWAY}", *((self.colleague.calendar,) if self.colleague else ()))
            ports = {name: guarded(self.account.open(name.partition("/")[2]), name) for name in names}
            therapists = (self.therapist, *((self.colleague,) if self.colleague else ()))
            mailbox, mailer = guarded(self.post, "mailbox"), guarded(self.post, "post")
            sources = replace(
                built.sources,
                accounts={"home": guarded(self.account, "home")},
                calendars=ports,
                mailbox=mailbox,
                therapists=therapists,
            )
            hands = partial(EffectPorts, ports, mailer, mailbox)
            words = alarm_writer(TEMPLATES, instance, OFFICE)
            self.wired = replace(
                built,
                word=correspondence(TEMPLATES, instance, OFFICE),
                sources=sources,
                hands=hands,
                store=guarded(self.store, "store"),
                alarms=Alarms(self.practice, therapists, hands, words, self.book),
            )
        return self.wired


def series(client: str, today: date) -> str:
    """A client's own series, from two weeks before a day on."""
    weekday, hour, weeks = SERIES[client]
    start = _first(today, weekday, hour)
    return weekly(f"{client}-series", CLIENTS[client].initials, start, f"COUNT={9 // weeks};INTERVAL={weeks}")


def _first(today: date, weekday: int, hour: int) -> datetime:
    monday = today - timedelta(days=today.weekday() + 14)
    return datetime(monday.year, monday.month, monday.day, hour, tzinfo=BERLIN) + timedelta(days=weekday)


def weekly(uid: str, title: str, start: datetime, rule: str) -> str:
    """A weekly series that ends."""
    return ics.weekly(uid, title, start, 50).replace("FREQ=WEEKLY", f"FREQ=WEEKLY;{rule}")


def at(wall: str) -> datetime:
    """Berlin wall clock, `2026-07-06 10:00`."""
    return datetime.fromisoformat(wall).replace(tzinfo=BERLIN)


def wall(moment: datetime) -> str:
    """The inverse of `at`."""
    return moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


def uid_of(entry: int) -> str:
    """The UID of the House's n-th token."""
    return f"{entry:026d}"
