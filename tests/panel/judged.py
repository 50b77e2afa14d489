"""A plan judged: every make-up with what it breaks, and the figures of a whole practice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from tests.panel.exchange import outranks
from tests.panel.passed import Passed, passed_over
from tests.panel.remarks import remarks
from tests.panel.rules import NEXT_DAY, RULES
from tests.panel.sight import CRISIS, TIERS, Client, Given, Sight
from tests.panel.stretches import gain, taken_off

_HOURLESS = frozenset(one.name for one in RULES if not one.of_hour)
_DAY = 1.0


@dataclass(frozen=True)
class Verdict:
    """One make-up: what it gives, and what the panel says against it by name of the rule."""

    practice: str
    client: str
    tier: str
    interval: float
    original: str
    start: str
    gain: float
    broken: dict[str, str]

    @property
    def beside_hour(self) -> bool:
        """True when something other than the hour of day is broken."""
        return bool(_HOURLESS & set(self.broken))

    @property
    def useless(self) -> bool:
        """True for less than a day off; in crisis the next day is one, some hours less or not."""
        return self.gain < (NEXT_DAY if self.tier == TIERS[CRISIS] else _DAY)


@dataclass(frozen=True)
class Figures:
    """A practice in numbers; lists by tier, crisis first."""

    practice: str
    displaced: int
    placements: list[int]
    broken: list[int]
    beside_hour: list[int]
    by_rule: dict[str, list[int]]
    days_off: list[float]
    hours: list[float]
    useless: list[int]
    pieces: int  # longer sessions: no meetings of their own, judged by no rule
    passed_over: int  # crisis and crucial clients without a time while somebody of a lower tier has one
    needless: int  # of these, those to whom a time without fault was open
    day_more: int  # times of a lower tier that would serve a higher one by a day more
    for_a_day: int  # the same, if the higher one gave up a weekday of theirs for another
    remarks: dict[str, int]
    proven: bool
    verdicts: list[Verdict] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """As plain values."""
        return asdict(self)


def judged(sight: Sight, *, proven: bool = True) -> Figures:
    """Judge every make-up of a plan."""
    pairs = [(client, one) for client in sight.clients.values() for one in client.meetings]
    verdicts = [_verdict(sight, one) for _, one in pairs]
    tiers, passed = range(len(TIERS)), passed_over(sight)
    broken = [one for one in verdicts if one.broken]
    return Figures(
        practice=sight.practice.name,
        displaced=sum(len(client.displaced) for client in sight.clients.values()),
        placements=_by_tier(verdicts),
        broken=_by_tier(broken),
        beside_hour=_by_tier([one for one in broken if one.beside_hour]),
        by_rule={rule.name: _by_tier([one for one in broken if rule.name in one.broken]) for rule in RULES},
        days_off=[
            round(sum(taken_off(one) for one in sight.clients.values() if one.tier == t), 3) for t in tiers
        ],
        hours=[round(sum(one.minutes for who, one in pairs if who.tier == t) / 60, 3) for t in tiers],
        useless=_by_tier([one for one in verdicts if one.useless]),
        pieces=sum(one.piece for one in sight.given),
        passed_over=len(passed),
        needless=sum(bool(one.open_at) for one in passed),
        day_more=(more := _day_more(sight, pairs, weekday=True)),
        for_a_day=_day_more(sight, pairs, weekday=False) - more,
        remarks=remarks(sight),
        proven=proven,
        verdicts=verdicts,
        passed=passed,
    )


def _day_more(sight: Sight, pairs: Sequence[tuple[Client, Given]], *, weekday: bool) -> int:
    return sum(outranks(sight, client, one, _DAY, weekday=weekday) is not None for client, one in pairs)


def _verdict(sight: Sight, one: Given) -> Verdict:
    client = sight.clients[one.client]
    said = {rule.name: rule.judge(sight, client, one) for rule in RULES}
    return Verdict(
        practice=sight.practice.name,
        client=one.client,
        tier=TIERS[client.tier],
        interval=client.person.interval,
        original=f"{one.original:%a %Y-%m-%d %H:%M}",
        start=f"{one.start:%a %Y-%m-%d %H:%M}",
        gain=round(gain(client, one), 2),
        broken={name: words for name, words in said.items() if words},
    )


def _by_tier(verdicts: list[Verdict]) -> list[int]:
    counted = Counter(one.tier for one in verdicts)
    return [counted[tier] for tier in TIERS]
