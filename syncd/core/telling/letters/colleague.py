"""What a colleague who covers is written: whom they may see, who accepted, and what came back about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import chain

from syncd.core.model import Conflict, Offer, OfferKind, OfferState, initials
from syncd.core.model.effects import LETTER_CONCERN, EffectKey
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.offers.answers.understood import UnderstoodReply
from syncd.core.state import PassState
from syncd.core.telling.letters.letter import as_colleague_reads, blank, has_entry, is_news
from syncd.core.telling.session_status import knows
from syncd.core.time.spans import first_and_last_day

COVER_LETTER = "letter_cover"
WAITS = "waits"  # nothing is offered before the therapist who is away has said yes
_TO_SHOW = frozenset({OfferState.HELD, OfferState.INVITED})
_BY_OTHERS = frozenset(
    {
        *(Ending.CLIENT, Ending.MACHINE, Ending.SILENCE),
        *(Ending.LEAVE, Ending.SESSION, Ending.EXTRA, Ending.AGREED),
        *(Ending.SLOT, Ending.REPLANNED, Ending.ROSTER),
    }
)
TAKEN_BACK, WENT_BY = "recalled", "went_by"  # of a time that its client knew

_Cover = tuple[Offer, Conflict]


def covering(pass_state: PassState) -> Iterator[Write]:
    """One letter for all clients of an absence whom a colleague may see, once their times are held, and one for what
    came of them: no answer yet, or over; one for each client who accepts.

    They come with name and phone: the colleague does not know the client, and may have to reach them.
    """
    lately: dict[tuple[str, str], list[_Cover]] = {}
    for offer, row in _covers(pass_state):
        if not is_news(pass_state, offer):
            continue
        lately.setdefault((row.absence, offer.therapist), []).append((offer, row))
        if offer.state is OfferState.ACCEPTED and offer.span.start > pass_state.now:
            facts = _cover_facts(pass_state, [(offer, row)], LetterKind.COVER)
            yield Write(EffectKey(offer.uid, "accepted", COVER_LETTER), facts, offer.therapist)
    for (absence, colleague), mine in lately.items():
        yield from _news(pass_state, absence, colleague, mine)


def _news(pass_state: PassState, absence: str, colleague: str, mine: list[_Cover]) -> Iterator[Write]:
    """What is held, or ends, in this pass may look otherwise in the next; a time that went by does not."""
    known, rest = _shown(pass_state, colleague, mine), pass_state.at_rest
    fresh = [one for one in mine if rest and _to_show(pass_state, one[0]) and one[0].uid not in known]
    told = [one for one in mine if one[0].uid in known]
    silent = [one for one in told if rest and _silent(one[0]) and _mark(one[0]) not in known]
    over = [one for one in told if (rest or _went_by(pass_state, one[0])) and _over(one[0])]
    over = [one for one in over if _mark(one[0]) not in known]
    if not (fresh or silent or over):
        return
    facts = _cover_facts(pass_state, fresh or silent or over, LetterKind.COVER)
    waits = any(not (pass_state.cleared(row) and pass_state.kind_cleared(row, offer)) for offer, row in fresh)
    rows = tuple(_cover_row(pass_state, offer, row) for offer, row in (*fresh, *silent))
    falling = tuple(_cover_row(pass_state, offer, row) for offer, row in over)
    facts = replace(facts, why=WAITS if waits else "", rows=rows, falling=falling)
    marks = sorted((*(one.uid for one, _ in fresh), *(_mark(one) for one, _ in (*silent, *over))))
    yield Write(EffectKey(absence, ".".join((colleague, *marks)), COVER_LETTER), facts, colleague)


def _to_show(pass_state: PassState, offer: Offer) -> bool:
    return offer.state in _TO_SHOW and offer.span.start > pass_state.now


def _shown(pass_state: PassState, colleague: str, mine: list[_Cover]) -> frozenset[str]:
    """What letters to this colleague have shown: offers by their UID, and those that are over. An earlier version
    wrote one letter for each client.
    """
    keys = [key for key in pass_state.snapshot.keys if key.kind == COVER_LETTER]
    marks = (key.version.split(".")[1:] for key in keys if key.version.startswith(f"{colleague}."))
    before = {key.subject for key in keys if key.version == colleague}
    return frozenset((*chain.from_iterable(marks), *(one.uid for one, row in mine if row.id in before)))


def _silent(offer: Offer) -> bool:
    """True for a time about which its client has not answered, and that is kept for them."""
    return offer.state is OfferState.UNANSWERED and not offer.frozen


def _over(offer: Offer) -> bool:
    """True for what ended by no act of the colleague's."""
    return offer.over and offer.reason in _BY_OTHERS


