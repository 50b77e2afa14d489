"""Whom a mail of ours reaches, and who heard by voice alone that their session does not take place."""

from __future__ import annotations

from syncd.core.model import Conflict, ConflictState
from syncd.core.model.offer_facts import Ending
from syncd.core.state import Standing

CALL_LIST = "letter_call_list"


def by_phone(standing: Standing, conflict: Conflict) -> bool:
    """True for somebody whom no notice of ours reaches."""
    return standing.snapshot.by_phone(conflict.client)


def by_voice_alone(standing: Standing, conflict: Conflict) -> bool:
    """True for somebody to whom no mail says that it takes place after all: who was invited is told by what takes it
    back, be they discreet.
    """
    client = standing.client(conflict)
    mailed = client is not None and client.mailed and standing.snapshot.mail
    return by_phone(standing, conflict) and not (mailed and standing.sent(conflict))


def heard_by_voice(standing: Standing, conflict: Conflict) -> bool:
    """True where its client heard, or may have, by voice alone that it does not take place.

    They said no in person, were marked as told, or stood on a call list as somebody whom no mail reaches: as whose
    newest mail came back. What was said before a mail told them that it takes place counts no more.
    """
    phone, returned = by_voice_alone(standing, conflict), standing.unheard(conflict)
    if returned or (standing.heard(conflict) and not phone):
        return returned
    by_voice = {Ending.TOLD, Ending.UNMAILED, Ending.IN_PERSON}
    mine = (offer for offer in standing.of(conflict) if offer.number > conflict.bygone)
    in_person = any(offer.reason in by_voice for offer in mine)
    keys = standing.snapshot.keys
    listed = phone and any(key.subject == conflict.absence and key.kind == CALL_LIST for key in keys)
    return in_person or listed or conflict.noticed_at is not None


def stands_unheard(standing: Standing, conflict: Conflict) -> bool:
    """True for a session that takes place again while nobody but the therapist can say so."""
    if conflict.state is not ConflictState.HEALED or standing.made_up(conflict):
        return False
    return conflict.span.start > standing.now and heard_by_voice(standing, conflict)
