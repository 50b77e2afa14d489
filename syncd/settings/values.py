"""What settings become: frozen values, complete and checked. Everything ends in wiring."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from syncd.core.model import Client, Delivery
from syncd.core.model.messages.letters import Detail
from syncd.core.model.practice import Practice, Therapist

EX_CONFIG = 78  # sysexits.h: something is wrong with the settings


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or key that never shows itself: neither in a message nor in a log nor in a traceback.

    `file` is where it was read from, None for one from the environment.
    """

    value: str = field(repr=False)
    file: Path | None = field(default=None, repr=False)

    def reveal(self) -> str:
        """The secret itself, for the one call that needs it."""
        return self.value

    def __repr__(self) -> str:
        """`***`, whatever it is."""
        return "***"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class CalDavAccount:
    """An account with a CalDAV server. `delivery` None: as the probe finds it (`auto` without mail)."""

    id: str
    url: str
    username: str
    password: Secret
    delivery: Delivery | None = None
    ca_file: Path | None = None
    allow_insecure: bool = False
    timeout: timedelta = timedelta(seconds=30)
    quick_read: bool = True


@dataclass(frozen=True, slots=True)
class GoogleAccount:
    """An account with Google Calendar: a person's `token`, or a `service_account` acting for `subject`.

    The files need not exist yet: `syncd auth google` writes the token. "" as address means Google's own.
    """

    id: str
    token: Path | None = None
    client_secrets: Path | None = None
    service_account: Path | None = None
    subject: str = ""
    shared: str = "busy"  # or "read" or "write": what is done with calendars that others own
    api_endpoint: str = ""
    token_uri: str = ""
    auth_uri: str = ""
    ca_file: Path | None = None
    timeout: timedelta = timedelta(seconds=30)
    quick_read: bool = True


Account = CalDavAccount | GoogleAccount


@dataclass(frozen=True, slots=True)
class MailServer:
    """One SMTP or IMAP server. `security` is "tls", "starttls" or "none"; no username means no login."""

    host: str
    port: int
    security: str
    username: str = ""
    password: Secret | None = None
    ca_file: Path | None = None
    allow_insecure: bool = False
    timeout: timedelta = timedelta(seconds=30)
    mailbox: str = "INBOX"  # IMAP only


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail leaves, and where answers are read: at most one of `imap` and `maildir`.

    `sender` is the ORGANIZER of mailed invitations; `evidence` a mailbox of ours that gets a copy of all;
    `authserv_id` what our own mail server calls itself in Authentication-Results, "" where it is not asked;
    `letters` what those to therapists hold of clients.
    """

    sender: str
    smtp: MailServer
    imap: MailServer | None = None
    maildir: Path | None = None
    evidence: str = ""
    authserv_id: str = ""
    letters: Detail = Detail.NAMES


def sqlite_file(url: str) -> Path | None:
    """The file that a store's address names; None for a database server's."""
    scheme, _, file = url.partition(":///")
    return Path(file) if scheme == "sqlite" else None


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where state is kept, and how far back the calendars' own past is read.

    `state` is the state directory, for whatever outlives a restart and is not the store; None where there is none.
    `formerly` is the one that an older syncd took instead.
    """

    url: str
    history: timedelta
    password: Secret | None = None
    state: Path | None = None
    formerly: Path | None = None

    @property
    def stands(self) -> bool:
        """False where opening the store would make a new file."""
        file = sqlite_file(self.url)
        return file is None or file.exists()

    def with_password(self) -> str:
        """The address to open the store with: never to be shown."""
        password = quote(self.password.reveal(), safe="") if self.password else ""
        return self.url.replace("@", f":{password}@", 1) if password else self.url


@dataclass(frozen=True, slots=True)
class DaemonSettings:
    """How often to look, where metrics are served as `host:port`, and what is asked for after each look ("" nothing).

    The address to ask for is a secret: who has it can say that all is well.
    """

    poll: timedelta
    metrics: str = ""
    ping: str = field(default="", repr=False)
    notify: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of one practice's settings. Calendar ids are `account/name`."""

    practice: Practice
    therapists: tuple[Therapist, ...]
    clients: tuple[Client, ...]
    accounts: tuple[Account, ...]
    mail: MailSettings | None
    store: StoreSettings
    daemon: DaemonSettings
    path: Path
    rosters: tuple[Path, ...]
    templates: Path | None = None  # a folder with own texts
