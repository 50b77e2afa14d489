"""How likely a client takes a time, against their own usual hour and weekday (100).

A declared model, not a fitted one: clinicians can read and predict it. It chooses between the times of one client,
never between clients (`syncd/core/planning/solving/likeliest.py`). Silence and "maybe" change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from syncd.core.model import OfferKind, OfferState
from syncd.core.planning.ranking import Ranked
from syncd.core.planning.request import PlanRequest
from syncd.core.time.minutes import local_minute, minute_of

# (minutes from an hour that the client is used to, chance in hundredths); further away: ODD_HOUR.
HOURS = ((30, 100), (60, 96), (90, 92), (120, 88), (150, 83), (179, 78))
ODD_HOUR = 25  # three hours and more away
OTHER_WEEKDAY = 95  # hundredths of it
VOUCHES = 60  # minutes around an hour at which they once came, for which that says something
# The same for whom the past shows to come at several other times. Where two parts of the day hold all their hours, what
# lies far from these suits them less; whoever came all over the day has shown that any hour does.
SHOWN = 3  # other times at which they came
SHOWN_HOURS = ((30, 100), (60, 85), (90, 55), (120, 35), (150, 27), (179, 25))
SHOWN_ODD_HOUR = 4
UNSEEN_WEEKDAY = 50
PARTS, PART = 2, 90  # so many parts of a day, of so many minutes
# After so many noes to hours of one leave: what chance a further one must have, where the past has shown what suits.
AGAIN = (0, 50, 90)
DECLINED = 60  # hundredths of it, near an hour of that weekday which the client declined
COVER_SHARE = 60  # hundredths of what a session with the client's own therapist would give
CALL_SHARE = 30
SHARES = {OfferKind.COVER: COVER_SHARE, OfferKind.CALL: CALL_SHARE}
_NEAR = 90  # minutes
_DAY = 1440
_WEEK = 7 * _DAY
_MONDAY = 4  # 1970 began on a Thursday


@dataclass(frozen=True, slots=True)
class Habits:
    """When a client is used to come: minutes of the local day, weekdays; `free`: their windows say what suits.

    `usual` are the hours of the displaced sessions, `attended` all others at which they ever came or said yes; the
    same for `weekdays` and `came_on`. `shown`: they came at so many other times that the past tells what suits them;
    `any_hour`: it tells that every hour does.
    `declined` are (weekday, minute of the day). `likeliest` is what counts as 100: the chance of their likeliest open
    hour, where that is far from a usual one.
    """

    zone: ZoneInfo
    usual: tuple[int, ...]
    attended: tuple[int, ...] = ()
    weekdays: frozenset[int] = frozenset()
    declined: tuple[tuple[int, int], ...] = ()
    free: bool = False
    likeliest: int = 100
    came_on: frozenset[int] = frozenset()
    shown: bool = False
    any_hour: bool = False

    def chance(self, start: int) -> int:
        """Hundredths, for a start in minutes since 1970."""
        shown = local_minute(start, self.zone)
        clock, weekday = shown % _DAY, shown // _DAY % 7
        found = 100 if self.free or self.any_hour else self._of_hour(clock)
        found = found * self._of_weekday(weekday) // 100
        if any(day == weekday and _apart(clock, hour) <= _NEAR for day, hour in self.declined):
            found = found * DECLINED // 100
        return min(100, found * 100 // self.likeliest)

    def asked_again(self, start: int, noes: int) -> bool:
        """False after a no for an hour that their own past speaks against: it would be one more mail for a no.

        Who has had no other hour offered is asked about any; and the past of most says too little to leave one out.
        """
        return (
            not self.shown or replace(self, likeliest=100).chance(start) >= AGAIN[min(noes, len(AGAIN) - 1)]
        )

    def odd(self, start: int) -> bool:
        """True three hours and more from every hour that they are known to come at."""
        known = self.free or self.any_hour
        return not known and self._of_hour(local_minute(start, self.zone) % _DAY) == self._odd_hour

    @property
    def _odd_hour(self) -> int:
        return SHOWN_ODD_HOUR if self.shown else ODD_HOUR

    def _of_hour(self, clock: int) -> int:
        usual, once = _nearest(clock, self.usual), _nearest(clock, self.attended)
        away = min(usual, once) if self.shown or once <= VOUCHES else usual
        away = 0 if not (self.usual or self.attended) else away
        hours = SHOWN_HOURS if self.shown else HOURS
        return next((chance for within, chance in hours if away <= within), self._odd_hour)

    def _of_weekday(self, weekday: int) -> int:
        if weekday in self.weekdays:
            return 100
        return UNSEEN_WEEKDAY if self.shown and weekday not in self.came_on else OTHER_WEEKDAY

    def nearest(self, start: int) -> int:
        """The usual hour that is nearest, in minutes since midnight; where there is none, the one asked about."""
        clock = local_minute(start, self.zone) % _DAY
        return min(self.usual, key=lambda hour: _apart(clock, hour), default=clock)

    def away(self, start: int) -> int:
        """Minutes from the nearest usual hour."""
        return _apart(local_minute(start, self.zone) % _DAY, self.nearest(start))

    def sentence(self, start: int) -> str:
        """What the chance rests on."""
        shown = local_minute(start, self.zone)
        return f"{self.says(start) or self._hour_words(start)}, on {self._weekday_words(shown // _DAY % 7)}"

    def _weekday_words(self, weekday: int) -> str:
        if weekday in self.weekdays:
            return "their weekday"
        if not self.shown:
            return "another weekday"
        return (
            "a weekday on which they came before"
            if weekday in self.came_on
            else "a weekday that is new to them"
        )

    def _hour_words(self, start: int) -> str:
        away = self.away(start)
        if away <= HOURS[0][0]:
            return "at their usual hour"
        if self.free:
            return "inside the times that they gave"
        return f"{round(away / 60) or 1} {'hour' if away < _NEAR else 'hours'} from their usual hour"

    def says(self, start: int) -> str:
        """The chance in words; "" where nothing speaks against the time."""
        shown = local_minute(start, self.zone)
        clock, weekday = shown % _DAY, shown // _DAY % 7
        if any(day == weekday and _apart(clock, hour) <= _NEAR for day, hour in self.declined):
            return "near an hour that they declined"
        if self.free or self.away(start) <= HOURS[0][0]:
            return ""
        if self.any_hour:
            return "at another hour, as they often came"
        if self._of_hour(clock) == HOURS[0][1]:
            return "at an hour at which they came before"
        hours = round(self.away(start) / 60)
        if self._of_hour(clock) == self._odd_hour:
            return f"{hours} hours from their usual hour, which few take"
        return ""


def habits_of(request: PlanRequest, client: str) -> Habits:
    """What a client is used to: from displaced sessions, past ones, what they said yes or no to."""
    return habits_by(request, request.ranked_by_client[client])


def habits_by(request: PlanRequest, rows: Sequence[Ranked]) -> Habits:
    """The same by displaced sessions of one client, one at least, be they asked about in the request or not."""
    client = rows[0].client.id
    time = request.client[client]
    zone = rows[0].candidate.zone
    usual = {local_minute(minute_of(row.conflict.span.start), zone) for row in rows}
    usual |= {local_minute(minute_of(span.start), zone) for span in time.displaced}
    came = {span.start for span in time.sessions if span.start < request.now}
    came |= {
        one.offer.span.start
        for one in request.booked_by_client.get(client, ())
        if one.offer.agreed or one.offer.state is OfferState.ACCEPTED
    }
    declined = {local_minute(minute_of(span.start), zone) for span in time.refused}
    weekly = {one % _WEEK for one in usual}
    once = {local_minute(minute_of(start), zone) % _WEEK for start in came} | _of_the_past(rows)
    elsewhere = once - weekly
    gathered = _gathered({one % _DAY for one in once | weekly})
    return Habits(
        zone=zone,
        usual=tuple(sorted({one % _DAY for one in weekly})),
        attended=tuple(sorted({one % _DAY for one in elsewhere} - {one % _DAY for one in weekly})),
        weekdays=frozenset(one // _DAY for one in weekly),
        declined=tuple(sorted((shown // _DAY % 7, shown % _DAY) for shown in declined)),
        free=rows[0].client.windows is not None,
        came_on=frozenset(one // _DAY for one in elsewhere),
        shown=len(elsewhere) >= SHOWN and gathered,
        any_hour=len(elsewhere) >= SHOWN and not gathered,
    )


def _gathered(hours: Iterable[int]) -> bool:
    """True where few parts of the day hold all of these."""
    begins: list[int] = []
    for hour in sorted(hours):
        if not begins or hour > begins[-1] + PART:
            begins.append(hour)
    return len(begins) <= PARTS


def _of_the_past(rows: Sequence[Ranked]) -> set[int]:
    """Times in a week that counts from Thursday on, as days since 1970 do."""
    past = (one for row in rows if row.candidate.facts for one in row.candidate.facts.came)
    return {(weekday + _MONDAY) % 7 * _DAY + minute for weekday, minute in past}


@lru_cache(maxsize=1 << 14)
def _nearest(clock: int, hours: tuple[int, ...]) -> int:
    """Minutes to the nearest of these; a whole day where there is none."""
    return min((_apart(clock, hour) for hour in hours), default=_DAY)


def _apart(clock: int, hour: int) -> int:
    away = abs(clock - hour)
    return min(away, _DAY - away)
