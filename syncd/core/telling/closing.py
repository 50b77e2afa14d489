"""What closes a case when the client has declined the last time that there is for now, or let it go by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.model import TIME_KEPT, Client, Conflict, ConflictState, Offer, OfferState
from syncd.core.model.effects import EffectKey
from syncd.core.model.messages.intents import Tell
from syncd.core.model.messages.mails import Before, MailKind
from syncd.core.model.offer_facts import Ending
from syncd.core.policy.deadlines import silence_closes_at
from syncd.core.policy.quiet_hours import SPARE, last_waking
from syncd.core.state import PassState
from syncd.core.state.outlook import premature, prospect, wanted
from syncd.core.telling.mail_facts import Addressee, closing_key, facts_for, tell
from syncd.core.time.spans import local_date, midnight

STILL_NEW = timedelta(days=3)  # later nobody waits for it any more


def closing(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """The client declined the last time there is for now: one message says what holds.

    Where the session itself was a make-up, it takes that one back as well.
    """
    if not refused_the_last(pass_state, who.conflict) or not pass_state.may_hear(who.conflict):
        return
    if premature(pass_state, who.conflict):
        return
    outlook = prospect(pass_state, who.conflict)
    makeup = pass_state.offer_behind(who.conflict)
    facts = facts_for(pass_state, who, MailKind.CLOSING, makeup, outlook=outlook)
    last = declined_last(pass_state, who.conflict)
    if makeup is None and last is not None and last.cancelled_at is not None and who.client.second_email:
        facts = replace(facts, to=said_it(last, who.client), also="")  # what took it back told the other one
    yield tell(_closing_key(pass_state, who.conflict), facts, who, makeup)


def after_silence(pass_state: PassState, who: Addressee) -> Iterator[Tell]:
    """The last time that they were asked about went by unanswered: one warm line, and the door stays open.

    On the next morning, as they may have come without a word. Not where they have met since, or do so today, nor where
    anything else is still open between them; discreet clients get invitations alone.
    """
    offer = _silent_last(pass_state, who.conflict)
    if offer is None or who.client.discreet or not pass_state.may_hear(who.conflict):
        return
    at = said_at(pass_state, who.conflict, offer)
    due = at is not None and at <= pass_state.now < at + STILL_NEW
    if due and not _meet_by_tonight(pass_state, who.conflict):
        facts = facts_for(pass_state, who, MailKind.CLOSING, None)
        before = Before.ANSWERED if _answered(pass_state, who.conflict) else Before.SILENT
        yield tell(_closing_key(pass_state, who.conflict), replace(facts, before=before), who, None)


def said_at(pass_state: PassState, row: Conflict, offer: Offer) -> datetime | None:
    """When that is said: half a day later; where they are awake next on the day of the session itself, or afterwards,
    on the evening before, if their time was over by then.
    """
    at = silence_closes_at(offer)
    if at is None or row.span.start <= at:
        return at
    zone, quiet = pass_state.zone(row), pass_state.policy(row).timing.quiet
    begins = midnight(local_date(row.span.start, zone), zone)
    evening = last_waking(begins, zone, quiet, pass_state.snapshot.practice.holidays) - SPARE
    late = pass_state.woken(row, at) >= begins and evening >= offer.span.end
    return min(at, evening) if late else at


def _silent_last(pass_state: PassState, row: Conflict) -> Offer | None:
    """The offer whose hour went by without a word, where nothing of this leave is open with this client."""
    if not row.displaced or row.state is not ConflictState.CLOSED or pass_state.offer_behind(row) is not None:
        return None
    beside = [two for two in pass_state.conflicts if (two.client, two.absence) == (row.client, row.absence)]
    hopes = any(two.displaced and two.state is ConflictState.OPEN for two in beside)
    waits = any(one.live or one.state in TIME_KEPT for two in beside for one in pass_state.of(two))
    last = max(_asked_last(pass_state, row), key=lambda one: (one.span.end, one.number), default=None)
    silent = last is not None and last.reason == Ending.SILENCE and last.cancelled_at is None
    open_case = last is not None and (last.frozen or last.said_no or last.doubtful or last.bounced)
    return last if silent and not (open_case or waits or hopes) else None


def _asked_last(pass_state: PassState, row: Conflict) -> list[Offer]:
    """The times that were suggested last, together or alone."""
    sent = [one for one in pass_state.of(row) if one.sent and one.number > row.bygone]
    return [one for one in sent if one.suggestion == sent[-1].suggestion]


def _answered(pass_state: PassState, row: Conflict) -> bool:
    """True where they said anything to what was suggested last: maybe, a late yes, a no to one of several times."""
    made = _asked_last(pass_state, row)
    noes = any(one.reason == Ending.CLIENT or one.said_no for one in made)
    return noes or any(one.tentative or one.late_at or one.answered_at or one.wrote_at for one in made)


def _meet_by_tonight(pass_state: PassState, row: Conflict) -> bool:
    """True where they have met since the session, or do so today."""
    sessions, zone = pass_state.sessions_of(row.therapist, row.client), pass_state.zone(row)
    ends = midnight(local_date(pass_state.now, zone) + timedelta(days=1), zone)
    return any(row.span.end <= one.span.start < ends for one in sessions)


def said_it(offer: Offer, client: Client) -> str:
    """Which of a client's addresses gave the answer that counts."""
    return client.second_email if offer.second_said else client.email


def _closing_key(pass_state: PassState, conflict: Conflict) -> EffectKey:
    return closing_key(conflict, sum(offer.sent for offer in pass_state.of(conflict)))


def refused_the_last(pass_state: PassState, conflict: Conflict) -> bool:
    """True when the client refused what they were asked last, nothing else is held for them, and no mail says so."""
    said = pass_state.snapshot.done(_closing_key(pass_state, conflict))
    return not said and declined_last(pass_state, conflict) is not None


def declined_last(pass_state: PassState, conflict: Conflict) -> Offer | None:
    """What the client was asked last and refused, where nothing else is held for them."""
    offers = tuple(offer for offer in pass_state.of(conflict) if offer.number > conflict.bygone)
    last = next((offer for offer in reversed(offers) if offer.sent), None)
    if last is None or not last.over or last.reason != Ending.CLIENT:
        return None
    if conflict.state is ConflictState.CLOSED:
        return last
    waits = any(offer.live or offer.state is OfferState.PROPOSED for offer in offers)
    waits = waits or any(offer.kept and offer.suggestion == last.suggestion for offer in offers)
    nothing = conflict.id in pass_state.unplaced or not wanted(pass_state, conflict)
    nothing = nothing or pass_state.spent(conflict)
    return last if conflict.state is ConflictState.OPEN and not waits and nothing else None
