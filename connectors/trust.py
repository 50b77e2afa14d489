"""Whose certificates are trusted on the way to a server: the libraries' own, this machine's, and those of `ca_file`.

A practice's own server, or a proxy that reads what passes, signs with a certificate that no library knows.
"""

from __future__ import annotations

import ssl
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from syncd.core.model.errors import Forbidden


def trust(context: ssl.SSLContext, ca_file: str) -> ssl.SSLContext:
    """The context, which trusts the machine's certificates (or those of SSL_CERT_FILE) and those of `ca_file` besides.

    Raises Forbidden where that file cannot be read.
    """
    context.load_default_certs()
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:
            why = type(error).__name__
            raise Forbidden(f"the certificates in {ca_file} cannot be read ({why})") from None
    return context


def trusting(session: requests.Session, ca_file: str) -> requests.Session:
    """The session, which trusts as `trust` says. Raises as that."""
    session.mount("https://", TrustingAdapter(trust(ssl.create_default_context(), ca_file)))
    return session


class TrustingAdapter(HTTPAdapter):
    """Connections with a context of ours, through a proxy and without one; None: as requests does."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        """`context` is used besides the certificates that requests brings."""
        self._context = context
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **given: Any) -> None:  # noqa: ANN401 - urllib3's
        """As requests does."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **given)

    def proxy_manager_for(self, proxy: str, **given: Any) -> Any:  # noqa: ANN401 - urllib3's
        """As requests does."""
        return super().proxy_manager_for(proxy, ssl_context=self._context, **given)
