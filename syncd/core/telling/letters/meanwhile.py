"""While a therapist is away others read what their clients write (`while_away`): the office, and who covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from syncd.core.model import Absence, Conflict, Offer, OfferKind, OfferState
from syncd.core.model.effects import (
    HELD_ANEW,
    LETTER_AWAY,
    LETTER_CONCERN,
    LETTER_DAY,
    EffectKey,
    EffectState,
    kind_of,
    told_by,
)
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterKind
from syncd.core.model.practice import Therapist, WhileAway
from syncd.core.offers.answers.understood import Concern
from syncd.core.state import PassState
from syncd.core.state.handed_over import WHOLE_DAY
from syncd.core.telling.letters.day import A_DAY, LONGEST, digest_at, hours_on
from syncd.core.telling.letters.gathered import Gathered
from syncd.core.telling.letters.letter import as_colleague_reads, as_office_reads
from syncd.core.telling.session_status import mark, said_of
from syncd.core.telling.session_status.offer_words import of_offer
from syncd.core.time.spans import local_date

WROTE, SEVERAL = "wrote", "several"
UNKEPT = "unkept"  # word of another time that was promised, and that no mail says any more
LETTER_UNKEPT = f"letter_{UNKEPT}"
_WRITTEN = frozenset({Concern.WORDS, Concern.NOTE, Concern.REFUSAL, WROTE})
_NO_ANSWER = frozenset({OfferState.INVITED, OfferState.UNANSWERED})
_CRISIS = frozenset(
    {
        *("crisis_declined", "crisis_silent", "yes_after_no", "cover_deleted", "cover_away"),
        *("crisis_lost", "crisis_lost_to_leave", "crisis_lost_to_rules"),
    }
)
_READ_BY_OTHERS = _CRISIS | {*Concern, WROTE, SEVERAL, HELD_ANEW, "undelivered"}


def meanwhile(pass_state: PassState, letters: Iterable[Write]) -> Iterator[Write]:
    """The letters, and in place of those that their therapist does not read now the ones to who does.

    What they have read before they went is news to nobody.
    What others were written in their stead the therapist reads in the first day's letter after it (`read_by_others`).
    """
    for one in letters:
        left = pass_state.snapshot.keys.get(one.key, EffectState.DROPPED) is not EffectState.DROPPED
        back = None if left else _back(pass_state, one)
        if back is not None:
            yield from _to_others(pass_state, one, back)
        elif _others_key(one) not in pass_state.snapshot.keys:
            yield one


def _others_key(one: Write) -> EffectKey:
    """The key of what others are written in its place; of what came back it says what that was."""
    version = f"{one.key.version}.{one.facts.why}" if one.key.kind == LETTER_CONCERN else one.key.version
    return replace(one.key, kind=f"{one.key.kind}{LETTER_AWAY}", version=version)


def _back(pass_state: PassState, one: Write) -> datetime | None:
    """When the therapist reads again, where others read this now; None where they read it themselves."""
    to = pass_state.snapshot.therapist[one.therapist]
    theirs = one.facts.kind is LetterKind.CONCERN and one.facts.to == to.email and not one.facts.absent
    if not theirs or one.facts.why not in _READ_BY_OTHERS or about(pass_state, one.key.subject) is None:
        return None
    return back_at(pass_state, to) if others_read_for(pass_state, to.id) else None


def others_read_for(pass_state: PassState, name: str) -> bool:
    """True while this therapist is away, and there is somebody else to read what comes back."""
    to, practice = pass_state.snapshot.therapist[name], pass_state.snapshot.practice
    wanted = to.policy.timing.while_away is WhileAway.OFFICE and practice.email not in {"", to.email}
    return wanted and pass_state.snapshot.mail and back_at(pass_state, to) is not None


def back_at(pass_state: PassState, therapist: Therapist) -> datetime | None:
    """When their next hours begin, on a later day, where leave of whole days that nobody doubts lies on now; its end,
    where they have none for long; None where they are there.
    """
    diary, now = pass_state.diaries.get(therapist.id), pass_state.now
    leave = (
        [one for one in diary.away if one.start <= now < one.end and one.duration >= WHOLE_DAY]
        if diary
        else []
    )
    if not leave:
        return None
    today = local_date(now, therapist.zone)
    if any(hours.end > now for hours in hours_on(pass_state, therapist.id, today)):
        return None
    days = (hours_on(pass_state, therapist.id, today + A_DAY * ahead) for ahead in range(1, LONGEST))
    return next((hours[0].start for hours in days if hours), max(one.end for one in leave))


def _to_others(pass_state: PassState, one: Write, back: datetime) -> Iterator[Write]:
    """To the office, and what is about one client to the colleague who covers for them, unless that one reads it as
    the one who gives the time.
    """
    practice, away = pass_state.snapshot.practice, pass_state.snapshot.therapist[one.therapist]
    facts = replace(one.facts, kind=LetterKind.MEANWHILE, back=back)
    key = _others_key(one)
    yield replace(one, key=key, facts=as_office_reads(pass_state, facts, away))
    colleague = steps_in_now(pass_state, one.key.subject) if facts.why != SEVERAL else None
    if colleague is not None and colleague.email != practice.email:
        theirs = as_colleague_reads(facts, colleague, away)
        yield Write(replace(key, kind=f"{key.kind}_cover"), theirs, colleague.id)


def about(pass_state: PassState, subject: str) -> Conflict | None:
    """The displaced session that a letter is about: by its id, or the UID of an offer for it."""
    offer = pass_state.offer.get(subject)
    return pass_state.conflict.get(offer.conflict if offer else subject)


def steps_in_now(pass_state: PassState, subject: str) -> Therapist | None:
    """Who steps in for this client in the leave that lies on now; not beside who sees them by this very offer."""
    offer, row = pass_state.offer.get(subject), about(pass_state, subject)
    client = pass_state.client(row) if row is not None else None
    if row is None or client is None or (offer is not None and offer.kind is OfferKind.COVER):
        return None
    now = _leave_now(pass_state, row)
    return pass_state.steps_in(now, client) if now is not None else None


def _leave_now(pass_state: PassState, row: Conflict) -> Absence | None:
    """The absence of that session's therapist that lies on now."""
    mine = (one for one in pass_state.absence.values() if one.therapist == row.therapist)
    return next((one for one in mine if one.span.start <= pass_state.now < one.span.end), None)


