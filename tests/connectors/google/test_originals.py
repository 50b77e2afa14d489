"""Originals: a session that is called off and brought back, single, of a series, split off or forgotten."""

from __future__ import annotations

import pytest

from syncd.core.model import OccurrenceRef
from syncd.core.model.errors import NotFound
from syncd.ports import Calendar
from tests.connectors.google.samples import (
    CLIENT,
    DECORATED,
    SECOND,
    WINDOW,
    Json,
    all_day,
    shown_in,
    timed,
    weekly,
)
from tests.servers.google import GoogleServer, Person


def test_a_cancelled_occurrence_comes_back_as_it_was(dana: Person, calendar: Calendar) -> None:
    """Moved, renamed, with its guest's answer: though Google forgot all of it meanwhile."""
    guests = [{"email": CLIENT, "responseStatus": "accepted"}]
    key = dana.enter(weekly("2026-06-01T09:00", attendees=guests, colorId="5"), "Practice")
    instance = f"{key}_{SECOND}"
    own = {"summary": "AB, room 3", "colorId": "9", **DECORATED}
    dana.change(instance, {**timed("2026-06-16T15:00"), **own}, "Practice")
    before = shown_in(dana, instance)
    ref = OccurrenceRef(calendar.id, key, SECOND)
    cancelled = calendar.cancel(ref, "")
    assert dana.event(instance, "Practice") is None
    assert calendar.restore(ref, cancelled.pre_image).href == key
    after = shown_in(dana, instance)
    for name in ("start", "end", "attendees", *own):
        assert after[name] == before[name]
    assert "extendedProperties" not in after


@pytest.mark.parametrize(
    ("guest", "with_google", "methods"),
    [("", False, []), (CLIENT, True, []), (CLIENT, False, ["CANCEL", "REQUEST"] * 2)],
)
def test_cancelling_and_restoring_an_original_changes_its_guest_s_calendar(
    google: GoogleServer, dana: Person, calendar: Calendar, guest: str, with_google: bool, methods: list[str]
) -> None:
    """What it means the client reads in our words; a calendar outside Google learns of it by Google's mail alone."""
    if with_google:
        google.person(guest)
    guests = [{"email": guest, "responseStatus": "accepted"}] if guest else []
    key = dana.enter(weekly("2026-06-01T09:00", attendees=guests), "Practice")
    single = dana.enter(timed("2026-06-02T09:00", attendees=guests), "Practice")
    for ref, event in (
        (OccurrenceRef(calendar.id, key, SECOND), f"{key}_{SECOND}"),
        (OccurrenceRef(calendar.id, single), single),
    ):
        cancelled = calendar.cancel(ref, "")
        assert dana.event(event, "Practice") is None
        calendar.restore(ref, cancelled.pre_image)
        assert dana.event(event, "Practice") is not None
    assert [(mail.recipient, mail.method) for mail in google.world.ledger.mails] == [
        (guest, method) for method in methods
    ]
    patches = {call.given["sendUpdates"] for call in google.calls if call.method == "events.patch"}
    assert patches == {"externalOnly" if guest else "none"}


def test_only_the_one_occurrence_is_touched(dana: Person, calendar: Calendar) -> None:
    """Every other session of the series stays where it was."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    week = ("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z", "Practice")
    before = [one["id"] for one in dana.week(*week)]
    calendar.cancel(OccurrenceRef(calendar.id, key, SECOND), "")
    assert [one["id"] for one in dana.week(*week)] == [one for one in before if not one.endswith(SECOND)]
    assert shown_in(dana, key)["recurrence"] == ["RRULE:FREQ=WEEKLY"]


@pytest.mark.parametrize("forgets", [False, True])
def test_a_session_that_the_therapist_deleted_is_not_taken_for_ours(
    google: GoogleServer, dana: Person, calendar: Calendar, forgets: bool
) -> None:
    """Their deletion between reading and cancelling stays theirs, also where Google no longer tells whose it was."""
    google.world.forgets_details = forgets
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    dana.delete(f"{key}_{SECOND}", "Practice")
    with pytest.raises(NotFound):
        calendar.cancel(OccurrenceRef(calendar.id, key, SECOND), "")


def test_a_lost_answer_to_a_cancellation_can_still_be_undone(dana: Person, calendar: Calendar) -> None:
    """It was read back, which gives no pre-image: the occurrence comes back as the series has it."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    ref = OccurrenceRef(calendar.id, key, SECOND)
    before = shown_in(dana, f"{key}_{SECOND}")
    calendar.cancel(ref, "")
    calendar.restore(ref, "")
    assert shown_in(dana, f"{key}_{SECOND}")["start"] == before["start"]


