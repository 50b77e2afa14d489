"""What waits for the therapist's yes stands on today in the calendar, from the day after it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.model import Absence
from syncd.core.model.messages.entries import WaitingFacts
from syncd.core.model.practice import Therapist
from syncd.core.state import Standing
from syncd.core.time.spans import first_and_last_day, local_date


@dataclass(frozen=True, slots=True)
class Waiting:
    """All of one therapist's leave that waits. `name` is the same as long as the same yeses are missing."""

    therapist: Therapist
    absences: tuple[Absence, ...]
    name: str

    def facts(self, standing: Standing, uid: str) -> WaitingFacts:
        """As the entry shows it today."""
        zone = self.therapist.zone
        return WaitingFacts(
            uid=uid,
            day=local_date(standing.now, zone),
            zone=zone,
            language=self.therapist.language,
            rows=tuple((*first_and_last_day(one.span, zone), standing.code(one)) for one in self.absences),
        )


def awaiting(standing: Standing) -> Iterator[Waiting]:
    """One for each therapist of whose leave something waits since yesterday or longer."""
    for giver in sorted(standing.diaries):
        diary = standing.diaries[giver]
        absences = tuple(one for one in diary.absences if _waits_since_yesterday(standing, one))
        if absences:
            codes = ".".join(standing.code(one) for one in absences)
            yield Waiting(diary.therapist, absences, f"waiting\x1f{giver}\x1f{codes}")


def _waits_since_yesterday(standing: Standing, absence: Absence) -> bool:
    if absence.span.end <= standing.now or not standing.displaced(absence) or not standing.code(absence):
        return False
    zone = standing.snapshot.therapist[absence.therapist].zone
    return local_date(standing.changed_at(absence), zone) < local_date(standing.now, zone)
