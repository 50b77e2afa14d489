"""The plan letter: ready, or waiting for a yes; when it is written, and what of it is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from syncd.core.model import UNSENT, Absence, Conflict, Offer
from syncd.core.model.effects import PLAN_LETTER, PLAN_SHOWN, EffectKey, EffectState
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.planning.candidates import reason_of
from syncd.core.reading.busy import Busy
from syncd.core.reading.sessions import TWICE, Stranger, Unsettled
from syncd.core.state import Standing
from syncd.core.telling.letters.asking import (
    asked_in,
    asked_today,
    letter_asking,
    may_ask,
    others_waiting,
    told_of,
)
from syncd.core.telling.letters.by_tag import tags_that_help
from syncd.core.telling.letters.call_list import who_to_call
from syncd.core.telling.letters.falling import falling, falling_unasked
from syncd.core.telling.letters.handover import handed_over, listed_in
from syncd.core.telling.letters.letter import about_absence, letter_about
from syncd.core.telling.letters.rows import row_of
from syncd.core.telling.letters.still_waiting import BEFORE_LATE, again_key, too_late_at
from syncd.core.telling.letters.unaffected import without_session
from syncd.core.telling.session_status import mark, status_of
from syncd.core.telling.totals import totals
from syncd.core.time.spans import Span

NAMED = 10  # of what nothing says whose it is
LOST = "~"  # joins a session's mark and the number of a time that it lost
FALLS = "^"  # and of one that its client was asked about and that leave takes
ADDED, ELSEWHERE, REPLANNED = "added", "lost", "replanned"  # a row's news: the latter, of a time that it lost


def in_calendar(absence: Absence) -> bool:
    """False once all of its leave has vanished, and only that is not yet believed."""
    return any(block.lifted_at is None for block in absence.blocks)


def open_questions(standing: Standing, absence: Absence) -> tuple[datetime, ...]:
    """When events begin in the absence that only the therapist can settle, or that only strangers attend: each
    series once.
    """
    found = standing.diaries[absence.therapist].sessions
    unclear = (one for one in found.unsettled if one.reason != TWICE)
    return _once_each(standing, absence, (*unclear, *found.strangers))


def _twice(standing: Standing, absence: Absence) -> tuple[datetime, ...]:
    """When sessions of the absence begin that stand in the calendar twice."""
    found = standing.diaries[absence.therapist].sessions
    return _ahead(standing, absence, {one.span for one in found.unsettled if one.reason == TWICE})


def _unexplained(standing: Standing, absence: Absence) -> tuple[datetime, ...]:
    """When the first ten begin of which nothing says whose they are, each series once: no news of their own."""
    return _once_each(standing, absence, standing.diaries[absence.therapist].unexplained)[:NAMED]


def _once_each(
    standing: Standing, absence: Absence, found: Iterable[Unsettled | Stranger | Busy]
) -> tuple[datetime, ...]:
    """When the first of each series begins that is still to come."""
    first: dict[str, Span] = {}
    for one in sorted(found, key=lambda one: one.span):
        if absence.covers(one.span) and one.span.start > standing.now:
            first.setdefault(one.ref.uid, one.span)
    return _ahead(standing, absence, set(first.values()))


def _ahead(standing: Standing, absence: Absence, spans: Iterable[Span]) -> tuple[datetime, ...]:
    return tuple(sorted(span.start for span in spans if absence.covers(span) and span.start > standing.now))


def plan_letter(
    standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...], unsettled: tuple[datetime, ...]
) -> Iterator[Write]:
    """Once per absence, and again when it displaces more, something new waits for a yes, a time shown is gone, or more
    times fall that clients were asked about.

    A yes alone is no news, nor is what is left of leave by another name of which all has been shown.
    """
    waiting, fresh = standing.code(absence), tuple(unshown(standing, conflicts))
    known, asked = told_of(standing, absence), letter_asking(standing, absence, waiting)
    lost = frozenset(row.id for row in fresh if known and _lost(standing, row))
    doubted = standing.in_doubt(absence)
    calls = "" if doubted and waiting else who_to_call(standing, absence, conflicts)
    parts = (*_version(standing, absence, conflicts, waiting), *listed_in(standing, absence), calls)
    key = EffectKey(absence.id, ".".join(filter(None, parts)), PLAN_LETTER)
    unknown = not known and not (conflicts and {mark(one) for one in conflicts} <= shown_before(standing))
    takes = known and bool(set(_falls(standing, absence)) - shown_before(standing))
    asks = (asked is None and may_ask(standing, absence)) if waiting else unknown or bool(fresh) or takes
    due = bool(lost) or asks  # what was held is held no more: a question comes again, and says so
    if asked is not None and not lost and key not in standing.snapshot.keys:
        key = asked
    state = standing.snapshot.keys.get(key)
    if state is not EffectState.DONE and (due or state is not None):
        grown = known and not waiting and len(fresh) < len(conflicts)
        added = lost | (frozenset(row.id for row in fresh) if grown else frozenset())
        facts = _plan_facts(standing, absence, conflicts, tuple(_shown(standing, conflicts, added)))
        facts = replace(facts, unsettled=unsettled, calling=bool(calls))
        yield letter_about(key, facts, absence)


def plan_again(
    standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...], unsettled: tuple[datetime, ...]
) -> Iterator[Write]:
    """The same once more where its yes stays out: the plan as it is by now. One question a day, unless it is late."""
    key, late = again_key(standing, absence), too_late_at(standing, absence)
    if key is None:
        return
    waits = late is None or standing.now < late - BEFORE_LATE
    state = standing.snapshot.keys.get(key)
    if state is None and waits and asked_today(standing, absence.therapist):
        return
    facts = _plan_facts(standing, absence, conflicts, tuple(_shown(standing, conflicts, frozenset())))
    yield letter_about(key, replace(facts, unsettled=unsettled, again=True, late=late), absence)


def _plan_facts(
    standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...], rows: tuple[LetterRow, ...]
) -> LetterFacts:
    """All that a plan letter says beside its `rows`."""
    waiting, doubted = standing.code(absence), standing.in_doubt(absence)
    facts = about_absence(standing, absence, LetterKind.PLAN, rows)
    others = tuple(others_waiting(standing, absence)) if waiting else ()
    facts = replace(facts, code=waiting, why=standing.waits(absence), others=others)
    facts = replace(facts, answerable=bool(waiting) and standing.snapshot.answerable)
    facts = replace(facts, asked_in=tuple(asked_in(standing, absence)) if facts.answerable else ())
    facts = replace(facts, twice=_twice(standing, absence), unexplained=_unexplained(standing, absence))
    facts = replace(facts, called=_called(standing, absence) if doubted else ())
    unasked = falling_unasked(standing, absence) if waiting else frozenset()
    taken = [row for row in falling(standing, absence) if row.id not in unasked]
    soon = [row for row in falling(standing, absence) if row.id in unasked]
    counted = None if doubted else totals(standing, conflicts)
    helps = () if doubted else tags_that_help(standing, conflicts)
    facts = replace(facts, beyond=standing.beyond(absence), totals=counted, helps=helps)
    if absence.id in standing.long and not doubted:
        facts = handed_over(standing, absence, facts)
    facts = replace(facts, falling=_plain(standing, taken), falling_unasked=_plain(standing, soon))
    return facts if doubted else without_session(standing, absence, facts)


def _called(standing: Standing, absence: Absence) -> tuple[str, ...]:
    """Titles of what may be leave, as they stand in the calendar."""
    events = (standing.snapshot.event.get(block.ref) for block in absence.blocks)
    return tuple(dict.fromkeys(one.title for one in events if one is not None and one.title.strip()))


def _plain(standing: Standing, conflicts: Iterable[Conflict]) -> tuple[LetterRow, ...]:
    return tuple(row_of(standing, row) for row in conflicts)


def _version(
    standing: Standing, absence: Absence, conflicts: Iterable[Conflict], waiting: str
) -> tuple[str, ...]:
    """The code that it asks for, or marks of all that it shows; marks of what lost its time, or is about to."""
    shown = conflicts if not waiting else (one for one in conflicts if _lost(standing, one))
    marked = (f"{mark(one)}{_lost(standing, one)}" for one in shown)
    marks = ".".join(sorted((*marked, *_falls(standing, absence))))
    return (waiting, marks) if waiting else (f"{PLAN_SHOWN}{marks}",)


def _falls(standing: Standing, absence: Absence) -> tuple[str, ...]:
    """Marks of the times that clients were asked about and that this leave takes."""
    rows = ((row, standing.live(row)) for row in falling(standing, absence))
    return tuple(f"{mark(row)}{FALLS}{live.number}" for row, live in rows if live is not None)


def _lost(standing: Standing, conflict: Conflict) -> str:
    """Names the last time held for this session that was agreed to, or that another absence's session or later leave
    took; "" where none was.
    """
    found = _lost_hold(standing, conflict)
    return f"{LOST}{found.number}" if found else ""


def _lost_hold(standing: Standing, conflict: Conflict) -> Offer | None:
    for offer in reversed(standing.of(conflict)):
        held = not offer.live and not offer.sent
        gone = offer.reason == Ending.REPLANNED or _fell_to_leave(standing, offer)
        gone = gone or _went_elsewhere(standing, offer, conflict)
        if held and (gone or _called_about(standing, offer, conflict)):
            return offer
    return None


def _called_about(standing: Standing, offer: Offer, conflict: Conflict) -> bool:
    """True for a lost hold of which its client may have heard by voice, as a letter asked for, with nothing since."""
    asked = offer.reason == Ending.SLOT and offer.span.start > standing.now
    asked = asked and shown_once(standing, conflict)
    last = standing.of(conflict)[-1].uid == offer.uid and standing.cleared(conflict)
    return (
        asked
        and last
        and standing.snapshot.by_phone(conflict.client)
        and status_of(standing, conflict) == "call"
    )


def _fell_to_leave(standing: Standing, offer: Offer) -> bool:
    return offer.reason == Ending.SLOT and standing.in_leave(offer)


def _went_elsewhere(standing: Standing, offer: Offer, conflict: Conflict) -> bool:
    if offer.reason not in {Ending.SLOT, Ending.REPLANNED}:
        return False
    near = offer.span.padded(standing.policy(conflict).slots.buffer)
    return any(_elsewhere(standing, one, conflict) and one.span.overlaps(near) for one in standing.offers)


def _elsewhere(standing: Standing, offer: Offer, conflict: Conflict) -> bool:
    """True for a live offer of the same therapist's for a session of another absence."""
    row = standing.conflict.get(offer.conflict)
    other = row is not None and row.absence != conflict.absence
    return other and offer.live and offer.therapist == conflict.therapist


