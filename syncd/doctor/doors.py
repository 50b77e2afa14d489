"""Knocking at a server without credentials: is it there, whose certificate, what time does it have."""

from __future__ import annotations

import http.client
import imaplib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from syncd.core.model.errors import ConnectorError, Malformed, Transient
from syncd.doctor.findings import Check, Finding, attempt, ok, skipped, warn
from syncd.wiring.checking import Door, Speech

PATIENCE = 10.0  # seconds for one step; a server that takes longer is no use to a daemon that polls
SOON = timedelta(days=14)
APART = timedelta(seconds=60)
_EHLO = "[127.0.0.1]"
_TLS_ALONE = "{door}: answers in TLS alone; write https:// in `url`"


@dataclass(frozen=True, slots=True)
class Knock:
    """What a server showed: when its certificate ends, and its Date; None where there is neither."""

    expires: datetime | None = None
    date: datetime | None = None


def door_findings(door: Door, now: datetime) -> tuple[Finding, ...]:
    """Connection, certificate and clock of one server; a failed connection stands alone."""
    seen = attempt(Check.CONNECTION, door.key, lambda: knock(door))
    return (seen,) if isinstance(seen, Finding) else tuple(_findings(door, seen, now))


def _findings(door: Door, seen: Knock, now: datetime) -> Iterator[Finding]:
    through = f", through the proxy {door.proxy}" if door.proxy else ""
    yield ok(Check.CONNECTION, door.key, f"{door} answers{through}")
    yield _certificate(door, seen.expires, now)
    if door.speech is Speech.HTTP:
        yield _clock(door, seen.date, now)


def _certificate(door: Door, expires: datetime | None, now: datetime) -> Finding:
    if expires is None:
        if door.here:
            return ok(Check.CERTIFICATE, door.key, "not encrypted, and on this machine")
        return warn(
            Check.CERTIFICATE,
            door.key,
            "not encrypted: passwords and names cross the network in the clear; use TLS",
        )
    said = f"valid until {expires:%Y-%m-%d}"
    if expires - now < SOON:
        return warn(Check.CERTIFICATE, door.key, f"{said}: renew the server's certificate")
    return ok(Check.CERTIFICATE, door.key, said)


def _clock(door: Door, date: datetime | None, now: datetime) -> Finding:
    if date is None:
        return skipped(Check.CLOCK, door.key, "the server does not tell its time")
    seconds = round((now - date).total_seconds())
    if abs(now - date) > APART:
        way = "ahead of" if seconds > 0 else "behind"
        return warn(
            Check.CLOCK,
            door.key,
            f"this machine is {abs(seconds)} s {way} the server: set its clock (NTP)",
        )
    return ok(Check.CLOCK, door.key, "agrees with the server's")


def knock(door: Door) -> Knock:
    """Connect, encrypt as configured, log in nowhere. Raises Transient or Malformed saying what to check."""
    try:
        match door.speech:
            case Speech.HTTP:
                return _http(door)
            case Speech.SMTP:
                return Knock(_smtp(door))
            case Speech.IMAP:
                return Knock(_imap(door))
    except ConnectorError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise Malformed(
            f"{door}: its certificate is not trusted ({error.verify_message}); check the host's name, or set ca_file"
        ) from error
    except ssl.SSLError as error:
        raise Malformed(
            f"{door}: no encrypted connection ({error.reason or 'TLS'}); check port and security"
        ) from error
    except socket.gaierror as error:
        raise Transient(f"{door}: no such host; check its name and this machine's DNS") from error
    except TimeoutError as error:
        raise Transient(f"{door}: no answer in time; check host, port and firewall") from error
    except OSError as error:
        raise Transient(
            f"{door}: cannot be reached ({error.strerror or type(error).__name__}); check host and port"
        ) from error
    except (http.client.HTTPException, smtplib.SMTPException, imaplib.IMAP4.error, ValueError) as error:
        raise Malformed(
            f"{door}: does not speak {door.speech.value.upper()} ({type(error).__name__}); check host and port"
        ) from error


def _context(door: Door) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if door.ca_file:
        context.load_verify_locations(cafile=door.ca_file)
    return context


def _timeout(door: Door) -> float:
    return min(door.timeout, PATIENCE)


def _http(door: Door) -> Knock:
    """Raises Malformed where it is asked in the clear and answers in TLS alone."""
    if door.security == "tls":
        return _asked(door)[0]
    try:
        seen, status = _asked(door)
    except (OSError, http.client.HTTPException):
        if _speaks_tls(door):
            raise Malformed(_TLS_ALONE.format(door=door)) from None
        raise
    if status == HTTPStatus.BAD_REQUEST and _speaks_tls(door):
        raise Malformed(_TLS_ALONE.format(door=door))
    return seen


def _asked(door: Door) -> tuple[Knock, int]:
    connection = (
        http.client.HTTPSConnection(door.host, door.port, timeout=_timeout(door), context=_context(door))
        if door.security == "tls"
        else http.client.HTTPConnection(door.host, door.port, timeout=_timeout(door))
    )
    if door.proxy and isinstance(connection, http.client.HTTPSConnection):
        door.proxy.lead(connection)
    with closing(connection):
        _connect(door, connection)
        expires = _expiry(connection.sock)
        connection.request("HEAD", door.path)
        answer = connection.getresponse()
        return Knock(expires, _date(answer.getheader("Date", ""))), answer.status


def _speaks_tls(door: Door) -> bool:
    """Whoever it is: nothing is sent there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((door.host, door.port), _timeout(door)) as plain,
            context.wrap_socket(plain, server_hostname=door.host),
        ):
            return True
    except OSError:
        return False


def _connect(door: Door, connection: http.client.HTTPConnection) -> None:
    try:
        connection.connect()
    except ssl.SSLError:
        raise
    except OSError as error:
        if not door.proxy:
            raise
        why = error.strerror or error
        raise Transient(
            f"{door}: not reached through the proxy {door.proxy} ({why}); check https_proxy and no_proxy"
        ) from error


def _smtp(door: Door) -> datetime | None:
    if door.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            door.host, door.port, _EHLO, timeout=_timeout(door), context=_context(door)
        )
    else:
        server = smtplib.SMTP(door.host, door.port, _EHLO, timeout=_timeout(door))
    try:
        server.ehlo_or_helo_if_needed()
        if door.security == "starttls":
            server.starttls(context=_context(door))
        return _expiry(server.sock)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _imap(door: Door) -> datetime | None:
    if door.security == "tls":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            door.host, door.port, ssl_context=_context(door), timeout=_timeout(door)
        )
    else:
        server = imaplib.IMAP4(door.host, door.port, timeout=_timeout(door))
    try:
        if door.security == "starttls":
            server.starttls(_context(door))
        return _expiry(server.socket())
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _expiry(connection: object) -> datetime | None:
    if not isinstance(connection, ssl.SSLSocket):
        return None
    ends = (connection.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
