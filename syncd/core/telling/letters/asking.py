"""Plan letters as questions: which has asked for a yes, when one more may, and what else waits beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from syncd.core.model import Absence
from syncd.core.model.effects import PLAN_LETTER, EffectKey, asks_for_yes
from syncd.core.reading.first_seen import fingerprint
from syncd.core.reading.tags import codes
from syncd.core.state import PassState
from syncd.core.telling.letters.call_list import is_plan_letter
from syncd.core.time.spans import first_and_last_day

ASK_EVERY = timedelta(hours=24)
NEAR = timedelta(hours=48)  # a session as near as this is asked about at once


def letter_asking(pass_state: PassState, absence: Absence, waiting: str) -> EffectKey | None:
    """The letter that asked for this yes."""
    mine = (key for key in pass_state.snapshot.keys if waiting and is_plan_letter(key, absence))
    return next((key for key in mine if key.version.partition(".")[0] == waiting), None)


def told_of(pass_state: PassState, absence: Absence) -> bool:
    """True once a plan letter was written about it."""
    return any(key.subject == absence.id and key.kind == PLAN_LETTER for key in pass_state.snapshot.keys)


def may_ask(pass_state: PassState, absence: Absence) -> bool:
    """Leave that was just blocked is asked about at once, and where a session is near; else one question a day.

    The nearest absence comes first; where nothing can be mailed the plan event alone asks again.
    """
    if any(pass_state.now < row.span.start <= pass_state.now + NEAR for row in pass_state.displaced(absence)):
        return True
    if any(
        pass_state.believed(row) and not pass_state.approved(row) for row in pass_state.displaced(absence)
    ):
        return True  # they have just said that it is leave, and now see the plan
    if _outdated_yes(pass_state, absence):
        return True
    if not told_of(pass_state, absence) and not _old(pass_state, absence):
        return True
    if not pass_state.snapshot.mail:
        return not told_of(pass_state, absence) and _unasked(pass_state, absence.therapist)[:1] == (absence,)
    return (
        not asked_today(pass_state, absence.therapist)
        and absence in _unasked(pass_state, absence.therapist)[:1]
    )


def _outdated_yes(pass_state: PassState, absence: Absence) -> bool:
    """True where they have said yes by a code to what has changed since, and all of what is gone is known to be."""
    there = all(block.lifted_at is None for block in absence.blocks)
    return there and bool(codes(absence.tags) - {one.code for one in pass_state.approvals})


def _old(pass_state: PassState, absence: Absence) -> bool:
    """Leave that stood there first, or that recurs: there may be much of it; not what came while nothing was done."""
    initial = {row.fingerprint for row in pass_state.seen if row.initial and not row.meanwhile}
    return any(
        fingerprint(block) in initial or block.waits in {"recurring", "unbounded"} for block in absence.blocks
    )


def _unasked(pass_state: PassState, therapist: str) -> tuple[Absence, ...]:
    """Absences ahead whose code stood in no letter yet, nearest first."""
    waiting = (
        one
        for one in pass_state.absence.values()
        if one.therapist == therapist and one.span.end > pass_state.now and pass_state.displaced(one)
    )
    return tuple(
        one
        for one in sorted(waiting, key=lambda one: (one.span, one.id))
        if (code := pass_state.code(one)) and letter_asking(pass_state, one, code) is None
    )


def asked_today(pass_state: PassState, therapist: str) -> bool:
    """A question left within the last day, or waits to leave."""
    ids = {one.id for one in pass_state.absence.values() if one.therapist == therapist}
    unsent = (row.key for row in pass_state.snapshot.effects if row.key.kind == PLAN_LETTER)
    recent = (one for one in pass_state.snapshot.ledger if pass_state.now < one.at + ASK_EVERY)
    asked = (one for one in recent if one.therapist == therapist and asks_for_yes(one.key))
    return any(key.subject in ids for key in unsent) or any(asked)


def codes_waiting(pass_state: PassState, therapist: str) -> Iterator[tuple[Absence, str, EffectKey]]:
    """What of this therapist's waits for a yes that a letter has asked for: by its code, and the newest such letter."""
    for one in sorted(pass_state.absence.values(), key=lambda one: (one.span, one.id)):
        code = pass_state.code(one) if one.therapist == therapist and pass_state.displaced(one) else ""
        key = letter_asking(pass_state, one, code)
        if key is not None:
            yield one, code, key


def asked_in(pass_state: PassState, absence: Absence) -> Iterator[tuple[str, str]]:
    """By code, the newest letter that asked for what else waits: a yes by mail answers that one."""
    for one in pass_state.absence.values():
        key = letter_asking(pass_state, one, pass_state.code(one))
        if one.therapist == absence.therapist and one.id != absence.id and key is not None:
            yield pass_state.code(one), str(key)


def others_waiting(pass_state: PassState, absence: Absence) -> Iterator[tuple[date, date, str]]:
    """What else waits, in short."""
    zone = pass_state.snapshot.therapist[absence.therapist].zone
    for one in sorted(pass_state.absence.values(), key=lambda one: (one.span, one.id)):
        mine = one.therapist == absence.therapist and one.id != absence.id and pass_state.displaced(one)
        code = pass_state.code(one) if mine else ""
        if code:
            yield (*first_and_last_day(one.span, zone), code)
