"""The tables of what is outside: accounts, mail, store, daemon."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from syncd.settings.scalars import (
    ApiUrl,
    Email,
    HostPort,
    Length,
    Line,
    Name,
    StoreUrl,
    Url,
    at_least,
    loopback,
    wrong,
)
from syncd.settings.secret_table import FileTable, SecretTable
from syncd.settings.table import Table

Token = Annotated[Name, Field(pattern=r"^[^\s;()]+$")]
Timeout = Annotated[Length, AfterValidator(at_least(timedelta(seconds=1), "1s"))]
Poll = Annotated[Length, AfterValidator(at_least(timedelta(seconds=10), "10s"))]


class CalDavTable(Table):
    """An account with a CalDAV server."""

    type: Literal["caldav"] = Field(description='"caldav"')
    url: Url = Field(description="the server's address, or that of the account's calendars on it")
    username: Name = Field(description="the user to log in as")
    password: SecretTable = Field(
        description='where the password is: { file = "/…" }, { credential = "…" }, { env = "…" }'
    )
    delivery: Literal["auto", "server", "imip"] = Field(
        "auto",
        description="who carries invitations: our mail (imip), the server, or our mail where there is any (auto)",
    )
    ca_file: Line | None = Field(None, description="certificates to trust besides the system's")
    allow_insecure: bool = Field(False, description="true: allow http:// to another machine")
    timeout: Timeout = Field(timedelta(seconds=30), description="how long to wait for the server")
    quick_read: bool = Field(
        True, description="false: every event is read by the iCalendar libraries, those of plain shape too"
    )

    @model_validator(mode="after")
    def _encrypted(self) -> CalDavTable:
        if self.url.startswith("http:") and not (self.allow_insecure or loopback(self.url)):
            raise wrong("https://…; http:// to another machine only with allow_insecure = true", "url")
        return self


class GoogleTable(Table):
    """An account with Google Calendar."""

    type: Literal["google"] = Field(description='"google"')
    token: FileTable | None = Field(None, description="the file that `syncd auth google` writes")
    client_secrets: FileTable | None = Field(
        None, description="the OAuth client's file from Google's console"
    )
    service_account: FileTable | None = Field(
        None, description="a service account's key file, instead of token"
    )
    subject: Email | None = Field(None, description="the user for whom the service account acts")
    shared: Literal["busy", "read", "write"] = Field(
        "busy",
        description="what to do with calendars that others own: see busy time only, read events, or write too",
    )
    api_endpoint: ApiUrl | None = Field(None, description="another server's address of the API")
    token_uri: ApiUrl | None = Field(None, description="another server's address of tokens")
    auth_uri: ApiUrl | None = Field(None, description="another server's address of consent")
    ca_file: Line | None = Field(None, description="certificates to trust besides the system's")
    timeout: Timeout = Field(timedelta(seconds=30), description="how long to wait for the server")
    quick_read: bool = Field(
        True, description="false: every series is read by the iCalendar libraries, those of plain shape too"
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> GoogleTable:
        if (self.token is None) == (self.service_account is None):
            raise wrong("either token or service_account")
        if (self.service_account is None) != (self.subject is None):
            raise wrong("subject together with service_account, and only with it")
        return self


class ServerTable(Table):
    """A mail server."""

    host: Name = Field(description="the server's name")
    port: int | None = Field(None, ge=1, le=65535, description="its port")
    security: Literal["tls", "starttls", "none"] = Field("tls", description="tls, starttls or none")
    username: Line = Field("", description="the user to log in as")
    password: SecretTable | None = Field(None, description="where the password is")
    ca_file: Line | None = Field(None, description="certificates to trust besides the system's")
    allow_insecure: bool = Field(False, description='true: allow security = "none" to another machine')
    timeout: Timeout = Field(timedelta(seconds=30), description="how long to wait for the server")

    @model_validator(mode="after")
    def _guarded(self) -> ServerTable:
        if bool(self.username) != (self.password is not None):
            raise wrong("username and password together, or neither")
        local = loopback(f"//{self.host}") if ":" not in self.host else loopback(f"//[{self.host}]")
        if self.security == "none" and not (self.allow_insecure or local):
            raise wrong(
                '"tls" or "starttls"; "none" to another machine only with allow_insecure = true', "security"
            )
        return self


class ImapTable(ServerTable):
    """The mailbox in which answers arrive."""

    mailbox: Name = Field("INBOX", description="the folder to read")


class MailTable(Table):
    """How mail leaves and where answers are read."""

    sender: Email = Field(alias="from", description="ORGANIZER of mailed invitations: answers come here")
    smtp: ServerTable = Field(description="the server that takes our mail")
    imap: ImapTable | None = Field(None, description="the mailbox in which answers arrive")
    maildir: Line | None = Field(
        None, description="a Maildir folder in which answers arrive, instead of imap"
    )
    authserv_id: Token | None = Field(
        None,
        description="your mail server's name in Authentication-Results: forged answers are asked about, "
        "letters can be answered",
    )
    evidence: Email | None = Field(None, description="a mailbox of yours that gets a copy of everything sent")
    letters: Literal["names", "full", "initials"] = Field(
        "names",
        description="what letters to therapists hold of clients: names and numbers; full: also their tier and why "
        "they come first; initials: neither",
    )

    @model_validator(mode="after")
    def _one_mailbox(self) -> MailTable:
        if self.imap is not None and self.maildir is not None:
            raise wrong("imap or maildir, not both")
        return self


class StoreTable(Table):
    """Where state is kept."""

    url: StoreUrl = Field(
        "sqlite:////var/lib/syncd/syncd.db", description="a SQLite file or a PostgreSQL database"
    )
    password: SecretTable | None = Field(None, description="where the database's password is")
    history: Length = Field(timedelta(days=730), description="how far back the calendars' own past is read")
    state: Line | None = Field(
        None,
        description="a folder for what outlives the store: how far it had counted, so that an older copy is "
        "noticed, and who has heard of what is wrong; "
        "the default is the folder of a SQLite file, with PostgreSQL systemd's STATE_DIRECTORY",
    )

    @model_validator(mode="after")
    def _somebody(self) -> StoreTable:
        if self.password is not None and not re.match(r"postgresql[^/]*//[^/@]+@", self.url):
            raise wrong(
                "a user, as in postgresql+psycopg://syncd@host/name, where there is a password", "url"
            )
        return self


class AlertsTable(Table):
    """Who else hears how the daemon is; therapists and office hear by letter, whatever stands here."""

    ping: SecretTable | None = Field(
        None,
        description="where a web address is that is asked for after each look, with /fail behind it after one that "
        "did not go well (a dead man's switch)",
    )
    notify: list[SecretTable] = Field(
        default_factory=list,
        description="where addresses are, as Apprise has them, that hear of each alarm, by its kind alone",
    )


class DaemonTable(Table):
    """How the daemon runs."""

    poll: Poll = Field(timedelta(minutes=2), description="how often to look")
    metrics: HostPort = Field(
        "", description='where metrics are served, /healthz and /readyz: "host:port", "" nowhere'
    )
