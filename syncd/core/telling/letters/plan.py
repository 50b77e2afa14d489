"""The plan letter: ready, or waiting for a yes; when it is written, and what of it is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from syncd.core.model import UNSENT, Absence, Conflict, Offer, Saying, initials
from syncd.core.model.effects import PLAN_LETTER, PLAN_SHOWN, EffectKey, EffectState, kind_of, marks_of
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.messages.mails import CARRIES_OWN_WORDS
from syncd.core.model.offer_facts import Ending
from syncd.core.planning.candidates import reason_of
from syncd.core.reading.busy import Busy
from syncd.core.reading.sessions import TWICE, Stranger, Unsettled
from syncd.core.reading.titles.sayings import UNMAILED, carried_mark, sayings_of, written_mark
from syncd.core.state import PassState
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
from syncd.core.telling.letters.groups import named_groups, with_groups
from syncd.core.telling.letters.handover import handed_over, listed_in
from syncd.core.telling.letters.letter import about_absence, letter_about
from syncd.core.telling.letters.rows import row_of
from syncd.core.telling.letters.still_waiting import BEFORE_LATE, again_key, too_late_at
from syncd.core.telling.letters.unaffected import without_session
from syncd.core.telling.letters.weeks import weeks_of
from syncd.core.telling.session_status import mark, status_of
from syncd.core.telling.totals import totals
from syncd.core.time.spans import Span

TO_CALL = "call"  # how a session stands of whose client no mail tells
NAMED = 10  # of what nothing says whose it is
LOST = "~"  # joins a session's mark and the number of a time that it lost
FALLS = "^"  # and of one that its client was asked about and that leave takes
ADDED, ELSEWHERE, REPLANNED = "added", "lost", "replanned"  # a row's news: the latter, of a time that it lost


def in_calendar(absence: Absence) -> bool:
    """False once all of its leave has vanished, and only that is not yet believed."""
    return any(block.lifted_at is None for block in absence.blocks)


def open_questions(pass_state: PassState, absence: Absence) -> tuple[datetime, ...]:
    """When events begin in the absence that only the therapist can settle, or that only strangers attend: each
    series once.
    """
    found = pass_state.diaries[absence.therapist].sessions
    unclear = (one for one in found.unsettled if one.reason != TWICE)
    return _once_each(pass_state, absence, (*unclear, *found.strangers))


def _twice(pass_state: PassState, absence: Absence) -> tuple[datetime, ...]:
    """When sessions of the absence begin that stand in the calendar twice."""
    found = pass_state.diaries[absence.therapist].sessions
    return _ahead(pass_state, absence, {one.span for one in found.unsettled if one.reason == TWICE})


def _unexplained(pass_state: PassState, absence: Absence) -> tuple[datetime, ...]:
    """When the first ten begin of which nothing says whose they are, each series once: no news of their own."""
    return _once_each(pass_state, absence, pass_state.diaries[absence.therapist].unexplained)[:NAMED]


def _once_each(
    pass_state: PassState, absence: Absence, found: Iterable[Unsettled | Stranger | Busy]
) -> tuple[datetime, ...]:
    """When the first of each series begins that is still to come."""
    first: dict[str, Span] = {}
    for one in sorted(found, key=lambda one: one.span):
        if absence.covers(one.span) and one.span.start > pass_state.now:
            first.setdefault(one.ref.uid, one.span)
    return _ahead(pass_state, absence, set(first.values()))


def _ahead(pass_state: PassState, absence: Absence, spans: Iterable[Span]) -> tuple[datetime, ...]:
    return tuple(sorted(span.start for span in spans if absence.covers(span) and span.start > pass_state.now))


def plan_letter(
    pass_state: PassState, absence: Absence, conflicts: tuple[Conflict, ...], unsettled: tuple[datetime, ...]
) -> Iterator[Write]:
    """Once per absence, and again when it displaces more, something new waits for a yes, a time shown is gone, or more
    times fall that clients were asked about.

    A yes alone is no news, nor is what is left of leave by another name of which all has been shown.
    """
    waiting, fresh = pass_state.code(absence), tuple(unshown(pass_state, conflicts))
    known, asked = told_of(pass_state, absence), letter_asking(pass_state, absence, waiting)
    lost = frozenset(row.id for row in fresh if known and _lost(pass_state, row))
    doubted = pass_state.in_doubt(absence)
    calls = "" if doubted and waiting else who_to_call(pass_state, absence, conflicts)
    parts = (*_version(pass_state, absence, conflicts, waiting), *listed_in(pass_state, absence), calls)
    parts = (*parts, "" if doubted else named_groups(pass_state, absence))
    key = EffectKey(absence.id, ".".join(filter(None, parts)), PLAN_LETTER)
    unknown = not known and not (conflicts and {mark(one) for one in conflicts} <= shown_before(pass_state))
    takes = known and bool(set(_falls(pass_state, absence)) - shown_before(pass_state))
    takes = takes or _says_anew(pass_state, absence)
    asks = (asked is None and may_ask(pass_state, absence)) if waiting else unknown or bool(fresh) or takes
    due = bool(lost) or asks  # what was held is held no more: a question comes again, and says so
    if asked is not None and not lost and key not in pass_state.snapshot.keys:
        key = asked
    state = pass_state.snapshot.keys.get(key)
    if state is not EffectState.DONE and (due or state is not None):
        grown = known and not waiting and len(fresh) < len(conflicts)
        added = lost | (frozenset(row.id for row in fresh) if grown else frozenset())
        facts = _plan_facts(pass_state, absence, conflicts, tuple(_shown(pass_state, conflicts, added)))
        facts = replace(facts, unsettled=unsettled, calling=bool(calls))
        if known and (not waiting or any(pass_state.approved(row) for row in conflicts)):
            facts = _with_new_words(pass_state, absence, facts)
        yield letter_about(key, facts if calls else _without_haste(facts), absence)


def plan_again(
    pass_state: PassState, absence: Absence, conflicts: tuple[Conflict, ...], unsettled: tuple[datetime, ...]
) -> Iterator[Write]:
    """The same once more where its yes stays out: the plan as it is by now. One question a day, unless it is late."""
    key, late = again_key(pass_state, absence), too_late_at(pass_state, absence)
    if key is None:
        return
    waits = late is None or pass_state.now < late - BEFORE_LATE
    state = pass_state.snapshot.keys.get(key)
    if state is None and waits and asked_today(pass_state, absence.therapist):
        return
    facts = _plan_facts(pass_state, absence, conflicts, tuple(_shown(pass_state, conflicts, frozenset())))
    facts = _without_haste(replace(facts, unsettled=unsettled, again=True, late=late))
    yield letter_about(key, facts, absence)


def _without_haste(facts: LetterFacts) -> LetterFacts:
    """Of whom nobody has to call now, it is not said from when on that may be: only of whom no mail reaches."""
    rows = (row if row.text == TO_CALL else replace(row, call_from=None) for row in facts.rows)
    return replace(facts, rows=tuple(rows))


def _plan_facts(
    pass_state: PassState, absence: Absence, conflicts: tuple[Conflict, ...], rows: tuple[LetterRow, ...]
) -> LetterFacts:
    """All that a plan letter says beside its `rows`."""
    waiting, doubted = pass_state.code(absence), pass_state.in_doubt(absence)
    facts = about_absence(pass_state, absence, LetterKind.PLAN, rows)
    others = tuple(others_waiting(pass_state, absence)) if waiting else ()
    facts = replace(facts, code=waiting, why=pass_state.waits(absence), others=others)
    facts = replace(facts, answerable=bool(waiting) and pass_state.snapshot.answerable)
    facts = replace(facts, asked_in=tuple(asked_in(pass_state, absence)) if facts.answerable else ())
    facts = replace(facts, twice=_twice(pass_state, absence), unexplained=_unexplained(pass_state, absence))
    facts = replace(facts, called=_called(pass_state, absence) if doubted else ())
    facts = replace(facts, sayings=() if doubted else _sayings(pass_state, absence))
    drawn = None if doubted or absence.id in pass_state.long else weeks_of(pass_state, absence)
    facts = replace(facts, weeks=drawn)
    unasked = falling_unasked(pass_state, absence) if waiting else frozenset()
    taken = [row for row in falling(pass_state, absence) if row.id not in unasked]
    soon = [row for row in falling(pass_state, absence) if row.id in unasked]
    counted = None if doubted else totals(pass_state, conflicts)
    helps = () if doubted else tags_that_help(pass_state, conflicts)
    facts = replace(facts, beyond=pass_state.beyond(absence), totals=counted, helps=helps)
    if absence.id in pass_state.long and not doubted:
        facts = handed_over(pass_state, absence, facts)
    facts = replace(facts, falling=_plain(pass_state, taken), falling_unasked=_plain(pass_state, soon))
    return facts if doubted else with_groups(pass_state, absence, without_session(pass_state, absence, facts))


def _sayings(pass_state: PassState, absence: Absence) -> tuple[Saying, ...]:
    """Their own sentences for its mails, word for word; where nothing is mailed none is carried."""
    found = sayings_of(absence)
    return found if pass_state.snapshot.mail else tuple(replace(one, fault=UNMAILED) for one in found)


def _with_new_words(pass_state: PassState, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """Where sentences of their own are new: with whom a mail that may carry them has told of this absence before."""
    if not _says_anew(pass_state, absence):
        return facts
    sent = (one for one in pass_state.snapshot.ledger if one.absence == absence.id)
    told = {one.client for one in sent if kind_of(one.key) in CARRIES_OWN_WORDS}
    before = sorted(initials(one) for one in pass_state.snapshot.clients if one.id in told)
    return replace(facts, said_anew=True, read_before=tuple(before))


def _called(pass_state: PassState, absence: Absence) -> tuple[str, ...]:
    """Titles of what may be leave, as they stand in the calendar."""
    events = (pass_state.snapshot.event.get(block.ref) for block in absence.blocks)
    return tuple(dict.fromkeys(one.title for one in events if one is not None and one.title.strip()))


def _plain(pass_state: PassState, conflicts: Iterable[Conflict]) -> tuple[LetterRow, ...]:
    return tuple(row_of(pass_state, row) for row in conflicts)


def _version(
    pass_state: PassState, absence: Absence, conflicts: Iterable[Conflict], waiting: str
) -> tuple[str, ...]:
    """The code that it asks for, or marks of all that it shows; marks of what lost its time, or is about to."""
    shown = conflicts if not waiting else (one for one in conflicts if _lost(pass_state, one))
    marked = (f"{mark(one)}{_lost(pass_state, one)}" for one in shown)
    said = written_mark(absence) if not waiting and not pass_state.in_doubt(absence) else ""
    marks = ".".join(filter(None, (*sorted((*marked, *_falls(pass_state, absence))), said)))
    return (waiting, marks) if waiting else (f"{PLAN_SHOWN}{marks}",)


def _says_anew(pass_state: PassState, absence: Absence) -> bool:
    """True where lines of their own for its mails stand there that no letter has shown, and no yes was given to."""
    said, carried = written_mark(absence), carried_mark(absence)
    agreed = any(carried in one.sentences for one in pass_state.in_force) and carried
    return bool(said) and not agreed and said not in shown_before(pass_state)


def _falls(pass_state: PassState, absence: Absence) -> tuple[str, ...]:
    """Marks of the times that clients were asked about and that this leave takes."""
    rows = ((row, pass_state.live(row)) for row in falling(pass_state, absence))
    return tuple(f"{mark(row)}{FALLS}{live.number}" for row, live in rows if live is not None)


def _lost(pass_state: PassState, conflict: Conflict) -> str:
    """Names the last time held for this session that was agreed to, or that another absence's session or later leave
    took; "" where none was.
    """
    found = _lost_hold(pass_state, conflict)
    return f"{LOST}{found.number}" if found else ""


def _lost_hold(pass_state: PassState, conflict: Conflict) -> Offer | None:
    for offer in reversed(pass_state.of(conflict)):
        held = not offer.live and not offer.sent
        gone = offer.reason == Ending.REPLANNED or _fell_to_leave(pass_state, offer)
        gone = gone or _went_elsewhere(pass_state, offer, conflict)
        if held and (gone or _called_about(pass_state, offer, conflict)):
            return offer
    return None


def _called_about(pass_state: PassState, offer: Offer, conflict: Conflict) -> bool:
    """True for a lost hold of which its client may have heard by voice, as a letter asked for, with nothing since."""
    asked = offer.reason == Ending.SLOT and offer.span.start > pass_state.now
    asked = asked and shown_once(pass_state, conflict)
    last = pass_state.of(conflict)[-1].uid == offer.uid and pass_state.cleared(conflict)
    return (
        asked
        and last
        and pass_state.snapshot.by_phone(conflict.client)
        and status_of(pass_state, conflict) == "call"
    )


def _fell_to_leave(pass_state: PassState, offer: Offer) -> bool:
    return offer.reason == Ending.SLOT and pass_state.in_leave(offer)


def _went_elsewhere(pass_state: PassState, offer: Offer, conflict: Conflict) -> bool:
    if offer.reason not in {Ending.SLOT, Ending.REPLANNED}:
        return False
    near = offer.span.padded(pass_state.policy(conflict).slots.buffer)
    return any(_elsewhere(pass_state, one, conflict) and one.span.overlaps(near) for one in pass_state.offers)


def _elsewhere(pass_state: PassState, offer: Offer, conflict: Conflict) -> bool:
    """True for a live offer of the same therapist's for a session of another absence."""
    row = pass_state.conflict.get(offer.conflict)
    other = row is not None and row.absence != conflict.absence
    return other and offer.live and offer.therapist == conflict.therapist


