"""Which message a client should have by now: invitations, reminders, what takes back (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from syncd.core.model import Conflict
from syncd.core.model.effects import NOT_LEFT
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import INVITING, Instead, MailKind
from syncd.core.offers.conflict_state import cannot_wait
from syncd.core.state import PassState
from syncd.core.state.caps import Step
from syncd.core.state.outlook import premature
from syncd.core.telling.closing import after_silence, closing
from syncd.core.telling.invitation import invitations
from syncd.core.telling.last_word import hope_ends
from syncd.core.telling.late_yes import agreed_by_hand, late_yes, received, thanks, unsure
from syncd.core.telling.mail_facts import Addressee
from syncd.core.telling.notice import notices, prospect_beside
from syncd.core.telling.reminder import eve_notes, not_agreed, reminders
from syncd.core.telling.stands_again import put_instead, stands_again
from syncd.core.telling.withdrawal import (
    cancels,
    not_put_there,
    owes_cancel,
    owes_other,
    put_elsewhere,
    words_beside_removal,
)


def messages(pass_state: PassState, conflict: Conflict) -> Iterator[Tell]:
    """Everything the conflict's client should be told of its offers and, as far as we know, has not been.

    What takes back comes first; no REQUEST while a CANCEL for the same session is still due (I6).
    """
    client = pass_state.client(conflict)
    if client is None or not client.mailed or not pass_state.snapshot.mail:
        return
    who = Addressee(conflict, client)
    if pass_state.suspended(conflict):
        for offer in pass_state.of(conflict):
            if pass_state.stays_anyway(conflict, offer) and cannot_wait(conflict, offer, pass_state.now):
                yield from invitations(pass_state, who, offer)
        return
    owed = any(owes_cancel(pass_state, one) or owes_other(pass_state, one) for one in pass_state.of(conflict))
    if owed and premature(pass_state, conflict):
        return  # what it says of other times is not known yet
    first = [tell for offer in pass_state.of(conflict) for tell in cancels(pass_state, who, offer)]
    first = first or [*not_put_there(pass_state, who)]
    yield from first
    if first or put_elsewhere(pass_state, conflict):
        return
    for offer in pass_state.of(conflict):
        yield from words_beside_removal(pass_state, who, offer)
        yield from invitations(pass_state, who, offer)
        yield from reminders(pass_state, who, offer)
    yield from agreed_by_hand(pass_state, who)
    yield from late_yes(pass_state, who)
    yield from unsure(pass_state, who)
    yield from not_agreed(pass_state, who)
    yield from thanks(pass_state, who)
    yield from received(pass_state, who)
    yield from eve_notes(pass_state, who)
    yield from closing(pass_state, who)
    yield from after_silence(pass_state, who)


def together(pass_state: PassState, rows: Iterable[Conflict], spoken: frozenset[str]) -> Iterator[Tell]:
    """Notices, by absence, and that sessions take place again: one mail each for a client.

    Of the `spoken` conflicts an invitation or a CANCEL tells in this pass: it says all that a notice would.
    """
    if not pass_state.snapshot.mail:
        return
    theirs: dict[tuple[str, str], list[Conflict]] = {}
    for row in sorted(rows, key=lambda row: (row.span, row.id)):
        if pass_state.suspended(row) or put_elsewhere(pass_state, row):
            continue
        theirs.setdefault((row.therapist, row.client), []).append(row)
    for (_, name), mine in theirs.items():
        client = pass_state.snapshot.client.get(name)
        if client is not None and client.mailed:
            for absence in dict.fromkeys(row.absence for row in mine if row.displaced):
                displaced = tuple(row for row in mine if row.displaced and row.absence == absence)
                yield from notices(pass_state, client, displaced, spoken)
                yield from hope_ends(pass_state, client, displaced, spoken)
            unspoken = tuple(row for row in mine if row.id not in spoken)
            yield from stands_again(pass_state, client, unspoken)
            yield from put_instead(pass_state, client, unspoken)


def in_one_mail(pass_state: PassState, steps: Iterable[Step], told: Iterable[Tell]) -> tuple[Step, ...]:
    """The steps of a pass with what is `told` beside them; a notice goes into its client's invitation, if one leaves.

    Not urgent news, and not what takes back a make-up: a mail takes back one time only (RFC 5546 §3.2.5).
    """
    found = list(steps)
    for one in told:
        at = next((n for n, step in enumerate(found) if _carries(pass_state, step, one)), None)
        if at is None:
            found.append(one)
        else:
            found[at] = _with(pass_state, found[at], one)
    return tuple(found)


def taken_back_in_one(pass_state: PassState, steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, where several times for one session are taken back: the first CANCEL says all, the rest is short."""
    found = list(steps)
    groups: dict[tuple[str, int], list[Tell]] = {}
    for one in found:
        offer = pass_state.offer.get(one.offer) if isinstance(one, Tell) else None
        if isinstance(one, Tell) and offer is not None and _takes_back(one):
            groups.setdefault((one.conflict, offer.suggestion), []).append(one)
    several = {tell.key: group for group in groups.values() if len(group) > 1 for tell in group}
    for one in found:
        group = several.get(one.key)
        if group is None or not isinstance(one, Tell):
            yield one
            continue
        times = sorted(tell.facts.slot for tell in group if tell.facts.slot is not None)
        suggested = tuple(Instead(one.facts.original, slot) for slot in times)
        if one is group[0]:
            yield replace(one, facts=replace(one.facts, suggested=suggested))
        else:
            yield replace(one, facts=replace(one.facts, brief=True), revived=())


def _takes_back(one: Tell) -> bool:
    """True for the CANCEL of a time that nobody declined from another address."""
    return one.key.kind == "cancel" and one.facts.kind is MailKind.TAKEN_BACK and not one.facts.by_other


def _carries(pass_state: PassState, step: Step, notice: Tell) -> bool:
    if not isinstance(step, Tell) or step.facts.kind not in INVITING or step.facts.brief or step.besides:
        return False
    if step.facts.kind is MailKind.SUGGESTIONS and step.facts.own_words:
        return False  # it would be too long to be read to its end
    if notice.key.kind != MailKind.NOTICE or notice.facts.kind is not MailKind.NOTICE or notice.offer:
        return False
    theirs = (step.client, step.therapist, step.absence) == (notice.client, notice.therapist, notice.absence)
    return theirs and pass_state.snapshot.keys.get(step.key) in NOT_LEFT


def _with(pass_state: PassState, step: Step, notice: Tell) -> Step:
    if not isinstance(step, Tell):
        return step
    outlook, word_by = prospect_beside(pass_state, notice, step.offer)
    facts = replace(
        step.facts,
        others=(notice.facts.original, *notice.facts.others),
        moved=(*step.facts.moved, *notice.facts.moved),
        outlook=outlook,
        word_by=word_by,
        stand_in=notice.facts.with_therapist,
        also_away=notice.facts.also_away,
    )
    return replace(step, facts=facts, besides=(notice.conflict, *notice.besides))
