"""Where an account's credentials may go: one scheme, host and port, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, unquote, urljoin, urlsplit

from syncd.core.model.errors import Forbidden, Malformed

_PORTS = {"http": 80, "https": 443}
_SAFE = "!$&'()*+,;=:@~"
_SPELLED = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9_.~@!$&'()*+,=:-]+)+/?")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of an account's server."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """As it stands in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if _PORTS.get(self.scheme) == self.port else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def local(self) -> bool:
        """True for this machine itself."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost" or self.host.endswith(".localhost")


def origin_of(url: str) -> Origin:
    """The origin of an absolute URL. Raises ValueError for anything else."""
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), parts.hostname
    if scheme not in _PORTS or not host:
        raise ValueError("not an http or https URL")
    return Origin(scheme, host.lower(), parts.port or _PORTS[scheme])


def trusted_origin(account: str, url: str, *, allow_insecure: bool) -> Origin:
    """The account's origin. Raises Forbidden where credentials would cross a network in the clear."""
    try:
        origin = origin_of(url)
    except ValueError as error:
        raise Malformed(f"account {account}: the URL is not an http(s) address; correct `url`") from error
    if origin.scheme == "http" and not origin.local and not allow_insecure:
        raise Forbidden(
            f"account {account}: {origin} is not encrypted; use https, or set allow_insecure = true"
        )
    return origin


def path_of(base: str, href: str) -> str:
    """The path that an href means, in one spelling. Raises Malformed when it leads to another origin, or where encoded
    dots would be steps out of a collection once it is asked for.
    """
    return href if _SPELLED.fullmatch(href) else spelled(base, href)


def spelled(base: str, href: str) -> str:
    """The same for whatever it is. A path that is spelled so already, as nearly all are, stays."""
    target = urljoin(base, href.strip())
    try:
        if origin_of(target) != origin_of(base):
            raise Malformed(elsewhere(base, target))
    except ValueError as error:
        raise Malformed(f"{origin_of(base)} names a resource by something that is not a URL") from error
    segments = [unquote(segment) for segment in urlsplit(target).path.split("/")]
    if {".", ".."} & set(segments):
        raise Malformed(f"{origin_of(base)} names a resource by steps out of its collection")
    return "/".join(quote(segment, safe=_SAFE) for segment in segments)


def elsewhere(base: str, target: str) -> str:
    """What to tell a person when a server points to another one."""
    return (
        f"{origin_of(base)} points to {origin_of(target)}, which never gets this account's password; "
        "if that is your calendar server, set its address as the account's `url`"
    )
