"""What the day's letter says besides: who answered, whom they see today, what waits for a yes, whom to call."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from syncd.core.model import AWAITED, Conflict, Offer, OfferState, initials
from syncd.core.model.effects import LETTER_DAY
from syncd.core.model.messages.letters import DayFacts, LetterFacts, LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.state import PassState
from syncd.core.telling.letters.asking import codes_waiting, told_of
from syncd.core.telling.letters.rows import row_of
from syncd.core.telling.session_status import knows, to_call
from syncd.core.time.spans import first_and_last_day, local_date, midnight

WITHIN = timedelta(days=7)  # whom to call by then
LATELY = timedelta(days=14)  # an answer that came before is no news
BY_CLIENT = frozenset({Ending.CLIENT, Ending.MACHINE})


def with_the_day(
    pass_state: PassState, therapist: str, facts: LetterFacts, said: Collection[str]
) -> LetterFacts:
    """The day's letter with all that: not for who wants no such letter, and nobody twice who is `said` in it."""
    to = pass_state.snapshot.therapist[therapist]
    if to.policy.timing.digest is None or therapist not in pass_state.diaries:
        return facts
    rows = [row for row in _untold(pass_state, therapist) if row.id not in said]
    today = tuple(_today(pass_state, therapist, rows))
    met = {row.id for _, row in today}
    calls = [row for row in rows if row.id not in met and _call_soon(pass_state, row)]
    waiting = tuple(codes_waiting(pass_state, therapist))
    day = DayFacts(
        agreed=_answered(pass_state, therapist, OfferState.ACCEPTED),
        declined=_answered(pass_state, therapist, OfferState.DECLINED),
        today=tuple((at, row_of(pass_state, row)) for at, row in today),
        calls=tuple(sorted((row_of(pass_state, row) for row in calls), key=_by)),
        refused=tuple(_refused(pass_state, therapist)),
    )
    others = tuple((*first_and_last_day(one.span, to.zone), code) for one, code, _ in waiting)
    asked_in = tuple((code, str(key)) for _, code, key in waiting)
    yes = bool(waiting) and pass_state.snapshot.answerable
    return replace(facts, day=day, others=others, answerable=yes, asked_in=asked_in if yes else ())


def _untold(pass_state: PassState, therapist: str) -> Iterator[Conflict]:
    """Sessions ahead, of absences that a plan letter told of, whose clients do not know that they fall out."""
    for row in sorted(pass_state.conflicts, key=lambda one: (one.span, one.id)):
        absence = pass_state.absence.get(row.absence)
        if row.therapist != therapist or absence is None or not row.displaced or pass_state.suspended(row):
            continue
        ahead = row.span.start > pass_state.now and not pass_state.in_doubt(absence)
        if ahead and told_of(pass_state, absence) and not knows(pass_state, row):
            yield row


def _today(
    pass_state: PassState, therapist: str, rows: Collection[Conflict]
) -> Iterator[tuple[datetime, Conflict]]:
    """When they see somebody who does not know of a session yet, the next one first; of several sessions the first."""
    zone = pass_state.snapshot.therapist[therapist].zone
    ends = midnight(local_date(pass_state.now, zone) + timedelta(days=1), zone)
    first: dict[str, Conflict] = {}
    for row in rows:
        first.setdefault(row.client, row)
    found = []
    for client, row in first.items():
        starts = (one.span.start for one in pass_state.sessions_of(therapist, client))
        today = [at for at in starts if pass_state.now < at < ends and at != row.span.start]
        if today:
            found.append((min(today), row))
    yield from sorted(found, key=lambda one: (one[0], one[1].id))


def _call_soon(pass_state: PassState, row: Conflict) -> bool:
    shown = row_of(pass_state, row)
    by = shown.call_by or row.span.start
    return pass_state.cleared(row) and to_call(pass_state, row) and by <= pass_state.now + WITHIN


def _by(row: LetterRow) -> tuple[datetime, datetime, str]:
    return row.call_by or row.original.start, row.original.start, row.initials


def _answered(pass_state: PassState, therapist: str, state: OfferState) -> tuple[str, ...]:
    """Whose answer came since the letter before, be it a fortnight ago."""
    letters = (
        one.at
        for one in pass_state.snapshot.ledger
        if not one.client and one.therapist == therapist and one.key.kind == LETTER_DAY
    )
    since = max((pass_state.now - LATELY, *letters))
    mine = (one for one in pass_state.offers if one.state is state and _by_client(one, therapist, since))
    found = (one for one in mine if not one.at_odds and not _another_stands(pass_state, one))
    people = (pass_state.snapshot.client.get(one.client) for one in sorted(found, key=lambda one: one.uid))
    return tuple(sorted({initials(one) for one in people if one is not None}))


def _another_stands(pass_state: PassState, offer: Offer) -> bool:
    """True for a no to one of several times: another that was suggested before it is still theirs to take."""
    if offer.state is not OfferState.DECLINED or offer.answered_at is None:
        return False
    beside = (one for one in pass_state.offers if one.conflict == offer.conflict and one.state in AWAITED)
    return any(one.invited_at is not None and one.invited_at < offer.answered_at for one in beside)


def _by_client(offer: Offer, therapist: str, since: datetime) -> bool:
    said = offer.state is OfferState.ACCEPTED or offer.reason in BY_CLIENT
    came = offer.answered_at is not None and offer.answered_at > since
    return offer.therapist == therapist and offer.sent and said and came


def _refused(pass_state: PassState, therapist: str) -> Iterator[tuple[str, date, date]]:
    """What stands in the calendar ahead and is no leave, as they said no to its title by mail."""
    diary = pass_state.diaries[therapist]
    for block in diary.refused:
        event = pass_state.snapshot.event.get(block.ref)
        yield (event.title if event else "", *first_and_last_day(block.span, diary.therapist.zone))