def _split_off(dana: Person, body: Json) -> str:
    """Google's own way to name a series after "this and following"."""
    stamp = body["start"].get("date", "").replace("-", "") or "20260608T070000"
    dana.bring_in(f"abcde_R{stamp}", body, "Practice")
    return f"abcde_R{stamp}"


def test_a_session_of_a_series_that_was_split_is_cancelled_and_restored(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """Its occurrences are named after the first series: the server is asked for the one that began then."""
    key = _split_off(dana, weekly("2026-06-08T09:00"))
    ref = OccurrenceRef(calendar.id, key, SECOND)
    read = calendar.read(key, WINDOW)
    assert read is not None
    cancelled = calendar.cancel(ref, read.etag)
    assert dana.event(f"abcde_{SECOND}", "Practice") is None
    asked = [call.given["originalStart"] for call in google.calls if "originalStart" in call.given]
    assert asked == ["2026-06-15T07:00:00Z"]
    calendar.restore(ref, cancelled.pre_image)
    assert shown_in(dana, f"abcde_{SECOND}")["status"] == "confirmed"
    assert shown_in(dana, "abcde_20260622T070000Z")["status"] == "confirmed"


def test_a_whole_day_of_a_series_that_was_split_is_cancelled(dana: Person, calendar: Calendar) -> None:
    """The same with dates."""
    body = all_day("2026-06-08", "2026-06-09", recurrence=["RRULE:FREQ=WEEKLY"])
    ref = OccurrenceRef(calendar.id, _split_off(dana, body), "20260615")
    cancelled = calendar.cancel(ref, "")
    assert dana.event("abcde_20260615", "Practice") is None
    calendar.restore(ref, cancelled.pre_image)
    assert dana.event("abcde_20260615", "Practice") is not None


def test_an_occurrence_that_a_series_does_not_have_is_not_found(dana: Person, calendar: Calendar) -> None:
    """Neither made of its id nor named by the server."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    with pytest.raises(NotFound):
        calendar.cancel(OccurrenceRef(calendar.id, key, "20260616T070000Z"), "")


def test_a_session_that_others_organise_cannot_be_cancelled(
    google: GoogleServer, dana: Person, ada: Person, account_primary: Calendar
) -> None:
    """It is somebody else's event: Forbidden, and nothing changes."""
    key = ada.enter(timed("2026-06-02T09:00", attendees=[{"email": dana.email}]))
    with pytest.raises(Exception, match="forbiddenForNonOrganizer"):
        account_primary.cancel(OccurrenceRef(account_primary.id, key), "")
    assert ada.event(key) is not None


def test_a_single_session_that_google_has_forgotten_is_entered_anew(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """Tombstones go after a month, and their ids are never used again: the pre-image has all that it was."""
    key = dana.enter(timed("2026-06-02T09:00", summary="AB, room 3", colorId="9"), "Practice")
    ref = OccurrenceRef(calendar.id, key)
    cancelled = calendar.cancel(ref, "")
    google.world.forget_tombstones()
    written = calendar.restore(ref, cancelled.pre_image)
    after = shown_in(dana, written.href)
    assert written.href != key
    assert (after["summary"], after["colorId"], after["status"]) == ("AB, room 3", "9", "confirmed")
    assert after["start"] == timed("2026-06-02T09:00")["start"] | after["start"]


def test_restoring_into_a_deleted_series_is_not_found(dana: Person, calendar: Calendar) -> None:
    """There is nothing left for it to come back to."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    ref = OccurrenceRef(calendar.id, key, SECOND)
    cancelled = calendar.cancel(ref, "")
    dana.delete(key, "Practice")
    with pytest.raises(NotFound):
        calendar.restore(ref, cancelled.pre_image)


def test_what_the_therapist_brought_back_stays_as_they_left_it(dana: Person, calendar: Calendar) -> None:
    """Restoring what stands again writes nothing."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    ref = OccurrenceRef(calendar.id, key, SECOND)
    cancelled = calendar.cancel(ref, "")
    dana.change(f"{key}_{SECOND}", {"status": "confirmed", "summary": "AB!"}, "Practice")
    calendar.restore(ref, cancelled.pre_image)
    assert shown_in(dana, f"{key}_{SECOND}")["summary"] == "AB!"
