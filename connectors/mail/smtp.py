"""The way out for mail: SMTP (RFC 5321), aware of the phase in which something failed."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connectors.mail.drawings import Draw, whole
from connectors.mail.headers import mail_address
from connectors.mail.transport import Endpoint, Security, certificate_problem, require_encryption, tls_context
from syncd.core.model.actions import Mail
from syncd.core.model.errors import AuthExpired, ConnectorError, Rejected, Transient, Unclear

log = logging.getLogger(__name__)

TAKEN = frozenset({250, 251, 252})
CREDENTIALS_REFUSED = frozenset({530, 534, 535, 538})  # RFC 4954 §6


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """One submission server.

    `evidence` is a mailbox of our own that gets a copy of everything, so that an unclear send can be looked
    up; "" is none. `ehlo` is the name we give; the default says nothing about this machine.
    """

    endpoint: Endpoint
    evidence: str = ""
    ehlo: str = "[127.0.0.1]"


class SmtpMailer:
    """`ports.Mailer` on one submission server: one connection and one attempt per message."""

    def __init__(self, config: SmtpConfig, draw: Draw | None = None) -> None:
        """`draw` makes a PNG of an SVG. Nothing is opened yet. Raises Forbidden for an unencrypted connection to
        another machine.
        """
        require_encryption(config.endpoint)
        self._config = config
        self._draw = draw

    def send(self, mail: Mail, *, partly: bool = False) -> tuple[str, ...]:
        """Hand over one message, with the evidence copy; the recipients who were refused while another got it.

        What refuses one of them just for now refuses the whole, unless `partly`: the same again may do for all. Up to
        RCPT a failure raises Transient, AuthExpired or Rejected: surely not accepted. From DATA on only
        the server's own answer decides; without one it is Unclear (RFC 1047).
        """
        mail = whole(mail, self._draw)
        with self._session() as server:
            refused = self._envelope(server, mail, partly)
            self._content(server, mail)
            return refused

    def check(self) -> None:
        """Connect, encrypt and log in, sending nothing; raises as `send` does up to MAIL."""
        with self._session():
            pass

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        server = self._reach()
        try:
            with self._before_data("greeting"):
                self._greet(server)
            yield server
        finally:
            _leave(server)

    def _reach(self) -> smtplib.SMTP:
        endpoint = self._config.endpoint
        with self._before_data("connection"):
            if endpoint.security is Security.TLS:
                return smtplib.SMTP_SSL(
                    endpoint.host,
                    endpoint.port,
                    local_hostname=self._config.ehlo,
                    timeout=endpoint.timeout,
                    context=tls_context(endpoint),
                )
            return smtplib.SMTP(
                endpoint.host, endpoint.port, local_hostname=self._config.ehlo, timeout=endpoint.timeout
            )

    def _greet(self, server: smtplib.SMTP) -> None:
        endpoint = self._config.endpoint
        server.ehlo_or_helo_if_needed()
        if endpoint.security is Security.STARTTLS:
            if not server.has_extn("starttls"):
                raise Transient(f'{endpoint}: the server offers no STARTTLS: set security to "tls"')
            server.starttls(context=tls_context(endpoint))
            server.ehlo()
        if endpoint.username:
            server.login(endpoint.username, endpoint.password)

    def _envelope(self, server: smtplib.SMTP, mail: Mail, partly: bool) -> tuple[str, ...]:
        size = f"SIZE={len(mail.content)}" if server.has_extn("size") else ""
        with self._before_data("MAIL"):
            self._accepted(server.mail(mail_address(mail.sender), (size,) if size else ()), "MAIL")
            refused = self._recipients(server, mail, partly)
            if self._config.evidence:
                code, _ = server.rcpt(mail_address(self._config.evidence))
                if code not in {250, 251}:
                    log.warning("%s refuses copies to our own mailbox (%d)", self._config.endpoint, code)
        return refused

    def _recipients(self, server: smtplib.SMTP, mail: Mail, partly: bool) -> tuple[str, ...]:
        """Who was refused while another was not; raises where nobody was taken, or the whole may be tried again."""
        wanted = (mail.recipient, mail.also) if mail.also else (mail.recipient,)
        codes = {one: server.rcpt(mail_address(one))[0] for one in wanted}
        refused = {one: code for one, code in codes.items() if code not in TAKEN}
        lasting = [code for code in refused.values() if code // 100 == 5 and code not in CREDENTIALS_REFUSED]
        passing = [code for code in refused.values() if code not in lasting]
        if refused and (len(refused) == len(wanted) or (passing and not partly)):
            raise _refusal(self._config.endpoint, "RCPT", (*passing, *lasting)[0])
        return tuple(refused)

    def _content(self, server: smtplib.SMTP, mail: Mail) -> None:
        endpoint = self._config.endpoint
        try:
            code, _ = server.data(mail.content)
        except smtplib.SMTPDataError as error:
            raise _refusal(endpoint, "DATA", error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unclear(f"{endpoint}: no answer after DATA, it may have been sent") from error
        if code // 100 in {4, 5}:
            raise _refusal(endpoint, "the message", code)
        if code != 250:
            raise Unclear(f"{endpoint}: the answer {code} to the message says neither yes nor no")

    def _accepted(self, answer: tuple[int, bytes], phase: str) -> None:
        if answer[0] not in TAKEN:
            raise _refusal(self._config.endpoint, phase, answer[0])

    @contextmanager
    def _before_data(self, phase: str) -> Iterator[None]:
        """Translate what fails while nothing can have been accepted yet."""
        endpoint = self._config.endpoint
        try:
            yield
        except smtplib.SMTPAuthenticationError as error:
            raise _refusal(endpoint, "the login", error.smtp_code) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            raise AuthExpired(f"{endpoint}: the server takes no login that we can give") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(endpoint, phase, error.smtp_code) from error
        except ssl.SSLError as error:
            raise Transient(certificate_problem(endpoint, error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Transient(f"{endpoint}: no {phase}: {error}") from error


def _refusal(endpoint: Endpoint, phase: str, code: int) -> ConnectorError:
    """What a reply code means (RFC 5321 §4.2.1). Its text is left out: servers quote addresses in it."""
    if code in CREDENTIALS_REFUSED:
        return AuthExpired(f"{endpoint}: user name or password refused ({code})")
    if code // 100 == 5 and phase not in {"connection", "greeting"}:
        return Rejected(f"{endpoint}: {phase} refused for good ({code})")
    return Transient(f"{endpoint}: {phase} refused for now ({code})")


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; the message's fate is decided already, so a failure here means nothing."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
