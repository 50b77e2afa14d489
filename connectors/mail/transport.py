"""How a mail server is reached: encryption, certificates, time-outs."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from syncd.core.model.errors import Forbidden


class Security(StrEnum):
    """How the connection is encrypted; `NONE` is for a server on this machine."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One mail server and who we are to it. `ca_file` names further certificates to trust, "" none.

    `timeout` is in seconds and bounds each step, not the whole.
    """

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    allow_insecure: bool = False
    timeout: float = 30.0

    def __str__(self) -> str:
        """`host:port`, for messages that people read."""
        return f"{self.host}:{self.port}"


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """Certificates and host names are verified, always; raises Forbidden where `ca_file` cannot be read."""
    try:
        context = ssl.create_default_context()
        if endpoint.ca_file:
            context.load_verify_locations(cafile=endpoint.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise Forbidden(
            f"{endpoint}: the certificates in {endpoint.ca_file} cannot be read: {error}"
        ) from error
    return context


def require_encryption(endpoint: Endpoint) -> None:
    """Raise Forbidden where a password or a client's name would cross a network in the clear."""
    if endpoint.security is Security.NONE and not endpoint.allow_insecure and not is_loopback(endpoint.host):
        raise Forbidden(
            f'{endpoint}: unencrypted to another machine: set security to "starttls" or "tls", '
            "or allow_insecure = true"
        )


def is_loopback(host: str) -> bool:
    """True for this machine itself, by its name or its loopback addresses; nothing is looked up."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def certificate_problem(endpoint: Endpoint, error: ssl.SSLError) -> str:
    """The line a person reads when TLS fails."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{endpoint}: the server's certificate is not trusted: {error.verify_message}"
    return f"{endpoint}: no encrypted connection: {error.reason or error}"
