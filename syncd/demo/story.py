"""What happens in the demo, step by step, with the daemon's own code and a clock that is moved by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from syncd.core.model import OfferState
from syncd.cycle import PassReport, Practicing, preview, run_until_quiet
from syncd.demo.desk import CALENDAR, Desk, caldav_desk
from syncd.demo.google_desk import google_desk
from syncd.demo.practice import LEAVE, OFFICE, PEOPLE, TODAY, ZONE, Person, address, diary, leave, roster
from syncd.demo.servers import maildir, maildir_path, smtp
from syncd.ports import Fence
from syncd.report.displacements import displacements
from syncd.report.explain import explain
from syncd.report.explanations import explanation_tables
from syncd.report.lists import call_list_table
from syncd.report.passes import plan_tables
from syncd.report.plans import plan_table, unplaced_table
from syncd.report.status import stands
from syncd.report.status_tables import status_tables
from syncd.wiring import SystemClock
from syncd.wiring.planner import explaining_planner
from syncd.wiring.world import acting, world_of

ASKED = "LM"  # the client whose place in the plan the demo explains
LEASE = timedelta(days=2)  # of the story's time; it moves on by less between two looks


@dataclass(slots=True)
class StoryClock:
    """The demo's time: it stands until the story moves on."""

    moment: datetime = TODAY

    def now(self) -> datetime:
        """The story's instant, in UTC."""
        return self.moment.astimezone(UTC)

    def booted(self) -> timedelta:
        """Real time would go by as the story's does."""
        return self.moment - TODAY

    def ahead_of(self, date: datetime) -> timedelta:
        """The demo's servers know nothing of the story's time: it counts as theirs."""
        del date
        return timedelta()

    def follow(self) -> None:
        """From here on the story runs in real time."""
        self.moment = SystemClock().now()


@dataclass(slots=True)
class Stage:
    """Everything that runs while the demo is played."""

    console: Console
    mails: Path
    desk: Desk
    clock: StoryClock
    world: Practicing
    fence: Fence
    answered: set[str] = field(default_factory=set)
    declined: set[str] = field(default_factory=set)

    def passes(self) -> tuple[PassReport, ...]:
        """The daemon's passes, until nothing is left to do."""
        self.world.store.renew(self.fence, self.clock.now(), LEASE)
        return run_until_quiet(self.world, self.fence)

    def look(self) -> PassReport:
        """The pass that planned, or the last."""
        reports = self.passes()
        return next((report for report in reports if report.decision.plan is not None), reports[-1])

    def say(self, title: str) -> None:
        """A heading with the story's date."""
        when = Text(f"{self.clock.moment:%a %d %b %H:%M}  ", "bold cyan")
        self.console.print()
        self.console.print(when + Text(title, "bold"))


@contextmanager
def staged(work: Path, console: Console, google: bool = False) -> Iterator[Stage]:
    """Servers up, calendar filled, settings written, the daemon's parts wired; all ended with the block."""
    clock = StoryClock()
    with ExitStack() as stack:
        mails = work / "mail"
        port = stack.enter_context(smtp(mails))
        maildir(mails, OFFICE)
        desk: Desk
        if google:
            desk = stack.enter_context(google_desk(work, clock.now))
        else:
            desk = stack.enter_context(caldav_desk(work, mails, port))
        for name, text in diary():
            desk.put(name, text)
        config = write_settings(work, desk, port, mails)
        world = stack.enter_context(world_of(config, os.environ, clock=clock))
        fence = stack.enter_context(acting(world))
        yield Stage(console, mails, desk, clock, world, fence)


def write_settings(work: Path, desk: Desk, port: int, mails: Path) -> Path:
    """The settings and roster of the demo practice, as an admin would write them."""
    (work / "clients.csv").write_text(roster(), encoding="utf-8")
    config = work / "syncd.toml"
    config.write_text(_settings(work, desk, port, mails), encoding="utf-8")
    return config


