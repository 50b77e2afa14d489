"""The call list: who has to be reached in person, and when the therapist and the office are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from syncd.core.model import Absence, Conflict
from syncd.core.model.effects import PLAN_LETTER, EffectKey
from syncd.core.model.ground import MAILBOX
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind
from syncd.core.policy.first_message import URGENT
from syncd.core.state import Standing
from syncd.core.state.heard import PATIENCE
from syncd.core.telling.letters.letter import about_absence, letter_about
from syncd.core.telling.letters.rows import rows_of
from syncd.core.telling.session_status import CALL_LIST, to_call
from syncd.core.time.spans import day_span, local_date, midnight, subtract

DAY_BEFORE = timedelta(hours=36)
FORTNIGHT = 15  # days
CALLS = "call-"  # ends the version of a plan letter that named whom to call


def call_list(
    standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...], plans: frozenset[EffectKey]
) -> Iterator[Write]:
    """The last working day before: who has what, and who does not know yet. Within 24 h of a session, again for who
    does not.

    At once where what should have told somebody rests on what cannot be read. Then the practice gets it as well.
    Leave that was entered on that very day needs no overview: its plan letter was one, and named those to be called.
    """
    ahead = tuple(conflict for conflict in conflicts if conflict.span.start > standing.now)
    if not ahead:
        return
    due_at = calls_at(standing, absence)
    if standing.now < due_at and not any(map(standing.stranded, ahead)):
        return
    calls, rows = who_to_call(standing, ahead), rows_of(standing, ahead)
    facts = about_absence(standing, absence, LetterKind.CALL_LIST, rows)
    facts = replace(facts, code=standing.code(absence), as_of=read_until(standing, absence.therapist))
    shown = any(
        key.version.endswith(f".{calls}")
        for key in (*plans, *standing.snapshot.keys)
        if is_plan_letter(key, absence)
    )
    known = standing.changed_at(absence) < midnight(local_date(due_at, facts.zone), facts.zone)
    overview = not calls and known and not _soon_read(standing, facts)
    if (calls and not shown) or overview:
        day = "day" if facts.as_of is None else "unread"  # read again, it comes as it is then
        yield letter_about(EffectKey(absence.id, calls.removeprefix(CALLS) or day, CALL_LIST), facts, absence)
    office = standing.snapshot.practice.email
    on_the_day = overview and not facts.code  # a yes that is missing comes first
    listed = calls or (on_the_day and any(row.call for row in rows))
    if listed and standing.snapshot.mail and office not in {"", facts.to} and not facts.doubted:
        key = EffectKey(absence.id, calls.removeprefix(CALLS) or "day", f"{CALL_LIST}_office")
        yield letter_about(key, _for_office(standing, absence, facts), absence)


def read_until(standing: Standing, therapist: str) -> datetime | None:
    """Until when calendars and mailbox were read, where one of them is not read now; None where all are."""
    reads = standing.snapshot.therapist[therapist].reads
    silent = (one for one in standing.snapshot.grounds if one.silent_since is not None)
    return min(
        (one.read_at for one in silent if one.read_at and one.place in {*reads, MAILBOX}), default=None
    )


def _soon_read(standing: Standing, facts: LetterFacts) -> bool:
    """True where what is not read now has been read a while ago: what says that everybody knows can wait for it."""
    return facts.as_of is not None and standing.now < facts.as_of + PATIENCE


def _for_office(standing: Standing, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """Only whom to call, in the practice's language."""
    practice, away = standing.snapshot.practice, standing.snapshot.therapist[absence.therapist].name
    rows = tuple(replace(row, news="") for row in facts.rows if row.call)  # the yes was the therapist's
    return replace(facts, to=practice.email, language=practice.language, absent=away, rows=rows, code="")


def who_to_call(standing: Standing, conflicts: Iterable[Conflict]) -> str:
    """Names who has to be called within a day, or because what should tell them cannot leave; "" for nobody."""
    soon = standing.now + URGENT
    near = (one for one in conflicts if standing.now < one.span.start <= soon or standing.stranded(one))
    who = sorted(one.id for one in near if to_call(standing, one))
    return f"{CALLS}{sha256(' '.join(who).encode()).hexdigest()[:8]}" if who else ""


def is_plan_letter(key: EffectKey, absence: Absence) -> bool:
    """True for the key of a plan letter about this absence."""
    return key.subject == absence.id and key.kind == PLAN_LETTER


def calls_at(standing: Standing, absence: Absence) -> datetime:
    """When the call list is due: as the therapist's last working day before they go begins, wherever in the leave the
    first session lies; the day before where their hours have none.
    """
    therapist, diary = standing.snapshot.therapist[absence.therapist], standing.diaries[absence.therapist]
    starts = (conflict.span.start for conflict in standing.displaced(absence))
    first = min(absence.span.start, *starts)
    for back in range(1, FORTNIGHT):
        day = local_date(first, therapist.zone) - timedelta(days=back)
        works = therapist.hours.spans(day_span(day, therapist.zone), therapist.zone)
        here = subtract(works, diary.away) if day not in standing.snapshot.practice.holidays else ()
        if here:
            return here[0].start
    return first - DAY_BEFORE


def is_call_list(key: EffectKey) -> bool:
    """True for who must be called, to the therapist or to the practice."""
    return key.kind.startswith(CALL_LIST)
