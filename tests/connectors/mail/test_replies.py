"""What comes back from clients, in every shape seen in the wild, is read for what it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.mail.replies import Ours, read_replies
from syncd.core.model import PartStat, Reply, ReplyKind
from syncd.core.time.spans import Span

CORPUS = Path(__file__).parents[2] / "golden" / "mail" / "replies"
UID = "6h2m8q0t4v9b1d7f3j6k0n5p2s"
OURS = Ours(domains=frozenset({"example.org"}))
STRICT = Ours(domains=frozenset({"example.org"}), authserv_id="mx.example.org")
RECEIVED = datetime(2026, 6, 2, 10, 15, 3, tzinfo=UTC)
ADA = "ada@example.com"
ACCEPTED, DECLINED, TENTATIVE = PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE


def corpus(name: str) -> bytes:
    """One message of the corpus, with the line ends of the wire."""
    return (CORPUS / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")


def read(name: str, ours: Ours = OURS) -> tuple[Reply, ...]:
    """What one message of the corpus says."""
    return read_replies(corpus(name), ours, name, RECEIVED)


ANSWERS = [
    ("google-accept", ACCEPTED, False),
    ("google-accept-auto-generated", ACCEPTED, False),
    ("google-accept-german", ACCEPTED, False),
    ("google-decline-with-note", DECLINED, True),
    ("outlook-com-accept-no-organizer", ACCEPTED, False),
    ("outlook-decline-with-text", DECLINED, True),
    ("thunderbird-accept", ACCEPTED, False),
    ("thunderbird-decline-german", DECLINED, False),
    ("thunderbird-accept-turkish", ACCEPTED, False),
    ("apple-tentative-method-missing", TENTATIVE, False),
    ("method-nowhere", ACCEPTED, False),
    ("method-lower-case", ACCEPTED, False),
    ("attachment-only", ACCEPTED, False),
    ("attachment-octet-stream", ACCEPTED, False),
    ("accept-with-words-above-quote", ACCEPTED, True),
    ("accept-with-signature-only", ACCEPTED, False),
    ("accept-with-comment", ACCEPTED, True),
    ("sequence-missing", ACCEPTED, False),
    ("uid-with-suffix-and-folded", ACCEPTED, False),
]


@pytest.mark.parametrize(("name", "partstat", "words"), ANSWERS)
def test_an_answer_is_read_in_every_shape(name: str, partstat: PartStat, words: bool) -> None:
    """UID, answer, version, sender, and whether a person wrote something beside it."""
    (reply,) = read(name)
    assert (reply.kind, reply.partstat, reply.words) == (ReplyKind.ANSWER, partstat, words)
    assert (reply.offer, reply.sequence, reply.sender, reply.attendee) == (UID, 1, ADA, ADA)
    assert reply.dtstamp == datetime(2026, 6, 2, 10, 15, tzinfo=UTC)
    assert (reply.id, reply.received, reply.authenticated) == (name, RECEIVED, True)


WORDS = [
    "plain-reply",
    "plain-reply-references-only",
    "plain-reply-html-only",
    "answer-forwarded",
    "two-parts-contradict",
    "calendar-broken",
    "refresh",
]


@pytest.mark.parametrize("name", WORDS)
def test_what_is_not_clearly_an_answer_is_for_a_person(name: str) -> None:
    """Plain replies, forwarded, contradictory and unreadable answers are words, and answer nothing."""
    (reply,) = read(name)
    assert (reply.offer, reply.kind, reply.words) == (UID, ReplyKind.WORDS, True)
    assert reply.dtstamp is None
    assert reply.partstat is PartStat.NEEDS_ACTION


MACHINES = [
    ("out-of-office", ReplyKind.AUTO),
    ("out-of-office-exchange", ReplyKind.AUTO),
    ("out-of-office-precedence", ReplyKind.AUTO),
    ("auto-decline", ReplyKind.AUTO),
    ("delay", ReplyKind.AUTO),
    ("read-receipt", ReplyKind.AUTO),
    ("bounce-postfix", ReplyKind.BOUNCE),
    ("bounce-headers-only", ReplyKind.BOUNCE),
    ("bounce-exim", ReplyKind.BOUNCE),
    ("bounce-qmail", ReplyKind.BOUNCE),
]


@pytest.mark.parametrize(("name", "kind"), MACHINES)
def test_machines_never_answer(name: str, kind: ReplyKind) -> None:
    """Auto-replies and bounces are known as such, by the offer they concern, and are no human words."""
    (reply,) = read(name)
    assert (reply.offer, reply.kind, reply.words) == (UID, kind, False)


def test_an_automatic_decline_keeps_what_it_said() -> None:
    """The core may tell a responder's decline from silence."""
    (reply,) = read("auto-decline")
    assert reply.partstat is DECLINED


@pytest.mark.parametrize("name", ["unrelated", "someone-elses-answer", "reply-to-another-mail"])
def test_other_peoples_mail_is_none_of_our_business(name: str) -> None:
    """No UID and no Message-ID of ours: nothing is said of it."""
    assert read(name) == ()


def test_a_counter_names_the_time_it_proposes() -> None:
    """A Windows zone name is understood; the answer comes along."""
    (reply,) = read("exchange-counter")
    proposed = Span(datetime(2026, 7, 3, 12, tzinfo=UTC), datetime(2026, 7, 3, 12, 50, tzinfo=UTC))
    assert (reply.kind, reply.partstat, reply.proposed) == (ReplyKind.COUNTER, TENTATIVE, proposed)


