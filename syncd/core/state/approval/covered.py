"""What a yes covers: which conflicts, which kinds of offer, and the letters that name what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from syncd.core.model import UNSENT, Approval, Conflict, LeaveBlock, Offer, OfferKind
from syncd.core.reading.first_seen import block_name

SENTENCES = "say"  # begins what stands for the therapist's own sentences
OTHERS = "told"  # begins what stands for a client of whom no session falls out
ORDINARY = frozenset({OfferKind.MOVE})  # what every yes covers: another time, be it the next after a decline


def pending(
    conflicts: Iterable[Conflict],
    offers: Iterable[Offer],
    approvals: Iterable[Approval],
    sentences: str = "",
    others: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """What no yes covers: ids of conflicts, `<id>:<kind>` where a covered one is held a kind not shown then, the
    mark of the `sentences` of the therapist's own that the mails would carry, and marks of the `others` (clients who
    hear of it though no session of theirs falls out) whom a yes did not name that was given to the rest.

    A yes that only said that it is leave covers no plan: it had shown none.
    """
    given = tuple(approvals)
    covered = frozenset(one for approval in given for one in approval.shown)
    rows = {conflict.id: conflict.client for conflict in conflicts}
    ids = frozenset(rows)
    kinds = (
        f"{offer.conflict}:{offer.kind.value}"
        for offer in offers
        if offer.conflict in ids & covered and offer.state in UNSENT and not covers(offer, given)
    )
    unread = sentences and ids and not any(sentences in approval.sentences for approval in given)
    unread_mark = frozenset({f"{SENTENCES}:{sentences}"} if unread else ())
    return (ids - covered) | frozenset(kinds) | unread_mark | _unnamed(rows, given, others)


def _unnamed(rows: Mapping[str, str], given: Iterable[Approval], others: frozenset[str]) -> frozenset[str]:
    mine = [one for one in given if not one.shown.isdisjoint(rows)]
    named = {name for one in mine for name in (*one.others, *(rows.get(shown) for shown in one.shown))}
    return frozenset(f"{OTHERS}:{one}" for one in others - named) if mine else frozenset()


def sessions_among(waiting: Iterable[str]) -> frozenset[str]:
    """The conflicts (ids) of which something waits."""
    return frozenset(one.partition(":")[0] for one in waiting) - {SENTENCES, OTHERS}


def covers(offer: Offer, approvals: Iterable[Approval]) -> bool:
    """True when a yes to the offer's conflict was given for offers of this kind."""
    return offer.kind in ORDINARY or any(
        offer.conflict in approval.shown and offer.kind in approval.kinds for approval in approvals
    )


def code(waiting: Iterable[str], approvals: Iterable[Approval] = ()) -> str:
    """The letters that approve exactly this (`#ok bx`): two, or more where an earlier yes had the same."""
    digest = sha256("\x1f".join(sorted(waiting)).encode()).digest()
    letters = "".join(chr(ord("a") + byte % 26) for byte in digest)
    used = {approval.code for approval in approvals}
    return next((letters[:length] for length in (2, 3, 4) if letters[:length] not in used), letters[:4])


def code_of_leave(blocks: Iterable[LeaveBlock], approvals: Iterable[Approval] = ()) -> str:
    """The letters that say of these blocks that they are leave, whatever sessions under them have come into sight."""
    return code((f"{block_name(one)}:{one.when}" for one in blocks), approvals)
