"""Nothing from outside becomes a header, an address or a calendar property of its own (cpython#121650)."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mail.headers import check_runtime, clean, clean_lines, mail_address
from connectors.mail.itip import Party, request
from connectors.mail.mime import itip_mail, plain_mail
from syncd.core.model.errors import Rejected
from tests.connectors.mail.test_invitations import INVITATION, LETTER

HOSTILE = [
    "Hello\r\nBcc: thief@example.net",
    "Hello\nBcc: thief@example.net",
    "Hello\rBcc: thief@example.net",
    "=?utf-8?q?=0d=0aBcc:=20thief=40example.net=0d=0a?=",
    "=?UTF-8?Q?=0ABcc:_thief=40example.net?=",
    "=?utf-8?b?DQpCY2M6IHRoaWVmQGV4YW1wbGUubmV0?=",
    "=?utf-8?q?=3D=3Futf-8=3Fq=3F=0D=0ABcc=3A_thief=40example.net=3F=3D?=",
    "=?=?utf-8?q?x?=utf-8?q?=0aBcc:_thief=40example.net?=",
    "Hello\u2028Bcc: thief@example.net",
    "Hello\u0085Bcc: thief@example.net",
    "Hello\x0bBcc: thief@example.net",
    "Hello\x00\x1bBcc: thief@example.net",
    '"; Bcc: thief@example.net, "x',
]
ENCODED = st.builds(
    lambda inner: f"=?utf-8?q?{inner}?=", st.text(alphabet="=0123456789abcdefABCDEF_?", max_size=30)
)
ANYTHING = st.one_of(st.text(max_size=300), st.lists(st.one_of(st.text(max_size=20), ENCODED)).map("".join))


def headers_of(content: bytes) -> set[str]:
    """The names of all headers of a mail."""
    return {name.lower() for name in message_from_bytes(content)}


EXPECTED = headers_of(itip_mail(LETTER, INVITATION).content)


def test_this_python_is_safe_behind_the_guard() -> None:
    """The start-up check passes on the interpreter that runs the tests."""
    check_runtime()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_from_outside_becomes_a_header(text: str) -> None:
    """Subject, names and extra headers stay what they are, in mails with and without a calendar."""
    letter = replace(
        LETTER,
        subject=text,
        sender=Party("office@example.org", text),
        recipient=Party("ada@example.com", text),
        headers={"X-Note": text},
    )
    for mail in (itip_mail(letter, INVITATION), plain_mail(letter)):
        names = headers_of(mail.content)
        assert "bcc" not in names
        assert names <= EXPECTED | {"x-note", "content-transfer-encoding"}
        message = message_from_bytes(mail.content)
        assert len(message.get_all("To", [])) == 1
        assert mail.recipient == "ada@example.com"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_from_outside_becomes_a_property(text: str) -> None:
    """Summary, names, place and description cannot add a line to the calendar."""
    content = request(
        replace(
            INVITATION,
            summary=text,
            location=text,
            description=text,
            organizer=Party("office@example.org", text),
            attendee=Party("ada@example.com", text),
        )
    )
    plain = request(INVITATION)
    names = {
        line.partition(b":")[0].partition(b";")[0] for line in content.split(b"\r\n") if line[:1] != b" "
    }
    allowed = {line.partition(b":")[0].partition(b";")[0] for line in plain.split(b"\r\n")}
    assert names <= allowed
    assert content.count(b"ATTENDEE") == 1


@given(ANYTHING)
def test_clean_text_is_one_harmless_line(text: str) -> None:
    """No control, line or format character, no encoded word, and cleaning again changes nothing."""
    cleaned = clean(text)
    assert len(cleaned) <= 200
    assert "=?" not in cleaned
    assert "?=" not in cleaned
    assert not {unicodedata.category(character) for character in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert clean(cleaned) == cleaned


@given(ANYTHING, ANYTHING)
def test_no_generated_text_becomes_a_header(subject: str, name: str) -> None:
    """Whatever stands in a subject or name, the mail has the headers it should have and parses back."""
    mail = plain_mail(replace(LETTER, html="", subject=subject, recipient=Party("ada@example.com", name)))
    message = message_from_bytes(mail.content)
    assert sorted(name.lower() for name in message) == sorted(
        [
            "from",
            "to",
            "subject",
            "date",
            "message-id",
            "content-language",
            "content-type",
            "content-transfer-encoding",
            "mime-version",
        ]
    )
    assert message.get_payload(decode=True) == LETTER.text.replace("\n", "\r\n").encode()


@given(st.text(max_size=300))
def test_clean_lines_keeps_lines_and_nothing_else(text: str) -> None:
    """Several lines stay several; line feeds are the only control characters."""
    cleaned = clean_lines(text)
    assert not {unicodedata.category(character) for character in cleaned.replace("\n", "")} & {
        "Cc",
        "Cf",
        "Cs",
    }
    assert clean_lines(cleaned) == cleaned


@given(st.text(max_size=80))
def test_an_address_is_plain_or_refused(text: str) -> None:
    """What passes has one @, is ASCII, and holds nothing that ends a command or a header."""
    try:
        address = mail_address(text)
    except Rejected:
        return
    assert address.isascii()
    assert address.count("@") == 1
    assert not set(address) & set(' \r\n\t<>,;:"()[]\\')


@pytest.mark.parametrize(
    ("given_address", "expected"),
    [
        ("ada@example.com", "ada@example.com"),
        (" Ada+x@Example.com ", "Ada+x@Example.com"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("office@localhost", "office@localhost"),
    ],
)
def test_real_addresses_pass(given_address: str, expected: str) -> None:
    """Case and tags of the local part are kept; a domain is written in IDNA."""
    assert mail_address(given_address) == expected
