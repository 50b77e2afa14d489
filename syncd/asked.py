"""What question marks would cost, worked out between passes: never inside one, and never in this process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Thread

from syncd.core.model.errors import SyncdError
from syncd.core.model.leave import Cost
from syncd.core.planning.asked.costing import Wanted
from syncd.core.planning.asked.due import kept, material, outdated, wanted
from syncd.core.state import PassState
from syncd.cycle import PassReport, Practicing
from syncd.ports import Fence, Store
from syncd.solver.costs import Costing

log = logging.getLogger(__name__)


def due(report: PassReport) -> tuple[Wanted, ...]:
    """The questions to work out after this pass; none while it stands still, as nothing could be shown."""
    if report.halted is not None or report.decision.paused:
        return ()
    return wanted(report.decision.pass_state)


def work_out(world: Practicing, fence: Fence, report: PassReport, costing: Costing) -> bool:
    """Work out what is due and remember it; False where nothing was. Raises StoreError and SafetyStop."""
    jobs, pass_state = due(report), report.decision.pass_state
    if jobs:
        remember(world.store, fence, pass_state, costing.work_out(material(pass_state), jobs))
    return bool(jobs)


def remember(store: Store, fence: Fence, pass_state: PassState, fresh: tuple[Cost, ...]) -> None:
    """The newest costs, in place of those that were known. Raises StoreError and SafetyStop."""
    for one in fresh:
        if one.failed:
            log.warning(
                "what a question mark costs could not be worked out (%s); it is tried again", one.failed
            )
    store.keep_costs(fence, kept(pass_state, fresh))


def costed(report: PassReport, costing: Costing) -> PassReport:
    """The report with what each question costs as things stand: remembered, or worked out now and not remembered."""
    pass_state = report.decision.pass_state
    fresh = costing.work_out(material(pass_state), jobs) if (jobs := outdated(pass_state)) else ()
    snapshot = replace(pass_state.snapshot, costs=kept(pass_state, fresh))
    return replace(
        report, decision=replace(report.decision, pass_state=replace(pass_state, snapshot=snapshot))
    )


Kept = Callable[
    [Callable[[Store, Fence], None]], None
]  # does it between two looks, with the store and its fence


@dataclass(slots=True)
class Beside:
    """Works out beside a daemon's looks what is due, one job at a time; one that hangs holds up nothing else."""

    costing: Costing = field(default_factory=Costing)
    busy: bool = False

    def after(self, report: PassReport, between: Kept) -> None:
        """Begin what is due after a look, in a thread of its own; `between` two looks it is remembered."""
        jobs = () if self.busy else due(report)
        if jobs:
            self.busy = True
            Thread(
                target=self._work_out, args=(report.decision.pass_state, jobs, between), daemon=True
            ).start()

    def _work_out(self, pass_state: PassState, jobs: tuple[Wanted, ...], between: Kept) -> None:
        try:
            fresh = self.costing.work_out(material(pass_state), jobs)
            between(lambda store, fence: remember(store, fence, pass_state, fresh))
        except SyncdError as error:
            log.warning("what question marks cost is not remembered: %s", type(error).__name__)
        finally:
            self.busy = False

    def stop(self) -> None:
        """End the job in hand, and begin no other."""
        self.costing.stop()
