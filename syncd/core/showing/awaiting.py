"""What waits for the therapist's yes stands on today in the calendar, from the day after it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.model import Absence
from syncd.core.model.messages.entries import WaitingFacts
from syncd.core.model.practice import Therapist
from syncd.core.state import PassState
from syncd.core.time.spans import first_and_last_day, local_date


@dataclass(frozen=True, slots=True)
class Waiting:
    """All of one therapist's leave that waits. `name` is the same as long as the same yeses are missing."""

    therapist: Therapist
    absences: tuple[Absence, ...]
    name: str

    def facts(self, pass_state: PassState, uid: str) -> WaitingFacts:
        """As the entry shows it today."""
        zone = self.therapist.zone
        return WaitingFacts(
            uid=uid,
            day=local_date(pass_state.now, zone),
            zone=zone,
            language=self.therapist.language,
            rows=tuple((*first_and_last_day(one.span, zone), pass_state.code(one)) for one in self.absences),
        )


def awaiting(pass_state: PassState) -> Iterator[Waiting]:
    """One for each therapist of whose leave something waits since yesterday or longer."""
    for giver in sorted(pass_state.diaries):
        diary = pass_state.diaries[giver]
        absences = tuple(one for one in diary.absences if _waits_since_yesterday(pass_state, one))
        if absences:
            codes = ".".join(pass_state.code(one) for one in absences)
            yield Waiting(diary.therapist, absences, f"waiting\x1f{giver}\x1f{codes}")


def _waits_since_yesterday(pass_state: PassState, absence: Absence) -> bool:
    if (
        absence.span.end <= pass_state.now
        or not pass_state.displaced(absence)
        or not pass_state.code(absence)
    ):
        return False
    zone = pass_state.snapshot.therapist[absence.therapist].zone
    return local_date(pass_state.changed_at(absence), zone) < local_date(pass_state.now, zone)
