"""Nobody answered, a client in crisis declined or is silent, a protected one declined or lost the last time, either
lost a colleague's time: letters say so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import AWAITED, MAKEUP, Conflict, Offer, OfferKind, OfferState, Priority, Tier
from syncd.core.model.effects import LETTER_DAY, EffectKey, Told, key_together, told_by
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.policy.deadlines import unanswered_since
from syncd.core.state import PassState
from syncd.core.state.outlook import premature
from syncd.core.telling.closing import declined_last
from syncd.core.telling.letters.beside_silence import with_the_day
from syncd.core.telling.letters.day import A_DAY, SEEN, Waiting, digest_at, still_waits
from syncd.core.telling.letters.gathered import Gathered, gathered, shown
from syncd.core.telling.letters.letter import about_session, blank, has_entry
from syncd.core.telling.letters.rows import row_about, row_of, with_next_time
from syncd.core.telling.session_status import said_of
from syncd.core.telling.session_status.offer_words import of_offer
from syncd.core.time.spans import Span

IN_CRISIS = timedelta(hours=24)  # of silence
MAYBE = "maybe"  # a maybe is not no answer, though the same follows from it
CRISIS_DECLINED, CRISIS_SILENT, CRISIS_CALLED_OFF = "crisis_declined", "crisis_silent", "crisis_called_off"
CRISIS_LOST, CRISIS_AGREED = "crisis_lost", "yes_after_no"
CRISIS_LOST_TO_LEAVE = "crisis_lost_to_leave"  # of the therapist's own
CRISIS_LOST_TO_RULES = "crisis_lost_to_rules"  # nothing is to be offered any more
COVER_DELETED, COVER_AWAY = (
    "cover_deleted",
    "cover_away",
)  # a colleague's time: by their hand, by their own leave
LETTER_SILENT = f"letter_{CRISIS_SILENT}"
LETTER_SILENCE = LETTER_DAY
_Silent = tuple[Conflict, Offer]


def silences(pass_state: PassState, unanswered: Iterable[tuple[Conflict, Offer]]) -> Iterator[Write]:
    """The day's letter: once for each offer that nobody answered and for what came back and could wait, and again what
    still waits for the therapist.

    It is one for all that is so now. Where nothing of it is urgent it leaves at `digest` (`told_at`).
    """
    told, silent = _silence_told(pass_state), dict[str, list[_Silent]]()
    for conflict, offer in unanswered:
        if _asked(offer) not in told:
            silent.setdefault(conflict.therapist, []).append((conflict, offer))
    waiting: dict[str, list[Waiting]] = {}
    for one in still_waits(pass_state):
        if not _about_to_be_silent(one.offer, told):
            waiting.setdefault(one.offer.therapist, []).append(one)
    came: dict[str, list[Gathered]] = {}
    for each in gathered(pass_state):
        came.setdefault(each.row.therapist, []).append(each)
    for therapist in sorted({*silent, *waiting, *came}):
        some, still = silent.get(therapist, []), waiting.get(therapist, [])
        new = came.get(therapist, [])
        moments = (
            *(told_at(pass_state, *one) for one in some),
            *(one.at for one in still),
            *(one.at for one in new),
        )
        if min(moments) <= pass_state.now:
            said = {offer.uid for _, offer in some} | {one.one.offer.uid for one in new}
            again = [one for one in still if one.last + SEEN <= pass_state.now and one.offer.uid not in said]
            yield from _day_letters(pass_state, therapist, sorted(some, key=_in_order), again, new)


def _about_to_be_silent(offer: Offer, told: Collection[Told]) -> bool:
    """True for what went unanswered and is told as that as soon as nothing changes any more: once is enough."""
    return offer.state is OfferState.UNANSWERED and not offer.frozen and _asked(offer) not in told


def day_letters_at(pass_state: PassState) -> Iterator[datetime]:
    """When the day's letter is due, as far as it is known now."""
    yield from (one.at for one in still_waits(pass_state))
    yield from (one.at for one in gathered(pass_state))
    for row in pass_state.conflicts:
        for offer in pass_state.of(row) if told_of(pass_state, row) else ():
            if offer.due is not None and (offer.state in AWAITED or offer.reason == Ending.SILENCE):
                yield digest_at(pass_state, row.therapist, offer.due)


