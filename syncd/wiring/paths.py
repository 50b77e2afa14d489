"""Which way a calendar's invitations go: as settings say, else as the probe of its server finds it."""

from __future__ import annotations

from collections.abc import Mapping

from syncd.carriage import Paths
from syncd.core.model import Delivery
from syncd.ports import Account, Capabilities, Carriage
from syncd.settings import GoogleAccount, Settings


def paths_of(settings: Settings, accounts: Mapping[str, Account]) -> Paths:
    """The paths of all therapists' calendars. Only where settings leave it to the server, or name it, is one probed."""
    configured = {one.id: one for one in settings.accounts}
    owners = {one.calendar: one.email.lower() for one in settings.therapists}

    def named(calendar: str) -> Delivery | None:
        account = configured[calendar.partition("/")[0]]
        return Delivery.GOOGLE if isinstance(account, GoogleAccount) else account.delivery

    def ask(calendar: str) -> Carriage:
        if calendar not in owners:
            return Carriage()
        found = accounts[calendar.partition("/")[0]].probe(calendar)
        delivery = named(calendar) or found.delivery
        return Carriage(delivery, _own(owners[calendar], found) if delivery is Delivery.SERVER else "")

    wanted = {calendar: path for one in settings.therapists if (path := named(calendar := one.calendar))}
    return Paths(wanted, ask)


def _own(therapist: str, found: Capabilities) -> str:
    """The organizer's address: a server sends for its own only; the therapist's where it is one of them."""
    return therapist if therapist in found.addresses or not found.addresses else found.addresses[0]
