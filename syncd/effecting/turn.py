"""One turn: what may be had side by side, an account each, in recorded order; mails when that is shown."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush

from syncd.apply import Occurrence, perform, perform_together
from syncd.core.model.actions import Action, CancelOriginal, RestoreOriginal
from syncd.core.model.effects import STAMP, EffectKey, EffectRow, EffectState
from syncd.effecting.settling import settle
from syncd.effecting.workbench import Done, Workbench, account_of
from syncd.outcome import Outcome, read_together
from syncd.reading import in_sight
from syncd.subjects import Subjects

_POST = ""  # the account of mails
_FAILED = frozenset({EffectState.READY, EffectState.UNKNOWN})
LAST = sys.maxsize
HANGS = 5.0  # seconds without an answer after which whoever is written to is left alone for a while
MOST_UNREAD = 25  # new entries that are read back together


@dataclass(slots=True)
class Turn:
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
    def of(cls, bench: Workbench, left: dict[EffectKey, Action], numbering: bool) -> Turn:
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
                        settle(self.bench, action, outcome, rows)
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
    hands = bench.hands(in_sight(now))
    occurrences = [one for one in actions if isinstance(one, CancelOriginal | RestoreOriginal)]
    if len(occurrences) > 1:
        outcomes = perform_together(occurrences, hands, now, attempts)
    else:
        outcomes = tuple(perform(one, hands, now, attempts) for one in actions)
    return tuple(zip(actions, outcomes, strict=True))


def _read_back(bench: Workbench, written: Sequence[tuple[Action, Outcome]]) -> Done:
    """The same, with what stands there now. May run beside other accounts' effects."""
    hands = bench.hands(in_sight(bench.clock.now()))
    found = read_together([outcome for _, outcome in written], hands)
    return tuple(zip((action for action, _ in written), found, strict=True))
