"""Whose hand it was: a change soon after our own write, or back to what stood before it, is looked at twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from syncd.core.model import CalendarObject, Event, Trace
from syncd.core.time.spans import AllDay, Span

OURS_FOR = timedelta(minutes=10)  # a change so soon after our write may be our own, seen late or in part
APART = timedelta(minutes=5)  # between the two reads that make it another's
UNSEEN = "unseen"  # in place of a digest: what was written could not be read back, or reading lags
COMPARED = timedelta(days=300)  # ahead of the write: every window that is read reaches so far

Look = Callable[
    [str], CalendarObject | None
]  # reads one object itself, by UID; raises where it cannot be read


def shown(stored: CalendarObject | None, at: datetime) -> dict[str, str]:
    """By recurrence id what an object shows in the time after a write, but for etags, counters and answers."""
    near = Span(at, at + COMPARED)
    return {
        event.recurrence_id: _digest(repr(_compared(event)))
        for event in (stored.events if stored else ())
        if isinstance(event.when, AllDay) or near.holds(event.when.start)
    }


def _compared(event: Event) -> Event:
    """Without what its server does to it by itself, such as the link of a room that it makes."""
    link = "" if event.conference else event.link
    return replace(event, etag="", href="", attendees=(), sequence=0, link=link)


def whole(stored: CalendarObject | None, at: datetime) -> str:
    """The same in one; "" for no object."""
    return "" if stored is None else _digest("\x1e".join(map(str, sorted(shown(stored, at).items()))))


def same_but_for_etag(known: CalendarObject | None, found: CalendarObject) -> bool:
    """True where nothing of an object is another than its version's name."""
    return known is not None and versioned(known, "") == versioned(found, "")


def versioned(stored: CalendarObject, etag: str) -> CalendarObject:
    """The object under another version's name."""
    return replace(stored, etag=etag, events=tuple(replace(one, etag=etag) for one in stored.events))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]


def traced(
    calendar: str, uid: str, at: datetime, before: CalendarObject | None, after: CalendarObject | None
) -> Trace:
    """The trace of a write that was read back."""
    then, now = shown(before, at), shown(after, at)
    changed = tuple(
        (one, then.get(one, "")) for one in sorted({*then, *now}) if then.get(one) != now.get(one)
    )
    return Trace(calendar, uid, at, changed, whole(after, at))


def unseen(calendar: str, uid: str, at: datetime) -> Trace:
    """The trace of a write that nobody has seen yet: what reading shows meanwhile may be what stood before it."""
    return Trace(calendar, uid, at, (), UNSEEN, doubted_at=at)


@dataclass(slots=True)
class Sifting:
    """One calendar's reading held against what we wrote there; `traces` are those that changed."""

    calendar: str
    now: datetime
    known: Mapping[str, Trace]  # by UID
    look: Look
    counted: int  # how far the store has
    traces: list[Trace] = field(default_factory=list)

    def taken(self, listed: CalendarObject, mirrored: CalendarObject | None) -> CalendarObject | None:
        """The object as it is to be taken: as listed, as the server itself shows it, or as it was known."""
        trace = self.known.get(listed.uid)
        if trace is None or listed == mirrored or self._beyond(listed):
            return listed
        before = () if trace.after == UNSEEN else (whole(mirrored, trace.at),)
        known = whole(listed, trace.at) in {trace.after, *before}
        if known or not self._needs_two(trace, listed):
            return self._settled(trace, listed)
        return self._second_look(trace, mirrored)

    def again(
        self, mirrored: Mapping[str, CalendarObject], looked: Collection[str]
    ) -> Iterable[CalendarObject]:
        """What was doubted, looked at once more where it is time; objects that are to be taken as they are now."""
        for uid, trace in sorted(self.known.items()):
            if trace.doubted_at is None or uid in looked or self.now < trace.doubted_at + APART:
                continue
            found = self._second_look(trace, mirrored.get(uid))
            if found is not None and found != mirrored.get(uid):
                yield found

    def _beyond(self, listed: CalendarObject) -> bool:
        """True for a write of ours that the store does not know: no list that lags, but a store that was put back."""
        return any(one.marker is not None and one.marker.number > self.counted for one in listed.events)

    def _needs_two(self, trace: Trace, listed: CalendarObject) -> bool:
        now = shown(listed, trace.at)
        returned = any(now.get(one, "") == before for one, before in trace.before)
        return returned or self.now < trace.at + OURS_FOR

    def _second_look(self, trace: Trace, mirrored: CalendarObject | None) -> CalendarObject | None:
        """Look at the object itself, now; the second look that shows it, long enough after the first, is believed."""
        try:
            actual = self.look(trace.uid)
        except Exception:  # whatever it is: it is no look
            return mirrored
        if whole(actual, trace.at) == trace.after:
            return self._settled(trace, actual)
        if trace.doubted_at is not None and trace.doubted_at + APART <= self.now:
            return self._settled(trace, actual)
        if trace.doubted_at is None:
            self.traces.append(replace(trace, doubted_at=self.now))
        return mirrored

    def _settled(self, trace: Trace, found: CalendarObject | None) -> CalendarObject | None:
        if trace.doubted_at is not None:
            self.traces.append(replace(trace, doubted_at=None))
        return found
