"""A life of absences on the House: the daemon looks after each step, and everything is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from connectors.memory import MemoryCalendar
from syncd.adopting import adopt
from syncd.core.agenda import next_due
from syncd.core.model import Client
from syncd.core.model.effects import EffectRow, EffectState
from syncd.core.model.errors import SafetyStop, StoreError
from syncd.cycle import PassReport
from syncd.ports import Memory
from syncd.store import SqlStore
from syncd.watching import read_on
from tests.belief.facts import Person
from tests.belief.watch import Watch
from tests.scenario.house import SetClock
from tests.walk import steps as diary
from tests.walk.dwelling import CLIENTS, RULES, SERVERS, Dwelling, Letterbox, at, series
from tests.walk.gate import Died
from tests.walk.keeping import EMPTY, Log, copy_of
from tests.walk.witness import Page, Posted, posted

HOP = timedelta(hours=48)  # the longest time without a pass; what falls due is met in between


NAP = timedelta(hours=3)  # the shortest: what falls due close together is met in one look

REST = 12  # looks, an hour apart, after which whatever was under way has happened or is a human's


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that a client gave: whether it is one that counts for the newest invitation of its UID."""

    at: datetime
    client: str
    uid: str
    how: str
    counts: bool
    stamp: datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words or a wish of a client's, which only a person can answer."""

    at: datetime
    client: str
    uid: str
    wish: bool  # a time of theirs: it may be lost before anybody says yes, and then the clock runs on


@dataclass(frozen=True, slots=True)
class Moment:
    """The world before and after the passes that followed one step, or one hop of time."""

    step: diary.Step
    since: datetime
    now: datetime
    before: Page
    after: Page
    writes: int
    mails: tuple[Posted, ...]
    memory: Memory
    faulty: bool


