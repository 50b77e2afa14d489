"""Recorded effects are had, each once, and settled with all that follows; one write for one object in a pass."""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from heapq import heappop, heappush

from syncd.apply import Occurrence, perform, perform_together, resolve
from syncd.core.model import CalendarObject, Trace
from syncd.core.model.actions import Action, CancelOriginal, RestoreOriginal, calendar_of
from syncd.core.model.effects import STAMP, EffectKey, EffectRow, EffectState
from syncd.core.offers import Consequence, consequence
from syncd.core.time.spans import Span
from syncd.gather import AHEAD, KEPT_PAST, Sources
from syncd.lanes import Lanes, OneByOne
from syncd.mirror import projected, unforeseen
from syncd.outcome import EffectPorts, Outcome, read_together
from syncd.ports import Clock, Fence, Settlement, Store
from syncd.rests import Rests
from syncd.subjects import Subjects
from syncd.traces import same_but_for_etag, traced, unseen

log = logging.getLogger(__name__)

Decode = Callable[[str], Action]
Done = tuple[tuple[Action, Outcome], ...]


@dataclass(frozen=True, slots=True)
class Workbench:
    """With what effects are had and recorded."""

    store: Store
    clock: Clock
    fence: Fence
    sources: Sources
    hands: Callable[[Span], EffectPorts]
    decode: Decode
    lanes: Lanes[Done] = field(default_factory=OneByOne)
    rests: Rests = field(default_factory=Rests)  # of what hangs when it is to take something, mail as well
    refused: frozenset[str] = frozenset()  # calendars that may be others of the same name
    patience: float = 5.0  # seconds that mails wait for entries to be written

    def answered(self, action: Action) -> bool:
        """False where it is for an account that has not answered, which would keep everybody else waiting, or for a
        calendar whose list is not believed.
        """
        unanswered = account_of(action) in self.sources.readers.unanswered
        return calendar_of(action) not in self.refused and not unanswered


def window(now: datetime) -> Span:
    """What occurrences are expanded in when an object is read back."""
    return Span(now - KEPT_PAST, now + AHEAD)


def have_effects(
    bench: Workbench,
    ready: Iterable[EffectRow],
    actions: Iterable[Action],
    rows: Subjects,
    stop: Callable[[], bool],
) -> Iterator[tuple[EffectKey, EffectState]]:
    """Claim and perform whatever is ready; what waits for a predecessor gets its turn.

    First what numbers the pass (I22), then what calendars show, those of different accounts side by side and in
    recorded order within one, then mails: once all is shown, or the bench's patience is over, and each after what it
    names. What is for an account that has not answered, or a calendar that is not believed, stays ready, and so does
    what comes after an effect for which somebody was waited for in vain; what was tried there is tried last.
    """
    waiting = tuple(ready)
    known = {row.key: bench.decode(row.payload) for row in waiting} | {one.key: one for one in actions}
    tried = {row.key for row in waiting if row.attempts and account_of(known[row.key]) in bench.rests.failing}
    order = sorted(known, key=tried.__contains__)
    left = {key: known[key] for key in order if bench.answered(known[key])}
    progress = True
    while progress:
        progress = False
        for numbering in (True, False):
            turn = _Turn.of(bench, left, numbering)
            for key, state in turn.had(rows, stop):
                progress = True
                yield key, state


_POST = ""  # the account of mails
_FAILED = frozenset({EffectState.READY, EffectState.UNKNOWN})
LAST = sys.maxsize
HANGS = 5.0  # seconds without an answer after which whoever is written to is left alone for a while
MOST_UNREAD = 25  # new entries that are read back together


def account_of(action: Action) -> str:
    """The account that it is for, or that of mails."""
    return calendar_of(action).partition("/")[0]


