"""One practice, wired: from a settings file to everything that a pass works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from connectors.google.metering import Meter
from connectors.notices import notifier
from syncd.alarms import Alarms
from syncd.core.model.errors import StoreError
from syncd.core.model.messages.letters import Detail
from syncd.core.telling.alarms.heard import BRIEF
from syncd.core.telling.alarms.wrong import broken
from syncd.core.time.spans import Span
from syncd.cycle import Practicing
from syncd.gather import Sources
from syncd.lanes import SideBySide as Lanes
from syncd.outcome import EffectPorts
from syncd.ports import Clock, Fence, Store, Usage
from syncd.readers import PATIENCE, SideBySide
from syncd.reading import Reading
from syncd.settings import Settings, StoreSettings
from syncd.store import AlarmFile, SqlStore, decode_action
from syncd.wiring.alone import acting_on, counted, settings_of
from syncd.wiring.alone import opened as opened_store
from syncd.wiring.clock import SystemClock
from syncd.wiring.ends import sign_ins_end
from syncd.wiring.lasting import refuse_fleeting
from syncd.wiring.outside import accounts_of, calendars, mailbox, mailer, meters_of
from syncd.wiring.paths import paths_of
from syncd.wiring.places import Place, place_of
from syncd.wiring.planner import explaining_planner, planner, tokens
from syncd.wiring.post import alarm_writer, correspondence
from syncd.wording import Templates, load_templates

ALARMS = "alarms.json"  # in the state directory


@dataclass(frozen=True, slots=True)
class Running:
    """What the daemon runs: a wired practice, how often to look, where to show metrics, whom to ping ("" nobody).

    `files`: settings and rosters, of which a change is noticed. `place`: the store that settings name. `rest`: give
    back what the store does not need until it is used again.
    """

    world: Practicing
    poll: timedelta
    metrics: str
    ping: str
    files: tuple[Path, ...]
    readers: SideBySide[Reading]
    place: Place
    rest: Callable[[], None]
    close: Callable[[], None]
    meters: Mapping[str, Meter]
    ends: Callable[[], Mapping[str, datetime]]  # of accounts' sign-ins

    def usage(self) -> Mapping[str, Usage]:
        """What each account that has a quota used of it."""
        return {account: one.usage for account, one in self.meters.items()}


def running(path: Path, env: Mapping[str, str], store: Store | None, *, rings: bool = True) -> Running:
    """Wire the daemon's parts; on a reload around the store that is open already.

    `rings`: therapists and office are told where the store cannot be used.
    """
    clock = SystemClock()
    settings = settings_of(path, env, clock)
    if store is None:
        refuse_fleeting(settings, env)
    opened = None if store is not None else _opened(settings, clock, rings)
    kept = store or _given(opened)
    readers = SideBySide[Reading](PATIENCE)
    meters = meters_of(settings, clock, counted(settings.store))
    world = _world(settings, clock, kept, readers, meters)
    daemon = settings.daemon
    return Running(
        world,
        daemon.poll,
        daemon.metrics,
        daemon.ping,
        (settings.path, *settings.rosters),
        readers,
        place_of(settings.store),
        opened.rest if opened else _nothing,
        opened.close if opened else _nothing,
        meters,
        partial(sign_ins_end, settings.accounts),
    )


def _opened(settings: Settings, clock: Clock, rings: bool, looks: bool = False) -> SqlStore:
    """The store. Where it cannot be used and `rings`, that is told at once: nobody would hear anything else."""
    try:
        return opened_store(settings.store, looks=looks)
    except StoreError as error:
        if not rings:
            raise
        hands = partial(EffectPorts, {}, mailer(settings.mail), None)
        now = clock.now()
        alarm = replace(broken(error, settings.therapists), since=now - BRIEF)
        _alarms(settings, hands, load_templates(settings.templates), "").ring_beside(alarm, now)
        raise


def _alarms(
    settings: Settings,
    hands: Callable[[Span], EffectPorts],
    templates: Templates,
    instance: str,
) -> Alarms:
    sender = settings.mail.sender if settings.mail else ""
    return Alarms(
        settings.practice,
        settings.therapists,
        hands,
        alarm_writer(templates, instance, sender),
        _remembered(settings.store),
        ends=partial(sign_ins_end, settings.accounts),
        notify=notifier(settings.daemon.notify),
    )


def _remembered(kept: StoreSettings) -> AlarmFile:
    return AlarmFile(kept.state and kept.state / ALARMS, kept.formerly and kept.formerly / ALARMS)


def _given(store: Store | None) -> Store:
    if store is None:
        raise ValueError("no store")
    return store


def _nothing() -> None:
    """Nothing to close or to give back: the store belongs to who opened it."""


@contextmanager
def world_of(
    path: Path,
    env: Mapping[str, str],
    *,
    clock: Clock | None = None,
    believe: frozenset[str] = frozenset(),
    explain: bool = False,
    rings: bool = False,
    looks: bool = False,
) -> Iterator[Practicing]:
    """A wired practice for one command; its store is closed with the block.

    `believe`: calendars whose many deletions are meant. `explain`: plan all that is open, with checked reasons.
    `rings`: therapists and office are told where the store cannot be used. `looks`: no store is made for it.
    """
    clock = clock or SystemClock()
    settings = settings_of(path, env, clock)
    if rings:  # it is to act
        refuse_fleeting(settings, env)
    with _opened(settings, clock, rings, looks) as store:
        meters = meters_of(settings, clock, counted(settings.store)) if rings else {}
        yield _world(settings, clock, store, SideBySide(), meters, believe, explain)


@contextmanager
def acting(world: Practicing) -> Iterator[Fence]:
    """Be the one acting instance for as long as the block lasts. Raises SafetyStop while another is."""
    with acting_on(world.store, world.clock) as fence:
        yield fence


def _world(
    settings: Settings,
    clock: Clock,
    store: Store,
    readers: SideBySide[Reading],
    meters: Mapping[str, Meter],
    believe: frozenset[str] = frozenset(),
    explain: bool = False,
) -> Practicing:
    memory = store.load()
    accounts = accounts_of(settings, clock, meters)
    ports = calendars(settings, accounts)
    box = mailbox(settings.mail, memory.instance)
    sender, detail = (settings.mail.sender, settings.mail.letters) if settings.mail else ("", Detail.NAMES)
    hands = partial(EffectPorts, ports, mailer(settings.mail), box)
    templates = load_templates(settings.templates)
    return Practicing(
        practice=settings.practice,
        sources=Sources(
            accounts=accounts,
            calendars=ports,
            mailbox=box,
            therapists=settings.therapists,
            clients=settings.clients,
            history=settings.store.history,
            believe=believe,
            paths=paths_of(settings, accounts),
            readers=readers,
        ),
        hands=hands,
        store=store,
        clock=clock,
        word=correspondence(templates, memory.instance, sender, detail),
        decode=decode_action,
        planner=explaining_planner() if explain else planner(),
        tokens=tokens(),
        evidence=bool(settings.mail and settings.mail.evidence),
        answerable=bool(settings.mail and settings.mail.authserv_id and box),
        alarms=_alarms(settings, hands, templates, memory.instance),
        lanes=Lanes(),
    )
