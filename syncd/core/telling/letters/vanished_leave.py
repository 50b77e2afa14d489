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
from syncd.core.state import PassState
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


def taking_back(pass_state: PassState) -> Iterator[Write]:
    """One letter for leave that went: who will be told what, and when. One for each session brought back by hand, or
    of which the title says no longer whose it is.
    """
    gone: dict[tuple[str, str], list[tuple[Conflict, LeaveBlock]]] = {}
    for row in sorted(pass_state.conflicts, key=lambda one: (one.span, one.id)):
        if row.therapist not in pass_state.diaries or row.span.start <= pass_state.now:
            continue
        lifted = pass_state.lifted(row)
        if lifted is not None and lifted.lifted_at is not None:
            gone.setdefault((row.therapist, f"{lifted.lifted_at:%Y%m%dT%H%M%S}"), []).append((row, lifted))
        elif pass_state.both_stand(row):
            yield _asked(pass_state, row, BOTH)
        elif row.kept and row.displaced:
            yield _asked(pass_state, row, BROUGHT_BACK)
        elif row.missing_at and row.displaced and _unclear(pass_state, row):
            yield _asked(pass_state, row, UNCLEAR)
    yield from _series_ended(pass_state)
    for (therapist, since), some in gone.items():
        yield _lifted(pass_state, therapist, since, some)
        yield from _stuck(pass_state, therapist, since, some)


def _series_ended(pass_state: PassState) -> Iterator[Write]:
    """One letter, at once, for series that end before what the leave took: whose invitation is taken back and when, and
    who goes on believing in a first session afterwards, as no mail of ours says otherwise.
    """
    found: dict[tuple[str, str, datetime], list[Conflict]] = {}
    for row in sorted(pass_state.conflicts, key=lambda one: (one.span, one.id)):
        if row.missing_at is not None and row.displaced and _told_and_over(pass_state, row):
            found.setdefault((row.therapist, row.absence, row.missing_at), []).append(row)
    for (therapist, absence, since), some in found.items():
        to = pass_state.snapshot.therapist[therapist]
        rows = tuple(_end(pass_state, row, since) for row in some)
        facts = replace(blank(pass_state, to, LetterKind.TAKING_BACK, rows), why=ENDED)
        key = EffectKey(absence, _short(therapist, f"{since:%Y%m%dT%H%M%S}", ENDED), "letter_taking_back")
        yield Write(key, facts, therapist)


def _told_and_over(pass_state: PassState, row: Conflict) -> bool:
    """True where the client knows of the leave, and no session of the series is left from this one on.

    Whose sessions nobody recognises, as the roster names them no more, ended nothing in the calendar.
    """
    diary = pass_state.diaries.get(row.therapist)
    if pass_state.client(row) is None or diary is None:
        return False
    if row.span.start <= pass_state.now or not row.ref.recurrence_id:
        return False
    mine = (one for one in diary.all_sessions if one.client == row.client)
    later = any(one.ref == row.ref or one.span.start > row.span.start for one in mine)
    knows = pass_state.heard(row) or heard_by_voice(pass_state, row)
    return knows and not (later or pass_state.made_up(row) or _unclear(pass_state, row))


def _end(pass_state: PassState, row: Conflict, since: datetime) -> LetterRow:
    """What its client hears once the session is believed to be gone: what takes back an invitation, or nothing."""
    said = replace(row_of(pass_state, row), slot=None, leaves=None, call=False, call_from=None, call_by=None)
    stays = stays_away_for(row, pass_state.snapshot, pass_state.diaries[row.therapist])
    quiet, holidays = pass_state.policy(row).timing.quiet, pass_state.snapshot.practice.holidays
    leaves = waking(max(since + stays, pass_state.now), pass_state.zone(row), quiet, holidays)
    asked = (one for one in pass_state.of(row) if one.sent and (one.live or one.state in AWAITED))
    if any(not one.agreed and leaves < one.span.start for one in asked):
        return replace(said, text=WILL_END, leaves=leaves)
    return replace(said, text=TELL_END)


def _lifted(
    pass_state: PassState, therapist: str, since: str, some: list[tuple[Conflict, LeaveBlock]]
) -> Write:
    to = pass_state.snapshot.therapist[therapist]
    rows = tuple(_row(pass_state, row, lifted) for row, lifted in some)
    facts = blank(pass_state, to, LetterKind.TAKING_BACK, rows)
    whole = Span(min(one.span.start for _, one in some), max(one.span.end for _, one in some))
    key = EffectKey(some[0][0].absence, _short(therapist, since), "letter_taking_back")
    told = tuple((initials(one), one.name) for one in readers(pass_state, some[0][0].absence))
    days = first_and_last_day(whole, to.zone)
    return Write(key, replace(facts, why=LIFTED, days=days, everyone=told), therapist)


