"""From a settings file and its rosters to one frozen value, or to every mistake in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from syncd.core.model.errors import ConfigError
from syncd.settings.checks import check
from syncd.settings.document import Draft, read_document
from syncd.settings.outside import Vault, account_of, mail_of, notified_of, ping_of, store_of
from syncd.settings.people import practice_of, therapist_of
from syncd.settings.roster import read_rosters
from syncd.settings.secret_table import Surroundings
from syncd.settings.values import DaemonSettings, Settings, StoreSettings


def load_settings(path: Path, env: Mapping[str, str], today: date) -> Settings:
    """Read the TOML file at `path`, its rosters and its secrets; `env` is the environment to look secrets up in.

    `today` says around which years public holidays are known. Paths in the file are relative to it. Raises
    ConfigError with all mistakes of all files at once.
    """
    draft = read_document(path)
    check(draft)
    vault = Vault(draft, Surroundings(path.absolute().parent, env))
    mails = draft.mail is not None
    accounts = tuple(account_of(name, table, vault, mails=mails) for name, table in draft.accounts.items())
    mail = mail_of(draft.mail, vault) if draft.mail else None
    store = store_of(draft.store, vault) if draft.store else None
    ping = ping_of(draft.alerts, vault) if draft.alerts else ""
    notify = notified_of(draft.alerts, vault) if draft.alerts else ()
    rosters = tuple(vault.path(name) for name in draft.clients.file) if draft.clients else ()
    templates = vault.folder(draft.practice.templates, "practice.templates") if draft.practice else None
    clients = read_rosters(rosters, draft.therapist_ids, _taken(draft), draft.problems)
    practice, policy, limits, daemon = draft.practice, draft.policy, draft.limits, draft.daemon
    if (
        draft.problems
        or practice is None
        or policy is None
        or limits is None
        or daemon is None
        or store is None
    ):
        raise ConfigError(tuple(dict.fromkeys(draft.problems)))
    return Settings(
        practice=practice_of(practice, limits, today),
        therapists=tuple(
            therapist_of(one, practice, policy, draft.account_ids) for one in draft.therapists.values()
        ),
        clients=clients,
        accounts=accounts,
        mail=mail,
        store=store,
        daemon=DaemonSettings(daemon.poll, daemon.metrics, ping, notify),
        path=path,
        rosters=rosters,
        templates=templates,
    )


def load_store(path: Path, env: Mapping[str, str]) -> StoreSettings:
    """Where state is kept, for what has to work while a roster or another table is wrong: look, pause, copy.

    Raises ConfigError with the mistakes of `[store]`, or where the file is no readable TOML.
    """
    draft = read_document(path)
    wrong = [one for one in draft.problems if one.key.partition(".")[0] == "store"]
    draft.problems.clear()
    store = (
        store_of(draft.store, Vault(draft, Surroundings(path.absolute().parent, env)))
        if draft.store
        else None
    )
    if store is None or wrong or draft.problems:
        raise ConfigError((*wrong, *draft.problems))
    return store


def _taken(draft: Draft) -> frozenset[str]:
    """Addresses that can be no client's."""
    own = {address for one in draft.therapists.values() for address in (one.email, *one.addresses)}
    office = draft.practice.email if draft.practice else None
    mail = (draft.mail.sender, draft.mail.evidence) if draft.mail else ()
    return frozenset(address for address in (*own, office, *mail) if address)
