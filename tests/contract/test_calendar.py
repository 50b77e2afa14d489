"""The contract of `ports.Calendar` and `ports.Account`: in memory, on real servers, and on servers with quirks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from syncd.core.model import (
    Changes,
    Event,
    EventDraft,
    EventStatus,
    Marker,
    OccurrenceRef,
    Transparency,
)
from syncd.core.model.errors import CursorInvalid, Forbidden, NotFound, VersionConflict
from syncd.core.time.spans import AllDay, Span, span_of
from tests.servers.dav import DavServer
from tests.servers.entries import event_text
from tests.servers.quirks import QUIRKS, Server
from tests.servers.radicale import radicale
from tests.servers.worlds import ZONE, World, dav_world, google_world, memory_world
from tests.servers.xandikos import xandikos

WINDOW = Span(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC))
MONDAY = Span(datetime(2026, 7, 6, 7, tzinfo=UTC), datetime(2026, 7, 6, 8, tzinfo=UTC))
TUESDAY = Span(MONDAY.start + timedelta(days=1), MONDAY.end + timedelta(days=1))
TOKEN = "c5h7q0m2v4u6s8p1n3k9j1g2f4"
SECOND = "20260713T070000Z"
PLAIN: tuple[tuple[str, Server | None], ...] = (
    ("memory", None),
    ("google", None),
    ("radicale", None),
    ("xandikos", None),
)
_slugs = count()

weekly = partial(event_text, when=MONDAY, tzid="Europe/Berlin", lines=["RRULE:FREQ=WEEKLY"])


def draft(uid: str = TOKEN) -> EventDraft:
    """A hold on Monday."""
    return EventDraft(
        uid=uid,
        when=MONDAY,
        title="Held for a client",
        description="First line\nsecond, with; signs and ümlauts",
        status=EventStatus.TENTATIVE,
        marker=Marker("instance-1", uid),
        location="Room 2",
    )


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, DavServer]]:
    """Radicale and Xandikos, running."""
    with ExitStack() as stack:
        yield {
            "radicale": stack.enter_context(radicale(tmp_path_factory.mktemp("radicale"))),
            "xandikos": stack.enter_context(xandikos(tmp_path_factory.mktemp("xandikos"))),
        }


def worlds(*quirks: str) -> pytest.MarkDecorator:
    """Run a class on every plain calendar, and on Radicale with each of these quirks."""
    params = [*PLAIN, *(("radicale", QUIRKS[name]) for name in quirks)]
    names = [f"{kind}-{quirk.name}" if quirk else kind for kind, quirk in params]
    return pytest.mark.parametrize("world", params, ids=names, indirect=True)


@pytest.fixture
def world(request: pytest.FixtureRequest, servers: dict[str, DavServer], tmp_path: Path) -> Iterator[World]:
    """One empty calendar."""
    kind, quirk = request.param
    if kind == "memory":
        yield memory_world()
        return
    if kind == "google":
        with google_world(tmp_path) as found:
            yield found
        return
    with dav_world(servers[kind], f"c{next(_slugs)}", quirk) as (made, _):
        yield made


def everything(world: World) -> Changes:
    """A first read."""
    return world.calendar.changes("", WINDOW)


def events(changes: Changes) -> list[Event]:
    """All occurrences read, by start."""
    found = [event for one in changes.objects for event in one.events]
    return sorted(found, key=lambda event: (span_of(event.when, ZONE), event.uid))


@worlds(
    "rewrites bodies",
    "no sync tokens",
    "multiget fails as a whole",
    "multiget leaves objects out",
    "multiget has failed properties",
    "root fails on a token",
    "page where nothing is",
)
class TestReading:
    def test_an_empty_calendar_is_read_completely(self, world: World) -> None:
        """Nothing in it is an answer, not an error."""
        changes = everything(world)
        assert (changes.objects, changes.gone, changes.problems, changes.complete) == ((), (), (), True)

    def test_a_series_is_expanded_inside_the_window(self, world: World) -> None:
        """Each occurrence carries the series' UID, its own recurrence id, and keeps its wall clock."""
        world.owner.put_text(weekly("s1", "AB"), "s1")
        found = events(everything(world))
        assert [event.recurrence_id for event in found][:2] == ["20260706T070000Z", SECOND]
        assert {event.uid for event in found} == {"s1"}
        assert len(found) == 9
        assert all(event.recurring and event.unbounded for event in found)

    def test_all_day_events_stay_dates(self, world: World) -> None:
        """A week of leave is seven dates until a zone makes it a span."""
        week = AllDay(date(2026, 7, 6), date(2026, 7, 13))
        world.owner.put_text(event_text("leave", "Vacation", week), "leave")
        assert [event.when for event in events(everything(world))] == [week]

    def test_nothing_changed_says_so(self, world: World) -> None:
        """After a read the account has nothing stale, and a delta is empty."""
        world.owner.put_text(weekly("s1", "AB"), "s1")
        first = everything(world)
        stale = world.account.stale({world.calendar.id: first.cursor})
        assert stale == (frozenset() if world.tells_stale else {world.calendar.id})
        again = world.calendar.changes(first.cursor, WINDOW)
        assert (again.objects, again.gone, again.complete) == ((), (), False)

    def test_a_delta_holds_what_changed_and_nothing_else(self, world: World) -> None:
        """An edit, an addition and a removal show; the untouched rest does not."""
        for uid in ("stays", "edited", "removed"):
            world.owner.put_text(event_text(uid, uid, MONDAY), uid)
        first = everything(world)
        removed = next(one.href for one in first.objects if one.uid == "removed")
        world.owner.edit("edited", lambda text: text.replace("SUMMARY:edited", "SUMMARY:different"))
        world.owner.put_text(event_text("added", "added", TUESDAY), "added")
        world.owner.remove("removed")
        assert world.account.stale({world.calendar.id: first.cursor}) == {world.calendar.id}
        delta = world.calendar.changes(first.cursor, WINDOW)
        assert sorted(event.title for event in events(delta)) == ["added", "different"]
        assert delta.gone == (removed,)
        assert not delta.complete
        after = world.calendar.changes(delta.cursor, WINDOW)
        assert (after.objects, after.gone) == ((), ())

    def test_one_broken_event_stops_no_other(self, world: World) -> None:
        """It is named in the problems, by calendar and UID, and left out."""
        world.owner.put_text(event_text("good", "AB", MONDAY), "good")
        endless = event_text("bomb", "Z", MONDAY, lines=["RRULE:FREQ=SECONDLY"])
        world.owner.put_text(endless, "bomb")
        changes = everything(world)
        assert [event.uid for event in events(changes)] == ["good"]
        assert [(one.calendar, one.uid) for one in changes.problems] == [(world.calendar.id, "bomb")]
        assert "SECONDLY" in changes.problems[0].reason

    def test_a_single_object_is_read_straight_from_the_calendar(self, world: World) -> None:
        """By UID, as the full read shows it; None for one that does not exist."""
        world.owner.put_text(weekly("s1", "AB"), "s1")
        read = world.calendar.read("s1", WINDOW)
        assert read is not None
        assert [replace(event, etag="") for event in read.events] == [
            replace(event, etag="") for event in everything(world).objects[0].events
        ]
        assert world.calendar.read("nobody", WINDOW) is None

    def test_a_cursor_from_elsewhere_is_refused(self, world: World) -> None:
        """The caller then reads everything, once."""
        with pytest.raises(CursorInvalid):
            world.calendar.changes("not a cursor", WINDOW)

    def test_a_calendar_that_is_not_there_is_named_with_what_is(self, world: World) -> None:
        """The message says what could have been meant."""
        with pytest.raises(NotFound, match="Practice"):
            world.account.open("Praxis").changes("", WINDOW)


