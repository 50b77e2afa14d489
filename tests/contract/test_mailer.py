"""The contract of `ports.Mailer`, held by SMTP against a real server that fails at every phase."""

from __future__ import annotations

import socket
import ssl
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from connectors.mail.smtp import SmtpConfig, SmtpMailer
from connectors.mail.transport import Endpoint, Security
from syncd.core.model.actions import DRAWN, Mail
from syncd.core.model.errors import AuthExpired, ConnectorError, Forbidden, Rejected, Transient, Unclear
from tests.servers.smtp import Fault, Phase, SmtpServer

CLIENT = "ada@example.com"
EVIDENCE = "evidence@example.org"
MAIL = Mail(
    message_id="<1.0.request@example.org>",
    sender="office@example.org",
    recipient=CLIENT,
    content=b"From: office@example.org\r\nTo: ada@example.com\r\nMessage-ID: <1.0.request@example.org>\r\n"
    b"Subject: Friday\r\n\r\nHello\r\n.a line that begins with a dot\r\n",
)
SECOND = "max@example.net"
BOTH = replace(MAIL, also=SECOND)


def _endpoint(server: SmtpServer, **changes: object) -> Endpoint:
    plain = Endpoint(host="127.0.0.1", port=server.port, security=Security.NONE, timeout=120.0)
    return replace(plain, **changes)  # type: ignore[arg-type]  # one field or the other, by name


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SmtpServer]:
    """A server that takes everything until told to fail."""
    with SmtpServer(tmp_path / "mail") as running:
        yield running


@pytest.fixture
def mailer(server: SmtpServer) -> SmtpMailer:
    """The mailer under test, with evidence copies."""
    return SmtpMailer(SmtpConfig(_endpoint(server), evidence=EVIDENCE))


SURELY_NOT = [
    pytest.param(Fault(Phase.EHLO), Transient, id="connection lost at EHLO"),
    pytest.param(Fault(Phase.MAIL), Transient, id="connection lost at MAIL"),
    pytest.param(Fault(Phase.MAIL, "451 later"), Transient, id="MAIL 451"),
    pytest.param(Fault(Phase.MAIL, "550 no"), Rejected, id="MAIL 550"),
    pytest.param(Fault(Phase.MAIL, "530 log in first"), AuthExpired, id="MAIL 530"),
    pytest.param(Fault(Phase.RCPT), Transient, id="connection lost at RCPT"),
    pytest.param(Fault(Phase.RCPT, "450 greylisted"), Transient, id="RCPT 450"),
    pytest.param(Fault(Phase.RCPT, "550 nobody here"), Rejected, id="RCPT 550"),
    pytest.param(Fault(Phase.DATA, "451 later"), Transient, id="DATA 451"),
    pytest.param(Fault(Phase.DATA, "554 no"), Rejected, id="DATA 554"),
    pytest.param(Fault(Phase.NOT_DELIVERED, "451 later"), Transient, id="451 after the final dot"),
    pytest.param(Fault(Phase.NOT_DELIVERED, "554 spam"), Rejected, id="554 after the final dot"),
]
NOBODY_KNOWS = [
    pytest.param(Fault(Phase.DATA), id="connection lost at DATA"),
    pytest.param(Fault(Phase.BEFORE_DOT), id="connection lost before the final dot"),
    pytest.param(Fault(Phase.NOT_DELIVERED), id="connection lost after the final dot, not delivered"),
    pytest.param(Fault(Phase.DELIVERED), id="connection lost after the final dot, delivered"),
]


