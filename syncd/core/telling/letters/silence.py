"""Nobody answered, a client in crisis declined or is silent, a protected one declined the last time: letters say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from syncd.core.model import Conflict, Offer, OfferState, Priority
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.model.offer_facts import Ending
from syncd.core.policy.deadlines import unheard_since
from syncd.core.state import Standing
from syncd.core.state.outlook import premature
from syncd.core.telling.closing import declined_last
from syncd.core.telling.letters.letter import about_session, has_entry
from syncd.core.telling.letters.rows import row_of

IN_CRISIS = timedelta(hours=24)  # of silence
MAYBE = "maybe"  # a maybe is not no answer, though the same follows from it
CRISIS_DECLINED, CRISIS_SILENT, CRISIS_CALLED_OFF = "crisis_declined", "crisis_silent", "crisis_called_off"
CRISIS_LOST = "crisis_lost"


def silence(standing: Standing, conflict: Conflict, offer: Offer) -> Write:
    """Once for each offer that nobody answered; one that is over says when its client hears so, if they sleep now."""
    asleep = offer.over and not standing.awake(conflict)
    row = replace(row_of(standing, conflict), slot=offer.span)
    if offer.over:
        row = replace(row, leaves=standing.woken(conflict, standing.now) if asleep else None)
    why = MAYBE if offer.tentative else ""
    facts = replace(about_session(standing, conflict, LetterKind.SILENCE, row), kept=not offer.over, why=why)
    return Write(EffectKey(offer.uid, "1", "letter_silence"), facts, conflict.therapist)


def in_crisis(standing: Standing, conflict: Conflict, offer: Offer) -> Iterator[Write]:
    """A client in crisis who declines, is silent for 24 h after the invitation, or loses a time: what was agreed by the
    therapist's own hand, what was held or offered to something else. The therapist hears at once.
    """
    silent_since = unheard_since(offer)
    said: dict[str, bool] = {
        CRISIS_DECLINED: offer.sent and offer.reason == Ending.CLIENT,
        CRISIS_SILENT: silent_since is not None
        and silent_since + IN_CRISIS <= standing.now
        and standing.snapshot.hears(offer),
        CRISIS_CALLED_OFF: offer.state is OfferState.CANCELLED
        and offer.reason == Ending.THERAPIST
        and offer.span.start > standing.now,
    }
    yield from (_special(standing, conflict, offer, why) for why, so in said.items() if so)
    if _taken(standing, conflict, offer) and not premature(standing, conflict):
        row = row_of(standing, conflict)  # with the time that is held now, if there is one
        facts = about_session(standing, conflict, LetterKind.CONCERN, row)
        key = EffectKey(offer.uid, str(offer.turns), f"letter_{CRISIS_LOST}")
        yield Write(key, replace(facts, why=CRISIS_LOST), conflict.therapist)


def _taken(standing: Standing, conflict: Conflict, offer: Offer) -> bool:
    """True where something else stands now on a time of which its client knew, or that nothing has taken the place
    of.
    """
    lost = offer.state is OfferState.WITHDRAWN and offer.reason == Ending.SLOT
    alone = offer == standing.of(conflict)[-1] and standing.cleared(conflict)
    return lost and offer.span.start > standing.now and (offer.sent or alone)


def left_without(standing: Standing, conflict: Conflict) -> Iterator[Write]:
    """A protected client declined the last time that there is: of those in crisis the therapist hears of each no."""
    client, offer = standing.client(conflict), declined_last(standing, conflict)
    protected = client is not None and client.priority is Priority.PROTECTED and not standing.crisis(conflict)
    if offer is not None and protected and not premature(standing, conflict):
        yield _special(standing, conflict, offer, CRISIS_DECLINED)


def _special(standing: Standing, conflict: Conflict, offer: Offer, why: str) -> Write:
    row = replace(row_of(standing, conflict), text=why, slot=offer.span)
    facts = replace(about_session(standing, conflict, LetterKind.CONCERN, row), why=why)
    facts = replace(facts, entry=has_entry(standing, offer.uid))
    version = str(
        offer.turns if why == CRISIS_CALLED_OFF else offer.sequence
    )  # the CANCEL counts the latter up
    return Write(EffectKey(offer.uid, version, f"letter_{why}"), facts, conflict.therapist)
