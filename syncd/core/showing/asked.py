"""The answer to a question mark stands in the calendar, on the first day that it asks about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from syncd.core.model import initials
from syncd.core.model.leave import Cost
from syncd.core.model.messages.entries import QuestionFacts
from syncd.core.model.practice import Therapist
from syncd.core.planning.asked.question import Question, compared, cost_of, questions
from syncd.core.state import PassState
from syncd.core.time.spans import midnight


@dataclass(frozen=True, slots=True)
class Answering:
    """One question's overview. `name` is the same wherever it is moved to."""

    question: Question

    @property
    def therapist(self) -> Therapist:
        """Whose calendar it stands in."""
        return self.question.therapist

    @property
    def name(self) -> str:
        """What its UID is made of."""
        return f"question\x1f{self.question.name}"

    def facts(self, pass_state: PassState, uid: str) -> QuestionFacts:
        """Initials and times, as a calendar may show them."""
        asked = self.question
        return QuestionFacts(
            uid=uid,
            day=asked.days[0],
            zone=asked.therapist.zone,
            language=asked.therapist.language,
            days=asked.days,
            hits=tuple((initials(client), one.span) for one, client in asked.sessions),
            held=tuple((pass_state.snapshot.short(one.client), one.span) for one in asked.offers),
            cost=cost_of(pass_state, asked),
            others=compared(pass_state, asked),
        )


def answering(pass_state: PassState) -> Iterator[Answering]:
    """One for each question."""
    yield from map(Answering, questions(pass_state))


def undated(facts: QuestionFacts) -> QuestionFacts:
    """What makes it another entry: the same cost, worked out once more, is written no second time."""
    cost = _undated(facts.cost, facts.zone) if facts.cost is not None else None
    return replace(facts, cost=cost, others=tuple(_undated(one, facts.zone) for one in facts.others))


def _undated(cost: Cost, zone: ZoneInfo) -> Cost:
    return cost if cost.failed else replace(cost, rests_on="", at=midnight(cost.first, zone))
