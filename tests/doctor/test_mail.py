"""The doctor invites itself, answers, and fails if the answer is not seen."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import trustme

from syncd.doctor import Check, Verdict
from tests.cli.office import MAIL_PASSWORD, SENDER, Office
from tests.doctor.conftest import Look
from tests.servers.dav import DavServer
from tests.servers.imap import ImapServer
from tests.servers.process import free_port
from tests.servers.smtp import Fault, Phase, SmtpServer


class Swallowing(SmtpServer):
    """A server that delivers mail with a given text in it nowhere, and gives mail other Message-IDs if told to."""

    swallows = b""
    renames = False

    def deliver(self, sender: str, recipients: Iterable[str], content: bytes) -> None:
        if self.renames:
            content = re.sub(
                rb"(?m)^Message-ID: .*?\r$", b"Message-ID: <%d@relay.example>\r" % id(content), content
            )
        if self.swallows not in content:
            super().deliver(sender, recipients, content)


@pytest.fixture
def smtp(tmp_path: Path) -> Iterator[Swallowing]:
    """The office's mail server, one that can lose mail."""
    with Swallowing(tmp_path / "mail", users={"office": MAIL_PASSWORD}) as server:
        server.swallows = b"no mail has this"
        yield server


class TestRoundTrip:
    def test_two_mails_go_from_us_to_us_and_to_nobody_else(self, look: Look, smtp: SmtpServer) -> None:
        """An invitation and its answer lie in our mailbox; no other mailbox exists."""
        assert look().one(Check.ROUND_TRIP).verdict is Verdict.OK
        invitation, answer = smtp.messages(SENDER)
        assert b"method=REQUEST" in invitation.replace(b'"', b"")
        assert b"method=REPLY" in answer.replace(b'"', b"")
        assert [folder.name for folder in smtp.root.iterdir()] == [SENDER]

    def test_mail_that_ends_elsewhere_fails(self, office: Office, look: Look, smtp: SmtpServer) -> None:
        """`from` is delivered, but not into the mailbox that is read."""
        office.keys["mailbox"] = f'maildir = "{smtp.maildir("elsewhere@example.org")}"'
        finding = look(1).one(Check.ROUND_TRIP)
        assert finding.verdict is Verdict.FAIL
        assert "no mail to `from` arrived in the mailbox within 1 s" in finding.said

    def test_an_answer_that_does_not_arrive_fails(self, look: Look, smtp: Swallowing) -> None:
        """Mail arrives, but replies are kept back on the way: promises about answers would be empty."""
        smtp.swallows = b"Accepted: syncd"
        finding = look(1).one(Check.ROUND_TRIP)
        assert finding.verdict is Verdict.FAIL
        assert "an answer to an invitation was not seen" in finding.said

    def test_old_answers_prove_nothing(self, look: Look, smtp: Swallowing) -> None:
        """The answer of an earlier examination does not stand in for this one's."""
        assert look().one(Check.ROUND_TRIP).verdict is Verdict.OK
        smtp.swallows = b"Accepted: syncd"
        assert look(1).one(Check.ROUND_TRIP).verdict is Verdict.FAIL

    def test_a_sending_that_was_cut_off_is_believed_when_it_arrives(
        self, look: Look, smtp: SmtpServer
    ) -> None:
        """No answer after DATA, and the mail is there: the mailbox decides."""
        smtp.fail(Fault(Phase.DELIVERED, times=1))
        assert look().one(Check.ROUND_TRIP).verdict is Verdict.OK

    def test_a_relay_that_renames_mail_is_a_warning(self, look: Look, smtp: Swallowing) -> None:
        """Answers arrive; but whether a sending that was cut off went out cannot be looked up."""
        smtp.renames = True
        works, renamed = look().of(Check.ROUND_TRIP)
        assert works.verdict is Verdict.OK
        assert renamed.verdict is Verdict.WARN
        assert "replaces Message-IDs" in renamed.said

    def test_with_no_time_nothing_is_sent(self, look: Look, smtp: SmtpServer) -> None:
        """`--wait 0s` leaves the mailbox alone."""
        assert look(0).one(Check.ROUND_TRIP).verdict is Verdict.SKIPPED
        assert smtp.messages(SENDER) == []

    def test_over_imap_too(self, dav: DavServer, office: Office, look: Look, tmp_path: Path) -> None:
        """The same trip where answers are read over IMAP."""
        with (
            ImapServer(tmp_path / "post", {SENDER: MAIL_PASSWORD}) as imap,
            SmtpServer(tmp_path / "post", users={"office": MAIL_PASSWORD}) as server,
        ):
            office.keys |= {"smtp": server.port, "mailbox": _imap(imap)}
            seen = look(20)
        assert seen.one(Check.MAILBOX, "mail.imap").verdict is Verdict.OK
        assert seen.one(Check.ROUND_TRIP).verdict is Verdict.OK, seen.text()


class TestWays:
    def test_a_refused_login_fails_alone(self, office: Office, look: Look) -> None:
        """The mailbox is still looked at, the round trip is skipped, the password is not shown."""
        office.secret("mail-password", "wrong one")
        seen = look()
        assert seen.failed() == {Check.SMTP}
        assert "user name or password refused" in seen.one(Check.SMTP).said
        assert seen.one(Check.MAILBOX).verdict is Verdict.OK
        assert seen.one(Check.ROUND_TRIP).verdict is Verdict.SKIPPED
        assert "wrong one" not in seen.text()

    def test_a_mail_server_that_is_down_fails_alone(self, office: Office, look: Look) -> None:
        """Connection fails naming host and port; accounts are still well."""
        office.keys["smtp"] = port = free_port()
        seen = look()
        assert seen.failed() == {Check.CONNECTION}
        assert f"127.0.0.1:{port}: cannot be reached" in seen.one(Check.CONNECTION, "mail.smtp").said
        assert seen.one(Check.WRITABLE).verdict is Verdict.OK

    def test_a_folder_that_is_no_maildir_fails(self, office: Office, look: Look, tmp_path: Path) -> None:
        """The finding says what a Maildir has."""
        office.keys["mailbox"] = f'maildir = "{tmp_path / "nothing"}"'
        finding = look().one(Check.MAILBOX)
        assert finding.verdict is Verdict.FAIL
        assert "not a Maildir" in finding.said

    def test_without_a_mailbox_answers_are_not_seen(self, office: Office, look: Look) -> None:
        """A warning, and no round trip."""
        office.keys["mailbox"] = ""
        seen = look()
        assert seen.one(Check.MAILBOX).verdict is Verdict.WARN
        assert seen.one(Check.ROUND_TRIP).verdict is Verdict.SKIPPED

    def test_starttls_is_checked_with_its_certificate(
        self, office: Office, look: Look, tmp_path: Path
    ) -> None:
        """The day that the mail server's certificate ends is said."""
        authority = trustme.CA()
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        with SmtpServer(office.mail.root, users={"office": MAIL_PASSWORD}, context=context) as server:
            security = f'security = "starttls", ca_file = "{tmp_path / "ca.pem"}"'
            office.keys |= {"smtp": server.port, "security": security}
            seen = look()
        assert seen.one(Check.CERTIFICATE, "mail.smtp").said.startswith("valid until")
        assert seen.one(Check.ROUND_TRIP).verdict is Verdict.OK, seen.text()


def _imap(server: ImapServer) -> str:
    login = f'username = "{SENDER}", password = {{ file = "mail-password" }}'
    return f'imap = {{ host = "127.0.0.1", port = {server.port}, security = "none", {login} }}'
