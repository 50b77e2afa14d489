"""Why this slot: a placement with the parts of its quality and the sentence that says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from syncd.core.model import Absence, Offer, OfferKind, Tier
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.relief.chance import Habits, habits_by
from syncd.core.planning.relief.continuity import Continuity, continuity_of
from syncd.core.planning.relief.option import Option
from syncd.core.planning.relief.quality import QualityPart, longest_gap, original_of, quality_parts
from syncd.core.planning.request import PlanRequest
from syncd.core.time.minutes import minutes_of
from syncd.core.time.spans import Span, aware, local_date

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY_MINUTES = 1440
_SAME_HOUR, _BESIDE, _NEAR = 15, 90, 240  # minutes from the usual hour
_THURSDAY = 3  # weekday of day 0


@dataclass(frozen=True, slots=True)
class Placement:
    """One conflict's make-up: kind, who gives it, when, how good the slot is, and why in one sentence.

    `kept`: it is the offer that is held already. `burden` of the wait that it shortens, in tenths of one missed
    session, without any make-up and with this one and those that stand; None outside such a wait.
    """

    conflict: str
    client: str
    therapist: str
    kind: OfferKind
    span: Span
    tier: Tier
    parts: tuple[QualityPart, ...]
    sentence: str
    kept: bool = False
    burden: tuple[int, int] | None = None

    @property
    def quality(self) -> int:
        """The sum of the quality parts."""
        return sum(part.points for part in self.parts)


def placement(request: PlanRequest, option: Option) -> Placement:
    """An option as people see it."""
    ranked = request.ranked_of[option.conflict]
    wanted = (option.conflict, option.kind, option.therapist, option.start, option.end)
    held = {(one.conflict, one.kind, one.therapist, *minutes_of(one.span)) for one in request.preferred}
    known = continuity_of(request, ranked.client.id)
    return Placement(
        conflict=option.conflict,
        client=ranked.client.id,
        therapist=option.therapist,
        kind=option.kind,
        span=option.span,
        tier=ranked.tier,
        parts=quality_parts(option.relief, option.chance, option.points),
        sentence=_why(request, option, ranked, request.ask_of[option.conflict].absence, known.habits),
        kept=wanted in held,
        burden=_burden(known, option),
    )


def _burden(known: Continuity, option: Option) -> tuple[int, int] | None:
    if option.stretch < 0:
        return None
    stretch = known.stretches[option.stretch]
    days = () if option.kind is OfferKind.EXTEND else (option.day,)
    return stretch.burden, stretch.left(days)


def standing_sentence(request: PlanRequest, offer: Offer, ranked: Ranked, absence: Absence) -> str:
    """The same sentence of a time that stands already: sent, agreed, or put there by hand.

    `request` knows everybody's time, and nothing that is booked: an accepted time is no hour at which they came before.
    """
    start, end = minutes_of(offer.span)
    time = Option(offer.conflict, offer.kind, offer.therapist, start, end, 0, -1, 0, 0, 0, (0, 0), room=False)
    return _why(request, time, ranked, absence, habits_by(request, (ranked,)))


def _why(request: PlanRequest, option: Option, ranked: Ranked, absence: Absence, habits: Habits) -> str:
    """Why this slot, as a therapist would say it: when, where in relation to the leave, what it does."""
    zone = request.therapist[option.therapist].therapist.zone
    said = [_where(absence.span, option, zone), *_gap(ranked, option), *_usual(habits, option)]
    return f"{_what(request, option, zone)}: {', '.join(said)}."


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """`Thu 9 Jul 15:00` on the wall clock of `zone`."""
    shown = aware(moment).astimezone(zone)
    return (
        f"{_DAYS[shown.weekday()]} {shown.day} {_MONTHS[shown.month - 1]} {shown.hour:02d}:{shown.minute:02d}"
    )


def _what(request: PlanRequest, option: Option, zone: ZoneInfo) -> str:
    when = moment_words(option.span.start, zone)
    match option.kind:
        case OfferKind.EXTEND:
            return f"{option.end - option.start} minutes more at their own session, from {when}"
        case OfferKind.COVER:
            return f"{when} with {request.therapist[option.therapist].therapist.name}"
        case OfferKind.CALL:
            return f"{when} as a call of {option.end - option.start} minutes"
        case _:
            return when


def _where(away: Span, option: Option, zone: ZoneInfo) -> str:
    if option.span.start < away.start:
        days = (local_date(away.start, zone) - local_date(option.span.start, zone)).days
        return f"{_count(days, 'day')} before the leave"
    if option.span.start >= away.end:
        days = (local_date(option.span.start, zone) - local_date(away.end, zone)).days + 1
        return f"{_count(days, 'day')} after the leave"
    return "during the leave"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _gap(ranked: Ranked, option: Option) -> list[str]:
    original = original_of(ranked)
    whole = round((original.following - original.previous) / _DAY_MINUTES)
    left = round(longest_gap(original, option.start) / _DAY_MINUTES)
    return [f"the longest gap falls from {whole} to {_count(left, 'day')}"] if left < whole else []


def _usual(habits: Habits, option: Option) -> list[str]:
    """What makes it likely or unlikely that this client takes it, and what it is for the therapist."""
    weekday = local_date(option.span.start, habits.zone).weekday() in {
        (day + _THURSDAY) % 7 for day in habits.weekdays
    }
    said, away = [], habits.away(option.start)
    if away <= _SAME_HOUR:
        said.append(f"at their usual hour{' and weekday' if weekday else ''}")
    elif against := habits.says(option.start):
        said.append(against)
    elif away < _NEAR:
        far = f"{round(away / 60)} hours from" if away > _BESIDE else "near"
        usual = habits.nearest(option.start)
        said.append(f"{far} their usual {usual // 60:02d}:{usual % 60:02d}")
    elif weekday:
        said.append("on their usual weekday")
    if option.points[1]:
        said.append("in hours kept for make-ups")
    return said
