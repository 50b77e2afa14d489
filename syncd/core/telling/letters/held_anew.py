"""Whom no mail reaches, and another time is held for them: the therapist reads whom to call about what, and by when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import UNSENT, Absence, Conflict, Offer
from syncd.core.model.effects import HELD_ANEW, LETTER_CONCERN, EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.offers.extra_sessions import from_basic_form
from syncd.core.state import PassState
from syncd.core.telling.letters.call_list import TO_OFFICE, name_of_slot, named, named_slots, to_office
from syncd.core.telling.letters.letter import about_absence, blank
from syncd.core.telling.letters.plan import REPLANNED, shown_once, unshown
from syncd.core.telling.letters.rows import row_about, row_of
from syncd.core.telling.session_status import mark, status_of


def held_anew(pass_state: PassState) -> Iterator[Write]:
    """One letter to each therapist in the pass that holds a time which no plan letter has named, nor does now."""
    found: dict[str, list[tuple[LetterRow, str]]] = {}
    before = {offer.uid for offer in pass_state.snapshot.offers}
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        if row is not None and offer.uid not in before and _to_call_about(pass_state, row, offer):
            found.setdefault(row.therapist, []).append((row_about(pass_state, row, offer), offer.uid))
    for therapist, held in sorted(found.items()):
        rows = tuple(row for row, _ in sorted(held, key=lambda one: (one[0].original, one[1])))
        facts = blank(pass_state, pass_state.snapshot.therapist[therapist], LetterKind.CONCERN, rows)
        version = sha256(" ".join(sorted(uid for _, uid in held)).encode()).hexdigest()[:12]
        key = EffectKey(held[0][1], f"{HELD_ANEW}-{version}", LETTER_CONCERN)
        yield Write(key, replace(facts, why=HELD_ANEW, entry=True), therapist)


def _to_call_about(pass_state: PassState, row: Conflict, offer: Offer) -> bool:
    if offer.state not in UNSENT or not row.displaced or row.therapist not in pass_state.diaries:
        return False
    if pass_state.suspended(row) or not pass_state.cleared(row) or status_of(pass_state, row) != "call":
        return False
    return shown_once(pass_state, row) and not any(unshown(pass_state, (row,)))


def named_anew(pass_state: PassState) -> Iterator[Write]:
    """A list to the practice of those of whom an earlier one named another time than is held now, or none: by it
    somebody may have been promised that hour.
    """
    office = pass_state.snapshot.practice.email
    for absence in pass_state.absence.values() if pass_state.snapshot.mail and office else ():
        sent = [
            one
            for one in pass_state.snapshot.ledger
            if (one.key.subject, one.key.kind) == (absence.id, TO_OFFICE)
        ]
        told = {
            who: slot
            for one in sorted(sent, key=lambda one: one.at)
            for who, slot in named_slots(one.key).items()
        }
        rows = tuple(_changed(pass_state, absence, told))
        if rows and absence.therapist in pass_state.diaries:
            facts = about_absence(pass_state, absence, LetterKind.CALL_LIST, tuple(row for row, _ in rows))
            key = EffectKey(
                absence.id, f"{len(sent)}-{named(pass_state, absence, (one for _, one in rows))}", TO_OFFICE
            )
            yield Write(key, to_office(pass_state, absence, facts), absence.therapist)


def _changed(
    pass_state: PassState, absence: Absence, told: Mapping[str, str]
) -> Iterator[tuple[LetterRow, Conflict]]:
    """Who is still to be called, and by the list that named them last may have been promised what is not held."""
    for one in pass_state.displaced(absence):
        slot = told.get(mark(one))
        if slot is None or pass_state.suspended(one) or status_of(pass_state, one) != "call":
            continue
        row = row_of(pass_state, one)
        ahead = pass_state.now < (from_basic_form(slot) if slot else one.span.start)
        if name_of_slot(row.slot) != slot and ahead:
            yield replace(row, call=True, news=REPLANNED if slot else ""), one
