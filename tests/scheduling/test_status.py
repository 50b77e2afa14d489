"""SCHEDULE-STATUS in the shapes that servers write it (RFC 6638 §7.3)."""

from __future__ import annotations

import pytest

from connectors.caldav.ics import schedule_status
from tests.scheduling.practice import MONDAY, ZONE
from tests.servers.entries import event_text


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        pytest.param("", "", id="nothing said"),
        pytest.param(";SCHEDULE-STATUS=1.1", "1.1", id="the code alone"),
        pytest.param(';SCHEDULE-STATUS="2.0;Success"', "2.0", id="with a text"),
        pytest.param(';SCHEDULE-STATUS="1.1,3.7"', "3.7", id="several: the failure"),
        pytest.param(';SCHEDULE-STATUS="5.1;Service 9.9 unavailable"', "5.1", id="a number in the text"),
    ],
)
def test_only_the_code_counts(stated: str, status: str) -> None:
    """Of several the worst, so that a failure is never hidden."""
    text = event_text(
        "s1", "Appointment", MONDAY, attendees=["ada@example.com"], organizer="dana@example.org"
    )
    assert schedule_status(text.replace("ATTENDEE", f"ATTENDEE{stated}"), ZONE) == status
