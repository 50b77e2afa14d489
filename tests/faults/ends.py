"""What is true in the end, whatever went wrong in between."""

from __future__ import annotations

from syncd.core.model import OfferState
from tests.faults.practice import BY_MAIL, Practice


def held_once(practice: Practice, therapist: str) -> None:
    """A time stands once for each of her clients, and nobody was asked yet."""
    assert practice.states(therapist) == [OfferState.HELD] * len(BY_MAIL[therapist])
    _stand_once(practice, therapist)


def asked_once(practice: Practice, therapist: str) -> None:
    """Each of her clients has one invitation, and nothing else, and its entry stands once."""
    assert practice.states(therapist) == [OfferState.INVITED] * len(BY_MAIL[therapist])
    _stand_once(practice, therapist)
    assert [practice.kinds(client) for client in BY_MAIL[therapist]] == [["REQUEST"]] * len(
        BY_MAIL[therapist]
    )


def nothing_more(practice: Practice) -> None:
    """A further look writes nothing and sends nothing."""
    before = _outside(practice)
    assert [report.actions for report in practice.look()] == [()]
    assert _outside(practice) == before


def _stand_once(practice: Practice, therapist: str) -> None:
    wanted = sorted(practice.offer(client).uid for client in BY_MAIL[therapist])
    assert sorted(one.uid for one in practice.written(therapist)) == wanted


def _outside(practice: Practice) -> tuple[object, ...]:
    clients = [client for each in BY_MAIL.values() for client in each]
    written = [sorted(map(str, practice.written(one))) for one in BY_MAIL]
    return written, [practice.kinds(client) for client in clients]
