"""The practice's proxy, as the environment names it: `https_proxy`, but for hosts of `no_proxy`, in either case.

httplib2 goes through one only where another library is installed, and says nothing where that is not; so connections
to Google are led through it here (RFC 9110 §9.3.6), as requests does by itself.
"""

from __future__ import annotations

import http.client
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed leaves it out


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where it listens; `word` is the Proxy-Authorization that it is told, or ""."""

    host: str
    port: int
    word: str = field(default="", repr=False)

    def __str__(self) -> str:
        """`host:port`, for people."""
        return f"{self.host}:{self.port}"

    def lead(self, connection: http.client.HTTPSConnection) -> None:
        """Have the connection, which is not open yet, go through it to where it was to go."""
        headers = {"Proxy-Authorization": self.word} if self.word else {}
        connection.set_tunnel(connection.host, connection.port, headers)
        connection.host, connection.port = self.host, self.port


def proxy_for(host: str, env: Mapping[str, str]) -> Proxy | None:
    """The one through which that host is reached by https; None where it is reached without."""
    named = env.get("https_proxy") or env.get("HTTPS_PROXY") or ""
    unproxied = env.get("no_proxy") or env.get("NO_PROXY") or ""
    if not named or proxy_bypass_environment(host, {"no": unproxied}):
        return None
    address = urlsplit(named if "://" in named else f"http://{named}")
    told = f"{unquote(address.username)}:{unquote(address.password or '')}" if address.username else ""
    word = f"Basic {b64encode(told.encode()).decode()}" if told else ""
    return Proxy(address.hostname or "", address.port or 80, word)
