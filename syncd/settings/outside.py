"""From tables to accounts, mail and store; secrets are read here, and only here."""

from __future__ import annotations

import logging
import ssl
from importlib import import_module
from pathlib import Path
from types import ModuleType

from syncd.core.model import Delivery
from syncd.core.model.messages.letters import Detail
from syncd.settings.document import Draft
from syncd.settings.outside_tables import (
    AlertsTable,
    CalDavTable,
    GoogleTable,
    ImapTable,
    MailTable,
    ServerTable,
    StoreTable,
)
from syncd.settings.scalars import reaches_only_them
from syncd.settings.secret_table import FileTable, SecretTable, Surroundings, Unresolved
from syncd.settings.values import (
    Account,
    CalDavAccount,
    GoogleAccount,
    MailServer,
    MailSettings,
    Secret,
    StoreSettings,
    sqlite_file,
)

_PORTS = {("smtp", "tls"): 465, ("smtp", "starttls"): 587, ("smtp", "none"): 25}
_PORTS |= {("imap", "tls"): 993, ("imap", "starttls"): 143, ("imap", "none"): 143}
_NONE = Secret("")


_STRAY = (
    "{found}, as paths are relative to the settings file, and there is none: an older syncd took {stray}, where it was "
    "started; write that whole path here, or move the store"
)


class Vault:
    """Resolves what tables name, and notes in the draft what cannot be read."""

    def __init__(self, draft: Draft, around: Surroundings) -> None:
        """`draft` takes the problems."""
        self._draft = draft
        self._around = around

    def secret(self, table: SecretTable, key: str) -> Secret:
        """The secret, or an empty one and a problem."""
        try:
            return self._around.read(table)
        except Unresolved as error:
            self._draft.say(f"{key}.{_named(table)}", getattr(table, _named(table)), str(error))
            return _NONE

    def refuse(self, table: SecretTable, key: str, expected: str) -> None:
        """Note that what the secret holds, which is not shown, is of no use."""
        self._draft.say(f"{key}.{_named(table)}", getattr(table, _named(table)), expected)

    def file(self, table: FileTable | None, key: str) -> Path | None:
        """The path that a table names; it need not exist."""
        try:
            return self._around.locate(table) if table else None
        except Unresolved as error:
            self._draft.say(f"{key}.credential", table.credential if table else "", str(error))
            return None

    def store(self, url: str) -> str:
        """The address of the store; a file's path is relative to the settings file, as every other path."""
        file = sqlite_file(url)
        if file is None or file.is_absolute():
            return url
        found, stray = self._around.path(str(file)), file.absolute()
        if stray.exists() and not found.exists():
            self._draft.say("store.url", url, _STRAY.format(found=found, stray=stray))
        return f"sqlite:///{found}"

    def state(self, table: StoreTable) -> Path | None:
        """The one state directory: as named, else a SQLite file's folder, else systemd's; None where there is none."""
        if table.state is not None:
            return self._around.path(table.state)
        file = sqlite_file(table.url)
        if file is not None:
            return self._around.path(str(file)).parent
        return self._of_systemd()

    def former_state(self, table: StoreTable) -> Path | None:
        """Where alarms were kept while a SQLite file had another state directory; None where it is the same."""
        given = self._of_systemd() if table.state is None else None
        return given if given != self.state(table) else None

    def _of_systemd(self) -> Path | None:
        given = self._around.env.get("STATE_DIRECTORY", "").partition(":")[0]
        return Path(given) if given else None

    def certificates(self, written: str | None, key: str) -> Path | None:
        """The path of a file with certificates, which must exist and hold some."""
        path = self._around.path(written) if written else None
        if path is not None and not _certified(path):
            self._draft.say(f"{key}.ca_file", written, "a readable file with certificates in it, in PEM form")
        return path

    def folder(self, written: str | None, key: str) -> Path | None:
        """The path of a folder, which must exist."""
        path = self._around.path(written) if written else None
        if path is not None and not path.is_dir():
            self._draft.say(key, written, "a folder that exists")
        return path

    def path(self, written: str) -> Path:
        """A path as written, relative to the settings file."""
        return self._around.path(written)


