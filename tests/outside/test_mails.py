"""Answers and reports as other people's programs wrote them: each file through a real Maildir to its right value."""

from __future__ import annotations

import base64
import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.mail.maildir import MaildirMailbox
from connectors.mail.replies import Ours
from syncd.core.model import PartStat, Reply, ReplyKind
from syncd.core.time.spans import Span
from tests.servers.imap import deliver

CASES = Path(__file__).parent / "cases"
UID = "0123456789abcdefghijklmnop"
ADA = "ada@example.com"
ARRIVED = datetime(2026, 6, 8, 12, 1, tzinfo=UTC)
OURS = Ours(frozenset({"example.org"}), senders=frozenset({"office@example.org"}))


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    """An empty Maildir."""
    path = tmp_path / "maildir"
    mailbox.Maildir(path, create=True).close()
    return path


def read(maildir: Path, content: bytes) -> tuple[Reply, ...]:
    """What one mail says, from the file on disk."""
    deliver(maildir, content, ARRIVED)
    found = MaildirMailbox(maildir, OURS).fetch(frozenset(), ARRIVED)
    return tuple(reply for incoming in found for reply in incoming.replies)


def case(name: str) -> bytes:
    """A small input as it was handed over."""
    return (CASES / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "23-reply-with-bom",
        "24-reply-with-broken-alarm",
        "25-reply-from-with-comment",
        "27-reply-octet-stream-without-name",
    ],
)
def test_an_acceptance_is_one(maildir: Path, name: str) -> None:
    """A BOM, a broken alarm, a comment in From, a part without type and name: a yes all the same, and no words."""
    (reply,) = read(maildir, case(name))
    assert (reply.offer, reply.kind, reply.partstat) == (UID, ReplyKind.ANSWER, PartStat.ACCEPTED)
    assert (reply.sender, reply.attendee, reply.words) == (ADA, ADA, False)
    assert reply.dtstamp == datetime(2026, 6, 8, 12, tzinfo=UTC)


def test_a_bounce_whose_address_has_a_comment_is_one(maildir: Path) -> None:
    """The returned headers stand in its text."""
    (reply,) = read(maildir, case("22-bounce-from-with-comment"))
    assert (reply.offer, reply.kind, reply.words) == (UID, ReplyKind.BOUNCE, False)


def test_a_utc_time_with_a_zone_is_utc(maildir: Path) -> None:
    """RFC 5545 §3.2.19: TZID says nothing about a time that ends in Z."""
    (reply,) = read(maildir, case("26-counter-utc-with-tzid"))
    proposed = Span(datetime(2026, 7, 3, 8, tzinfo=UTC), datetime(2026, 7, 3, 8, 50, tzinfo=UTC))
    assert (reply.kind, reply.proposed) == (ReplyKind.COUNTER, proposed)


def test_a_stamp_of_the_year_one_is_for_a_person(maildir: Path) -> None:
    """It counts for nothing, and it is not lost."""
    (reply,) = read(maildir, case("28-reply-with-a-stamp-of-the-year-1"))
    assert (reply.offer, reply.kind, reply.partstat) == (UID, ReplyKind.WORDS, PartStat.NEEDS_ACTION)
    assert (reply.sender, reply.dtstamp) == ("stranger@example.net", None)


