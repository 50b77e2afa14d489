"""One pass: gather -> decide -> word -> record -> apply -> settle. The one conductor; everything else is a part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from syncd.as_before import said_before, with_said
from syncd.core.decide import Decision
from syncd.core.model import ReadProblem, Reply
from syncd.core.model.actions import Action
from syncd.core.model.effects import UNCLEAR, EffectKey, EffectState
from syncd.core.model.snapshot import Snapshot
from syncd.core.showing import stamps
from syncd.core.telling.alarms.wrong import Alarm, AlarmKind, answered, broken, wrong
from syncd.deciding import Decided, decided, rested
from syncd.effecting import have_effects, resolve_unclear
from syncd.effecting.workbench import Workbench
from syncd.gather import Gathered, gather
from syncd.halting import halted, note
from syncd.keeping import keep_aside, keep_grounds, keep_unheard, mark_used, record_pass, record_reading
from syncd.ports import Fence, Halt, Halted, Memory
from syncd.practising import Practicing, snapshot_of
from syncd.subjects import Subjects
from syncd.unchanged import AtRest
from syncd.wording import NO_MAIL, Unsayable

__all__ = [
    "Look",
    "PassReport",
    "Practicing",
    "look",
    "passes",
    "preview",
    "run_pass",
    "run_until_quiet",
    "summed",
]

MOST_PASSES = 8  # follow-up passes in one go; each needs an effect of the one before


@dataclass(frozen=True, slots=True)
class PassReport:
    """What one pass saw, decided and did; for logs, the command line and the watchdog."""

    now: datetime
    decision: Decision
    actions: tuple[Action, ...]
    outcomes: tuple[tuple[EffectKey, EffectState], ...]
    problems: tuple[ReadProblem, ...]
    unsayable: tuple[Unsayable, ...]  # messages that no mail could carry
    halted: Halted | None = None  # why nothing was decided and nothing done
    rested: AtRest | None = None  # the pass whose decision this one repeats, as nothing has changed since


@dataclass(frozen=True, slots=True)
class Look:
    """What a dry pass sees before it decides."""

    memory: Memory
    gathered: Gathered
    snapshot: Snapshot
    halted: Halted | None


def look(world: Practicing, *, dry: bool = True) -> Look:
    """Read everything; the store is not written to. `dry`: nor is anything else, to find out what a server can do."""
    memory = world.store.load()
    now = world.watch.begin(world.clock)
    gathered = gather(world.sources, memory, now, dry=dry)
    snapshot = snapshot_of(world, memory, gathered, now)
    return Look(memory, gathered, snapshot, halted(memory, gathered, snapshot, world.watch, world.clock))


def preview(world: Practicing) -> PassReport:
    """A dry pass: reads and decides, writes nothing anywhere, not even to the store."""
    seen = look(world)
    memory, snapshot = seen.memory, seen.snapshot
    if memory.upgraded and seen.halted is None:
        memory = with_said(memory, said_before(world, memory, snapshot.now))
        snapshot = replace(snapshot, keys=memory.keys)
    found = _decided(world, memory, snapshot)
    decision, worded = found.decision, found.worded
    problems = (*seen.gathered.problems, *found.problems)
    actions = () if seen.halted else worded.actions
    return PassReport(seen.snapshot.now, decision, actions, (), problems, worded.unsayable, seen.halted)


def run_pass(world: Practicing, fence: Fence, stop: Callable[[], bool] = lambda: False) -> PassReport:
    """One whole pass. `stop` is asked between effects: the one in hand is always finished.

    Raises StoreError and SafetyStop (fence lost); connector errors are reported, not raised.
    """
    memory = world.store.load()
    now = world.watch.begin(world.clock)
    gathered = gather(world.sources, memory, now)
    still = world.unchanged.still(memory, gathered, now, world.watch, world.clock)
    if still is not None:
        keep_grounds(world.store, fence, memory, gathered)
        return PassReport(now, still.at(now, gathered), (), (), gathered.problems, (), rested=still)
    return _decided_pass(world, fence, memory, gathered, now, stop)


def _decided_pass(
    world: Practicing,
    fence: Fence,
    memory: Memory,
    gathered: Gathered,
    now: datetime,
    stop: Callable[[], bool],
) -> PassReport:
    snapshot = snapshot_of(world, memory, gathered, now)
    stopped = halted(memory, gathered, snapshot, world.watch, world.clock)
    if memory.upgraded and stopped is None:
        said = said_before(world, memory, now)
        world.store.take_as_said(fence, said, now)
        memory = world.store.load()
        snapshot = snapshot_of(world, memory, gathered, now)
    note(world.store, fence, memory.halted, stopped)
    if stopped is not None:
        decision = rested(snapshot)
        if stopped.kind is not Halt.CLOCK:
            keep_grounds(world.store, fence, memory, gathered)
            record_reading(world.store, fence, gathered, decision)
        world.unchanged.last = None
        return PassReport(now, decision, (), (), gathered.problems, (), stopped)
    keep_grounds(world.store, fence, memory, gathered)
    keep_unheard(world.store, fence, memory, gathered, now)
    if any(row.state in UNCLEAR for row in memory.effects):
        memory = _resolve_unclear(world, fence, now)
        gathered = gather(world.sources, memory, now)
        snapshot = replace(snapshot_of(world, memory, gathered, now), stood_still=snapshot.stood_still)
    found = _decided(world, memory, snapshot)
    keep_aside(world.store, fence, memory, gathered, found)
    decision, worded = found.decision, found.worded
    first = () if decision.paused else stamps(decision.pass_state.snapshot, worded.actions, memory.number)
    record_pass(world.store, fence, gathered, found, (*first, *worded.actions), now)
    mark_used(world.sources.mailbox, gathered)
    outcomes: tuple[tuple[EffectKey, EffectState], ...] = ()
    if not decision.paused:
        outcomes = tuple(_apply(world, fence, memory, gathered, decision, (*first, *worded.actions), stop))
    problems = (*gathered.problems, *found.problems)
    idle = not (first or outcomes or found.problems or found.replies)
    world.unchanged.note(memory, gathered, decision, idle=idle)
    return PassReport(now, decision, worded.actions, outcomes, problems, worded.unsayable)


def run_until_quiet(
    world: Practicing, fence: Fence, stop: Callable[[], bool] = lambda: False
) -> tuple[PassReport, ...]:
    """Passes until one changes nothing: what an effect or a fact makes due does not wait for the next poll."""
    return tuple(passes(world, fence, stop))


def passes(world: Practicing, fence: Fence, stop: Callable[[], bool] = lambda: False) -> Iterator[PassReport]:
    """The same, each as it is over."""
    came: list[Reply] = []
    had: dict[EffectKey, EffectState] = {}
    for left in reversed(range(MOST_PASSES)):
        try:
            report = run_pass(world, fence, stop)
        except Exception as error:
            if world.alarms is not None:
                world.alarms.ring_beside(broken(error, world.sources.therapists), world.clock.now())
            raise
        over = stop() or not left or not _moved(report)
        came += report.decision.pass_state.snapshot.replies
        had.update(report.outcomes)
        if over:
            _ring(world, report, came, had)
        yield report
        if over:
            return


def _ring(
    world: Practicing,
    report: PassReport,
    came: Sequence[Reply],
    had: Mapping[EffectKey, EffectState],
) -> None:
    """Tell of all that is wrong at the end of a look: what was refused in any of its passes, too, and what `came` in it
    that concerns nobody who is here; by a clock that is wrong nothing else is judged.
    """
    if world.alarms is None:
        return
    snapshot = report.decision.pass_state.snapshot
    if report.halted is not None:
        everybody = frozenset(one.id for one in snapshot.therapists)
        kind = AlarmKind.CLOCK if report.halted.kind is Halt.CLOCK else AlarmKind.STOPPED
        world.alarms.ring_beside(Alarm(kind, "", None, everybody, report.halted.why), report.now)
    elif report.rested is not None:
        world.alarms.ring(wrong(report.decision.pass_state, ()), report.now)
    else:
        refused = (row for row in snapshot.effects if had.get(row.key) is EffectState.READY)
        told = (*wrong(report.decision.pass_state, refused), *answered(snapshot, came), *_unsaid(report))
        world.alarms.ring(told, report.now)


def _unsaid(report: PassReport) -> Iterator[Alarm]:
    """Texts that are broken: nobody gets them until somebody has corrected the template or the address."""
    concerned: dict[str, set[str]] = {}
    for one in report.unsayable:
        if one.why != NO_MAIL:
            concerned.setdefault(one.why, set()).add(one.intent.therapist)
    for why, therapists in sorted(concerned.items()):
        yield Alarm(AlarmKind.WORDING, why, None, frozenset(therapists), why)


def _moved(report: PassReport) -> bool:
    """True when something was done, or known anew, that may make something else due."""
    if report.halted is not None:
        return False
    done = any(state is EffectState.DONE for _, state in report.outcomes)
    return done or bool(report.actions) or report.decision.notes


def summed(reports: Sequence[PassReport]) -> PassReport:
    """The last of these reports with what any of them could not read or say: a bad event is met only once."""
    problems = dict.fromkeys(one for report in reports for one in report.problems)
    unsayable = dict.fromkeys(one for report in reports for one in report.unsayable)
    return replace(reports[-1], problems=tuple(problems), unsayable=tuple(unsayable))


def _decided(world: Practicing, memory: Memory, snapshot: Snapshot) -> Decided:
    return decided(snapshot, world.planner, world.tokens, partial(world.word, after=memory.number))


def _apply(
    world: Practicing,
    fence: Fence,
    memory: Memory,
    gathered: Gathered,
    decision: Decision,
    actions: tuple[Action, ...],
    stop: Callable[[], bool],
) -> Iterator[tuple[EffectKey, EffectState]]:
    dropped = set(decision.dropped)
    ready = [row for row in memory.effects if row.state is EffectState.READY and row.key not in dropped]
    rows = Subjects.of(decision.pass_state.offers, decision.pass_state.conflicts, gathered.mirror)

    def stopped() -> bool:
        return stop() or world.watch.jumped(world.clock)

    yield from have_effects(_bench(world, fence, gathered.refused), ready, actions, rows, stopped)


def _bench(world: Practicing, fence: Fence, refused: frozenset[str] = frozenset()) -> Workbench:
    return Workbench(
        world.store,
        world.clock,
        fence,
        world.sources,
        world.hands,
        world.decode,
        world.lanes,
        world.rests,
        refused,
    )


def _resolve_unclear(world: Practicing, fence: Fence, now: datetime) -> Memory:
    """Effects whose outcome is unknown are looked up before anything is decided.

    Passes never overlap: what is in hand while one begins was left by one that broke off.
    """
    world.store.recover(fence, now)
    memory = world.store.load()
    unclear = [row for row in memory.effects if row.state is EffectState.UNKNOWN]
    rows = Subjects.of(memory.offers, memory.conflicts, memory.mirror)
    resolve_unclear(_bench(world, fence), unclear, rows)
    return world.store.load()
