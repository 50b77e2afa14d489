"""Writing: what lands in the calendar, what the client gets in mail, what never happens twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.google.account import GoogleAccount
from syncd.core.model import EventStatus, OccurrenceRef, PartStat
from syncd.core.model.errors import NotFound, Rejected, Unclear, VersionConflict
from syncd.ports import Calendar
from tests.connectors.google.samples import (
    ADA,
    CLIENT,
    DECORATED,
    UID,
    WINDOW,
    Clock,
    Json,
    all_day,
    hold,
    timed,
    weekly,
)
from tests.servers.google import Call, Fault, GoogleServer, Person, Phase

OFF = "This appointment does not take place."
SECOND = "20260615T070000Z"


def _invited(calendar: Calendar) -> str:
    """A hold made an invitation; its etag."""
    written = calendar.create(hold())
    return calendar.replace(replace(hold(), attendee=ADA, notify=True), written.etag).etag


def _shown(dana: Person, key: str = UID) -> Json:
    found = dana.event(key, "Practice")
    assert found is not None
    return found


def test_a_hold_is_silent_and_an_invitation_is_one_mail(google: GoogleServer, calendar: Calendar) -> None:
    """The client hears nothing of the hold, once of the invitation, and nothing of the confirmation."""
    written = calendar.create(hold())
    assert google.mails(CLIENT) == []
    invited = replace(hold(), attendee=ADA, notify=True)
    written = calendar.replace(invited, written.etag)
    assert [mail.method for mail in google.mails(CLIENT)] == ["REQUEST"]
    calendar.replace(replace(invited, notify=False, status=EventStatus.CONFIRMED), written.etag)
    assert [mail.method for mail in google.mails(CLIENT)] == ["REQUEST"]


def test_a_clients_own_yes_is_read_and_survives_the_confirmation(
    dana: Person, ada: Person, calendar: Calendar
) -> None:
    """The answer in Ada's calendar shows in Dana's, with her words, and CONFIRMED does not reset it."""
    _invited(calendar)
    assert ada.event(UID) is not None
    ada.answer(UID, "accepted", "Thank you")
    read = calendar.read(UID, WINDOW)
    assert read is not None
    (answered,) = read.events[0].attendees
    assert (answered.partstat, answered.comment) == (PartStat.ACCEPTED, "Thank you")
    calendar.replace(replace(hold(), attendee=ADA, status=EventStatus.CONFIRMED), read.etag)
    shown = _shown(dana)
    assert shown["status"] == "confirmed"
    assert shown["attendees"][0]["responseStatus"] == "accepted"


def test_an_answer_comes_with_the_next_poll(ada: Person, calendar: Calendar) -> None:
    """A decline is a change of the organizer's event."""
    _invited(calendar)
    cursor = calendar.changes("", WINDOW).cursor
    ada.answer(UID, "declined")
    (changed,) = calendar.changes(cursor, WINDOW).objects
    assert changed.events[0].attendees[0].partstat is PartStat.DECLINED


def test_a_client_who_keeps_unknown_senders_off_can_answer_all_the_same(
    google: GoogleServer, ada: Person, calendar: Calendar
) -> None:
    """Not on the calendar is not unseen: the mail went out, and its buttons work."""
    google.world.users[CLIENT].adds_invitations = False
    _invited(calendar)
    assert ada.event(UID) is None
    assert len(google.mails(CLIENT)) == 1
    ada.answer(UID, "accepted")
    read = calendar.read(UID, WINDOW)
    assert read is not None
    assert read.events[0].attendees[0].partstat is PartStat.ACCEPTED


def test_guests_have_no_rights_and_the_marker_is_not_theirs(
    ada: Person, dana: Person, calendar: Calendar
) -> None:
    """Ada sees neither other guests nor our properties; the event is private."""
    _invited(calendar)
    shown = _shown(dana)
    assert shown["visibility"] == "private"
    assert shown["guestsCanInviteOthers"] is False
    assert shown["guestsCanSeeOtherGuests"] is False
    copy = ada.event(UID)
    assert copy is not None
    assert "extendedProperties" not in copy


