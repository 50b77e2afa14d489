"""When a human must say yes before any message goes out, and what a yes covers (docs/therapists.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import TypeVar
from zoneinfo import ZoneInfo

from syncd.core.model import (
    UNSENT,
    Absence,
    Approval,
    Conflict,
    LeaveBlock,
    Offer,
    OfferKind,
    SeenLeave,
    believed,
)
from syncd.core.model.effects import PLAN_LETTER, EffectKey, EffectState, asks_for_yes
from syncd.core.model.practice import ApprovalMode, ApprovalRules
from syncd.core.reading import policy_tags
from syncd.core.reading.first_seen import block_name, fingerprint, seen_at
from syncd.core.state.heard import Heard, outside
from syncd.core.time.spans import days_of

LONG_AGO = datetime.min.replace(tzinfo=UTC)
WAITS = {  # why a block waits, in words that follow "because"
    "recurring": "the leave recurs",
    "unbounded": "the leave has no end",
    "long": "it lasts for more than thirteen months (correct its end if that is a slip)",
    "title": "its title only mentions leave",
    "tag": "its #none names nobody on the roster, or several",
    "tentative": "the leave is only tentative",
}
ORDINARY = frozenset({OfferKind.MOVE})  # what every yes covers: another time, be it the next after a decline


def pending(
    conflicts: Iterable[Conflict], offers: Iterable[Offer], approvals: Iterable[Approval]
) -> frozenset[str]:
    """What no yes covers: ids of conflicts, and `<id>:<kind>` where a covered one is held a kind not shown then.

    A yes that only said that it is leave covers no plan: it had shown none.
    """
    given = tuple(approvals)
    covered = frozenset(one for approval in given for one in approval.shown)
    ids = frozenset(conflict.id for conflict in conflicts)
    kinds = (
        f"{offer.conflict}:{offer.kind.value}"
        for offer in offers
        if offer.conflict in ids & covered and offer.state in UNSENT and not covers(offer, given)
    )
    return (ids - covered) | frozenset(kinds)


def covers(offer: Offer, approvals: Iterable[Approval]) -> bool:
    """True when a yes to the offer's conflict was given for offers of this kind."""
    return offer.kind in ORDINARY or any(
        offer.conflict in approval.shown and offer.kind in approval.kinds for approval in approvals
    )


def code(waiting: Iterable[str], approvals: Iterable[Approval] = ()) -> str:
    """The letters that approve exactly this (`#ok bx`): two, or more where an earlier yes had the same."""
    digest = sha256("\x1f".join(sorted(waiting)).encode()).digest()
    letters = "".join(chr(ord("a") + byte % 26) for byte in digest)
    used = {approval.code for approval in approvals}
    return next((letters[:length] for length in (2, 3, 4) if letters[:length] not in used), letters[:4])


def approval(
    absence: Absence,
    conflicts: Iterable[Conflict],
    offers: Iterable[Offer],
    approvals: Iterable[Approval],
    now: datetime,
    others: frozenset[str] = frozenset(),
) -> Approval:
    """A yes to what waits there now: to these conflicts, and to offers of the kinds that are held for them.

    `others` are those without a session inside who hear of it as well.
    """
    rows, held, given = tuple(conflicts), tuple(offers), tuple(approvals)
    waiting = pending(rows, held, given)
    ids = frozenset(row.id for row in rows)
    kinds = frozenset(one.kind for one in held if one.conflict in ids and one.live)
    named = frozenset(one.partition(":")[0] for one in waiting)
    heard = frozenset(block_name(block) for block in absence.blocks if "ok" in block.tags)
    unseen = frozenset(row.id for row in rows if row.id in named and _unseen(row, absence, given))
    return Approval(
        absence.therapist, code(waiting, given), named, ORDINARY | kinds, now, heard, unseen, others
    )


def _unseen(row: Conflict, absence: Absence, given: Iterable[Approval]) -> bool:
    """True while only blocks that wait by themselves displace it: no times were shown."""
    over = (block for block in absence.blocks if block.span.overlaps(row.span))
    return row.id not in believed(given) and all(block.waits for block in over)


