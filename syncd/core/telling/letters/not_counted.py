"""Answers to letters that approve nothing: their reader hears why, and how a yes is given in the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

from syncd.core.model import Absence
from syncd.core.model.effects import ANSWER_LETTER, LETTER_DAY, RECEIPT_LETTER, EffectKey, code_asked_for
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.policy.short_answers import NotCounted, Unheard
from syncd.core.reading.tags import codes
from syncd.core.reading.titles.words import words
from syncd.core.state import PassState
from syncd.core.telling.letters.asking import codes_waiting
from syncd.core.telling.letters.groups import with_groups
from syncd.core.telling.letters.letter import about_absence, blank
from syncd.core.telling.letters.rows import rows_of
from syncd.core.time.spans import first_and_last_day

MOST = 6  # a day: two machines that answer each other come to an end
DAY = timedelta(days=1)
COUNTS = "counts"
BARE_YES = (("ok",), ("okay",))
NOT_THEIRS = frozenset({Unheard.SENDER, Unheard.UNPROVEN})


def not_counted(pass_state: PassState) -> Iterator[Write]:
    """One letter for each answer of theirs; for what may be somebody else's one a day, letter and reason."""
    for one in {_key(one): one for one in pass_state.not_counted}.values():
        therapist = pass_state.snapshot.therapist.get(one.letter.therapist)
        if therapist is None or _lately(pass_state, therapist.id) >= MOST:
            continue
        absence, code = pass_state.absence.get(one.letter.key.subject), code_asked_for(one.letter.key)
        facts = replace(
            blank(pass_state, therapist, LetterKind.ANSWER, ()),
            why=one.why,
            address=one.sender if one.why is Unheard.SENDER else "",
            others=tuple(_waiting(pass_state, therapist.id)),
            doubted=absence is not None and pass_state.in_doubt(absence),
            days=first_and_last_day(absence.remaining, therapist.zone) if absence else None,
        )
        current = absence is not None and pass_state.code(absence) == code and one.why is not Unheard.OLD
        if current and one.why not in NOT_THEIRS:
            facts = replace(facts, code=code, answerable=pass_state.snapshot.answerable)
        yield Write(_key(one), facts, therapist.id)


def mistyped(pass_state: PassState) -> Iterator[Write]:
    """One letter for each code, and for an ok without its sign, in the title of leave that waits for another: whoever
    typed it believes that it is said.
    """
    for therapist in pass_state.diaries.values():
        for absence, code, asked in codes_waiting(pass_state, therapist.therapist.id):
            if not pass_state.snapshot.done(asked) or _lately(pass_state, absence.therapist) >= MOST:
                continue
            facts = replace(
                blank(pass_state, therapist.therapist, LetterKind.ANSWER, ()),
                others=tuple(_waiting(pass_state, absence.therapist)),
                days=first_and_last_day(absence.remaining, therapist.therapist.zone),
                code=code,
                answerable=pass_state.snapshot.answerable,
            )
            for why, typed in _slips(pass_state, absence, code):
                key = EffectKey(absence.id, f"{asked.mark}-{why}-{typed}", ANSWER_LETTER)
                yield Write(key, replace(facts, why=why), absence.therapist)


def _slips(pass_state: PassState, absence: Absence, code: str) -> Iterator[tuple[Unheard, str]]:
    """What stands in the titles of leave for a yes, and is none; a code that was once asked for is merely outdated."""
    given = {one.code for one in pass_state.approvals if one.therapist == absence.therapist}
    keys = (key for key in pass_state.snapshot.keys if key.subject == absence.id)
    for typed in sorted(codes(absence.tags) - given - {code} - {code_asked_for(key) for key in keys}):
        yield Unheard.TYPED, typed
    events = (pass_state.snapshot.event.get(one.ref) for one in absence.blocks if "ok" not in one.tags)
    if any(one is not None and words(one.title)[-1:] in BARE_YES for one in events):
        yield Unheard.BARE, "ok"


def counted(pass_state: PassState) -> Iterator[Write]:
    """One letter for each yes that came by mail: it counts, and what leaves when. Of leave that it says to be leave the
    next letter shows a plan.
    """
    for key in pass_state.said_yes:
        absence = pass_state.absence[key.subject]
        ahead = (one for one in pass_state.displaced(absence) if one.span.start > pass_state.now)
        facts = about_absence(pass_state, absence, LetterKind.ANSWER, rows_of(pass_state, ahead))
        facts = with_groups(pass_state, absence, facts)
        yield Write(
            EffectKey(absence.id, f"{key.mark}-{COUNTS}", RECEIPT_LETTER),
            replace(facts, why=COUNTS),
            absence.therapist,
        )


def _key(one: NotCounted) -> EffectKey:
    theirs = one.why not in NOT_THEIRS
    which = sha256(one.reply.encode()).hexdigest()[:8] if theirs else f"{one.at:%Y%m%d}"
    # A day's letter has the name of an offer, of which this one does not tell.
    subject = one.letter.key.mark if one.letter.key.kind == LETTER_DAY else one.letter.key.subject
    return EffectKey(subject, f"{one.letter.key.mark}-{one.why}-{which}", ANSWER_LETTER)


def _lately(pass_state: PassState, therapist: str) -> int:
    mine = (one for one in pass_state.snapshot.ledger if one.therapist == therapist)
    return sum(1 for one in mine if one.key.kind == ANSWER_LETTER and one.at + DAY > pass_state.now)


def _waiting(pass_state: PassState, therapist: str) -> Iterator[tuple[date, date, str]]:
    """All that waits for this therapist's yes: first and last day, and the code."""
    zone = pass_state.snapshot.therapist[therapist].zone
    for one in sorted(pass_state.absence.values(), key=lambda one: (one.span, one.id)):
        ahead = one.therapist == therapist and one.span.end > pass_state.now and pass_state.displaced(one)
        if ahead and pass_state.code(one):
            yield (*first_and_last_day(one.span, zone), pass_state.code(one))
