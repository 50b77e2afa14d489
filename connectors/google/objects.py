"""Pages of events -> calendar objects: a series with its exceptions is one. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from connectors.google.events import called_off, doubt_of, event_of, marker_of, only_busy
from connectors.google.series import expanded, is_exception, is_gone, is_series, listed
from connectors.google.times import Item
from connectors.google.versions import object_etag
from connectors.limits import Unreadable, check_count
from syncd.core.model import CalendarObject, Event, ReadProblem
from syncd.core.time.spans import Span, span_of

_LOST = "an exception whose series is not in the calendar; it is read as a single event"


@dataclass(slots=True)
class Page:
    """What the items of one listing are, the last of a repeated id counting."""

    singles: dict[str, Item] = field(default_factory=dict)
    masters: dict[str, Item] = field(default_factory=dict)
    exceptions: dict[str, dict[str, Item]] = field(default_factory=lambda: defaultdict(dict))
    gone: dict[str, None] = field(default_factory=dict)  # ids, in order

    @classmethod
    def of(cls, items: Iterable[Item]) -> Page:
        """Sort the items of all pages by what they are."""
        page = cls()
        for item in items:
            page._take(str(item["id"]), item)
        return page

    def _take(self, key: str, item: Item) -> None:
        if is_exception(item):
            self.exceptions[str(item["recurringEventId"])][key] = item
            return
        for group in (self.singles, self.masters, self.gone):
            group.pop(key, None)
        if called_off(item) and item.get("start"):
            self.singles[key] = item
        elif is_gone(item):
            self.gone[key] = None
        elif is_series(item):
            self.masters[key] = item
        else:
            self.singles[key] = item

    @property
    def lost(self) -> tuple[Item, ...]:
        """The exceptions that take place although their master is not listed."""
        return tuple(
            item
            for master, items in self.exceptions.items()
            if master not in self.masters
            for item in items.values()
            if not is_gone(item)
        )


@dataclass(slots=True)
class Shelf:
    """The objects read so far, and what could not be read; one bad event costs only itself.

    `mine` are the addresses under which settings know whose calendar this is; empty where nobody's.
    `plain` as in `Rules`.
    """

    calendar: str
    window: Span
    zone: ZoneInfo
    mine: tuple[str, ...] = ()
    plain: bool = True
    objects: list[CalendarObject] = field(default_factory=list)
    problems: list[ReadProblem] = field(default_factory=list)

    def single(self, item: Item) -> None:
        """Take an event without recurrence."""
        self._try(
            item,
            str(item["id"]),
            [item],
            lambda: (event_of(self.calendar, self._known(item), self.zone),),
        )

    def series(self, master: Item, exceptions: Sequence[Item]) -> None:
        """Take a master with all of its exceptions, and expand its rules."""
        self._try(
            master,
            str(master["id"]),
            [master, *exceptions],
            lambda: expanded(
                self.calendar,
                self._known(master),
                list(map(self._known, exceptions)),
                self.window,
                self.zone,
                plain=self.plain,
            ),
        )

    def instances(self, master: Item, instances: Sequence[Item]) -> None:
        """Take a master with the occurrences that the server expanded it to in the window."""
        self._try(
            master,
            str(master["id"]),
            [master, *instances],
            lambda: listed(
                self.calendar, self._known(master), list(map(self._known, instances)), self.window, self.zone
            ),
        )

    def lost(self, item: Item) -> None:
        """Take an exception without its master: it takes time all the same, and is reported."""
        self.problems.append(ReadProblem(self.calendar, str(item["recurringEventId"]), _LOST))
        self.single(item)

    def _known(self, item: Item) -> Item:
        """With the calendar's owner, whom guest lists may name by an alias, by an address that settings know."""
        if not self.mine or "attendees" not in item:
            return item
        return {**item, "attendees": [self._guest(one) for one in item["attendees"]]}

    def _guest(self, one: Mapping[str, Any]) -> Mapping[str, Any]:
        unknown = one.get("self") and str(one.get("email", "")).lower() not in self.mine
        return {**one, "email": self.mine[0]} if unknown else one

    def _try(
        self, item: Item, href: str, told: Sequence[Item], read: Callable[[], tuple[Event, ...]]
    ) -> None:
        uid = str(item.get("recurringEventId", "")) or str(item["id"])
        try:
            doubts = {one["id"]: doubt for one in told if "start" in one and (doubt := doubt_of(one))}
            if doubts and any(marker_of(one) for one in told):
                raise Unreadable(next(iter(doubts.values())))
            events = tuple(only_busy(event) for event in read()) if doubts else read()
            check_count(len(events))
        except Unreadable as error:
            self.problems.append(ReadProblem(self.calendar, uid, error.reason, href))
            return
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            self.problems.append(
                ReadProblem(self.calendar, uid, "not an event as the API describes one", href)
            )
            return
        self.problems += [
            ReadProblem(self.calendar, uid, doubt, href) for doubt in dict.fromkeys(doubts.values())
        ]
        inside = tuple(
            one if one.href == href else replace(one, href=href)
            for one in events
            if span_of(one.when, self.zone).overlaps(self.window)
        )
        self.objects.append(CalendarObject(href, _etag(item, inside), uid, inside))


def _etag(item: Item, events: Sequence[Event]) -> str:
    own = str(item.get("etag", ""))
    return object_etag(own, events) if is_series(item) else own
