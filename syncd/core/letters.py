"""What the therapist is written: plan ready or waiting, silence, human words, the call list (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from syncd.core.answers import Taken
from syncd.core.approval import code, pending
from syncd.core.effects import EffectKey, EffectState
from syncd.core.invitation import LetterFacts, LetterKind, LetterRow, Write, leave_days
from syncd.core.model import Absence, Conflict, Offer, OfferState
from syncd.core.offers import Ending, unheard_since
from syncd.core.policy import Therapist
from syncd.core.standing import Standing
from syncd.core.states import knows, row_of, rows_of
from syncd.core.timing import URGENT

DAY_BEFORE = timedelta(hours=36)
IN_CRISIS = timedelta(hours=24)  # of silence
CRISIS_DECLINED, CRISIS_SILENT = "crisis_declined", "crisis_silent"
LETTER = "letter_"
PLAN_LETTER = "letter_plan"
IN_CALENDAR = frozenset({"show", "delete", "cancel_original", "restore"})
UNWRITTEN, UNCLEAR = "unwritten", "unclear"  # what a letter says of an effect that needs a person


def letters(standing: Standing, absence: Absence) -> Iterator[Write]:
    """The letters about one absence that should have been written by now; each has a key of its own."""
    conflicts = standing.displaced(absence)
    if not conflicts or absence.span.end <= standing.now:
        return
    yield from _plan(standing, absence, conflicts)
    yield from _call_list(standing, absence, conflicts)
    for conflict in conflicts:
        for offer in standing.of(conflict):
            if offer.state is OfferState.UNANSWERED or offer.reason == Ending.SILENCE:
                yield _silence(standing, absence, conflict, offer)
            if standing.crisis(conflict):
                yield from _at_once(standing, absence, conflict, offer)


def _plan(standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...]) -> Iterator[Write]:
    """Once per absence, and again whenever something new waits for a yes; a yes by itself is no news."""
    why = standing.waits(absence)
    waiting = code(pending(conflicts, standing.approvals)) if why else ""
    known = any(key.subject == absence.id and key.kind == PLAN_LETTER for key in standing.snapshot.keys)
    key = EffectKey(absence.id, waiting or "plan", PLAN_LETTER)
    if waiting or not known or key in standing.snapshot.keys:
        facts = _facts(standing, absence, LetterKind.PLAN, rows_of(standing, conflicts))
        yield _write(key, replace(facts, code=waiting, why=why), absence)


def _call_list(standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...]) -> Iterator[Write]:
    """The day before: who has what, and who does not know yet. Within 24 h of a session, again for who does not."""
    ahead = tuple(conflict for conflict in conflicts if conflict.span.start > standing.now)
    if not ahead or standing.now < min(conflict.span.start for conflict in conflicts) - DAY_BEFORE:
        return
    near = [conflict for conflict in ahead if conflict.span.start <= standing.now + URGENT]
    unaware = [conflict.id for conflict in near if not knows(standing, conflict)]
    version = sha256(" ".join(unaware).encode()).hexdigest()[:8] if unaware else "day"
    facts = _facts(standing, absence, LetterKind.CALL_LIST, rows_of(standing, ahead))
    yield _write(EffectKey(absence.id, version, "letter_call_list"), facts, absence)


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
        conflict = standing.conflict.get(offer.conflict) if offer else None
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
        version = sha256(one.reply.id.encode()).hexdigest()[:12]
        yield Write(
            EffectKey(one.offer, version, "letter_concern"), replace(facts, why=one.concern), therapist.id
        )


def troubles(standing: Standing) -> Iterator[Write]:
    """One letter for each absence with effects that were refused for good, or of which nobody knows whether they were.

    What is refused later is told with another letter, which names the earlier ones too.
    """
    failed: dict[tuple[str, str], dict[EffectKey, Conflict]] = {}
    for row in standing.snapshot.effects:
        conflict = about(standing, row.key)
        if row.state is EffectState.ESCALATED and conflict is not None:
            failed.setdefault((conflict.absence, conflict.therapist), {})[row.key] = conflict
    for (absence, therapist), effects in sorted(failed.items()):
        if therapist in standing.snapshot.therapist:
            yield _trouble(standing, absence, therapist, effects)


def about(standing: Standing, key: EffectKey) -> Conflict | None:
    """The displaced session that an effect is about; None for a letter."""
    offer = next((one for one in standing.offers if one.uid == key.subject), None)
    conflict = standing.conflict.get(offer.conflict if offer else key.subject)
    return None if key.kind.startswith(LETTER) else conflict


def _trouble(
    standing: Standing, absence: str, therapist: str, effects: Mapping[EffectKey, Conflict]
) -> Write:
    known = standing.absence.get(absence)
    to = standing.snapshot.therapist[therapist]
    rows = {
        (conflict.span, conflict.id, why): replace(row_of(standing, conflict), text=why)
        for key, conflict in effects.items()
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