@worlds(
    "no etag on PUT",
    "weak etag on PUT",
    "rewrites bodies",
    "ignores If-None-Match",
    "ignores every condition",
    "page where nothing is",
)
class TestWriting:
    def test_a_draft_comes_back_as_it_was_written(self, world: World) -> None:
        """Times, texts, marker and status survive the way through the server."""
        world.calendar.create(draft())
        (event,) = events(everything(world))
        assert event.ours
        wanted = draft()
        assert (event.when, event.title, event.description, event.location) == (
            wanted.when,
            wanted.title,
            wanted.description,
            wanted.location,
        )
        assert (event.status, event.transparency, event.marker) == (
            EventStatus.TENTATIVE,
            Transparency.OPAQUE,
            wanted.marker,
        )
        assert "CLASS:PRIVATE" in world.owner.text(TOKEN)
        assert not event.attendees
        assert not event.organizer

    def test_the_same_object_is_never_created_twice(self, world: World) -> None:
        """A second create is a conflict and leaves the first as it is."""
        world.calendar.create(draft())
        with pytest.raises(VersionConflict):
            world.calendar.create(replace(draft(), title="Second"))
        assert [event.title for event in events(everything(world))] == [draft().title]

    def test_a_replacement_keeps_what_is_not_ours(self, world: World) -> None:
        """An alarm and a property that somebody added stay."""
        written = world.calendar.create(draft())
        foreign = (
            "X-FOREIGN:kept\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM"
        )
        world.owner.edit(TOKEN, lambda text: text.replace("END:VEVENT", f"{foreign}\r\nEND:VEVENT"))
        world.calendar.replace(replace(draft(), when=TUESDAY, status=EventStatus.CONFIRMED), "")
        (event,) = events(everything(world))
        assert (event.when, event.status) == (TUESDAY, EventStatus.CONFIRMED)
        text = world.owner.text(TOKEN)
        assert "X-FOREIGN:kept" in text
        assert "BEGIN:VALARM" in text
        assert written.href == event.href

    def test_the_etag_of_a_write_holds_for_the_next(self, world: World) -> None:
        """Where one is given it is the object's, and a chain of writes needs no read between."""
        written = world.calendar.create(draft())
        written = world.calendar.replace(replace(draft(), title="Once more"), written.etag)
        world.calendar.delete(TOKEN, written.etag)
        assert world.calendar.read(TOKEN, WINDOW) is None

    def test_a_stale_etag_changes_nothing(self, world: World) -> None:
        """Replace, delete and cancel refuse what somebody has edited since."""
        world.calendar.create(draft())
        (old,) = everything(world).objects
        world.owner.edit(TOKEN, lambda text: text.replace("Room 2", "Room 3"))
        with pytest.raises(VersionConflict):
            world.calendar.replace(draft(), old.etag)
        with pytest.raises(VersionConflict):
            world.calendar.delete(TOKEN, old.etag)
        with pytest.raises(VersionConflict):
            world.calendar.cancel(OccurrenceRef(world.calendar.id, TOKEN), old.etag)
        (event,) = events(everything(world))
        assert (event.location, event.status) == ("Room 3", EventStatus.TENTATIVE)

    def test_what_is_gone_cannot_be_written(self, world: World) -> None:
        """Replace, delete, cancel and restore say that it is not there, and do not bring it back."""
        ref = OccurrenceRef(world.calendar.id, TOKEN)
        with pytest.raises(NotFound):
            world.calendar.replace(draft(), "")
        with pytest.raises(NotFound):
            world.calendar.delete(TOKEN, "")
        with pytest.raises(NotFound):
            world.calendar.cancel(ref, "")
        with pytest.raises(NotFound):
            world.calendar.restore(ref, '{"kind": "standing", "status": ""}')
        assert world.owner.text(TOKEN) == ""


