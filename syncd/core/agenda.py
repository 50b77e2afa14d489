"""When the next thing falls due, so that the daemon looks at that moment instead of at the next poll."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from syncd.core.model import AWAITED, Conflict, OfferState
from syncd.core.model.effects import EffectRow, asks_for_yes
from syncd.core.offers.conflicts import astray_until, stays_away_for
from syncd.core.offers.extra_sessions import extra_stays_away_for
from syncd.core.offers.in_doubt import stays_away_until
from syncd.core.policy.deadlines import (
    ANSWER_MARGIN,
    eve_of,
    on_the_eve,
    reminder_due,
    thanks_at,
    unanswered_since,
    unsure_at,
)
from syncd.core.policy.first_message import URGENT
from syncd.core.policy.handover import IN_PERSON_LEAD, UNCOVERED_LEAD
from syncd.core.policy.quiet_hours import waking
from syncd.core.reading.vanished_leave import settle_edit
from syncd.core.state import PassState
from syncd.core.state.letter_limit import WORDS_WITHIN
from syncd.core.state.outlook import meets_again, word_by
from syncd.core.telling.alarms import next_alarm
from syncd.core.telling.letters.asking import ASK_EVERY
from syncd.core.telling.letters.at_odds import asked_again_at
from syncd.core.telling.letters.call_list import calls_at, held_list_at
from syncd.core.telling.letters.questions import stages
from syncd.core.telling.letters.silence import IN_CRISIS, day_letters_at
from syncd.core.telling.letters.still_waiting import asks_again_at
from syncd.core.telling.word_of_leave import word_at


def next_due(pass_state: PassState, effects: Iterable[EffectRow] = ()) -> datetime | None:
    """The earliest instant after now at which a deadline, a wait or a retry ends; None when nothing is ahead."""
    moments = [moment for row in pass_state.conflicts for moment in _moments(pass_state, row)]
    moments += [sent.at + ASK_EVERY for sent in pass_state.snapshot.ledger if asks_for_yes(sent.key)]
    if (alarm := next_alarm(pass_state.snapshot.grounds, pass_state.now)) is not None:
        moments.append(alarm)
    moments += [row.not_before for row in effects if row.not_before is not None]
    moments += pass_state.snapshot.doubted.values()
    for diary in pass_state.diaries.values():
        moments += [one.back_at for one in diary.lost]
        moments += [one.back_at for one in diary.leave if one.back_at is not None]
    moments += stages(pass_state)
    moments += word_at(pass_state)
    moments += day_letters_at(pass_state)
    moments += filter(None, (asks_again_at(pass_state, one) for one in pass_state.absence.values()))
    return min((moment for moment in moments if moment > pass_state.now), default=None)


def _moments(pass_state: PassState, row: Conflict) -> Iterator[datetime]:
    if row.therapist not in pass_state.diaries:
        return
    policy = pass_state.policy(row)
    quiet, holidays = policy.timing.quiet, pass_state.snapshot.practice.holidays
    yield waking(pass_state.now, pass_state.zone(row), quiet, holidays, pass_state.urgent(row))
    if (call := pass_state.call_at(row)) is not None:
        yield call
    yield from _vanish_moments(pass_state, row)
    if row.put_down is not None:
        yield on_the_eve(row.put_down, (pass_state.zone(row), quiet), holidays)
    if not row.displaced or row.absence not in pass_state.absence:
        return
    yield pass_state.release_at(row)
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
    for offer in pass_state.of(row):
        if offer.news:
            yield pass_state.now + WORDS_WITHIN
        asked = unanswered_since(offer)
        if asked is not None and pass_state.crisis(row):
            yield asked + IN_CRISIS
        yield from filter(None, (reminder_due(offer), unsure_at(offer), asked_again_at(pass_state, offer)))
        night = (pass_state.zone(row), quiet)
        yield from filter(None, (thanks_at(offer), eve_of(offer, night, holidays)))
        if offer.state is OfferState.INVITED and offer.due is not None:
            yield offer.due
        if offer.state in AWAITED:
            yield offer.span.start
        if offer.state is OfferState.HELD:
            yield offer.span.start - pass_state.minimum_notice(row)
            yield offer.span.start - pass_state.lead(row)
            yield offer.span.start - ANSWER_MARGIN
    yield pass_state.gate(row, pass_state.live(row)).opens
    yield pass_state.urgent_gate(row).opens
    yield pass_state.invites_at(row, pass_state.live(row)).opens


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
