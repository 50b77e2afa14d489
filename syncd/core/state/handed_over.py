"""The rows, and which of them lie in leave so long that it is handed over (docs/planning.md#long-leave)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from syncd.core.model import Absence, Client, Conflict, initials
from syncd.core.model.messages.letters import NoCover, Uncounted
from syncd.core.model.practice import Policy, Therapist
from syncd.core.policy.handover import before, beside, is_long
from syncd.core.reading import named_covers
from syncd.core.reading.titles import words
from syncd.core.state.rows import Rows
from syncd.core.time.spans import Span, first_and_last_day, intersect, local_date, subtract, union

WHOLE_DAY = timedelta(hours=23)  # the shortest that lived clocks have


@dataclass(frozen=True)
class HandedOver(Rows):
    """The rows; of those in long leave, where a make-up may stand all the same."""

    @cached_property
    def long(self) -> frozenset[str]:
        """Ids of absences so long that they are handed over, not planned week by week."""
        known = self.snapshot.therapist
        return frozenset(key for key, one in self.absence.items() if is_long(one.span, known[one.therapist]))

    def policy(self, conflict: Conflict) -> Policy:
        """What holds for this conflict; beside long leave a make-up has to be worth more."""
        return self._long_policies.get(conflict.absence) or super().policy(conflict)

    def policy_in(self, absence: Absence) -> Policy:
        """What holds in an absence: the therapist's policy with its tags."""
        return self._long_policies.get(absence.id) or self._policies[absence.id]

    @cached_property
    def _long_policies(self) -> Mapping[str, Policy]:
        return {key: beside(self._policies[key]) for key in self.long}

    def handed_over(self, conflict: Conflict) -> bool:
        """True for a session in leave that is not planned week by week."""
        return conflict.absence in self.long

    def beside_long(self, conflict: Conflict) -> Span | None:
        """Where a make-up of this session in long leave may stand; None for nowhere.

        The first one that a client loses may be brought forward, and the last one be made up for afterwards, as long
        as the client was not told that there is no other time.
        """
        return self._beside.get(conflict.id) if conflict.noticed_at is None else None

    @cached_property
    def _beside(self) -> Mapping[str, Span]:
        return {key: span for one in self.absence.values() for key, span in self._edges(one)}

    def _edges(self, absence: Absence) -> Iterator[tuple[str, Span]]:
        if absence.id not in self.long:
            return
        theirs: dict[str, list[Conflict]] = {}
        for row in sorted(self.displaced(absence), key=lambda one: (one.span, one.id)):
            theirs.setdefault(row.client, []).append(row)
        rules = self.snapshot.therapist[absence.therapist].policy.slots
        earliest = absence.span.start - rules.horizon_before
        latest = absence.span.end + rules.horizon_after
        for rows in theirs.values():
            first, last = rows[0], rows[-1]
            yield last.id, Span(absence.span.end, latest)
            yield first.id, Span(earliest, latest if first is last else absence.span.start)

    def named_cover(self, conflict: Conflict) -> Therapist | None:
        """The colleague who covers for this client in long leave, by the therapist's own word (`#cover AB Sam`)."""
        return self.covers_named(conflict.absence).get(conflict.client)

    def stand_in(self, conflict: Conflict) -> Therapist | None:
        """Who steps in for the client of a displaced session while their therapist is away."""
        client, absence = self.client(conflict), self.absence.get(conflict.absence)
        if absence is None or client is None:
            return None
        if absence.id not in self.long and self.covered(conflict) is not None:
            return None
        return self.steps_in(absence, client)

    def steps_in(self, absence: Absence, client: Client) -> Therapist | None:
        """A colleague who covers during the leave, works in it and is not away, where all three allow it; in long
        leave whoever the therapist named. Nobody is named whose calendar is unread. `#none` offers no
        times of theirs, and they are there all the same.
        """
        if absence.id in self.long:
            return self.covers_named(absence.id).get(client.id)
        own = self.snapshot.therapist[absence.therapist].policy.eligibility.cover
        if not (client.cover_ok and (own or self.policy_in(absence).eligibility.cover)):
            return None
        present = (
            one
            for one in self.snapshot.therapists
            if absence.therapist in one.covers_for and one.id != absence.therapist
            if one.id in self.diaries and one.id in self.snapshot.reachable
            if not any(span.overlaps(absence.span) for span in self.diaries[one.id].away)
            if self._works_in(one, absence.remaining)
        )
        return next(present, None)

    def _works_in(self, colleague: Therapist, away: Span) -> bool:
        """True for whoever has hours in it: whose week knows none of its days is reached by nobody then."""
        holidays = self.snapshot.practice.holidays
        hours = colleague.hours.spans(away, colleague.zone)
        return any(local_date(one.start, colleague.zone) not in holidays for one in hours)

    def covers_named(self, absence: str) -> Mapping[str, Therapist]:
        """By client id, who covers in this long leave: where practice, colleague and client all permit it, and the
        colleague is there for a part of it at least (`also_away`).
        """
        wanted = self.covers_wanted(absence).items()
        return {client: one for client, one in wanted if self._why_not(absence, client, one) is None}

    def covers_wanted(self, absence: str) -> Mapping[str, Therapist]:
        """The same, be the colleague there or not."""
        named = self._named.get(absence, ())
        return {who: one for who, one in named if one is not None and self._may_cover(who, absence)}

    def covers_uncounted(self, absence: str) -> tuple[Uncounted, ...]:
        """Those named to cover in this long leave of whom that does not count."""
        found = []
        for client, colleague in self._named.get(absence, ()):
            why, known = self._why_not(absence, client, colleague), self.snapshot.client.get(client)
            if why is not None:
                found.append(Uncounted(initials(known) if known is not None else "", why))
        return tuple(found)

    def _why_not(self, absence: str, client: str, colleague: Therapist | None) -> NoCover | None:
        if client not in self.snapshot.client:
            return NoCover.UNKNOWN
        if colleague is None:
            return NoCover.NO_COLLEAGUE
        if not self._may_cover(client, absence):
            return NoCover.NOT_ALLOWED
        there = subtract([self.absence[absence].remaining], self._away_too(absence, colleague))
        return None if there else NoCover.AWAY

    def also_away(self, absence: str, colleague: Therapist | None) -> tuple[tuple[date, date], ...]:
        """First and last days on which a colleague who steps in is away as well, where the leave is."""
        if colleague is None or absence not in self.absence:
            return ()
        leave = self.absence[absence]
        first, last = first_and_last_day(leave.remaining, self.snapshot.therapist[leave.therapist].zone)
        theirs = (
            first_and_last_day(one, colleague.zone)
            for one in union(self._whole_days(colleague))
            if one.overlaps(leave.remaining)
        )
        days = ((max(first, begins), min(last, ends)) for begins, ends in theirs)
        return tuple((begins, ends) for begins, ends in days if begins <= ends)

    def _away_too(self, absence: str, colleague: Therapist) -> tuple[Span, ...]:
        """What of it whole days of the colleague's own leave take."""
        return intersect(union(self._whole_days(colleague)), [self.absence[absence].remaining])

    def _whole_days(self, colleague: Therapist) -> Iterator[Span]:
        diary = self.diaries.get(colleague.id)
        yield from (one for one in (diary.away if diary is not None else ()) if one.duration >= WHOLE_DAY)

    def _may_cover(self, client: str, absence: str) -> bool:
        known = self.snapshot.client.get(client)
        policy = self.snapshot.therapist[self.absence[absence].therapist].policy
        return known is not None and known.cover_ok and policy.ceiling.cover

    @cached_property
    def _named(self) -> Mapping[str, tuple[tuple[str, Therapist | None], ...]]:
        return {
            one.id: tuple(
                (client, self._colleague(word, one.therapist)) for client, word in named_covers(one.tags)
            )
            for one in self.absence.values()
            if one.id in self.long
        }

    def _colleague(self, word: str, therapist: str) -> Therapist | None:
        """Who covers for this therapist and is called so; without a word, the only one who does."""
        mine = [
            one for one in self.snapshot.therapists if therapist in one.covers_for and one.id != therapist
        ]
        found = [one for one in mine if not word or word in {one.id.casefold(), *words(one.name)}]
        return found[0] if len(found) == 1 else None

    def ahead_of(self, absence: Absence, ahead: timedelta) -> datetime:
        """So long before leave begins, on the therapist's clock."""
        return before(absence.span, ahead, self.snapshot.therapist[absence.therapist].zone)
