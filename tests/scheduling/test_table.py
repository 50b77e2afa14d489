"""What a client outside gets by mail for each thing that can be written, row by row.

Where the two servers agree there is one expectation. Rows that say what must not be written use the therapist's own
program; the others go through our connector.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from connectors.caldav.account import CalDavAccount
from syncd.core.model import Attendee, EventStatus, OccurrenceRef
from syncd.core.model.errors import Unclear
from tests.scheduling.practice import MONDAY, SECOND, WINDOW, Practice, Told
from tests.servers.entries import event_text
from tests.servers.proxy import proxied
from tests.servers.smtp import Fault, Phase

Change = Callable[[str], str]
REQUEST, CANCEL = "REQUEST", "CANCEL"


def heard(practice: Practice) -> list[tuple[str, int]]:
    """Method and SEQUENCE of each new mail."""
    return [(one.method, one.sequence) for one in practice.told()]


def weekly(practice: Practice) -> str:
    """A series of the therapist's own that the client is on."""
    return event_text(
        practice.uid,
        "Appointment",
        MONDAY,
        tzid="Europe/Berlin",
        lines=["RRULE:FREQ=WEEKLY;COUNT=10"],
        attendees=[practice.guest],
        organizer=practice.email,
    )


def edited(practice: Practice, change: Change) -> list[tuple[str, int]]:
    """What the client hears of an edit of the stored text, lines unfolded."""
    practice.calendar.edit(practice.uid, lambda text: change(text.replace("\r\n ", "")))
    return heard(practice)


def answering(partstat: str) -> Change:
    """The answer written into the organizer's copy."""
    return lambda text: text.replace("PARTSTAT=NEEDS-ACTION", f"PARTSTAT={partstat}")


def as_sent(text: str) -> str:
    """Without what the server noted."""
    return re.sub(r';SCHEDULE-STATUS=("[^"]*"|[^;:\r\n]*)', "", text)


class TestWhatWeWrite:
    def test_a_hold_tells_nobody(self, practice: Practice) -> None:
        """Neither when it is written, nor when it is changed or deleted."""
        held = practice.port.create(practice.hold())
        held = practice.port.replace(replace(practice.hold(), title="Held"), held.etag)
        practice.port.delete(practice.uid, held.etag)
        assert practice.told() == []
        assert held.schedule_status == ""

    def test_a_hold_becomes_an_invitation_with_one_request(self, practice: Practice) -> None:
        """The neutral wording is silent, the attendee is not; what was mailed has the SEQUENCE that is stored."""
        held = practice.port.create(practice.hold())
        held = practice.port.replace(replace(practice.hold(), title="Appointment on Monday"), held.etag)
        assert practice.told() == []
        written = practice.port.replace(
            replace(practice.invitation(), title="Appointment on Monday"), held.etag
        )
        assert practice.told() == [Told(REQUEST, (("", 1, "TENTATIVE", "NEEDS-ACTION"),))]
        assert practice.read().events[0].sequence == 1
        assert written.schedule_status == "1.1"
        assert practice.read().events[0].attendees[0].schedule_status == "1.1"

    def test_the_etag_of_an_invitation_is_good_for_its_withdrawal(self, practice: Practice) -> None:
        """The server wrote into the object, yet what the write gave back holds."""
        held = practice.port.create(practice.hold())
        written = practice.port.replace(practice.invitation(), held.etag)
        practice.told()
        practice.port.delete(practice.uid, written.etag)
        assert heard(practice) == [(CANCEL, {"xandikos": 2, "cyrus": 1}[practice.server.name])]

    def test_an_invitation_after_a_decline_is_withdrawn_with_a_cancel(self, practice: Practice) -> None:
        """The client who declined is told, too."""
        practice.invite()
        edited(practice, answering("DECLINED"))
        practice.port.delete(practice.uid, "")
        assert heard(practice) == [(CANCEL, {"xandikos": 2, "cyrus": 1}[practice.server.name])]

    def test_what_the_server_could_not_send_is_said(self, practice: Practice) -> None:
        """A mail that was refused shows as 5.1, in what the write gives back and to whoever reads the object."""
        practice.server.post.fail(Fault(Phase.RCPT, "550 5.1.1 no such user", recipient=practice.guest))
        try:
            held = practice.port.create(practice.hold())
            written = practice.port.replace(practice.invitation(), held.etag)
        finally:
            practice.server.post.fail()
        assert written.schedule_status == "5.1"
        assert practice.read().events[0].attendees[0].schedule_status == "5.1"
        assert practice.told() == []

    def test_an_unclear_invitation_is_settled_by_reading(self, practice: Practice) -> None:
        """The answer to the PUT is lost: the object says that the one mail went out, and no second is caused."""
        held = practice.port.create(practice.hold())
        with proxied(practice.server.users["dana"].url) as proxy:
            proxy.cut = lambda message: message.method == "PUT"
            behind = replace_base(practice, proxy.url)
            with pytest.raises(Unclear):
                behind.open(practice.calendar.name).replace(practice.invitation(), held.etag)
        (guest,) = practice.read().events[0].attendees
        assert (guest.email, guest.schedule_status) == (practice.guest, "1.1")
        assert heard(practice) == [(REQUEST, 1)]

    def test_reading_tells_nobody(self, practice: Practice) -> None:
        """Nor does a probe."""
        practice.invite()
        practice.account.probe(practice.port.id)
        practice.port.changes("", WINDOW)
        practice.read()
        assert practice.told() == []