def only(*quirks: str) -> pytest.MarkDecorator:
    """Run a class on Radicale with each of these quirks, and as it is."""
    params = [("radicale", None), *(("radicale", QUIRKS[name]) for name in quirks)]
    return pytest.mark.parametrize("world", params, ids=["as it is", *quirks], indirect=True)


@only("everything for any token", "tidied changes", "no sync tokens")
class TestIncompleteAnswers:
    def test_a_deletion_that_no_delta_names_is_seen(self, world: World) -> None:
        """The listing moved and the answer names nothing, or all that is left: one listing decides."""
        for uid in ("stays", "stays too", "removed"):
            world.owner.put_text(event_text(uid, uid, MONDAY), uid)
        first = everything(world)
        world.owner.remove("removed")
        assert world.account.stale({world.calendar.id: first.cursor}) == {world.calendar.id}
        after = world.calendar.changes(first.cursor, WINDOW)
        assert left(first, after) == ["stays", "stays too"]
        again = world.calendar.changes(after.cursor, WINDOW)
        assert left(first, after, again) == ["stays", "stays too"]

    def test_a_change_that_no_delta_names_is_seen(self, world: World) -> None:
        """An edit and an addition, too."""
        for uid in ("stays", "edited"):
            world.owner.put_text(event_text(uid, uid, MONDAY), uid)
        first = everything(world)
        world.owner.edit("edited", lambda text: text.replace("SUMMARY:edited", "SUMMARY:different"))
        world.owner.put_text(event_text("added", "added", TUESDAY), "added")
        assert world.account.stale({world.calendar.id: first.cursor}) == {world.calendar.id}
        after = world.calendar.changes(first.cursor, WINDOW)
        titles = {event.title for event in events(after)}
        assert {"added", "different"} <= titles
        assert left(first, after) == ["added", "edited", "stays"]