def test_colour_conference_and_reminders_survive_every_patch(dana: Person, calendar: Calendar) -> None:
    """What the therapist or Google added to our event stays as it is."""
    calendar.create(hold())
    added = {**DECORATED, "colorId": "7"}
    dana.change(UID, added, "Practice")
    before = _shown(dana)
    later = replace(hold(datetime(2026, 7, 9, 9, tzinfo=UTC)), title="Session", status=EventStatus.CONFIRMED)
    calendar.replace(later, "")
    shown = _shown(dana)
    assert {name: shown[name] for name in added} == {name: before[name] for name in added}
    assert shown["start"] == {"dateTime": "2026-07-09T11:00:00+02:00", "timeZone": "Europe/Berlin"}


def test_every_write_says_whether_google_shall_mail(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """sendUpdates stands on each: `all` where a client must hear, `none` elsewhere."""
    key = dana.enter(weekly("2026-06-01T09:00"), "Practice")
    calendar.delete(UID, _invited(calendar))
    ref = OccurrenceRef(calendar.id, key, SECOND)
    calendar.restore(ref, calendar.cancel(ref, "").pre_image)
    writes = [call for call in google.calls if call.method not in {"events.get", "events.list"}]
    assert [(call.method, call.given["sendUpdates"]) for call in writes] == [
        ("events.insert", "none"),
        ("events.patch", "all"),
        ("events.delete", "all"),
        ("events.patch", "none"),
        ("events.patch", "none"),
    ]
    assert all(call.if_match for call in writes if call.method != "events.insert")


def test_an_equal_draft_writes_nothing(google: GoogleServer, calendar: Calendar) -> None:
    """Replacing an event by itself is a read."""
    written = calendar.create(hold())
    google.calls.clear()
    assert calendar.replace(hold(), written.etag).etag == written.etag
    assert [call.method for call in google.calls] == ["events.get"]


def test_a_drag_without_a_mail_is_told_once_with_the_tag_taken_away(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """`#send` after the therapist dragged without sending: one more mail, the guests as they were."""
    _invited(calendar)
    dana.drag(UID, "2026-07-10T09:00:00Z", "2026-07-10T09:50:00Z", "Practice", send="none")
    dana.change(UID, {"summary": "Hold: AB #send"}, "Practice")
    moved = replace(hold(datetime(2026, 7, 10, 9, tzinfo=UTC)), attendee=ADA, notify=True)
    calendar.replace(moved, "")
    told = [datetime.fromisoformat(mail.start) for mail in google.mails(CLIENT)]
    assert told == [datetime(2026, 7, 8, 9, tzinfo=UTC), datetime(2026, 7, 10, 9, tzinfo=UTC)]


@pytest.mark.parametrize("more", [{}, {"guestsCanModify": True}, {"visibility": "public"}])
def test_a_message_that_google_would_not_write_is_reported(
    google: GoogleServer, dana: Person, calendar: Calendar, more: Json
) -> None:
    """A draft in which guests see nothing new reaches nobody: it is not written, a human is told instead."""
    _invited(calendar)
    dana.change(UID, more, "Practice")
    google.calls.clear()
    with pytest.raises(Rejected):
        calendar.replace(replace(hold(), attendee=ADA, notify=True), "")
    assert [call.method for call in google.calls] == ["events.get"]
    assert len(google.mails(CLIENT)) == 1


def test_a_second_client_is_never_added(google: GoogleServer, dana: Person, calendar: Calendar) -> None:
    """The therapist put somebody on the hold by hand: nothing is sent, a human decides."""
    calendar.create(hold())
    dana.change(UID, {"attendees": [{"email": "eve@example.com"}]}, "Practice")
    with pytest.raises(Rejected):
        calendar.replace(replace(hold(), attendee=ADA, notify=True), "")
    assert google.mails(CLIENT) == []


@pytest.mark.parametrize("name", ["primary", "Practice"])
def test_a_therapist_on_their_own_guest_list_stays_there(
    google: GoogleServer, dana: Person, account: GoogleAccount, name: str
) -> None:
    """Google puts organizers there, with marks that it takes from nobody, but on the main calendar only.

    The client joins, her yes is hers.
    """
    calendar = account.open(name)
    written = calendar.create(hold())
    own = {"email": dana.email, "responseStatus": "accepted"}
    dana.change(UID, {"attendees": [own]}, name)
    read = calendar.read(UID, WINDOW)
    assert read is not None
    assert read.etag != written.etag
    calendar.replace(replace(hold(), attendee=ADA, notify=True), read.etag)
    event = dana.event(UID, name)
    assert event is not None
    assert [(one["email"], one["responseStatus"]) for one in event["attendees"]] == [
        (dana.email, "accepted"),
        (CLIENT, "needsAction"),
    ]
    assert [mail.recipient for mail in google.world.ledger.mails] == [CLIENT]


def test_withdrawing_an_invitation_is_one_cancel(
    google: GoogleServer, ada: Person, calendar: Calendar
) -> None:
    """The client is told once, and the event leaves her calendar."""
    calendar.delete(UID, _invited(calendar))
    assert [mail.method for mail in google.mails(CLIENT)] == ["REQUEST", "CANCEL"]
    assert ada.event(UID) is None


def test_what_google_mails_at_the_end_is_what_we_say_last(
    google: GoogleServer, ada: Person, calendar: Calendar
) -> None:
    """The text is replaced in silence, answers and title as they were; the one mail repeats it."""
    etag = _invited(calendar)
    google.calls.clear()
    calendar.delete(UID, etag, words=OFF)
    assert [(call.method, call.given["sendUpdates"], call.body) for call in _writes(google)] == [
        ("events.patch", "none", {"description": OFF}),
        ("events.delete", "all", None),
    ]
    assert [mail.method for mail in google.mails(CLIENT)] == ["REQUEST", "CANCEL"]
    assert (google.mails(CLIENT)[-1].title, google.mails(CLIENT)[-1].description) == (hold().title, OFF)


def test_last_words_are_for_those_who_hear_them(
    google: GoogleServer, ada: Person, calendar: Calendar
) -> None:
    """One request where nobody is told: of a no, of a hold, and of what is known."""
    _invited(calendar)
    ada.answer(UID, "declined")
    google.calls.clear()
    calendar.delete(UID, "", words=OFF)
    assert [call.method for call in _writes(google)] == ["events.delete"]


def test_last_words_do_not_hide_what_changed_since_it_was_read(dana: Person, calendar: Calendar) -> None:
    """A drag between reading and deleting counts: nothing is written, not the text either."""
    etag = _invited(calendar)
    dana.drag(UID, "2026-07-09T10:00:00Z", "2026-07-09T10:50:00Z", "Practice")
    with pytest.raises(VersionConflict):
        calendar.delete(UID, etag, words=OFF)
    assert _shown(dana)["description"] == hold().description


def _writes(google: GoogleServer) -> list[Call]:
    return [call for call in google.calls if call.method in {"events.patch", "events.delete"}]


def test_who_said_no_is_not_told_again(google: GoogleServer, ada: Person, calendar: Calendar) -> None:
    """A declined offer goes without another mail."""
    _invited(calendar)
    ada.answer(UID, "declined")
    calendar.delete(UID, "")
    assert [mail.method for mail in google.mails(CLIENT)] == ["REQUEST"]


@pytest.mark.parametrize("name", ["primary", "Practice"])
def test_a_therapist_is_not_told_what_they_know(
    google: GoogleServer, dana: Person, account: GoogleAccount, name: str
) -> None:
    """A hold with nobody on its guest list but the therapist goes without a mail."""
    calendar = account.open(name)
    calendar.create(hold())
    dana.change(UID, {"attendees": [{"email": dana.email, "responseStatus": "needsAction"}]}, name)
    google.calls.clear()
    calendar.delete(UID, "")
    (deleted,) = [call for call in google.calls if call.method == "events.delete"]
    assert deleted.given["sendUpdates"] == "none"
    assert google.world.ledger.mails == []


def test_removing_a_hold_is_silent(google: GoogleServer, calendar: Calendar) -> None:
    """Nobody was invited, nobody is told."""
    calendar.delete(UID, calendar.create(hold()).etag)
    assert google.world.ledger.mails == []


@pytest.mark.parametrize("forgotten", [False, True])
def test_what_a_human_deleted_is_never_written_again(
    google: GoogleServer, dana: Person, calendar: Calendar, forgotten: bool
) -> None:
    """Create, replace and delete all say it is gone, as long as Google remembers and after."""
    written = calendar.create(hold())
    dana.delete(UID, "Practice")
    if forgotten:
        google.world.forget_tombstones()
    with pytest.raises(NotFound):
        calendar.create(hold())
    with pytest.raises(NotFound):
        calendar.replace(hold(), written.etag)
    with pytest.raises(NotFound):
        calendar.delete(UID, written.etag)
    assert dana.events("Practice") == []


def test_a_collision_that_google_misses_is_seen(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """The insert looked like a success; reading back shows the other event."""
    calendar.create(hold())
    google.fail(Fault(Phase.MISSED_409, "events.insert"))
    with pytest.raises(VersionConflict):
        calendar.create(replace(hold(), title="Another"))
    assert [one["summary"] for one in dana.events("Practice")] == ["Hold: AB"]


def test_a_write_that_cannot_be_seen_again_is_unclear(
    google: GoogleServer, calendar: Calendar, clock: Clock
) -> None:
    """The insert went through, the read after it did not: the caller looks later, and finds it."""
    google.fail(Fault(Phase.REFUSED, "events.get", times=9))
    with pytest.raises(Unclear):
        calendar.create(hold())
    google.fail()
    clock.sleep(3600)
    assert calendar.read(UID, WINDOW) is not None


def test_an_edit_between_reading_and_writing_wins(
    google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """If-Match: the server itself refuses what was prepared for an older event."""
    written = calendar.create(hold())
    google.before("events.patch", lambda: dana.change(UID, {"summary": "Mine"}, "Practice"))
    with pytest.raises(VersionConflict):
        calendar.replace(replace(hold(), title="Ours"), written.etag)
    assert _shown(dana)["summary"] == "Mine"


def test_a_deletion_between_reading_and_deleting_wins(
    dana: Person, google: GoogleServer, calendar: Calendar
) -> None:
    """410: it is gone already, by a human's hand."""
    etag = calendar.create(hold()).etag
    google.before("events.delete", lambda: dana.delete(UID, "Practice"))
    with pytest.raises(NotFound):
        calendar.delete(UID, etag)


def test_cancelling_twice_is_cancelling_once(google: GoogleServer, dana: Person, calendar: Calendar) -> None:
    """An answer was lost, so it is asked for again: what carries our mark is ours, and its pre-image is the same."""
    google.world.forgets_details = False
    key = dana.enter(timed("2026-06-02T09:00"), "Practice")
    ref = OccurrenceRef(calendar.id, key)
    first = calendar.cancel(ref, "")
    again = calendar.cancel(ref, "")
    assert json.loads(again.pre_image)["status"] == json.loads(first.pre_image)["status"] == "confirmed"
    calendar.restore(ref, again.pre_image)
    assert _shown(dana, key)["status"] == "confirmed"


def test_a_cancelled_occurrence_comes_back_as_it_was(dana: Person, calendar: Calendar) -> None:
    """Moved, renamed, with its guest's answer: though Google forgot all of it meanwhile."""
    guests = [{"email": CLIENT, "responseStatus": "accepted"}]
    key = dana.enter(weekly("2026-06-01T09:00", attendees=guests, colorId="5"), "Practice")
    instance = f"{key}_{SECOND}"
    own = {"summary": "AB, room 3", "colorId": "9", **DECORATED}
    dana.change(instance, {**timed("2026-06-16T15:00"), **own}, "Practice")
    before = _shown(dana, instance)
    ref = OccurrenceRef(calendar.id, key, SECOND)
    cancelled = calendar.cancel(ref, "")
    assert dana.event(instance, "Practice") is None
    assert calendar.restore(ref, cancelled.pre_image).href == key
    after = _shown(dana, instance)
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
    assert _shown(dana, key)["recurrence"] == ["RRULE:FREQ=WEEKLY"]


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
    before = _shown(dana, f"{key}_{SECOND}")
    calendar.cancel(ref, "")
    calendar.restore(ref, "")
    assert _shown(dana, f"{key}_{SECOND}")["start"] == before["start"]


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
    assert _shown(dana, f"abcde_{SECOND}")["status"] == "confirmed"
    assert _shown(dana, "abcde_20260622T070000Z")["status"] == "confirmed"


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
    after = _shown(dana, written.href)
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
    assert _shown(dana, f"{key}_{SECOND}")["summary"] == "AB!"
