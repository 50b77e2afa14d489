"""That sessions take place after all, said once to whoever was told that they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from syncd.core.model import (
    Client,
    Conflict,
    Offer,
)
from syncd.core.model.effects import ASTRAY, EffectKey, EffectState
from syncd.core.model.messages.intents import Intent, Tell
from syncd.core.model.messages.mails import MailKind, Outlook
from syncd.core.model.offer_facts import Ending
from syncd.core.offers.endings import cancel_key, words_key
from syncd.core.policy.quiet_hours import waking
from syncd.core.state import PassState
from syncd.core.state.caps import Step
from syncd.core.telling.mail_facts import Addressee, Conflicts, facts_for, tell, tell_together, told_already
from syncd.core.telling.withdrawal import owes_cancel, owes_words, revival

AGAIN = "stands_again"


def stands_again(pass_state: PassState, client: Client, rows: Conflicts) -> Iterator[Tell]:
    """Told that they do not take place, and now they do: one message says so."""
    some = tuple(row for row in rows if stands_untold(pass_state, row) and pass_state.may_hear(row))
    if some:
        who = Addressee(some[0], client)
        facts = facts_for(pass_state, who, MailKind.TAKEN_BACK, None, outlook=Outlook.STANDS)
        said = tell_together(AGAIN, facts, client, some)
        yield replace(said, revived=tuple(revival(pass_state, row) for row in some))


def tells_at(pass_state: PassState, row: Conflict) -> datetime:
    """When a mail says so, at the earliest: nobody is woken for it."""
    quiet, holidays = pass_state.policy(row).timing.quiet, pass_state.snapshot.practice.holidays
    return waking(pass_state.now, pass_state.zone(row), quiet, holidays)


def put_instead(pass_state: PassState, client: Client, rows: Conflicts) -> Iterator[Tell]:
    """Told that it does not take place, and the therapist moved it out of the leave: one mail says where it stands.

    Where an invitation is taken back for it, that mail says so.
    """
    for row in rows:
        there = pass_state.moved_to(row)
        if there is None or there.start <= pass_state.now or not _put_untold(pass_state, client, row):
            continue
        facts = facts_for(
            pass_state, Addressee(row, client), MailKind.TAKEN_BACK, None, outlook=Outlook.AGREED
        )
        key = EffectKey(row.id, f"{row.life}-{there.start:%Y%m%dT%H%M%S}", ASTRAY)
        yield tell(key, replace(facts, with_therapist=""), Addressee(row, client), None)


def _put_untold(pass_state: PassState, client: Client, row: Conflict) -> bool:
    if row.put_down is not None or not pass_state.written(row) or pass_state.last_mail_bounced(row):
        return False
    if client.discreet and not pass_state.sent(row):
        return False
    offers = pass_state.of(row)
    in_person = any(
        one.reason in {Ending.TOLD, Ending.SPOKEN, Ending.UNMAILED, Ending.IN_PERSON} for one in offers
    )
    mine = pass_state.sessions_of(row.therapist, row.client)
    in_person = in_person or any(one.ref == row.ref and one.told for one in mine)
    open_ones = any(one.live or _being_said(pass_state, one) for one in offers)
    return not (in_person or open_ones) and pass_state.may_hear(row)


def said_once(pass_state: PassState, steps: Iterable[Step], lets: Callable[[Intent], bool]) -> Iterator[Step]:
    """What takes back a time because its session stands again says so of the client's other sessions as well.

    A mail takes back one time only (RFC 5546 §3.2.5): where a client had several, the first one says it.
    """
    known, said = tuple(steps), pass_state.snapshot.done
    now = tuple(step for step in known if isinstance(step, Tell) and not said(step.key))
    spoken = {one for step in now for one in (step.conflict, *step.besides)}
    for step in known:
        if not isinstance(step, Tell) or step.facts.outlook is not Outlook.STANDS or said(step.key):
            yield step
            continue
        others = tuple(row for row in _stand_too(pass_state, step) if row.id not in spoken)
        both = replace(
            step,
            facts=replace(step.facts, others=tuple(row.known_as for row in others)),
            besides=tuple(row.id for row in others),
            revived=(*step.revived, *(revival(pass_state, row) for row in others)),
        )
        merged = both if others and lets(both) else step
        spoken |= set(merged.besides)
        yield merged


def _stand_too(pass_state: PassState, step: Tell) -> Iterator[Conflict]:
    """The client's other sessions with the therapist that stand again, and of which nobody has told them."""
    rows = (
        row for row in pass_state.conflicts if (row.client, row.therapist) == (step.client, step.therapist)
    )
    for row in sorted(rows, key=lambda one: (one.span, one.id)):
        untold = row.id != step.conflict and not pass_state.suspended(row) and stands_untold(pass_state, row)
        if untold and pass_state.may_hear(row):
            yield row


def stands_untold(pass_state: PassState, row: Conflict) -> bool:
    """True for a session that takes place again, while its client is still to read so in a mail of its own."""
    if (
        not row.takes_place(pass_state.now)
        or pass_state.made_up(row)
        or not pass_state.heard(row)
        or pass_state.asked_about(row)
    ):
        return False
    client = pass_state.client(row)
    if told_already(pass_state, AGAIN, row) or (client and client.discreet and not pass_state.sent(row)):
        return False  # of a discreet client's session nobody but an invitation told by mail
    return not any(_being_said(pass_state, offer) for offer in pass_state.of(row))


def _being_said(pass_state: PassState, offer: Offer) -> bool:
    """True while what takes the offer back is still to say it, or could not: then a human was told."""
    refused = pass_state.snapshot.keys.get(cancel_key(offer)) is EffectState.ESCALATED
    words = owes_words(pass_state, offer) and not pass_state.snapshot.done(words_key(offer))
    return refused or words or owes_cancel(pass_state, offer)
