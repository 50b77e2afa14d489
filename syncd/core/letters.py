"""What the therapist is written: plan ready or waiting, silence, human words, the call list (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from syncd.core.answers import Taken
from syncd.core.approval import code, pending
from syncd.core.effects import EffectKey, EffectState
from syncd.core.invitation import LetterFacts, LetterKind, LetterRow, Write, initials, leave_days
from syncd.core.model import Absence, Conflict, ConflictState, Offer, OfferState
from syncd.core.offers import Ending
from syncd.core.policy import Therapist
from syncd.core.standing import Standing
from syncd.core.timing import URGENT

DAY_BEFORE = timedelta(hours=36)
LETTER = "letter_"
PLAN_LETTER = "letter_plan"
IN_CALENDAR = frozenset({"show", "delete", "cancel_original", "restore"})
UNWRITTEN, UNCLEAR = "unwritten", "unclear"  # what a letter says of an effect that needs a person
UNSENT = frozenset({OfferState.PLANNED, OfferState.HELD})
UNAWARE = frozenset(
    {"call", "open", "unplaced", "planned", "held"}
)  # what `status_of` says of who does not know


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


def _plan(standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...]) -> Iterator[Write]:
    """Once per absence, and again whenever something new waits for a yes; a yes by itself is no news."""
    why = standing.waits(absence)
    waiting = code(pending(conflicts, standing.approvals)) if why else ""
    known = any(key.subject == absence.id and key.kind == PLAN_LETTER for key in standing.snapshot.keys)
    key = EffectKey(absence.id, waiting or "plan", PLAN_LETTER)
    if waiting or not known or key in standing.snapshot.keys:
        facts = _facts(standing, absence, LetterKind.PLAN, _rows(standing, conflicts))
        yield _write(key, replace(facts, code=waiting, why=why), absence)


def _call_list(standing: Standing, absence: Absence, conflicts: tuple[Conflict, ...]) -> Iterator[Write]:
    """The day before: who has what, and who does not know yet. Within 24 h of a session, again for who does not."""
    ahead = tuple(conflict for conflict in conflicts if conflict.span.start > standing.now)
    if not ahead or standing.now < min(conflict.span.start for conflict in conflicts) - DAY_BEFORE:
        return
    near = [conflict for conflict in ahead if conflict.span.start <= standing.now + URGENT]
    unaware = [conflict.id for conflict in near if status_of(standing, conflict) in UNAWARE]
    version = sha256(" ".join(unaware).encode()).hexdigest()[:8] if unaware else "day"
    facts = _facts(standing, absence, LetterKind.CALL_LIST, _rows(standing, ahead))
    yield _write(EffectKey(absence.id, version, "letter_call_list"), facts, absence)


def _silence(standing: Standing, absence: Absence, conflict: Conflict, offer: Offer) -> Write:
    facts = _facts(standing, absence, LetterKind.SILENCE, (_row(standing, conflict),))
    return _write(EffectKey(offer.uid, "1", "letter_silence"), facts, absence)


def concerns(standing: Standing, taken: Iterable[Taken]) -> Iterator[Write]:
    """One letter for each thing that came back and needs a human; its text is never quoted."""
    for one in taken:
        offer = next((offer for offer in standing.offers if offer.uid == one.offer), None)
        conflict = standing.conflict.get(offer.conflict) if offer else None
        if one.concern is None or conflict is None:
            continue
        row = replace(_row(standing, conflict), text=one.concern)
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
        conflict = _about(standing, row.key)
        if row.state is EffectState.ESCALATED and conflict is not None:
            failed.setdefault((conflict.absence, conflict.therapist), {})[row.key] = conflict
    for (absence, therapist), effects in sorted(failed.items()):
        if therapist in standing.snapshot.therapist:
            yield _trouble(standing, absence, therapist, effects)


def _about(standing: Standing, key: EffectKey) -> Conflict | None:
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
        (conflict.span, conflict.id, why): replace(_row(standing, conflict), text=why)
        for key, conflict in effects.items()
        for why in (UNWRITTEN if key.kind in IN_CALENDAR else UNCLEAR,)
    }
    facts = _blank(standing, to, LetterKind.TROUBLE, tuple(rows[each] for each in sorted(rows)))
    version = sha256(" ".join(sorted(map(str, effects))).encode()).hexdigest()[:8]
    days = leave_days(known.span, to.zone) if known else None
    return Write(EffectKey(absence, version, "letter_trouble"), replace(facts, days=days), therapist)


def _rows(standing: Standing, conflicts: Iterable[Conflict]) -> tuple[LetterRow, ...]:
    return tuple(
        _row(standing, conflict) for conflict in sorted(conflicts, key=lambda one: (one.span, one.id))
    )


def _row(standing: Standing, conflict: Conflict) -> LetterRow:
    client = standing.client(conflict)
    offer = standing.live(conflict) or next(iter(reversed(standing.of(conflict))), None)
    return LetterRow(
        initials=initials(client) if client else conflict.client,
        name=client.name if client else "",
        phone=client.phone if client else "",
        original=conflict.span,
        text=status_of(standing, conflict),
        slot=offer.span if offer and offer.live else None,
    )


def status_of(standing: Standing, conflict: Conflict) -> str:
    """One word for where a conflict stands, which the templates put into words: an offer's state, or
    `told`, `closed`, `call` (must be reached in person), `unplaced`, `open`.
    """
    live = standing.live(conflict)
    client = standing.client(conflict)
    by_phone = client is None or not client.mailed or client.discreet or not standing.snapshot.mail
    if live is not None:
        return "call" if by_phone and live.state in UNSENT else live.state.value
    if conflict.extra or conflict.kept:
        return OfferState.SETTLED.value
    if any(offer.state is OfferState.UNANSWERED for offer in standing.of(conflict)):
        return OfferState.UNANSWERED.value
    if standing.sent(conflict) or conflict.noticed_at is not None:
        return "closed" if conflict.state is ConflictState.CLOSED else "told"
    if by_phone:
        return "call"
    return "unplaced" if conflict.id in standing.unplaced else "open"


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
