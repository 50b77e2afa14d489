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
    unheard_since,
    unsure_at,
)
from syncd.core.policy.first_message import URGENT
from syncd.core.policy.handover import IN_PERSON, UNCOVERED
from syncd.core.policy.quiet_hours import waking
from syncd.core.reading.vanished_leave import shows
from syncd.core.state import Standing
from syncd.core.state.letter_limit import WORDS_WITHIN
from syncd.core.state.outlook import meets_again, word_by
from syncd.core.telling.alarms import next_alarm
from syncd.core.telling.letters.asking import ASK_EVERY
from syncd.core.telling.letters.at_odds import asked_again_at
from syncd.core.telling.letters.call_list import calls_at, held_list_at
from syncd.core.telling.letters.questions import stages
from syncd.core.telling.letters.silence import IN_CRISIS
from syncd.core.telling.letters.still_waiting import asks_again_at
from syncd.core.telling.word_of_leave import word_at


def next_due(standing: Standing, effects: Iterable[EffectRow] = ()) -> datetime | None:
    """The earliest instant after now at which a deadline, a wait or a retry ends; None when nothing is ahead."""
    moments = [moment for row in standing.conflicts for moment in _moments(standing, row)]
    moments += [sent.at + ASK_EVERY for sent in standing.snapshot.ledger if asks_for_yes(sent.key)]
    if (alarm := next_alarm(standing.snapshot.grounds, standing.now)) is not None:
        moments.append(alarm)
    moments += [row.not_before for row in effects if row.not_before is not None]
    moments += standing.snapshot.doubted.values()
    for diary in standing.diaries.values():
        moments += [one.back_at for one in diary.lost]
        moments += [one.back_at for one in diary.leave if one.back_at is not None]
    moments += stages(standing)
    moments += word_at(standing)
    moments += filter(None, (asks_again_at(standing, one) for one in standing.absence.values()))
    return min((moment for moment in moments if moment > standing.now), default=None)


def _moments(standing: Standing, row: Conflict) -> Iterator[datetime]:
    if row.therapist not in standing.diaries:
        return
    policy = standing.policy(row)
    quiet, holidays = policy.timing.quiet, standing.snapshot.practice.holidays
    yield waking(standing.now, standing.zone(row), quiet, holidays, standing.urgent(row))
    if (call := standing.call_at(row)) is not None:
        yield call
    yield from _believed(standing, row)
    if row.put_down is not None:
        yield on_the_eve(row.put_down, (standing.zone(row), quiet), holidays)
    if not row.displaced or row.absence not in standing.absence:
        return
    yield standing.release_at(row)
    yield word_by(standing, row)
    yield meets_again(standing, row)
    yield row.span.start - URGENT
    absence = standing.absence[row.absence]
    yield absence.span.start
    yield calls_at(standing, absence)
    held = held_list_at(standing, row)
    yield from () if held is None else (held,)
    if standing.handed_over(row):
        yield from (standing.ahead_of(absence, ahead) for ahead in (IN_PERSON, UNCOVERED))
    for offer in standing.of(row):
        if offer.news:
            yield standing.now + WORDS_WITHIN
        asked = unheard_since(offer)
        if asked is not None and standing.crisis(row):
            yield asked + IN_CRISIS
        yield from filter(None, (reminder_due(offer), unsure_at(offer), asked_again_at(standing, offer)))
        night = (standing.zone(row), quiet)
        yield from filter(None, (thanks_at(offer), eve_of(offer, night, holidays)))
        if offer.state is OfferState.INVITED and offer.due is not None:
            yield offer.due
        if offer.state in AWAITED:
            yield offer.span.start
        if offer.state is OfferState.HELD:
            yield offer.span.start - standing.minimum_notice(row)
            yield offer.span.start - standing.lead(row)
            yield offer.span.start - ANSWER_MARGIN
    yield standing.gate(row, standing.live(row)).opens
    yield standing.urgent_gate(row).opens
    yield standing.invites_at(row, standing.live(row)).opens


def _believed(standing: Standing, row: Conflict) -> Iterator[datetime]:
    """When what has vanished is believed to be gone."""
    timing = standing.therapist(row).policy.timing
    lifted = standing.lifted(row)
    if lifted is not None and lifted.back_at is not None:
        yield lifted.back_at
    if row.missing_at is not None:
        yield row.missing_at + stays_away_for(row, standing.snapshot, standing.diaries[row.therapist])
    if row.extra_missing_at is not None:
        yield row.extra_missing_at + extra_stays_away_for(row, standing.diaries[row.therapist])
    if row.astray_at is not None:
        astray = astray_until(row, standing.therapist(row), standing.diaries[row.therapist].sessions.sessions)
        yield from () if astray is None else (astray,)
    for offer in standing.of(row):
        if offer.missing_at is not None and not offer.over:
            yield stays_away_until(offer, row, timing)
        if offer.contested_at is not None:
            yield offer.contested_at + shows(timing)
