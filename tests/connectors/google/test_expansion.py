"""Two expanders that share nothing: the stand-in's, by hand, and the connector's, by a library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from connectors.google.objects import Page, Shelf
from syncd.core.time.spans import Span
from syncd.standin.google.answers import ApiError
from syncd.standin.google.listing import list_events, list_instances
from syncd.standin.google.rules import rule_of
from syncd.standin.google.world import World
from syncd.standin.google.writing import delete, insert, patch
from tests.connectors.google.samples import BERLIN, Json, all_day

OWNER = "dana@example.org"
# The days on which clocks change in 2026, forward and back.
EDGES: Mapping[str, tuple[date, ...]] = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),  # for Ramadan
    "UTC": (date(2026, 3, 29),),
}
WEEKDAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True)
PLACED = st.builds("{}{}".format, st.sampled_from([1, 2, 4, 5, -1, -2]), st.sampled_from(["MO", "FR", "SU"]))
MONTH_DAYS = st.lists(st.sampled_from([1, 15, 28, 29, 30, 31, -1, -3]), min_size=1, unique=True)


@dataclass(frozen=True, slots=True)
class Case:
    """A series by its rule, its zone, its first start on the wall, and its length."""

    rule: str
    zone: str
    first: datetime
    minutes: int
    edge: date
    days: bool = False

    @property
    def body(self) -> Json:
        """As it is entered."""
        if self.days:
            until = self.first.date() + timedelta(days=1 + self.minutes // 300)
            return all_day(self.first.date().isoformat(), until.isoformat(), recurrence=[self.rule])
        ends = self.first + timedelta(minutes=self.minutes)
        points = {
            name: {"dateTime": one.isoformat(), "timeZone": self.zone}
            for name, one in (("start", self.first), ("end", ends))
        }
        return {**points, "recurrence": [self.rule]}

    @property
    def window(self) -> Span:
        """Seven weeks around the day on which clocks change."""
        middle = datetime.combine(self.edge, time(), UTC)
        return Span(middle - timedelta(days=14), middle + timedelta(days=35))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule of those that calendars of practices have, without an end."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}"]
    if (every := draw(st.integers(1, 4))) > 1:
        parts.append(f"INTERVAL={every}")
    if freq in {"DAILY", "WEEKLY"} and draw(st.booleans()):
        parts.append(f"BYDAY={','.join(draw(WEEKDAYS))}")
    if freq == "WEEKLY" and draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    if freq == "MONTHLY":
        match draw(st.sampled_from(["as it starts", "weekday", "days"])):
            case "weekday":
                parts.append(f"BYDAY={draw(PLACED)}")
            case "days":
                parts.append(f"BYMONTHDAY={','.join(map(str, draw(MONTH_DAYS)))}")
    if freq == "YEARLY" and draw(st.booleans()):
        parts += [f"BYMONTH={draw(st.integers(1, 12))}", f"BYDAY={draw(PLACED)}"]
    return ";".join(parts)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A series that begins at an hour at which clocks change, some days before they do, with or without an end."""
    zone, rule, days = draw(st.sampled_from([*EDGES])), draw(rules()), draw(st.booleans())
    edge = draw(st.sampled_from(EDGES[zone]))
    clock = draw(st.one_of(st.times(time(0), time(4)), st.times())).replace(second=0, microsecond=0)
    begins = edge - timedelta(days=draw(st.one_of(st.integers(0, 20), st.integers(0, 700))))
    # A start that its own rule does not meet is undefined by RFC 5545 §3.8.5.3.
    met = next(iter(rule_of(rule).days(begins)), None)
    assume(met is not None)
    first = datetime.combine(met or begins, clock)
    match draw(st.sampled_from(["endless", "count", "until"])):
        case "count":
            rule += f";COUNT={draw(st.integers(1, 60))}"
        case "until" if days:
            rule += f";UNTIL={first + timedelta(days=draw(st.integers(0, 60))):%Y%m%d}"
        case "until":
            # Ends on an occurrence, or a minute beside it: the instants around the change are the hard ones.
            last = list(islice(rule_of(rule).days(first.date()), draw(st.integers(1, 12))))[-1]
            instant = datetime.combine(last, clock, ZoneInfo(zone)).astimezone(UTC)
            rule += f";UNTIL={instant + timedelta(minutes=draw(st.integers(-1, 1))):%Y%m%dT%H%M%SZ}"
    return Case(f"RRULE:{rule}", zone, first, draw(st.integers(15, 600)), edge, days)


