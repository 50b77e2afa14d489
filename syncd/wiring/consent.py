"""Whom an account belongs to lets syncd in: `syncd auth google`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from connectors.google.auth import authorize
from connectors.google.redirect import Outcome, Page
from connectors.google.scopes import FREEBUSY, LISTED, OWNED, READS_SHARED, WRITES_SHARED, short
from syncd.core.model.errors import ConfigError, ConfigProblem
from syncd.settings import GoogleAccount, Settings
from syncd.wiring.alone import settings_of
from syncd.wiring.clock import SystemClock
from syncd.wiring.outside import consenting
from syncd.wording import Templates, load_templates
from syncd.wording.dates import DateWords

PAGE = "signed_in"
PURPOSES = {
    OWNED: "see leave and sessions, write holds and invitations, in calendars of the account's own",
    LISTED: "find the calendars by name",
    FREEBUSY: "see when calendars of others are busy, and nothing else of them",
}
SHARED_PURPOSES = {
    READS_SHARED: "see leave and sessions in calendars that others share with the account",
    WRITES_SHARED: "see leave and sessions, write holds and invitations, in shared calendars too",
}


@dataclass(frozen=True, slots=True)
class Consented:
    """What came of it: where the token is, what it is good for, and when Google ends it (None: never by itself)."""

    token: Path
    purposes: tuple[str, ...]
    ends: datetime | None


def consent_to_google(
    path: Path, env: Mapping[str, str], account: str, *, port: int, patience: timedelta
) -> Consented:
    """Print what to do, wait for the browser, store the token.

    Raises ConfigError for an account that is not one of a person with Google, and as `authorize`.
    """
    settings = settings_of(path, env)
    config = consenting(_account(settings, account, path), settings)
    if config.token is None:
        raise _wrong(path, account, "service_account", "nothing: a service account needs no consent")
    page = page_in(settings.practice.language, settings.practice.zone, load_templates(settings.templates))
    grant = authorize(config, now=SystemClock().now(), page=page, port=port, patience=patience)
    purposes = PURPOSES | SHARED_PURPOSES
    names = (f"{short(scope)}: {purposes.get(scope, '')}" for scope in sorted(grant.scopes))
    return Consented(config.token, tuple(name.rstrip(": ") for name in names), grant.ends)


def page_in(language: str, zone: ZoneInfo, templates: Templates) -> Page:
    """What the browser shows of an outcome; by the text that ships where a practice's own is at fault."""

    def page(outcome: Outcome) -> str:
        ends = outcome.ends and DateWords(language, zone).moment(outcome.ends)
        values = {
            "result": outcome.result.value,
            "account": outcome.account,
            "who": outcome.who,
            "expected": outcome.expected,
            "boxes": outcome.boxes,
            "ends": ends,
        }
        try:
            return templates.document(language, PAGE, values)
        except ConfigError:
            return load_templates().document(language, PAGE, values)

    return page


def _account(settings: Settings, account: str, path: Path) -> GoogleAccount:
    found = [one for one in settings.accounts if isinstance(one, GoogleAccount)]
    for one in found:
        if one.id == account:
            return one
    there = ", ".join(one.id for one in found) or 'none of type = "google"'
    raise _wrong(path, account, "no account with Google", f"name one; there is {there}")


def _wrong(path: Path, account: str, value: str, expected: str) -> ConfigError:
    return ConfigError((ConfigProblem(str(path), f"accounts.{account}", value, expected),))