@dataclass(slots=True)
class _Turn:
    """What may be had side by side: by account what waits there, in recorded order. `left` is of all turns."""

    bench: Workbench
    left: dict[EffectKey, Action]
    waiting: dict[str, deque[tuple[int, EffectKey]]]
    objects: dict[tuple[str, str] | None, list[EffectKey]]
    unread: dict[str, dict[EffectKey, tuple[Action, Outcome]]] = field(default_factory=dict)  # by account
    since: float = 0.0
    idle: list[tuple[bool, int, str]] = field(default_factory=list)  # a heap: mails last, else as recorded
    began: dict[str, float] = field(default_factory=dict)  # by account what is in hand

    @classmethod
    def of(cls, bench: Workbench, left: dict[EffectKey, Action], numbering: bool) -> _Turn:
        """What numbers the pass, or all else."""
        turn = cls(bench, left, {}, {}, since=bench.rests.clock())
        mine = (key for key in left if (key.kind == STAMP) == numbering)
        for place, key in enumerate(mine):
            account = account_of(left[key])
            turn.waiting.setdefault(account, deque()).append((place, key))
            turn.objects.setdefault(_place(left[key]), []).append(key)
        return turn

    def had(self, rows: Subjects, stop: Callable[[], bool]) -> Iterator[tuple[EffectKey, EffectState]]:
        """Each as it is over, and read back, and settled. What is in hand is finished whatever happens."""
        for account in self.waiting:
            self._idle(account)
        try:
            while self._begun(stop):
                over = self.bench.lanes.over(self._mails_in())
                if over is None:
                    continue
                account, outcomes = over
                took = self.bench.rests.clock() - self.began.pop(account)
                done = outcomes()
                self._judge(account, done, took)
                unread = {one.key: (one, outcome) for one, outcome in done if outcome.unread is not None}
                self.unread.setdefault(account, {}).update(unread)
                for action, outcome in done:
                    if action.key not in unread:
                        _settle(self.bench, action, outcome, rows)
                        yield action.key, outcome.state
                if self.waiting[account] or self.unread.get(account):
                    self._idle(account)
        finally:
            for _ in self.began:
                self.bench.lanes.over()

    def _judge(self, account: str, done: Done, took: float) -> None:
        """Who answers late with a refusal, or not at all, would keep everybody waiting once for each effect."""
        failed = any(outcome.state in _FAILED for _, outcome in done)
        if not failed:
            self.bench.rests.answered(account)
        elif took >= HANGS:
            self.bench.rests.failed(account)

    def _idle(self, account: str) -> None:
        """Something further waits there; its place is that of what comes next among all that is recorded."""
        queue = self.waiting[account]
        heappush(self.idle, (account == _POST, queue[0][0] if queue else LAST, account))

    def _mails_in(self) -> float | None:
        """Seconds that mails wait still for what calendars show, None where none do."""
        if not self.idle or self.idle[0][2] != _POST or not self.began:
            return None
        left = self.since + self.bench.patience - self.bench.rests.clock()
        return left if left > 0 else None

    def _begun(self, stop: Callable[[], bool]) -> bool:
        """Begin what can be, the first recorded first; True while anything is in hand."""
        while self.idle and len(self.began) < self.bench.lanes.most and self._mails_in() is None:
            account = heappop(self.idle)[2]
            work = self._work(account, stop)
            if work is not None:
                began = self.bench.rests.clock()
                self.bench.lanes.begin(account, work)
                self.began[account] = began
        return bool(self.began)

    def _work(self, account: str, stop: Callable[[], bool]) -> Callable[[], Done] | None:
        """The next effect there; where none comes, or enough are written, these are read back."""
        unread = self.unread.get(account, {})
        waits = len(unread) >= MOST_UNREAD or self.bench.rests.resting(account) or stop()
        claimed = () if waits else self._claimed(account, unread)
        if claimed:
            return partial(_performed, self.bench, claimed)
        if unread:
            del self.unread[account]
            return partial(_read_back, self.bench, tuple(unread.values()))
        return None

    def _claimed(self, account: str, unread: Collection[EffectKey]) -> tuple[EffectRow, ...]:
        """The next that can be had there, and with one on an occurrence all others on the same object.

        None where the next waits for one that is to be read back before it is done.
        """
        queue = self.waiting[account]
        while queue:
            key = queue[0][1]
            if key in self.left and self.left[key].after in unread:
                return ()
            queue.popleft()
            row = self._claim(key)
            if row is not None:
                place = _place(self.bench.decode(row.payload))
                same = map(self._claim, self.objects[place] if place else ())
                return (row, *(other for other in same if other is not None))
        return ()

    def _claim(self, key: EffectKey) -> EffectRow | None:
        row = (
            self.bench.store.claim(self.bench.fence, key, self.bench.clock.now())
            if key in self.left
            else None
        )
        if row is not None:
            del self.left[key]
        return row