def _daily(first: str, more: str = "") -> Case:
    """Every day in Berlin, at an hour that one of them does not have, or has twice."""
    begins = datetime.fromisoformat(first)
    return Case(f"RRULE:FREQ=DAILY{more}", "Europe/Berlin", begins, 50, begins.date() + timedelta(days=2))


@settings(max_examples=150)
@given(
    case=cases(),
    exdate=st.booleans(),
    touched=st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["cancel", "move", "title"])), max_size=3),
)
@example(case=_daily("2026-03-27T02:30"), exdate=False, touched=[])
@example(case=_daily("2026-10-23T02:30"), exdate=False, touched=[])
@example(case=_daily("2026-03-29T00:30", ";UNTIL=20260328T233000Z"), exdate=False, touched=[])
def test_the_servers_expansion_and_ours_agree(
    case: Case, exdate: bool, touched: list[tuple[int, str]]
) -> None:
    """events.list expanded here equals events.instances expanded by the server, exceptions included."""
    world = World(lambda: datetime(2026, 6, 1, tzinfo=UTC))
    world.add_user(OWNER)
    box = world.calendars[OWNER]
    body = case.body
    if exdate:
        kind, form = ("VALUE=DATE", "%Y%m%d") if case.days else (f"TZID={case.zone}", "%Y%m%dT%H%M%S")
        body["recurrence"].append(f"EXDATE;{kind}:{case.first:{form}}")
    series = insert(world, box, body, "none", OWNER)
    window = {"timeMin": case.window.start.isoformat(), "timeMax": case.window.end.isoformat()}
    asked = {"eventId": series.id, "showDeleted": True, "maxResults": 2500, **window}
    seen = list_instances(world, box, asked, "owner")["items"]
    for index, what in touched:
        if index < len(seen):
            _touch(world, seen[index], what)
    listed = Page.of(list_events(world, box, {"showDeleted": True, "maxResults": 2500}, "owner")["items"])
    ours, theirs, libraries = (Shelf("c", case.window, BERLIN, plain=plain) for plain in (True, True, False))
    for one in (ours, libraries):
        one.series(listed.masters[series.id], tuple(listed.exceptions[series.id].values()))
    theirs.instances(listed.masters[series.id], list_instances(world, box, asked, "owner")["items"])
    assert not ours.problems
    assert ours.objects == theirs.objects == libraries.objects


def _touch(world: World, item: Json, what: str) -> None:
    box = world.calendars[OWNER]
    stored = world.find(box, item["id"])
    if stored is not None and stored.gone:
        return
    days = "date" in item["start"]
    moved = (
        {"start": {"date": "2026-07-11"}, "end": {"date": "2026-07-12"}}
        if days
        else {"start": {"dateTime": "2026-07-11T10:00:00Z"}, "end": {"dateTime": "2026-07-11T11:00:00Z"}}
    )
    match what:
        case "cancel":
            delete(world, box, item["id"], "none", box.owner, "")
        case "title":
            patch(world, box, item["id"], {"summary": "CD"}, "none", box.owner, "")
        case _:
            patch(world, box, item["id"], moved, "none", box.owner, "")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY",
        "FREQ=WEEKLY;BYDAY=2MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20260701T000000Z",
        "FREQ=WEEKLY;COUNT=",
        "FREQ=WEEKLY;INTERVAL=0",
        "BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;UNTIL=soon",
    ],
)
def test_rules_that_it_does_not_know_are_refused(rule: str) -> None:
    """None is passed over in part: another library would then see other days than the stand-in."""
    world = World(lambda: datetime(2026, 6, 1, tzinfo=UTC))
    world.add_user(OWNER)
    body = all_day("2026-06-01", "2026-06-02", recurrence=[f"RRULE:{rule}"])
    with pytest.raises(ApiError, match="400"):
        insert(world, world.calendars[OWNER], body, "none", OWNER)


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU",
            "1997-08-05",
            ["1997-08-05", "1997-08-17", "1997-08-19"],
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TU,SU",
            "1997-08-05",
            ["1997-08-05", "1997-08-10", "1997-08-19"],
        ),
        ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29", "2032-02-29"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13", ["1998-02-13", "1998-03-13", "1998-11-13"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", []),
    ],
)
def test_what_the_standard_says_of_rules(rule: str, first: str, expected: list[str]) -> None:
    """Examples of RFC 5545 §3.8.5.3 among them."""
    found = islice(rule_of(rule).days(date.fromisoformat(first)), 3)
    assert [day.isoformat() for day in found] == expected
