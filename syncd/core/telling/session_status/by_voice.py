"""Whom a mail of ours reaches, and who heard by voice alone that their session does not take place."""

from __future__ import annotations

import re
from hashlib import sha256

from syncd.core.model import Conflict
from syncd.core.model.effects import CALL_LIST, PLAN_LETTER
from syncd.core.model.offer_facts import Ending
from syncd.core.state import PassState

_MARKS = re.compile(r"[^0-9a-f]+")  # parts those in the version of a letter


def by_phone(pass_state: PassState, conflict: Conflict) -> bool:
    """True for somebody whom no notice of ours reaches."""
    return pass_state.snapshot.by_phone(conflict.client)


def by_voice_alone(pass_state: PassState, conflict: Conflict) -> bool:
    """True for somebody to whom no mail says that it takes place after all: who was invited is told by what takes it
    back, be they discreet.
    """
    client = pass_state.client(conflict)
    mailed = client is not None and client.mailed and pass_state.snapshot.mail
    return by_phone(pass_state, conflict) and not (mailed and pass_state.sent(conflict))


def cancelled_by_mail(pass_state: PassState, conflict: Conflict) -> bool:
    """True for a time that a client agreed to by an invitation of ours: what takes it out of their calendar tells them,
    be they discreet.
    """
    client, made = pass_state.client(conflict), pass_state.offer.get(conflict.ref.uid)
    mailed = client is not None and client.mailed and pass_state.snapshot.mail
    return mailed and made is not None and made.sent and made.cancelled_at is None


def heard_by_voice(pass_state: PassState, conflict: Conflict) -> bool:
    """True where its client heard, or may have, by voice alone that it does not take place.

    They said no in person, were marked as told, or a letter named them as somebody to be called whom no mail reaches:
    as whose newest mail came back. What was said before a mail told them that it takes place counts no more.
    """
    phone, returned = by_voice_alone(pass_state, conflict), pass_state.last_mail_bounced(conflict)
    if returned or (pass_state.heard(conflict) and not phone):
        return returned
    by_voice = {Ending.TOLD, Ending.SPOKEN, Ending.UNMAILED, Ending.IN_PERSON}
    mine = (offer for offer in pass_state.of(conflict) if offer.number > conflict.bygone)
    in_person = any(offer.reason in by_voice for offer in mine)
    return in_person or (phone and _asked_to_call(pass_state, conflict)) or conflict.noticed_at is not None


def _asked_to_call(pass_state: PassState, conflict: Conflict) -> bool:
    """True once a plan letter or call list has named this life of it, or a yes was given to a plan with it."""
    named = mark(conflict)
    keys = (key for key in pass_state.snapshot.keys if key.kind in {PLAN_LETTER, CALL_LIST})
    return any(named in _MARKS.split(key.version) for key in keys) or (
        conflict.life == 1 and pass_state.approved(conflict)
    )


def mark(conflict: Conflict) -> str:
    """Names this life of a conflict: one that healed and is displaced once more is news."""
    life = (str(conflict.life),) if conflict.life > 1 else ()
    text = "\x1f".join((conflict.id, conflict.seen_at.isoformat(), *life))
    return sha256(text.encode()).hexdigest()[:6]


def stands_unheard(pass_state: PassState, conflict: Conflict) -> bool:
    """True for a session that takes place again while nobody but the therapist can say so."""
    if not conflict.takes_place(pass_state.now) or pass_state.made_up(conflict):
        return False
    return heard_by_voice(pass_state, conflict)