def why_due(
    absence: Absence,
    conflicts: tuple[Conflict, ...],
    rules: ApprovalRules,
    seen: Iterable[SeenLeave],
    approvals: Iterable[Approval],
    zone: ZoneInfo,
    absence_of: Mapping[str, str] | None = None,
    *,
    asked_at: datetime | None = None,
) -> str:
    """Why this absence needs a yes, in words for the therapist; "" when it needs none.

    `zone` is the therapist's, by which days count; `absence_of` tells by conflict which yeses belong to one absence.
    A yes to another absence since `asked_at`, when a letter said that this one waits, makes it no later one.
    """
    initial = {row.fingerprint for row in seen if row.initial}
    ids, given = {conflict.id for conflict in conflicts}, tuple(approvals)
    waits = _doubt(absence, ids - believed(given))
    earlier = _earlier(absence, ids, given, absence_of or {}, asked_at)
    stood = any(fingerprint(block) in initial for block in absence.blocks)
    first, most, longest = rules.review_first, rules.above_sessions, rules.above_days
    reasons = (
        (rules.mode is ApprovalMode.REVIEW, "review is switched on"),
        (waits != "", WAITS.get(waits, waits)),
        (stood, "the leave stood there before syncd first looked"),
        (earlier < first, f"the first {first} absences are always shown first"),
        (len(conflicts) > most, f"more than {most} appointments are displaced"),
        (len(days_of(absence.span, zone)) > longest, f"the absence is longer than {longest} days"),
    )
    return next((text for due, text in reasons if due), "")


def _earlier(
    absence: Absence,
    ids: set[str],
    approvals: Iterable[Approval],
    absence_of: Mapping[str, str],
    asked_at: datetime | None,
) -> int:
    """How many other absences of this therapist were shown and got a yes."""
    return len(
        {
            frozenset(absence_of.get(one, one) for one in row.conflicts)
            for row in approvals
            if row.therapist == absence.therapist and row.shown and not row.conflicts & ids
            if asked_at is None or row.given_at <= asked_at
        }
    )


def _doubt(absence: Absence, unanswered: set[str]) -> str:
    """Why its blocks wait by themselves, while no yes has answered that."""
    return next((block.waits for block in absence.blocks if block.waits), "") if unanswered else ""


def given_by_tag(
    absence: Absence,
    conflicts: tuple[Conflict, ...],
    offers: Iterable[Offer],
    approvals: Iterable[Approval],
    now: datetime,
    others: frozenset[str] = frozenset(),
) -> Approval | None:
    """The approval that an `#ok` in a leave block gives, or None.

    `conflicts` are all rows of the absence. Plain `#ok` approves what stands there when it is first read; what is
    added later, displaced once the leave has moved, or displaced by another block that may be no leave, asks by a
    code of its own. In a block that only mentions leave it says that it is leave, and the plan is shown then.
    """
    known, held = tuple(approvals), tuple(offers)
    meaning = _is_leave(absence, conflicts, known, now)
    if meaning is not None:
        return meaning
    displaced = tuple(conflict for conflict in conflicts if conflict.displaced)
    waiting = pending(displaced, held, known)
    meant = tuple(row for row in displaced if any(one.span.overlaps(row.span) for one in _meant(absence)))
    ids = {conflict.id for conflict in conflicts}
    heard = frozenset(one for row in known for one in row.blocks)
    unheard = any("ok" in one.tags and block_name(one) not in heard for one in absence.blocks)
    first = unheard and not any(row.conflicts & ids for row in known)
    if waiting and f"ok {code(waiting, known)}" in absence.tags:
        return approval(absence, displaced, held, known, now, others)
    return (
        approval(absence, meant, held, known, now, others) if first and pending(meant, held, known) else None
    )