@dataclass
class Life:
    """One life, as it goes on. `posted`, `answers` and `moments` are all that happened so far."""

    opening: diary.Opening
    kept: SqlStore  # the newest backup of the store
    house: Dwelling
    post: Letterbox
    log: Log
    lee: Page | None  # what stood in the colleague's calendar when life began
    roster: dict[str, Client]  # each line of it when life began
    posted: list[Posted] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    returned: list[tuple[datetime, Posted]] = field(default_factory=list)  # when a mail came back
    moments: list[Moment] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)  # plan events that Dana deleted
    touched: dict[str, str] = field(default_factory=dict)  # entries that Dana's hand was on, and what it did
    watch: Watch = field(default_factory=lambda: Watch({}))
    faulty: bool = False
    restored: bool = False  # and what was done since the backup is not known yet
    blind: bool = (
        False  # nor could it be: nothing of ours was left in the calendar, and no mailbox keeps copies
    )
    adopted: bool = (
        False  # what it does not know was taken over: of some of it nobody can tell how it came about
    )
    hostile: bool = False  # something befell it
    idle: bool = False
    broke_off: bool = False  # a pass of the last look did
    due: datetime | None = None

    @classmethod
    def open(cls, opening: diary.Opening) -> Life:
        """Dana's practice with these clients; syncd has looked once."""
        clock = SetClock(at(opening.start))
        house = Dwelling(copy_of(EMPTY), clock, tuple(CLIENTS[one] for one in opening.clients))
        rules = RULES[opening.rules]
        house.therapist = replace(house.therapist, policy=rules.policy(house.therapist.policy))
        house.practice = replace(house.practice, caps=rules.caps)
        house.post = post = Letterbox(clock)
        for one in opening.clients:
            house.calendar.put_text(series(one, clock.moment.date()))
        if opening.shared:
            house.share(opening.clients[0])
        house.calendar.faults = SERVERS[opening.server]()
        log = Log()
        house.run()
        lee = Page.of(house.lee.texts()) if opening.shared else None
        kept = copy_of(house.store)
        kept.release(house.fence)
        people = (CLIENTS[one] for one in opening.clients)
        watch = Watch.over(
            Person(one.id, one.name, one.initials, one.email, tuple(one.addresses)) for one in people
        )
        return cls(
            opening,
            kept,
            house,
            post,
            log,
            lee,
            {one.id: one for one in house.clients},
            watch=watch,
            hostile=opening.server != "plain",
        )

    @property
    def now(self) -> datetime:
        """What the time is, whatever the machine's clock shows."""
        return self.house.clock.moment.astimezone(UTC)

    @property
    def troubled(self) -> bool:
        """True while anything around the daemon is not as it should be: what it owes may come late."""
        house = self.house
        wrong, away = bool(house.clock.wrong), len(house.clients) < len(self.roster)
        hides = house.calendar.faults.silent_gone or house.calendar.lagging
        return any((self.faulty, house.gate.refused, house.gate.troubled, wrong, away, hides))

    @property
    def page(self) -> Page:
        """Dana's calendars as they are."""
        return Page.of({**self.house.calendar.texts(), **self.house.away.texts()})

    def calendar_of(self, uid: str) -> MemoryCalendar:
        """Where Dana has an event: the practice calendar, unless it stands in the other one."""
        return self.house.away if f"{uid}.ics" in self.house.away.texts() else self.house.calendar

    def restart(self) -> None:
        """A daemon that ends at once, and one that takes up what it left."""
        store = self.house.store
        store.release(self.house.fence)
        self.house.reopen(store)

    def back_up(self) -> None:
        """Keep a copy of the store instead of the one before."""
        self.kept.close()
        self.kept = copy_of(self.house.store)
        self.kept.release(self.house.fence)

    def restore(self) -> None:
        """The store is what it was when the backup was made; that takes longer than any list lags."""
        self.house.calendar.catch_up()
        before = self.house.store.load().number
        self.house.store.close()
        self.house.reopen(copy_of(self.kept))
        self.restored = self.restored or self.house.store.load().number < before

    def adopt(self) -> None:
        """An operator has what the store does not know taken over; killed before that is kept, nothing."""
        before = self.house.store.load()
        try:
            adopt(self.house.world(), self.house.fence)
        except Died:
            self.house.killed()
            if self.house.store.load() == before:
                return
        self.restored, self.adopted = False, True

    @property
    def reached(self) -> list[Posted]:
        """What was posted, but for what came back."""
        back = {mail.id for _, mail in self.returned}
        return [one for one in self.posted if one.id not in back] if back else self.posted

    def requests(self, client: str) -> list[Posted]:
        """The invitations that a client got, oldest first."""
        address = CLIENTS[client].email
        return [one for one in self.posted if one.method == "REQUEST" and one.to == address]

    def wait(self, step: diary.Wait) -> Iterator[Moment]:
        """Time passes; the daemon looks at whatever falls due."""
        until = self.now + timedelta(hours=step.hours)
        while self.now < until:
            due = self.due if self.due is not None else until
            self.house.clock.moment = min(until, max(due, self.now + NAP), self.now + HOP)
            yield self.look(step)

    def linger(self, step: diary.Step) -> Iterator[Moment]:
        """Now and then a daemon that polls: looks so close together that the second finds nothing changed."""
        if not self.troubled and int(self.now.timestamp()) // 60 % 3 == 0:
            for _ in range(2):
                self.house.clock.moment += timedelta(minutes=1)
                yield self.look(step)

    def look(self, step: diary.Step) -> Moment:
        """The daemon's passes after a step, and the world before and after them."""
        before, cursor, count = self.page, _writes(self.house.calendar.cursor), len(self.post.delivered)
        self.blind = self.restored and (self.blind or not (before.entries or before.plans))
        since = self.moments[-1].now if self.moments else self.now
        reports = self._passes()
        self.idle = not self.broke_off and all(one.decision.empty and not one.outcomes for one in reports)
        memory = self._remembered(step)
        self.due = next_due(reports[-1].decision.pass_state, memory.effects) if reports else self.now
        mails = tuple(self._read_post(count))
        self.posted.extend(mails)
        found = Moment(
            step=step,
            since=since,
            now=self.now,
            before=before,
            after=self.page,
            writes=_writes(self.house.calendar.cursor) - cursor,
            mails=mails,
            memory=memory,
            faulty=self.troubled,
        )
        self._mend()
        self.moments.append(found)
        return found

    def _passes(self) -> tuple[PassReport, ...]:
        """As the daemon: a process that was killed is started again, and what breaks a pass off does not end it."""
        self.broke_off = False
        while True:
            try:
                return self.house.run()
            except Died:
                self.broke_off = True
                self.house.killed()
            except (StoreError, SafetyStop) as error:
                self.broke_off = True
                if self._read_on(error):
                    return ()

    def _read_on(self, error: Exception) -> bool:
        """What goes on where a pass broke off; False where the process died over it."""
        try:
            read_on(self.house.world(), self.moments[-1].memory if self.moments else None, error)
        except Died:
            self.house.killed()
            return False
        return True

    def _remembered(self, step: diary.Step) -> Memory:
        """What the store holds; as before where time went by and nothing came of it.

        What somebody does may be doubted at first: then nothing is decided, and yet that it is doubted is kept.
        """
        before = self.moments[-1].memory if self.moments else None
        doubts = before is not None and any(one.doubted_at is not None for one in before.traces)
        quiet = self.idle and isinstance(step, diary.Wait) and not doubts
        return before if before is not None and quiet else self.house.store.load()

    def heal(self) -> Iterator[Moment]:
        """Everything is as it should be again; the daemon looks until nothing is under way, so many times at most."""
        house = self.house
        house.gate.heal()
        house.calendar.faults.silent_gone = False
        house.calendar.expire_cursors()
        house.clock.wrong = timedelta()
        house.clients = tuple(self.roster.values())
        house.wired = None
        if self.moments[-1].memory.paused:
            house.store.pause("", self.now)
        while ends := [one.end for one in self.page.paused if one.start <= self.now < one.end]:
            yield from self.wait(diary.Wait((max(ends) - self.now) / timedelta(hours=1)))
        for _ in range(REST):
            yield self.look(diary.Wait(0))
            if not under_way(self.moments[-1].memory) and not self.troubled:
                return
            house.clock.moment += timedelta(hours=1)

    def rest(self) -> Iterator[str]:
        """One more pass over an unchanged world, unless the last one did nothing; whatever it does is told."""
        before, count = self.house.calendar.texts(), len(self.post.delivered)
        if self.troubled or self.idle:
            return
        for report in self._passes():
            if not report.decision.empty or report.actions or report.outcomes:
                yield f"{self.now}: a pass decided {[str(one.key) for one in report.decision.intents]}"
        if self.house.calendar.texts() != before or len(self.post.delivered) != count:
            yield f"{self.now}: something was written or sent"

    def close(self) -> None:
        """Give back what was opened."""
        self.log.close()
        self.house.store.close()
        self.kept.close()

    def _read_post(self, count: int) -> Iterator[Posted]:
        for mail, hour in zip(self.post.delivered[count:], self.post.hours[count:], strict=True):
            message = message_from_bytes(mail.content, policy=SMTP)
            assert isinstance(message, EmailMessage)
            yield posted(message, hour)

    def _mend(self) -> None:
        """A fault lasts for one look."""
        faults = self.house.calendar.faults
        for planned in (faults.reads, faults.before_writes, faults.after_writes):
            planned.clear()
        faults.keep_only = None
        self.post.refuse.clear()
        self.post.lose_answer.clear()
        self.faulty = self.house.gate.refused = False


def under_way(memory: Memory) -> list[EffectRow]:
    """Effects that were decided and of which nobody knows yet what came of them."""
    return [one for one in memory.effects if one.state is not EffectState.ESCALATED]


def _writes(cursor: str) -> int:
    return int(cursor.partition(":")[2])
