"""Hostile messages cost little time, stop nothing, and are not lost where they answer one of ours."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mail.replies import Ours, read_replies
from connectors.mail.structure import decoded, leaves, responses
from syncd.core.model import Reply, ReplyKind
from tests.connectors.mail.test_replies import UID, corpus
from tests.effort import counted

OURS = Ours(domains=frozenset({"example.org"}))
RECEIVED = datetime(2026, 6, 2, tzinfo=UTC)
HEAD = f"From: ada@example.com\r\nMessage-ID: <bomb@example.com>\r\nIn-Reply-To: <{UID}.1.request@example.org>\r\n"
EVENT = f"BEGIN:VEVENT\r\nUID:{UID}\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.com\r\n"
MIXED = f"{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n"
END = "END:VEVENT\r\nEND:VCALENDAR\r\n"
REPLY = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n"


def calendar(body: str) -> bytes:
    """A mail in our thread with this calendar part."""
    return f"{HEAD}Content-Type: text/calendar; method=REPLY\r\n\r\n{body}".encode()


def nested(depth: int) -> bytes:
    """Multiparts in multiparts."""
    opening = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return (HEAD + opening + "\r\n").encode()


BOMBS = {
    "10 MB of text": HEAD.encode() + b"\r\n" + b"x" * 10_000_000,
    "10 MB of headers": HEAD.encode() + b"X-Note: x\r\n" * 900_000 + b"\r\nhello",
    "10,000 parts": (MIXED + "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 10_000).encode(),
    "10,000 empty parts": (MIXED + "--b\r\n\r\n" * 10_000).encode(),
    "multiparts 500 deep": nested(500),
    "messages 2,000 deep": (HEAD + "Content-Type: message/rfc822\r\n\r\n" * 2000).encode(),
    "a calendar of 10 MB": calendar(REPLY + EVENT + "DESCRIPTION:" + "x" * 10_000_000),
    "a calendar line of 900 kB": calendar(f"{REPLY}{EVENT}DESCRIPTION:{'x' * 900_000}\r\n{END}"),
    "200,000 properties": calendar(REPLY + EVENT + "X:1\r\n" * 200_000 + END),
    "40,000 properties": calendar(REPLY + EVENT + "X:1\r\n" * 40_000),
    "components 900 deep": calendar("BEGIN:VCALENDAR\r\n" * 900 + EVENT),
    "HTML without an end": (HEAD + "Content-Type: text/html\r\n\r\n" + "<a " * 300_000).encode(),
    "HTML of comments": (HEAD + "Content-Type: text/html\r\n\r\n" + "<!--" * 200_000).encode(),
    "a From of parentheses": f"From: {'(' * 100_000}\r\n{HEAD}\r\nhello".encode(),
    "a verdict of parentheses": f"Authentication-Results: x {'(' * 100_000}\r\n{HEAD}\r\nhello".encode(),
    "an encoded subject without end": f"{HEAD}Subject: {'=?utf-8?q?' * 20_000}\r\n\r\nhello".encode(),
}

ENDLESS = 900  # seconds after which it hangs: one match of an expression is one call, however long it takes


@pytest.mark.timeout(ENDLESS)
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_words_and_takes_no_time(name: str) -> None:
    """Each one answers a mail of ours, so a person hears of it; none keeps the reader busy."""
    with counted() as effort:
        (reply,) = read_replies(BOMBS[name], Ours(OURS.domains, authserv_id="x"), name, RECEIVED)
    assert effort.calls < 2_000_000
    assert (reply.offer, reply.kind, reply.words) == (UID, ReplyKind.WORDS, True)


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=0", "FREQ=YEARLY;BYDAY=MO;COUNT=100000000"]
)
def test_rules_are_never_expanded(rule: str) -> None:
    """A recurrence rule in an answer, or in its time zone, is ignored."""
    zone = (
        f"BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:{rule}\r\n"
        "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    event = f"{EVENT}DTSTART;TZID=X:20260703T100000\r\nRRULE:{rule}\r\nSEQUENCE:1\r\nEND:VEVENT\r\n"
    body = f"{REPLY}{zone}{event}END:VCALENDAR\r\n"
    read_replies(calendar(body.replace(rule, "FREQ=YEARLY")), OURS, "x", RECEIVED)  # what is loaded once
    with counted() as effort:
        (reply,) = read_replies(calendar(body), OURS, "x", RECEIVED)
    assert effort.calls < 20_000
    assert (reply.kind, reply.sequence) == (ReplyKind.ANSWER, 1)


@given(st.data())
def test_no_damage_to_a_message_raises(data: st.DataObject) -> None:
    """A message cut, spliced or overwritten anywhere gives replies or none, never an error."""
    original = corpus("google-decline-with-note")
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 400)))
    damaged = original[:start] + data.draw(st.binary(max_size=60)) + original[end:]
    assert all(isinstance(reply, Reply) for reply in read_replies(damaged, OURS, "x", RECEIVED))


@given(st.binary(max_size=400))
def test_no_bytes_raise(content: bytes) -> None:
    """Noise is nobody's answer."""
    assert read_replies(content, OURS, "x", RECEIVED) == ()


@given(st.lists(st.one_of(st.binary(max_size=60), st.tuples(st.binary(max_size=60), st.binary(max_size=60)))))
def test_no_answer_of_a_server_raises(data: list[bytes | tuple[bytes, bytes]]) -> None:
    """What a FETCH returns is taken apart whatever it is."""
    for items in responses(data):
        assert all(part.section for part in leaves(items.get("BODYSTRUCTURE", [])))


@given(
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=200), st.integers(0, 400)
)
def test_the_beginning_of_a_part_can_be_decoded(text: str, cut: int) -> None:
    """A base64 part that is cut anywhere still gives its beginning."""
    payload = base64.encodebytes(text.encode())[:cut]
    assert text.startswith(decoded(payload, "base64"))