class TestMailer:
    """What every way out for mail must do."""

    def test_what_is_sent_arrives_byte_for_byte_and_once(
        self, server: SmtpServer, mailer: SmtpMailer
    ) -> None:
        """The recipient gets exactly the frozen bytes, leading dots included."""
        mailer.send(MAIL)
        (arrived,) = server.messages(CLIENT)
        trace, _, content = arrived.partition(b"\n")
        assert trace.rstrip() == b"Return-Path: <office@example.org>"
        assert content.replace(b"\r\n", b"\n") == MAIL.content.replace(b"\r\n", b"\n")

    def test_a_drawing_leaves_as_a_picture(self, server: SmtpServer) -> None:
        """What is kept is small; what arrives, and is announced to the server, is the whole."""
        mailer = SmtpMailer(SmtpConfig(_endpoint(server)), lambda svg: svg.encode() * 100)
        mailer.send(replace(MAIL, content=MAIL.content + DRAWN + b"\r\n", drawing=zlib.compress(b"<svg/>")))
        (arrived,) = server.messages(CLIENT)
        assert DRAWN not in arrived
        assert b64decode(arrived.partition(b"begins with a dot")[2]) == b"<svg/>" * 100

    def test_our_own_mailbox_gets_a_copy_that_no_header_betrays(
        self, server: SmtpServer, mailer: SmtpMailer
    ) -> None:
        """The evidence copy is an envelope recipient only."""
        mailer.send(MAIL)
        assert server.messages(EVIDENCE) == server.messages(CLIENT)
        assert EVIDENCE.encode() not in server.messages(CLIENT)[0]

    def test_a_refused_copy_does_not_keep_the_client_from_being_told(
        self, server: SmtpServer, mailer: SmtpMailer
    ) -> None:
        """A full evidence mailbox is not the client's problem."""
        server.fail(Fault(Phase.RCPT, "452 full", recipient=EVIDENCE))
        mailer.send(MAIL)
        assert len(server.messages(CLIENT)) == 1
        assert server.messages(EVIDENCE) == []

    @pytest.mark.parametrize(("fault", "error"), SURELY_NOT)
    def test_a_clear_no_is_said_as_such_and_nothing_is_delivered(
        self, server: SmtpServer, mailer: SmtpMailer, fault: Fault, error: type[ConnectorError]
    ) -> None:
        """Such an error promises that nobody got anything; sending again delivers once."""
        server.fail(fault)
        with pytest.raises(error):
            mailer.send(MAIL)
        assert server.messages(CLIENT) == []
        assert server.messages(EVIDENCE) == []
        server.fail()
        mailer.send(MAIL)
        assert len(server.messages(CLIENT)) == 1

    @pytest.mark.parametrize("gone", [CLIENT, SECOND])
    def test_one_of_two_addresses_is_refused_and_the_other_gets_it(
        self, server: SmtpServer, mailer: SmtpMailer, gone: str
    ) -> None:
        """Each recipient is a delivery of its own: who was refused is said, and nobody gets anything twice."""
        server.fail(Fault(Phase.RCPT, "550 nobody here", recipient=gone))
        assert mailer.send(BOTH) == (gone,)
        (other,) = {CLIENT, SECOND} - {gone}
        assert len(server.messages(other)) == 1
        assert server.messages(gone) == []

    def test_one_of_two_is_refused_for_now(self, server: SmtpServer, mailer: SmtpMailer) -> None:
        """The same again may do for both; `partly`, whoever can be reached is."""
        server.fail(Fault(Phase.RCPT, "451 greylisted", recipient=SECOND))
        with pytest.raises(Transient):
            mailer.send(BOTH)
        assert server.messages(CLIENT) == []
        assert mailer.send(BOTH, partly=True) == (SECOND,)
        assert len(server.messages(CLIENT)) == 1

    def test_two_of_two_are_refused(self, server: SmtpServer, mailer: SmtpMailer) -> None:
        """Nobody is left: a clear no, or later where one of them may be reached then."""
        server.fail(Fault(Phase.RCPT, "550 nobody here"))
        with pytest.raises(Rejected):
            mailer.send(BOTH, partly=True)
        server.fail(
            Fault(Phase.RCPT, "550 nobody here", recipient=CLIENT),
            Fault(Phase.RCPT, "451 later", recipient=SECOND),
        )
        with pytest.raises(Transient):
            mailer.send(BOTH, partly=True)

    def test_a_busy_server_is_transient(self, server: SmtpServer, mailer: SmtpMailer) -> None:
        """A server that greets nobody just now may be tried again."""
        server.fail(Fault(Phase.EHLO, "421 busy"), Fault(Phase.HELO, "554 busy"))
        with pytest.raises(Transient):
            mailer.send(MAIL)
        assert server.messages(CLIENT) == []

    @pytest.mark.parametrize("fault", NOBODY_KNOWS)
    def test_silence_after_data_is_unclear_and_nothing_is_tried_again(
        self, server: SmtpServer, mailer: SmtpMailer, fault: Fault
    ) -> None:
        """From DATA on only an answer counts; in no case are there two copies."""
        server.fail(replace(fault, times=1))
        with pytest.raises(Unclear):
            mailer.send(MAIL)
        delivered = 1 if fault.phase is Phase.DELIVERED else 0
        assert len(server.messages(CLIENT)) == delivered
        assert len(server.messages(EVIDENCE)) == delivered

    def test_a_connection_lost_after_the_answer_is_success(
        self, server: SmtpServer, mailer: SmtpMailer
    ) -> None:
        """250 is the promise; what happens to QUIT does not matter."""
        server.fail(Fault(Phase.AFTER_250))
        mailer.send(MAIL)
        assert len(server.messages(CLIENT)) == 1

    def test_nobody_listening_is_transient(self, tmp_path: Path) -> None:
        """A refused connection may be tried again; the line names the server."""
        with closing(socket.create_server(("127.0.0.1", 0))) as taken:
            port = taken.getsockname()[1]
        endpoint = Endpoint("127.0.0.1", port, Security.NONE, timeout=2.0)
        with pytest.raises(Transient, match=f"127.0.0.1:{port}"):
            SmtpMailer(SmtpConfig(endpoint)).send(MAIL)

    def test_a_server_that_never_answers_is_given_up(self) -> None:
        """The time-out ends a connection that stays silent, before anything was sent."""
        with closing(socket.create_server(("127.0.0.1", 0))) as silent:
            endpoint = Endpoint("127.0.0.1", silent.getsockname()[1], Security.NONE, timeout=0.2)
            with pytest.raises(Transient):
                SmtpMailer(SmtpConfig(endpoint)).send(MAIL)

    @pytest.mark.parametrize(
        "recipient", ["", "ada", "ada@example.com\r\nRCPT TO:<x@example.com>", "a b@example.com"]
    )
    def test_an_address_that_is_none_never_reaches_the_wire(
        self, server: SmtpServer, mailer: SmtpMailer, recipient: str
    ) -> None:
        """A broken or hostile recipient is rejected before RCPT, and the error does not repeat it."""
        with pytest.raises(Rejected) as caught:
            mailer.send(replace(MAIL, recipient=recipient))
        assert "example.com" not in str(caught.value)
        assert not server.root.exists()


