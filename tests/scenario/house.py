"""A whole practice for scenarios: a calendar, a post office, a clock that is set by hand, and the real cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from itertools import count

from connectors.mail.replies import Ours
from connectors.memory import MemoryAccount, MemoryCalendar
from syncd.core.model import Client
from syncd.core.model.practice import Practice, Therapist
from syncd.cycle import PassReport, Practicing, run_until_quiet
from syncd.gather import Sources
from syncd.outcome import EffectPorts
from syncd.ports import Fence, Store
from syncd.solver import solve_here
from syncd.store import decode_action
from syncd.wiring.planner import planner as planner_with
from syncd.wiring.post import correspondence
from syncd.wording import load_templates
from tests.core.people import BERLIN, CALENDAR, dana, practice
from tests.scenario.household import OFFICE, Household, SetClock
from tests.scenario.post import Post

__all__ = ["House", "SetClock"]

LEASE = timedelta(days=3650)


planner = planner_with(
    lambda: nullcontext(solve_here)
)  # the real planner with the real solver, in this process


def _dana() -> Therapist:
    """With a budget that leaves nobody out."""
    found = dana()
    rules = replace(found.policy.eligibility, budget=12)
    return replace(found, policy=replace(found.policy, eligibility=rules))


@dataclass(slots=True)
class House(Household):
    """Dana's practice on the memory connector."""

    store: Store
    clock: SetClock
    clients: tuple[Client, ...]
    therapist: Therapist = field(default_factory=_dana)
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
            hands=partial(EffectPorts, {CALENDAR: port}, post, post),
            store=self.store,
            clock=self.clock,
            word=words,
            decode=decode_action,
            planner=planner,
            tokens=self.tokens,
            evidence=self.post.evidence,
        )

    def run(self) -> tuple[PassReport, ...]:
        """Passes until nothing is left to do."""
        reports = run_until_quiet(self.world(), self.fence)
        self.reports.extend(reports)
        return reports

    def put(self, text: str, uid: str) -> None:
        """Dana stores an object in her calendar."""
        self.calendar.put_text(text)

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Dana changes an object's text."""
        self.calendar.edit(uid, change)

    def remove(self, uid: str) -> None:
        """Dana deletes an object."""
        self.calendar.remove(uid)

    def texts(self) -> Sequence[str]:
        """Every object in the calendar, as an export shows it."""
        return tuple(self.calendar.texts().values())

    def received(self, address: str) -> list[EmailMessage]:
        """What an address has got, oldest first."""
        return self.post.to(address)

    def arrive(self, content: bytes) -> None:
        """A message for the practice arrives now."""
        self.post.arrive(content)

    def approve(self) -> None:
        """Dana's practice trusts the daemon: nothing waits for a yes."""
        rules = replace(self.therapist.policy.approval, review_first=0)
        self.therapist = replace(self.therapist, policy=replace(self.therapist.policy, approval=rules))
