"""What a person typed beside an answer is noticed; what programs add is not taken for it."""

from __future__ import annotations

import pytest

from connectors.mail.words import has_words

SUMMARY = "Appointment at Maple Street"
GOOGLE = "-//Google Inc//Google Calendar 70.9054//EN"

TYPED = [
    "Sorry, I can't.",
    "ok",
    "👍",
    "Danke, passt!",
    "I have accepted this invitation but I am afraid of coming.",
    "Ich habe den Termin abgelehnt, weil es mir nicht gut geht.",
    "I had a look and accepted the invitation, see you.",
    "My husband has accepted this invitation for me, is that all right?",
    "Can we do 15:00?",
    "When: could we talk?\n",
    "Please call me.\n\n-- \nAda Holm",
    "Please call me.\n\nOn Tue, 2 Jun 2026 at 11:00, Dana Okafor <office@example.org> wrote:\n> Hello",
    "Ada Holm has accepted this invitation.\n\nI might be late.",
    "Thank you!\n\nAda Holm has accepted this invitation.",
    "Ada Holm hat diese Einladung abgelehnt.\n\nMir geht es gerade schlecht.",
    "x" * 5000,
]
ADDED = [
    "",
    " \r\n\u200b\r\n",
    SUMMARY,
    "Ada Holm has accepted this invitation.",
    "Ada Holm has tentatively accepted your invitation to the event “Appointment at Maple Street”.",
    "Ada Holm hat Ihre Termineinladung akzeptiert.",
    "Ada Holm a accepté cette invitation",
    "Ada Holm ha aceptado esta invitación.",
    "Ada Holm heeft deze uitnodiging geaccepteerd.",
    "from@example.com has accepted the invitation to the following event:\n\n*Appointment at Maple Street*\n\n"
    "When: 2026-07-03 10:00 - 10:50 (Europe/Berlin)\n\nInvitees: Dana <office@example.org>\n",
    "-- \nAda Holm\n0170 000000",
    "Sent from my iPhone",
    "Get Outlook for iOS",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android",
    "> Hello Ada\n> would Friday suit you?",
    "________________________________\nFrom: Dana Okafor\nHello Ada",
    "Von: Dana Okafor <office@example.org>\nGesendet: Dienstag\nHallo",
    "Am Di., 2. Juni 2026 um 11:00 schrieb Dana Okafor <office@example.org>:\n\nHallo Ada",
    "-----Original Message-----\nHello Ada",
]


@pytest.mark.parametrize("body", TYPED)
def test_what_a_person_typed_is_noticed(body: str) -> None:
    """In doubt it is human: a missed word may cost a person."""
    assert has_words(body, SUMMARY)


@pytest.mark.parametrize("body", ADDED)
def test_what_programs_add_is_not_taken_for_words(body: str) -> None:
    """An ordinary answer does not freeze the offer's clock."""
    assert not has_words(body, SUMMARY)


@pytest.mark.parametrize(
    ("note", "expected"),
    [("", False), ('\n\n"Could we do Thursday?"', True), ("\n\n“Could we do Thursday?”", True)],
)
def test_a_note_in_googles_own_mail_is_noticed(note: str, expected: bool) -> None:
    """Google's mail is all its own, but for a note in quotation marks."""
    body = f"Ada Holm has declined this invitation{note}\n\nSome day\nCentral European Time\n\nOrganizer\nDana Okafor\n"
    assert has_words(body, SUMMARY, GOOGLE) is expected