def test_a_decline_with_a_new_time_is_a_counter() -> None:
    """The decline is kept beside the proposal; an end given as a duration is understood."""
    (reply,) = read("exchange-decline-new-time")
    proposed = Span(datetime(2026, 7, 6, 8, tzinfo=UTC), datetime(2026, 7, 6, 8, 50, tzinfo=UTC))
    assert (reply.kind, reply.partstat, reply.proposed) == (ReplyKind.COUNTER, DECLINED, proposed)


@pytest.mark.parametrize(("name", "sender"), [("delegated", ADA), ("delegate-accepts", "ben@example.com")])
def test_delegation_is_never_an_answer(name: str, sender: str) -> None:
    """Neither handing on nor the delegate's own answer counts as the client's."""
    (reply,) = read(name)
    assert (reply.kind, reply.sender) == (ReplyKind.DELEGATED, sender)


def test_who_writes_and_who_answers_are_both_reported() -> None:
    """An alias answers for the address that was invited; a stranger answers for themselves."""
    (alias,) = read("alias-accepts")
    assert (alias.sender, alias.attendee) == ("a.holm@example.net", ADA)
    (stranger,) = read("stranger-accepts")
    assert (stranger.sender, stranger.attendee) == ("ben@example.com", "ben@example.com")


def test_an_answer_to_an_older_version_says_which() -> None:
    """SEQUENCE is the answered version, not the latest."""
    (reply,) = read("older-version")
    assert reply.sequence == 0


@pytest.mark.parametrize("name", ["two-senders", "sender-hidden-in-comment"])
def test_a_sender_that_is_ambiguous_is_nobody(name: str) -> None:
    """Two From lines, or an address inside a comment, never pass for the client."""
    (reply,) = read(name)
    assert reply.sender == ""


@pytest.mark.parametrize(
    ("name", "genuine"),
    [
        ("dmarc-pass", True),
        ("dmarc-fail", False),
        ("dmarc-forged-elsewhere", False),
        ("dkim-aligned-without-policy", True),
        ("dkim-of-another-domain", False),
        ("google-accept", False),
    ],
)
def test_only_our_own_server_vouches_for_a_sender(name: str, genuine: bool) -> None:
    """Where our server checks senders, its topmost verdict counts, and none is no."""
    (reply,) = read(name, STRICT)
    assert reply.authenticated is genuine


@pytest.mark.parametrize(("signature", "genuine"), [("", True), ("; dkim=fail header.d=example.com", False)])
def test_a_signature_that_fails_speaks_against_it(signature: str, genuine: bool) -> None:
    """Where no policy decides: that the way of a mail was right does not make up for what was changed on it."""
    said = f"Authentication-Results: mx.example.org; dmarc=none; spf=pass smtp.mailfrom=example.com{signature}\r\n"
    (reply,) = read_replies(said.encode() + corpus("dmarc-pass"), STRICT, "x", RECEIVED)
    assert reply.authenticated is genuine


def test_our_own_mail_is_no_answer_to_itself() -> None:
    """The evidence copy of an invitation carries our UID and is passed over."""
    copy = corpus("google-accept").replace(
        b"Message-ID: <calendar-0b1c2d@google.com>", f"Message-ID: <{UID}.1.request@example.org>".encode()
    )
    assert read_replies(copy, OURS, "copy", RECEIVED) == ()


def test_our_own_mail_is_known_by_its_sender_too() -> None:
    """A relay that replaces Message-IDs does not turn our own copies into answers."""
    copy = corpus("plain-reply").replace(
        b"From: Ada Holm <ada@example.com>", b"From: Dana <Office@example.org>"
    )
    assert len(read_replies(copy, OURS, "copy", RECEIVED)) == 1
    known = Ours(OURS.domains, senders=frozenset({"office@example.org"}))
    assert read_replies(copy, known, "copy", RECEIVED) == ()


def test_a_wish_for_silence_is_no_responder() -> None:
    """Exchange puts X-Auto-Response-Suppress on what people write too; only All marks a machine."""
    written = corpus("plain-reply").replace(
        b"MIME-Version", b"X-Auto-Response-Suppress: DR, OOF\r\nMIME-Version"
    )
    assert [reply.kind for reply in read_replies(written, OURS, "x", RECEIVED)] == [ReplyKind.WORDS]


def test_one_message_may_answer_two_invitations() -> None:
    """Each offer gets its own reply with its own id."""
    other = "0" * 26
    second = corpus("method-lower-case").partition(b"BEGIN:VEVENT")[2].partition(b"END:VCALENDAR")[0]
    both = corpus("method-lower-case").replace(
        b"END:VCALENDAR", b"BEGIN:VEVENT" + second.replace(UID.encode(), other.encode()) + b"END:VCALENDAR"
    )
    replies = read_replies(both, OURS, "both", RECEIVED)
    assert [(reply.id, reply.offer) for reply in replies] == [("both", UID), ("both#2", other)]


def test_the_whole_corpus_is_tested() -> None:
    """No file lies in the corpus without a claim about it."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [path.stem for path in sorted(CORPUS.glob("*.eml")) if f'"{path.stem}"' not in source] == []
