"""What is written: complete inserts, and patches with nothing in them that is not meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from connectors.google.drafts import insert_body, patch_body
from syncd.core.model import EventStatus, Marker
from syncd.core.model.errors import Rejected
from syncd.core.time.spans import AllDay
from tests.connectors.google.samples import ADA, BERLIN, CLIENT, INSTANCE, UID, Json, hold


def standing(**changes: object) -> Json:
    """The hold as the API shows it, with changes."""
    shown: Json = {
        **insert_body(hold(), BERLIN),
        "etag": '"1"',
        "organizer": {"email": "dana@example.org", "self": True},
    }
    return shown | changes


def test_a_hold_is_complete_private_and_without_guests() -> None:
    """The golden body of a hold."""
    assert insert_body(hold(), BERLIN) == {
        "id": UID,
        "summary": "Hold: AB",
        "description": "For Thursday. #yes #no",
        "location": "",
        "status": "tentative",
        "transparency": "opaque",
        "visibility": "private",
        "start": {"dateTime": "2026-07-08T11:00:00+02:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-07-08T11:50:00+02:00", "timeZone": "Europe/Berlin"},
        "guestsCanInviteOthers": False,
        "guestsCanModify": False,
        "guestsCanSeeOtherGuests": False,
        "extendedProperties": {
            "private": {
                "syncdInstance": INSTANCE,
                "syncdUid": UID,
                "syncdVersion": "1",
                "syncdRole": "offer",
            }
        },
    }


def test_what_stands_already_needs_no_patch() -> None:
    """Equal projection: nothing to write."""
    assert patch_body(hold(), standing(), BERLIN) == {}


def test_defaults_that_google_leaves_out_are_known() -> None:
    """An opaque event comes without transparency, a right that is off comes without its field."""
    shown = standing()
    for name in ("transparency", "guestsCanModify", "location"):
        del shown[name]
    assert patch_body(hold(), shown, BERLIN) == {}


def test_confirming_touches_nothing_else() -> None:
    """CONFIRMED goes without attendees, colour, conference or times, though the draft names the client."""
    guests = [{"email": CLIENT, "responseStatus": "accepted"}]
    shown = standing(attendees=guests, colorId="7", conferenceData={"conferenceId": "abc"})
    confirmed = replace(hold(), attendee=ADA, status=EventStatus.CONFIRMED)
    assert patch_body(confirmed, shown, BERLIN) == {"status": "confirmed"}


def test_an_invitation_adds_the_one_client() -> None:
    """The client comes beside the therapist's own entry, whose answer stays; its read-only marks are not sent."""
    me = {"email": "dana@example.org", "self": True, "organizer": True, "responseStatus": "accepted"}
    body = patch_body(replace(hold(), attendee=ADA), standing(attendees=[me]), BERLIN)
    client = {"email": CLIENT, "displayName": "Ada Example", "responseStatus": "needsAction"}
    mine = {"email": "dana@example.org", "responseStatus": "accepted"}
    assert body == {"attendees": [mine, client]}


@pytest.mark.parametrize(
    "changes",
    [
        {"attendees": [{"email": "eve@example.com", "responseStatus": "accepted"}]},
        {"attendees": [{"email": "dana@example.org", "self": True}], "attendeesOmitted": True},
    ],
)
def test_a_second_guest_is_never_added(changes: Json) -> None:
    """One client an event, also where the list of guests is cut off."""
    with pytest.raises(Rejected):
        patch_body(replace(hold(), attendee=ADA), standing(**changes), BERLIN)


def test_a_change_to_all_day_takes_the_time_away() -> None:
    """A patch merges, so the other form has to be named."""
    body = patch_body(replace(hold(), when=AllDay(date(2026, 7, 8), date(2026, 7, 9))), standing(), BERLIN)
    assert body["start"] == {"date": "2026-07-08", "dateTime": None, "timeZone": None}


def test_a_change_of_time_is_stated_in_the_therapists_zone() -> None:
    """Google's mails tell times in the event's own zone; winter is an hour behind summer."""
    body = patch_body(hold(datetime(2026, 11, 4, 9, tzinfo=UTC)), standing(), BERLIN)
    assert body == {
        "start": {"date": None, "dateTime": "2026-11-04T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"date": None, "dateTime": "2026-11-04T10:50:00+01:00", "timeZone": "Europe/Berlin"},
    }


def test_an_account_is_no_guest_of_its_own() -> None:
    """On a secondary calendar the calendar organises: nothing but the address tells the therapist's own entry."""
    me = {"email": "Dana@Example.org", "responseStatus": "accepted"}
    calendar = {"email": "c1@group.calendar.google.com", "self": True}
    shown = standing(attendees=[me], organizer=calendar)
    body = patch_body(replace(hold(), attendee=ADA), shown, BERLIN, {"dana@example.org"})
    assert [one["email"] for one in body["attendees"]] == ["Dana@Example.org", CLIENT]


def test_the_marker_alone_is_patched_where_it_alone_differs() -> None:
    """Other private properties, of other programs, are not in the patch."""
    moved = replace(hold(), marker=Marker(INSTANCE, UID, version=2))
    assert patch_body(moved, standing(), BERLIN) == {"extendedProperties": {"private": {"syncdVersion": "2"}}}


def test_a_description_that_the_editor_rewrote_is_not_written_again() -> None:
    """HTML with the same text is the same text."""
    shown = standing(description="<p>For Thursday. #yes #no</p>")
    assert patch_body(hold(), shown, BERLIN) == {}


def test_the_same_instant_in_another_zone_is_no_change() -> None:
    """Google answers in the calendar's zone."""
    shown = standing(start={"dateTime": "2026-07-08T11:00:00+02:00", "timeZone": "Europe/Berlin"})
    assert patch_body(hold(datetime(2026, 7, 8, 9, tzinfo=UTC)), shown, BERLIN) == {}


def test_a_new_event_asks_for_a_room_of_its_own_and_no_patch_does() -> None:
    """The same event asks for the same room again; what stands keeps the one it has."""
    asking = replace(hold(), conference=True)
    asked = insert_body(asking, BERLIN)["conferenceData"]
    meet = {"requestId": UID, "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    assert asked == {"createRequest": meet}
    assert "conferenceData" not in insert_body(hold(), BERLIN)
    assert patch_body(asking, standing(), BERLIN) == {}
