"""How clients answer: declared models, and the hidden diaries that are drawn from them. Nobody's data is in here.

Silence says nothing and its offer is spent; where diaries tell it from a no, that client is asked about nothing
further, as `syncd` does. Of those who answer, about half say yes; times near the usual hour and
weekday are likelier, and so are hours in the client's windows or once attended, except in the flat model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tests.panel.hour import shift, welcome
from tests.panel.sight import Client

_NEAR = ((60, 0.75), (120, 0.6), (180, 0.45))  # minutes from the usual hour, chance of a yes
_FAR = 0.15
_WEEKDAY = 0.1  # more on their own weekday
_FLAT = 0.5


@dataclass(frozen=True)
class Manner:
    """How often nobody answers, and whether the hour matters to those who do."""

    name: str
    silence: float
    flat: bool = False

    def yes(self, client: Client, start: datetime) -> float:
        """The chance of a yes from somebody who answers."""
        if self.flat:
            return _FLAT
        off = 0 if welcome(client, start) else shift(client, start)
        chance = next((chance for minutes, chance in _NEAR if off <= minutes), _FAR)
        own = any(start.weekday() == day for day, _ in client.person.places)
        return min(0.85, chance + (_WEEKDAY if own else 0.0))

    def accepts(self, client: Client, start: datetime) -> float:
        """The chance that an offer of this time is taken."""
        return (1 - self.silence) * self.yes(client, start)


KIND = Manner("kind", 0.15)
UNKIND = Manner("unkind", 0.55)
FLAT = Manner("kind, any hour", 0.15, flat=True)
MANNERS = (KIND, UNKIND, FLAT)


@dataclass(frozen=True)
class Diaries:
    """What each client would say to each half hour, once and for all; nobody knows before they are asked."""

    name: str
    manner: Manner

    def take(self, client: Client, start: datetime) -> bool:
        """True when an offer of this time is accepted."""
        half = start.replace(minute=start.minute // 30 * 30)
        digest = sha256(
            f"{self.name}|{self.manner.name}|{client.person.id}|{half.isoformat()}".encode()
        ).digest()
        return int.from_bytes(digest[:6]) / 2**48 < self.manner.accepts(client, half)

    def silent(self, client: Client, start: datetime) -> bool:
        """True where nobody answers, in diaries that tell silence from a no: these do not."""
        return False