class TestCredentials:
    """Logging in."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator[SmtpServer]:
        with SmtpServer(tmp_path / "mail", users={"dana": "right"}) as running:
            yield running

    def test_the_right_password_sends(self, server: SmtpServer) -> None:
        """User name and password are given where there are some."""
        SmtpMailer(SmtpConfig(_endpoint(server, username="dana", password="right"))).send(MAIL)
        assert len(server.messages(CLIENT)) == 1

    @pytest.mark.parametrize("password", ["wrong", "wröng"])
    def test_a_wrong_password_pauses_the_account(self, server: SmtpServer, password: str) -> None:
        """A refused login is AuthExpired, and the secret stays out of the error."""
        endpoint = _endpoint(server, username="dana", password=password)
        with pytest.raises(AuthExpired) as caught:
            SmtpMailer(SmtpConfig(endpoint)).check()
        assert password not in str(caught.value)
        assert password not in repr(endpoint)

    @pytest.mark.parametrize(
        ("fault", "error"), [(Fault(Phase.AUTH), Transient), (Fault(Phase.AUTH, "454 later"), Transient)]
    )
    def test_a_login_that_is_not_refused_may_be_tried_again(
        self, server: SmtpServer, fault: Fault, error: type[ConnectorError]
    ) -> None:
        """A server in trouble is not taken for a wrong password."""
        server.fail(fault)
        with pytest.raises(error):
            SmtpMailer(SmtpConfig(_endpoint(server, username="dana", password="right"))).send(MAIL)
        assert server.messages(CLIENT) == []


class TestEncryption:
    """STARTTLS and TLS, with certificates verified."""

    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    @pytest.fixture
    def ca_file(self, authority: trustme.CA, tmp_path: Path) -> str:
        path = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(path)
        return str(path)

    @pytest.fixture(params=[Security.STARTTLS, Security.TLS])
    def encrypted(
        self, authority: trustme.CA, tmp_path: Path, request: pytest.FixtureRequest
    ) -> Iterator[tuple[SmtpServer, Security]]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        with SmtpServer(
            tmp_path / "mail", context=context, implicit=request.param is Security.TLS
        ) as running:
            yield running, request.param

    def test_a_trusted_certificate_sends(self, encrypted: tuple[SmtpServer, Security], ca_file: str) -> None:
        """A practice's own authority may be named."""
        server, security = encrypted
        SmtpMailer(SmtpConfig(_endpoint(server, security=security, ca_file=ca_file))).send(MAIL)
        assert len(server.messages(CLIENT)) == 1

    def test_a_certificate_that_nobody_vouches_for_is_refused(
        self, encrypted: tuple[SmtpServer, Security]
    ) -> None:
        """Verification is on; the line says what is wrong."""
        server, security = encrypted
        with pytest.raises(Transient, match="certificate is not trusted"):
            SmtpMailer(SmtpConfig(_endpoint(server, security=security))).send(MAIL)
        assert server.messages(CLIENT) == []

    def test_a_server_without_starttls_gets_nothing_in_the_clear(self, tmp_path: Path) -> None:
        """A missing STARTTLS is never passed over."""
        with SmtpServer(tmp_path / "mail") as server:
            with pytest.raises(Transient, match="STARTTLS"):
                SmtpMailer(SmtpConfig(_endpoint(server, security=Security.STARTTLS))).send(MAIL)
            assert server.messages(CLIENT) == []

    def test_plain_text_to_another_machine_is_refused_at_once(self) -> None:
        """Only loopback goes without encryption, unless the admin insists."""
        endpoint = Endpoint("mail.example.org", 25, Security.NONE)
        with pytest.raises(Forbidden, match="allow_insecure"):
            SmtpMailer(SmtpConfig(endpoint))
        SmtpMailer(SmtpConfig(replace(endpoint, allow_insecure=True)))
