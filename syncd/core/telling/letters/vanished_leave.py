"""What the therapist is told at once of leave that vanished, of a session that stands again inside leave, and of
series that end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from syncd.core.model import AWAITED, Conflict, LeaveBlock, OfferState, initials
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind, LetterRow
from syncd.core.offers.conflicts import stays_away_for
from syncd.core.offers.endings import unagreed
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import Standing
from syncd.core.state.grounds import unreadable
from syncd.core.state.heard import NEAR, PATIENCE
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.rows import STAYS, row_of, staying
from syncd.core.telling.session_status import (
    CALL_NEAR,
    HOLIDAY,
    STAYS_ASKED,
    heard_by_voice,
    made_up_as,
    too_late,
)
from syncd.core.telling.word_of_leave import readers
from syncd.core.time.spans import Span, first_and_last_day, local_date

LIFTED, BROUGHT_BACK, BOTH, UNCLEAR = (
    "lifted",
    "brought_back",
    "both",
    "unclear",
)  # what such a letter is about
WILL_STAND, WILL_STAND_QUIETLY, WILL_CALL = "will_stand", "will_stand_quietly", "will_call"
WILL_STAND_UNDECIDED = "will_stand_undecided"  # a no waits beside the yes to the time agreed on instead
STUCK = "stuck"  # such a letter is about leave that went, and whose calendar cannot be read since
ENDED = "ended"  # such a letter is about series that end before what the leave took
WILL_END, TELL_END = "will_end", "tell_end"
WILL_STAND_WHEN_CLEAR = "will_stand_when_clear"  # whose session it is cannot be read


def taking_back(standing: Standing) -> Iterator[Write]:
    """One letter for leave that went: who will be told what, and when. One for each session brought back by hand, or
    of which the title says no longer whose it is.
    """
    gone: dict[tuple[str, str], list[tuple[Conflict, LeaveBlock]]] = {}
    for row in sorted(standing.conflicts, key=lambda one: (one.span, one.id)):
        if row.therapist not in standing.diaries or row.span.start <= standing.now:
            continue
        lifted = standing.lifted(row)
        if lifted is not None and lifted.lifted_at is not None:
            gone.setdefault((row.therapist, f"{lifted.lifted_at:%Y%m%dT%H%M%S}"), []).append((row, lifted))
        elif standing.both_stand(row):
            yield _asked(standing, row, BOTH)
        elif row.kept and row.displaced:
            yield _asked(standing, row, BROUGHT_BACK)
        elif row.missing_at and row.displaced and _unclear(standing, row):
            yield _asked(standing, row, UNCLEAR)
    yield from _series_ended(standing)
    for (therapist, since), some in gone.items():
        yield _lifted(standing, therapist, since, some)
        yield from _stuck(standing, therapist, since, some)


def _series_ended(standing: Standing) -> Iterator[Write]:
    """One letter, at once, for series that end before what the leave took: whose invitation is taken back and when, and
    who goes on believing in a first session afterwards, as no mail of ours says otherwise.
    """
    found: dict[tuple[str, str, datetime], list[Conflict]] = {}
    for row in sorted(standing.conflicts, key=lambda one: (one.span, one.id)):
        if row.missing_at is not None and row.displaced and _told_and_over(standing, row):
            found.setdefault((row.therapist, row.absence, row.missing_at), []).append(row)
    for (therapist, absence, since), some in found.items():
        to = standing.snapshot.therapist[therapist]
        rows = tuple(_end(standing, row, since) for row in some)
        facts = replace(blank(standing, to, LetterKind.TAKING_BACK, rows), why=ENDED)
        key = EffectKey(absence, _short(therapist, f"{since:%Y%m%dT%H%M%S}", ENDED), "letter_taking_back")
        yield Write(key, facts, therapist)


def _told_and_over(standing: Standing, row: Conflict) -> bool:
    """True where the client knows of the leave, and no session of the series is left from this one on."""
    diary = standing.diaries.get(row.therapist)
    if diary is None or row.span.start <= standing.now or not row.ref.recurrence_id:
        return False
    mine = (one for one in diary.all_sessions if one.client == row.client)
    later = any(one.ref == row.ref or one.span.start > row.span.start for one in mine)
    knows = standing.heard(row) or heard_by_voice(standing, row)
    return knows and not (later or standing.made_up(row) or _unclear(standing, row))


def _end(standing: Standing, row: Conflict, since: datetime) -> LetterRow:
    """What its client hears once the session is believed to be gone: what takes back an invitation, or nothing."""
    said = replace(row_of(standing, row), slot=None, leaves=None, call=False, call_from=None, call_by=None)
    stays = stays_away_for(row, standing.snapshot, standing.diaries[row.therapist])
    quiet, holidays = standing.policy(row).timing.quiet, standing.snapshot.practice.holidays
    leaves = waking(max(since + stays, standing.now), standing.zone(row), quiet, holidays)
    asked = (one for one in standing.of(row) if one.sent and (one.live or one.state in AWAITED))
    if any(not one.agreed and leaves < one.span.start for one in asked):
        return replace(said, text=WILL_END, leaves=leaves)
    return replace(said, text=TELL_END)


def _lifted(standing: Standing, therapist: str, since: str, some: list[tuple[Conflict, LeaveBlock]]) -> Write:
    to = standing.snapshot.therapist[therapist]
    rows = tuple(_row(standing, row, lifted) for row, lifted in some)
    facts = blank(standing, to, LetterKind.TAKING_BACK, rows)
    whole = Span(min(one.span.start for _, one in some), max(one.span.end for _, one in some))
    key = EffectKey(some[0][0].absence, _short(therapist, since), "letter_taking_back")
    told = tuple((initials(one), one.name) for one in readers(standing, some[0][0].absence))
    days = first_and_last_day(whole, to.zone)
    return Write(key, replace(facts, why=LIFTED, days=days, everyone=told), therapist)


def _stuck(
    standing: Standing, therapist: str, since: str, some: list[tuple[Conflict, LeaveBlock]]
) -> Iterator[Write]:
    """Whom to call where the leave would long be believed gone and calendars cannot be read; again once a session is
    near.
    """
    found = [(row, lifted) for row, lifted in some if _waits_in_vain(standing, row, lifted)]
    rows = tuple(replace(_row(standing, *one), text=WILL_CALL, leaves=None, unread=False) for one in found)
    if rows:
        to, absence = standing.snapshot.therapist[therapist], some[0][0].absence
        whole = Span(min(one.original.start for one in rows), max(one.original.end for one in rows))
        facts = blank(standing, to, LetterKind.TAKING_BACK, rows)
        facts = replace(facts, why=STUCK, days=first_and_last_day(whole, to.zone))
        named = (f"{row.id}{'!' if _near(standing, row) else ''}" for row, _ in found)
        yield Write(EffectKey(absence, _short(since, STUCK, *named), "letter_taking_back"), facts, therapist)


def _waits_in_vain(standing: Standing, row: Conflict, lifted: LeaveBlock) -> bool:
    """True for somebody who was told that it falls out, and should have been told by now that it does not."""
    if not standing.heard(row) or standing.made_up(row) or not unreadable(standing, row, urgent=True):
        return False
    wait = timedelta() if _near(standing, row) else PATIENCE
    return lifted.back_at is not None and lifted.back_at + wait <= standing.now


def _near(standing: Standing, row: Conflict) -> bool:
    """All of a day come near together."""
    zone = standing.therapist(row).zone
    return local_date(row.span.start, zone) <= local_date(standing.now + NEAR, zone)


def _row(standing: Standing, row: Conflict, lifted: LeaveBlock) -> LetterRow:
    """What its client will hear once the leave is believed to be gone."""
    said = row_of(standing, row)
    made = standing.taken_offer(row)
    asked = made is None and not row.extra
    in_vain = asked and any(one.state is OfferState.UNANSWERED for one in standing.of(row))
    undecided = made is not None and unagreed(made)
    if standing.made_up(row) and not (in_vain or undecided):
        text = STAYS_ASKED if asked else staying(made_up_as(made, STAYS), said.colleague)
        return replace(said, text=text, leaves=None)
    if standing.asked_about(row):
        return replace(said, text=HOLIDAY, slot=None, leaves=None)
    if row.missing_at and _unclear(standing, row):
        return replace(said, text=WILL_STAND_WHEN_CLEAR, slot=None, leaves=None)
    told = WILL_STAND_UNDECIDED if undecided else WILL_STAND
    told = told if standing.heard(row) else WILL_STAND_QUIETLY
    text = WILL_CALL if heard_by_voice(standing, row) else told
    mailed = text in {WILL_STAND, WILL_STAND_UNDECIDED}
    leaves = _leaves(standing, row, lifted) if mailed else None
    if leaves is not None and too_late(row, leaves, standing.now):
        text = CALL_NEAR
    return replace(said, text=text, slot=None, leaves=leaves)


def _leaves(standing: Standing, row: Conflict, lifted: LeaveBlock) -> datetime:
    quiet, holidays = standing.policy(row).timing.quiet, standing.snapshot.practice.holidays
    return waking(lifted.back_at or standing.now, standing.zone(row), quiet, holidays)


def _unclear(standing: Standing, row: Conflict) -> bool:
    return standing.diaries[row.therapist].sessions.unclear(row.client, row.ref, row.span.start)


def _asked(standing: Standing, row: Conflict, why: str) -> Write:
    """Whether it takes place; of what stands beside the time agreed on instead, which of the two does."""
    to = standing.therapist(row)
    said = replace(row_of(standing, row), leaves=None)
    if why == BOTH:
        moved = standing.moved_to(row)
        agreed = said.slot or (None if moved else standing.agreed(row))
        said = replace(said, text=BOTH, slot=agreed, original=moved or said.original)
    facts = blank(standing, to, LetterKind.TAKING_BACK, (said,))
    version = str(row.revived) if why == BROUGHT_BACK else f"{row.revived}-{why}"
    return Write(EffectKey(row.id, version, "letter_brought_back"), replace(facts, why=why), to.id)


def _short(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:8]
