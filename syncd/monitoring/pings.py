"""The dead man's switch: an address is asked for after each look, so that silence is noticed elsewhere."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from threading import Thread

import requests

log = logging.getLogger(__name__)

SELDOM = 60.0  # seconds between two pings that say the same
PATIENCE = 10.0
FAILING = "/fail"  # as healthchecks.io and its kind have it


@dataclass(slots=True)
class Pinger:
    """Asks for an address after a look that went well, for the same with /fail after one that did not.

    A look never waits for it: while one ping is under way the next is left out. What is sent holds nothing.
    """

    said: bool | None = None
    at: float = field(default=-SELDOM)
    thread: Thread | None = None

    def ping(self, address: str, *, well: bool) -> None:
        """A look is over; address "": nobody is to hear of it."""
        now = time.monotonic()
        if not address or (well is self.said and now - self.at < SELDOM) or self._under_way():
            return
        self.said, self.at = well, now
        target = address if well else address.rstrip("/") + FAILING
        self.thread = Thread(target=_ask, args=(target,), name="ping", daemon=True)
        self.thread.start()

    def _under_way(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


def _ask(address: str) -> None:
    """The address is a secret of a kind: what went wrong is told by its kind alone."""
    try:
        requests.get(address, timeout=PATIENCE).raise_for_status()
    except requests.RequestException as error:
        log.warning("the ping of [alerts] did not get through (%s)", type(error).__name__)