class TestOriginals:
    """Sessions of the therapist's own that carry the client as ATTENDEE, cancelled and restored by us."""

    def test_one_of_a_series(self, practice: Practice) -> None:
        """One server sends the whole series again with the override in it; the other never tells the client."""
        practice.calendar.put_text(weekly(practice), practice.uid)
        practice.told()
        ref = OccurrenceRef(practice.port.id, practice.uid, SECOND)
        series, override = ("", 0, "", "ACCEPTED"), (SECOND, 1, "CANCELLED", "ACCEPTED")
        cancelled = practice.port.cancel(ref, "")
        assert (
            practice.told()
            == {"xandikos": [Told(REQUEST, (series, override))], "cyrus": []}[practice.server.name]
        )
        practice.port.restore(ref, cancelled.pre_image)
        assert practice.told() == {"xandikos": [Told(REQUEST, (series,))], "cyrus": []}[practice.server.name]

    def test_a_single_one(self, practice: Practice) -> None:
        """Both servers tell: one by a REQUEST with STATUS:CANCELLED, the other by CANCEL; restoring asks again."""
        text = event_text(
            practice.uid, "Appointment", MONDAY, attendees=[practice.guest], organizer=practice.email
        )
        practice.calendar.put_text(text, practice.uid)
        practice.told()
        ref = OccurrenceRef(practice.port.id, practice.uid)
        cancelled = practice.port.cancel(ref, "")
        assert (
            practice.told()
            == {
                "xandikos": [Told(REQUEST, (("", 1, "CANCELLED", "ACCEPTED"),))],
                "cyrus": [Told(CANCEL, (("", 0, "CANCELLED", "ACCEPTED"),))],
            }[practice.server.name]
        )
        practice.port.restore(ref, cancelled.pre_image)
        assert (
            practice.told()
            == {
                "xandikos": [Told(REQUEST, (("", 2, "", "ACCEPTED"),))],
                "cyrus": [Told(REQUEST, (("", 2, "", "NEEDS-ACTION"),))],
            }[practice.server.name]
        )


