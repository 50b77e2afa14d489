"""A colleague who covers goes away in that time: whom somebody has to call since mails named them as there meanwhile,
and who had agreed on an hour of theirs, or has appointments in their calendar. What stands after all is said as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from syncd.core.model import Absence, Client, initials
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.practice import Therapist
from syncd.core.state import PassState
from syncd.core.telling.letters.letter import as_office_reads, blank
from syncd.core.telling.letters.lost_hours import CALL, LostHour, lost_hours, sees_them, standing_hours
from syncd.core.telling.letters.meanwhile import others_read_for
from syncd.core.telling.letters.named import known_to, mark_of
from syncd.core.time.spans import Span, first_and_last_day

NAMED_GONE = "named_gone"
LETTER_NAMED_GONE = f"letter_{NAMED_GONE}"
_OFFICE = f"{LETTER_NAMED_GONE}_office"
NAMED_STANDS = "named_stands"
_NUMBER = "again-"
LETTER_NAMED_STANDS = f"letter_{NAMED_STANDS}"
CALL_PAST, CALL_NEXT = "call_past", "call_next"  # of what fell out, and takes place

_Pair = tuple[str, str]  # an absence, and the colleague who covers


def named_gone(pass_state: PassState) -> Iterator[Write]:
    """One letter to the therapist whose clients they are, and its twin to the practice, for each colleague; of whom an
    earlier one named there is none.
    """
    named, hours = _named(pass_state), lost_hours(pass_state)
    for pair in dict.fromkeys((*named, *hours)):
        absence, diary = pass_state.absence.get(pair[0]), pass_state.diaries.get(pair[1])
        if absence is None or diary is None or absence.therapist not in pass_state.diaries:
            continue
        known = _told(pass_state, pair) - _told(pass_state, pair, LETTER_NAMED_STANDS)
        lost = [one for one in hours.get(pair, ()) if one.mark not in known]
        away = _away(pass_state, diary.away, absence, lost)
        beside = {one.client for one in hours.get(pair, ())}
        marks = named.get(pair, set()) - known.keys() if absence.remaining.end > pass_state.now else set()
        clients = [one for one in pass_state.snapshot.clients if mark_of(one.id) in marks]
        clients = [one for one in clients if one.id not in beside]
        if away is not None and (clients or lost):
            yield from _letters(pass_state, absence, diary.therapist, away, clients, lost)


def named_stands(pass_state: PassState) -> Iterator[Write]:
    """To who read of hours that fall: which of them stand after all."""
    for pair in sorted({(key.subject, key.version.partition(".")[0]) for key in _letters_of(pass_state)}):
        absence, diary = pass_state.absence.get(pair[0]), pass_state.diaries.get(pair[1])
        if absence is None or diary is None or absence.therapist not in pass_state.diaries:
            continue
        told = _told(pass_state, pair) - _told(pass_state, pair, LETTER_NAMED_STANDS)
        hours = [one for one in standing_hours(pass_state, pair) if one.mark in told]
        if hours and pass_state.at_rest:
            yield from _stand(pass_state, absence, diary.therapist, hours)


def _stand(
    pass_state: PassState, absence: Absence, colleague: Therapist, hours: list[LostHour]
) -> Iterator[Write]:
    therapist = pass_state.snapshot.therapist[absence.therapist]
    hours = sorted(hours, key=lambda one: (one.span, one.mark))
    rows = tuple(one.row(pass_state, stands=True) for one in hours)
    facts = replace(blank(pass_state, therapist, LetterKind.COVER, rows), why=NAMED_STANDS)
    key = _key(pass_state, (absence.id, colleague.id), (one.mark for one in hours), LETTER_NAMED_STANDS)
    yield Write(key, facts, therapist.id)
    copies = {mark for one in _letters_of(pass_state, _OFFICE) for mark in one.version.split(".")}
    theirs = [one for one in hours if one.mark in copies]
    if theirs and pass_state.snapshot.mail:
        rows = tuple(row for row, one in zip(rows, hours, strict=True) if one in theirs)
        copy = as_office_reads(pass_state, replace(facts, rows=rows), therapist)
        yield Write(replace(key, kind=f"{LETTER_NAMED_STANDS}_office"), copy, therapist.id)


def _letters_of(pass_state: PassState, kind: str = LETTER_NAMED_GONE) -> Iterator[EffectKey]:
    yield from (key for key in pass_state.snapshot.keys if key.kind == kind)


def _named(pass_state: PassState) -> dict[_Pair, set[str]]:
    """Marks of the clients who read in a mail that the colleague is there."""
    found: dict[_Pair, set[str]] = {}
    for key, colleague, marks in known_to(pass_state):
        found.setdefault((key.subject, colleague), set()).update(marks)
    for absence_id, colleague, mark in _in_long_leave(pass_state):
        found.setdefault((absence_id, colleague), set()).add(mark)
    return found


def _told(pass_state: PassState, pair: _Pair, kind: str = LETTER_NAMED_GONE) -> Counter[str]:
    """How often letters about this absence and colleague have named each client and hour, by mark."""
    absence, colleague = pair
    marks = (key.version.split(".") for key in _letters_of(pass_state, kind) if key.subject == absence)
    return Counter(chain.from_iterable(rest for who, *rest in marks if who == colleague))


def _key(
    pass_state: PassState, pair: _Pair, marks: Iterable[str], kind: str = LETTER_NAMED_GONE
) -> EffectKey:
    """Of a letter that names these; where earlier ones named some of them, its number as well."""
    named, told = sorted(marks), _told(pass_state, pair, kind)
    often = max(told[one] for one in named)
    number = (f"{_NUMBER}{often}",) if often else ()
    return EffectKey(pair[0], ".".join((pair[1], *named, *number)), kind)


def _away(pass_state: PassState, away: Iterable[Span], absence: Absence, lost: list[LostHour]) -> Span | None:
    """When the colleague is away, as far as it matters here."""
    spans = (absence.remaining, *(one.span for one in lost))
    ahead = [one for one in away if any(one.overlaps(span) for span in spans) and one.end > pass_state.now]
    return Span(min(one.start for one in ahead), max(one.end for one in ahead)) if ahead else None


def _in_long_leave(pass_state: PassState) -> Iterator[tuple[str, str, str]]:
    """Long leave, the colleague who was named there, and the mark of each client who read so before the colleague's own
    leave was there; not of who has appointments in that one's calendar: of these is said which fall.
    """
    for name in sorted(pass_state.long):
        for client, colleague in pass_state.covers_wanted(name).items():
            if sees_them(pass_state, name, client, colleague.id):
                continue
            rows = (row for row in pass_state.displaced(pass_state.absence[name]) if row.client == client)
            told = min((row.noticed_at for row in rows if row.noticed_at), default=None)
            own = (one for one in pass_state.absence.values() if one.therapist == colleague.id)
            here = (one for one in own if one.span.overlaps(pass_state.absence[name].remaining))
            if told is not None and any(told < pass_state.changed_at(one) for one in here):
                yield name, colleague.id, mark_of(client)


def _letters(
    pass_state: PassState,
    absence: Absence,
    colleague: Therapist,
    away: Span,
    clients: list[Client],
    lost: list[LostHour],
) -> Iterator[Write]:
    practice, therapist = pass_state.snapshot.practice, pass_state.snapshot.therapist[absence.therapist]
    rows = tuple(_row(pass_state, absence, one, colleague) for one in clients)
    falling = tuple(one.row(pass_state) for one in sorted(lost, key=lambda one: (one.span, one.mark)))
    days = first_and_last_day(away, colleague.zone)
    facts = replace(blank(pass_state, therapist, LetterKind.COVER, rows), why=NAMED_GONE, days=days)
    facts = replace(facts, falling=falling)
    marks = (*(mark_of(one.id) for one in clients), *(one.mark for one in lost))
    key = _key(pass_state, (absence.id, colleague.id), marks)
    yield Write(key, facts, therapist.id)
    theirs = pass_state.snapshot.mail and practice.email not in {"", therapist.email}
    if theirs and _for_office(pass_state, therapist, facts):
        copy = as_office_reads(pass_state, facts, therapist)
        yield Write(replace(key, kind=_OFFICE), copy, therapist.id)


def _for_office(pass_state: PassState, therapist: Therapist, facts: LetterFacts) -> bool:
    """True where somebody has to be called, or the office reads for the therapist now."""
    calls = bool(facts.rows) or any(row.text == CALL for row in facts.falling)
    return calls or others_read_for(pass_state, therapist.id)


def _row(pass_state: PassState, absence: Absence, client: Client, colleague: Therapist) -> LetterRow:
    """The first that falls out; where that is over, the last that did; of whom none does, their next session."""
    lost = sorted(row.span for row in pass_state.displaced(absence) if row.client == client.id)
    usual = sorted(one.span for one in pass_state.sessions_of(absence.therapist, client.id))
    falling = [span for span in lost if span.start > pass_state.now]
    next_one = next((span for span in usual if span.start > pass_state.now), absence.span)
    span, text = (falling[0], CALL) if falling else (lost[-1], CALL_PAST) if lost else (next_one, CALL_NEXT)
    return LetterRow(initials(client), client.name, client.phone, span, text, colleague=colleague.name)
