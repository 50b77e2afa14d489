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
from syncd.standin.google.conferences import Rooms
from tests.connectors.google.samples import (
    ADA,
    CLIENT,
    DECORATED,
    SECOND,
    UID,
    WINDOW,
    Clock,
    Json,
    hold,
    shown_in,
    timed,
    weekly,
)
from tests.servers.google import Call, Fault, GoogleServer, Person, Phase

OFF = "This appointment does not take place."


def _invited(calendar: Calendar) -> str:
    """A hold made an invitation; its etag."""
    written = calendar.create(hold())
    return calendar.replace(replace(hold(), attendee=ADA, notify=True), written.etag).etag


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
    shown = shown_in(dana)
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
    shown = shown_in(dana)
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
    before = shown_in(dana)
    later = replace(hold(datetime(2026, 7, 9, 9, tzinfo=UTC)), title="Session", status=EventStatus.CONFIRMED)
    calendar.replace(later, "")
    shown = shown_in(dana)
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
    assert shown_in(dana)["description"] == hold().description


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
    assert shown_in(dana)["summary"] == "Mine"


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
    assert shown_in(dana, key)["status"] == "confirmed"


def test_a_room_is_asked_for_once_and_stays(google: GoogleServer, dana: Person, calendar: Calendar) -> None:
    """With the first write, by the version that knows rooms; hold, invitation and yes keep it, a guest reads it."""
    calendar.create(replace(hold(), conference=True))
    room = shown_in(dana)["hangoutLink"]
    (made,) = [call for call in google.calls if call.method == "events.insert"]
    assert made.given["conferenceDataVersion"] == 1
    calendar.replace(replace(hold(), attendee=ADA, notify=True), "")
    calendar.replace(replace(hold(), status=EventStatus.CONFIRMED), "")
    assert shown_in(dana)["hangoutLink"] == room
    assert [mail.room for mail in google.mails(CLIENT)] == [room]
    read = calendar.read(UID, WINDOW)
    assert read is not None
    assert (read.events[0].link, read.events[0].conference) == (room, True)


@pytest.mark.parametrize("rooms", [Rooms.REFUSED, Rooms.FAILED])
def test_where_google_makes_no_room_the_event_stands_without(
    rooms: Rooms, google: GoogleServer, dana: Person, calendar: Calendar
) -> None:
    """Refused with the whole request, or made without: one event, no link, and that can be seen."""
    google.world.rooms = rooms
    calendar.create(replace(hold(), conference=True))
    read = calendar.read(UID, WINDOW)
    assert read is not None
    assert (read.events[0].link, read.events[0].conference) == ("", False)
    assert len([one for one in dana.events("Practice") if one["id"] == UID]) == 1


def test_a_refusal_that_has_nothing_to_do_with_rooms_stays_one(calendar: Calendar) -> None:
    """Without the room it is refused as well."""
    with pytest.raises(Rejected):
        calendar.create(replace(hold(uid="UPPER"), conference=True))


def test_a_room_that_comes_later_is_seen_then(google: GoogleServer, calendar: Calendar) -> None:
    """Until then it is in the making, and no link is known."""
    google.world.rooms = Rooms.PENDING
    calendar.create(replace(hold(), conference=True))
    cursor = calendar.changes("", WINDOW).cursor
    with google.world.lock:
        google.world.finish_rooms()
    (found,) = calendar.changes(cursor, WINDOW).objects
    assert found.events[0].link.startswith("https://meet.google.com/")