def _place(action: Action) -> tuple[str, str] | None:
    """The object of which one occurrence is written: calendar id and UID."""
    return (action.ref.calendar, action.ref.uid) if isinstance(action, Occurrence) else None


def _performed(bench: Workbench, claimed: Sequence[EffectRow]) -> Done:
    """What came of each. May run beside other accounts' effects: neither store nor rows are touched."""
    actions = [bench.decode(row.payload) for row in claimed]
    now, attempts = bench.clock.now(), claimed[0].attempts
    hands = bench.hands(window(now))
    occurrences = [one for one in actions if isinstance(one, CancelOriginal | RestoreOriginal)]
    if len(occurrences) > 1:
        outcomes = perform_together(occurrences, hands, now, attempts)
    else:
        outcomes = tuple(perform(one, hands, now, attempts) for one in actions)
    return tuple(zip(actions, outcomes, strict=True))


def _read_back(bench: Workbench, written: Sequence[tuple[Action, Outcome]]) -> Done:
    """The same, with what stands there now. May run beside other accounts' effects."""
    hands = bench.hands(window(bench.clock.now()))
    found = read_together([outcome for _, outcome in written], hands)
    return tuple(zip((action for action, _ in written), found, strict=True))


def _settle(bench: Workbench, action: Action, outcome: Outcome, rows: Subjects) -> None:
    """Record what came of an effect together with all that follows from it."""
    now = bench.clock.now()
    result = Consequence()
    if outcome.state is EffectState.DONE or outcome.presumed:
        result = consequence(action, outcome.evidence, *rows.subject(action), now)
        rows.take(result)
    kept = _kept(bench, outcome, rows, now)
    bench.store.settle(
        bench.fence,
        Settlement(
            key=action.key,
            state=outcome.state,
            now=now,
            detail=outcome.detail,
            not_before=outcome.not_before,
            offers=(result.offer,) if result.offer else (),
            conflicts=result.conflicts,
            objects=(kept,) if kept else (),
            gone=rows.places(outcome.gone),
            sent=(result.sent,) if result.sent else (),
            traces=tuple(_traces(action, outcome, kept, rows, now)),
        ),
    )
    log.info("effect %s: %s %s", action.key, outcome.state.value, outcome.detail)


def _kept(
    bench: Workbench, outcome: Outcome, rows: Subjects, now: datetime
) -> tuple[str, CalendarObject] | None:
    """What was read back after a write, by calendar id, as the mirror keeps it.

    None where a rule of ours breaks on it: the next look at its calendar meets it, and sets it aside alone. After a
    write that was refused only a new etag counts: what else is another may be somebody's hand: reading judges.
    """
    if outcome.seen is None:
        return None
    calendar, stored = outcome.seen
    sources = bench.sources
    try:
        kept = projected(stored, window(now), sources.read_by(calendar), sources.roster)
    except Exception as error:
        log.warning("%s: what was written breaks %s", calendar, unforeseen(error))
        return None
    refused = outcome.state is EffectState.DROPPED
    known = rows.stood((calendar, stored.uid)) if refused else None
    return None if refused and not same_but_for_etag(known, kept) else (calendar, kept)


def _traces(
    action: Action, outcome: Outcome, kept: tuple[str, CalendarObject] | None, rows: Subjects, now: datetime
) -> Iterator[Trace]:
    """What we have just written, so that seeing it later, or no longer, is not taken for somebody's hand."""
    if outcome.state is not EffectState.DONE:
        return
    if outcome.gone is not None:
        yield traced(*outcome.gone, now, rows.stood(outcome.gone), None)
    elif outcome.unseen and outcome.seen is not None:
        calendar, before = outcome.seen
        yield unseen(calendar, before.uid, now)
    elif kept is not None:
        calendar, after = kept
        yield traced(calendar, after.uid, now, rows.stood((calendar, after.uid)), after)
    elif isinstance(action, Occurrence):
        yield unseen(action.ref.calendar, action.ref.uid, now)


def resolve_unclear(bench: Workbench, unclear: Iterable[EffectRow], rows: Subjects) -> None:
    """Effects whose outcome is unknown are looked up; nothing is written outside."""
    now = bench.clock.now()
    for row in unclear:
        action = bench.decode(row.payload)
        if not bench.answered(action):
            continue
        outcome = resolve(action, bench.hands(window(now)), now, row.changed_at or now)
        if outcome.state is not EffectState.UNKNOWN:
            _settle(bench, action, outcome, rows)
