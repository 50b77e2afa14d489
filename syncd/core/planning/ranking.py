"""Who comes first: hard tiers, and inside a tier a sum of few named factors that a clinician can overrule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import log
from zoneinfo import ZoneInfo

from syncd.core.model import Client, ClientFacts, Conflict, Phase, Tier
from syncd.core.model.messages.letters import Named
from syncd.core.model.practice import Weights
from syncd.core.policy.tiers import tier_of
from syncd.core.time.spans import aware, local_date

UNKNOWN_INTERVAL = 7  # days, where the past says nothing: letters and `explain` say that a week was assumed
SCORE_MAX = 1000
STEP = 25  # scores are rounded to it before they decide: one point in a thousand says nothing
FIRST_SESSIONS = 4  # count like a crucial phase
SIGNIFICANCE_MAX = 5  # by hand, 1 (little) to 5 (much)
_LONG = 60  # months after which a relationship counts fully
_MONTH = 30.44
_YEAR = timedelta(days=365)
_EARLY_WEEKS, _SETTLED_WEEKS = 8, 26
_GAP_HALF = 28  # days without a session that count one half

PHASE_VALUES = {
    Phase.CRUCIAL: 1.0,
    Phase.EXPOSURE: 1.0,
    Phase.EARLY: 0.8,
    Phase.ENDING: 0.6,
    Phase.STEADY: 0.3,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One displaced session and what is known of it.

    `previous` and `following` are the starts of the client's nearest sessions with this therapist that do
    take place; None where there is none. `crisis`: a care note is in force. `zone` is the therapist's.
    `ends` is when the last session ends that was agreed on; None: nobody knows of an end. `earlier` is how many
    sessions they have had before this one, make-ups among them; None: not known.
    """

    conflict: Conflict
    client: Client
    zone: ZoneInfo
    facts: ClientFacts | None = None
    previous: datetime | None = None
    following: datetime | None = None
    crisis: bool = False
    earlier: int | None = None
    ends: datetime | None = None
    weights: Weights = field(default_factory=Weights)

    @property
    def last(self) -> bool:
        """True where this is itself the last session that was agreed on."""
        return self.ends is not None and self.ends <= self.conflict.span.end

    @property
    def interval(self) -> float:
        """Usual days between sessions; a week where nothing is known."""
        known = self.facts.interval if self.facts else None
        return max(1.0, known) if known else float(UNKNOWN_INTERVAL)

    @property
    def before(self) -> datetime:
        """The session before the displaced one; one usual interval earlier where none is known."""
        return self.previous or self.conflict.span.start - timedelta(days=self.interval)

    @property
    def after(self) -> datetime:
        """The session after the displaced one; one usual interval later where none is known."""
        return self.following or self.conflict.span.start + timedelta(days=self.interval)

    @property
    def gap_days(self) -> float:
        """Days between the neighbouring sessions once this one is missing."""
        return max(0.0, (self.after - self.before) / timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Part:
    """One named factor: its value in 0..1, the points of its weight that it earned, and what it says.

    `named` is the same for templates; nothing where it is not known.
    """

    name: str
    value: float
    points: float
    says: str
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its place: `position` from 1, `score` 0..1000 in steps of 25, parts, a sentence."""

    candidate: Candidate
    tier: Tier
    score: int
    position: int
    parts: tuple[Part, ...]
    sentence: str

    @property
    def conflict(self) -> Conflict:
        """The displaced session."""
        return self.candidate.conflict

    @property
    def client(self) -> Client:
        """Whose session it is."""
        return self.candidate.client


def rank(candidates: Iterable[Candidate], now: datetime) -> tuple[Ranked, ...]:
    """Order candidates by tier, score, date of the original, id; whatever order they come in.

    Scores refer to the date of the displaced session, not to `now`, so that the order stands still while
    days pass; `now` only limits which disruptions are known.
    """
    scored = [
        (tier_of(one.client, crisis=one.crisis, last=one.last), _parts(one, now), one) for one in candidates
    ]
    ordered = sorted(
        ((tier, _score(parts, one.weights), parts, one) for tier, parts, one in scored),
        key=lambda row: (row[0], -row[1], row[3].conflict.span, row[3].conflict.id),
    )
    return tuple(
        Ranked(one, tier, score, place, parts, _sentence(one, tier, parts))
        for place, (tier, score, parts, one) in enumerate(ordered, start=1)
    )


def _score(parts: tuple[Part, ...], weights: Weights) -> int:
    total = sum(max(0.0, points) for points in _points(weights))
    return STEP * round(SCORE_MAX * sum(part.points for part in parts) / total / STEP) if total > 0 else 0


def _points(weights: Weights) -> tuple[float, ...]:
    relationship = max(0.0, weights.tenure) + max(0.0, weights.significance)
    return (weights.interval, weights.gap, relationship, weights.phase, weights.fairness)


def _parts(one: Candidate, now: datetime) -> tuple[Part, ...]:
    day = local_date(one.conflict.span.start, one.zone)
    rows = (
        ("interval", *_interval(one)),
        ("gap", *_gap(one)),
        ("relationship", *_relationship(one, day)),
        ("phase", *_phase(one, day)),
        ("fairness", *_fairness(one, day, local_date(aware(now), one.zone))),
    )
    points = _points(one.weights)
    return tuple(
        Part(name, value, value * max(0.0, weight), says, named)
        for (name, value, says, named), weight in zip(rows, points, strict=True)
    )


_Factor = tuple[float, str, tuple[Named, ...]]


def _interval(one: Candidate) -> _Factor:
    days, value = round(one.interval), min(1.0, 7 / one.interval)
    if one.facts is None or one.facts.interval is None:
        return value, "cadence not known yet", ()
    return value, _cadence(days), (("often" if days < 6 else _EVERY.get(days, "every"), days),)


_EVERY = {7: "weekly", 14: "fortnightly", 21: "three_weekly"}


def _cadence(days: int) -> str:
    named = {7: "comes weekly", 14: "comes every two weeks", 21: "comes every three weeks"}
    if days < 6:
        return "comes more than once a week"
    return named.get(days, f"comes about every {days} days")


def _gap(one: Candidate) -> _Factor:
    gap = one.gap_days
    ratio = gap / one.interval
    in_days = gap / (gap + _GAP_HALF)
    value = in_days if one.weights.gap_in_days else max(0.0, 1 - 1 / ratio) if ratio > 0 else 0.0
    said = f"{round(gap)} days from one session to the next without a make-up"
    return value, said, (("gap", round(gap)),)


def _relationship(one: Candidate, day: date) -> _Factor:
    first = _first(one)
    months = max(0.0, (day - first).days / _MONTH) if first else 0.0
    length = min(1.0, log(1 + months) / log(1 + _LONG))
    unit, count = _duration(months)
    at_least = "at least " if _older(one) else ""
    says = f"in treatment for {at_least}{count} {unit}" if first else "length of treatment not known"
    named: tuple[Named, ...] = ((f"{unit}_at_least" if at_least else unit, count),) if first else ()
    by_hand = 0.0
    if one.client.significance is not None:
        by_hand = (min(max(one.client.significance, 1), SIGNIFICANCE_MAX) - 1) / (SIGNIFICANCE_MAX - 1)
        says = f"{says}, significance {one.client.significance} by hand"
        named = (*named, ("significance", one.client.significance))
    tenure, significance = max(0.0, one.weights.tenure), max(0.0, one.weights.significance)
    earned = length * tenure + by_hand * significance
    return (earned / (tenure + significance) if earned else 0.0), says, named


def _first(one: Candidate) -> date | None:
    return one.client.since or (one.facts.first if one.facts else None)


def _older(one: Candidate) -> bool:
    """True where treatment may have begun before anything that the calendar remembers."""
    return one.client.since is None and one.facts is not None and one.facts.at_least


def _duration(months: float) -> Named:
    if months < 2:
        weeks = round(months * _MONTH / 7)
        return ("week" if weeks == 1 else "weeks"), weeks
    return ("months", round(months)) if months < 24 else ("years", int(months // 12))


def _phase(one: Candidate, day: date) -> _Factor:
    phase = one.client.phase
    if phase in {None, Phase.EARLY} and _among_the_first(one):
        return PHASE_VALUES[Phase.CRUCIAL], "one of the first four sessions", (("first_sessions", 0),)
    if phase is not None:
        return PHASE_VALUES[phase], f"{phase.value} phase", ((f"phase_{phase.value}", 0),)
    first = _first(one)
    early, steady = PHASE_VALUES[Phase.EARLY], PHASE_VALUES[Phase.STEADY]
    if first is None or (_older(one) and (day - first).days < 7 * _SETTLED_WEEKS):
        return steady, "phase not known", ()
    weeks = max(0, (day - first).days) / 7
    settled = min(1.0, max(0.0, (weeks - _EARLY_WEEKS) / (_SETTLED_WEEKS - _EARLY_WEEKS)))
    named = "early" if settled < 0.5 else "settled"
    return early - (early - steady) * settled, f"{named} in treatment", ((named, 0),)


def _among_the_first(one: Candidate) -> bool:
    return not _older(one) and one.earlier is not None and one.earlier < FIRST_SESSIONS


def _fairness(one: Candidate, day: date, today: date) -> _Factor:
    lost = one.facts.disruptions if one.facts else ()
    recent = sum(1 for when in lost if day - _YEAR <= when < min(day, today))
    if not recent:
        return 0.0, "nothing fell out in the last year", ()
    said = f"lost a session {_times(recent)} in the last year"
    return 1 - 1 / (1 + recent), said, (("passed_over_once" if recent == 1 else "passed_over", recent),)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


_LEADS = {
    Tier.CRISIS: "First: in crisis or protected",
    Tier.CRUCIAL: "Ahead of routine: a crucial phase",
    Tier.ROUTINE: "Routine",
    Tier.MAINTENANCE: "After the others: maintenance",
}


_LAST = "Ahead of routine: the last session that was agreed on"


def _sentence(one: Candidate, tier: Tier, parts: tuple[Part, ...]) -> str:
    """What a therapist would say: the tier, then what speaks most for this client, strongest first."""
    lead = _LAST if tier is Tier.CRUCIAL and one.last else _LEADS[tier]
    strong = sorted(parts, key=lambda part: -part.points)
    said = [part.says for part in strong if part.value > 0 and "not known" not in part.says]
    if tier is Tier.CRUCIAL:
        said = [words for words in said if words != "crucial phase"]
    return f"{lead}; {', '.join(said)}." if said else f"{lead}."


def speaks_for(ranked: Ranked) -> tuple[Named, ...]:
    """The sentence in short, for templates: the tier, then the two factors that speak most for this client."""
    strong = sorted((part for part in ranked.parts if part.value > 0), key=lambda part: -part.points)
    named = [part.named for part in strong if part.named]
    if ranked.tier is Tier.CRUCIAL:
        named = [one for one in named if one != (("phase_crucial", 0),)]
    lead = "last" if ranked.tier is Tier.CRUCIAL and ranked.candidate.last else ranked.tier.name.lower()
    return ((f"tier_{lead}", 0), *(one for some in named[:2] for one in some))
