"""The reader knows every sentence that leaves the house; one that it does not know must be taught (README.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.belief.facts import Person
from tests.belief.grammar import UnknownSentence
from tests.belief.letters import read_letter
from tests.belief.mail import LONGEST, Mail, length, read

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "wording"
SENT = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
LANGUAGES = ("en", "de", "fr", "es")
OTHERS = ("letter_", "long_leave_", "entries", "plan")  # what therapists read
ENTRIES = ("appointment", "appointment_discreet")
OF_NO_APPOINTMENT = frozenset(
    {"received", "received_other_day"}
)  # that words have arrived, who reads them, and when the therapist is back


def _mails(text: str) -> Iterator[Mail]:
    """The approved mails of a file: each with its subject, text and the entry that goes with it."""
    for one in re.split(r"(?m)^=====$", text):
        shown, _, entry = one.partition("\n--- ")
        _, told, mail = shown.partition("Subject: ")
        if not told:
            continue  # an entry that goes out alone
        subject, _, body = mail.partition("\n")
        described = entry.partition("DESCRIPTION: ")[2].strip().replace("\n", "\\n")
        yield Mail(
            SENT,
            "anna@example.com",
            "Dana Okafor",
            subject,
            body,
            f"DESCRIPTION:{described}\n" if described else "",
        )


def _files() -> Iterator[object]:
    for language in LANGUAGES:
        for path in sorted((GOLDEN / language).glob("*.txt")):
            if not path.stem.startswith(OTHERS) and path.stem not in ENTRIES:
                yield pytest.param(path, id=f"{language}-{path.stem}")


@pytest.mark.parametrize("path", list(_files()))
def test_every_approved_sentence_is_known(path: Path) -> None:
    """Subjects, texts and entries, in every wording that was approved."""
    found = [read(mail) for mail in _mails(path.read_text(encoding="utf-8"))]
    of_times = path.stem not in OF_NO_APPOINTMENT
    assert all(one.claims for one in found) or not of_times, "a mail tells its reader nothing"


@pytest.mark.parametrize("path", list(_files()))
def test_a_mail_is_short(path: Path) -> None:
    """A client has read it before the signature is 150 words away, also with everything known that it may say."""
    long = {mail.subject: length(mail.text) for mail in _mails(path.read_text(encoding="utf-8"))}
    assert max(long.values(), default=0) <= LONGEST, long


def _letters() -> Iterator[object]:
    for language in LANGUAGES:
        folder = GOLDEN / language
        for path in sorted((*folder.glob("letter_*.txt"), *folder.glob("long_leave_*.txt"))):
            yield pytest.param(path, id=f"{language}-{path.stem}")


@pytest.mark.parametrize("path", list(_letters()))
def test_every_sentence_of_a_letter_is_known(path: Path) -> None:
    """Subjects, texts and what each row says of a client."""
    text = path.read_text(encoding="utf-8")
    people = [
        Person(one, one, "", "")
        for one in re.findall(r"(?m)^([A-Z][\w ]+?)(?: \(\w+\))?(?:, \+?\d.*)?$", text)
    ]
    for mail in _mails(text):
        read_letter(mail, people)


def test_a_new_sentence_must_be_taught() -> None:
    """What no table has is named, word by word."""
    mail = Mail(
        SENT, "anna@example.com", "Dana", "About our appointment on Thursday 9 July", "Our cat is ill."
    )
    with pytest.raises(UnknownSentence, match="Our cat is ill"):
        read(mail)


def test_whom_a_letter_about_trouble_asks_to_call() -> None:
    """Its words are of many origins; its rows are read like any other's."""
    text = "A server said: 550.\n\nMlex Zimmer (MZ), +49 30 1234\nWed 1 Jul, 11:00: perhaps not told; please call\n"
    mail = Mail(SENT, "dana@example.org", "", "syncd needs your attention", text)
    (row,) = read_letter(mail, [Person("mz", "Mlex Zimmer", "MZ", "")]).rows
    assert (row.person, row.means) == ("mz", frozenset({"called"}))
