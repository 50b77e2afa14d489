"""The rows of a pass, asked what a yes was given for, and for what one is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from syncd.core.model import UNSENT, Absence, Client, Conflict, Offer
from syncd.core.model.effects import PLAN_LETTER, EffectKey, EffectState, asks_for_yes, marks_of
from syncd.core.reading import policy_tags
from syncd.core.reading.first_seen import block_name, seen_at
from syncd.core.reading.titles.sayings import carried_for, carried_mark, sayings_of, written_mark
from syncd.core.state.approval.covered import code, code_of_leave, covers, pending
from syncd.core.state.approval.due import why_due
from syncd.core.state.who_hears import WhoHears, outside, told_together

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Approvals(WhoHears):
    """The rows, and what a yes was given for or is due for."""

    def pending(self, absence: Absence) -> frozenset[str]:
        """What of an absence no yes covers, were one due."""
        rows = self.displaced(absence)
        offers = (offer for row in rows for offer in self.of(row))
        return pending(rows, offers, self.in_force, carried_mark(absence), self.others(absence))

    def others(self, absence: Absence) -> frozenset[str]:
        """Clients (ids) who hear of it by mail though no session of theirs falls out, and whom a yes names."""
        return frozenset(one.id for one in (*outside(self, absence), *told_together(self, absence)))

    def waits(self, absence: Absence) -> str:
        """Why the absence waits for a yes; "" when it does not."""
        return self._waits.get(absence.id, "")

    @cached_property
    def _waits(self) -> Mapping[str, str]:
        return {key: self._waiting(absence) for key, absence in self.absence.items()}

    def _waiting(self, absence: Absence) -> str:
        return self._due(absence) if self.pending(absence) else ""

    def _due(self, absence: Absence) -> str:
        """Why a yes is due to the absence, whether or not it was given."""
        conflicts = self.displaced(absence)
        policy = self.policy(conflicts[0]) if conflicts else self.snapshot.therapist[absence.therapist].policy
        absence_of = {row.id: row.absence for row in self.conflicts}
        zone = self.snapshot.therapist[absence.therapist].zone
        asked = self._asked_at(absence, conflicts)
        given = self.in_force
        return why_due(
            absence, conflicts, policy.approval, self.seen, given, zone, absence_of, asked_at=asked
        )

    def may_tell(self, absence: Absence, client: str) -> bool:
        """True for a client (id) without a session inside: no yes is due, or one that was given showed them."""
        rows = {row.id: row.client for row in self.conflicts if row.absence == absence.id}
        given = [one for one in self.in_force if not one.shown.isdisjoint(rows)]
        shown = any(client in one.others or client in {rows.get(name) for name in one.shown} for one in given)
        return shown or not (self.waits(absence) or self._due(absence))

    def _asked_at(self, absence: Absence, conflicts: Iterable[Conflict]) -> datetime | None:
        """When a letter first said that this absence waits, since the last yes to any of it; None for none."""
        mine, ids = self._questions.get(absence.id, ()), {row.id for row in conflicts}
        said = [one.at for one in self.snapshot.ledger if one.key in mine]
        given = [one.given_at for one in self.in_force if one.shown & ids]
        if not given:
            return min(said, default=LONG_AGO) if mine else None
        return min((at for at in said if at > max(given)), default=None)

    @cached_property
    def _questions(self) -> Mapping[str, list[EffectKey]]:
        """By absence, the letters that asked for a yes."""
        found: dict[str, list[EffectKey]] = {}
        for key in filter(asks_for_yes, self.snapshot.keys):
            found.setdefault(key.subject, []).append(key)
        return found

    def in_doubt(self, absence: Absence) -> bool:
        """True while nobody knows whether it is leave: it displaces nothing yet."""
        return absence.doubted and not all(self.believed(row) for row in self.displaced(absence))

    def code(self, absence: Absence) -> str:
        """What `#ok` must be followed by; "" when nothing waits, or nothing of it could leave any more."""
        if not (self.waits(absence) and self.may_leave_yet(absence)):
            return ""
        if self.in_doubt(absence):
            return code_of_leave(absence.blocks, self.approvals)
        return code(self.pending(absence), self.approvals)

    def may_leave_yet(self, absence: Absence) -> bool:
        """True while a yes to it could let anything leave: until it is over; afterwards while a time is held for
        somebody whom it took a session from.
        """
        held = (offer for row in self.displaced(absence) for offer in self.of(row) if offer.state in UNSENT)
        return absence.span.end > self.now or any(held)

    def cleared(self, conflict: Conflict) -> bool:
        """True when a yes is not due, or was given for this conflict (I11)."""
        if self.approved(conflict):
            return True
        absence = self.absence.get(conflict.absence)
        return absence is not None and not self.waits(absence)

    def plan_agreed(self, conflict: Conflict) -> bool:
        """True once a letter has shown the plan of its absence, and a yes is not due or was given.

        Not in the pass in which the therapist asks for other times by other tags.
        """
        shown = conflict.absence in self._shown and conflict.absence in self.absence
        return shown and self.cleared(conflict) and not self.tagged_anew(conflict)

    def tagged_anew(self, conflict: Conflict) -> bool:
        """True in the pass that sees other tags on its leave."""
        absence = self.absence.get(conflict.absence)
        known = {block_name(one): policy_tags(one.tags) for row in self.snapshot.leave for one in row.blocks}
        now = {block_name(one): policy_tags(one.tags) for one in (absence.blocks if absence else ())}
        return any(known.get(name, tags) != tags for name, tags in now.items())

    def own_words(self, absence: Absence | None, client: Client) -> str:
        """The therapist's own sentence for mails of this absence to this client; "" where there is none, or it was not
        shown to the therapist word for word, or waits for a yes. Discreet clients get none.
        """
        if absence is None or client.discreet or not self._may_carry(absence):
            return ""
        return carried_for(sayings_of(absence), client.language or self.snapshot.practice.language)

    def _may_carry(self, absence: Absence) -> bool:
        given = any(carried_mark(absence) in one.sentences for one in self.in_force)
        return given or (not self._due(absence) and written_mark(absence) in self.shown_marks)

    @cached_property
    def shown_marks(self) -> frozenset[str]:
        """What plan letters that have left were marked with."""
        done = (key for key, state in self.snapshot.keys.items() if state is EffectState.DONE)
        return frozenset(mark for key in done if key.kind == PLAN_LETTER for mark in marks_of(key))

    def plan_shown(self, absence: Absence) -> bool:
        """True once a plan letter about it has left."""
        return absence.id in self._shown

    @cached_property
    def _shown(self) -> frozenset[str]:
        """Absences of which a plan letter has left."""
        keys = self.snapshot.keys.items()
        return frozenset(
            key.subject for key, state in keys if key.kind == PLAN_LETTER and state is EffectState.DONE
        )

    def approved(self, conflict: Conflict) -> bool:
        """True when a yes was given for this conflict and the plan that was shown of it."""
        return any(conflict.id in approval.shown for approval in self.in_force)

    def kind_cleared(self, conflict: Conflict, offer: Offer) -> bool:
        """True when offers of this kind were shown with the yes to this conflict, or no yes is due."""
        absence = self.absence.get(conflict.absence)
        return covers(offer, self.in_force) or (absence is not None and not self.waits(absence))

    def doubtful(self, conflict: Conflict) -> bool:
        """True while a block of the absence waits for a yes that was not given: nothing is planned for it."""
        absence = self.absence.get(conflict.absence)
        waits = absence is not None and any(block.waits for block in absence.blocks)
        return waits and not self.believed(conflict)

    def changed_at(self, absence: Absence) -> datetime:
        """When the absence last changed: its blocks, or that they are leave at all."""
        return self._changed_at[absence.id]

    @cached_property
    def _changed_at(self) -> Mapping[str, datetime]:
        return {key: self._last_change(one) for key, one in self.absence.items()}

    def _last_change(self, absence: Absence) -> datetime:
        ids = {row.id for row in self.displaced(absence)}
        yes = (one.given_at for one in self.in_force if one.unseen & ids)
        return max(seen_at(absence, self.seen, self.now), *yes, LONG_AGO)
