"""Hard stops on messages that ask something (I10). What takes back, cancels or informs is never held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from syncd.core.effects import Sent
from syncd.core.invitation import ASKING, Tell
from syncd.core.policy import Caps

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def within(tells: Iterable[Tell], ledger: Iterable[Sent], caps: Caps, now: datetime) -> tuple[Tell, ...]:
    """Those messages that may leave now, in order; an asking one that would break a cap waits."""
    asked = [sent for sent in ledger if sent.asks]
    allowed: list[Tell] = []
    for tell in tells:
        if tell.facts.kind not in ASKING:
            allowed.append(tell)
        elif _fits(tell, asked, caps, now):
            allowed.append(tell)
            asked.append(_as_sent(tell, now))
    return tuple(allowed)


def _fits(tell: Tell, asked: list[Sent], caps: Caps, now: datetime) -> bool:
    def count(recent: timedelta | None, **wanted: str) -> int:
        return sum(
            (recent is None or sent.at > now - recent)
            and all(getattr(sent, name) == value for name, value in wanted.items())
            for sent in asked
        )

    return (
        count(None, client=tell.client, absence=tell.absence) < caps.client_absence
        and count(DAY, client=tell.client) < caps.client_day
        and count(HOUR, therapist=tell.therapist) < caps.therapist_hour
        and count(HOUR) < caps.practice_hour
    )


def _as_sent(tell: Tell, now: datetime) -> Sent:
    return Sent(
        at=now,
        key=tell.key,
        message_id="",
        client=tell.client,
        therapist=tell.therapist,
        absence=tell.absence,
        conflict=tell.conflict,
        offer=tell.offer,
        sequence=tell.facts.sequence,
        asks=True,
    )
