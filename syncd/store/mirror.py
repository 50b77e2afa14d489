"""The mirror of the calendars: what each object last said, by calendar and href; and how reading them went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, select

from syncd.core.model import CalendarObject, Ground, Trace
from syncd.ports import CalendarState, MirrorChange
from syncd.store.codec import CALENDAR, GROUND, OBJECT, TRACE
from syncd.store.recall import Recall
from syncd.store.rows import upsert
from syncd.store.tables import calendars, mirror
from syncd.store.tables import grounds as places
from syncd.store.tables import traces as traces_table

_STATES = select(calendars).order_by(calendars.c.calendar)
_TRACES = select(traces_table).order_by(traces_table.c.calendar, traces_table.c.uid)
_NAMES = select(calendars.c.calendar)
_OBJECTS = select(mirror.c.calendar, mirror.c.href, mirror.c.body).order_by(mirror.c.calendar, mirror.c.href)
_GROUNDS = select(places).order_by(places.c.place)
_DROP = delete(mirror).where(mirror.c.calendar == bindparam("of"), mirror.c.href == bindparam("at"))


def apply(connection: Connection, change: MirrorChange) -> None:
    """Bring one calendar's mirror and cursor to what was read; rows that say the same stay as they are."""
    calendar = change.state.calendar
    gone = set(change.gone)
    if change.replace:
        gone |= set(connection.scalars(select(mirror.c.href).where(mirror.c.calendar == calendar)))
    gone -= {each.href for each in change.put}
    drop(connection, ((calendar, href) for href in sorted(gone)))
    put(connection, ((calendar, each) for each in change.put))
    upsert(connection, calendars, [{"calendar": calendar, "body": CALENDAR.encode(change.state)}])


def put(connection: Connection, objects: Iterable[tuple[str, CalendarObject]]) -> None:
    """Remember these objects of these calendars as they stand now."""
    upsert(
        connection,
        mirror,
        (
            {"calendar": calendar, "href": each.href, "etag": each.etag, "body": OBJECT.encode(each)}
            for calendar, each in objects
        ),
    )


def drop(connection: Connection, places: Iterable[tuple[str, str]]) -> None:
    """Forget what stood at (calendar, href)."""
    gone = [{"of": calendar, "at": href} for calendar, href in places]
    if gone:
        connection.execute(_DROP, gone)


def states(connection: Connection, recall: Recall) -> tuple[CalendarState, ...]:
    """What is known of each calendar's reading."""
    rows = connection.execute(_STATES)
    return tuple(recall.decode(CALENDAR, row.body, f"calendars/{row.calendar}") for row in rows)


def objects(connection: Connection, recall: Recall) -> dict[str, tuple[CalendarObject, ...]]:
    """Every object, by calendar id; a calendar that was read and is empty has an entry too."""
    held: dict[str, list[CalendarObject]] = {name: [] for name in connection.scalars(_NAMES)}
    for calendar, href, body in connection.execute(_OBJECTS):
        held.setdefault(calendar, []).append(recall.decode(OBJECT, body, f"mirror/{calendar}/{href}"))
    return {calendar: tuple(each) for calendar, each in held.items()}


def put_grounds(connection: Connection, every: Sequence[Ground]) -> None:
    """Remember how reading each place went; places that are not named are none any more."""
    connection.execute(delete(places).where(places.c.place.not_in([one.place for one in every])))
    upsert(connection, places, ({"place": one.place, "body": GROUND.encode(one)} for one in every))


def grounds(connection: Connection, recall: Recall) -> tuple[Ground, ...]:
    """How reading each place went."""
    rows = connection.execute(_GROUNDS)
    return tuple(recall.decode(GROUND, row.body, f"grounds/{row.place}") for row in rows)


def put_traces(connection: Connection, every: Iterable[Trace]) -> None:
    """Remember what we wrote last to these objects."""
    rows = (
        {"calendar": each.calendar, "uid": each.uid, "at": each.at, "body": TRACE.encode(each)}
        for each in every
    )
    upsert(connection, traces_table, rows)


def traces(connection: Connection, recall: Recall) -> tuple[Trace, ...]:
    """What we wrote last to each object."""
    rows = connection.execute(_TRACES)
    return tuple(recall.decode(TRACE, row.body, f"traces/{row.calendar}/{row.uid}") for row in rows)
