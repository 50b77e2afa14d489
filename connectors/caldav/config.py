"""What an account on a CalDAV server is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class CalDavConfig:
    """One account. Plain HTTP is refused unless the host is this machine or `allow_insecure` says so."""

    account: str
    url: str
    username: str
    password: str = field(repr=False)
    zone: ZoneInfo  # of floating times and all-day dates
    timeout: float = 30.0  # seconds without a byte, for each request
    allow_insecure: bool = False
    address: str = ""  # the therapist's own: scheduling counts only where the server knows it
    ca_file: str = ""  # certificates to trust besides the system's
    plain: bool = True  # objects of plain shape are read without the libraries