def _shown(standing: Standing, conflicts: Iterable[Conflict], added: frozenset[str]) -> Iterator[LetterRow]:
    """Conflicts in order of time, with why; those that an earlier letter about this absence did not hold are new."""
    for conflict in sorted(conflicts, key=lambda one: (one.span, one.id)):
        row, live = row_of(standing, conflict), standing.live(conflict)
        undecided = conflict.id in standing.unplaced or (live is not None and live.state in UNSENT)
        yield replace(
            row,
            news=_came(standing, conflict) if conflict.id in added else row.news,
            reason=reason_of(standing, conflict) if undecided else (),
        )


def _came(standing: Standing, conflict: Conflict) -> str:
    lost = _lost_hold(standing, conflict)
    if lost is None:
        return ADDED
    return ELSEWHERE if _went_elsewhere(standing, lost, conflict) else REPLANNED


def shown_before(standing: Standing) -> set[str]:
    """Marks of what plan letters have shown, of whatever absence."""
    plans = (key for key in standing.snapshot.keys if key.kind == PLAN_LETTER)
    return {mark for key in plans for mark in key.version.removeprefix(PLAN_SHOWN).split(".")}


def shown_once(standing: Standing, conflict: Conflict) -> bool:
    """True once a plan letter has shown it: by its mark, or the one that asked for the yes that was given."""
    absence = standing.absence.get(conflict.absence)
    asked = absence is not None and standing.plan_shown(absence) and standing.approved(conflict)
    return asked or mark(conflict) in shown_before(standing)


def unshown(standing: Standing, conflicts: Iterable[Conflict]) -> Iterator[Conflict]:
    """What no letter has shown that waited for nothing, and no yes was given for."""
    marks = shown_before(standing)
    for one in conflicts:
        lost = _lost(standing, one)
        if f"{mark(one)}{lost}" not in marks and (lost or not standing.approved(one)):
            yield one
