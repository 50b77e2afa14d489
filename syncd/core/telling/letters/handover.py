"""Letters about long leave: the whole of it, whom to tell in person twelve weeks before, who is left four weeks before.

Where the therapist is ill they go to the practice (docs/planning.md#long-leave).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from syncd.core.model import Absence
from syncd.core.model.effects import PLAN_LETTER, EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import HandoverFacts, HandoverRow, LetterFacts, LetterKind, Stage
from syncd.core.model.practice import Therapist
from syncd.core.policy.first_message import settle_for
from syncd.core.policy.handover import IN_PERSON_LEAD, NOTICE_LEAD, UNCOVERED_LEAD
from syncd.core.state import PassState
from syncd.core.telling.letters.handover_clients import handover_rows
from syncd.core.telling.letters.letter import (
    about_absence,
    as_colleague_reads,
    as_office_reads,
    blank,
    letter_about,
)
from syncd.core.time.spans import first_and_last_day

HANDOVER_LETTER = "letter_handover"
COVERING = "letter_handover_cover"
NOBODY = sha256(b"").hexdigest()[:12]  # what a letter names that names nobody
LISTED = "listed-"  # in the version of a plan letter: it held this list, so that no letter of its own follows
AHEAD = {Stage.IN_PERSON: IN_PERSON_LEAD, Stage.UNCOVERED: UNCOVERED_LEAD}


def listed_in(pass_state: PassState, absence: Absence) -> Iterator[str]:
    """Which lists are due already, as a plan letter written now names them in its version."""
    if absence.id in pass_state.long:
        due = (stage for stage in AHEAD if pass_state.ahead_of(absence, AHEAD[stage]) <= pass_state.now)
        yield from (f"{LISTED}{stage}" for stage in due)


def handed_over(pass_state: PassState, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """The plan letter about long leave: client by client, and of single sessions only what has to be called about."""
    calls = tuple(replace(row, news="") for row in facts.rows if row.call) if facts.calling else ()
    said = _facts(pass_state, absence, Stage.ALL, handover_rows(pass_state, absence))
    changed = any(row.news for row in facts.rows)
    return replace(facts, rows=calls, handover=replace(said, changed=changed))


def handover_letters(pass_state: PassState, absence: Absence, plans: tuple[Write, ...]) -> Iterator[Write]:
    """The two lists, each once at its time; the practice's copies where the therapist is ill."""
    if absence.id not in pass_state.long or pass_state.in_doubt(absence):
        return
    for letter in plans:
        yield from _to_practice(pass_state, absence, letter.facts, letter.key.mark)
    for stage in AHEAD:
        rows = tuple(row for row in handover_rows(pass_state, absence) if _left(row, stage))
        if rows and _due(pass_state, absence, stage, plans):
            facts = about_absence(pass_state, absence, LetterKind.HANDOVER, ())
            facts = replace(facts, handover=_facts(pass_state, absence, stage, rows))
            copies = tuple(_to_practice(pass_state, absence, facts, stage))
            yield from copies or (
                letter_about(EffectKey(absence.id, stage, HANDOVER_LETTER), facts, absence),
            )


def cover_letters(pass_state: PassState, absence: Absence) -> Iterator[Write]:
    """To each colleague whom the therapist named: for whom they cover, all of them, and how long, whenever that is not
    as it was; of other days than before the practice reads, too.

    What waits for a yes, or has not settled, is nobody else's business yet. Whether the colleague has the time is known
    of what was read only.
    """
    read = pass_state.snapshot.reachable
    rows = handover_rows(pass_state, absence) if absence.therapist in read else ()
    if not rows or pass_state.waits(absence) or not _settled(pass_state, absence):
        return
    named = pass_state.covers_named(absence.id) if absence.id in pass_state.long else {}
    for colleague in (one for one in pass_state.snapshot.therapists if one.id in read):
        theirs = tuple(row for row in rows if row.client in named and named[row.client] == colleague)
        before = _told(pass_state, absence.id, colleague.id)
        who = [row.client for row in theirs]
        same, days = _digest(who), _digest(who, *_days(pass_state, absence)) if who else NOBODY
        if before[-1:] not in {(same,), (days,)} and (theirs or before):
            changed = bool(before and before[-1] != NOBODY)
            facts = _to_colleague(pass_state, absence, colleague, theirs, changed=changed)
            key = EffectKey(absence.id, f"{colleague.id}.{len(before)}.{days}", COVERING)
            yield Write(key, facts, colleague.id)
            if changed and theirs:
                yield from _days_to_practice(pass_state, Write(key, facts, absence.therapist), colleague)


def _digest(who: Iterable[str], *days: date) -> str:
    return sha256(" ".join((*sorted(who), *map(str, days))).encode()).hexdigest()[:12]


def _days(pass_state: PassState, absence: Absence) -> tuple[date, date]:
    return first_and_last_day(absence.span, pass_state.snapshot.therapist[absence.therapist].zone)


