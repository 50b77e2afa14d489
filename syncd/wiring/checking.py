"""What `syncd doctor` needs of the outside: doors to knock at, accounts to try, mail from us to us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from connectors.google.auth import grant_of
from connectors.google.proxy import Proxy, proxy_for
from connectors.google.scopes import short
from connectors.google.tokens import read_token
from connectors.mail.headers import check_runtime
from connectors.mail.ids import message_id
from connectors.mail.imap import ImapConfig, ImapMailbox
from connectors.mail.itip import ItipMessage, Method, Party
from connectors.mail.maildir import MaildirMailbox
from connectors.mail.mime import Letterhead, itip_mail
from connectors.mail.replies import Ours
from connectors.mail.smtp import SmtpConfig, SmtpMailer
from connectors.mail.transport import is_loopback
from syncd.core.model.actions import Mail
from syncd.core.time.spans import Span
from syncd.ports import Account, Clock, Mailbox, Mailer
from syncd.settings import CalDavAccount, GoogleAccount, MailServer, MailSettings, Settings
from syncd.wiring.outside import accounts_of, endpoint, google_config

REQUEST, REPLY = "doctor", "doctor-reply"  # kinds in the Message-IDs of mail to ourselves
SUBJECT = "syncd: connection check"
TEXT = "syncd doctor wrote this to itself, to see that answers arrive. It may be deleted.\n"


class Speech(StrEnum):
    """What is spoken behind a door."""

    HTTP = "http"
    SMTP = "smtp"
    IMAP = "imap"


@dataclass(frozen=True, slots=True)
class Door:
    """One server as settings name it under `key`. `security` is "tls", "starttls" or "none".

    `timeout` is in seconds; `proxy` is the one that the environment names for this connection.
    """

    key: str
    speech: Speech
    host: str
    port: int
    security: str
    path: str = "/"
    ca_file: str = ""
    timeout: float = 30.0
    proxy: Proxy | None = None

    def __str__(self) -> str:
        """`host:port`, for people."""
        return f"{self.host}:{self.port}"

    @property
    def here(self) -> bool:
        """True for this machine itself."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Consent:
    """What a Google account may do. `missing` scopes by their short names; `ends` where Google limits it."""

    missing: tuple[str, ...] = ()
    ends: datetime | None = None
    delegated: bool = False  # a service account that acts for a person


@dataclass(frozen=True, slots=True)
class AccountDoor:
    """One account. `connect` raises ConnectorError or ConfigError; `consent` (Google only) AuthExpired."""

    id: str
    door: Door
    connect: Callable[[], Account]
    consent: Callable[[], Consent] | None = None


class CheckedMailer(Mailer, Protocol):
    """A way out that can be tried without sending."""

    def check(self) -> None:
        """Connect, encrypt, log in; raises as `send` does up to MAIL."""


class CheckedMailbox(Mailbox, Protocol):
    """A way in that can be tried without reading."""

    def check(self) -> None:
        """Connect, log in, open; raises as `fetch` does."""


@dataclass(frozen=True, slots=True)
class MailDoor:
    """Mail from us to us: nobody but `sender` is ever written to.

    `mailbox` (None where answers are not read) sees what concerns one UID and nothing else; `invitation` and
    `answer_id` are of that UID.
    """

    sender: str
    smtp: Door
    imap: Door | None
    mailer: Callable[[], CheckedMailer]
    mailbox: Callable[[str], CheckedMailbox] | None
    invitation: Callable[[str, datetime], Mail]
    answer_id: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Outside:
    """Everything that a set-up reaches out to."""

    accounts: tuple[AccountDoor, ...]
    mail: MailDoor | None


def outside_of(settings: Settings, clock: Clock, env: Mapping[str, str]) -> Outside:
    """What there is to check; nothing is opened yet."""
    accounts = tuple(_account(one, settings, clock, env) for one in settings.accounts)
    return Outside(accounts, _mail(settings.mail) if settings.mail else None)


def prove_headers() -> None:
    """Raise SyncdError where the running Python lets text become a mail header."""
    check_runtime()


def _account(
    one: CalDavAccount | GoogleAccount, settings: Settings, clock: Clock, env: Mapping[str, str]
) -> AccountDoor:
    def connect() -> Account:
        return accounts_of(replace(settings, accounts=(one,)), clock)[one.id]

    if isinstance(one, CalDavAccount):
        door = _web(f"accounts.{one.id}.url", one.url, one.timeout)
        return AccountDoor(one.id, replace(door, ca_file=str(one.ca_file or "")), connect)
    key = f"accounts.{one.id}." + ("api_endpoint" if one.api_endpoint else "type")
    door = _web(key, google_config(one).endpoint, one.timeout)
    door = replace(door, ca_file=str(one.ca_file or ""), proxy=proxy_for(door.host, env))
    return AccountDoor(one.id, door, connect, partial(_consent, one))


def _web(key: str, url: str, timeout: timedelta) -> Door:
    parts = urlsplit(url)
    security = "tls" if parts.scheme == "https" else "none"
    port = parts.port or (443 if security == "tls" else 80)
    return Door(
        key,
        Speech.HTTP,
        parts.hostname or "",
        port,
        security,
        parts.path or "/",
        timeout=timeout.total_seconds(),
    )


def _consent(one: GoogleAccount) -> Consent:
    if one.token is None:
        return Consent(delegated=True)
    grant = grant_of(read_token(one.token, one.id), google_config(one))
    return Consent(tuple(sorted(map(short, grant.missing))), grant.ends)


def _mail(mail: MailSettings) -> MailDoor:
    def mailbox(uid: str) -> CheckedMailbox:
        # Mail from ourselves is evidence to the daemon's mailbox, never an answer; here it is what we wait for.
        ours = Ours(frozenset(), own=lambda found: found == uid)
        if mail.imap is not None:
            return ImapMailbox(ImapConfig(endpoint(mail.imap), mail.imap.mailbox), ours)
        if mail.maildir is None:
            raise ValueError("no mailbox")
        return MaildirMailbox(mail.maildir, ours)

    reads = mail.imap is not None or mail.maildir is not None
    return MailDoor(
        sender=mail.sender,
        smtp=_server("mail.smtp", Speech.SMTP, mail.smtp),
        imap=_server("mail.imap", Speech.IMAP, mail.imap) if mail.imap else None,
        mailer=lambda: SmtpMailer(SmtpConfig(endpoint(mail.smtp))),
        mailbox=mailbox if reads else None,
        invitation=partial(_invitation, mail.sender),
        answer_id=lambda uid: message_id(uid, 0, REPLY, mail.sender),
    )


def _server(key: str, speech: Speech, server: MailServer) -> Door:
    return Door(
        key,
        speech,
        server.host,
        server.port,
        server.security,
        ca_file=str(server.ca_file or ""),
        timeout=server.timeout.total_seconds(),
    )


def _invitation(sender: str, uid: str, now: datetime) -> Mail:
    """An invitation from us to us, for a time that has passed, so that no calendar program blocks anything."""
    start = (now - timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    us = Party(sender, "syncd")
    letterhead = Letterhead(
        message_id=message_id(uid, 0, REQUEST, sender),
        date=now,
        sender=us,
        recipient=us,
        subject=SUBJECT,
        text=TEXT,
    )
    asked = ItipMessage(
        method=Method.REQUEST,
        uid=uid,
        sequence=0,
        dtstamp=now,
        span=Span(start, start + timedelta(minutes=5)),
        summary=SUBJECT,
        organizer=us,
        attendee=us,
        description=TEXT,
    )
    return itip_mail(letterhead, asked)
