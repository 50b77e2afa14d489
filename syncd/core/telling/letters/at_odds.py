"""A yes and a no from a client's two addresses that is still open when the time is near: asked about once more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import Conflict, Offer
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.offers.answers import Concern
from syncd.core.state import Standing
from syncd.core.telling.letters.call_list import DAY_BEFORE, working_day_before
from syncd.core.telling.letters.letter import blank
from syncd.core.telling.letters.rows import row_about

LETTER_AT_ODDS = "letter_at_odds"
NEAR = timedelta(days=5)  # over a long weekend


def still_at_odds(standing: Standing) -> Iterator[Write]:
    """One letter for each such time, on the therapist's last working day before it, and its twin to the practice: who
    said yes may come.
    """
    for row in standing.conflicts:
        for offer in standing.of(row) if row.therapist in standing.diaries and row.displaced else ():
            at = asked_again_at(standing, offer)
            if at is not None and at <= standing.now and not _asked_since(standing, offer, at):
                yield from _letters(standing, row, offer)


def asked_again_at(standing: Standing, offer: Offer) -> datetime | None:
    """When it is asked about once more; None for a time about which nothing is to be asked."""
    waits = offer.at_odds and not offer.over and offer.span.start > standing.now
    if not waits or offer.therapist not in standing.diaries:
        return None
    at, begins = working_day_before(standing, offer.therapist, offer.span.start), offer.span.start
    return at if at + NEAR > begins else begins - DAY_BEFORE


def _asked_since(standing: Standing, offer: Offer, at: datetime) -> bool:
    letters = (one for one in standing.snapshot.ledger if not one.client and one.key.subject == offer.uid)
    return any(one.at >= at for one in letters)


def _letters(standing: Standing, row: Conflict, offer: Offer) -> Iterator[Write]:
    therapist, practice = standing.snapshot.therapist[offer.therapist], standing.snapshot.practice
    shown = replace(row_about(standing, row, offer, Concern.AT_ODDS), call=True)
    facts = blank(standing, therapist, LetterKind.CONCERN, (shown,))
    facts = replace(facts, why=Concern.AT_ODDS, calling=True)
    key = EffectKey(offer.uid, str(offer.turns), LETTER_AT_ODDS)
    yield Write(key, facts, therapist.id)
    if standing.snapshot.mail and practice.email not in {"", facts.to}:
        theirs = replace(facts, to=practice.email, language=practice.language, absent=therapist.name)
        yield Write(replace(key, kind=f"{LETTER_AT_ODDS}_office"), theirs, therapist.id)
