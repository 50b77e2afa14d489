"""What came back or could not be done, and needs the therapist: one letter each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from syncd.core.model import Client, Conflict, OfferState, PartStat, Unread, address_mark
from syncd.core.model.effects import IN_CALENDAR, LETTER_CONCERN, TOGETHER, EffectKey, EffectState, told_by
from syncd.core.model.messages.intents import Write
from syncd.core.model.messages.letters import LetterFacts, LetterKind, LetterRow
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import Therapist
from syncd.core.offers.answers.understood import Concern, UnderstoodReply
from syncd.core.offers.answers.verification import stranger
from syncd.core.state import PassState
from syncd.core.telling.letters.gathered import late_row
from syncd.core.telling.letters.letter import blank, has_entry
from syncd.core.telling.letters.rows import row_about, row_of, with_next_time
from syncd.core.telling.letters.silence import told_of_no
from syncd.core.telling.session_status import INTO_LEAVE, into_leave
from syncd.core.time.spans import Span, first_and_last_day

LETTER = "letter_"
SEVERAL = "several"  # letters that waited became one
CLASH = "clash"
MISPLACED = "misplaced"
MISTYPED = "mistyped"
WROTE = "wrote"  # words about a session for which nothing stands in the calendar: they hold nothing up
FIRST_LOST = "first_lost"  # refused at the first address: the second has it
UNWRITTEN, UNCLEAR = "unwritten", "unclear"  # what a letter says of an effect that needs a person


def concerns(pass_state: PassState, taken: Iterable[UnderstoodReply]) -> Iterator[Write]:
    """One letter for each thing that came back and needs a human; its text is never quoted."""
    for one in taken:
        found = _row(pass_state, one)
        if found is None:
            continue
        conflict, row = found
        absence = pass_state.absence.get(conflict.absence)
        therapist = pass_state.therapist(conflict)
        rows = (*_with_next(pass_state, one, conflict, row), *_no_more_reached(pass_state, one, conflict))
        facts = blank(pass_state, therapist, LetterKind.CONCERN, rows)
        if absence is not None and conflict.displaced:
            facts = replace(facts, days=first_and_last_day(absence.remaining, therapist.zone))
        facts = replace(facts, why=row.text, words=one.reply.words, entry=has_entry(pass_state, one.offer))
        facts = replace(facts, dropped=_dropped(pass_state, one, conflict))
        facts = _answered_by(facts, one, pass_state.snapshot.client.get(conflict.client))
        # Responders answer every mail: of those the therapist hears once.
        name = one.concern if one.concern is Concern.AUTO else one.reply.id
        version = sha256(name.encode()).hexdigest()[:12]
        yield Write(EffectKey(one.offer, version, LETTER_CONCERN), facts, therapist.id)


def _with_next(
    pass_state: PassState, one: UnderstoodReply, conflict: Conflict, row: LetterRow
) -> tuple[LetterRow, ...]:
    """Where what was agreed on is called off: the time that is kept since, too."""
    offer = pass_state.offer.get(one.offer)
    off = offer is not None and one.concern is Concern.CALLED_OFF
    return with_next_time(pass_state, conflict, offer, row) if off and offer else (row,)


def _no_more_reached(
    pass_state: PassState, one: UnderstoodReply, conflict: Conflict
) -> tuple[LetterRow, ...]:
    """Where a mail came back: what else its client was asked by this therapist, which nothing of ours reaches now."""
    if one.concern is not Concern.BOUNCE:
        return ()
    mine = (conflict.therapist, conflict.client)
    others = (row for row in pass_state.conflicts if (row.therapist, row.client) == mine and row != conflict)
    lost = (row for row in others if row.displaced and any(two.bounced for two in pass_state.of(row)))
    return tuple(row_of(pass_state, row) for row in sorted(lost, key=lambda row: (row.span, row.id)))


def _dropped(pass_state: PassState, one: UnderstoodReply, conflict: Conflict) -> datetime | None:
    """When the time was to begin that was proposed before, and gives way in this pass to a yes to what was offered."""
    if one.concern is not Concern.YES:
        return None
    waited = {two.uid for two in pass_state.snapshot.offers if two.state is OfferState.PROPOSED}
    gone = (two for two in pass_state.of(conflict) if two.uid in waited and two.over)
    return next((two.span.start for two in gone), None)


def _answered_by(facts: LetterFacts, one: UnderstoodReply, client: Client | None) -> LetterFacts:
    """With the address that is in doubt, or that said what the client's other one did not."""
    if one.concern is Concern.AT_ODDS:
        refused = one.reply.partstat is PartStat.DECLINED
        return replace(facts, address=one.reply.sender, refused=refused)
    if one.concern is Concern.LATE and client is not None and client.second_email:
        return replace(facts, address=one.reply.sender)
    if one.doubt is None:
        return facts
    return replace(facts, doubt=one.doubt, address=stranger(one.reply, client) or one.reply.sender)


