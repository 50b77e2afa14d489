"""Two things that cannot both be so, read by the same client within one minute in which nobody did anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tests.belief.mail import Claim, Heard
from tests.belief.mind import Mind
from tests.belief.truth import Finding

_OF_ONE_SESSION = (({"off", "gone"}, {"stands", "next", "after"}),)
_OF_ONE_TIME = (({"void"}, {"asked", "kept", "yours", "agreed"}),)
_OF_WHAT_COMES = (
    ({"nothing"}, {"asked", "kept", "will", "may", "elsewhere"}),
    ({"none", "may"}, {"asked", "kept"}),
)


def contradicted(mind: Mind, now: datetime) -> Iterator[Finding]:
    """What the newest mail says against another of the last minute, or against itself: the first such pair."""
    read = list(mind.recent(now))
    for number, (later, mail) in enumerate(read):
        for earlier, other in read[:number] if mail is mind.heard[-1] else ():
            if _against(earlier, later) and not _moved(other, mail):
                yield Finding("contradiction", mind.person.id, now, f"{earlier}, and {later}")
                return


def _against(one: Claim, other: Claim) -> bool:
    same_time = one.at is not None and one.at == other.at
    same_session = one.session is not None and one.session == other.session
    return (
        (same_time and _pair(one, other, _OF_ONE_SESSION))
        or (same_time and _pair(one, other, _OF_ONE_TIME))
        or (same_session and _pair(one, other, _OF_WHAT_COMES))
    )


def _pair(one: Claim, other: Claim, pairs: tuple[tuple[set[str], set[str]], ...]) -> bool:
    return any(
        (one.kind in first and other.kind in second) or (one.kind in second and other.kind in first)
        for first, second in pairs
    )


def _moved(first: Heard, second: Heard) -> bool:
    """Two invitations, of which one gave way to the other."""
    return bool(first.uid) and first.uid != second.uid and first.method == second.method == "REQUEST"
