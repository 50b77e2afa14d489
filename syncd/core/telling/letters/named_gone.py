"""A colleague who covers goes away in that time: whom somebody has to call since mails named them as there meanwhile,
and who had agreed on an hour of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from syncd.core.model import MAKEUP, Absence, Client, Conflict, Offer, OfferKind, Tier, initials
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.practice import Therapist
from syncd.core.state import PassState
from syncd.core.telling.letters.letter import as_office_reads, blank
from syncd.core.telling.letters.meanwhile import others_read_for
from syncd.core.telling.letters.named import known_to, mark_of
from syncd.core.telling.letters.rows import row_about
from syncd.core.telling.letters.silence import COVER_AWAY
from syncd.core.time.spans import Span, first_and_last_day

NAMED_GONE = "named_gone"
LETTER_NAMED_GONE = f"letter_{NAMED_GONE}"
CALL, CALL_PAST, CALL_NEXT = "call", "call_past", "call_next"  # of what falls out, fell out, and takes place

_Pair = tuple[str, str]  # an absence, and the colleague who covers
_Hour = tuple[Offer, Conflict]


def named_gone(pass_state: PassState) -> Iterator[Write]:
    """One letter to the therapist whose clients they are, and its twin to the practice, for each colleague; of whom an
    earlier one named there is none.
    """
    named, hours = _named(pass_state), _hours(pass_state)
    for pair in dict.fromkeys((*named, *hours)):
        absence, diary = pass_state.absence.get(pair[0]), pass_state.diaries.get(pair[1])
        if absence is None or diary is None or absence.therapist not in pass_state.diaries:
            continue
        known = _told(pass_state, pair)
        lost = [one for one in hours.get(pair, ()) if one[0].uid not in known]
        away = _away(pass_state, diary.away, absence, lost)
        beside = {row.client for _, row in hours.get(pair, ())}
        marks = named.get(pair, set()) - known if absence.remaining.end > pass_state.now else set()
        clients = [one for one in pass_state.snapshot.clients if mark_of(one.id) in marks]
        clients = [one for one in clients if one.id not in beside]
        if away is not None and (clients or lost):
            yield from _letters(pass_state, absence, diary.therapist, away, clients, lost)


def _named(pass_state: PassState) -> dict[_Pair, set[str]]:
    """Marks of the clients who read in a mail that the colleague is there."""
    found: dict[_Pair, set[str]] = {}
    for key, colleague, marks in known_to(pass_state):
        found.setdefault((key.subject, colleague), set()).update(marks)
    for absence_id, colleague, mark in _in_long_leave(pass_state):
        found.setdefault((absence_id, colleague), set()).add(mark)
    return found


def _hours(pass_state: PassState) -> dict[_Pair, list[_Hour]]:
    """Hours of a colleague's that were agreed on and fall; of who needs special care another letter tells at once."""
    found: dict[_Pair, list[_Hour]] = {}
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        ahead = offer.kind is OfferKind.COVER and offer.state in MAKEUP and offer.span.start > pass_state.now
        if row is None or not ahead or not pass_state.in_leave(offer):
            continue
        if row.displaced and not (offer.sent and pass_state.tier(row) is Tier.CRISIS):
            found.setdefault((row.absence, offer.therapist), []).append((offer, row))
    return found


def _told(pass_state: PassState, pair: _Pair) -> frozenset[str]:
    """Whom letters about this absence and colleague have named: by mark, and hours by their offer."""
    absence, colleague = pair
    keys = (key for key in pass_state.snapshot.keys if key.kind == LETTER_NAMED_GONE)
    marks = (key.version.split(".") for key in keys if key.subject == absence)
    return frozenset(chain.from_iterable(rest for who, *rest in marks if who == colleague))


def _away(pass_state: PassState, away: Iterable[Span], absence: Absence, lost: list[_Hour]) -> Span | None:
    """When the colleague is away, as far as it matters here."""
    spans = (absence.remaining, *(offer.span for offer, _ in lost))
    ahead = [one for one in away if any(one.overlaps(span) for span in spans) and one.end > pass_state.now]
    return Span(min(one.start for one in ahead), max(one.end for one in ahead)) if ahead else None


def _in_long_leave(pass_state: PassState) -> Iterator[tuple[str, str, str]]:
    """Long leave, the colleague who was named there, and the mark of each client who read so before the colleague's own
    leave was there.
    """
    for name in sorted(pass_state.long):
        for client, colleague in pass_state.covers_wanted(name).items():
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
    lost: list[_Hour],
) -> Iterator[Write]:
    practice, therapist = pass_state.snapshot.practice, pass_state.snapshot.therapist[absence.therapist]
    rows = tuple(_row(pass_state, absence, one, colleague) for one in clients)
    falling = tuple(_hour(pass_state, *one) for one in sorted(lost, key=lambda one: one[0].span))
    days = first_and_last_day(away, colleague.zone)
    facts = replace(blank(pass_state, therapist, LetterKind.COVER, rows), why=NAMED_GONE, days=days)
    facts = replace(facts, falling=falling)
    marks = sorted((*(mark_of(one.id) for one in clients), *(offer.uid for offer, _ in lost)))
    key = EffectKey(absence.id, ".".join((colleague.id, *marks)), LETTER_NAMED_GONE)
    yield Write(key, facts, therapist.id)
    theirs = pass_state.snapshot.mail and practice.email not in {"", therapist.email}
    if theirs and _for_office(pass_state, therapist, facts):
        copy = as_office_reads(pass_state, facts, therapist)
        yield Write(replace(key, kind=f"{LETTER_NAMED_GONE}_office"), copy, therapist.id)


def _for_office(pass_state: PassState, therapist: Therapist, facts: LetterFacts) -> bool:
    """True where somebody has to be called, or the office reads for the therapist now."""
    calls = bool(facts.rows) or any(row.text == CALL for row in facts.falling)
    return calls or others_read_for(pass_state, therapist.id)


def _hour(pass_state: PassState, offer: Offer, row: Conflict) -> LetterRow:
    reached = not pass_state.snapshot.by_phone(row.client)
    return row_about(pass_state, row, offer, COVER_AWAY if reached else CALL)


def _row(pass_state: PassState, absence: Absence, client: Client, colleague: Therapist) -> LetterRow:
    """The first that falls out; where that is over, the last that did; of whom none does, their next session."""
    lost = sorted(row.span for row in pass_state.displaced(absence) if row.client == client.id)
    usual = sorted(one.span for one in pass_state.sessions_of(absence.therapist, client.id))
    falling = [span for span in lost if span.start > pass_state.now]
    next_one = next((span for span in usual if span.start > pass_state.now), absence.span)
    span, text = (falling[0], CALL) if falling else (lost[-1], CALL_PAST) if lost else (next_one, CALL_NEXT)
    return LetterRow(initials(client), client.name, client.phone, span, text, colleague=colleague.name)