def _is_leave(
    absence: Absence, conflicts: Iterable[Conflict], known: tuple[Approval, ...], now: datetime
) -> Approval | None:
    """What `#ok` says in a block that only mentions leave: that it is leave. No plan was shown of it yet."""
    heard = {one for row in known for one in row.blocks}
    new = [one for one in absence.blocks if one.mentions and not one.doubted and block_name(one) not in heard]
    under = [row for row in conflicts if row.displaced and any(one.span.overlaps(row.span) for one in new)]
    ids = frozenset(row.id for row in under) - believed(known)
    names = frozenset(block_name(one) for one in new)
    return Approval(absence.therapist, code(ids, known), ids, ORDINARY, now, names, ids) if ids else None


def _meant(absence: Absence) -> tuple[LeaveBlock, ...]:
    """Blocks that a plain `#ok` in one of them stands for: those beyond doubt, and those that have it themselves."""
    return tuple(block for block in absence.blocks if "ok" in block.tags or not block.waits)


@dataclass(frozen=True)
class Approvals(Heard):
    """The rows, and what a yes was given for or is due for."""

    def pending(self, absence: Absence) -> frozenset[str]:
        """What of an absence no yes covers, were one due."""
        rows = self.displaced(absence)
        return pending(rows, (offer for row in rows for offer in self.of(row)), self.in_force)

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
        rules = self.policy(conflicts[0]).approval
        absence_of = {row.id: row.absence for row in self.conflicts}
        zone = self.snapshot.therapist[absence.therapist].zone
        asked = self._asked_at(absence, conflicts)
        return why_due(absence, conflicts, rules, self.seen, self.in_force, zone, absence_of, asked_at=asked)

    def may_tell(self, absence: Absence, client: str) -> bool:
        """True for a client (id) without a session inside: no yes is due, or the one that was given showed them."""
        rows = {row.id: row.client for row in self.conflicts if row.absence == absence.id}
        given = [one for one in self.in_force if not one.shown.isdisjoint(rows)]
        if self.waits(absence):
            return False
        shown = any(client in one.others or client in {rows.get(name) for name in one.shown} for one in given)
        return shown or not self._due(absence)

    def _asked_at(self, absence: Absence, conflicts: Iterable[Conflict]) -> datetime | None:
        """When a letter first said that this absence waits, while no yes to any of it has come; None for none."""
        mine = self._questions.get(absence.id)
        if not mine or any(self.approved(row) for row in conflicts):
            return None
        return min((one.at for one in self.snapshot.ledger if one.key in mine), default=LONG_AGO)

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
        """What `#ok` must be followed by; "" when nothing waits."""
        return code(self.pending(absence), self.approvals) if self.waits(absence) else ""

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
        return shown and self.cleared(conflict) and not self._tagged_anew(self.absence[conflict.absence])

    def _tagged_anew(self, absence: Absence) -> bool:
        known = {block_name(one): policy_tags(one.tags) for row in self.snapshot.leave for one in row.blocks}
        now = {block_name(one): policy_tags(one.tags) for one in absence.blocks}
        return any(known.get(name, tags) != tags for name, tags in now.items())

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
        ids = {row.id for row in self.displaced(absence)}
        yes = (one.given_at for one in self.in_force if one.unseen & ids)
        return max(seen_at(absence, self.seen, self.now), *yes, LONG_AGO)


Yes = TypeVar("Yes", bound=Approvals)


def approved_by_tag(standing: Yes) -> Yes:
    """An `#ok` in a leave block approves what it stands for."""
    rows: dict[str, list[Conflict]] = {}
    for row in standing.conflicts:
        rows.setdefault(row.absence, []).append(row)
    found = (
        given_by_tag(
            one,
            tuple(rows.get(one.id, ())),
            standing.offers,
            standing.in_force,
            standing.now,
            frozenset(client.id for client in outside(standing, one)),
        )
        for one in standing.absence.values()
    )
    given = tuple(one for one in found if one is not None)
    return replace(standing, approvals=(*standing.approvals, *given))