def _shown(
    pass_state: PassState, conflicts: Iterable[Conflict], added: frozenset[str]
) -> Iterator[LetterRow]:
    """Conflicts in order of time, with why; those that an earlier letter about this absence did not hold are new."""
    for conflict in sorted(conflicts, key=lambda one: (one.span, one.id)):
        row, live = row_of(pass_state, conflict), pass_state.live(conflict)
        undecided = conflict.id in pass_state.unplaced or (live is not None and live.state in UNSENT)
        yield replace(
            row,
            news=_came(pass_state, conflict) if conflict.id in added else row.news,
            reason=reason_of(pass_state, conflict) if undecided else (),
        )


def _came(pass_state: PassState, conflict: Conflict) -> str:
    lost = _lost_hold(pass_state, conflict)
    if lost is None:
        return ADDED
    return ELSEWHERE if _went_elsewhere(pass_state, lost, conflict) else REPLANNED


def shown_before(pass_state: PassState) -> set[str]:
    """Marks of what plan letters have shown, of whatever absence."""
    plans = (key for key in pass_state.snapshot.keys if key.kind == PLAN_LETTER)
    return {mark for key in plans for mark in marks_of(key)}


def shown_once(pass_state: PassState, conflict: Conflict) -> bool:
    """True once a plan letter has shown it: by its mark, or the one that asked for the yes that was given."""
    absence = pass_state.absence.get(conflict.absence)
    asked = absence is not None and pass_state.plan_shown(absence) and pass_state.approved(conflict)
    return asked or mark(conflict) in shown_before(pass_state)


def unshown(pass_state: PassState, conflicts: Iterable[Conflict]) -> Iterator[Conflict]:
    """What no letter has shown that waited for nothing, and no yes was given for."""
    marks = shown_before(pass_state)
    for one in conflicts:
        lost = _lost(pass_state, one)
        if f"{mark(one)}{lost}" not in marks and (lost or not pass_state.approved(one)):
            yield one
