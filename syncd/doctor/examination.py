"""The whole examination, in the order in which a person mends what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from syncd.core.model.errors import ConfigError
from syncd.doctor.accounts import account_findings
from syncd.doctor.configuration import settings_findings
from syncd.doctor.endpoint import KEY, endpoint_findings
from syncd.doctor.findings import Check, Finding, attempt, failed, guarded, of_error, skipped
from syncd.doctor.machine import machine_findings
from syncd.doctor.mail import mail_findings
from syncd.doctor.storage import store_findings
from syncd.ports import Clock
from syncd.settings import Settings
from syncd.wiring import SystemClock, settings_of
from syncd.wiring.checking import Outside, outside_of


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, in order. `usable`: the settings could be read."""

    now: datetime
    findings: tuple[Finding, ...]
    usable: bool = True

    @property
    def healthy(self) -> bool:
        """True when nothing failed."""
        return not failed(self.findings)


def examine(
    path: Path,
    env: Mapping[str, str],
    wait: timedelta,
    *,
    clock: Clock | None = None,
    beginning: Callable[[str], object] = lambda _: None,
) -> Examination:
    """Look at everything. Nothing that is written or sent reaches a client; each check stands for itself.

    `wait`: how long each mail from us to us may take, zero sends none. `beginning` hears what is looked at next.
    """
    clock = clock or SystemClock()
    now = clock.now()
    beginning("settings")
    try:
        settings = settings_of(path, env, clock)
    except ConfigError as error:
        rest = skipped(Check.CONNECTION, str(path), "accounts, mail and store: correct the settings first")
        return Examination(
            now, (*of_error(Check.SETTINGS, error), *machine_findings(None, now), rest), usable=False
        )
    found = [*settings_findings(settings)]
    beginning("this machine")
    found += machine_findings(settings, now)
    found += store_findings(settings, now)
    found += guarded(Check.METRICS, KEY, lambda: endpoint_findings(settings, now))
    outside = attempt(Check.CONNECTION, str(path), lambda: outside_of(settings, clock, env))
    if isinstance(outside, Finding):
        return Examination(now, (*found, outside))
    return Examination(now, (*found, *_outside(outside, settings, clock, wait, beginning)))


def _outside(
    outside: Outside,
    settings: Settings,
    clock: Clock,
    wait: timedelta,
    beginning: Callable[[str], object],
) -> list[Finding]:
    found: list[Finding] = []
    for account in outside.accounts:
        beginning(f"account {account.id}")
        key = f"accounts.{account.id}"
        found += guarded(Check.CREDENTIALS, key, partial(account_findings, account, settings, clock.now()))
    beginning(f"mail (each way may take {wait.total_seconds():.0f} s)")
    found += guarded(Check.SMTP, "mail", lambda: mail_findings(outside.mail, clock.now(), wait))
    return found
