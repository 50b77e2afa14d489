"""What the therapist is written: plan ready or waiting, silence, human words, the call list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from syncd.core.model import Absence, Conflict, Offer, OfferState
from syncd.core.model.effects import PLAN_LETTER, SHOWN, EffectKey, asks_for_yes
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.model.snapshot import Snapshot
from syncd.core.planning.candidates import reason_of
from syncd.core.policy.deadlines import unheard_since
from syncd.core.policy.first_message import URGENT
from syncd.core.state.approval import fingerprint
from syncd.core.state.standing import Standing
from syncd.core.telling.concern_letters import blank, mark
from syncd.core.telling.session_status import CALL_LIST, UNSENT, row_of, rows_of
from syncd.core.time.spans import first_and_last_day

DAY_BEFORE = timedelta(hours=36)
IN_CRISIS = timedelta(hours=24)  # of silence
MAYBE = "maybe"  # a maybe is not no answer, though the same follows from it
CRISIS_DECLINED, CRISIS_SILENT = "crisis_declined", "crisis_silent"
ASK_EVERY = timedelta(hours=24)
NEAR = timedelta(hours=48)  # a session as near as this is asked about at once
CALLS = "call-"  # ends the version of a plan letter that named whom to call
LOST = "~"  # joins a session's mark and the number of a time that it lost
ADDED, LOST_NEWS = "added", "lost"  # a row's news


def letters(standing: Standing, absence: Absence) -> Iterator[Write]:
    """The letters about one absence that should have been written by now; each has a key of its own."""
    conflicts = tuple(one for one in standing.displaced(absence) if not standing.suspended(one))
    unsettled = _unsettled(standing, absence) if _stands(absence) else ()
    if not (conflicts or unsettled) or absence.span.end <= standing.now:
        return
    plans = tuple(_plan(standing, absence, conflicts, unsettled))
    yield from plans
    yield from _call_list(standing, absence, conflicts, frozenset(one.key for one in plans))
    for conflict in conflicts:
        for offer in standing.of(conflict):
            silent = offer.state is OfferState.UNANSWERED or offer.reason == Ending.SILENCE
            if silent and not offer.frozen:  # of what froze it another letter has told
                yield _silence(standing, absence, conflict, offer)
            if standing.crisis(conflict):
                yield from _at_once(standing, absence, conflict, offer)


def _stands(absence: Absence) -> bool:
    return any(block.lifted_at is None for block in absence.blocks)


def _unsettled(standing: Standing, absence: Absence) -> tuple[datetime, ...]:
    """When events begin in the absence that only the therapist can settle, or that only strangers attend."""
    found = standing.diaries[absence.therapist].sessions
    spans = {*(one.span for one in found.unsettled), *(one.span for one in found.strangers)}
    return tuple(sorted(span.start for span in spans if absence.covers(span) and span.start > standing.now))


def _plan(
    standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...], unsettled: tuple[datetime, ...]
) -> Iterator[Write]:
    """Once per absence, and again when it displaces more, something new waits for a yes, or a time shown is gone.

    A yes alone is no news.
    """
    waiting, fresh = standing.code(absence), tuple(_unshown(standing, absence, conflicts))
    known, asked = _told_of(standing, absence), _asked(standing, absence, waiting)
    doubted = standing.in_doubt(absence)
    calls = "" if doubted and waiting else _calls(standing, conflicts)
    key = asked or EffectKey(absence.id, _version(standing, conflicts, waiting, calls), PLAN_LETTER)
    due = (asked is None and may_ask(standing, absence)) if waiting else not known or bool(fresh)
    if due or key in standing.snapshot.keys:
        grown = known and not waiting and len(fresh) < len(conflicts)
        added = frozenset(row.id for row in fresh if grown or (known and _lost(standing, row)))
        facts = _facts(standing, absence, LetterKind.PLAN, tuple(_shown(standing, conflicts, added)))
        others = tuple(_others(standing, absence)) if waiting else ()
        facts = replace(facts, code=waiting, why=standing.waits(absence), others=others, unsettled=unsettled)
        yield _write(key, replace(facts, calling=bool(calls)), absence)


def _version(standing: Standing, conflicts: Iterable[Conflict], waiting: str, calls: str) -> str:
    """The code that it asks for, or marks of all that it shows; then whom it asks to call."""
    marks = sorted(f"{mark(one)}{_lost(standing, one)}" for one in conflicts)
    shown = waiting or f"{SHOWN}{'.'.join(marks)}"
    return f"{shown}.{calls}" if calls else shown


def _asked(standing: Standing, absence: Absence, waiting: str) -> EffectKey | None:
    """The letter that asked for this yes."""
    mine = (key for key in standing.snapshot.keys if waiting and _is_plan(key, absence))
    return next((key for key in mine if key.version.partition(".")[0] == waiting), None)


def _lost(standing: Standing, conflict: Conflict) -> str:
    """Names the last time that was held for this session and went to another absence's; "" where none did."""
    for offer in reversed(standing.of(conflict)):
        if offer.live or offer.sent or offer.reason != Ending.SLOT:
            continue
        near = offer.span.padded(standing.policy(conflict).slots.buffer)
        if any(_elsewhere(standing, one, conflict) and one.span.overlaps(near) for one in standing.offers):
            return f"{LOST}{offer.number}"
    return ""


