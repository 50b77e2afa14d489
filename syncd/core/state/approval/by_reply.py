"""A yes by mail: a word in answer to the newest letter that asked for it, by the therapist whom the letter went to.

It counts as `#ok` with that letter's code does, and only where nothing has to be guessed; of whatever does not count a
letter says how a yes is given in the calendar.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from syncd.core.model import Absence, Approval, Refusal, Reply, ReplyKind
from syncd.core.model.effects import LETTER_DAY, Sent, asks_for_yes, code_asked_for
from syncd.core.policy.short_answers import NotCounted, Unheard, short_answer
from syncd.core.reading.roster import Roster
from syncd.core.reading.speaker import span
from syncd.core.reading.titles.listening import listen
from syncd.core.reading.titles.refused import refusal
from syncd.core.state.approval.approvals import Approvals
from syncd.core.state.approval.given import approved_by_command

Yes = TypeVar("Yes", bound=Approvals)


def approved_by_reply(pass_state: Yes) -> Yes:
    """With the yeses that came by mail in this pass, and what came and does not count.

    The same yes once more says nothing new. Machines say nothing, and hear nothing.
    """
    found: list[NotCounted] = []
    for one in pass_state.taken:
        letter = pass_state.snapshot.asking.get(one.offer)
        if letter is None or one.reply.kind is not ReplyKind.WORDS:
            continue
        if letter.key.kind == LETTER_DAY and short_answer(one.reply.own, _names(pass_state, letter)) is None:
            continue  # it asked for nothing: whatever else they wrote is for people
        why = _not_from_them(pass_state, one.reply, letter) or _not_counted(pass_state, one.reply, letter)
        absence = pass_state.absence.get(letter.key.subject)
        given = _given(pass_state, absence, why) if absence else None
        if given is not None:
            leave = pass_state.said_leave | ({letter.key.subject} if given.unseen else frozenset())
            pass_state = replace(pass_state, approvals=(*pass_state.approvals, given), said_leave=leave)
            if why is None and not given.unseen:
                pass_state = replace(pass_state, said_yes=(*pass_state.said_yes, letter.key))
        elif why is not None and not (why is Unheard.GIVEN and _says_yes(pass_state, one.reply, letter)):
            found.append(NotCounted(letter, one.reply.sender, why, one.reply.id, one.reply.received))
    return replace(pass_state, not_counted=tuple(found))


def _given(pass_state: Approvals, absence: Absence, why: Unheard | None) -> Approval | None:
    """What an answer approves, or the no that is kept: to the question whether the absence is leave."""
    if why is None:
        return approved_by_command(pass_state, absence)
    return _refused(pass_state, absence) if why is Unheard.NO and pass_state.in_doubt(absence) else None


def _refused(pass_state: Approvals, absence: Absence) -> Approval | None:
    """That none of what was asked about is leave; None where it has no title to remember that by."""
    therapist = pass_state.snapshot.therapist[absence.therapist]
    roster, words = Roster.of(pass_state.snapshot.clients), therapist.policy.leave_words
    found: dict[str, Refusal] = {}
    for block in absence.blocks:
        event = pass_state.snapshot.event.get(block.ref)
        title = listen(event, therapist, roster, words).named if event else ()
        if event is None or not title:
            return None
        one = refusal(pass_state.snapshot.instance, therapist.id, title, span(event, therapist).duration)
        found[one.title] = max(one, found.get(one.title, one), key=lambda each: each.seconds)
    nothing: frozenset[str] = frozenset()
    refused = tuple(found[one] for one in sorted(found))
    return Approval(therapist.id, "", nothing, frozenset(), pass_state.now, refused=refused)


def _not_from_them(pass_state: Approvals, reply: Reply, letter: Sent) -> Unheard | None:
    therapist = pass_state.snapshot.therapist.get(letter.therapist)
    if therapist is None or reply.sender != therapist.email.lower():
        return Unheard.SENDER
    return None if reply.proven else Unheard.UNPROVEN


def _says_yes(pass_state: Approvals, reply: Reply, letter: Sent) -> bool:
    said = short_answer(reply.own, _names(pass_state, letter))
    return said is not None and said.yes and said.code in {"", code_asked_for(letter.key)}


def _not_counted(pass_state: Approvals, reply: Reply, letter: Sent) -> Unheard | None:
    """Why what they wrote approves nothing; None where it does."""
    if letter.key.kind == LETTER_DAY:
        return Unheard.DAY
    said, code = short_answer(reply.own, _names(pass_state, letter)), code_asked_for(letter.key)
    absence = pass_state.absence.get(letter.key.subject)
    given = any((one.therapist, one.code) == (letter.therapist, code) for one in pass_state.approvals)
    goes = absence is not None and not pass_state.code(absence)  # what it freed: nothing of that leave waits
    if given and (goes or (said is not None and said.yes)):
        return Unheard.GIVEN
    if said is None:
        return Unheard.WORDS
    if absence is None or pass_state.code(absence) != code or _newest(pass_state, absence) != letter:
        return Unheard.OLD
    if said.code not in {"", code}:
        return Unheard.OTHER_CODE
    if not said.yes:  # it frees nothing, and is about the letter that it answers
        return Unheard.NO
    return Unheard.CODE if not said.code and _more_than_one(pass_state, absence) else None


def _names(pass_state: Approvals, letter: Sent) -> tuple[str, ...]:
    therapist = pass_state.snapshot.therapist[letter.therapist]
    practice = pass_state.snapshot.practice
    return (therapist.name, practice.name, practice.public_name)


def _newest(pass_state: Approvals, absence: Absence) -> Sent | None:
    """The newest letter that asked for a yes to it."""
    ledger = pass_state.snapshot.ledger
    mine = (one for one in ledger if one.key.subject == absence.id and asks_for_yes(one.key))
    return max(mine, key=lambda one: one.at, default=None)


def _more_than_one(pass_state: Approvals, absence: Absence) -> bool:
    """True where something else of theirs waits for a yes."""
    mine = (one for one in pass_state.absence.values() if one.therapist == absence.therapist)
    ahead = (one for one in mine if one.id != absence.id and one.span.end > pass_state.now)
    return any(pass_state.displaced(one) and pass_state.code(one) for one in ahead)