def _went_by(pass_state: PassState, offer: Offer) -> bool:
    return offer.reason == Ending.SILENCE and offer.span.start <= pass_state.now


def _mark(offer: Offer) -> str:
    return f"{offer.uid}-{'over' if offer.over else offer.state.value}"


def colleagues_concerns(pass_state: PassState, taken: Iterable[UnderstoodReply]) -> Iterator[Write]:
    """What came back about a colleague's time is theirs to settle: the entry stands in their calendar."""
    covers = {offer.uid: (offer, row) for offer, row in _covers(pass_state)}
    for one in taken:
        if one.concern is not None and one.offer in covers:
            offer, row = covers[one.offer]
            facts = _cover_facts(pass_state, [(offer, row)], LetterKind.CONCERN)
            said = replace(facts.rows[0], text=one.concern, slot=one.reply.proposed or offer.span)
            facts = replace(facts, why=one.concern, rows=(said,))
            facts = replace(facts, entry=has_entry(pass_state, offer.uid))
            version = sha256(one.reply.id.encode()).hexdigest()[:12]
            yield Write(EffectKey(offer.uid, f"{version}-cover", LETTER_CONCERN), facts, offer.therapist)


def _covers(pass_state: PassState) -> Iterator[tuple[Offer, Conflict]]:
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        if offer.kind is OfferKind.COVER and row is not None and offer.therapist in pass_state.diaries:
            yield offer, row


def _online(pass_state: PassState, some: list[_Cover]) -> tuple[str, ...]:
    """Who expects the colleague's link: not of times that are over, nor where the place is named."""
    sent = (row for offer, row in some if offer.link and not (offer.location or offer.over))
    clients = (pass_state.client(row) for row in sent)
    return tuple(dict.fromkeys(initials(one) for one in clients if one is not None))


def _cover_facts(pass_state: PassState, some: list[_Cover], kind: LetterKind) -> LetterFacts:
    """About these offers of one colleague's for sessions of one absence."""
    offer, row = some[0]
    to, absence = pass_state.snapshot.therapist[offer.therapist], pass_state.absence.get(row.absence)
    away, rows = pass_state.therapist(row), tuple(_cover_row(pass_state, one, about) for one, about in some)
    facts = as_colleague_reads(blank(pass_state, to, kind, rows), to, away)
    days = first_and_last_day(absence.remaining, away.zone) if absence else None
    return replace(facts, days=days, online=_online(pass_state, some))


def _cover_row(pass_state: PassState, offer: Offer, row: Conflict) -> LetterRow:
    client = pass_state.client(row)
    return LetterRow(
        initials=pass_state.snapshot.short(row.client),
        name=client.name if client else "",
        phone=client.phone if client else "",
        original=row.span,
        text=_how(pass_state, offer),
        slot=offer.span,
        knows=knows(pass_state, row),
    )


def _how(pass_state: PassState, offer: Offer) -> str:
    if not offer.over:
        return offer.state.value
    if _went_by(pass_state, offer):
        return WENT_BY
    if offer.reason in {Ending.CLIENT, Ending.MACHINE}:
        return offer.state.value
    return TAKEN_BACK if offer.sent else OfferState.WITHDRAWN.value