def collected(pass_state: PassState) -> Iterator[Write]:
    """One letter to each therapist about all that waited to be told together."""
    found: dict[str, list[tuple[UnderstoodReply, LetterRow]]] = {}
    for one in pass_state.collected:
        known = _row(pass_state, one)
        if known is not None:
            found.setdefault(known[0].therapist, []).append((one, known[1]))
    for therapist, told in sorted(found.items()):
        rows = tuple(row for _, row in sorted(told, key=lambda each: (each[1].original, each[0].offer)))
        facts = blank(pass_state, pass_state.snapshot.therapist[therapist], LetterKind.CONCERN, rows)
        names = " ".join(sorted(one.reply.id for one, _ in told))
        key = EffectKey(told[0][0].offer, sha256(names.encode()).hexdigest()[:12], LETTER_CONCERN)
        words, entry = (
            any(one.reply.words for one, _ in told),
            any(has_entry(pass_state, one.offer) for one, _ in told),
        )
        yield Write(key, replace(facts, why=SEVERAL, words=words, entry=entry), therapist)


def _row(pass_state: PassState, one: UnderstoodReply) -> tuple[Conflict, LetterRow] | None:
    """What a letter says of something that came back, and of which session; None where it says nothing."""
    offer = pass_state.offer.get(one.offer)
    conflict = pass_state.conflict.get(offer.conflict if offer else one.offer)
    if one.concern is None or conflict is None or conflict.therapist not in pass_state.snapshot.therapist:
        return None
    if pass_state.client(conflict) is None:
        return None  # off the roster: an alarm tells of it, who has left answers no question
    if one.concern is Concern.CALLED_OFF and offer is not None:
        shown = row_about(pass_state, conflict, offer, one.concern)
        return None if told_of_no(pass_state, conflict, offer) else (conflict, shown)
    if one.concern is Concern.LATE and offer is not None:
        return conflict, late_row(pass_state, conflict, offer)
    idle = one.concern is Concern.WORDS and not has_entry(pass_state, one.offer)
    row = replace(row_of(pass_state, conflict), text=WROTE if idle else one.concern)
    return conflict, replace(row, slot=one.reply.proposed) if one.reply.proposed is not None else row


def clashes(pass_state: PassState) -> Iterator[Write]:
    """One letter for each hold that was moved to where another had been moved: which one is meant they must say."""
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        if offer.clash and row is not None and offer.therapist in pass_state.diaries:
            to = pass_state.snapshot.therapist[offer.therapist]
            shown = replace(row_of(pass_state, row), text=CLASH, slot=offer.span)
            facts = blank(pass_state, to, LetterKind.CONCERN, (shown,))
            key = EffectKey(offer.uid, f"clash-{name_of_time(offer.span)}", LETTER_CONCERN)
            yield Write(key, replace(facts, why=CLASH), to.id)


def mistypings(pass_state: PassState) -> Iterator[Write]:
    """One letter for each entry still waited for into whose title something that is no clear yes or no was typed."""
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        if offer.waits_for_tag and row is not None and offer.therapist in pass_state.diaries:
            to = pass_state.snapshot.therapist[offer.therapist]
            facts = blank(pass_state, to, LetterKind.CONCERN, (row_about(pass_state, row, offer, MISTYPED),))
            key = EffectKey(offer.uid, f"mistyped-{offer.turns}", LETTER_CONCERN)
            yield Write(key, replace(facts, why=MISTYPED, entry=has_entry(pass_state, offer.uid)), to.id)


def misplaced(pass_state: PassState) -> Iterator[Write]:
    """One letter for each entry that was moved to somebody else's appointment or into leave: not taken over."""
    for offer in pass_state.offers:
        row = pass_state.conflict.get(offer.conflict)
        if offer.misplaced is not None and row is not None and offer.therapist in pass_state.diaries:
            to = pass_state.snapshot.therapist[offer.therapist]
            away = into_leave(pass_state, offer)
            shown = replace(row_of(pass_state, row), text=INTO_LEAVE if away else CLASH, slot=offer.misplaced)
            facts = blank(pass_state, to, LetterKind.CONCERN, (shown,))
            key = EffectKey(offer.uid, f"{MISPLACED}-{name_of_time(offer.misplaced)}", LETTER_CONCERN)
            yield Write(key, replace(facts, why=INTO_LEAVE if away else MISPLACED), to.id)


def name_of_time(span: Span) -> str:
    """Names a time."""
    return f"{span.start:%Y%m%dT%H%M}"


def half_reached(pass_state: PassState) -> Iterator[Write]:
    """One letter for each address that took no mail while the client's other one got it: nothing is sent again."""
    snapshot = pass_state.snapshot
    for sent in snapshot.ledger:
        client, row = snapshot.client.get(sent.client), pass_state.conflict.get(sent.conflict)
        to = snapshot.therapist.get(sent.therapist)
        if not sent.unreached or client is None or row is None or to is None:
            continue
        lost = {
            address_mark(client.email): FIRST_LOST,
            address_mark(client.second_email): Concern.SECOND_LOST,
        }
        if client.second_email and sent.unreached in lost:
            why = lost[sent.unreached]
            facts = blank(pass_state, to, LetterKind.CONCERN, (replace(row_of(pass_state, row), text=why),))
            key = EffectKey(
                sha256(client.id.encode()).hexdigest()[:16],
                f"{to.id}-{sent.unreached}",
                "letter_half_reached",
            )
            yield Write(key, replace(facts, why=why), to.id)


