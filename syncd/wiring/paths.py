"""Which way a calendar's invitations go: as settings say, else as the probe of its server finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from syncd.core.model import Delivery
from syncd.ports import Account, Capabilities, Carriage
from syncd.settings import GoogleAccount, Settings


def carriage_of(settings: Settings, accounts: Mapping[str, Account]) -> Callable[[str], Carriage]:
    """Asks for one calendar id; only a CalDAV account that does not say `imip` is probed, which raises as `probe`."""
    configured = {one.id: one for one in settings.accounts}
    owners = {one.calendar: one.email.lower() for one in settings.therapists}

    def asked(calendar: str) -> Carriage:
        account = configured[calendar.partition("/")[0]]
        if isinstance(account, GoogleAccount):
            return Carriage(Delivery.GOOGLE)
        if account.delivery is Delivery.IMIP or calendar not in owners:
            return Carriage()
        found = accounts[account.id].probe(calendar)
        delivery = account.delivery or found.delivery
        return Carriage(delivery, _own(owners[calendar], found) if delivery is Delivery.SERVER else "")

    return asked


def _own(therapist: str, found: Capabilities) -> str:
    """The organizer's address: a server sends for its own only; the therapist's where it is one of them."""
    return therapist if therapist in found.addresses or not found.addresses else found.addresses[0]
