"""What mail systems send back, in the shapes that public collections of bounces show; written anew, addresses ours."""

from __future__ import annotations

import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.mail.maildir import MaildirMailbox
from connectors.mail.replies import Ours
from syncd.core.model import ReplyKind
from tests.servers.imap import deliver

UID = "0123456789abcdefghijklmnop"
OURS = Ours(frozenset({"example.org"}), senders=frozenset({"office@example.org"}))
ARRIVED = datetime(2026, 6, 8, 12, 1, tzinfo=UTC)
RETURNED = f"""From: office@example.org
To: ada@example.com
Message-ID: <{UID}.0.invitation@example.org>
Subject: A new time
"""
QUOTED = "".join(f"> {line}\n" for line in RETURNED.splitlines())
REPORT = 'Content-Type: multipart/report; boundary="b"; report-type='
LOST, LATER = ReplyKind.BOUNCE, ReplyKind.AUTO


def report(kind: str, part: str, text: str) -> str:
    """A multipart/report that returns the headers of our mail."""
    return (
        f"{REPORT}{kind}\n\n--b\n\nSee below.\n--b\nContent-Type: message/{part}\n\n{text}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{RETURNED}\n--b--\n"
    )


SHAPES = {
    "a name and nothing else": ("MAILER-DAEMON <>", f"\nUnknown user: ada\n\n{RETURNED}", LOST),
    "no sender at all": ("<>", f"\nDelivery failed.\n\n{RETURNED}", LOST),
    "a bare name": ("Mail-Daemon", f"\nYour message was not delivered.\n\n{RETURNED}", LOST),
    "a subsystem by name": ("Mail Delivery Subsystem <admin@mx.example>", f"\nFailed.\n\n{QUOTED}", LOST),
    "an administrator": ("System Administrator <adm@mx.example>", f"\nDid not reach:\n\n{RETURNED}", LOST),
    "capitals and a comment": ("Postmaster@MX.example (The Post Office)", f"\n550\n\n{RETURNED}", LOST),
    "an inner type that is not declared": (
        "postmaster@mx.example",
        "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n550 no\n"
        f"--x\nContent-Type: text/x-junk\n\n{RETURNED}\n--x--\n",
        LOST,
    ),
    "a boundary that never comes": (
        "MAILER-DAEMON@mx.example",
        f"Content-Type: multipart/report; boundary=none\n\nFailed\n\n{RETURNED}",
        LOST,
    ),
    "the calendar part alone": (
        "MAILER-DAEMON@mx.example",
        f"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{UID}\n",
        LOST,
    ),
    "an action misspelt": (
        "postmaster@mx.example",
        report(
            "delivery-status", "delivery-status", "Reporting-MTA: dns;mx\n\nAction: failure\nStatus: 553 x\n"
        ),
        LOST,
    ),
    "refused by a filter": (
        "Mail Delivery Subsystem <adm@mx.example>",
        report(
            "disposition-notification",
            "disposition-notification",
            "Disposition: automatic-action/MDN-sent-automatically; deleted\n",
        ),
        LOST,
    ),
    "a read receipt": (
        "ada@example.com",
        report(
            "disposition-notification",
            "disposition-notification",
            "Disposition: manual-action/MDN-sent-manually; displayed\n",
        ),
        LATER,
    ),
    "a warning of Exim's": (
        "Mail Delivery System <Mailer-Daemon@mx.example>",
        "\nA message that you sent has not yet been delivered to one or more of its recipients after more than "
        f"24 hours.\n\nDelivery attempts will continue. Eventually the software will give up.\n\n{RETURNED}",
        LATER,
    ),
    "a warning of Postfix's, forwarded": (
        "MAILER-DAEMON@mx.example",
        f"\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n\n{RETURNED}",
        LATER,
    ),
    "a last word": (
        "MAILER-DAEMON@mx.example",
        f"\nI'm not going to try again; this message has been in the queue too long.\n\n{RETURNED}",
        LOST,
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_returned_mail_is_one_in_every_shape(tmp_path: Path, name: str) -> None:
    """By an empty return path or a mail system's name, then by our Message-ID or UID anywhere."""
    sender, body, kind = SHAPES[name]
    maildir = tmp_path / "maildir"
    mailbox.Maildir(maildir, create=True).close()
    head = f"Return-Path: <>\nFrom: {sender}\nTo: office@example.org\nMessage-ID: <b@mx.example>\n"
    deliver(maildir, f"{head}MIME-Version: 1.0\n{body}".encode(), ARRIVED)
    (incoming,) = MaildirMailbox(maildir, OURS).fetch(frozenset(), ARRIVED)
    assert [(one.offer, one.kind, one.words) for one in incoming.replies] == [(UID, kind, False)]


@pytest.mark.parametrize(
    "head",
    [
        "Return-Path: <>\nFrom: ada@example.com\nAuto-Submitted: auto-replied\n",
        "Return-Path: <>\nFrom: ada@example.com\n",
    ],
)
def test_who_is_away_has_got_our_mail(tmp_path: Path, head: str) -> None:
    """A responder has an empty return path too, but it returns nothing."""
    maildir = tmp_path / "maildir"
    mailbox.Maildir(maildir, create=True).close()
    thread = f"In-Reply-To: <{UID}.0.invitation@example.org>\nMessage-ID: <o@mx.example>\n"
    deliver(maildir, f"{head}{thread}\nI am away.\n".encode(), ARRIVED)
    (incoming,) = MaildirMailbox(maildir, OURS).fetch(frozenset(), ARRIVED)
    assert [one.kind for one in incoming.replies] == [ReplyKind.AUTO]
