"""When the next thing falls due, so that the daemon looks at that moment instead of at the next poll."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from syncd.core.model import Conflict, Offer, OfferState
from syncd.core.model.effects import TRY_AGAIN, EffectRow, EffectState, asks_for_yes
from syncd.core.offers.conflicts import astray_until, stays_away_for
from syncd.core.offers.extra_sessions import extra_stays_away_for
from syncd.core.offers.in_doubt import stays_away_until
from syncd.core.policy.deadlines import (
    ANSWER_MARGIN,
    eve_of,
    on_the_eve,
    open_eve,
    reminder_due,
    thanks_at,
    unanswered_since,
    unsure_at,
)
from syncd.core.policy.first_message import URGENT
from syncd.core.policy.handover import IN_PERSON_LEAD, UNCOVERED_LEAD
from syncd.core.policy.quiet_hours import night_falls
from syncd.core.reading.diary import Diary
from syncd.core.reading.vanished_leave import NOTED, settle_edit
from syncd.core.state import PassState
from syncd.core.state.caps import DAY, HOUR
from syncd.core.state.letter_limit import WORDS_WITHIN, collected
from syncd.core.state.outlook import meets_again, word_by
from syncd.core.telling.alarms.heard import next_alarm
from syncd.core.telling.closing import said_at
from syncd.core.telling.letters.asking import ASK_EVERY
from syncd.core.telling.letters.at_odds import asked_again_at
from syncd.core.telling.letters.call_list import calls_at, held_list_at
from syncd.core.telling.letters.days_letter import day_letters_at
from syncd.core.telling.letters.questions import stages
from syncd.core.telling.letters.silence import IN_CRISIS
from syncd.core.telling.letters.still_waiting import asks_again_at
from syncd.core.telling.word_of_leave import word_at
from syncd.core.time.spans import local_date, midnight


def next_due(pass_state: PassState, effects: Iterable[EffectRow] = ()) -> datetime | None:
    """The earliest instant after now at which a deadline, a wait or a retry ends; None when nothing is ahead."""
    moments = [moment for row in pass_state.conflicts for moment in _moments(pass_state, row)]
    moments += [sent.at + ASK_EVERY for sent in pass_state.snapshot.ledger if asks_for_yes(sent.key)]
    if (alarm := next_alarm(pass_state)) is not None:
        moments.append(alarm)
    moments += [moment for row in effects for moment in _of_effect(row)]
    moments += pass_state.snapshot.doubted.values()
    moments += pass_state.put_off
    for diary in pass_state.diaries.values():
        moments += _of_diary(diary, pass_state.now)
    moments += [sent.at + cap for sent in pass_state.snapshot.ledger if sent.asks for cap in (HOUR, DAY)]
    moments += stages(pass_state)
    moments += word_at(pass_state)
    for name, torn in pass_state.torn.items():
        moments += [one.span.start - URGENT for one in torn]
        moments += [calls_at(pass_state, pass_state.absence[name])] if torn else []
    moments += day_letters_at(pass_state)
    moments += filter(None, (asks_again_at(pass_state, one) for one in pass_state.absence.values()))
    return min((moment for moment in moments if moment > pass_state.now), default=None)


def _of_diary(diary: Diary, now: datetime) -> Iterator[datetime]:
    """When leave is over, what vanished believed gone or forgotten, when a crisis begins or ends; the next midnight.

    And when a pause is over.
    """
    if diary.paused is not None:
        yield diary.paused.end
    for lost in diary.lost:
        yield from (lost.back_at, lost.back_at + NOTED, lost.session.span.start)
    for block in (*diary.leave, *diary.questions):
        yield from filter(None, (block.span.start, block.span.end, block.back_at))
    for note in diary.notes:
        yield from filter(None, (note.start, note.end))
    if diary.leave or diary.questions or diary.lost or diary.makeups:
        zone = diary.therapist.zone
        yield midnight(local_date(now, zone) + timedelta(days=1), zone)


def _of_effect(row: EffectRow) -> Iterator[datetime]:
    """When it is tried once more, and when what was refused is decided anew."""
    if row.not_before is not None:
        yield row.not_before
    if row.state is EffectState.ESCALATED and row.changed_at is not None:
        yield row.changed_at + TRY_AGAIN


def _moments(pass_state: PassState, row: Conflict) -> Iterator[datetime]:
    if row.therapist not in pass_state.diaries:
        return
    policy = pass_state.policy(row)
    quiet, holidays = policy.timing.quiet, pass_state.snapshot.practice.holidays
    if row.waits_since is not None:
        yield night_falls(pass_state.now, pass_state.zone(row), quiet)
    if (call := pass_state.call_at(row)) is not None:
        yield call
    yield from _vanish_moments(pass_state, row)
    yield from (row.span.start, row.span.end)
    if row.put_down is not None:
        yield on_the_eve(row.put_down, (pass_state.zone(row), quiet), holidays)
    for offer in pass_state.of(row):
        yield from _of_offer(pass_state, row, offer)
    if not row.displaced or row.absence not in pass_state.absence:
        return
    yield pass_state.release_at(row)
    yield pass_state.let_go_at(row)
    yield word_by(pass_state, row)
    yield meets_again(pass_state, row)
    yield row.span.start - URGENT
    absence = pass_state.absence[row.absence]
    yield absence.span.start
    yield calls_at(pass_state, absence)
    held = held_list_at(pass_state, row)
    yield from () if held is None else (held,)
    if pass_state.handed_over(row):
        yield from (pass_state.ahead_of(absence, ahead) for ahead in (IN_PERSON_LEAD, UNCOVERED_LEAD))
    yield pass_state.gate(row, pass_state.live(row)).opens
    yield pass_state.urgent_gate(row).opens
    yield pass_state.invites_at(row, pass_state.live(row)).opens


def _of_offer(pass_state: PassState, row: Conflict, offer: Offer) -> Iterator[datetime]:
    """Whatever has become of the leave that it was made for."""
    yield from (offer.span.start, offer.span.end)
    yield from pass_state.taken_at(offer)
    if offer.misplaced is not None:
        yield offer.misplaced.start
    if collected(offer):
        yield pass_state.now + WORDS_WITHIN
    asked = unanswered_since(offer)
    if asked is not None and pass_state.crisis(row):
        yield asked + IN_CRISIS
    yield from filter(None, (reminder_due(offer), unsure_at(offer), asked_again_at(pass_state, offer)))
    night = (pass_state.zone(row), pass_state.policy(row).timing.quiet)
    holidays = pass_state.snapshot.practice.holidays
    yield from filter(
        None,
        (
            thanks_at(offer),
            eve_of(offer, night, holidays),
            open_eve(offer, night, holidays),
            said_at(pass_state, row, offer),
        ),
    )
    if offer.state is OfferState.INVITED and offer.due is not None:
        yield offer.due
    if offer.state is OfferState.HELD:
        yield offer.span.start - pass_state.minimum_notice(row)
        yield offer.span.start - pass_state.lead(row)
        yield offer.span.start - ANSWER_MARGIN


def _vanish_moments(pass_state: PassState, row: Conflict) -> Iterator[datetime]:
    """When what has vanished is believed to be gone."""
    timing = pass_state.therapist(row).policy.timing
    lifted = pass_state.lifted(row)
    if lifted is not None and lifted.back_at is not None:
        yield lifted.back_at
    if row.missing_at is not None:
        yield row.missing_at + stays_away_for(row, pass_state.snapshot, pass_state.diaries[row.therapist])
    if row.extra_missing_at is not None:
        yield row.extra_missing_at + extra_stays_away_for(row, pass_state.diaries[row.therapist])
    if row.astray_at is not None:
        astray = astray_until(
            row, pass_state.therapist(row), pass_state.diaries[row.therapist].sessions.sessions
        )
        yield from () if astray is None else (astray,)
    for offer in pass_state.of(row):
        if offer.missing_at is not None and not offer.over:
            yield stays_away_until(offer, row, timing)
        if offer.contested_at is not None:
            yield offer.contested_at + settle_edit(timing)