def unreached(pass_state: PassState) -> Iterator[Write]:
    """One letter for each client whom the calendar's server could not tell, where no mail of ours can."""
    for offer in pass_state.offers:
        conflict = pass_state.conflict.get(offer.conflict)
        if conflict is None or offer.reason != Ending.UNDELIVERED or pass_state.snapshot.mail:
            continue
        if (
            conflict.displaced
            and conflict.therapist in pass_state.diaries
            and conflict.span.start > pass_state.now
        ):
            facts = blank(
                pass_state,
                pass_state.therapist(conflict),
                LetterKind.CONCERN,
                (row_of(pass_state, conflict),),
            )
            key = EffectKey(offer.uid, "1", "letter_undelivered")
            yield Write(key, replace(facts, why=Ending.UNDELIVERED), conflict.therapist)


def troubles(pass_state: PassState) -> Iterator[Write]:
    """One letter for each absence with effects that were refused for good, or of which nobody knows whether they were.

    What is refused later is told with another letter, which names the earlier ones too.
    """
    failed: dict[tuple[str, str], dict[EffectKey, tuple[Conflict, ...]]] = {}
    for row in pass_state.snapshot.effects:
        conflict = about(pass_state, row.key)
        if row.state is EffectState.ESCALATED and conflict is not None:
            rows = _all_about(pass_state, row.key, conflict)
            failed.setdefault((conflict.absence, conflict.therapist), {})[row.key] = rows
    for (absence, therapist), effects in sorted(failed.items()):
        if therapist in pass_state.snapshot.therapist:
            yield _trouble(pass_state, absence, therapist, effects)


def unreadable(pass_state: PassState) -> Iterator[Write]:
    """One letter, ever, for entries that a look found in a form not understood; with the sessions that wait for it."""
    for ground in pass_state.snapshot.grounds:
        for since in sorted({one.since for one in ground.unread}):
            new = tuple(one for one in ground.unread if one.since == since)
            for therapist in pass_state.snapshot.therapists:
                if ground.place in therapist.reads:
                    yield _unreadable(pass_state, therapist, ground.place, new)


def _unreadable(pass_state: PassState, therapist: Therapist, place: str, new: tuple[Unread, ...]) -> Write:
    """Its key holds no calendar's name: that may be an address."""
    mine = (row for row in pass_state.conflicts if row.therapist == therapist.id and row.displaced)
    rows = tuple(row_of(pass_state, row) for row in mine if pass_state.unsure(row))
    subject = sha256(f"{therapist.id}\x1f{place}".encode()).hexdigest()[:16]
    key = EffectKey(subject, new[0].since.strftime("%Y%m%dT%H%M%S"), "letter_unread")
    facts = blank(pass_state, therapist, LetterKind.UNREAD, rows)
    return Write(key, replace(facts, unread=tuple(one.reason for one in new)), therapist.id)


def about(pass_state: PassState, key: EffectKey) -> Conflict | None:
    """The displaced session that an effect is about; None for a letter."""
    offer = next((one for one in pass_state.offers if one.uid == key.subject), None)
    conflict = pass_state.conflict.get(offer.conflict if offer else key.subject)
    return None if key.kind.startswith(LETTER) else conflict


def _all_about(pass_state: PassState, key: EffectKey, first: Conflict) -> tuple[Conflict, ...]:
    """Every displaced session that an effect is about: one mail may tell of several."""
    if key.kind not in TOGETHER:
        return (first,)
    return tuple(pass_state.conflict[one] for one, _ in told_by(key) if one in pass_state.conflict)


def _trouble(
    pass_state: PassState, absence: str, therapist: str, effects: Mapping[EffectKey, tuple[Conflict, ...]]
) -> Write:
    known = pass_state.absence.get(absence)
    to = pass_state.snapshot.therapist[therapist]
    rows = {
        (conflict.span, conflict.id, why): replace(row_of(pass_state, conflict), text=why)
        for key, conflicts in effects.items()
        for conflict in conflicts
        for why in (UNWRITTEN if key.kind in IN_CALENDAR else UNCLEAR,)
    }
    facts = blank(pass_state, to, LetterKind.TROUBLE, tuple(rows[each] for each in sorted(rows)))
    version = sha256(" ".join(sorted(map(str, effects))).encode()).hexdigest()[:8]
    days = (
        first_and_last_day(known.span, pass_state.snapshot.therapist[known.therapist].zone) if known else None
    )
    return Write(EffectKey(absence, version, "letter_trouble"), replace(facts, days=days), therapist)