def _settings(work: Path, desk: Desk, port: int, mails: Path) -> str:
    return f"""\
[practice]
name = "Maple Street Practice"
timezone = "Europe/Berlin"
phone = "+49 30 5550100"
email = "{OFFICE}"
crisis_contact = "0800 1110111, day and night"
holidays = "DE-BE"

[policy]
max_sessions_per_week = 30

[[therapists]]
id = "dana"
name = "Dana Okafor"
email = "dana@example.org"
account = "demo"
calendar = "{CALENDAR}"
hours = {{ mon = ["09:00-13:00", "14:00-18:00"], tue = ["09:00-13:00", "14:00-18:00"],
          wed = ["09:00-13:00", "14:00-18:00"], thu = ["09:00-13:00", "14:00-18:00"], fri = ["09:00-13:00"] }}

[accounts.demo]
{desk.account}
[mail]
from = "{OFFICE}"
smtp = {{ host = "127.0.0.1", port = {port}, security = "none" }}
maildir = "{maildir_path(mails, OFFICE)}"

[clients]
file = "clients.csv"

[store]
url = "sqlite:///{work / "syncd.db"}"
""".replace(",\n          ", ", ")


def play(stage: Stage) -> PassReport:
    """The whole story; returns the report of the pass that planned."""
    stage.look()
    stage.say("Dana blocks a week of leave in her calendar")
    name, text = leave()
    stage.desk.put(name, text)
    stage.look()
    planned = preview(replace(stage.world, planner=explaining_planner()))
    for table in plan_tables(planned, names=True):
        stage.console.print(table)
    _argue(stage, planned, ASKED)
    _approve(stage, name)
    _weeks(stage)
    return planned


def _argue(stage: Stage, planned: PassReport, client: str) -> None:
    """What `syncd explain` says of one client: points, why this time, three other times."""
    stage.say(f"Dana wants to know more about {client}: syncd explain {client}")
    pass_state = planned.decision.pass_state
    found = explain(pass_state, planned.decision.plan, client)
    for block in explanation_tables(pass_state, found, names=True):
        stage.console.print(block)


def _approve(stage: Stage, name: str) -> None:
    """A therapist's first absences wait: she reads the letter and adds #ok to the title."""
    stage.clock.moment += timedelta(hours=1)
    stage.say("The first absence is always shown first: Dana adds #ok to its title")
    stage.desk.retitle(name, "Vacation #ok")
    stage.look()


def _weeks(stage: Stage) -> None:
    """Days go by; clients answer, decline or stay silent until the leave begins."""
    ends = datetime.combine(LEAVE[0], TODAY.timetz()) - timedelta(hours=24)
    while stage.clock.moment < ends:
        stage.clock.moment += timedelta(hours=6 if stage.clock.moment.hour < 12 else 18)
        before = _tally(stage)
        stage.look()
        said = [line for person in PEOPLE if (line := _react(stage, person))]
        if said:
            stage.look()
        after = _tally(stage)
        if told := "; ".join((*said, *_news(before, after))):
            stage.say(told)
    stage.look()


def _react(stage: Stage, person: Person) -> str:
    """A client opens the mail and answers, if they are of the kind that does."""
    where = address(person)
    if not where or not person.answer.startswith(("accept", "decline")):
        return ""
    for event in stage.desk.invited(where):
        if event in stage.answered:
            continue
        stage.answered.add(event)
        how = "decline" if person.answer == "decline-all" else person.answer
        if person.id in stage.declined and person.answer == "decline":
            how = "accept"
        stage.declined.update({person.id} if how == "decline" else ())
        stage.desk.answer(event, where, how, stage.clock.moment)
        return f"{person.initials} {how}s"
    return ""


def _tally(stage: Stage) -> dict[str, int]:
    offers = stage.world.store.load().offers
    return {state.value: sum(offer.state is state for offer in offers) for state in OfferState}


def _news(before: dict[str, int], after: dict[str, int]) -> Iterator[str]:
    for state in (OfferState.HELD, OfferState.INVITED, OfferState.ACCEPTED, OfferState.UNANSWERED):
        if after[state.value] and after[state.value] != before[state.value]:
            yield f"{after[state.value]} {state.value}"


def settled(stage: Stage) -> PassReport:
    """The end of the story: who has what, shown as tables."""
    last = stage.look()
    stage.say("What Dana's calendar holds now")
    pass_state, plan = last.decision.pass_state, last.decision.plan
    for absence in pass_state.absence.values():
        found = displacements(pass_state, plan, absence)
        stage.console.print(plan_table(pass_state, plan, found, names=True))
        stage.console.print(unplaced_table(pass_state, found, names=True))
    stage.console.print(call_list_table(pass_state, names=True))
    for table in status_tables(stands(stage.world.store.load(), last.now, ZONE, acting="here:demo"), ZONE):
        stage.console.print(table)
    return last
