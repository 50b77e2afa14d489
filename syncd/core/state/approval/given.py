"""Who may say yes, and to what they do.

Nobody but these: a therapist to their own leave, by an `#ok` in a block in which they speak
(`syncd/core/reading/speaker.py::says`: everybody else's tags are not even read) or by a word in answer to the letter
that asked (`by_reply.py`), and whoever may run `syncd approve` on the machine, to any. A client, a colleague or a
guest of the block never can.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from syncd.core.model import Absence, Approval, Conflict, LeaveBlock, Offer, confirmed_as_leave
from syncd.core.model.effects import EffectState, code_asked_for
from syncd.core.reading.first_seen import block_name
from syncd.core.reading.tags import codes
from syncd.core.reading.titles.sayings import carried_mark
from syncd.core.state.approval.approvals import Approvals
from syncd.core.state.approval.covered import ORDINARY, code, code_of_leave, pending, sessions_among

Yes = TypeVar("Yes", bound=Approvals)


def approved_by_tag(pass_state: Yes) -> Yes:
    """An `#ok` in a leave block approves what it stands for."""
    rows: dict[str, list[Conflict]] = {}
    for row in pass_state.conflicts:
        rows.setdefault(row.absence, []).append(row)
    found = (
        given_by_tag(
            one,
            tuple(rows.get(one.id, ())),
            pass_state.offers,
            pass_state.in_force,
            pass_state.now,
            pass_state.others(one),
            typed=_typed(pass_state, one),
        )
        for one in pass_state.absence.values()
    )
    given = tuple(one for one in found if one is not None)
    return replace(pass_state, approvals=(*pass_state.approvals, *given))


def approved_by_command(pass_state: Approvals, absence: Absence) -> Approval | None:
    """The yes of whoever may run `syncd approve`, to exactly what waits there now; None where nothing does."""
    if not pass_state.pending(absence):
        return None
    rows = pass_state.displaced(absence)
    others = pass_state.others(absence)
    return approval(absence, rows, pass_state.offers, pass_state.in_force, pass_state.now, others)


def _typed(pass_state: Approvals, absence: Absence) -> bool:
    """True where a plain `#ok` was typed since the last look into a block that stood there without one, after the
    letter had left that asks for what waits.
    """
    without = {
        block_name(one) for row in pass_state.snapshot.leave for one in row.blocks if "ok" not in one.tags
    }
    code = pass_state.code(absence)
    return (
        bool(code)
        and any(_plain_yes(one) and block_name(one) in without for one in absence.blocks)
        and any(
            key.subject == absence.id and code_asked_for(key) == code and state is EffectState.DONE
            for key, state in pass_state.snapshot.keys.items()
        )
    )


def given_by_tag(
    absence: Absence,
    conflicts: tuple[Conflict, ...],
    offers: Iterable[Offer],
    approvals: Iterable[Approval],
    now: datetime,
    others: frozenset[str] = frozenset(),
    *,
    typed: bool = False,
) -> Approval | None:
    """The approval that an `#ok` in a leave block gives, or None.

    `conflicts` are all rows of the absence. Plain `#ok` approves what stands there when it is first read; what is
    added later, displaced once the leave has moved, or displaced by another block that may be no leave, asks by a
    code of its own, and is also approved by a plain `#ok` `typed` in answer to that letter into another block. In a
    block that only mentions leave it says that it is leave, and the plan is shown then. A code says yes to what its
    letter showed: one that is no longer asked for says nothing.
    """
    known, held = tuple(approvals), tuple(offers)
    meaning = _is_leave(absence, conflicts, known, now)
    if meaning is not None:
        return meaning
    displaced = tuple(conflict for conflict in conflicts if conflict.displaced)
    said = carried_mark(absence)
    waiting = pending(displaced, held, known, said, others)
    meant = tuple(row for row in displaced if any(one.span.overlaps(row.span) for one in _meant(absence)))
    ids = {conflict.id for conflict in conflicts}
    heard = frozenset(one for row in known for one in row.blocks)
    unheard = any(_plain_yes(one) and block_name(one) not in heard for one in absence.blocks)
    first = unheard and not any(row.conflicts & ids for row in known)
    if waiting and f"ok {code(waiting, known)}" in absence.tags:
        return approval(absence, displaced, held, known, now, others)
    return (
        approval(absence, meant, held, known, now, others)
        if (first or typed) and pending(meant, held, known, said, others)
        else None
    )


def _plain_yes(block: LeaveBlock) -> bool:
    return "ok" in block.tags and not codes(block.tags)


def _is_leave(
    absence: Absence, conflicts: Iterable[Conflict], known: tuple[Approval, ...], now: datetime
) -> Approval | None:
    """What `#ok` says in a block that only mentions leave: that it is leave. No plan was shown of it yet."""
    heard = {one for row in known for one in row.blocks}
    new = [one for one in absence.blocks if one.mentions and not one.doubted and block_name(one) not in heard]
    under = [row for row in conflicts if row.displaced and any(one.span.overlaps(row.span) for one in new)]
    ids = frozenset(row.id for row in under) - confirmed_as_leave(known)
    names = frozenset(block_name(one) for one in new)
    letters = code_of_leave(new, known)
    return Approval(absence.therapist, letters, ids, ORDINARY, now, names, ids) if ids else None


def _meant(absence: Absence) -> tuple[LeaveBlock, ...]:
    """Blocks that a plain `#ok` in one of them stands for: those beyond doubt, and those that have it themselves."""
    return tuple(block for block in absence.blocks if "ok" in block.tags or not block.waits)


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
    said = carried_mark(absence)
    waiting = pending(rows, held, given, said, others)
    ids = frozenset(row.id for row in rows)
    kinds = frozenset(one.kind for one in held if one.conflict in ids and one.live)
    new = sessions_among(waiting)
    named = new or ids
    heard = frozenset(block_name(block) for block in absence.blocks if "ok" in block.tags)
    unseen = frozenset(row.id for row in rows if row.id in new and _unseen(row, absence, given))
    doubted = absence.doubted and not ids <= confirmed_as_leave(given)
    return Approval(
        absence.therapist,
        code_of_leave(absence.blocks, given) if doubted else code(waiting, given),
        named,
        ORDINARY | kinds,
        now,
        heard,
        unseen,
        others,
        sentences=frozenset({said} - {""}),
    )


def _unseen(row: Conflict, absence: Absence, given: Iterable[Approval]) -> bool:
    """True while only blocks that wait by themselves displace it: no times were shown."""
    over = (block for block in absence.blocks if block.span.overlaps(row.span))
    return row.id not in confirmed_as_leave(given) and all(block.waits for block in over)