def _days_to_practice(pass_state: PassState, letter: Write, colleague: Therapist) -> Iterator[Write]:
    practice, away = pass_state.snapshot.practice, pass_state.snapshot.therapist[letter.therapist]
    if pass_state.snapshot.mail and practice.email not in {"", colleague.email} and letter.facts.handover:
        facts = as_office_reads(pass_state, letter.facts, away)
        facts = replace(facts, handover=replace(letter.facts.handover, colleague=colleague.name))
        yield replace(letter, key=replace(letter.key, kind=f"{COVERING}_office"), facts=facts)


def covers_over(pass_state: PassState) -> Iterator[Write]:
    """To each colleague who was named in leave that is gone by now: nobody is to be covered for any more."""
    told = {key.subject for key in pass_state.snapshot.keys if key.kind == COVERING} - set(pass_state.absence)
    for name in sorted(told):
        mine = [
            row for row in pass_state.conflicts if row.absence == name and row.span.start > pass_state.now
        ]
        if not mine or any(row.displaced for row in mine) or mine[0].therapist not in pass_state.diaries:
            continue
        for colleague in pass_state.snapshot.therapists:
            before = _told(pass_state, name, colleague.id)
            if before and before[-1] != NOBODY:
                facts = blank(pass_state, colleague, LetterKind.HANDOVER, ())
                facts = replace(facts, absent=pass_state.therapist(mine[0]).name)
                facts = replace(facts, handover=HandoverFacts(Stage.COVER, (), changed=True))
                key = EffectKey(name, f"{colleague.id}.{len(before)}.{NOBODY}", COVERING)
                yield Write(key, facts, colleague.id)


def _settled(pass_state: PassState, absence: Absence) -> bool:
    changed, rows = pass_state.changed_at(absence), pass_state.displaced(absence)
    timing = pass_state.policy(rows[0]).timing
    return changed + settle_for(timing, min(row.span.start for row in rows), changed) <= pass_state.now


def _told(pass_state: PassState, absence: str, colleague: str) -> tuple[str, ...]:
    """What each letter to this colleague has named, oldest first."""
    keys = (key for key in pass_state.snapshot.keys if (key.subject, key.kind) == (absence, COVERING))
    parts = (key.version.rsplit(".", 2) for key in keys)
    mine = sorted((int(number), digest) for who, number, digest in parts if who == colleague)
    return tuple(digest for _, digest in mine)


def _to_colleague(
    pass_state: PassState,
    absence: Absence,
    colleague: Therapist,
    rows: tuple[HandoverRow, ...],
    *,
    changed: bool,
) -> LetterFacts:
    away = pass_state.snapshot.therapist[absence.therapist]
    facts = as_colleague_reads(blank(pass_state, colleague, LetterKind.HANDOVER, ()), colleague, away)
    days = first_and_last_day(absence.remaining, away.zone)
    other = changed and (bool(rows) or absence.id not in pass_state.long)
    return replace(facts, days=days, handover=HandoverFacts(Stage.COVER, rows, changed=other))


def _left(row: HandoverRow, stage: Stage) -> bool:
    return not row.cover if stage is Stage.UNCOVERED else not row.knows


def _due(pass_state: PassState, absence: Absence, stage: Stage, new: Iterable[Write]) -> bool:
    """From its moment on, unless a plan letter since then held the list, be it a `new` one."""
    if pass_state.now < pass_state.ahead_of(absence, AHEAD[stage]):
        return False
    keys = (*pass_state.snapshot.keys, *(one.key for one in new))
    plans = (key for key in keys if (key.subject, key.kind) == (absence.id, PLAN_LETTER))
    return not any(f"{LISTED}{stage}" in key.version.split(".") for key in plans)


def _facts(
    pass_state: PassState, absence: Absence, stage: Stage, rows: tuple[HandoverRow, ...]
) -> HandoverFacts:
    in_person, notices, uncovered = (
        _ahead(pass_state, pass_state.ahead_of(absence, ahead))
        for ahead in (IN_PERSON_LEAD, NOTICE_LEAD, UNCOVERED_LEAD)
    )
    uncounted = pass_state.covers_uncounted(absence.id)
    return HandoverFacts(stage, rows, in_person, notices, uncovered, absence.ill, uncounted=uncounted)


def _ahead(pass_state: PassState, moment: datetime) -> datetime | None:
    return moment if moment > pass_state.now else None


def _to_practice(
    pass_state: PassState, absence: Absence, facts: LetterFacts, version: str
) -> Iterator[Write]:
    """The same to the practice, in its language, where the therapist is ill and it has an address of its own."""
    practice, away = pass_state.snapshot.practice, pass_state.snapshot.therapist[absence.therapist]
    if absence.ill and pass_state.snapshot.mail and practice.email not in {"", away.email}:
        said = as_office_reads(pass_state, facts, away)
        yield letter_about(EffectKey(absence.id, version, f"{HANDOVER_LETTER}_office"), said, absence)
