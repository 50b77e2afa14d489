"""From settings to connectors: accounts with their calendars, the way out and the way in for mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from connectors.caldav.account import CalDavAccount as CalDavConnector
from connectors.caldav.config import CalDavConfig
from connectors.google.config import API_ENDPOINT, AUTH_URI, TOKEN_URI, GoogleConfig
from connectors.google.metering import Meter
from connectors.google.scopes import Shared, scopes_for
from connectors.mail.ids import domain_of
from connectors.mail.imap import ImapConfig, ImapMailbox
from connectors.mail.maildir import MaildirMailbox
from connectors.mail.replies import Ours
from connectors.mail.smtp import SmtpConfig, SmtpMailer
from connectors.mail.transport import Endpoint, Security
from syncd.core.model.practice import Therapist
from syncd.picture.png import png
from syncd.ports import Account, Calendar, Clock, Mailbox, Mailer
from syncd.settings import CalDavAccount, GoogleAccount, MailServer, MailSettings, Settings
from syncd.store import UsageFile


def accounts_of(
    settings: Settings, clock: Clock, meters: Mapping[str, Meter] | None = None
) -> Mapping[str, Account]:
    """A connector for every account; nothing is sent yet. Raises ConnectorError for what can never work."""
    counts = meters or {}
    return {one.id: _account(one, settings, clock, counts.get(one.id)) for one in settings.accounts}


def meters_of(settings: Settings, clock: Clock, book: UsageFile) -> Mapping[str, Meter]:
    """What counts the requests of each account that has a quota; a count goes on where an earlier process left it."""
    kept = book.read()
    named = (one.id for one in settings.accounts if isinstance(one, GoogleAccount))
    return {one: Meter(clock, kept.get(one), partial(book.keep, one)) for one in named}


def _account(
    one: CalDavAccount | GoogleAccount, settings: Settings, clock: Clock, meter: Meter | None
) -> Account:
    match one:
        case CalDavAccount():
            return CalDavConnector(_caldav(one, settings), clock)
        case GoogleAccount():
            # Who has no Google account does not load Google's libraries.
            from connectors.google.account import GoogleAccount as GoogleConnector  # noqa: PLC0415

            return GoogleConnector(_google(one, settings), clock, meter=meter)


def _caldav(one: CalDavAccount, settings: Settings) -> CalDavConfig:
    owner = _owner(one.id, settings)
    return CalDavConfig(
        account=one.id,
        url=one.url,
        username=one.username,
        password=one.password.reveal(),
        zone=owner.zone if owner else settings.practice.zone,
        timeout=one.timeout.total_seconds(),
        allow_insecure=one.allow_insecure,
        address=owner.email if owner else "",
        ca_file=str(one.ca_file or ""),
        plain=one.quick_read,
    )


def google_config(one: GoogleAccount) -> GoogleConfig:
    """What the Google connector and `syncd auth google` need."""
    return GoogleConfig(
        account=one.id,
        token=one.token,
        client_secrets=one.client_secrets,
        service_account=one.service_account,
        subject=one.subject,
        api_endpoint=one.api_endpoint or API_ENDPOINT,
        token_uri=one.token_uri or TOKEN_URI,
        auth_uri=one.auth_uri or AUTH_URI,
        scopes=scopes_for(Shared(one.shared)),
        ca_file=str(one.ca_file or ""),
        timeout=one.timeout,
        plain=one.quick_read,
    )


def consenting(one: GoogleAccount, settings: Settings) -> GoogleConfig:
    """The same for a consent, with whose it has to be: nobody's in particular where several therapists share it."""
    (owner, *others) = _owners(one.id, settings) or (None,)
    if owner is None or others:
        return google_config(one)
    own = dict.fromkeys(address.lower() for address in (owner.email, *owner.addresses))
    return replace(google_config(one), addresses=tuple(own))


def _google(one: GoogleAccount, settings: Settings) -> GoogleConfig:
    owners = _owners(one.id, settings)
    own = {address.lower() for owner in owners for address in (owner.email, *owner.addresses)}
    zone = owners[0].zone if owners else None
    return replace(google_config(one), addresses=tuple(sorted(own)), zone=zone)


def _owner(account: str, settings: Settings) -> Therapist | None:
    return next(iter(_owners(account, settings)), None)


def _owners(account: str, settings: Settings) -> tuple[Therapist, ...]:
    prefix = f"{account}/"
    return tuple(one for one in settings.therapists if one.calendar.startswith(prefix))


def calendars(settings: Settings, accounts: Mapping[str, Account]) -> dict[str, Calendar]:
    """Every calendar that a therapist has; nothing is sent yet, so an account that is down stops nobody else."""
    wanted = sorted({calendar for one in settings.therapists for calendar in one.reads})
    return {calendar: _calendar(calendar, accounts) for calendar in wanted}


def _calendar(calendar: str, accounts: Mapping[str, Account]) -> Calendar:
    account, _, name = calendar.partition("/")
    return accounts[account].open(name)


def mailer(mail: MailSettings | None) -> Mailer | None:
    """The way out, or None where no mail is configured."""
    return SmtpMailer(SmtpConfig(endpoint(mail.smtp), evidence=mail.evidence), png) if mail else None


def mailbox(mail: MailSettings | None, instance: str = "") -> Mailbox | None:
    """The way in, or None where answers are read from the calendar only. `instance` knows our own mails."""
    if mail is None:
        return None
    ours = Ours(
        frozenset({domain_of(mail.sender)}),
        authserv_id=mail.authserv_id,
        senders=frozenset({mail.sender.lower()}),
        key=instance,
    )
    if mail.maildir is not None:
        return MaildirMailbox(mail.maildir, ours)
    if mail.imap is not None:
        return ImapMailbox(ImapConfig(endpoint(mail.imap), mail.imap.mailbox), ours)
    return None


def endpoint(server: MailServer) -> Endpoint:
    """How a mail server is reached."""
    return Endpoint(
        host=server.host,
        port=server.port,
        security=Security(server.security),
        username=server.username,
        password=server.password.reveal() if server.password else "",
        ca_file=str(server.ca_file or ""),
        allow_insecure=server.allow_insecure,
        timeout=server.timeout.total_seconds(),
    )
