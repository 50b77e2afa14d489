"""What the therapist does to sessions by hand, on the memory connector with the real cycle, store and planner."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from syncd.core.model import OfferState, OriginalState
from tests.core.people import BERLIN
from tests.scenario import ics
from tests.scenario.house import House

MONDAY = date(2026, 7, 6)
INVITED_BY = datetime(2026, 6, 16, 12, 0, tzinfo=BERLIN)  # the day after the leave was blocked
THURSDAY = datetime(2026, 7, 16, 9, 0, tzinfo=BERLIN)
ADAS = "c1-series"


def invited(house: House) -> None:
    """The leave is blocked, and a day later Ada and Ben are invited."""
    house.block(MONDAY)
    house.run()
    house.at(INVITED_BY)


def original(house: House, client: str = "c1") -> str:
    """STATUS of a client's session on the first day of the leave; "gone" where there is none."""
    day = datetime(2026, 7, 6, tzinfo=BERLIN).date()
    found = [
        one
        for one in house.entries()
        if one.uid.startswith(f"{client}-") and one.begins.astimezone(BERLIN).date() == day
    ]
    return found[0].status if found else "gone"


def quiet(house: House) -> None:
    """Nothing is left to do."""
    assert [report.actions for report in house.later(minutes=2)] == [()]


def test_an_extra_session_takes_the_place_of_an_invitation(house: House) -> None:
    """The client hears once what was agreed; the entry goes, and so does the original."""
    invited(house)
    house.put(ics.timed("extra", "AB", THURSDAY, 50), "extra")
    house.run()
    house.later(minutes=15)
    assert house.kinds("c1") == ["REQUEST", "CANCEL"]
    text = house.mails("c1")[-1].get_body(("plain",))
    assert text is not None
    assert "Thursday 16 July 2026" in text.get_content()
    assert house.offers("c1")[-1].state is OfferState.WITHDRAWN
    assert original(house) == "CANCELLED"
    quiet(house)


def test_an_extra_session_takes_the_place_of_a_hold_without_a_word(house: House) -> None:
    """She was not told of the hold, so she hears nothing of its end."""
    house.block(MONDAY)
    house.run()
    house.put(ics.timed("extra", "AB", THURSDAY, 50), "extra")
    house.run()
    house.later(minutes=15)
    house.at(INVITED_BY)
    assert house.kinds("c1") == []
    assert original(house) == "CANCELLED"
    assert house.kinds("c2") == ["REQUEST"]
    quiet(house)


def test_deleting_the_extra_session_opens_the_conflict_again(house: House) -> None:
    """Her session wants a time again, and she reads that what she was told of does not stand."""
    invited(house)
    house.put(ics.timed("extra", "AB", THURSDAY, 50), "extra")
    house.run()
    house.later(minutes=15)
    house.remove("extra")
    house.run()
    house.stays_away()
    assert house.kinds("c1") == ["REQUEST", "CANCEL", "", "REQUEST"]
    quiet(house)


def test_leave_that_goes_leaves_the_extra_session(house: House) -> None:
    """As an accepted make-up: the original comes back when the extra session is deleted."""
    invited(house)
    house.put(ics.timed("extra", "AB", THURSDAY, 50), "extra")
    house.run()
    house.later(minutes=15)
    house.remove("leave")
    house.stays_away()
    assert original(house) == "CANCELLED"
    house.remove("extra")
    house.stays_away()
    assert original(house) == ""
    house.later(hours=12)  # by day
    assert house.kinds("c1") == ["REQUEST", "CANCEL", ""]  # which says that it takes place as usual
    quiet(house)


def test_a_copied_hold_is_the_therapists_own_event(house: House) -> None:
    """Its marker names another object: time that is taken, no make-up, and no reason to stop."""
    house.block(MONDAY)
    house.run()
    uid = house.offers("c1")[-1].uid
    (text,) = (one for one in house.texts() if f"UID:{uid}" in one)
    copy = re.sub(r"\r\n ", "", text)
    copy = re.sub(r"(?m)^UID:.*?$", "UID:copy", copy)
    start = datetime(2026, 7, 16, 7, 0, tzinfo=BERLIN)
    copy = re.sub(r"DTSTART[^\r\n]*", f"DTSTART:{start:%Y%m%d}T070000Z", copy)
    copy = re.sub(r"DTEND[^\r\n]*", f"DTEND:{start:%Y%m%d}T075000Z", copy)
    house.put(copy, "copy")
    house.run()
    house.at(INVITED_BY)
    assert house.kinds("c1") == ["REQUEST"]
    assert house.entry("copy").status == "TENTATIVE"
    house.remove("copy")
    house.run()
    assert house.offers("c1")[-1].state is OfferState.INVITED
    quiet(house)