PLAIN = case("25-reply-from-with-comment").replace(b" (Ada Brandt)", b"")
VALUES = {
    "a counter at the end of time": (
        b"METHOD:REPLY",
        b"METHOD:COUNTER",
        b"DTEND:20260702T085000Z",
        b"DTEND:99991231T235959Z",
    ),
    "a counter where time ends": (b"METHOD:REPLY", b"METHOD:COUNTER", b":20260702T0", b":99991231T0"),
    "a counter before time": (b"METHOD:REPLY", b"METHOD:COUNTER", b"DTSTART:2026", b"DTSTART:0001"),
    "a sequence without end": (b"SEQUENCE:0", b"SEQUENCE:" + b"9" * 4000),
    "a stamp that is none": (b"DTSTAMP:20260608T120000Z", b"DTSTAMP:20261399T999999Z"),
    "no METHOD that we know": (b"METHOD:REPLY", b"METHOD:PUBLISH"),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_out_of_bounds_is_for_a_person(maildir: Path, name: str) -> None:
    """No value from a mail comes in that a rule of ours could not bear."""
    content = PLAIN
    for old, new in zip(VALUES[name][::2], VALUES[name][1::2], strict=True):
        content = content.replace(old, new)
    (reply,) = read(maildir, content)
    assert (reply.offer, reply.kind, reply.proposed) == (UID, ReplyKind.WORDS, None)


def test_a_stamp_later_than_we_can_plan_is_that_of_the_receipt(maildir: Path) -> None:
    """A phone in the year 9999 answers now."""
    (reply,) = read(maildir, PLAIN.replace(b"DTSTAMP:2026", b"DTSTAMP:9999"))
    assert (reply.kind, reply.dtstamp) == (ReplyKind.ANSWER, ARRIVED)


def attendees(*lines: str) -> bytes:
    """The answer with these ATTENDEE lines instead of its one."""
    return PLAIN.replace(b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.com", "\n".join(lines).encode())


ORGANIZER = "ATTENDEE;ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:office@example.org"
DECLINED = "ATTENDEE;PARTSTAT=DECLINED:mailto:Ada@Example.com"


@pytest.mark.parametrize(
    "lines",
    [
        (ORGANIZER, DECLINED),
        (DECLINED, ORGANIZER),
        ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@example.com", DECLINED),
        (ORGANIZER, "ATTENDEE;PARTSTAT=DECLINED;EMAIL=ada@example.com:/principals/ada/"),
        (ORGANIZER, "ATTENDEE;PARTSTAT=DECLINED:mailto:ada%40example.com"),
        (ORGANIZER, "ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.net"),
    ],
)
def test_of_several_lines_the_senders_counts(maildir: Path, lines: tuple[str, ...]) -> None:
    """Never the organizer's, wherever it stands; an alias counts where it is the only other line."""
    (reply,) = read(maildir, attendees(*lines))
    assert (reply.kind, reply.partstat) == (ReplyKind.ANSWER, PartStat.DECLINED)
    assert reply.attendee in {ADA, "ada@example.net"}


@pytest.mark.parametrize(
    "lines",
    [
        (ORGANIZER,),
        (
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ben@example.com",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:eve@example.com",
        ),
    ],
)
def test_where_no_line_is_the_senders_a_person_decides(maildir: Path, lines: tuple[str, ...]) -> None:
    """Neither the organizer's word nor one of two strangers' is the client's."""
    (reply,) = read(maildir, attendees(*lines))
    assert reply.kind is ReplyKind.WORDS


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("ada@example.com (Ada (née Holm) Brandt)", ADA),
        ('"Brandt, Ada <home>" <ada@example.com>', ADA),
        ("=?utf-8?q?Ad=C3=A4_=3Cx=40y=2Ez=3E?= <Ada@Example.COM>", ADA),
        ("ada@example.com <ada@example.com>", ADA),
        ("Brandt, Ada <ada@example.com>", ADA),
        ("Dr. Ada Brandt <ada@example.com> (home)", ADA),
        ('"ada@example.com" <eve@example.net>', "eve@example.net"),
        ("<ada@example.com> <eve@example.net>", ""),
        ("ada@example.com, eve@example.net", ""),
        ("Ada <ada@example.com>, Eve <eve@example.net>", ""),
        ("ada@example.com (<eve@example.net>)", ""),
        ("Ada <ada@example.com", ""),
        ("<>", ""),
        ("(" * 900, ""),
    ],
)
def test_from_is_read_by_the_grammar(maildir: Path, written: str, sender: str) -> None:
    """RFC 5322 §3.4; what could mean two people means nobody."""
    (reply,) = read(maildir, PLAIN.replace(b"From: ada@example.com", f"From: {written}".encode()))
    assert reply.sender == sender


@pytest.mark.parametrize(
    "change",
    [
        (b"\n", b"\r\n"),
        (b"BEGIN:VEVENT\nUID", b"begin:vevent\nuid"),
        (b"BEGIN:VCALENDAR\n", b"BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VCALENDAR\n"),
        (b"END:VEVENT\n", b"END:VEVENT\nBEGIN:VTODO\nUID:x\nDUE:never\nEND:VTODO\n"),
        (b"SEQUENCE:0", b"SEQUENCE:0\nRRULE:FREQ=NEVER\nX-APPLE:;=:\nGEO:here"),
        (b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nEND:VTIMEZONE\nBEGIN:VEVENT"),
    ],
)
def test_nothing_that_an_answer_does_not_need_costs_it(maildir: Path, change: tuple[bytes, bytes]) -> None:
    """Line ends, case, empty calendars, to-dos, broken rules and definitions."""
    (reply,) = read(maildir, PLAIN.replace(*change))
    assert (reply.kind, reply.partstat, reply.attendee) == (ReplyKind.ANSWER, PartStat.ACCEPTED, ADA)


def test_lines_that_end_in_a_carriage_return_alone(maildir: Path) -> None:
    """As old programs write them, in base64."""
    head, _, body = PLAIN.partition(b"\n\n")
    encoded = head + b"\nContent-Transfer-Encoding: base64\n\n"
    (reply,) = read(maildir, encoded + base64.encodebytes(body.replace(b"\n", b"\r")))
    assert (reply.kind, reply.partstat) == (ReplyKind.ANSWER, PartStat.ACCEPTED)