def _stuck(
    pass_state: PassState, therapist: str, since: str, some: list[tuple[Conflict, LeaveBlock]]
) -> Iterator[Write]:
    """Whom to call where the leave would long be believed gone and calendars cannot be read; again once a session is
    near.
    """
    found = [(row, lifted) for row, lifted in some if _waits_in_vain(pass_state, row, lifted)]
    rows = tuple(replace(_row(pass_state, *one), text=WILL_CALL, leaves=None, unread=False) for one in found)
    if rows:
        to, absence = pass_state.snapshot.therapist[therapist], some[0][0].absence
        whole = Span(min(one.original.start for one in rows), max(one.original.end for one in rows))
        facts = blank(pass_state, to, LetterKind.TAKING_BACK, rows)
        facts = replace(facts, why=STUCK, days=first_and_last_day(whole, to.zone))
        named = (f"{row.id}{'!' if _near(pass_state, row) else ''}" for row, _ in found)
        yield Write(EffectKey(absence, _short(since, STUCK, *named), "letter_taking_back"), facts, therapist)


def _waits_in_vain(pass_state: PassState, row: Conflict, lifted: LeaveBlock) -> bool:
    """True for somebody who was told that it falls out, and should have been told by now that it does not."""
    if not pass_state.heard(row) or pass_state.made_up(row) or not unreadable(pass_state, row, urgent=True):
        return False
    wait = timedelta() if _near(pass_state, row) else PATIENCE
    return lifted.back_at is not None and lifted.back_at + wait <= pass_state.now


def _near(pass_state: PassState, row: Conflict) -> bool:
    """All of a day come near together."""
    zone = pass_state.therapist(row).zone
    return local_date(row.span.start, zone) <= local_date(pass_state.now + NEAR, zone)


def _row(pass_state: PassState, row: Conflict, lifted: LeaveBlock) -> LetterRow:
    """What its client will hear once the leave is believed to be gone."""
    said = row_of(pass_state, row)
    made = pass_state.makeup_of(row)
    asked = made is None and not row.extra
    in_vain = asked and any(one.state is OfferState.UNANSWERED for one in pass_state.of(row))
    undecided = made is not None and unagreed(made)
    if pass_state.made_up(row) and not (in_vain or undecided):
        text = STAYS_ASKED if asked else staying(made_up_as(made, STAYS), said.colleague)
        return replace(said, text=text, leaves=None)
    if pass_state.asked_about(row):
        return replace(said, text=HOLIDAY, slot=None, leaves=None)
    if row.missing_at and _unclear(pass_state, row):
        return replace(said, text=WILL_STAND_WHEN_CLEAR, slot=None, leaves=None)
    told = WILL_STAND_UNDECIDED if undecided else WILL_STAND
    told = told if pass_state.heard(row) else WILL_STAND_QUIETLY
    text = WILL_CALL if heard_by_voice(pass_state, row) else told
    mailed = text in {WILL_STAND, WILL_STAND_UNDECIDED}
    leaves = _leaves(pass_state, row, lifted) if mailed else None
    if leaves is not None and too_late(row, leaves, pass_state.now):
        text = CALL_NEAR
    return replace(said, text=text, slot=None, leaves=leaves)


def _leaves(pass_state: PassState, row: Conflict, lifted: LeaveBlock) -> datetime:
    quiet, holidays = pass_state.policy(row).timing.quiet, pass_state.snapshot.practice.holidays
    return waking(lifted.back_at or pass_state.now, pass_state.zone(row), quiet, holidays)


def _unclear(pass_state: PassState, row: Conflict) -> bool:
    return pass_state.diaries[row.therapist].sessions.unclear(row.client, row.ref, row.span.start)


def _asked(pass_state: PassState, row: Conflict, why: str) -> Write:
    """Whether it takes place; of what stands beside the time agreed on instead, which of the two does."""
    to = pass_state.therapist(row)
    said = replace(row_of(pass_state, row), leaves=None)
    if why == BOTH:
        moved = pass_state.moved_to(row)
        agreed = said.slot or (None if moved else pass_state.agreed(row))
        said = replace(said, text=BOTH, slot=agreed, original=moved or said.original)
    facts = blank(pass_state, to, LetterKind.TAKING_BACK, (said,))
    version = str(row.revived) if why == BROUGHT_BACK else f"{row.revived}-{why}"
    return Write(EffectKey(row.id, version, "letter_brought_back"), replace(facts, why=why), to.id)


def _short(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:8]
