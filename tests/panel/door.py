"""The door a real practice comes through: files on disk, settings, calendars read, where things stand, a request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

from connectors.memory import MemoryAccount
from syncd.core.planning.pass_request import full_request
from syncd.core.planning.plan import Plan
from syncd.core.planning.request import PlanRequest
from syncd.core.state import PassState
from syncd.cycle import Practicing, preview
from syncd.gather import Sources
from syncd.outcome import EffectPorts
from syncd.settings import Settings, load_settings
from syncd.store import decode_action, open_store
from syncd.wiring.post import correspondence
from syncd.wording import load_templates
from tests.panel.files import ACCOUNT, write
from tests.panel.spec import ZONE, Practice
from tests.scenario.household import SetClock

_HISTORY = timedelta(days=730)


@dataclass(slots=True)
class _Asked:
    """A planner that only listens."""

    request: PlanRequest | None = field(default=None)

    def __call__(self, pass_state: PassState) -> Plan | None:
        self.request = full_request(pass_state)
        return None


def request_of_files(practice: Practice, folder: Path) -> PlanRequest:
    """What the planner is asked on the first look at this practice, from the files that are written into `folder`."""
    write(practice, folder)
    clock, asked = SetClock(practice.now), _Asked()
    settings = load_settings(folder / "syncd.toml", {}, practice.now.date())
    with _wired(settings, folder, clock, asked) as world:
        report = preview(world)
    assert not report.problems, report.problems
    assert asked.request is not None, "nothing was planned"
    return asked.request


@contextmanager
def _wired(settings: Settings, folder: Path, clock: SetClock, asked: _Asked) -> Iterator[Practicing]:
    account = MemoryAccount(ACCOUNT, ZONE, calendars=[one.id for one in settings.therapists], clock=clock)
    for one in settings.therapists:
        for path in sorted((folder / one.id).glob("*.ics")):
            account.calendar(one.id).put_text(path.read_bytes().decode(), path.name)
    ports = {one.calendar: account.open(one.id) for one in settings.therapists}
    with open_store(f"sqlite:///{folder / 'syncd.db'}") as store:
        yield Practicing(
            practice=settings.practice,
            sources=Sources(
                accounts={ACCOUNT: account},
                calendars=ports,
                mailbox=None,
                therapists=settings.therapists,
                clients=settings.clients,
                history=_HISTORY,
            ),
            hands=partial(EffectPorts, ports, None, None),
            store=store,
            clock=clock,
            word=correspondence(load_templates(), "panel", ""),
            decode=decode_action,
            planner=asked,
            tokens=(f"{number:026d}" for number in count(1)),
        )