class TestWhatWeMustNotWrite:
    @pytest.mark.parametrize(
        ("change", "xandikos", "cyrus"),
        [
            pytest.param(lambda text: text, [], [], id="what is stored"),
            pytest.param(as_sent, [(REQUEST, 1)], [], id="what was sent"),
            pytest.param(
                lambda text: text.replace("SUMMARY:", "X-OTHER:1\r\nSUMMARY:"), [], [], id="an X- property"
            ),
            pytest.param(answering("ACCEPTED"), [(REQUEST, 1)], [], id="the answer"),
            pytest.param(
                lambda text: text.replace(EventStatus.TENTATIVE, EventStatus.CONFIRMED),
                [(REQUEST, 1)],
                [],
                id="the status",
            ),
            pytest.param(
                lambda text: text.replace("SUMMARY:", "SUMMARY:Your "),
                [(REQUEST, 1)],
                [(REQUEST, 1)],
                id="the title",
            ),
            pytest.param(
                lambda text: text.replace("SEQUENCE:1", "SEQUENCE:5"), [(REQUEST, 5)], [], id="SEQUENCE"
            ),
        ],
    )
    def test_an_invitation_is_edited(
        self,
        practice: Practice,
        change: Change,
        xandikos: list[tuple[str, int]],
        cyrus: list[tuple[str, int]],
    ) -> None:
        """What the client hears of it."""
        practice.invite()
        assert edited(practice, change) == {"xandikos": xandikos, "cyrus": cyrus}[practice.server.name]

    def test_a_new_time_leaves_the_answer_standing(self, practice: Practice) -> None:
        """One asks nothing, the other asks and does not note that it asked: ACCEPTED proves nothing after a move."""
        practice.invite()
        edited(practice, answering("ACCEPTED"))
        practice.calendar.edit(practice.uid, lambda text: text.replace("T07", "T09").replace("T08", "T10"))
        assert (
            practice.told()
            == {
                "xandikos": [Told(REQUEST, (("", 1, "TENTATIVE", "ACCEPTED"),))],
                "cyrus": [Told(REQUEST, (("", 2, "TENTATIVE", "NEEDS-ACTION"),))],
            }[practice.server.name]
        )
        assert (practice.partstat(), practice.read().events[0].sequence) == ("ACCEPTED", 1)

    def test_an_exdate_asks_the_whole_series_again(self, practice: Practice) -> None:
        """When it comes and when it goes."""
        practice.calendar.put_text(weekly(practice), practice.uid)
        practice.told()
        exdate = "EXDATE;TZID=Europe/Berlin:20260713T090000\r\n"
        asked = {
            "xandikos": [Told(REQUEST, (("", 0, "", "ACCEPTED"),))],
            "cyrus": [Told(REQUEST, (("", 1, "", "NEEDS-ACTION"),))],
        }[practice.server.name]
        practice.calendar.edit(practice.uid, lambda text: text.replace("RRULE", f"{exdate}RRULE"))
        assert practice.told() == asked
        practice.calendar.edit(practice.uid, lambda text: text.replace(exdate, ""))
        assert practice.told() == asked

    @pytest.mark.parametrize("agent", ["CLIENT", "NONE"])
    def test_schedule_agent(self, practice: Practice, agent: str) -> None:
        """Asking the server not to send helps on one of the two only."""
        practice.calendar.put_text(
            weekly(practice).replace("ATTENDEE;", f"ATTENDEE;SCHEDULE-AGENT={agent};"), practice.uid
        )
        practice.calendar.remove(practice.uid)
        assert heard(practice) == {"xandikos": [(REQUEST, 0), (CANCEL, 1)], "cyrus": []}[practice.server.name]

    def test_another_organizer(self, practice: Practice) -> None:
        """Stored without complaint, and nobody is told."""
        stranger = Attendee("someone@example.net")
        written = practice.port.create(replace(practice.invitation(), organizer=stranger))
        assert (practice.told(), written.schedule_status) == ([], "")


def replace_base(practice: Practice, url: str) -> CalDavAccount:
    """The same account, reached elsewhere."""
    return replace(practice, base=url).account
