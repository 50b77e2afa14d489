"""Until when an answer is due, and when its client is reminded (docs/offers.md#answers)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from syncd.core.model import AWAITED, Offer, OfferKind, OfferState, Tier
from syncd.core.model.offer_facts import Ending
from syncd.core.model.practice import QuietHours, SlotRules
from syncd.core.policy.quiet_hours import last_waking, waking
from syncd.core.time.spans import Span, local, local_date, shifted

ANSWER_MARGIN = timedelta(hours=24)  # an answer is due at the latest this long before the slot
ANSWER_ROOM = timedelta(hours=12)  # a slot that leaves less time to answer is not offered
DAY, HALF_DAY, HOUR = timedelta(days=1), timedelta(hours=12), timedelta(hours=1)
SOON_AFTER = timedelta(minutes=10)
AFTERNOON = timedelta(hours=4)  # before the last moment of a day at which mails leave
QUARTER = timedelta(minutes=15)
RESUMED = timedelta(hours=48)  # the least time to answer that is left when a clock runs on


Night = tuple[ZoneInfo, QuietHours]  # by whose clocks, and when they are not to be disturbed


def minimum_notice(rules: SlotRules, tier: Tier) -> timedelta:
    """How long before its start a slot must have been offered: clients in crisis and protected ones may have less."""
    return rules.crisis_notice if tier is Tier.CRISIS else rules.min_notice


def answer_due(sent: datetime, slot: Span, within: timedelta, night: Night | None = None) -> datetime:
    """When an answer is due: the earlier of sent + `within`, on to a quarter of an hour, and 24 h before the slot.

    A time that the therapist chose may leave less room than that: then half of what is left, to the quarter, and by
    the evening or the morning where that is at `night`.
    """
    due = shifted(sent, within, night[0]) if night else sent + within  # seven days by the clock on the wall
    due = min(_quarter(due), slot.start - ANSWER_MARGIN)
    half = sent + max(slot.start - sent, timedelta()) / 2
    half = _quarter(half) if _quarter(half) < slot.start else half
    if due - sent >= ANSWER_ROOM:
        return due
    return _by_day(max(due, half), sent, slot.start, *night) if night else max(due, half)


def _by_day(due: datetime, sent: datetime, before: datetime, zone: ZoneInfo, quiet: QuietHours) -> datetime:
    hours = replace(quiet, sundays=False)
    evening = last_waking(due, zone, hours, frozenset()) + timedelta(minutes=1)
    if due < evening or evening - sent >= (due - sent) / 2:
        return min(due, evening)
    morning = waking(due, zone, hours, frozenset())
    return morning if morning < before else due


def _quarter(moment: datetime) -> datetime:
    """The next moment that people would name: a quarter of an hour by every clock."""
    over = (moment - datetime.min.replace(tzinfo=moment.tzinfo)) % QUARTER
    return moment + (QUARTER - over if over else over)


def unanswered_since(offer: Offer) -> datetime | None:
    """When the client was asked what they have not answered; None when nobody waits for that."""
    return offer.invited_at if offer.state in AWAITED and not offer.frozen else None


def unsure_at(offer: Offer) -> datetime | None:
    """When who said yes hears that their other address said no, if nobody has settled it by then: a day after the last
    of the two, and with a day and a half left; in an hour where that is nearer. None where they agree.
    """
    said = [at for at in (offer.answer_stamp, offer.other_stamp, offer.answered_at) if at is not None]
    if not offer.at_odds or offer.over or offer.state is OfferState.SETTLED or not said:
        return None
    return max(min(max(said) + DAY, offer.span.start - DAY * 1.5), max(said) + HOUR)


def thanks_at(offer: Offer) -> datetime | None:
    """When a plain yes is thanked for: minutes later, as what was pressed by mistake is put right by then. None for any
    other answer, and for a yes after a no or after its time, which has a mail of its own.
    """
    plain = offer.state is OfferState.ACCEPTED and offer.answered_at is not None and offer.late_at is None
    known = not offer.uncounted  # else it was found in the calendar, and may have been thanked for long ago
    if not (plain and known) or _open_case(offer) or offer.answered_at is None:
        return None
    late = offer.due is not None and offer.answered_at >= offer.due
    return None if late else (offer.answer_stamp or offer.answered_at) + SOON_AFTER


def _open_case(offer: Offer) -> bool:
    """True where nothing more is sent until the therapist settles it: unless all that they wrote came before a yes."""
    answered = offer.answered_at if offer.state is OfferState.ACCEPTED else None
    earlier = offer.wrote_at is not None and answered is not None and offer.wrote_at < answered
    return offer.at_odds or (offer.frozen and not (earlier and not (offer.mistyped or offer.bounced)))


def eve_of(offer: Offer, night: Night, holidays: frozenset[date]) -> datetime | None:
    """When a client who said yes is reminded of it, be it in person of what they have read."""
    in_person = offer.state is OfferState.SETTLED and offer.told == offer.span
    agreed = offer.state is OfferState.ACCEPTED or in_person
    if not agreed or _open_case(offer) or offer.kind is OfferKind.EXTEND:
        return None
    return on_the_eve(offer.span, night, holidays)


def silence_closes_at(offer: Offer) -> datetime | None:
    """When it is said that a time went by unanswered: half a day later. Nothing of time beside their own hour."""
    silent = offer.reason == Ending.SILENCE and offer.over and offer.kind is not OfferKind.EXTEND
    return offer.span.end + HALF_DAY if silent else None


def open_eve(offer: Offer, night: Night, holidays: frozenset[date]) -> datetime | None:
    """When a client hears that a time is not agreed that nobody has settled: one that they proposed, an answer to which
    the therapist has to confirm, a yes beside the no of their other address, or one that met what the therapist typed
    into its title. On its eve, and a while after that.
    """
    eve, proposed = on_the_eve(offer.span, night, holidays), offer.state is OfferState.PROPOSED
    at_odds = unsure_at(offer)
    if at_odds is not None:
        return max(eve, at_odds)
    doubted = offer.doubtful and offer.sent and offer.state in AWAITED
    if not (proposed or doubted or offer.yes_waits):
        return None
    return max(eve, offer.planned_at + HOUR) if proposed and offer.planned_at is not None else eve


def on_the_eve(hour: Span, night: Night, holidays: frozenset[date]) -> datetime:
    """In the afternoon of the last day before it on which mails leave."""
    zone, quiet = night
    midnight = local(local_date(hour.start, zone), time(0), zone)
    return last_waking(midnight, zone, quiet, holidays) - AFTERNOON


def reminder_due(offer: Offer) -> datetime | None:
    """Half time between invitation and due date; None when there is nothing to remind of."""
    if offer.state is not OfferState.INVITED or offer.due is None or offer.invited_at is None:
        return None
    if offer.reminded_at is not None or offer.frozen:
        return None
    return offer.invited_at + (offer.due - offer.invited_at) / 2
