"""A client in crisis declined or is silent, a protected one declined or lost the last time, either lost a colleague's
time: letters say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import AWAITED, MAKEUP, Conflict, Offer, OfferKind, OfferState, Priority, Tier
from syncd.core.model.effects import LETTER_DAY, EffectKey, Told, key_together, kind_of, told_by
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind
from syncd.core.model.offer_facts import Ending
from syncd.core.policy.deadlines import unanswered_since
from syncd.core.state import PassState
from syncd.core.state.outlook import premature
from syncd.core.telling.closing import declined_last
from syncd.core.telling.letters.letter import about_session, has_entry
from syncd.core.telling.letters.rows import row_about, row_of, with_next_time

IN_CRISIS = timedelta(hours=24)  # of silence
CRISIS_DECLINED, CRISIS_SILENT, CRISIS_CALLED_OFF = "crisis_declined", "crisis_silent", "crisis_called_off"
CRISIS_LOST, CRISIS_AGREED = "crisis_lost", "yes_after_no"
CRISIS_LOST_TO_LEAVE = "crisis_lost_to_leave"  # of the therapist's own
CRISIS_LOST_TO_RULES = "crisis_lost_to_rules"  # nothing is to be offered any more
COVER_DELETED, COVER_AWAY = (
    "cover_deleted",
    "cover_away",
)  # a colleague's time: by their hand, by their own leave
LETTER_SILENT = f"letter_{CRISIS_SILENT}"


def silence_told(pass_state: PassState) -> frozenset[Told]:
    """What was left unanswered, and a letter was written of it."""
    keys = (key for key in pass_state.snapshot.keys if key.kind == LETTER_DAY)
    return frozenset(one for key in keys for one in told_by(key))


def asked(offer: Offer) -> Told:
    """What was asked: the offer, and the minute at which it begins; a time that was dragged is asked about anew."""
    return offer.uid, int(offer.span.start.timestamp()) // 60


def in_crisis(pass_state: PassState, conflict: Conflict, offer: Offer) -> Iterator[Write]:
    """A client in crisis who declines, or then accepts after all, or loses a time: what was agreed by the therapist's
    own hand, what was held or offered to something else. The therapist hears at once.
    """
    said: dict[str, bool] = {
        CRISIS_DECLINED: offer.sent and offer.reason == Ending.CLIENT,
        CRISIS_CALLED_OFF: offer.state is OfferState.CANCELLED
        and offer.reason == Ending.THERAPIST
        and offer.therapist == conflict.therapist
        and offer.span.start > pass_state.now,
        CRISIS_AGREED: offer.state is OfferState.ACCEPTED and offer.turns > 0 and _no_told(pass_state, offer),
    }
    yield from (_special(pass_state, conflict, offer, why) for why, so in said.items() if so)
    yield from _time_lost(pass_state, conflict, offer)


def _time_lost(pass_state: PassState, conflict: Conflict, offer: Offer) -> Iterator[Write]:
    if _taken(pass_state, conflict, offer) and not premature(pass_state, conflict):
        row = row_of(pass_state, conflict)  # with the time that is held now, if there is one
        facts = about_session(pass_state, conflict, LetterKind.CONCERN, row)
        key = EffectKey(offer.uid, str(offer.turns), f"letter_{CRISIS_LOST}")
        yield Write(key, replace(facts, why=_lost_to(pass_state, conflict, offer)), conflict.therapist)


def _lost_to(pass_state: PassState, conflict: Conflict, offer: Offer) -> str:
    if offer.reason == Ending.ROSTER:
        return CRISIS_LOST_TO_RULES
    away = pass_state.in_leave(offer) and offer.therapist == conflict.therapist
    return CRISIS_LOST_TO_LEAVE if away else CRISIS_LOST


def _no_told(pass_state: PassState, offer: Offer) -> bool:
    return any(
        (key.subject, kind_of(key)) == (offer.uid, f"letter_{CRISIS_DECLINED}")
        for key in pass_state.snapshot.keys
    )


def cover_lost(pass_state: PassState, conflict: Conflict, offer: Offer) -> Iterator[Write]:
    """A client in crisis, or protected, loses a colleague's time that they know of: their own therapist hears at once,
    as the entry stands in the colleague's calendar, and so do the letters about the colleague's leave.
    """
    ahead = offer.sent and offer.kind is OfferKind.COVER and offer.span.start > pass_state.now
    if not ahead or offer.therapist == conflict.therapist or pass_state.tier(conflict) is not Tier.CRISIS:
        return
    said = {
        COVER_DELETED: offer.over and offer.reason == Ending.THERAPIST,
        COVER_AWAY: offer.state in {*MAKEUP, *AWAITED} and pass_state.in_leave(offer),
    }
    for why, so in said.items():
        if so:
            facts = replace(_about_crisis(pass_state, conflict, offer, why), entry=False)
            yield Write(EffectKey(offer.uid, str(offer.turns), f"letter_{why}"), facts, conflict.therapist)


def silent_in_crisis(pass_state: PassState) -> Iterator[Write]:
    """Who is in crisis, and silent for 24 h after an invitation: one letter for all times of which that is so now."""
    said = {one for key in pass_state.snapshot.keys if kind_of(key) == LETTER_SILENT for one in told_by(key)}
    silent: dict[tuple[str, str], list[tuple[Conflict, Offer]]] = {}
    for row in pass_state.conflicts:
        if told_of(pass_state, row) and pass_state.crisis(row):
            for offer in pass_state.of(row):
                if (offer.uid, offer.sequence) not in said and _silent_for_long(pass_state, offer):
                    silent.setdefault((row.therapist, row.client), []).append((row, offer))
    for some in silent.values():
        some.sort(key=lambda one: (one[0].span, one[1].uid))
        key = key_together(LETTER_SILENT, [(offer.uid, offer.sequence) for _, offer in some])
        facts = _about_crisis(pass_state, *some[0], CRISIS_SILENT)
        rows = tuple(row_about(pass_state, row, offer, CRISIS_SILENT) for row, offer in some)
        yield Write(key, replace(facts, rows=rows), some[0][0].therapist)


def told_of(pass_state: PassState, conflict: Conflict) -> bool:
    """True where letters tell of what came of its offers: not while it is unclear what holds for it."""
    return (
        conflict.displaced and conflict.therapist in pass_state.diaries and not pass_state.suspended(conflict)
    )


def _silent_for_long(pass_state: PassState, offer: Offer) -> bool:
    since = unanswered_since(offer)
    return since is not None and since + IN_CRISIS <= pass_state.now and pass_state.snapshot.hears(offer)


def _taken(pass_state: PassState, conflict: Conflict, offer: Offer) -> bool:
    """True where something else stands now on a time of which its client knew, or that nothing has taken the place
    of, or where nothing is to be offered to them any more; of a silent client's time the letter on their silence says
    so, unless it was written before.
    """
    silent = offer.reason == Ending.SILENCE and asked(offer) in silence_told(pass_state)
    lost = offer.state is OfferState.WITHDRAWN and (offer.reason == Ending.SLOT or silent)
    alone = offer == pass_state.of(conflict)[-1] and pass_state.cleared(conflict)
    unwanted = offer.state is OfferState.WITHDRAWN and offer.reason == Ending.ROSTER and offer.sent
    return offer.span.start > pass_state.now and (unwanted or (lost and (offer.sent or alone)))


def left_without(pass_state: PassState, conflict: Conflict) -> Iterator[Write]:
    """A protected client declined the last time that there is: of those in crisis the therapist hears of each no."""
    offer = declined_last(pass_state, conflict)
    if offer is not None and _protected(pass_state, conflict) and not premature(pass_state, conflict):
        yield _special(pass_state, conflict, offer, CRISIS_DECLINED)


def lost_last(pass_state: PassState, conflict: Conflict) -> Iterator[Write]:
    """A protected client lost the time that they were asked to, and no other is held: of those in crisis the therapist
    hears of each.
    """
    last = next(reversed(pass_state.of(conflict)), None)
    if last is not None and last.sent and _protected(pass_state, conflict):
        yield from _time_lost(pass_state, conflict, last)


def _protected(pass_state: PassState, conflict: Conflict) -> bool:
    client = pass_state.client(conflict)
    return client is not None and client.priority is Priority.PROTECTED and not pass_state.crisis(conflict)


def told_of_no(pass_state: PassState, conflict: Conflict, offer: Offer) -> bool:
    """True where a letter of its own says that this client, who needs special care, said no."""
    if not told_of(pass_state, conflict) or offer.reason != Ending.CLIENT:
        return False
    return pass_state.crisis(conflict) or any(left_without(pass_state, conflict))


def _about_crisis(pass_state: PassState, conflict: Conflict, offer: Offer, why: str) -> LetterFacts:
    row = row_about(pass_state, conflict, offer, why)
    facts = replace(about_session(pass_state, conflict, LetterKind.CONCERN, row), why=why)
    rows = with_next_time(pass_state, conflict, offer, row)
    return replace(facts, rows=rows, entry=has_entry(pass_state, offer.uid))


def _special(pass_state: PassState, conflict: Conflict, offer: Offer, why: str) -> Write:
    facts = _about_crisis(pass_state, conflict, offer, why)
    wavered = f"{offer.sequence}-{offer.turns}" if offer.turns else str(offer.sequence)
    version = wavered if why == CRISIS_DECLINED else str(offer.turns)  # a CANCEL counts the sequence up
    return Write(EffectKey(offer.uid, version, f"letter_{why}"), facts, conflict.therapist)
