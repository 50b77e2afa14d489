"""The way in for mail over IMAP (RFC 3501), changing nothing but our own keyword."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.mail.answers import own_uids
from connectors.mail.arrivals import copy_of, identity, may_return_ours, ours_by_header, unseen
from connectors.mail.folder import Envelope, Folder, opened
from connectors.mail.ids import searchable
from connectors.mail.parts import MAX_BYTES, MAX_HEADERS, field, headers_of
from connectors.mail.replies import Ours, read_replies, too_large
from connectors.mail.structure import Leaf, decoded
from connectors.mail.transport import Endpoint, require_encryption
from syncd.core.model import Copy
from syncd.core.model.errors import Forbidden
from syncd.ports import Incoming

CHUNK = 100
PEEK = 64 * 1024  # bytes of a calendar part that are looked at for a UID of ours


@dataclass(frozen=True, slots=True)
class ImapConfig:
    """One mailbox on one server."""

    endpoint: Endpoint
    mailbox: str = "INBOX"


class ImapMailbox:
    """`ports.Mailbox` on an IMAP folder. A position is `UIDVALIDITY/UID`.

    What was looked at and is none of ours is not looked at again while this object lives and UIDVALIDITY stays.
    """

    def __init__(self, config: ImapConfig, ours: Ours) -> None:
        """Nothing is opened yet. Raises Forbidden for an unencrypted connection to another machine."""
        require_encryption(config.endpoint)
        self._config = config
        self._ours = ours
        self._validity = ""
        self._since: datetime | None = None
        self._highest = 0
        self._found: dict[int, Incoming] = {}
        self._copies: dict[int, Copy] = {}

    def fetch(self, seen: frozenset[str], since: datetime) -> list[Incoming]:
        """Headers and structure first; only what concerns us is opened, with BODY.PEEK, in a read-only folder."""
        with opened(self._config.endpoint, self._config.mailbox, readonly=True) as folder:
            self._begin(folder.validity, since)
            new = folder.arrived_since(since - timedelta(days=1), above=self._highest)
            for start in range(0, len(new), CHUNK):
                for envelope in folder.envelopes(new[start : start + CHUNK]):
                    if envelope.arrived >= since.replace(microsecond=0):
                        self._take(folder, envelope, seen)
                    self._highest = max(self._highest, envelope.uid)
        return unseen(self._found.values(), seen)

    def mark(self, positions: Iterable[str]) -> None:
        """Positions of an earlier UIDVALIDITY are passed over, and servers that keep no keywords."""
        wanted = [position.partition("/") for position in positions]
        if not wanted:
            return
        try:
            with opened(self._config.endpoint, self._config.mailbox, readonly=False) as folder:
                uids = [int(uid) for given, _, uid in wanted if given == folder.validity and uid.isdigit()]
                if uids:
                    folder.keep_keyword(uids)
        except Forbidden:
            return

    def copies(self) -> list[Copy]:
        """By Message-ID; a relay that replaces it leaves no evidence."""
        return list(self._copies.values())

    def holds(self, message_id: str) -> bool:
        """Searched on the server, compared here: SEARCH finds parts of a header too."""
        if not searchable(message_id):
            return False
        with opened(self._config.endpoint, self._config.mailbox, readonly=True) as folder:
            for uid in folder.with_message_id(message_id):
                headers = folder.read(uid, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
                if field(headers_of(headers), "Message-ID") == message_id:
                    return True
        return False

    def check(self) -> None:
        """Connect, encrypt, log in and open the folder; raises as `fetch` does."""
        with opened(self._config.endpoint, self._config.mailbox, readonly=True):
            pass

    def _begin(self, validity: str, since: datetime) -> None:
        """Start over when the server has numbered its messages anew, or an earlier beginning is asked for."""
        if validity != self._validity or self._since is None or since < self._since:
            self._validity, self._since = validity, since
            self._highest, self._found, self._copies = 0, {}, {}

    def _take(self, folder: Folder, envelope: Envelope, seen: frozenset[str]) -> None:
        position = f"{self._validity}/{envelope.uid}"
        headers = headers_of(envelope.headers)
        copy = copy_of(headers, self._ours, envelope.arrived)
        if copy is not None:
            self._copies[envelope.uid] = copy
        if position in seen or identity(headers) in seen:
            return
        mentioned = self._mentioned(folder, envelope)
        if mentioned is None:
            return
        if envelope.size > MAX_BYTES:
            content = folder.read(envelope.uid, f"BODY.PEEK[HEADER]<0.{MAX_HEADERS}>")
            name = identity(headers, content)
            replies = too_large(headers_of(content), self._ours, name, envelope.arrived, mentioned)
        else:
            content = folder.read(envelope.uid, "BODY.PEEK[]")
            name = identity(headers, content)
            replies = read_replies(content, self._ours, name, envelope.arrived)
        if replies:
            self._found[envelope.uid] = Incoming(position, name, replies)

    def _mentioned(self, folder: Folder, envelope: Envelope) -> tuple[str, ...] | None:
        """Our UIDs in its calendar parts; () where its headers alone have it opened; None for what is none of ours."""
        headers = headers_of(envelope.headers)
        threaded = ours_by_header(headers, self._ours)
        if threaded is False:
            return None
        calendars = [_peeked(folder, envelope, part) for part in envelope.parts if part.calendar]
        uids = dict.fromkeys(uid for text in calendars for uid in own_uids(text, self._ours.own))
        if uids or threaded or may_return_ours(headers):
            return tuple(uids)
        return None


def _peeked(folder: Folder, envelope: Envelope, part: Leaf) -> str:
    return decoded(folder.read(envelope.uid, f"BODY.PEEK[{part.section}]<0.{PEEK}>"), part.encoding)
