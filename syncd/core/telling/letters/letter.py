"""A letter to a therapist about sessions: with nothing else in it yet, about an absence, or as a to-do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from syncd.core.model import Absence, Conflict, Offer
from syncd.core.model.effects import (
    EffectKey,
)
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.practice import Therapist
from syncd.core.model.snapshot import Snapshot
from syncd.core.state import PassState
from syncd.core.time.spans import Span, day_span, first_and_last_day

LATELY = timedelta(days=1)  # a time that has passed longer ago is no news


def about_absence(
    pass_state: PassState, absence: Absence, kind: LetterKind, rows: tuple[LetterRow, ...]
) -> LetterFacts:
    """A letter about one absence to the therapist whose it is."""
    therapist = pass_state.snapshot.therapist[absence.therapist]
    days = first_and_last_day(absence.remaining, therapist.zone)
    going = any(goes_on(pass_state, row) for row in pass_state.displaced(absence))
    facts = blank(pass_state, therapist, kind, rows)
    facts = replace(facts, days=days, part=_hours(absence, therapist))
    return replace(facts, doubted=pass_state.in_doubt(absence), going=going)


def _hours(absence: Absence, therapist: Therapist) -> Span | None:
    """Of one block on one day that is no whole one; None where the days say it all."""
    first, last = first_and_last_day(absence.remaining, therapist.zone)
    whole = absence.remaining == day_span(first, therapist.zone)
    return None if whole or first != last or len(absence.blocks) > 1 else absence.remaining


def about_session(pass_state: PassState, conflict: Conflict, kind: LetterKind, row: LetterRow) -> LetterFacts:
    """A letter about one session to the therapist whose it is; its leave may be over."""
    absence = pass_state.absence.get(conflict.absence)
    if absence is None:
        return blank(pass_state, pass_state.therapist(conflict), kind, (row,))
    return about_absence(pass_state, absence, kind, (row,))


def goes_on(pass_state: PassState, conflict: Conflict) -> bool:
    """True where something was sent or approved before: a yes that is missing does not hold that."""
    return pass_state.written(conflict) or pass_state.approved(conflict)


def letter_about(key: EffectKey, facts: LetterFacts, absence: Absence) -> Write:
    """The intent that carries a letter about an absence."""
    return Write(key, facts, absence.therapist)


def as_to_do(letter: Write, snapshot: Snapshot) -> Write:
    """The letter as an all-day entry of the therapist's calendar, where nothing can be mailed."""
    therapist = snapshot.therapist[letter.therapist]
    text = "\x1f".join(("letter", snapshot.instance, str(letter.key)))
    calendar = therapist.plan_calendar or therapist.calendar
    return replace(letter, calendar=calendar, uid=sha256(text.encode()).hexdigest()[:32])


def has_entry(pass_state: PassState, uid: str) -> bool:
    """True where the calendar has an entry that stays: there the therapist settles what waits for them."""
    offer = pass_state.offer.get(uid)
    return offer is not None and not offer.over and uid in pass_state.snapshot.ours


def is_news(pass_state: PassState, offer: Offer) -> bool:
    """True for a time that is ahead, or was until a day ago; and of one that ended in this pass, however long nobody
    looked before.
    """
    was = next((one for one in pass_state.snapshot.offers if one.uid == offer.uid), None)
    just_now = offer.over and was is not None and not was.over
    return just_now or offer.span.start > pass_state.now - LATELY


def as_office_reads(pass_state: PassState, facts: LetterFacts, away: Therapist) -> LetterFacts:
    """The letter to the practice, about a therapist: in its language and by its clocks. Days stay those of theirs."""
    practice = pass_state.snapshot.practice
    said = replace(facts, to=practice.email, language=practice.language, zone=practice.zone)
    return replace(said, absent=away.name, elsewhere=away.zone)


def as_colleague_reads(facts: LetterFacts, colleague: Therapist, away: Therapist) -> LetterFacts:
    """The same to a colleague of the therapist's whom it is about."""
    said = replace(facts, to=colleague.email, language=colleague.language, zone=colleague.zone)
    return replace(said, absent=away.name, elsewhere=away.zone)


def blank(
    pass_state: PassState, therapist: Therapist, kind: LetterKind, rows: tuple[LetterRow, ...]
) -> LetterFacts:
    """A letter to a therapist about these sessions, and nothing else yet."""
    return LetterFacts(
        kind=kind,
        to=therapist.email,
        language=therapist.language,
        zone=therapist.zone,
        days=None,
        sent_at=pass_state.now,
        rows=rows,
    )
