"""What the therapist is written: plan ready or waiting, silence, human words, the call list (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from syncd.core.answers import Concern, Taken
from syncd.core.approval import fingerprint
from syncd.core.deadlines import unheard_since
from syncd.core.effects import TOGETHER, EffectKey, EffectState, Sent, told_by
from syncd.core.invitation import LetterFacts, LetterKind, LetterRow, Write, leave_days
from syncd.core.model import Absence, Conflict, Offer, OfferState
from syncd.core.offers import Ending
from syncd.core.policy import Therapist
from syncd.core.snapshot import Snapshot
from syncd.core.standing import Standing
from syncd.core.states import CALL_LIST, UNSENT, knows, row_of, rows_of, stands_unheard
from syncd.core.timing import URGENT
from syncd.core.weighing import reason_of

DAY_BEFORE = timedelta(hours=36)
IN_CRISIS = timedelta(hours=24)  # of silence
CALL_AGAIN = "call_again"
CRISIS_DECLINED, CRISIS_SILENT = "crisis_declined", "crisis_silent"
ASK_EVERY = timedelta(hours=24)
NEAR = timedelta(hours=48)  # a session as near as this is asked about at once
LETTER = "letter_"
PLAN_LETTER = "letter_plan"
SHOWN = "plan-"  # begins the version of a plan letter that asks for nothing; then the marks of what it showed
ADDED = "added"  # a row's news
IN_CALENDAR = frozenset({"show", "delete", "cancel_original", "restore"})
UNWRITTEN, UNCLEAR = "unwritten", "unclear"  # what a letter says of an effect that needs a person


def letters(standing: Standing, absence: Absence) -> Iterator[Write]:
    """The letters about one absence that should have been written by now; each has a key of its own."""
    conflicts, unsettled = standing.displaced(absence), _unsettled(standing, absence)
    if not (conflicts or unsettled) or absence.span.end <= standing.now:
        return
    yield from _plan(standing, absence, conflicts, unsettled)
    yield from _call_list(standing, absence, conflicts)
    for conflict in conflicts:
        for offer in standing.of(conflict):
            silent = offer.state is OfferState.UNANSWERED or offer.reason == Ending.SILENCE
            if silent and not offer.frozen:  # of what froze it another letter has told
                yield _silence(standing, absence, conflict, offer)
            if standing.crisis(conflict):
                yield from _at_once(standing, absence, conflict, offer)


def _unsettled(standing: Standing, absence: Absence) -> tuple[datetime, ...]:
    """When events begin in the absence that only the therapist can settle, or that only strangers attend."""
    found = standing.diaries[absence.therapist].sessions
    spans = {*(one.span for one in found.unsettled), *(one.span for one in found.strangers)}
    return tuple(sorted(span.start for span in spans if absence.covers(span) and span.start > standing.now))


def _plan(
    standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...], unsettled: tuple[datetime, ...]
) -> Iterator[Write]:
    """Once per absence, and again when it displaces more or something new waits for a yes; a yes alone is no news."""
    waiting, fresh = standing.code(absence), tuple(_unshown(standing, absence, conflicts))
    known = _told_of(standing, absence)
    key = EffectKey(absence.id, waiting or f"{SHOWN}{'.'.join(sorted(map(_mark, conflicts)))}", PLAN_LETTER)
    due = may_ask(standing, absence) if waiting else not known or bool(fresh)
    if due or key in standing.snapshot.keys:
        grown = known and not waiting and len(fresh) < len(conflicts)
        added = frozenset(row.id for row in fresh) if grown else frozenset()
        facts = _facts(standing, absence, LetterKind.PLAN, tuple(_shown(standing, conflicts, added)))
        others = tuple(_others(standing, absence)) if waiting else ()
        facts = replace(facts, code=waiting, why=standing.waits(absence), others=others, unsettled=unsettled)
        yield _write(key, facts, absence)


def _shown(standing: Standing, conflicts: Iterable[Conflict], added: frozenset[str]) -> Iterator[LetterRow]:
    """Rows in order of time, with why; those that an earlier letter about this absence did not hold are new."""
    for conflict in sorted(conflicts, key=lambda one: (one.span, one.id)):
        row, live = row_of(standing, conflict), standing.live(conflict)
        undecided = conflict.id in standing.unplaced or (live is not None and live.state in UNSENT)
        yield replace(
            row,
            news=ADDED if conflict.id in added else row.news,
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
    yield from (one for one in conflicts if _mark(one) not in marks and not standing.approved(one))


def _mark(conflict: Conflict) -> str:
    """Names this life of a conflict: one that healed and is displaced once more is news."""
    return sha256(f"{conflict.id}\x1f{conflict.seen_at.isoformat()}".encode()).hexdigest()[:6]


def _told_of(standing: Standing, absence: Absence) -> bool:
    return any(key.subject == absence.id and key.kind == PLAN_LETTER for key in standing.snapshot.keys)


def may_ask(standing: Standing, absence: Absence) -> bool:
    """Leave that was just blocked is asked about at once, and where a session is near; else one question a day.

    The nearest absence comes first; where nothing can be mailed the plan event alone asks again.
    """
    if any(standing.now < row.span.start <= standing.now + NEAR for row in standing.displaced(absence)):
        return True
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
        if (code := standing.code(one)) and EffectKey(one.id, code, PLAN_LETTER) not in standing.snapshot.keys
    )


def _asked_today(standing: Standing, therapist: str) -> bool:
    """A question left within the last day, or waits to leave."""
    ids = {one.id for one in standing.absence.values() if one.therapist == therapist}
    unsent = (row.key for row in standing.snapshot.effects if row.key.kind == PLAN_LETTER)
    recent = (one for one in standing.snapshot.ledger if standing.now < one.at + ASK_EVERY)
    asked = (one for one in recent if one.therapist == therapist and is_question(one))
    return any(key.subject in ids for key in unsent) or any(asked)


def is_question(sent: Sent) -> bool:
    """True for a letter that asked for a yes."""
    return sent.key.kind == PLAN_LETTER and not sent.key.version.startswith(SHOWN)


def _others(standing: Standing, absence: Absence) -> Iterator[tuple[date, date, str]]:
    """What else waits, in short."""
    zone = standing.snapshot.therapist[absence.therapist].zone
    for one in sorted(standing.absence.values(), key=lambda one: (one.span, one.id)):
        mine = one.therapist == absence.therapist and one.id != absence.id and standing.displaced(one)
        code = standing.code(one) if mine else ""
        if code:
            yield (*leave_days(one.span, zone), code)


def _call_list(standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...]) -> Iterator[Write]:
    """The day before: who has what, and who does not know yet. Within 24 h of a session, again for who does not.

    Then the practice gets it as well.
    """
    ahead = tuple(conflict for conflict in conflicts if conflict.span.start > standing.now)
    if not ahead or standing.now < calls_at(absence, conflicts):
        return
    near = [conflict for conflict in ahead if conflict.span.start <= standing.now + URGENT]
    unaware = [conflict.id for conflict in near if not knows(standing, conflict)]
    version = sha256(" ".join(unaware).encode()).hexdigest()[:8] if unaware else "day"
    facts = _facts(standing, absence, LetterKind.CALL_LIST, rows_of(standing, ahead))
    yield _write(EffectKey(absence.id, version, CALL_LIST), facts, absence)
    office = standing.snapshot.practice.email
    if unaware and standing.snapshot.mail and office not in {"", facts.to}:
        away = standing.snapshot.therapist[absence.therapist].name
        language = standing.snapshot.practice.language
        calls = tuple(row for row in facts.rows if not row.knows)
        for_office = replace(facts, to=office, language=language, absent=away, rows=calls)
        yield _write(EffectKey(absence.id, version, f"{CALL_LIST}_office"), for_office, absence)


def calls_at(absence: Absence, conflicts: Iterable[Conflict]) -> datetime:
    """When the call list is due: before the therapist goes, wherever in the leave the first session lies."""
    return min(absence.span.start, *(conflict.span.start for conflict in conflicts)) - DAY_BEFORE


def is_call_list(letter: Write) -> bool:
    """True for who must be called, to the therapist or to the practice."""
    return letter.key.kind.startswith(CALL_LIST)


def _silence(standing: Standing, absence: Absence, conflict: Conflict, offer: Offer) -> Write:
    facts = _facts(standing, absence, LetterKind.SILENCE, (row_of(standing, conflict),))
    return _write(EffectKey(offer.uid, "1", "letter_silence"), facts, absence)


def _at_once(standing: Standing, absence: Absence, conflict: Conflict, offer: Offer) -> Iterator[Write]:
    """A client in crisis who declines, or is silent for 24 h after the invitation: the therapist hears at once."""
    silent_since = unheard_since(offer)
    said: dict[str, bool] = {
        CRISIS_DECLINED: offer.sent and offer.reason == Ending.CLIENT,
        CRISIS_SILENT: silent_since is not None and silent_since + IN_CRISIS <= standing.now,
    }
    for why in (why for why, so in said.items() if so):
        row = replace(row_of(standing, conflict), text=why, slot=offer.span)
        facts = replace(_facts(standing, absence, LetterKind.CONCERN, (row,)), why=why)
        yield _write(EffectKey(offer.uid, str(offer.sequence), f"letter_{why}"), facts, absence)


def concerns(standing: Standing, taken: Iterable[Taken]) -> Iterator[Write]:
    """One letter for each thing that came back and needs a human; its text is never quoted."""
    for one in taken:
        offer = next((offer for offer in standing.offers if offer.uid == one.offer), None)
        conflict = standing.conflict.get(offer.conflict if offer else one.offer)
        if one.concern is None or conflict is None:
            continue
        row = replace(row_of(standing, conflict), text=one.concern)
        if one.reply.proposed is not None:
            row = replace(row, slot=one.reply.proposed)
        absence = standing.absence.get(conflict.absence)
        therapist = standing.therapist(conflict)
        facts = _blank(standing, therapist, LetterKind.CONCERN, (row,))
        if absence is not None:
            facts = replace(facts, days=leave_days(absence.span, therapist.zone))
        facts = replace(facts, why=one.concern, words=one.reply.words)
        # Responders answer every mail: of those the therapist hears once.
        name = one.concern if one.concern is Concern.AUTO else one.reply.id
        version = sha256(name.encode()).hexdigest()[:12]
        yield Write(EffectKey(one.offer, version, "letter_concern"), facts, therapist.id)


def recalls(standing: Standing) -> Iterator[Write]:
    """One letter for each session that takes place again while nobody but the therapist can say so."""
    for conflict in standing.conflicts:
        if conflict.therapist in standing.diaries and stands_unheard(standing, conflict):
            therapist = standing.therapist(conflict)
            facts = _blank(standing, therapist, LetterKind.CONCERN, (row_of(standing, conflict),))
            key = EffectKey(conflict.id, _mark(conflict), "letter_call_again")
            yield Write(key, replace(facts, why=CALL_AGAIN), therapist.id)


def troubles(standing: Standing) -> Iterator[Write]:
    """One letter for each absence with effects that were refused for good, or of which nobody knows whether they were.

    What is refused later is told with another letter, which names the earlier ones too.
    """
    failed: dict[tuple[str, str], dict[EffectKey, tuple[Conflict, ...]]] = {}
    for row in standing.snapshot.effects:
        conflict = about(standing, row.key)
        if row.state is EffectState.ESCALATED and conflict is not None:
            rows = _all_about(standing, row.key, conflict)
            failed.setdefault((conflict.absence, conflict.therapist), {})[row.key] = rows
    for (absence, therapist), effects in sorted(failed.items()):
        if therapist in standing.snapshot.therapist:
            yield _trouble(standing, absence, therapist, effects)


def about(standing: Standing, key: EffectKey) -> Conflict | None:
    """The displaced session that an effect is about; None for a letter."""
    offer = next((one for one in standing.offers if one.uid == key.subject), None)
    conflict = standing.conflict.get(offer.conflict if offer else key.subject)
    return None if key.kind.startswith(LETTER) else conflict


def _all_about(standing: Standing, key: EffectKey, first: Conflict) -> tuple[Conflict, ...]:
    """Every displaced session that an effect is about: one mail may tell of several."""
    if key.kind not in TOGETHER:
        return (first,)
    return tuple(standing.conflict[one] for one, _ in told_by(key) if one in standing.conflict)


def _trouble(
    standing: Standing, absence: str, therapist: str, effects: Mapping[EffectKey, tuple[Conflict, ...]]
) -> Write:
    known = standing.absence.get(absence)
    to = standing.snapshot.therapist[therapist]
    rows = {
        (conflict.span, conflict.id, why): replace(row_of(standing, conflict), text=why)
        for key, conflicts in effects.items()
        for conflict in conflicts
        for why in (UNWRITTEN if key.kind in IN_CALENDAR else UNCLEAR,)
    }
    facts = _blank(standing, to, LetterKind.TROUBLE, tuple(rows[each] for each in sorted(rows)))
    version = sha256(" ".join(sorted(map(str, effects))).encode()).hexdigest()[:8]
    days = leave_days(known.span, to.zone) if known else None
    return Write(EffectKey(absence, version, "letter_trouble"), replace(facts, days=days), therapist)


def _facts(
    standing: Standing, absence: Absence, kind: LetterKind, rows: tuple[LetterRow, ...]
) -> LetterFacts:
    therapist = standing.snapshot.therapist[absence.therapist]
    days = leave_days(absence.span, therapist.zone)
    return replace(_blank(standing, therapist, kind, rows), days=days)


def _blank(
    standing: Standing, therapist: Therapist, kind: LetterKind, rows: tuple[LetterRow, ...]
) -> LetterFacts:
    return LetterFacts(
        kind=kind,
        to=therapist.email,
        language=therapist.language,
        zone=therapist.zone,
        days=None,
        sent_at=standing.now,
        rows=rows,
    )


def _write(key: EffectKey, facts: LetterFacts, absence: Absence) -> Write:
    return Write(key, facts, absence.therapist)


def as_to_do(letter: Write, snapshot: Snapshot) -> Write:
    """The letter as an all-day entry of the therapist's calendar, where nothing can be mailed."""
    therapist = snapshot.therapist[letter.therapist]
    text = "\x1f".join(("letter", snapshot.instance, str(letter.key)))
    calendar = therapist.plan_calendar or therapist.calendar
    return replace(letter, calendar=calendar, uid=sha256(text.encode()).hexdigest()[:32])
