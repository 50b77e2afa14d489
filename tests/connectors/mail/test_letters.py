"""What comes back to a letter: what its reader wrote themselves, whether they are who they say, and nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.mail.arrivals import ours_by_header
from connectors.mail.ids import letter_token, looks_own, message_id
from connectors.mail.parts import headers_of
from connectors.mail.replies import Ours, read_replies
from syncd.core.model import Reply, ReplyKind
from syncd.core.policy.short_answers import ShortAnswer, short_answer

CORPUS = Path(__file__).parents[2] / "golden" / "mail" / "letters"
TOKEN = "5k2m8q0t4v9b1d7f3j6k0n5p2s"
OURS = Ours(
    domains=frozenset({"example.org"}),
    authserv_id="mx.example.org",
    senders=frozenset({"office@example.org"}),
)
RECEIVED = datetime(2026, 6, 15, 8, 31, tzinfo=UTC)
NAMES = ("Dana Okafor", "Maple Street Therapy")


def letter(name: str) -> bytes:
    """One message of the corpus, with the line ends of the wire."""
    return (CORPUS / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")


def read(name: str, content: bytes | None = None, ours: Ours = OURS) -> Reply:
    """What one message of the corpus says."""
    (reply,) = read_replies(content or letter(name), ours, name, RECEIVED)
    return reply


SAID = [
    ("gmail-ok", ShortAnswer(True)),
    ("gmail-german-wrapped", ShortAnswer(True)),
    ("gmail-alternative", ShortAnswer(True, "bx")),
    ("gmail-html-only", ShortAnswer(True)),
    ("outlook-german", ShortAnswer(True)),
    ("outlook-html-only", ShortAnswer(True)),
    ("outlook-phone", ShortAnswer(True)),
    ("apple-mail", ShortAnswer(True)),
    ("thunderbird-bottom-posted", ShortAnswer(True, "bx")),
    ("thunderbird-german-top", ShortAnswer(True)),
    ("thunderbird-no", ShortAnswer(False)),
    ("written-anew", ShortAnswer(True, "bx")),
    ("written-anew-encoded", ShortAnswer(True, "bx")),
]


@pytest.mark.parametrize(("name", "answer"), SAID)
def test_a_word_is_read_as_every_program_writes_it(name: str, answer: ShortAnswer) -> None:
    """Above the quotation or below it, text or HTML, with a signature or without one."""
    reply = read(name)
    assert (reply.offer, reply.kind, reply.sender) == (TOKEN, ReplyKind.WORDS, "dana@example.net")
    assert short_answer(reply.own, NAMES) == answer
    assert reply.proven


@pytest.mark.parametrize(
    "name", ["words", "but", "but-below-the-quote", "ok-in-a-quote", "only-a-quote", "empty"]
)
def test_any_other_text_says_nothing(name: str) -> None:
    """A word more, a word below, somebody else's ok in a quotation, no word at all."""
    reply = read(name)
    assert (reply.offer, reply.kind) == (TOKEN, ReplyKind.WORDS)
    assert short_answer(reply.own, NAMES) is None


@pytest.mark.parametrize("name", ["vacation", "out-of-office-exchange"])
def test_a_machine_says_nothing(name: str) -> None:
    """Whatever it writes."""
    reply = read(name)
    assert (reply.kind, reply.own) == (ReplyKind.AUTO, "")


@pytest.mark.parametrize("name", ["unsigned", "forged", "no-results", "two-senders"])
def test_nobody_vouches(name: str) -> None:
    """SPF alone, a failed DMARC above a forged one, no word of our own server's, two senders."""
    assert not read(name).proven


def test_a_verdict_about_another_domain_vouches_for_nobody() -> None:
    """DMARC names the From that it judged (RFC 8601 §2.7.3 and 7489 §11): another than ours proves nothing."""
    other = letter("gmail-ok").replace(b"header.from=example.net", b"header.from=evil.test")
    assert not read("", other).proven
    assert not read("", other).authenticated
    assert read("", letter("gmail-ok").replace(b" header.from=example.net", b"")).proven


def test_without_a_server_that_was_asked_nothing_is_proven() -> None:
    """`authserv_id` is not set: whoever writes it, no header counts."""
    assert not read("gmail-ok", ours=Ours(OURS.domains)).proven


def test_a_login_under_that_very_address_proves_it() -> None:
    """Mail inside one server carries no signature; a login under another address of the domain proves nothing."""
    signed = b"dkim=pass header.d=example.net; dmarc=pass header.from=example.net"
    for login, counts in ((b"dana@example.net", True), (b"omar@example.net", False)):
        content = letter("gmail-ok").replace(signed, b"auth=pass smtp.auth=" + login)
        assert read("", content).proven is counts


def test_a_therapist_may_share_our_address() -> None:
    """A practice of one: what answers a letter is no copy of one; what has a Message-ID of ours is."""
    content = letter("gmail-ok").replace(b"dana@example.net", b"office@example.org")
    assert read("", content).sender == "office@example.org"
    copy = content.replace(b"<gmail-ok@mail.example.net>", b"<" + TOKEN.encode() + b".0.letter@example.org>")
    assert read_replies(copy, OURS, "", RECEIVED) == ()
    other = content.replace(b".0.letter.17-0123456789ab@", b".0.invitation@")
    assert read_replies(other, OURS, "", RECEIVED) == ()


def test_a_subject_that_names_another_letter_is_no_word_on_either() -> None:
    """It answers one letter and names another: nobody knows which."""
    subject = b"Subject: Yes (syncd-" + TOKEN[::-1].encode() + b")\r\nX-Was:"
    assert read("", letter("gmail-ok").replace(b"Subject:", subject)).own == ""


def test_a_token_in_any_other_subject_is_none() -> None:
    """Only what the links of letters write is opened."""
    for subject in (TOKEN, f"syncd-{TOKEN}0", f"xsyncd-{TOKEN}", f"syncd-{TOKEN} syncd-{TOKEN[::-1]}"):
        assert ours_by_header(headers_of(f"Subject: {subject}\r\n\r\n".encode()), OURS) is None
    assert ours_by_header(headers_of(f"Subject: (syncd-{TOKEN})\r\n\r\n".encode()), OURS) is True


def test_words_to_clients_mails_are_never_read() -> None:
    """An answer to anything but a letter keeps its text to itself (I24)."""
    content = letter("gmail-ok").replace(b".0.letter.17-0123456789ab@", b".0.invitation@")
    assert read("", content).own == ""
    assert "ok bx" not in repr(read("gmail-alternative"))


def test_a_text_that_is_long_is_cut_and_says_nothing() -> None:
    """However it begins."""
    content = letter("gmail-ok").replace(b"ok\r\n", b"ok" + b" " * 499 + b"x\r\n" * 400, 1)
    assert len(read("", content).own) <= 501
    assert short_answer(read("", content).own) is None


def test_letters_have_tokens_that_nobody_guesses() -> None:
    """128 bits, the same for the same letter, another with another key; they fit a Message-ID."""
    token = letter_token("key", "absence:bx:letter_plan")
    assert looks_own(token)
    assert token == letter_token("key", "absence:bx:letter_plan")
    assert len({token, letter_token("other", "absence:bx:letter_plan"), letter_token("key", "b")}) == 3
    assert message_id(token, 0, "letter", "office@example.org")