def read_by_others(pass_state: PassState) -> Iterator[Gathered]:
    """What the therapist has still to hear of, each once, and how it stands by now."""
    keys = (key for key in pass_state.snapshot.keys if key.kind == LETTER_DAY)
    told = {one for key in keys for one in told_by(key)}
    for sent in pass_state.snapshot.ledger:
        for row, subject in _sessions_of(pass_state, sent.key):
            named = subject, -int(sent.at.timestamp())
            if row.therapist in pass_state.diaries and named not in told:
                at, offer = _read_at(pass_state, row.therapist, sent.at), pass_state.offer.get(subject)
                said = _stands(pass_state, offer, sent.key) or said_of(pass_state, row)
                yield Gathered(row, offer, named, at, said, by_others=True)


def _sessions_of(pass_state: PassState, key: EffectKey) -> Iterator[tuple[Conflict, str]]:
    """The sessions that a letter to others was about, each with what names it: one, or all that it tells of."""
    row = about(pass_state, key.subject) if key.kind.endswith(LETTER_AWAY) else None
    if row is not None and kind_of(key) != LETTER_UNKEPT:
        yield row, key.subject
    elif row is not None:
        marks = key.version.split(".")
        yield from ((one, one.id) for one in pass_state.conflicts if mark(one) in marks)


def wrote_meanwhile(pass_state: PassState, row: Conflict, subject: str) -> bool:
    """True where others read what the client wrote about that session, or that offer for it (`subject`), in the leave
    that lies on now.
    """
    now = _leave_now(pass_state, row)
    if now is None:
        return False
    mine = (
        one for one in pass_state.snapshot.ledger if one.key.subject == subject and one.at >= now.span.start
    )
    read = (one.key for one in mine if one.key.kind == f"{LETTER_CONCERN}{LETTER_AWAY}")
    return any(key.version.rpartition(".")[2] in _WRITTEN for key in read)


def _stands(pass_state: PassState, offer: Offer | None, key: EffectKey) -> str:
    """How it stands by now; where that says no more than before it came, what came."""
    came = key.version.rpartition(".")[2]
    stands = of_offer(pass_state, offer) if offer is not None else ""
    new = offer is None or (stands == offer.state and offer.state in _NO_ANSWER)
    if not new or kind_of(key) != LETTER_CONCERN:
        return stands
    return WROTE if came == Concern.WORDS else came


def _read_at(pass_state: PassState, name: str, sent_at: datetime) -> datetime:
    """Once they are back, whether or not they want letters to be gathered."""
    at = digest_at(pass_state, name, sent_at)
    return max(at, back_at(pass_state, pass_state.snapshot.therapist[name]) or at)