def ping_of(table: AlertsTable, vault: Vault) -> str:
    """The address that is asked for after each look, "" for none."""
    if table.ping is None:
        return ""
    address = vault.secret(table.ping, "alerts.ping").reveal()
    if address and not reaches_only_them(address):
        vault.refuse(
            table.ping, "alerts.ping", "one line: an https:// address (http:// to this machine only)"
        )
        return ""
    return address


def notified_of(table: AlertsTable, vault: Vault) -> tuple[str, ...]:
    """The addresses that hear of alarms."""
    keyed = [(one, f"alerts.notify.{place}") for place, one in enumerate(table.notify)]
    known = _apprise() if keyed else None
    found = [(one, key, vault.secret(one, key).reveal()) for one, key in keyed]
    for one, key, address in found:
        if known is None:
            vault.refuse(one, key, "apprise, to be installed beside syncd (pip install apprise)")
        elif address and known.Apprise.instantiate(address, suppress_exceptions=True) is None:
            vault.refuse(one, key, "one line: an address as Apprise has them, such as ntfys://host/topic")
    return tuple(address for _, _, address in found)


def _apprise() -> ModuleType | None:
    """The library, where it is installed: only whoever names an address needs it. It would log addresses."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    try:
        return import_module("apprise")
    except ImportError:
        return None


def _named(table: FileTable) -> str:
    return next(name for name in type(table).model_fields if getattr(table, name))


def account_of(name: str, table: CalDavTable | GoogleTable, vault: Vault, *, mails: bool) -> Account:
    """One account with its secrets. `mails`: the practice has mail, by which `auto` then goes."""
    key = f"accounts.{name}"
    if isinstance(table, GoogleTable):
        return GoogleAccount(
            name,
            token=vault.file(table.token, f"{key}.token"),
            client_secrets=vault.file(table.client_secrets, f"{key}.client_secrets"),
            service_account=vault.file(table.service_account, f"{key}.service_account"),
            subject=table.subject or "",
            shared=table.shared,
            api_endpoint=table.api_endpoint or "",
            token_uri=table.token_uri or "",
            auth_uri=table.auth_uri or "",
            ca_file=vault.certificates(table.ca_file, key),
            timeout=table.timeout,
            quick_read=table.quick_read,
        )
    return CalDavAccount(
        name,
        url=table.url,
        username=table.username,
        password=vault.secret(table.password, f"{key}.password"),
        delivery=_delivery(table, mails=mails),
        ca_file=vault.certificates(table.ca_file, key),
        allow_insecure=table.allow_insecure,
        timeout=table.timeout,
        quick_read=table.quick_read,
    )


def _delivery(table: CalDavTable, *, mails: bool) -> Delivery | None:
    """What a server advertises says nothing about whom it reaches; so it is tried only where nothing else is there."""
    if table.delivery == "auto":
        return Delivery.IMIP if mails else None
    return Delivery(table.delivery)


def mail_of(table: MailTable, vault: Vault) -> MailSettings:
    """How mail leaves and arrives, with its secrets."""
    return MailSettings(
        sender=table.sender,
        smtp=_server(table.smtp, "smtp", vault),
        imap=_server(table.imap, "imap", vault) if table.imap else None,
        maildir=vault.path(table.maildir) if table.maildir else None,
        evidence=table.evidence or "",
        authserv_id=table.authserv_id or "",
        letters=Detail(table.letters),
    )


def _server(table: ServerTable, kind: str, vault: Vault) -> MailServer:
    key = f"mail.{kind}"
    return MailServer(
        host=table.host,
        port=table.port or _PORTS[kind, table.security],
        security=table.security,
        username=table.username,
        password=vault.secret(table.password, f"{key}.password") if table.password else None,
        ca_file=vault.certificates(table.ca_file, key),
        allow_insecure=table.allow_insecure,
        timeout=table.timeout,
        mailbox=table.mailbox if isinstance(table, ImapTable) else "INBOX",
    )


def store_of(table: StoreTable, vault: Vault) -> StoreSettings:
    """Where state is kept."""
    password = vault.secret(table.password, "store.password") if table.password else None
    return StoreSettings(
        vault.store(table.url), table.history, password, vault.state(table), vault.former_state(table)
    )


def _certified(path: Path) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except OSError:  # of which an error of TLS is one
        return False
    return True