def left(*reads: Changes) -> list[str]:
    """The UIDs that are in a calendar after these reads, one on top of the other."""
    there: dict[str, str] = {}
    for read in reads:
        there = {} if read.complete else {href: uid for href, uid in there.items() if href not in read.gone}
        there |= {one.href: one.uid for one in read.objects}
    return sorted(there.values())


@only("weak etags everywhere")
class TestWeakEtags:
    def test_what_could_not_be_changed_is_not_written(self, world: World) -> None:
        """Found out with the first hold, which does not stay; the next ones are not even tried."""
        if world.name == "plain":
            world.calendar.create(draft())
            return
        for uid in (TOKEN, TOKEN.replace("c5", "c6")):
            with pytest.raises(Forbidden, match="weak ETags only"):
                world.calendar.create(draft(uid))
            assert world.owner.text(uid) == ""
        assert everything(world).objects == ()


@worlds("no etag on PUT", "rewrites bodies", "ignores every condition")
class TestOriginals:
    def test_one_occurrence_is_cancelled_as_an_override(self, world: World) -> None:
        """STATUS:CANCELLED on that one, no EXDATE, and every other occurrence as before."""
        world.owner.put_text(weekly("s1", "AB"), "s1")
        before = everything(world)
        world.calendar.cancel(OccurrenceRef(world.calendar.id, "s1", SECOND), before.objects[0].etag)
        after = events(everything(world))
        assert [event.recurrence_id for event in after if event.status is EventStatus.CANCELLED] == [SECOND]
        assert [event.when for event in after] == [event.when for event in events(before)]
        assert "EXDATE" not in world.owner.text("s1")

    def test_a_cancelled_occurrence_comes_back(self, world: World) -> None:
        """The override goes, and the calendar shows what it showed before."""
        world.owner.put_text(weekly("s1", "AB"), "s1")
        before = events(everything(world))
        ref = OccurrenceRef(world.calendar.id, "s1", SECOND)
        cancelled = world.calendar.cancel(ref, before[0].etag)
        world.calendar.restore(ref, cancelled.pre_image)
        assert [replace(one, etag="") for one in events(everything(world))] == [
            replace(one, etag="") for one in before
        ]
        assert "RECURRENCE-ID" not in world.owner.text("s1")

    def test_restoring_keeps_what_was_edited_since(self, world: World) -> None:
        """A new title of the whole series stays; so does a note on the cancelled occurrence."""
        world.owner.put_text(weekly("s1", "AB"), "s1")
        ref = OccurrenceRef(world.calendar.id, "s1", SECOND)
        cancelled = world.calendar.cancel(ref, everything(world).objects[0].etag)
        world.owner.edit("s1", lambda text: text.replace("SUMMARY:AB", "SUMMARY:AB online"))
        world.calendar.restore(ref, cancelled.pre_image)
        after = events(everything(world))
        assert {event.title for event in after} == {"AB online"}
        assert all(event.status is EventStatus.CONFIRMED for event in after)

    def test_a_single_session_is_cancelled_in_place_and_restored(self, world: World) -> None:
        """The object stays, with another status, and gets its own back."""
        world.owner.put_text(event_text("one", "AB", MONDAY, lines=["STATUS:CONFIRMED"]), "one")
        ref = OccurrenceRef(world.calendar.id, "one")
        cancelled = world.calendar.cancel(ref, everything(world).objects[0].etag)
        assert [event.status for event in events(everything(world))] == [EventStatus.CANCELLED]
        world.calendar.restore(ref, cancelled.pre_image)
        assert [event.status for event in events(everything(world))] == [EventStatus.CONFIRMED]

    def test_cancelling_twice_is_once(self, world: World) -> None:
        """After an unclear write the same call gives the same pre-image, whatever the etag is by now."""
        world.owner.put_text(weekly("s1", "AB"), "s1")
        etag = everything(world).objects[0].etag
        ref = OccurrenceRef(world.calendar.id, "s1", SECOND)
        first = world.calendar.cancel(ref, etag)
        text = world.owner.text("s1")
        assert world.calendar.cancel(ref, etag).pre_image == first.pre_image
        assert world.owner.text("s1") == text

    def test_an_occurrence_that_never_was_is_not_found(self, world: World) -> None:
        """Nothing is written for it."""
        world.owner.put_text(weekly("s1", "AB"), "s1")
        text = world.owner.text("s1")
        with pytest.raises(NotFound):
            world.calendar.cancel(OccurrenceRef(world.calendar.id, "s1", "20260714T070000Z"), "")
        assert world.owner.text("s1") == text
