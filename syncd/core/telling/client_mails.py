"""Which message a client should have by now: invitations, reminders, what takes back (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from syncd.core.model import (
    Conflict,
)
from syncd.core.model.messages.intents import Tell
from syncd.core.offers.conflict_state import cannot_wait
from syncd.core.state import Standing
from syncd.core.state.outlook import premature
from syncd.core.telling.closing import closing
from syncd.core.telling.invitation import invitations, reminders
from syncd.core.telling.last_word import hope_ends
from syncd.core.telling.late_yes import late_yes
from syncd.core.telling.mail_facts import Addressee
from syncd.core.telling.notice import notices
from syncd.core.telling.stands_again import stands_again
from syncd.core.telling.withdrawal import (
    cancels,
    owes_cancel,
    words_beside_removal,
)


def messages(standing: Standing, conflict: Conflict) -> Iterator[Tell]:
    """Everything the conflict's client should be told of its offers and, as far as we know, has not been.

    What takes back comes first; no REQUEST while a CANCEL for the same session is still due (I6).
    """
    client = standing.client(conflict)
    if client is None or not client.mailed or not standing.snapshot.mail:
        return
    who = Addressee(conflict, client)
    if standing.suspended(conflict):
        for offer in standing.of(conflict):
            if standing.stays_anyway(conflict, offer) and cannot_wait(conflict, offer, standing.now):
                yield from invitations(standing, who, offer)
        return
    if premature(standing, conflict) and any(owes_cancel(standing, one) for one in standing.of(conflict)):
        return  # what it says of other times is not known yet
    first = [tell for offer in standing.of(conflict) for tell in cancels(standing, who, offer)]
    yield from first
    if first:
        return
    for offer in standing.of(conflict):
        yield from words_beside_removal(standing, who, offer)
        yield from invitations(standing, who, offer)
        yield from reminders(standing, who, offer)
    yield from late_yes(standing, who)
    yield from closing(standing, who)


def together(standing: Standing, rows: Iterable[Conflict], spoken: frozenset[str]) -> Iterator[Tell]:
    """Notices, by absence, and that sessions take place again: one mail each for a client.

    Of the `spoken` conflicts an invitation or a CANCEL tells in this pass: it says all that a notice would.
    """
    if not standing.snapshot.mail:
        return
    theirs: dict[tuple[str, str], list[Conflict]] = {}
    for row in sorted(rows, key=lambda row: (row.span, row.id)):
        if standing.suspended(row):
            continue
        theirs.setdefault((row.therapist, row.client), []).append(row)
    for (_, name), mine in theirs.items():
        client = standing.snapshot.client.get(name)
        if client is not None and client.mailed:
            for absence in dict.fromkeys(row.absence for row in mine if row.displaced):
                displaced = tuple(row for row in mine if row.displaced and row.absence == absence)
                yield from notices(standing, client, displaced, spoken)
                yield from hope_ends(standing, client, displaced, spoken)
            yield from stands_again(standing, client, tuple(row for row in mine if row.id not in spoken))
