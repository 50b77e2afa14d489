"""Short notices to addresses as Apprise has them: chat, push services, a web address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

log = logging.getLogger(__name__)

TITLE = "syncd"
URGENCY = "warning"


def notifier(addresses: Sequence[str]) -> Callable[[str], bool] | None:
    """Sends a line to each address; False where nobody heard it. None for no address."""
    return partial(_notify, tuple(addresses)) if addresses else None


def _notify(addresses: tuple[str, ...], text: str) -> bool:
    """The addresses are secrets, and what the library logs names them: only how many failed is told."""
    apprise = import_module("apprise")
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    heard = [
        known is not None and bool(known.notify(title=TITLE, body=text, notify_type=URGENCY))
        for known in (apprise.Apprise.instantiate(one, suppress_exceptions=True) for one in addresses)
    ]
    if not all(heard):
        log.warning("%d of %d addresses of [alerts] notify did not take it", heard.count(False), len(heard))
    return any(heard)