def told_at(pass_state: PassState, conflict: Conflict, offer: Offer) -> datetime:
    """When the therapist reads that nobody answered: at once where care is asked for, or where the day's letter would
    leave less than a day.
    """
    if offer.due is None or pass_state.tier(conflict) is Tier.CRISIS:
        return pass_state.now
    at, starts = digest_at(pass_state, conflict.therapist, offer.due), (conflict.span.start, offer.span.start)
    first = min((start for start in starts if start > pass_state.now), default=pass_state.now)
    return at if at + A_DAY <= first else pass_state.now


def _in_order(one: _Silent) -> tuple[Span, str]:
    return one[0].span, one[1].uid


def _day_letters(
    pass_state: PassState, therapist: str, some: list[_Silent], still: list[Waiting], came: list[Gathered]
) -> Iterator[Write]:
    """One; another of those whose time has passed, as nothing can be done about these."""
    passed = [one for one in some if one[1].over and one[1].span.start <= pass_state.now]
    ahead = [one for one in some if one not in passed]
    if ahead or still or came:
        letter = _day_letter(pass_state, therapist, ahead, still, came)
        said = {
            row.id
            for row in (*(row for row, _ in some), *(one.row for one in still), *(one.row for one in came))
        }
        yield replace(letter, facts=with_the_day(pass_state, therapist, letter.facts, said))
    if passed:
        yield _day_letter(pass_state, therapist, passed, [], [])


def _day_letter(
    pass_state: PassState, therapist: str, some: list[_Silent], still: list[Waiting], came: list[Gathered]
) -> Write:
    kept, lost = [one for one in some if not one[1].over], [one for one in some if one[1].over]
    rows = tuple(_silent_row(pass_state, *one) for one in kept or lost)
    waiting = tuple(row_about(pass_state, one.row, one.offer, _said(pass_state, one)) for one in still)
    about = [row for row, _ in some] or [*(one.row for one in still), *(one.row for one in came)]
    facts = replace(_about(pass_state, therapist, about), came=_rows_of(pass_state, came, some))
    marks = (*(one.mark for one in still), *(one.one.told for one in came))
    key = key_together(LETTER_SILENCE, [*(_asked(offer) for _, offer in some), *marks])
    if kept and lost:
        facts = replace(facts, lost=tuple(_silent_row(pass_state, *one) for one in lost))
    why = MAYBE if some and all(offer.tentative for _, offer in some) else ""
    return Write(key, replace(facts, rows=rows, kept=bool(kept), why=why, waiting=waiting), therapist)


def _rows_of(pass_state: PassState, came: list[Gathered], some: list[_Silent]) -> tuple[LetterRow, ...]:
    """What came back, each once, in order of time; not again of whom the letter says that the answer is missing."""
    silent = {offer.uid for _, offer in some}
    new = [one for one in came if one.one.offer.uid not in silent]
    rows = (shown(pass_state, one) for one in sorted(new, key=lambda one: (one.row.span, one.one.told)))
    return tuple(dict.fromkeys(rows))


def _said(pass_state: PassState, one: Waiting) -> str:
    return of_offer(pass_state, one.offer)


def _about(pass_state: PassState, therapist: str, rows: list[Conflict]) -> LetterFacts:
    """A letter to this therapist, be it as a colleague who covers, about these."""
    if rows[0].therapist == therapist:
        return about_session(pass_state, rows[0], LetterKind.SILENCE, row_of(pass_state, rows[0]))
    return blank(pass_state, pass_state.snapshot.therapist[therapist], LetterKind.SILENCE, ())


def _silent_row(pass_state: PassState, conflict: Conflict, offer: Offer) -> LetterRow:
    row = row_about(pass_state, conflict, offer, said_of(pass_state, conflict))
    asleep = offer.over and not pass_state.awake(conflict)
    woken = pass_state.woken(conflict, pass_state.now) if asleep else None
    return replace(row, leaves=woken) if offer.over else row


def _silence_told(pass_state: PassState) -> frozenset[Told]:
    """What was left unanswered, and a letter was written of it."""
    keys = (key for key in pass_state.snapshot.keys if key.kind == LETTER_SILENCE)
    return frozenset(one for key in keys for one in told_by(key))


def _asked(offer: Offer) -> Told:
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
        (key.subject, key.kind) == (offer.uid, f"letter_{CRISIS_DECLINED}")
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
    said = {one for key in pass_state.snapshot.keys if key.kind == LETTER_SILENT for one in told_by(key)}
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
    silent = offer.reason == Ending.SILENCE and _asked(offer) in _silence_told(pass_state)
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
