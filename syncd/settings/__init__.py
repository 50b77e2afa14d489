"""Settings: a TOML file and rosters become frozen values, or all their mistakes at once."""

from syncd.settings.loading import load_settings, load_store
from syncd.settings.problems import without_value
from syncd.settings.values import (
    EX_CONFIG,
    Account,
    CalDavAccount,
    DaemonSettings,
    GoogleAccount,
    MailServer,
    MailSettings,
    Secret,
    Settings,
    StoreSettings,
)
from syncd.settings.warnings import warnings

__all__ = [
    "EX_CONFIG",
    "Account",
    "CalDavAccount",
    "DaemonSettings",
    "GoogleAccount",
    "MailServer",
    "MailSettings",
    "Secret",
    "Settings",
    "StoreSettings",
    "load_settings",
    "load_store",
    "warnings",
    "without_value",
]