def _elsewhere(standing: Standing, offer: Offer, conflict: Conflict) -> bool:
    """True for a live offer of the same therapist's for a session of another absence."""
    row = standing.conflict.get(offer.conflict)
    other = row is not None and row.absence != conflict.absence
    return other and offer.live and offer.therapist == conflict.therapist


def _shown(standing: Standing, conflicts: Iterable[Conflict], added: frozenset[str]) -> Iterator[LetterRow]:
    """Rows in order of time, with why; those that an earlier letter about this absence did not hold are new."""
    for conflict in sorted(conflicts, key=lambda one: (one.span, one.id)):
        row, live = row_of(standing, conflict), standing.live(conflict)
        undecided = conflict.id in standing.unplaced or (live is not None and live.state in UNSENT)
        came = LOST_NEWS if _lost(standing, conflict) else ADDED
        yield replace(
            row,
            news=came if conflict.id in added else row.news,
            reason=reason_of(standing, conflict) if undecided else (),
        )


def _unshown(standing: Standing, absence: Absence, conflicts: Iterable[Conflict]) -> Iterator[Conflict]:
    """What no letter has shown that waited for nothing, and no yes was given for."""
    mine = (key for key in standing.snapshot.keys if key.subject == absence.id and key.kind == PLAN_LETTER)
    marks = {
        mark
        for key in mine
        if key.version.startswith(SHOWN)
        for mark in key.version.removeprefix(SHOWN).split(".")
    }
    for one in conflicts:
        lost = _lost(standing, one)
        if f"{mark(one)}{lost}" not in marks and (lost or not standing.approved(one)):
            yield one


def _told_of(standing: Standing, absence: Absence) -> bool:
    return any(key.subject == absence.id and key.kind == PLAN_LETTER for key in standing.snapshot.keys)


def may_ask(standing: Standing, absence: Absence) -> bool:
    """Leave that was just blocked is asked about at once, and where a session is near; else one question a day.

    The nearest absence comes first; where nothing can be mailed the plan event alone asks again.
    """
    if any(standing.now < row.span.start <= standing.now + NEAR for row in standing.displaced(absence)):
        return True
    if any(standing.believed(row) and not standing.approved(row) for row in standing.displaced(absence)):
        return True  # they have just said that it is leave, and now see the plan
    if not _told_of(standing, absence) and not _old(standing, absence):
        return True
    if not standing.snapshot.mail:
        return not _told_of(standing, absence) and _unasked(standing, absence.therapist)[:1] == (absence,)
    return (
        not _asked_today(standing, absence.therapist) and absence in _unasked(standing, absence.therapist)[:1]
    )


def _old(standing: Standing, absence: Absence) -> bool:
    """Leave that stood there first, or that recurs: there may be much of it."""
    initial = {row.fingerprint for row in standing.seen if row.initial}
    return any(
        fingerprint(block) in initial or block.waits in {"recurring", "unbounded"} for block in absence.blocks
    )


def _unasked(standing: Standing, therapist: str) -> tuple[Absence, ...]:
    """Absences ahead whose code stood in no letter yet, nearest first."""
    waiting = (
        one
        for one in standing.absence.values()
        if one.therapist == therapist and one.span.end > standing.now and standing.displaced(one)
    )
    return tuple(
        one
        for one in sorted(waiting, key=lambda one: (one.span, one.id))
        if (code := standing.code(one)) and _asked(standing, one, code) is None
    )


def _asked_today(standing: Standing, therapist: str) -> bool:
    """A question left within the last day, or waits to leave."""
    ids = {one.id for one in standing.absence.values() if one.therapist == therapist}
    unsent = (row.key for row in standing.snapshot.effects if row.key.kind == PLAN_LETTER)
    recent = (one for one in standing.snapshot.ledger if standing.now < one.at + ASK_EVERY)
    asked = (one for one in recent if one.therapist == therapist and asks_for_yes(one.key))
    return any(key.subject in ids for key in unsent) or any(asked)


def _others(standing: Standing, absence: Absence) -> Iterator[tuple[date, date, str]]:
    """What else waits, in short."""
    zone = standing.snapshot.therapist[absence.therapist].zone
    for one in sorted(standing.absence.values(), key=lambda one: (one.span, one.id)):
        mine = one.therapist == absence.therapist and one.id != absence.id and standing.displaced(one)
        code = standing.code(one) if mine else ""
        if code:
            yield (*first_and_last_day(one.span, zone), code)


