"""What would give a client a place: one rule loosened at a time, tried by planning the whole again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from syncd.core.model.practice import Approach
from syncd.core.model.unplaced import Remedy, Rule
from syncd.core.planning.drafts import Placed, SolvedPlan, carried_over, drafted, group_of, left_beside
from syncd.core.planning.options import Finder
from syncd.core.planning.placements import moment_words
from syncd.core.planning.reasons.changes import with_opened
from syncd.core.planning.reasons.loosened import COUNTED, ORDER, Relaxed, relaxed
from syncd.core.planning.relief.option import Option
from syncd.core.planning.request import PlanRequest
from syncd.core.planning.solving.problem import Solve
from syncd.core.planning.solving.rows import tie_of

MAX_REMEDIES = 2
_OTHERS_HELP = frozenset({Rule.APPROACH, Rule.BUDGET, Rule.NO_THERAPIST})
_OF_EVERYBODY = frozenset(
    {Rule.BUDGET, Rule.CLIENT_MAKEUPS}
)  # these strike no hour: they leave none from the outset


@dataclass(frozen=True)
class Whole:
    """All that is planned, of which a Draft may be a part, and every place that it gives."""

    request: PlanRequest
    placed: Collection[Placed]


@dataclass
class Trials:
    """Remedies for the unplaced of one planning: what helps several of them is worked out once."""

    base: SolvedPlan
    whole: Whole
    solve: Solve
    left: Finder  # what is left while everybody placed keeps their place
    _finders: list[tuple[PlanRequest, Finder]] = field(default_factory=list)
    _plans: list[tuple[PlanRequest, Mapping[str, Option]]] = field(default_factory=list)

    def remedies(self, conflict: str) -> Iterator[Remedy]:
        """Up to two changes that give this client a place, what is cheapest for the people first.

        Where one step of a cap goes to somebody ahead, as many steps are tried as there are people ahead.
        """
        given = 0
        for rule in relevant(self.base, conflict):
            remedy = self._remedy(conflict, rule)
            if remedy is not None:
                yield remedy
                given += 1
            if given == MAX_REMEDIES:
                return

    def _remedy(self, conflict: str, rule: Rule) -> Remedy | None:
        if self._frees_nothing(conflict, rule):
            return None
        if rule not in COUNTED:
            return self._try(conflict, rule, 1)
        if not self._could_help(conflict, rule):
            return None
        ahead = self._ahead(conflict)
        first = self._try(conflict, rule, 1)
        return self._try(conflict, rule, 1 + ahead) if first is None and ahead else first

    def _frees_nothing(self, conflict: str, rule: Rule) -> bool:
        """True where something else stands in the way of every time that a cap alone would open beside everybody else.

        Of calls nobody counts what strikes them.
        """
        found, calls = self.left.of(conflict), self.base.request.ask_of[conflict].policy.eligibility.call
        if found.options or calls or rule not in COUNTED | _OF_EVERYBODY:
            return False
        return found.ruled_out is not rule if rule in _OF_EVERYBODY else not found.killed.get(rule)

    def _could_help(self, conflict: str, rule: Rule) -> bool:
        """False where the client has no place even with a step for everybody: that is planned once for all of them.

        What the practice forbids for everybody is tried step by step.
        """
        everybody = relaxed(self.base.request, conflict, rule, 1 + len(self.base.request.ask_of))
        if everybody is None:
            return True
        fits = self._fits(everybody.request, conflict)
        return bool(fits) and conflict in self._planned(everybody.request)

    def _ahead(self, conflict: str) -> int:
        """How many unplaced conflicts rank before this one."""
        keys = [one.conflict.id for one in self.base.request.ranked]
        return sum(1 for key in keys[: keys.index(conflict)] if key not in self.base.paired)

    def _try(self, conflict: str, rule: Rule, steps: int) -> Remedy | None:
        """The remedy, if the client fits in beside everybody else, and is placed when all are planned again."""
        loosened = self._relaxed(conflict, rule, steps)
        fits = self._fits(loosened.request, conflict) if loosened else ()
        if loosened is None or not fits:
            return None
        if loosened.rule is Rule.HOURS:
            # Not whole weeks but the one hour that helps.
            best = max(fits, key=lambda one: (one.good, tie_of(one)))
            loosened = replace(loosened, request=with_opened(self.base.request, conflict, (best.span,)))
        option = self._planned(loosened.request).get(conflict)
        return _remedy(loosened, option) if option is not None else None

    def _relaxed(self, conflict: str, rule: Rule, steps: int) -> Relaxed | None:
        """With cover, colleagues and whom they plan for themselves belong to the part that is planned."""
        if rule is not Rule.COVER:
            return relaxed(self.base.request, conflict, rule, steps)
        found = relaxed(self.whole.request, conflict, rule, steps)
        return found and replace(found, request=group_of(found.request, conflict))

    def _fits(self, request: PlanRequest, conflict: str) -> tuple[Option, ...]:
        """What is left for a client while everybody placed keeps their place."""
        finder = next((one for known, one in self._finders if known == request), None)
        if finder is None:
            others = (one for one in self.whole.placed if one.conflict in request.ask_of)
            finder = left_beside(request, others, self._finders[0][1] if self._finders else None)
            self._finders.append((request, finder))
        return finder.of(conflict).options

    def _planned(self, request: PlanRequest) -> Mapping[str, Option]:
        found = next((one for known, one in self._plans if known == request), None)
        if found is None:
            found = drafted(carried_over(self.base.finder, request), self.solve).paired
            self._plans.append((request, found))
        return found


def relevant(base: SolvedPlan, conflict: str) -> tuple[Rule, ...]:
    """The rules worth loosening, in the order of `loosened.ORDER`: those that struck, and those that may bind."""
    found, ask = base.found[conflict], base.request.ask_of[conflict]
    if found.ruled_out is not None and not found.options:
        if found.ruled_out in _OTHERS_HELP:
            return found.ruled_out, Rule.COVER, Rule.CALL
        return (found.ruled_out,)
    rules = {Rule.HORIZON, Rule.HOURS, Rule.COVER, Rule.EXTENSION, Rule.CALL, *found.killed}
    if found.options:
        rules |= COUNTED - {Rule.BUDGET}
        rules |= {Rule.CLIENT_MAKEUPS}
        rules -= {Rule.GAIN}  # there are times that help: nobody is better off with one that does not
    if found.options and ask.policy.eligibility.approach is Approach.LIMITED:
        rules.add(Rule.BUDGET)
    if Rule.NOTICE in rules:
        rules.add(Rule.ANSWER)  # notice counts from when the invitation leaves: sending at once may do
    if not (ask.policy.eligibility.before and ask.policy.eligibility.after):
        rules.add(Rule.SIDE)
    return tuple(rule for rule in ORDER if rule in rules)


def _remedy(loosened: Relaxed, option: Option) -> Remedy:
    zone = loosened.request.therapist[option.therapist].therapist.zone
    words = f"{loosened.change} there is a place on {moment_words(option.span.start, zone)}"
    return Remedy(loosened.rule, loosened.change, option.therapist, option.kind, option.span, words)
