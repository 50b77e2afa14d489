"""A yes by mail: a word in answer to the newest letter that asked for it, by the therapist whom the letter went to.

It counts as `#ok` with that letter's code does, and only where nothing has to be guessed; of whatever does not count a
letter says how a yes is given in the calendar.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from syncd.core.model import Absence, Approval, Refusal, Reply, ReplyKind
from syncd.core.model.effects import Sent, asks_for_yes, code_asked_for
from syncd.core.policy.short_answers import NotCounted, Unheard, short_answer
from syncd.core.reading.roster import Roster
from syncd.core.reading.speaker import span
from syncd.core.reading.titles.listening import listen
from syncd.core.reading.titles.refused import refusal
from syncd.core.state.approval.approvals import Approvals
from syncd.core.state.approval.given import approved_by_command

Yes = TypeVar("Yes", bound=Approvals)


def approved_by_reply(standing: Yes) -> Yes:
    """With the yeses that came by mail in this pass, and what came and does not count.

    The same yes once more says nothing new. Machines say nothing, and hear nothing.
    """
    found: list[NotCounted] = []
    for one in standing.taken:
        letter = standing.snapshot.asking.get(one.offer)
        if letter is None or one.reply.kind is not ReplyKind.WORDS:
            continue
        why = _not_from_them(standing, one.reply, letter) or _not_counted(standing, one.reply, letter)
        absence = standing.absence.get(letter.key.subject)
        given = _given(standing, absence, why) if absence else None
        if given is not None:
            leave = standing.said_leave | ({letter.key.subject} if given.unseen else frozenset())
            standing = replace(standing, approvals=(*standing.approvals, given), said_leave=leave)
        elif why is not None and not (why is Unheard.GIVEN and _says_yes(standing, one.reply, letter)):
            found.append(NotCounted(letter, one.reply.sender, why, one.reply.id, one.reply.received))
    return replace(standing, not_counted=tuple(found))


def _given(standing: Approvals, absence: Absence, why: Unheard | None) -> Approval | None:
    """What an answer approves, or the no that is kept: to the question whether the absence is leave."""
    if why is None:
        return approved_by_command(standing, absence)
    return _refused(standing, absence) if why is Unheard.NO and standing.in_doubt(absence) else None


def _refused(standing: Approvals, absence: Absence) -> Approval | None:
    """That none of what was asked about is leave; None where it has no title to remember that by."""
    therapist = standing.snapshot.therapist[absence.therapist]
    roster, words = Roster.of(standing.snapshot.clients), therapist.policy.leave_words
    found: dict[str, Refusal] = {}
    for block in absence.blocks:
        event = standing.snapshot.event.get(block.ref)
        title = listen(event, therapist, roster, words).named if event else ()
        if event is None or not title:
            return None
        one = refusal(standing.snapshot.instance, therapist.id, title, span(event, therapist).duration)
        found[one.title] = max(one, found.get(one.title, one), key=lambda each: each.seconds)
    nothing: frozenset[str] = frozenset()
    refused = tuple(found[one] for one in sorted(found))
    return Approval(therapist.id, "", nothing, frozenset(), standing.now, refused=refused)


def _not_from_them(standing: Approvals, reply: Reply, letter: Sent) -> Unheard | None:
    therapist = standing.snapshot.therapist.get(letter.therapist)
    if therapist is None or reply.sender != therapist.email.lower():
        return Unheard.SENDER
    return None if reply.proven else Unheard.UNPROVEN


def _says_yes(standing: Approvals, reply: Reply, letter: Sent) -> bool:
    said = short_answer(reply.own, _names(standing, letter))
    return said is not None and said.yes and said.code in {"", code_asked_for(letter.key)}


def _not_counted(standing: Approvals, reply: Reply, letter: Sent) -> Unheard | None:
    """Why what they wrote approves nothing; None where it does."""
    said, code = short_answer(reply.own, _names(standing, letter)), code_asked_for(letter.key)
    if any((one.therapist, one.code) == (letter.therapist, code) for one in standing.approvals):
        return Unheard.GIVEN
    if said is None:
        return Unheard.WORDS
    absence = standing.absence.get(letter.key.subject)
    if absence is None or standing.code(absence) != code or _newest(standing, absence) != letter:
        return Unheard.OLD
    if said.code not in {"", code}:
        return Unheard.OTHER_CODE
    if not said.code and _more_than_one(standing, absence):
        return Unheard.CODE
    return None if said.yes else Unheard.NO


def _names(standing: Approvals, letter: Sent) -> tuple[str, ...]:
    therapist = standing.snapshot.therapist[letter.therapist]
    practice = standing.snapshot.practice
    return (therapist.name, practice.name, practice.public_name)


def _newest(standing: Approvals, absence: Absence) -> Sent | None:
    """The newest letter that asked for a yes to it."""
    ledger = standing.snapshot.ledger
    mine = (one for one in ledger if one.key.subject == absence.id and asks_for_yes(one.key))
    return max(mine, key=lambda one: one.at, default=None)


def _more_than_one(standing: Approvals, absence: Absence) -> bool:
    """True where something else of theirs waits for a yes."""
    mine = (one for one in standing.absence.values() if one.therapist == absence.therapist)
    ahead = (one for one in mine if one.id != absence.id and one.span.end > standing.now)
    return any(standing.displaced(one) and standing.code(one) for one in ahead)
