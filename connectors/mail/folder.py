"""One IMAP folder, open: numbers, envelopes, parts, our keyword. Errors are translated here."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from connectors.mail.structure import Leaf, Node, leaves, responses
from connectors.mail.transport import Endpoint, Security, certificate_problem, tls_context
from syncd.core.model.errors import AuthExpired, ConnectorError, Forbidden, Malformed, NotFound, Transient

KEYWORD = "$SyncdUsed"
HEADERS = "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES FROM RETURN-PATH CONTENT-TYPE SUBJECT)]"
UNDATED = datetime(2100, 1, 1, tzinfo=UTC)  # the core counts nothing later than now
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a message before it is opened. `headers` are those that `HEADERS` names."""

    uid: int
    size: int
    arrived: datetime
    headers: bytes
    parts: tuple[Leaf, ...]


class Folder:
    """An open folder. What it reads, it peeks: no message becomes seen."""

    def __init__(self, connection: BaseMailBox) -> None:
        """Take a connection with a folder selected.

        `validity` is UIDVALIDITY: positions from another one mean nothing (RFC 3501 §2.3.1.1).
        """
        self._connection = connection
        self.validity = self._said("UIDVALIDITY")
        if not self.validity.isdigit():
            raise ValueError("no UIDVALIDITY")

    def arrived_since(self, day: datetime, above: int) -> list[int]:
        """UIDs above a number, of messages that arrived on that day of the server's or later; ascending."""
        criteria = f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}" + (
            f" UID {above + 1}:*" if above else ""
        )
        return [uid for uid in self._search(criteria) if uid > above]

    def with_message_id(self, message_id: str) -> list[int]:
        """UIDs of messages whose Message-ID holds this text; newest first."""
        return self._search(f'HEADER Message-ID "{message_id}"')[::-1]

    def envelopes(self, uids: Iterable[int]) -> Iterator[Envelope]:
        """Headers and structure of these messages; where a server cannot give a structure, without it."""
        wanted = list(uids)
        common = f"UID INTERNALDATE RFC822.SIZE {HEADERS}"
        known = {found.uid: found for found in self._envelopes(wanted, f"({common} BODYSTRUCTURE)")}
        for uid in wanted:
            alone = () if uid in known else self._envelopes([uid], f"({common})")
            yield from (known[uid],) if uid in known else alone

    def read(self, uid: int, item: str) -> bytes:
        """One body item (`BODY.PEEK[…]`) of one message; b"" when the message is gone."""
        _, data = self._connection.client.uid("FETCH", str(uid), f"({item})")
        return next((_bytes(items["BODY"]) for items in responses(data) if "BODY" in items), b"")

    def keep_keyword(self, uids: Iterable[int]) -> None:
        """Put our keyword on messages; nothing happens where the server does not keep keywords."""
        allowed = self._said("PERMANENTFLAGS").lower()
        if "\\*" in allowed or KEYWORD.lower() in allowed:
            numbers = ",".join(str(uid) for uid in uids)
            self._connection.client.uid("STORE", numbers, "+FLAGS.SILENT", f"({KEYWORD})")

    def _search(self, criteria: str) -> list[int]:
        return sorted(int(uid) for uid in self._connection.uids(criteria, charset=None))

    def _said(self, code: str) -> str:
        _, values = self._connection.client.response(code)
        value = values[-1] if values else b""
        return value.decode("ascii", "replace") if isinstance(value, bytes) else ""

    def _envelopes(self, uids: list[int], query: str) -> Iterator[Envelope]:
        status, data = self._connection.client.uid("FETCH", ",".join(map(str, uids)), query)
        for items in responses(data if status == "OK" else []):
            if {"UID", "BODY", "INTERNALDATE"} <= set(items):
                yield Envelope(
                    uid=int(_bytes(items["UID"])),
                    size=int(_bytes(items.get("RFC822.SIZE", b"0"))),
                    arrived=_moment(items["INTERNALDATE"]),
                    headers=_bytes(items["BODY"]),
                    parts=tuple(leaves(items.get("BODYSTRUCTURE", []))),
                )


def _moment(node: Node) -> datetime:
    """INTERNALDATE in UTC; `-0000` is UTC too. What is no date that UTC has came when nobody knows: it is read."""
    written = _bytes(node).decode("ascii", "replace")
    try:
        moment = parsedate_to_datetime(written)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return UNDATED


def _bytes(node: Node) -> bytes:
    if not isinstance(node, bytes):
        raise ValueError("a list where a string belongs")
    return node


@contextmanager
def opened(endpoint: Endpoint, name: str, readonly: bool) -> Iterator[Folder]:
    """Connect, encrypt, log in, open the folder; leave it again.

    Raises AuthExpired, NotFound or Forbidden for the folder, Malformed for what is not IMAP, else Transient.
    """
    try:
        connection = _connected(endpoint)
        try:
            _log_in(connection, endpoint)
            connection.folder.set(name, readonly=readonly)
            yield Folder(connection)
        finally:
            _leave(connection)
    except imaplib.IMAP4.readonly as error:
        raise Forbidden(f"{endpoint}: the mailbox {name} is read-only") from error
    except MailboxFolderSelectError as error:
        raise NotFound(f"{endpoint}: no mailbox {name}") from error
    except ssl.SSLError as error:
        raise Transient(certificate_problem(endpoint, error)) from error
    except (imaplib.IMAP4.abort, OSError, ImapToolsError) as error:
        raise Transient(f"{endpoint}: the mailbox cannot be read now ({type(error).__name__})") from error
    except (imaplib.IMAP4.error, ValueError, IndexError, TypeError) as error:
        raise Malformed(f"{endpoint}: not the answer of an IMAP server ({type(error).__name__})") from error


def _connected(endpoint: Endpoint) -> BaseMailBox:
    host, port, timeout = endpoint.host, endpoint.port, endpoint.timeout
    try:
        match endpoint.security:
            case Security.TLS:
                return MailBox(host, port, timeout=timeout, ssl_context=tls_context(endpoint))
            case Security.STARTTLS:
                return MailBoxStartTls(host, port, timeout=timeout, ssl_context=tls_context(endpoint))
            case Security.NONE:
                return MailBoxUnencrypted(host, port, timeout=timeout)
    except imaplib.IMAP4.error as error:
        if "BYE" in str(error).upper():
            raise Transient(f"{endpoint}: the server takes no connection for now") from error
        raise


def _log_in(connection: BaseMailBox, endpoint: Endpoint) -> None:
    try:
        if endpoint.username.isascii() and endpoint.password.isascii():
            connection.login(endpoint.username, endpoint.password, initial_folder=None)
        else:
            connection.login_utf8(endpoint.username, endpoint.password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        raise _login_refused(endpoint, str(error).upper()) from error


def _login_refused(endpoint: Endpoint, answer: str) -> ConnectorError:
    """A server in trouble says so (RFC 5530); anything else is about the credentials."""
    if "[UNAVAILABLE]" in answer or "[INUSE]" in answer:
        return Transient(f"{endpoint}: the server takes no login for now")
    return AuthExpired(f"{endpoint}: user name or password refused")


def _leave(connection: BaseMailBox) -> None:
    """Say goodbye; all that was to be read has been read."""
    try:
        connection.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError):
        connection.client.shutdown()
