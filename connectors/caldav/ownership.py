"""Who is meant by an ORGANIZER or ATTENDEE: an address, nobody, or the account's own user by another name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

_PLACEHOLDERS = frozenset({"unknownorganizer@calendar.google.com"})
_MASKED = ("@imip.me.com",)  # stands for an address that EMAIL tells
_URIS = ("/", "http:", "https:", "urn:")


def _nobody(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Identity:
    """The account's user: the address that stands for them, and whether a name (lower case) is theirs too.

    `own` may ask the server, once; it is not asked about `address`.
    """

    address: str = ""
    own: Callable[[str], bool] = _nobody

    def is_me(self, name: str) -> bool:
        """True for any name of this user."""
        return bool(name) and (name == self.address.lower() or self.own(name))


UNKNOWN = Identity()


def address_of(value: object) -> str:
    """A CAL-ADDRESS in lower case without `mailto:`; its EMAIL parameter where it is another kind of URI."""
    value = _first(value)
    if value is None:
        return ""
    stated = str(value).strip()
    mailed = stated.lower().startswith("mailto:")
    bare = unquote(stated[7:]) if mailed else stated
    told = str(getattr(value, "params", {}).get("EMAIL", "")).strip()
    masked = bare.lower().endswith(_MASKED)
    return (told if "@" in told and (masked or not mailed) else bare).strip().lower()


def organizer_of(value: object, me: Identity) -> str:
    """Who organises, "" where nobody else does: a placeholder, an account's name, the account's own user.

    SENT-BY counts as the organizer: what an own user sends in another's name is theirs to change.
    """
    address = address_of(value)
    if address in _PLACEHOLDERS or ("@" not in address and not address.startswith(_URIS)):
        return ""
    sender = str(getattr(_first(value), "params", {}).get("SENT-BY", "")).strip().lower()
    return "" if me.is_me(address) or me.is_me(unquote(sender.removeprefix("mailto:"))) else address


def attendee_of(value: object, organizer: object, me: Identity) -> str:
    """Whom an ATTENDEE means: the account's user is called by `me.address` whatever the line says.

    Another address of theirs is looked for only where the organizer is not plainly this user, too.
    """
    address = address_of(value)
    if "@" in address and address_of(organizer) in ("", me.address.lower()):
        return address
    return me.address.lower() if me.address and me.is_me(address) else address


def _first(value: object) -> object:
    if isinstance(value, list):
        return value[0] if value else None
    return value
