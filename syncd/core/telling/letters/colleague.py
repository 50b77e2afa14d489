"""What a colleague who covers is written: whom they may see, who accepted, and what came back about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from syncd.core.model import Conflict, Offer, OfferKind, OfferState, initials
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.offers.answers import Taken
from syncd.core.state import Standing
from syncd.core.telling.letters.letter import has_entry
from syncd.core.telling.session_status import knows
from syncd.core.time.spans import first_and_last_day

COVER_LETTER = "letter_cover"


def covering(standing: Standing) -> Iterator[Write]:
    """One letter for each client whom a colleague may see, once the time is held, and one when that client accepts.

    They come with name and phone: the colleague does not know the client, and may have to reach them.
    """
    for offer, row in _covers(standing):
        if offer.span.start <= standing.now:
            continue
        if offer.state is OfferState.HELD and not offer.sent:
            yield _letter(standing, offer, row, EffectKey(row.id, offer.therapist, COVER_LETTER))
        elif offer.state is OfferState.ACCEPTED:
            yield _letter(standing, offer, row, EffectKey(offer.uid, "accepted", COVER_LETTER))


def colleagues_concerns(standing: Standing, taken: Iterable[Taken]) -> Iterator[Write]:
    """What came back about a colleague's time is theirs to settle: the entry stands in their calendar."""
    covers = {offer.uid: (offer, row) for offer, row in _covers(standing)}
    for one in taken:
        if one.concern is not None and one.offer in covers:
            offer, row = covers[one.offer]
            facts = _cover_facts(standing, offer, row, LetterKind.CONCERN)
            facts = replace(facts, why=one.concern, rows=(replace(facts.rows[0], text=one.concern),))
            facts = replace(facts, entry=has_entry(standing, offer.uid))
            version = sha256(one.reply.id.encode()).hexdigest()[:12]
            yield Write(EffectKey(offer.uid, f"{version}-cover", "letter_concern"), facts, offer.therapist)


def _covers(standing: Standing) -> Iterator[tuple[Offer, Conflict]]:
    for offer in standing.offers:
        row = standing.conflict.get(offer.conflict)
        if offer.kind is OfferKind.COVER and row is not None and offer.therapist in standing.diaries:
            yield offer, row


def _letter(standing: Standing, offer: Offer, row: Conflict, key: EffectKey) -> Write:
    return Write(key, _cover_facts(standing, offer, row, LetterKind.COVER), offer.therapist)


def _cover_facts(standing: Standing, offer: Offer, row: Conflict, kind: LetterKind) -> LetterFacts:
    to, client = standing.snapshot.therapist[offer.therapist], standing.client(row)
    absence = standing.absence.get(row.absence)
    return LetterFacts(
        kind=kind,
        to=to.email,
        language=to.language,
        zone=to.zone,
        days=first_and_last_day(absence.span, to.zone) if absence else None,
        sent_at=standing.now,
        absent=standing.therapist(row).name,
        online=bool(offer.link) and not offer.location,
        rows=(
            LetterRow(
                initials=initials(client) if client else row.client,
                name=client.name if client else "",
                phone=client.phone if client else "",
                original=row.span,
                text=offer.state.value,
                slot=offer.span,
                knows=knows(standing, row),
            ),
        ),
    )