def moved(text: str, start: datetime) -> str:
    """Ada's session of the first day of the leave, put elsewhere in her series."""
    override = (
        "BEGIN:VEVENT",
        "DTSTAMP:20260101T000000Z",
        f"UID:{ADAS}",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260706T100000",
        "SUMMARY:AB",
        f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Berlin:{start + timedelta(minutes=50):%Y%m%dT%H%M%S}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return re.sub(r"END:VCALENDAR\s*", lambda _: "\r\n".join((*override, "")), text)


def test_an_original_moved_out_of_the_leave_ends_its_offer(house: House) -> None:
    """One message says when they meet instead."""
    invited(house)
    house.edit(ADAS, lambda text: moved(text, THURSDAY))
    house.run()
    assert house.kinds("c1") == ["REQUEST"]
    house.later(minutes=15)
    assert house.kinds("c1") == ["REQUEST", "CANCEL"]
    text = house.mails("c1")[-1].get_body(("plain",))
    assert text is not None
    assert "Thursday 16 July 2026" in text.get_content()
    quiet(house)


def test_an_original_moved_within_the_leave_stays_displaced(house: House) -> None:
    """Nothing is said; what is offered stays."""
    invited(house)
    house.edit(ADAS, lambda text: moved(text, datetime(2026, 7, 8, 11, tzinfo=BERLIN)))
    house.run()
    assert house.kinds("c1") == ["REQUEST"]
    (row,) = (row for row in house.conflicts() if row.client == "c1")
    assert row.span.start == datetime(2026, 7, 8, 11, tzinfo=BERLIN)
    quiet(house)


def test_a_series_that_ends_before_the_leave_ends_the_offer(house: House) -> None:
    """UNTIL: the session is no longer planned."""
    invited(house)
    house.edit(
        ADAS, lambda text: text.replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;UNTIL=20260630T000000Z")
    )
    house.stays_away()
    assert house.kinds("c1") == ["REQUEST", "CANCEL"]
    quiet(house)


def without_exceptions(text: str) -> str:
    """The series as the program keeps it that forgets what was changed of single sessions."""
    events = re.split(r"(?=BEGIN:VEVENT)", text)
    return "".join(one for one in events if "RECURRENCE-ID" not in one) + "END:VCALENDAR\r\n"


def split(house: House) -> None:
    """ "This and following": the old series ends on 30 June, a new one goes on, its exceptions forgotten."""
    house.put(ics.weekly("c1-new", "AB", datetime(2026, 7, 6, 10, tzinfo=BERLIN), 50), "c1-new")
    house.edit(
        ADAS, lambda text: text.replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;UNTIL=20260630T000000Z")
    )


def test_a_split_series_is_followed_without_a_message(house: House) -> None:
    """The invitation stays; when she accepts, the new series' session goes."""
    invited(house)
    split(house)
    house.run()
    assert house.kinds("c1") == ["REQUEST"]
    house.answer("c1", "ACCEPTED")
    house.run()
    assert original(house) == "CANCELLED"
    quiet(house)


def test_a_cancelled_original_is_cancelled_again_in_a_split_series_and_restored_from_it(house: House) -> None:
    """Accepted first, split then; at last the make-up is deleted and the leave goes."""
    invited(house)
    house.answer("c1", "ACCEPTED")
    house.run()
    assert original(house) == "CANCELLED"
    house.later(minutes=12)
    house.edit(ADAS, without_exceptions)
    split(house)
    house.run()
    house.later(minutes=6)
    assert original(house) == "CANCELLED"
    house.remove(house.offers("c1")[-1].uid)
    house.remove("leave")
    house.stays_away()
    assert original(house) == ""
    (row,) = (row for row in house.conflicts() if row.client == "c1")
    assert row.original is OriginalState.IN_PLACE
    quiet(house)


def test_a_session_brought_back_by_hand_is_asked_about(house: House) -> None:
    """The therapist revived what we cancelled at `release`: it stays, and her client hears so once `#keep` says it."""
    invited(house)
    house.at(datetime(2026, 7, 1, 12, tzinfo=BERLIN))
    assert original(house) == "CANCELLED"
    house.edit(ADAS, lambda text: text.replace("STATUS:CANCELLED", "STATUS:CONFIRMED"))
    house.run()
    house.later(minutes=6)
    assert original(house) == "CONFIRMED"
    told = house.kinds("c1")
    house.edit(ADAS, lambda text: text.replace("SUMMARY:AB", "SUMMARY:AB #keep"))
    house.run()
    house.later(minutes=6)
    assert house.kinds("c1") == [*told, "CANCEL"]  # with what was offered instead, and never answered
    assert str(house.mails("c1")[-1]["Subject"]) == "Our appointment on Monday 6 July takes place as usual"
    assert original(house) == "CONFIRMED"
    quiet(house)
