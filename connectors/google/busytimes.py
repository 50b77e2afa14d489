"""When the calendars that others share with one account are busy: one question (freebusy.query) for all of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.google.client import GoogleClient
from connectors.google.times import rfc3339
from syncd.core.model.errors import ConnectorError, Malformed, NotFound, Transient
from syncd.core.time.spans import Span, intersect, subtract, union
from syncd.ports import Clock

_AT_ONCE = timedelta(days=85)  # longer questions are refused (timeRangeTooLong)
_TOGETHER = 50  # calendars in one question
_BEFORE, _AHEAD = timedelta(days=1), timedelta(days=84)  # what is near takes one question
_FAR_LASTS = timedelta(hours=1)
_PASS = timedelta(seconds=30)

_Told = Mapping[str, Any]  # what one answer says of one calendar


@dataclass(frozen=True, slots=True)
class _Far:
    """What has been told, since one time, of all that is not `near`: by calendar, an answer for each part of it."""

    at: datetime
    whole: Span
    told: dict[str, list[_Told]]

    @property
    def near(self) -> tuple[Span, ...]:
        """What is asked for in each pass: one span, or none."""
        return intersect((self.whole,), (Span(self.at - _BEFORE, self.at + _AHEAD),))

    @property
    def parts(self) -> list[Span]:
        """The rest, in pieces that one question takes."""
        return [part for rest in subtract((self.whole,), self.near) for part in _parts(rest)]

    def serves(self, window: Span, now: datetime) -> bool:
        """True while it is new enough, where it is wide enough."""
        return timedelta(0) <= now - self.at < _FAR_LASTS and self.whole.contains(window)


class BusyTimes:
    """Busy time of an account's shared calendars. Safe between threads.

    The next twelve weeks are never older than the pass that asks: each answer serves each calendar once. What is
    further away, or past, may be an hour old.
    """

    def __init__(self, client: GoogleClient, clock: Clock) -> None:
        """Nothing is asked yet."""
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, Span] = {}
        self._far: _Far | None = None
        self._near: dict[str, tuple[datetime, _Told]] = {}

    def of(self, remote: str, window: Span, what: str) -> tuple[Span, ...]:
        """When this calendar is busy in the window, sorted and disjoint. NotFound where it is shared no more."""
        with self._lock:
            self._windows[remote] = window
            now = self._clock.now()
            far = self._since(window, now)
            if remote not in far.told:
                far.told.update(self._ask(remote, far.parts, what))
            told = [*far.told[remote], *self._nearby(remote, far, now, what)]
            try:
                busy = [span for one in told for span in _spans(one, what)]
            except ConnectorError as error:
                del far.told[remote]  # trouble does not last for an hour
                if isinstance(error, NotFound):
                    del self._windows[remote]
                raise
        return intersect(union(busy), (window,))

    def _since(self, window: Span, now: datetime) -> _Far:
        if self._far is None or not self._far.serves(window, now):
            windows = self._windows.values()
            whole = Span(min(one.start for one in windows), max(one.end for one in windows))
            self._far = _Far(now, whole, {})
            self._near.clear()
        return self._far

    def _nearby(self, remote: str, far: _Far, now: datetime, what: str) -> list[_Told]:
        if not far.near:
            return []
        if remote not in self._near or abs(now - self._near[remote][0]) > _PASS:
            asked = self._ask(remote, far.near, what)
            self._near.update((key, (now, told)) for key, (told,) in asked.items())
        return [self._near.pop(remote)[1]]

    def _ask(self, remote: str, parts: Sequence[Span], what: str) -> dict[str, list[_Told]]:
        """What is told of this calendar and those beside it: one answer for each part."""
        names = list(self._windows)
        first = names.index(remote) // _TOGETHER * _TOGETHER
        wanted = names[first : first + _TOGETHER]
        answers = [self._answer(part, wanted, what) for part in parts]
        told = {one: [answer[one] for answer in answers if one in answer] for one in wanted}
        whole = {one: some for one, some in told.items() if len(some) == len(answers)}
        if remote not in whole:
            raise Malformed(f"google: {what}: no answer for this calendar")
        return whole

    def _answer(self, part: Span, wanted: Sequence[str], what: str) -> dict[str, _Told]:
        body = {
            "timeMin": rfc3339(part.start),
            "timeMax": rfc3339(part.end),
            "items": [{"id": one} for one in wanted],
        }
        answer = self._client.read(lambda service: service.freebusy().query(body=body), what)
        calendars = answer.get("calendars")
        told = calendars if isinstance(calendars, Mapping) else {}
        return {one: told[one] for one in wanted if isinstance(told.get(one), Mapping)}


def _parts(window: Span) -> Iterator[Span]:
    start = window.start
    while start < window.end:
        end = min(start + _AT_ONCE, window.end)
        yield Span(start, end)
        start = end


def _spans(told: _Told, what: str) -> Iterator[Span]:
    """Busy time; raises for a calendar that the answer reports as unreadable: silence would look like free time."""
    reasons = {str(error.get("reason", "")) for error in told.get("errors", ())}
    if "notFound" in reasons:
        raise NotFound(f"google: {what}: not shared with this account any more")
    if reasons:
        raise Transient(f"google: {what}: {', '.join(sorted(reasons))}")
    try:
        for one in told.get("busy", ()):
            yield Span(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))
    except (KeyError, TypeError, ValueError):
        raise Malformed(f"google: {what}: busy time that is none") from None
