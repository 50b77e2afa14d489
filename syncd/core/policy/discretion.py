"""Words that tell a stranger why somebody comes: none may stand in what a client's family or employer may read."""

from __future__ import annotations

import re

_TELLING = re.compile(
    r"th[eé]rap|terap|ps[iy](?:ch|c[oó])|session|sesi[oó]n|s[eé]ance|make-?up|crisis|krise|\bcrise|sitzung|diagn[oó]s"
    r"|patient|paciente|counsell?(?:ing|or)|suici|suizid",
    re.IGNORECASE,
)


def telling(text: str) -> str:
    """The first part of `text` that gives the visit away; "" where there is none."""
    found = _TELLING.search(text)
    return found[0] if found else ""


def shown_place(place: str, *hidden: str) -> str:
    """A place as a client's calendar may show it: "" where it gives the visit away, or names what is `hidden`."""
    lower = place.casefold()
    named = any(name and name.casefold() in lower for name in hidden)
    return "" if named or telling(place) else place
