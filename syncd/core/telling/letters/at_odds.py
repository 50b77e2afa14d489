"""A yes and a no from a client's two addresses that is still open when the time is near: asked about once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import Conflict, Offer
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.offers.answers.understood import Concern
from syncd.core.state import PassState
from syncd.core.telling.letters.call_list import DAY_BEFORE, working_day_before
from syncd.core.telling.letters.letter import as_office_reads, blank
from syncd.core.telling.letters.rows import row_about

LETTER_AT_ODDS = "letter_at_odds"
NEAR = timedelta(days=5)  # over a long weekend


def still_at_odds(pass_state: PassState) -> Iterator[Write]:
    """One letter for each such time, on the therapist's last working day before it, and its twin to the practice: who
    said yes may come.
    """
    for row in pass_state.conflicts:
        for offer in pass_state.of(row) if row.therapist in pass_state.diaries and row.displaced else ():
            at = asked_again_at(pass_state, offer)
            if at is not None and at <= pass_state.now and not _asked_since(pass_state, offer, at):
                yield from _letters(pass_state, row, offer)


def asked_again_at(pass_state: PassState, offer: Offer) -> datetime | None:
    """When it is asked about once more; None for a time about which nothing is to be asked."""
    waits = offer.at_odds and not offer.over and offer.span.start > pass_state.now
    if not waits or offer.therapist not in pass_state.diaries:
        return None
    at, begins = working_day_before(pass_state, offer.therapist, offer.span.start), offer.span.start
    return at if at + NEAR > begins else begins - DAY_BEFORE


def _asked_since(pass_state: PassState, offer: Offer, at: datetime) -> bool:
    letters = (one for one in pass_state.snapshot.ledger if not one.client and one.key.subject == offer.uid)
    return any(one.at >= at for one in letters)


def _letters(pass_state: PassState, row: Conflict, offer: Offer) -> Iterator[Write]:
    therapist, practice = pass_state.snapshot.therapist[offer.therapist], pass_state.snapshot.practice
    shown = replace(row_about(pass_state, row, offer, Concern.AT_ODDS), call=True)
    facts = blank(pass_state, therapist, LetterKind.CONCERN, (shown,))
    facts = replace(facts, why=Concern.AT_ODDS, calling=True)
    key = EffectKey(offer.uid, str(offer.turns), LETTER_AT_ODDS)
    yield Write(key, facts, therapist.id)
    if pass_state.snapshot.mail and practice.email not in {"", facts.to}:
        theirs = as_office_reads(pass_state, facts, therapist)
        yield Write(replace(key, kind=f"{LETTER_AT_ODDS}_office"), theirs, therapist.id)