def _call_list(
    standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...], plans: frozenset[EffectKey]
) -> Iterator[Write]:
    """The day before: who has what, and who does not know yet. Within 24 h of a session, again for who does not.

    At once where what should have told somebody rests on what cannot be read. Then the practice gets it as well.
    Leave that began all at once needs no overview: its plan letter was one, and named those to be called.
    """
    ahead = tuple(conflict for conflict in conflicts if conflict.span.start > standing.now)
    if not ahead:
        return
    due_at = calls_at(absence, conflicts)
    if standing.now < due_at and not any(map(standing.stranded, ahead)):
        return
    calls, rows = _calls(standing, ahead), rows_of(standing, ahead)
    facts = replace(_facts(standing, absence, LetterKind.CALL_LIST, rows), code=standing.code(absence))
    shown = any(
        key.version.endswith(f".{calls}")
        for key in (*plans, *standing.snapshot.keys)
        if _is_plan(key, absence)
    )
    if (calls and not shown) or (not calls and standing.changed_at(absence) < due_at):
        yield _write(EffectKey(absence.id, calls.removeprefix(CALLS) or "day", CALL_LIST), facts, absence)
    office = standing.snapshot.practice.email
    if calls and standing.snapshot.mail and office not in {"", facts.to} and not facts.doubted:
        yield _write(
            EffectKey(absence.id, calls.removeprefix(CALLS), f"{CALL_LIST}_office"),
            _for_office(standing, absence, facts),
            absence,
        )


def _for_office(standing: Standing, absence: Absence, facts: LetterFacts) -> LetterFacts:
    """Only whom to call, in the practice's language."""
    practice, away = standing.snapshot.practice, standing.snapshot.therapist[absence.therapist].name
    rows = tuple(row for row in facts.rows if row.call)
    return replace(facts, to=practice.email, language=practice.language, absent=away, rows=rows, code="")


def _calls(standing: Standing, conflicts: Iterable[Conflict]) -> str:
    """Names who has to be called within a day, or because what should tell them cannot leave; "" for nobody."""
    soon = standing.now + URGENT
    near = (one for one in conflicts if standing.now < one.span.start <= soon or standing.stranded(one))
    who = sorted(one.id for one in near if row_of(standing, one).call)
    return f"{CALLS}{sha256(' '.join(who).encode()).hexdigest()[:8]}" if who else ""


def _is_plan(key: EffectKey, absence: Absence) -> bool:
    return key.subject == absence.id and key.kind == PLAN_LETTER


def calls_at(absence: Absence, conflicts: Iterable[Conflict]) -> datetime:
    """When the call list is due: before the therapist goes, wherever in the leave the first session lies."""
    return min(absence.span.start, *(conflict.span.start for conflict in conflicts)) - DAY_BEFORE


def is_call_list(letter: Write) -> bool:
    """True for who must be called, to the therapist or to the practice."""
    return letter.key.kind.startswith(CALL_LIST)


def _silence(standing: Standing, absence: Absence, conflict: Conflict, offer: Offer) -> Write:
    row = replace(row_of(standing, conflict), slot=offer.span)
    why = MAYBE if offer.tentative else ""
    facts = replace(_facts(standing, absence, LetterKind.SILENCE, (row,)), kept=not offer.over, why=why)
    return _write(EffectKey(offer.uid, "1", "letter_silence"), facts, absence)


def _at_once(standing: Standing, absence: Absence, conflict: Conflict, offer: Offer) -> Iterator[Write]:
    """A client in crisis who declines, or is silent for 24 h after the invitation: the therapist hears at once."""
    silent_since = unheard_since(offer)
    said: dict[str, bool] = {
        CRISIS_DECLINED: offer.sent and offer.reason == Ending.CLIENT,
        CRISIS_SILENT: silent_since is not None
        and silent_since + IN_CRISIS <= standing.now
        and standing.snapshot.hears(offer),
    }
    for why in (why for why, so in said.items() if so):
        row = replace(row_of(standing, conflict), text=why, slot=offer.span)
        facts = replace(_facts(standing, absence, LetterKind.CONCERN, (row,)), why=why)
        yield _write(EffectKey(offer.uid, str(offer.sequence), f"letter_{why}"), facts, absence)


def _facts(
    standing: Standing, absence: Absence, kind: LetterKind, rows: tuple[LetterRow, ...]
) -> LetterFacts:
    therapist = standing.snapshot.therapist[absence.therapist]
    days = first_and_last_day(absence.span, therapist.zone)
    return replace(blank(standing, therapist, kind, rows), days=days, doubted=standing.in_doubt(absence))


def _write(key: EffectKey, facts: LetterFacts, absence: Absence) -> Write:
    return Write(key, facts, absence.therapist)


def as_to_do(letter: Write, snapshot: Snapshot) -> Write:
    """The letter as an all-day entry of the therapist's calendar, where nothing can be mailed."""
    therapist = snapshot.therapist[letter.therapist]
    text = "\x1f".join(("letter", snapshot.instance, str(letter.key)))
    calendar = therapist.plan_calendar or therapist.calendar
    return replace(letter, calendar=calendar, uid=sha256(text.encode()).hexdigest()[:32])
